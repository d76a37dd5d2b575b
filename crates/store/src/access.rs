//! Who may come in, in the database: passwords, sessions, keys, grants, failed tries, answers that were given.
//!
//! Invariants: what is on record is changed with its record only ([`change`]); a new password ends every session of its person.

use jiff::Timestamp;
use rebalance::books::access::{
    Access, AccessChange, Answered, ApiKey, Digest, Grant, Password, Right, Role, Session, Tries,
};
use rebalance::books::{BooksError, Person};
use rebalance::id::{HouseholdId, PersonId};
use uuid::Uuid;

use crate::failure::Failure;
use crate::people;
use crate::row::{Row, damaged, fixed};
use crate::store::Store;
use crate::value::values_of;
use crate::work::Work;

/// Writes a change that is on record.
pub(crate) async fn change(work: &mut Work, change: &AccessChange) -> Result<(), Failure> {
    match change {
        AccessChange::Password(password) => set_password(work, password).await,
        AccessChange::SignedIn(session) => sign_in(work, session).await,
        AccessChange::Proved(digest, at) => {
            let sql = "UPDATE sessions SET proved_at = $2 WHERE digest = $1 AND ended_at IS NULL";
            is_there(work.execute(sql, values_of![&digest[..], *at]).await?, "the session")
        }
        AccessChange::SignedOut(digest, at) => {
            let sql = "UPDATE sessions SET ended_at = $2 WHERE digest = $1 AND ended_at IS NULL";
            is_there(work.execute(sql, values_of![&digest[..], *at]).await?, "the session")
        }
        AccessChange::Key(key) => insert_key(work, key).await,
        AccessChange::KeyMayApprove(id, at) => {
            let sql = "UPDATE api_keys SET rights = rights || ' approve' WHERE id = $1 AND revoked_at IS NULL AND until > $2 \
                       AND rights NOT LIKE '%approve%'";
            is_there(work.execute(sql, values_of![*id, *at]).await?, "a key that may not approve yet")
        }
        AccessChange::KeyRevoked(id, at) => {
            let sql = "UPDATE api_keys SET revoked_at = $2 WHERE id = $1 AND revoked_at IS NULL";
            is_there(work.execute(sql, values_of![*id, *at]).await?, "the key")
        }
        AccessChange::Granted(grant) => insert_grant(work, grant).await,
        AccessChange::Withdrawn(id, at) => {
            let sql = "UPDATE grants SET withdrawn_at = $2 WHERE id = $1 AND withdrawn_at IS NULL";
            is_there(work.execute(sql, values_of![*id, *at]).await?, "the grant")
        }
    }
}

/// Nothing is ended twice.
fn is_there(changed: u64, what: &str) -> Result<(), Failure> {
    crate::commit::one(changed, || what.to_owned(), 0)
}

async fn set_password(work: &mut Work, password: &Password) -> Result<(), Failure> {
    let sql = "INSERT INTO passwords (person_id, hash, at) VALUES ($1, $2, $3) \
               ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, at = excluded.at";
    work.execute(sql, values_of![password.person.uuid(), &password.hash, password.at]).await?;
    let sql = "UPDATE sessions SET ended_at = $2 WHERE person_id = $1 AND ended_at IS NULL";
    work.execute(sql, values_of![password.person.uuid(), password.at]).await.map(drop)
}

async fn sign_in(work: &mut Work, session: &Session) -> Result<(), Failure> {
    let sql = "INSERT INTO sessions (digest, person_id, begun_at, idle_until, ends_at, proved_at, ended_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7)";
    let values = values_of![
        &session.digest[..],
        session.person.uuid(),
        session.begun_at,
        session.idle_until,
        session.ends_at,
        session.proved_at,
        session.ended_at,
    ];
    work.execute(sql, values).await.map(drop)
}

async fn insert_key(work: &mut Work, key: &ApiKey) -> Result<(), Failure> {
    let rights: Vec<&str> = key.rights.iter().map(|right| right.word()).collect();
    let sql = "INSERT INTO api_keys (id, person_id, label, digest, rights, at, until, revoked_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = values_of![
        key.id,
        key.person.uuid(),
        &key.label,
        &key.digest[..],
        rights.join(" "),
        key.at,
        key.until,
        key.revoked_at,
    ];
    work.execute(sql, values).await.map(drop)
}

