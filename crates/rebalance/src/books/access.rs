//! Who may come in, and what for: passwords, sessions, keys of programs, grants.
//!
//! In: what a server was shown. Out: who that is, and what they may do. Invariants: nothing here can be used to sign in: of a password
//! there is a slow hash, of a token or a key its SHA-256; a grant that was withdrawn stays on record; everybody's own household is
//! theirs without a grant.

use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use super::entry::{Change, Entry};
use super::failure::BooksError;
use super::people::Person;
use super::records::Record;
use crate::id::{HouseholdId, PersonId};

/// What a person is to a household, or to all of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Whose money it is.
    Investor,
    /// Prepares plans and settings; approves nothing.
    Adviser,
    /// Approves what others prepare.
    Approver,
    /// Sees everything and changes nothing.
    Auditor,
    /// Keeps people, keys and grants; of no household anything but that it is there.
    Admin,
}

/// One thing that somebody may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Right {
    /// See what is held, proposed and done.
    Read,
    /// Change targets, wishes and settings of a household, and ask for plans.
    Write,
    /// Approve and reject.
    Approve,
    /// See the log with its proofs.
    Audit,
    /// Keep people, keys and grants.
    Administer,
}

impl Role {
    /// All, with their words.
    pub const ALL: [(Role, &'static str); 5] = [
        (Role::Investor, "investor"),
        (Role::Adviser, "adviser"),
        (Role::Approver, "approver"),
        (Role::Auditor, "auditor"),
        (Role::Admin, "admin"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Role::ALL[self as usize].1
    }

    /// The role of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Role> {
        Role::ALL.iter().find(|(_, known)| *known == word).map(|(role, _)| *role)
    }

    /// Whether whoever has this role may do this where they have it.
    #[must_use]
    pub fn may(self, right: Right) -> bool {
        match self {
            Role::Investor => right != Right::Administer,
            Role::Adviser => matches!(right, Right::Read | Right::Write),
            Role::Approver => matches!(right, Right::Read | Right::Approve),
            Role::Auditor => matches!(right, Right::Read | Right::Audit),
            Role::Admin => right == Right::Administer,
        }
    }
}

/// A role that a person was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// Its name.
    pub id: Uuid,
    /// Who has it.
    pub person: PersonId,
    /// Where; everywhere where none is named.
    pub household: Option<HouseholdId>,
    /// What.
    pub role: Role,
    /// Who gave it.
    pub by: PersonId,
    /// Since when.
    pub at: Timestamp,
    /// Until when; until it is withdrawn where none is named.
    pub until: Option<Timestamp>,
    /// When it was withdrawn.
    pub withdrawn_at: Option<Timestamp>,
}

impl Grant {
    /// Whether it counts at this time.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.withdrawn_at.is_none() && self.until.is_none_or(|until| at < until)
    }
}

/// A person's password, as far as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Password {
    /// Whose.
    pub person: PersonId,
    /// A PHC string of Argon2id.
    pub hash: String,
    /// When it was set.
    pub at: Timestamp,
}

/// SHA-256 of a token or key: what is kept of it.
pub type Digest = [u8; 32];

/// Somebody who is signed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// Of its token.
    pub digest: Digest,
    /// Who.
    pub person: PersonId,
    /// Since when.
    pub begun_at: Timestamp,
    /// It is over at this time unless it is used before.
    pub idle_until: Timestamp,
    /// It is over at this time, used or not.
    pub ends_at: Timestamp,
    /// When the person last showed a password or its equal.
    pub proved_at: Timestamp,
    /// When it was ended.
    pub ended_at: Option<Timestamp>,
}

impl Session {
    /// Whether it is on at this time.
    #[must_use]
    pub fn is_on(&self, at: Timestamp) -> bool {
        self.ended_at.is_none() && at < self.idle_until && at < self.ends_at
    }
}

/// A key of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiKey {
    /// Its name, which is no secret.
    pub id: Uuid,
    /// In whose name it acts: never more than that person may.
    pub person: PersonId,
    /// What it is for, as its maker says.
    pub label: String,
    /// Of its secret.
    pub digest: Digest,
    /// What it may be used for.
    pub rights: Vec<Right>,
    /// Since when.
    pub at: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
}

