//! The end of the audit log: records are sealed and written in the transaction of their entry.
//!
//! In: the records of an entry. Out: they stand at the end of the log. Invariant: the head of the log is locked from here to the end
//! of the transaction, so records have one order, without gaps, and it is the order in which entries took effect.

use std::collections::BTreeMap;

use audit::{
    Appended, Frontier, Guard, HouseholdKey, Kind, MasterKey, NewRecord, NodeMap, Randomness, Row, WrappedKey,
};
use rebalance::books::{BooksError, Record};

use crate::failure::Failure;
use crate::value::{Value, values_of};
use crate::work::Work;
use crate::{keys, log};

/// What records are sealed with.
pub struct Sealing {
    /// Wraps the keys of households.
    pub master: MasterKey,
    /// Keeps secrets out.
    pub guard: Guard,
    /// 32 bytes of the operating system's generator, others at every call.
    pub seed: Box<dyn Fn() -> [u8; 32] + Send + Sync>,
}

/// What became of an append.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Placed {
    /// Number of the first record.
    pub(crate) first: u64,
    /// Records in which secrets were masked.
    pub(crate) masked: u32,
}

/// Appends records.
pub(crate) async fn append(
    work: &mut Work,
    sealing: &Sealing,
    records: &[Record],
) -> Result<Placed, Failure> {
    let state = locked_state(work).await?;
    // A seed is used once: a unit of work that is done again draws another.
    let mut randomness = Randomness::from_seed((sealing.seed)());
    let keys = keys_of(work, sealing, records, &mut randomness).await?;
    let appended = sealed(&state, sealing, records, &keys, &mut randomness)?;
    let rows = appended.rows.iter().map(values).collect::<Result<Vec<_>, _>>()?;
    let into = "audit_records (sequence, at, kind, key_id, subject_tag, household_commitment, subject_commitment, \
                actor_commitment, original_commitment, sealed)";
    work.insert_all(into, &rows).await?;
    let nodes = appended.nodes.iter();
    let nodes: Vec<_> =
        nodes.map(|(id, hash)| values_of![u32::from(id.level), id.index, &hash.0[..]].to_vec()).collect();
    work.insert_all("audit_nodes (level, place, hash)", &nodes).await?;
    work.execute("UPDATE audit_head SET size = $1 WHERE place = 1", values_of![appended.state.size()])
        .await?;
    let masked = u32::try_from(appended.masked.len()).unwrap_or(u32::MAX);
    Ok(Placed { first: state.size(), masked })
}

/// Why records can't be on record, in the words of the books.
pub(crate) fn unrecorded(why: impl std::fmt::Display) -> BooksError {
    BooksError::Unrecorded { detail: why.to_string() }
}

/// Locks the head of the log; the state of its tree.
pub(crate) async fn locked_state(work: &mut Work) -> Result<Frontier, Failure> {
    let sql = format!("SELECT size FROM audit_head WHERE place = 1{}", work.locking());
    let Some(row) = work.row(&sql, &[]).await? else {
        return Err(BooksError::Damaged { detail: "the audit log has no head".to_owned() }.into());
    };
    state_at(work, row.count("size")?).await
}

/// The state of the tree after so many records.
pub(crate) async fn state_at(work: &mut Work, size: u64) -> Result<Frontier, Failure> {
    let nodes: NodeMap = log::nodes(work, &Frontier::needs(size).collect::<Vec<_>>()).await?;
    let state = Frontier::load(size, &nodes).map_err(|e| BooksError::Damaged { detail: e.to_string() })?;
    Ok(state)
}

/// The key of each household that the records are of; made where there is none.
async fn keys_of(
    work: &mut Work,
    sealing: &Sealing,
    records: &[Record],
    randomness: &mut Randomness,
) -> Result<BTreeMap<String, HouseholdKey>, Failure> {
    let mut keys = BTreeMap::new();
    for record in records {
        let owner = owner(record);
        if keys.contains_key(&owner) {
            continue;
        }
        let key = if let Some(wrapped) = keys::of(work, &owner).await? {
            wrapped.unwrapped(&sealing.master).map_err(unrecorded)?
        } else {
            let key = HouseholdKey::generate(&owner, randomness).map_err(unrecorded)?;
            let wrapped: WrappedKey = key.wrapped(&sealing.master, randomness);
            keys::insert(work, &wrapped).await?;
            key
        };
        keys.insert(owner, key);
    }
    Ok(keys)
}

fn sealed(
    state: &Frontier,
    sealing: &Sealing,
    records: &[Record],
    keys: &BTreeMap<String, HouseholdKey>,
    randomness: &mut Randomness,
) -> Result<Appended, BooksError> {
    let kinds = records.iter().map(|record| Kind::new(&record.kind)).collect::<Result<Vec<_>, _>>();
    let kinds = kinds.map_err(unrecorded)?;
    let new = records.iter().zip(&kinds).map(|(record, kind)| {
        let key = keys.get(&owner(record)).ok_or_else(|| unrecorded("a record has no key"))?;
        Ok(NewRecord {
            time_micros: record.at.as_microsecond(),
            kind,
            key,
            subject: &record.subject,
            actor: &record.actor,
            original: record.body.as_bytes(),
        })
    });
    let new = new.collect::<Result<Vec<_>, BooksError>>()?;
    audit::append(state, &new, &sealing.guard, randomness).map_err(unrecorded)
}

/// Under which name the key of a record is kept.
pub(crate) fn owner(record: &Record) -> String {
    record.household.map_or_else(|| audit::HOUSE.to_owned(), |household| household.to_string())
}

/// A record as it is stored.
fn values(row: &Row) -> Result<Vec<Value>, Failure> {
    let at = jiff::Timestamp::from_microsecond(row.time_micros).map_err(unrecorded)?;
    Ok(values_of![
        row.sequence,
        at,
        row.kind.as_str(),
        &row.key_id.0[..],
        &row.subject_tag.0[..],
        &row.commitments.household.0[..],
        &row.commitments.subject.0[..],
        &row.commitments.actor.0[..],
        &row.commitments.original.0[..],
        &row.sealed[..],
    ]
    .to_vec())
}