async fn insert_grant(work: &mut Work, grant: &Grant) -> Result<(), Failure> {
    let sql = "INSERT INTO grants (id, person_id, household_id, role, by_id, at, until, withdrawn_at) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let values = values_of![
        grant.id,
        grant.person.uuid(),
        grant.household.map(HouseholdId::uuid),
        grant.role.word(),
        grant.by.uuid(),
        grant.at,
        grant.until,
        grant.withdrawn_at,
    ];
    work.execute(sql, values).await.map(drop)
}

impl Access for Store {
    fn whose(&self, person: PersonId) -> Result<Option<Person>, BooksError> {
        self.ask(async |work| people::by_id(work, person).await)
    }

    fn password(&self, person: PersonId) -> Result<Option<Password>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT hash, at FROM passwords WHERE person_id = $1";
            let Some(row) = work.row(sql, values_of![person.uuid()]).await? else { return Ok(None) };
            Ok(Some(Password { person, hash: row.text("hash")?, at: row.time("at")? }))
        })
    }

    fn shown(&self, digest: &Digest) -> Result<Option<(Session, Person, Vec<Grant>)>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT s.*, p.name, p.made_at, g.id AS grant_id, g.household_id, g.role, g.by_id, g.at, g.until, g.withdrawn_at \
                       FROM sessions s JOIN people p ON p.id = s.person_id \
                       LEFT JOIN grants g ON g.person_id = s.person_id AND g.withdrawn_at IS NULL \
                       WHERE s.digest = $1 ORDER BY g.at, g.id";
            let rows = work.rows(sql, values_of![&digest[..]]).await?;
            let Some(first) = rows.first() else { return Ok(None) };
            let session = session(first)?;
            let (name, made_at) = (first.text("name")?, first.time("made_at")?);
            let person = Person { id: session.person, name, made_at };
            let mut grants = Vec::new();
            for row in &rows {
                if let Some(id) = row.id_or_none("grant_id")? {
                    grants.push(grant(id, row)?);
                }
            }
            Ok(Some((session, person, grants)))
        })
    }

    fn used(&self, digest: &Digest, idle_until: Timestamp) -> Result<(), BooksError> {
        self.change(&async |work| {
            let sql = "UPDATE sessions SET idle_until = $2 WHERE digest = $1 AND ended_at IS NULL";
            work.execute(sql, values_of![&digest[..], idle_until]).await.map(drop)
        })
    }

    fn api_key(&self, id: Uuid) -> Result<Option<ApiKey>, BooksError> {
        self.ask(async |work| {
            let row = work.row("SELECT * FROM api_keys WHERE id = $1", values_of![id]).await?;
            Ok(row.as_ref().map(api_key).transpose()?)
        })
    }

    fn api_keys(&self, person: PersonId) -> Result<Vec<ApiKey>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT * FROM api_keys WHERE person_id = $1 ORDER BY at, id";
            let rows = work.rows(sql, values_of![person.uuid()]).await?;
            Ok(rows.iter().map(api_key).collect::<Result<_, _>>()?)
        })
    }

    fn grants(&self, person: PersonId) -> Result<Vec<Grant>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT * FROM grants WHERE person_id = $1 AND withdrawn_at IS NULL ORDER BY at, id";
            let rows = work.rows(sql, values_of![person.uuid()]).await?;
            Ok(rows.iter().map(|row| grant(row.id("id")?, row)).collect::<Result<_, _>>()?)
        })
    }

    fn all_grants(&self) -> Result<Vec<Grant>, BooksError> {
        self.ask(async |work| {
            let rows =
                work.rows("SELECT * FROM grants WHERE withdrawn_at IS NULL ORDER BY at, id", &[]).await?;
            Ok(rows.iter().map(|row| grant(row.id("id")?, row)).collect::<Result<_, _>>()?)
        })
    }

    fn grants_reaching(&self, household: HouseholdId) -> Result<Vec<Grant>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT * FROM grants WHERE (household_id = $1 OR household_id IS NULL) AND withdrawn_at IS NULL ORDER BY at, id";
            let rows = work.rows(sql, values_of![household.uuid()]).await?;
            Ok(rows.iter().map(|row| grant(row.id("id")?, row)).collect::<Result<_, _>>()?)
        })
    }

    fn tries(&self, name: &Digest) -> Result<Option<Tries>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT failed, locked_until FROM sign_in_tries WHERE name = $1";
            let row = work.row(sql, values_of![&name[..]]).await?;
            Ok(row.as_ref().map(tries).transpose()?)
        })
    }

    fn failed(
        &self,
        name: &Digest,
        at: Timestamp,
        most: u32,
        locked_until: Timestamp,
    ) -> Result<Tries, BooksError> {
        self.change(&async |work| {
            let sql = "INSERT INTO sign_in_tries (name, failed, locked_until, at) VALUES ($1, 1, CASE WHEN $2 <= 1 THEN $3 END, $4) \
                       ON CONFLICT (name) DO UPDATE SET failed = sign_in_tries.failed + 1, at = excluded.at, locked_until = \
                       CASE WHEN sign_in_tries.failed + 1 >= $2 THEN $3 ELSE sign_in_tries.locked_until END \
                       RETURNING failed, locked_until";
            let row = work.row(sql, values_of![&name[..], most, locked_until, at]).await?;
            let counted = row.as_ref().map(tries).transpose()?;
            Ok(counted.unwrap_or(Tries { failed: most, locked_until: Some(locked_until) }))
        })
    }

    fn let_in(&self, name: &Digest) -> Result<(), BooksError> {
        self.change(&async |work| {
            work.execute("DELETE FROM sign_in_tries WHERE name = $1", values_of![&name[..]]).await.map(drop)
        })
    }

    fn answered(&self, person: PersonId, key: &str) -> Result<Option<Answered>, BooksError> {
        self.ask(async |work| {
            let sql = "SELECT asked, status, body FROM answers WHERE person_id = $1 AND key = $2";
            let Some(row) = work.row(sql, values_of![person.uuid(), key]).await? else { return Ok(None) };
            let status = u16::try_from(row.int("status")?).map_err(|error| damaged("status", error))?;
            Ok(Some(Answered { asked: fixed(&row, "asked")?, status, body: row.text("body")? }))
        })
    }

    fn keep_answer(
        &self,
        person: PersonId,
        key: &str,
        answered: &Answered,
        at: Timestamp,
    ) -> Result<(), BooksError> {
        self.change(&async |work| {
            let sql = "INSERT INTO answers (person_id, key, asked, status, body, at) VALUES ($1, $2, $3, $4, $5, $6) \
                       ON CONFLICT (person_id, key) DO NOTHING";
            let status = u32::from(answered.status);
            let values = values_of![person.uuid(), key, &answered.asked[..], status, &answered.body, at];
            work.execute(sql, values).await.map(drop)
        })
    }

    fn forget_before(&self, at: Timestamp) -> Result<(), BooksError> {
        self.change(&async |work| {
            work.execute("DELETE FROM answers WHERE at < $1", values_of![at]).await?;
            work.execute("DELETE FROM sessions WHERE ends_at < $1", values_of![at]).await?;
            work.execute("DELETE FROM sign_in_tries WHERE at < $1", values_of![at]).await.map(drop)
        })
    }
}

