//! The audit log, read again: its rows, nodes and checkpoints, and whether it is what it was.
//!
//! In: open books. Out: what `audit` proves, exports and verifies. Nothing here trusts what it reads.

use audit::commitment::Field;
use audit::leaf::{Commitments, KeyId, SubjectTag};
use audit::{
    Checkpoint, Contents, Frontier, HOUSE, Hash, HouseholdKey, Kind, NodeId, NodeMap, Report,
    SignedCheckpoint, Stored, Trust, Verifier, WrappedKey,
};
use jiff::Timestamp;
use rebalance::books::BooksError;
use rebalance::id::HouseholdId;

use crate::failure::Failure;
use crate::ledger::Keyring;
use crate::row::{Row, damaged, fixed};
use crate::store::Store;
use crate::value::{Value, values_of};
use crate::work::Work;
use crate::{journal, keys};

/// Rows that are looked at together.
pub(crate) const PAGE: u32 = 1000;
/// Nodes that are asked for together.
const NODES: usize = 64;

impl Store {
    /// Records from a number on, at most so many.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn records(&self, from: u64, most: u32) -> Result<Vec<audit::Row>, BooksError> {
        self.look(async |work| records(work, from, most).await)
    }

    /// The records of a household about a subject, such as a recommendation; none where the household's key was destroyed.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn records_about(
        &self,
        household: HouseholdId,
        subject: &str,
    ) -> Result<Vec<audit::Row>, BooksError> {
        self.look(async |work| {
            let Some(wrapped) = keys::of(work, &household.to_string()).await? else { return Ok(Vec::new()) };
            let key = wrapped.unwrapped(&self.sealing.master).map_err(closed)?;
            let sql = "SELECT * FROM audit_records WHERE key_id = $1 AND subject_tag = $2 ORDER BY sequence";
            let rows = work.rows(sql, values_of![&key.id().0[..], &key.subject_tag(subject).0[..]]).await?;
            Ok::<_, Failure>(rows.iter().map(record).collect::<Result<_, _>>()?)
        })
    }

    /// The records of a kind that belong to no household, opened; none where their key is not there.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn records_of_house(&self, kind: &str) -> Result<Vec<Contents>, BooksError> {
        self.look(async |work| {
            let Some(wrapped) = keys::of(work, HOUSE).await? else { return Ok(Vec::new()) };
            let Ok(key) = wrapped.unwrapped(&self.sealing.master) else { return Ok(Vec::new()) };
            let sql = "SELECT * FROM audit_records WHERE key_id = $1 AND kind = $2 ORDER BY sequence";
            let rows = work.rows(sql, values_of![&key.id().0[..], kind]).await?;
            let rows = rows.iter().map(record).collect::<Result<Vec<audit::Row>, _>>()?;
            let opened = rows.iter().filter_map(|row| match row.read(Some(&key)) {
                Ok(audit::Reading::Open(contents)) => Some(contents),
                _ => None,
            });
            Ok::<_, Failure>(opened.collect())
        })
    }

    /// The key of a household, or of [`audit::HOUSE`]; `None` where there is none or it was destroyed.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn key(&self, household: &str) -> Result<Option<HouseholdKey>, BooksError> {
        self.look(async |work| {
            let wrapped = keys::of(work, household).await?;
            let key = wrapped.map(|wrapped| wrapped.unwrapped(&self.sealing.master)).transpose();
            Ok::<_, Failure>(key.map_err(closed)?)
        })
    }

    /// Whether the master key is that of these books: a key opens with it, or there is none. That one key does not open is another fault.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn fits_master(&self) -> Result<bool, BooksError> {
        self.look(async |work| {
            let of_house = keys::of(work, HOUSE).await;
            if of_house.is_ok_and(|key| key.is_some_and(|key| key.unwrapped(&self.sealing.master).is_ok())) {
                return Ok::<_, Failure>(true);
            }
            let all = keys::each(work).await?;
            let opens = |key: &WrappedKey| key.unwrapped(&self.sealing.master).is_ok();
            Ok(all.is_empty() || all.iter().any(|(_, key)| key.as_ref().is_ok_and(opens)))
        })
    }

    /// Stored nodes of the tree, for a proof.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn nodes(&self, wanted: &[NodeId]) -> Result<NodeMap, BooksError> {
        self.look(async |work| nodes(work, wanted).await)
    }

    /// The state of the tree as it is, to be signed as a checkpoint.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn frontier(&self) -> Result<Frontier, BooksError> {
        self.look(async |work| {
            let size = size(work).await?;
            journal::state_at(work, size).await
        })
    }

    /// Keeps a signed checkpoint beside the log; one of a size that is there is left as it is.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn keep_checkpoint(&self, signed: &SignedCheckpoint, at: Timestamp) -> Result<(), BooksError> {
        let (size, note) = (signed.unverified().size, signed.to_text());
        self.change(&async |work| {
            let known =
                work.row("SELECT size FROM audit_checkpoints WHERE size = $1", values_of![size]).await?;
            if known.is_none() {
                let sql = "INSERT INTO audit_checkpoints (size, note, at) VALUES ($1, $2, $3)";
                work.execute(sql, values_of![size, &note, at]).await?;
            }
            Ok(())
        })
    }

    /// The checkpoints beside the log, by size.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn checkpoints(&self) -> Result<Vec<SignedCheckpoint>, BooksError> {
        self.look(async |work| checkpoints(work).await)
    }

    /// Verifies the whole log as it is at one moment, with every key that opens: tree and checkpoints need none.
    /// What is wrong with a key is told by [`Store::held_against_log`].
    ///
    /// # Errors
    /// [`BooksError`]: it could not be read. That something is wrong with the log is in the report.
    pub fn verify(&self, trust: &Trust, outside: &[Checkpoint]) -> Result<Report, BooksError> {
        self.look(async |work| {
            let keyring = Keyring::read(work, &self.sealing).await?;
            let mut verifier = Verifier::new(trust, &checkpoints(work).await?, outside);
            let mut next = 0;
            loop {
                let rows = records(work, next, PAGE).await?;
                let Some(last) = rows.last().map(|row| row.sequence) else { break };
                let completed: Vec<NodeId> =
                    rows.iter().flat_map(|r| Frontier::completed_by(r.sequence)).collect();
                let stored = nodes(work, &completed).await?;
                for row in &rows {
                    verifier.row(row, Stored::Nodes(&stored), keyring.open.get(&row.key_id));
                }
                next = last.saturating_add(1);
            }
            let rest = leaves_from(work, next).await?;
            Ok::<_, Failure>(verifier.finish(rest))
        })
    }
}

