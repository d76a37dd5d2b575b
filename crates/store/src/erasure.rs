//! Erasure: a household's key is destroyed, and with it all that the audit log tells of it. The tree stays whole.
//!
//! In: the household, what binds the records, who asks. Out: the key is gone and that is on record, or every reason against it.
//! Invariant: a retention that has not run out or a legal hold refuses it; nobody can add a record in between.

use audit::retention::{ErasureRefused, ErasureRequest, Hold, RetentionRule, may_erase};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::Offset;
use rebalance::books::{BooksError, Record};
use rebalance::id::HouseholdId;
use serde_json::json;

use crate::failure::Failure;
use crate::row::Row;
use crate::store::Store;
use crate::value::values_of;
use crate::work::Work;
use crate::{journal, keys};

/// Why nothing was erased.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EraseError {
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The records have to be kept.
    #[error(transparent)]
    Refused(#[from] ErasureRefused),
    /// There is nothing to erase.
    #[error("household {household} has no key: it has no records, or they were erased before")]
    NoKey {
        /// Which.
        household: String,
    },
}

impl From<Failure> for EraseError {
    fn from(failure: Failure) -> EraseError {
        EraseError::Books(failure.into_books())
    }
}

/// Who asks for an erasure, and what binds the records.
#[derive(Debug, Clone, Copy)]
pub struct Erasure<'a> {
    /// Whose records.
    pub household: HouseholdId,
    /// Rules of retention that bind.
    pub rules: &'a [RetentionRule],
    /// Legal holds.
    pub holds: &'a [Hold],
    /// Today, where the rules bind.
    pub today: Date,
    /// Who asks.
    pub actor: &'a str,
    /// When.
    pub at: Timestamp,
}

impl Store {
    /// Destroys the key of a household, in the table and in the file beneath it. Its rows in the other tables are not touched, and neither are older
    /// backups, nor the log of a PostgreSQL server that is kept elsewhere. Comes back with why the key was not written over, where it is destroyed and
    /// somebody held the table: [`Store::overwrite_erased`] does that later.
    ///
    /// # Errors
    /// [`EraseError`]; nothing was erased.
    pub fn erase(&self, erasure: Erasure<'_>) -> Result<Option<BooksError>, EraseError> {
        self.change_once(async |work| {
            // Whoever holds the head of the log is the only one who can add to it.
            journal::locked_state(work).await?;
            let household = erasure.household.to_string();
            let Some(key) = keys::of(work, &household).await? else {
                return Err(EraseError::NoKey { household });
            };
            let last_entry = last_entry(work, &key.id.0).await?;
            let (rules, holds, today) = (erasure.rules, erasure.holds, erasure.today);
            may_erase(ErasureRequest { last_entry, rules, holds, today })?;
            keys::destroy(work, &key).await?;
            let body = json!({"household": household, "key": key.id.to_string()}).to_string();
            let (kind, actor) = (audit::kind::word::ERASURE.to_owned(), erasure.actor.to_owned());
            let record = Record { kind, at: erasure.at, household: None, subject: household, actor, body };
            journal::append(work, &self.sealing, &[record]).await?;
            Ok(())
        })?;
        // Only once it is committed is the key's row free to be written over.
        Ok(self.overwrite_erased().err())
    }

    /// Writes over the keys that were destroyed, as far as the database can.
    ///
    /// # Errors
    /// [`BooksError`]; it can be done again.
    pub fn overwrite_erased(&self) -> Result<(), BooksError> {
        self.overwrite(keys::TABLE)
    }
}

/// The day, UTC, of the newest record under a key.
async fn last_entry(work: &mut Work, key_id: &[u8]) -> Result<Option<Date>, Failure> {
    let sql = "SELECT at FROM audit_records WHERE key_id = $1 ORDER BY at DESC LIMIT 1";
    let row: Option<Row> = work.row(sql, values_of![key_id]).await?;
    let at = row.map(|row| row.time("at")).transpose()?;
    Ok(at.map(|at| Offset::UTC.to_datetime(at).date()))
}