impl ApiKey {
    /// Whether it counts at this time.
    #[must_use]
    pub fn counts(&self, at: Timestamp) -> bool {
        self.revoked_at.is_none() && at < self.until
    }
}

impl Right {
    /// All, with their words.
    pub const ALL: [(Right, &'static str); 5] = [
        (Right::Read, "read"),
        (Right::Write, "write"),
        (Right::Approve, "approve"),
        (Right::Audit, "audit"),
        (Right::Administer, "administer"),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Right::ALL[self as usize].1
    }

    /// The right of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Right> {
        Right::ALL.iter().find(|(_, known)| *known == word).map(|(right, _)| *right)
    }
}

/// A change that is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AccessChange {
    /// A person has a password, the first or another one: whoever was signed in with the old one is no longer.
    Password(Password),
    /// Somebody has signed in.
    SignedIn(Session),
    /// Somebody who is signed in has shown a password once more.
    Proved(Digest, Timestamp),
    /// Somebody has signed out.
    SignedOut(Digest, Timestamp),
    /// A program has a key.
    Key(ApiKey),
    /// A key may approve from now on, as an administrator has granted.
    KeyMayApprove(Uuid, Timestamp),
    /// A key was revoked.
    KeyRevoked(Uuid, Timestamp),
    /// A role was given.
    Granted(Grant),
    /// A role was withdrawn.
    Withdrawn(Uuid, Timestamp),
}

impl AccessChange {
    /// The change with its record, as it is written. In the record stand ids and words, no names, digests or hashes.
    #[must_use]
    pub fn entry(self, actor: PersonId, at: Timestamp) -> Entry {
        let (kind, household, facts) = self.facts();
        let (kind, actor, body) = (kind.to_owned(), actor.to_string(), facts.to_string());
        let record = Record { kind, at, household, subject: String::new(), actor, body };
        Entry::new(record).with(Change::Access(Box::new(self)))
    }

    fn facts(&self) -> (&'static str, Option<HouseholdId>, Value) {
        const SETTINGS: &str = "settings";
        const SIGN_IN: &str = "sign_in";
        match self {
            AccessChange::Password(password) => {
                (SETTINGS, None, json!({"told": "password", "person": password.person.to_string()}))
            }
            AccessChange::SignedIn(session) => (
                SIGN_IN,
                None,
                json!({"person": session.person.to_string(), "until": session.ends_at.to_string()}),
            ),
            AccessChange::Proved(..) => (SIGN_IN, None, json!({"told": "proved"})),
            AccessChange::SignedOut(..) => (SIGN_IN, None, json!({"told": "signed_out"})),
            AccessChange::Key(key) => {
                let rights: Vec<&str> = key.rights.iter().map(|right| right.word()).collect();
                let facts = json!({"told": "key", "key": key.id.to_string(), "person": key.person.to_string(),
                    "rights": rights, "until": key.until.to_string()});
                (SETTINGS, None, facts)
            }
            AccessChange::KeyMayApprove(id, _) => {
                (SETTINGS, None, json!({"told": "key_may_approve", "key": id.to_string()}))
            }
            AccessChange::KeyRevoked(id, _) => {
                (SETTINGS, None, json!({"told": "key_revoked", "key": id.to_string()}))
            }
            AccessChange::Granted(grant) => {
                let facts = json!({"told": "granted", "grant": grant.id.to_string(), "person": grant.person.to_string(),
                    "role": grant.role.word(), "until": grant.until.map(|until| until.to_string())});
                (SETTINGS, grant.household, facts)
            }
            AccessChange::Withdrawn(id, _) => {
                (SETTINGS, None, json!({"told": "withdrawn", "grant": id.to_string()}))
            }
        }
    }
}

/// An answer that was given to somebody's key of a request (`Idempotency-Key`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answered {
    /// SHA-256 of what was asked: method, address, body.
    pub asked: Digest,
    /// Status of HTTP.
    pub status: u16,
    /// The body.
    pub body: String,
}

/// Tries to sign in under one name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    /// Failed ones in a row.
    pub failed: u32,
    /// Nobody is let in under this name before.
    pub locked_until: Option<Timestamp>,
}

