//! What has to be stored for new records to be on record.
//!
//! In: the state of the tree, new records, the guard against secrets, randomness. Out: rows, tree nodes and the new state, which a
//! store writes in **one** transaction together with what the records tell of. Invariants: nothing stored before is touched; if one
//! record of a batch is refused, none is appended; a batch that was not committed leaves no trace, and its numbers are used again.

use crate::hash::Hash;
use crate::randomness::Randomness;
use crate::record::{NameError, NewRecord, ORIGINAL_BYTES_MAX, Row, checked_name};
use crate::secrets::{Guard, SecretError};
use crate::tree::{Frontier, NodeId, SIZE_MAX};

/// What to store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appended {
    /// The records, in order.
    pub rows: Vec<Row>,
    /// The nodes that they complete, each once.
    pub nodes: Vec<(NodeId, Hash)>,
    /// The state after them.
    pub state: Frontier,
    /// Records in which secrets were masked.
    pub masked: Vec<Masked>,
}

/// A record in which secrets were masked. Whoever wrote it has a leak to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Masked {
    /// Number of the record.
    pub sequence: u64,
    /// How many.
    pub secrets: usize,
}

/// Why nothing was appended.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// A name can't be on record.
    #[error("record {place} of {of}: {source}")]
    Name {
        /// In the batch, from 1.
        place: usize,
        /// Records of the batch.
        of: usize,
        /// Why.
        source: NameError,
    },
    /// An original is too long.
    #[error("record {place} of {of}: the original has {bytes} bytes; at most {ORIGINAL_BYTES_MAX} are kept")]
    Long {
        /// In the batch, from 1.
        place: usize,
        /// Records of the batch.
        of: usize,
        /// Of the original.
        bytes: usize,
    },
    /// A time that no calendar has.
    #[error("record {place} of {of}: {micros} microseconds since 1970 is no time of the years -9999 to 9999")]
    Time {
        /// In the batch, from 1.
        place: usize,
        /// Records of the batch.
        of: usize,
        /// As it was given.
        micros: i64,
    },
    /// A secret would have got into the log.
    #[error("record {place} of {of}, `{kind}`: {source}")]
    Secret {
        /// In the batch, from 1.
        place: usize,
        /// Records of the batch.
        of: usize,
        /// What the record is about.
        kind: String,
        /// Which and where.
        source: SecretError,
    },
    /// The log has as many records as it can.
    #[error("a log has at most {SIZE_MAX} records")]
    Full,
}

