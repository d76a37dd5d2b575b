//! The audit log in the database: where its rows go, and the trait behind which it is sealed.
//!
//! In: the records of an entry. Out: they are at the end of the log, in the transaction of that entry. Invariant: the head of the
//! log is locked from here to the end of the transaction, so records have one order, without gaps, and it is the order in
//! which entries took effect.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use rebalance::books::{BooksError, Record};

use crate::failure::Failure;
use crate::row::Row;
use crate::value::values_of;
use crate::work::Work;

/// Place of a stored node of the tree: level from 0 for leaves, index from the left.
pub type Place = (u8, u64);
/// A SHA-256.
pub type Hash = [u8; 32];
/// Who owns records that concern no household.
pub const HOUSE: &str = "-";

/// What an append has to know of the log.
#[derive(Debug, Clone, Default)]
pub struct Head {
    /// Records in it.
    pub size: u64,
    /// The stored nodes that [`Journal::needs`] named.
    pub nodes: BTreeMap<Place, Hash>,
    /// The keys of the households that the records are of, where there are any.
    pub keys: BTreeMap<String, Key>,
}

/// A household's key as it is stored, wrapped.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Key {
    /// Its number.
    pub id: [u8; 16],
    /// The key, encrypted.
    pub wrapped: Vec<u8>,
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sealed {
    /// From 0, without gaps.
    pub sequence: u64,
    /// When.
    pub at: Timestamp,
    /// What it is about.
    pub kind: String,
    /// Which key opens it.
    pub key_id: [u8; 16],
    /// To look up the records of a subject.
    pub subject_tag: [u8; 16],
    /// Salted hashes of household, subject, actor and original.
    pub commitments: [Hash; 4],
    /// Names and original, encrypted.
    pub sealed: Vec<u8>,
}

/// What an append adds.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// One row per record.
    pub records: Vec<Sealed>,
    /// The nodes that they complete.
    pub nodes: Vec<(Place, Hash)>,
    /// Keys that had to be made, by household.
    pub keys: Vec<(String, Key)>,
}

/// Why records could not be sealed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SealError(pub String);

/// What seals records: the `audit` crate, with the keys and the randomness that it was given.
pub trait Journal: Send + Sync {
    /// The stored nodes that an append to a log of this size needs.
    fn needs(&self, size: u64) -> Vec<Place>;

    /// Seals records, to go to the end of a log.
    ///
    /// # Errors
    /// [`SealError`]: nothing of the entry is written.
    fn seal(&self, head: &Head, records: &[Record]) -> Result<Page, SealError>;
}

/// Appends records; the sequence number of the first.
pub(crate) async fn append(
    work: &mut Work,
    journal: &dyn Journal,
    records: &[Record],
) -> Result<u64, Failure> {
    let head = head(work, journal, records).await?;
    let page = journal.seal(&head, records).map_err(|e| BooksError::Damaged { detail: e.to_string() })?;
    for (household, key) in &page.keys {
        let sql = "INSERT INTO audit_keys (household, key_id, wrapped) VALUES ($1, $2, $3)";
        work.execute(sql, values_of![household, &key.id[..], &key.wrapped[..]]).await?;
    }
    for record in &page.records {
        insert(work, record).await?;
    }
    for ((level, place), hash) in &page.nodes {
        let sql = "INSERT INTO audit_nodes (level, place, hash) VALUES ($1, $2, $3)";
        work.execute(sql, values_of![u32::from(*level), *place, &hash[..]]).await?;
    }
    let size = head.size + page.records.len() as u64;
    work.execute("UPDATE audit_head SET size = $1 WHERE place = 1", values_of![size]).await?;
    Ok(head.size)
}

