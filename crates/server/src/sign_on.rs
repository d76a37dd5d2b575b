//! Somebody else who knows people: what signing in with a provider needs between the server and the program around it.
//!
//! In: a browser that went away and comes back. Out: what is kept with it meanwhile, and the person that a provider vouches for. Invariants: what
//! comes back is of the browser that went, once; a name here belongs to the first subject of the provider that came with it, until somebody unbinds it.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use jiff::{SignedDuration, Timestamp};
use rebalance::books::access::Digest;
use rebalance::books::{Books, BooksError, Change, Entry, Person, Record, Setting};
use rebalance::id::PersonId;
use store::Store;

use crate::house::House;
use crate::problem::Problem;
use crate::tokens;

/// The cookie of a sign-in that was begun.
pub(crate) const COOKIE: &str = "__Host-equipoise-sign-on";
/// How long somebody may take at the provider.
pub(crate) const LASTS: SignedDuration = SignedDuration::from_mins(10);
/// The settings by which a person is known at the provider: a digest, or nothing where nobody is bound any more.
const SCOPE: &str = "sign_on";
/// States that were used and are remembered at most; older ones are over.
const USED_MAX: usize = 10_000;

/// A sign-in that was begun.
#[derive(Clone)]
pub struct Begun {
    /// Where the browser is to go.
    pub url: String,
    /// Comes back with the browser.
    pub state: String,
    /// Comes back with the provider's word.
    pub nonce: String,
    /// Shows the provider that who brings the code has begun it.
    pub verifier: String,
}

/// Somebody for whom a provider vouches.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vouched {
    /// By which provider.
    pub issuer: String,
    /// The provider's name for them, which never changes hands.
    pub subject: String,
    /// What they are called here.
    pub name: String,
    /// When they showed the provider who they are, where it says so.
    pub shown_at: Option<Timestamp>,
}

/// Why a provider vouches for nobody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SignOnFault {
    /// It can't be asked now.
    Unreached(String),
    /// What came back is not believed.
    Refused(String),
}

impl From<SignOnFault> for Problem {
    fn from(fault: SignOnFault) -> Problem {
        match fault {
            SignOnFault::Unreached(words) => Problem::outside(words),
            SignOnFault::Refused(words) => Problem::sign_on_refused(words),
        }
    }
}

/// States that came back, so that none does twice.
#[derive(Debug, Default)]
pub(crate) struct Used(Mutex<VecDeque<(Digest, Timestamp)>>);

impl Used {
    /// Uses a state; whether it was not used before.
    pub(crate) fn take(&self, state: &str, now: Timestamp) -> bool {
        let digest = tokens::digest(state.as_bytes());
        let mut used = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        while used.front().is_some_and(|(_, at)| now.duration_since(*at) > LASTS) || used.len() >= USED_MAX {
            used.pop_front();
        }
        let is_new = used.iter().all(|(known, _)| !tokens::same(known, &digest));
        if is_new {
            used.push_back((digest, now));
        }
        is_new
    }
}

/// The person whom a provider vouches for: of this name, and bound to this subject from the first time on.
pub(crate) fn person(house: &dyn House, vouched: &Vouched) -> Result<Person, Problem> {
    let store = house.store();
    let refused = || {
        Problem::sign_on_refused(
            "nobody here goes by the name that your provider gives you, or somebody else does: ask whoever keeps the people of this installation",
        )
    };
    let person = store.reading().person(vouched.name.trim())?.ok_or_else(refused)?;
    let subject = tokens::digest(format!("{}\n{}", vouched.issuer, vouched.subject).as_bytes());
    let subject: String = subject.iter().map(|byte| format!("{byte:02x}")).collect();
    let name = person.id.to_string();
    let version = match store.reading().setting(SCOPE, &name)? {
        Some(bound) if bound.value == subject => return Ok(person),
        Some(bound) if !bound.value.is_empty() => return Err(refused()),
        unbound => unbound.map_or(0, |setting| setting.version) + 1,
    };
    let facts = serde_json::json!({"told": "sign_on_bound", "person": name, "subject": subject});
    match store.record(&entry(person.id, subject, version, &facts, person.id, house.now())) {
        Ok(_) => Ok(person),
        // Somebody else of this name was quicker: whoever it is, they try again.
        Err(BooksError::Conflict { .. } | BooksError::Exists { .. }) => Err(refused()),
        Err(error) => Err(error.into()),
    }
}

/// Puts on record that a person is no longer bound to a subject of the provider, so that the one who signs in next under their name is. Whether they
/// were bound.
///
/// # Errors
/// [`BooksError`].
pub fn unbind(store: &Store, person: PersonId, by: PersonId, at: Timestamp) -> Result<bool, BooksError> {
    let bound = store.reading().setting(SCOPE, &person.to_string())?;
    let Some(bound) = bound.filter(|bound| !bound.value.is_empty()) else { return Ok(false) };
    let facts =
        serde_json::json!({"told": "sign_on_unbound", "person": person.to_string(), "subject": bound.value});
    store.record(&entry(person, String::new(), bound.version + 1, &facts, by, at))?;
    Ok(true)
}

/// What a person is bound to from now on, with its record.
fn entry(
    person: PersonId,
    value: String,
    version: u64,
    facts: &serde_json::Value,
    by: PersonId,
    at: Timestamp,
) -> Entry {
    let record = Record {
        kind: "settings".to_owned(),
        at,
        household: None,
        subject: String::new(),
        actor: by.to_string(),
        body: facts.to_string(),
    };
    let (scope, name) = (SCOPE.to_owned(), person.to_string());
    Entry::new(record).with(Change::Setting(Setting { scope, name, value, version, at }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_is_used_once_and_what_is_over_is_forgotten() {
        let (used, now) = (Used::default(), Timestamp::UNIX_EPOCH);
        assert!(used.take("a", now) && !used.take("a", now) && used.take("b", now));
        let later = now + SignedDuration::from_mins(11);
        assert!(used.take("c", later));
        assert_eq!(used.0.lock().unwrap().len(), 1);
    }
}