/// What to store for `records` to be on record, in this order, after what `state` covers.
///
/// # Errors
/// The first record that can't be on record, and why; nothing is appended then.
pub fn append(
    state: &Frontier,
    records: &[NewRecord<'_>],
    guard: &Guard,
    randomness: &mut Randomness,
) -> Result<Appended, AppendError> {
    let of = records.len();
    let room = SIZE_MAX - state.size();
    if u64::try_from(of).map_or(true, |wanted| wanted > room) {
        return Err(AppendError::Full);
    }
    let mut appended = Appended {
        rows: Vec::with_capacity(of),
        nodes: Vec::with_capacity(2 * of),
        state: state.clone(),
        masked: Vec::new(),
    };
    for (place, record) in (1..).zip(records) {
        checked(record, guard, place, of)?;
        let secret = |source| secret_error(record, place, of, source);
        let examined = guard.examined(record.original).map_err(secret)?;
        let sequence = appended.state.size();
        if examined.masked > 0 {
            appended.masked.push(Masked { sequence, secrets: examined.masked });
        }
        let row = Row::sealed(sequence, record, &examined.bytes, randomness);
        appended.state.push(row.leaf().hash(), |id, hash| appended.nodes.push((id, hash)));
        appended.rows.push(row);
    }
    Ok(appended)
}

fn checked(record: &NewRecord<'_>, guard: &Guard, place: usize, of: usize) -> Result<(), AppendError> {
    let names = [
        ("household", record.key.household(), 1),
        ("subject", record.subject, 0),
        ("actor", record.actor, 1),
    ];
    for (what, name, bytes_min) in names {
        checked_name(what, name, bytes_min).map_err(|source| AppendError::Name { place, of, source })?;
        guard.refused_in(name).map_err(|source| secret_error(record, place, of, source))?;
    }
    let micros = record.time_micros;
    if jiff::Timestamp::from_microsecond(micros).is_err() {
        return Err(AppendError::Time { place, of, micros });
    }
    let bytes = record.original.len();
    if bytes > ORIGINAL_BYTES_MAX { Err(AppendError::Long { place, of, bytes }) } else { Ok(()) }
}

fn secret_error(record: &NewRecord<'_>, place: usize, of: usize, source: SecretError) -> AppendError {
    AppendError::Secret { place, of, kind: record.kind.to_string(), source }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::household_key::HouseholdKey;
    use crate::kind::Kind;
    use crate::secrets::OnSecret;
    use crate::tree::NodeMap;

    fn batch<'a>(key: &'a HouseholdKey, kind: &'a Kind, originals: &'a [&'a str]) -> Vec<NewRecord<'a>> {
        let record = |original: &&'a str| NewRecord {
            time_micros: 1,
            kind,
            key,
            subject: "p",
            actor: "a",
            original: original.as_bytes(),
        };
        originals.iter().map(record).collect()
    }

    #[test]
    fn one_batch_or_many_give_the_same_numbers_and_a_state_that_can_be_loaded() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let key = HouseholdKey::generate("h", &mut randomness).unwrap();
        let kind = Kind::new("drift").unwrap();
        let guard = Guard::new(OnSecret::Refuse, []).unwrap();
        let mut state = Frontier::new();
        let mut nodes = NodeMap::new();
        for originals in [&["a"][..], &[], &["b", "c", "d"], &["e", "f"]] {
            let appended = append(&state, &batch(&key, &kind, originals), &guard, &mut randomness).unwrap();
            let numbers: Vec<_> = appended.rows.iter().map(|row| row.sequence).collect();
            assert_eq!(numbers, (state.size()..appended.state.size()).collect::<Vec<_>>());
            for (id, hash) in appended.nodes {
                assert_eq!(nodes.insert(id, hash), None, "no node is written twice");
            }
            state = appended.state;
            assert_eq!(Frontier::load(state.size(), &nodes).unwrap(), state);
        }
        assert_eq!(state.size(), 6);
    }

    #[test]
    fn one_bad_record_refuses_the_batch() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let key = HouseholdKey::generate("h", &mut randomness).unwrap();
        let kind = Kind::new("prompt").unwrap();
        let guard = Guard::new(OnSecret::Refuse, ["hunter2hunter2"]).unwrap();
        let mut records = batch(&key, &kind, &["fine", "pass hunter2hunter2"]);
        let refused = append(&Frontier::new(), &records, &guard, &mut randomness).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "record 2 of 2, `prompt`: a secret of this installation was found at byte 5; nothing was recorded"
        );
        records[1].original = b"fine";
        records[1].actor = "";
        let refused = append(&Frontier::new(), &records, &guard, &mut randomness).unwrap_err();
        assert_eq!(refused.to_string(), "record 2 of 2: the actor of a record can't be empty");
        records[1].actor = "a";
        records[1].time_micros = i64::MAX;
        let refused = append(&Frontier::new(), &records, &guard, &mut randomness).unwrap_err();
        assert!(matches!(refused, AppendError::Time { place: 2, .. }));
        records[1].time_micros = 1;
        records[1].actor = "hunter2hunter2";
        assert!(append(&Frontier::new(), &records, &guard, &mut randomness).is_err());
        records[1].actor = "a";
        let named_so = HouseholdKey::generate("hunter2hunter2", &mut randomness).unwrap();
        records[1].key = &named_so;
        assert!(append(&Frontier::new(), &records, &guard, &mut randomness).is_err());
    }

    #[test]
    fn a_masked_record_is_told_of() {
        let mut randomness = Randomness::from_seed([1; 32]);
        let key = HouseholdKey::generate("h", &mut randomness).unwrap();
        let kind = Kind::new("prompt").unwrap();
        let guard = Guard::new(OnSecret::Mask, ["hunter2hunter2"]).unwrap();
        let records = batch(&key, &kind, &["fine", "pass hunter2hunter2"]);
        let appended = append(&Frontier::new(), &records, &guard, &mut randomness).unwrap();
        assert_eq!(appended.masked, [Masked { sequence: 1, secrets: 1 }]);
        let crate::record::Reading::Open(contents) = appended.rows[1].read(Some(&key)).unwrap() else {
            panic!()
        };
        assert_eq!(contents.original, b"pass ***");
    }
}