async fn insert(work: &mut Work, record: &Sealed) -> Result<(), Failure> {
    let [household, subject, actor, original] = &record.commitments;
    let sql = "INSERT INTO audit_records (sequence, at, kind, key_id, subject_tag, household_commitment, \
               subject_commitment, actor_commitment, original_commitment, sealed) \
               VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let values = values_of![
        record.sequence,
        record.at,
        &record.kind,
        &record.key_id[..],
        &record.subject_tag[..],
        &household[..],
        &subject[..],
        &actor[..],
        &original[..],
        &record.sealed[..],
    ];
    work.execute(sql, values).await.map(drop)
}

/// Locks the head of the log and fetches what an append needs.
async fn head(work: &mut Work, journal: &dyn Journal, records: &[Record]) -> Result<Head, Failure> {
    let sql = format!("SELECT size FROM audit_head WHERE place = 1{}", work.locking());
    let size = match work.row(&sql, &[]).await? {
        Some(row) => row.count("size")?,
        None => return Err(BooksError::Damaged { detail: "the audit log has no head".to_owned() }.into()),
    };
    let mut head = Head { size, ..Head::default() };
    for (level, place) in journal.needs(size) {
        if let Some(hash) = node(work, level, place).await? {
            head.nodes.insert((level, place), hash);
        }
    }
    let owners: BTreeSet<String> = records.iter().map(owner).collect();
    for household in owners {
        if let Some(key) = key(work, &household).await? {
            head.keys.insert(household, key);
        }
    }
    Ok(head)
}

/// Records in the log.
pub(crate) async fn size(work: &mut Work) -> Result<u64, Failure> {
    let row = work.row("SELECT size FROM audit_head WHERE place = 1", &[]).await?;
    Ok(row.map(|row| row.count("size")).transpose()?.unwrap_or(0))
}

/// Under which name the key of a record is kept.
#[must_use]
pub fn owner(record: &Record) -> String {
    record.household.map_or_else(|| HOUSE.to_owned(), |household| household.to_string())
}

/// A stored node of the tree.
pub(crate) async fn node(work: &mut Work, level: u8, place: u64) -> Result<Option<Hash>, Failure> {
    let sql = "SELECT hash FROM audit_nodes WHERE level = $1 AND place = $2";
    let row = work.row(sql, values_of![u32::from(level), place]).await?;
    Ok(row.map(|row| fixed(&row, "hash")).transpose()?)
}

/// The key of a household, wrapped.
pub(crate) async fn key(work: &mut Work, household: &str) -> Result<Option<Key>, Failure> {
    let sql = "SELECT key_id, wrapped FROM audit_keys WHERE household = $1";
    let row = work.row(sql, values_of![household]).await?;
    Ok(row
        .map(|row| Ok::<_, BooksError>(Key { id: fixed(&row, "key_id")?, wrapped: row.bytes("wrapped")? }))
        .transpose()?)
}

/// Records from a number on, at most so many.
pub(crate) async fn records(work: &mut Work, from: u64, most: u32) -> Result<Vec<Sealed>, Failure> {
    let sql = "SELECT * FROM audit_records WHERE sequence >= $1 ORDER BY sequence LIMIT $2";
    let rows = work.rows(sql, values_of![from, most]).await?;
    Ok(rows.iter().map(sealed).collect::<Result<_, _>>()?)
}

fn sealed(row: &Row) -> Result<Sealed, BooksError> {
    Ok(Sealed {
        sequence: row.count("sequence")?,
        at: row.time("at")?,
        kind: row.text("kind")?,
        key_id: fixed(row, "key_id")?,
        subject_tag: fixed(row, "subject_tag")?,
        commitments: [
            fixed(row, "household_commitment")?,
            fixed(row, "subject_commitment")?,
            fixed(row, "actor_commitment")?,
            fixed(row, "original_commitment")?,
        ],
        sealed: row.bytes("sealed")?,
    })
}

fn fixed<const N: usize>(row: &Row, column: &str) -> Result<[u8; N], BooksError> {
    let bytes = row.bytes(column)?;
    bytes.try_into().map_err(|bytes: Vec<u8>| crate::row::damaged(column, format!("{} bytes", bytes.len())))
}