fn session(row: &Row) -> Result<Session, BooksError> {
    Ok(Session {
        digest: fixed(row, "digest")?,
        person: PersonId::from_uuid(row.id("person_id")?),
        begun_at: row.time("begun_at")?,
        idle_until: row.time("idle_until")?,
        ends_at: row.time("ends_at")?,
        proved_at: row.time("proved_at")?,
        ended_at: row.time_or_none("ended_at")?,
    })
}

fn api_key(row: &Row) -> Result<ApiKey, BooksError> {
    let words = row.text("rights")?;
    let right = |word| Right::of_word(word).ok_or_else(|| damaged("rights", format!("`{word}` is none")));
    Ok(ApiKey {
        id: row.id("id")?,
        person: PersonId::from_uuid(row.id("person_id")?),
        label: row.text("label")?,
        digest: fixed(row, "digest")?,
        rights: words.split_whitespace().map(right).collect::<Result<_, _>>()?,
        at: row.time("at")?,
        until: row.time("until")?,
        revoked_at: row.time_or_none("revoked_at")?,
    })
}

fn grant(id: Uuid, row: &Row) -> Result<Grant, BooksError> {
    let word = row.text("role")?;
    Ok(Grant {
        id,
        person: PersonId::from_uuid(row.id("person_id")?),
        household: row.id_or_none("household_id")?.map(HouseholdId::from_uuid),
        role: Role::of_word(&word).ok_or_else(|| damaged("role", format!("`{word}` is none")))?,
        by: PersonId::from_uuid(row.id("by_id")?),
        at: row.time("at")?,
        until: row.time_or_none("until")?,
        withdrawn_at: row.time_or_none("withdrawn_at")?,
    })
}

fn tries(row: &Row) -> Result<Tries, BooksError> {
    let failed = u32::try_from(row.int("failed")?).map_err(|error| damaged("failed", error))?;
    Ok(Tries { failed, locked_until: row.time_or_none("locked_until")? })
}