/// A key that is there and does not open.
fn closed(why: impl std::fmt::Display) -> BooksError {
    BooksError::Damaged { detail: why.to_string() }
}

/// Records in the log.
pub(crate) async fn size(work: &mut Work) -> Result<u64, Failure> {
    let row = work.row("SELECT size FROM audit_head WHERE place = 1", &[]).await?;
    Ok(row.map(|row| row.count("size")).transpose()?.unwrap_or(0))
}

/// Stored nodes.
pub(crate) async fn nodes(work: &mut Work, wanted: &[NodeId]) -> Result<NodeMap, Failure> {
    let mut found = NodeMap::new();
    for some in wanted.chunks(NODES) {
        let place = |n: usize| format!("(level = ${} AND place = ${})", 2 * n + 1, 2 * n + 2);
        let places: Vec<String> = (0..some.len()).map(place).collect();
        let sql = format!("SELECT level, place, hash FROM audit_nodes WHERE {}", places.join(" OR "));
        let values = some.iter().flat_map(|id| [Value::from(u32::from(id.level)), Value::from(id.index)]);
        for row in work.rows(&sql, &values.collect::<Vec<_>>()).await? {
            let level = u8::try_from(row.int("level")?).map_err(|e| damaged("level", e))?;
            found.insert(NodeId { level, index: row.count("place")? }, Hash(fixed(&row, "hash")?));
        }
    }
    Ok(found)
}

/// Stored leaves behind the last row: of records that are gone.
async fn leaves_from(work: &mut Work, from: u64) -> Result<Vec<Hash>, Failure> {
    let sql = "SELECT hash FROM audit_nodes WHERE level = 0 AND place >= $1 ORDER BY place";
    let rows = work.rows(sql, values_of![from]).await?;
    Ok(rows.iter().map(|row| fixed(row, "hash").map(Hash)).collect::<Result<_, _>>()?)
}

async fn checkpoints(work: &mut Work) -> Result<Vec<SignedCheckpoint>, Failure> {
    let rows = work.rows("SELECT note FROM audit_checkpoints ORDER BY size", &[]).await?;
    let read = |row: &Row| SignedCheckpoint::parse(&row.text("note")?).map_err(|e| damaged("note", e));
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

pub(crate) async fn records(work: &mut Work, from: u64, most: u32) -> Result<Vec<audit::Row>, Failure> {
    let sql = "SELECT * FROM audit_records WHERE sequence >= $1 ORDER BY sequence LIMIT $2";
    let rows = work.rows(sql, values_of![from, most]).await?;
    Ok(rows.iter().map(record).collect::<Result<_, _>>()?)
}

/// A row as it is stored; one that can't even be read is named.
fn record(row: &Row) -> Result<audit::Row, BooksError> {
    let sequence = row.count("sequence")?;
    fields(row, sequence).map_err(|error| match error {
        BooksError::Damaged { detail } => {
            BooksError::Damaged { detail: format!("record {sequence}: {detail}") }
        }
        other => other,
    })
}

fn fields(row: &Row, sequence: u64) -> Result<audit::Row, BooksError> {
    let commitment = |field: Field| fixed(row, &format!("{}_commitment", field.name())).map(Hash);
    Ok(audit::Row {
        sequence,
        time_micros: row.time("at")?.as_microsecond(),
        kind: Kind::new(&row.text("kind")?).map_err(|e| damaged("kind", e))?,
        key_id: KeyId(fixed(row, "key_id")?),
        subject_tag: SubjectTag(fixed(row, "subject_tag")?),
        commitments: Commitments {
            household: commitment(Field::Household)?,
            subject: commitment(Field::Subject)?,
            actor: commitment(Field::Actor)?,
            original: commitment(Field::Original)?,
        },
        sealed: row.bytes("sealed")?,
    })
}