/// Who may come in. What is on record besides is written as [`super::Change::Access`].
#[expect(
    clippy::missing_errors_doc,
    reason = "each fails alike: the books can't be read or written, see BooksError"
)]
pub trait Access: Send + Sync {
    /// A person by id.
    fn whose(&self, person: PersonId) -> Result<Option<Person>, BooksError>;
    /// The password of a person.
    fn password(&self, person: PersonId) -> Result<Option<Password>, BooksError>;
    /// The session of a token, whose it is, and their grants that were not withdrawn, oldest first: what every request asks, as one question.
    fn shown(&self, digest: &Digest) -> Result<Option<(Session, Person, Vec<Grant>)>, BooksError>;
    /// That a session was used: it goes on until then.
    fn used(&self, digest: &Digest, idle_until: Timestamp) -> Result<(), BooksError>;
    /// A key.
    fn api_key(&self, id: Uuid) -> Result<Option<ApiKey>, BooksError>;
    /// The keys of a person, revoked ones as well, oldest first.
    fn api_keys(&self, person: PersonId) -> Result<Vec<ApiKey>, BooksError>;
    /// The grants of a person that were not withdrawn, oldest first.
    fn grants(&self, person: PersonId) -> Result<Vec<Grant>, BooksError>;
    /// All grants that were not withdrawn, oldest first.
    fn all_grants(&self) -> Result<Vec<Grant>, BooksError>;
    /// The grants that reach a household, of it alone or of all, that were not withdrawn, oldest first.
    fn grants_reaching(&self, household: HouseholdId) -> Result<Vec<Grant>, BooksError>;
    /// Tries under a name, by its digest.
    fn tries(&self, name: &Digest) -> Result<Option<Tries>, BooksError>;
    /// One more failed try under a name; the count with it. From `most` on the name is locked until then.
    fn failed(
        &self,
        name: &Digest,
        at: Timestamp,
        most: u32,
        locked_until: Timestamp,
    ) -> Result<Tries, BooksError>;
    /// Somebody was let in under a name: its failed tries are forgotten.
    fn let_in(&self, name: &Digest) -> Result<(), BooksError>;
    /// What was answered to a key of somebody's request.
    fn answered(&self, person: PersonId, key: &str) -> Result<Option<Answered>, BooksError>;
    /// Keeps an answer under a key; the first one stays.
    fn keep_answer(
        &self,
        person: PersonId,
        key: &str,
        answered: &Answered,
        at: Timestamp,
    ) -> Result<(), BooksError>;
    /// Forgets answers, failed tries and ended sessions of before this time.
    fn forget_before(&self, at: Timestamp) -> Result<(), BooksError>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_lead_back_and_nobody_who_prepares_approves() {
        for (role, word) in Role::ALL {
            assert_eq!((role.word(), Role::of_word(word)), (word, Some(role)));
        }
        for (right, word) in Right::ALL {
            assert_eq!((right.word(), Right::of_word(word)), (word, Some(right)));
        }
        assert!(!Role::Adviser.may(Right::Approve) && !Role::Approver.may(Right::Write));
        assert!(!Role::Admin.may(Right::Read) && !Role::Investor.may(Right::Administer));
        assert!(Right::ALL.iter().filter(|(right, _)| Role::Auditor.may(*right)).count() == 2);
    }

    #[test]
    fn what_is_over_counts_no_more() {
        let at = |second| Timestamp::from_second(second).unwrap();
        let person = PersonId::new(at(0), [0; 10]);
        let grant = Grant {
            id: Uuid::nil(),
            person,
            household: None,
            role: Role::Auditor,
            by: person,
            at: at(0),
            until: Some(at(10)),
            withdrawn_at: None,
        };
        assert!(grant.counts(at(9)) && !grant.counts(at(10)));
        assert!(!Grant { withdrawn_at: Some(at(5)), ..grant }.counts(at(9)));
        let session = Session {
            digest: [0; 32],
            person,
            begun_at: at(0),
            idle_until: at(10),
            ends_at: at(20),
            proved_at: at(0),
            ended_at: None,
        };
        assert!(session.is_on(at(9)) && !session.is_on(at(10)));
        assert!(!Session { idle_until: at(30), ..session.clone() }.is_on(at(20)));
        assert!(!Session { ended_at: Some(at(3)), ..session }.is_on(at(5)));
    }
}
