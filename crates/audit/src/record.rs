//! A record: what a stage hands over, the row that a store keeps, and what is read from it again.
//!
//! In: a [`NewRecord`] with its household's key. Out: a [`Row`]; from a row, its [`Contents`] or [`Reading::Erased`]. Invariants: a
//! row holds nothing in the clear but number, time and kind; what is read was checked against the salted hashes of the row.

use std::fmt;

use zeroize::Zeroizing;

use crate::commitment::{Field, Opening, Openings, RecordSalt};
use crate::hash::Hash;
use crate::household_key::HouseholdKey;
use crate::kind::Kind;
use crate::leaf::{Commitments, KeyId, Leaf, SubjectTag, head};
use crate::randomness::Randomness;
use crate::seal::{open, seal};

/// Bytes of a household's, subject's or actor's name at most.
pub const NAME_BYTES_MAX: usize = 256;
/// Bytes of an original at most.
pub const ORIGINAL_BYTES_MAX: usize = 16 << 20;

/// What a stage puts on record.
#[derive(Debug, Clone, Copy)]
pub struct NewRecord<'a> {
    /// Microseconds since 1970-01-01T00:00Z.
    pub time_micros: i64,
    /// What it is about.
    pub kind: &'a Kind,
    /// The household's key, which says whose record it is.
    pub key: &'a HouseholdKey,
    /// What it belongs to, such as the id of a proposal; may be empty.
    pub subject: &'a str,
    /// Who acted: a person's sign-in, or the name of a part of the program.
    pub actor: &'a str,
    /// The bytes to keep, often JSON.
    pub original: &'a [u8],
}

/// Why a name can't be on record.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    /// Nothing there.
    #[error("the {what} of a record can't be empty")]
    Empty {
        /// Which field.
        what: &'static str,
    },
    /// Longer than a record keeps.
    #[error("the {what} of a record has {bytes} bytes; at most {NAME_BYTES_MAX} are kept")]
    Long {
        /// Which field.
        what: &'static str,
        /// Of the name.
        bytes: usize,
    },
    /// A control character.
    #[error("the {what} of a record has a control character in it: `{}`", name.escape_debug())]
    Control {
        /// Which field.
        what: &'static str,
        /// As it was given.
        name: String,
    },
}

/// `name`, if it is of `bytes_min` bytes at least and can be shown on a line.
pub(crate) fn checked_name<'a>(
    what: &'static str,
    name: &'a str,
    bytes_min: usize,
) -> Result<&'a str, NameError> {
    if name.len() < bytes_min {
        return Err(NameError::Empty { what });
    }
    if name.len() > NAME_BYTES_MAX {
        return Err(NameError::Long { what, bytes: name.len() });
    }
    if name.chars().any(char::is_control) {
        return Err(NameError::Control { what, name: name.to_owned() });
    }
    Ok(name)
}

/// A record as a store keeps it: a column for each field. Nothing of it may ever be changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// Number of the record, from 0, without gaps.
    pub sequence: u64,
    /// Microseconds since 1970-01-01T00:00Z.
    pub time_micros: i64,
    /// What it is about.
    pub kind: Kind,
    /// Which key opens it.
    pub key_id: KeyId,
    /// To look up the records of a subject.
    pub subject_tag: SubjectTag,
    /// Salted hashes of what is sealed.
    pub commitments: Commitments,
    /// Names, salts and the original, under the household's key.
    pub sealed: Vec<u8>,
}

/// What a record tells to whoever has its key.
#[derive(Clone, PartialEq, Eq)]
pub struct Contents {
    /// Whose record it is.
    pub household: String,
    /// What it belongs to.
    pub subject: String,
    /// Who acted.
    pub actor: String,
    /// The bytes that were recorded.
    pub original: Vec<u8>,
    salt: RecordSalt,
}

/// What came of reading a record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reading {
    /// The record as it was written.
    Open(Contents),
    /// The household's key was destroyed. That the record was there, when, and of what kind, is all that is left.
    Erased,
}

/// Why a record could not be read although its key is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// It belongs to another key.
    #[error("record {sequence} is not sealed with this key")]
    OtherKey {
        /// Number of the record.
        sequence: u64,
    },
    /// The seal is broken.
    #[error("record {sequence} does not open with its key: its row was changed")]
    Seal {
        /// Number of the record.
        sequence: u64,
    },
    /// What is sealed is not what the salted hashes say.
    #[error("record {sequence}: the {field} is not the one that was committed to")]
    Commitment {
        /// Number of the record.
        sequence: u64,
        /// Which part.
        field: Field,
    },
    /// The tag is not that of the subject.
    #[error("record {sequence}: the tag is not that of its subject")]
    Tag {
        /// Number of the record.
        sequence: u64,
    },
}

impl ReadError {
    /// Number of the record.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        match *self {
            ReadError::OtherKey { sequence }
            | ReadError::Seal { sequence }
            | ReadError::Commitment { sequence, .. }
            | ReadError::Tag { sequence } => sequence,
        }
    }
}

impl Row {
    /// Seals a record. The original is taken as it is: `append` has it looked at for secrets first.
    pub(crate) fn sealed(
        sequence: u64,
        record: &NewRecord<'_>,
        original: &[u8],
        randomness: &mut Randomness,
    ) -> Row {
        let key = record.key;
        let contents = Contents {
            household: key.household().to_owned(),
            subject: record.subject.to_owned(),
            actor: record.actor.to_owned(),
            original: original.to_owned(),
            salt: RecordSalt(Zeroizing::new(randomness.bytes())),
        };
        let place = head(sequence, record.time_micros, record.kind, key.id());
        Row {
            sequence,
            time_micros: record.time_micros,
            kind: record.kind.clone(),
            key_id: key.id(),
            subject_tag: key.subject_tag(record.subject),
            commitments: contents.commitments(),
            sealed: seal(key.sealing(), randomness.bytes(), &place, &contents.to_bytes()),
        }
    }

    /// Its public part, which stands in the tree.
    #[must_use]
    pub fn leaf(&self) -> Leaf {
        Leaf {
            sequence: self.sequence,
            time_micros: self.time_micros,
            kind: self.kind.clone(),
            key_id: self.key_id,
            subject_tag: self.subject_tag,
            commitments: self.commitments,
            sealed: Hash::of(&self.sealed),
        }
    }

    /// What the record tells. `key` is none where the store no longer has it.
    ///
    /// # Errors
    /// A key that is not the record's, or a row that was changed.
    pub fn read(&self, key: Option<&HouseholdKey>) -> Result<Reading, ReadError> {
        let sequence = self.sequence;
        let Some(key) = key else { return Ok(Reading::Erased) };
        if key.id() != self.key_id {
            return Err(ReadError::OtherKey { sequence });
        }
        let place = head(sequence, self.time_micros, &self.kind, self.key_id);
        let contents = open(key.sealing(), &place, &self.sealed)
            .and_then(|text| Contents::from_bytes(&text))
            .ok_or(ReadError::Seal { sequence })?;
        let computed = contents.commitments();
        let differs = |field: &Field| computed.of(*field) != self.commitments.of(*field);
        if let Some(field) = Field::ALL.into_iter().find(differs) {
            return Err(ReadError::Commitment { sequence, field });
        }
        if key.subject_tag(&contents.subject) != self.subject_tag {
            return Err(ReadError::Tag { sequence });
        }
        Ok(Reading::Open(contents))
    }
}

impl Contents {
    /// What opens the commitment to one field, for a proof.
    #[must_use]
    pub fn opening(&self, field: Field) -> Opening {
        Opening::new(self.salt.of(field), self.value(field))
    }

    /// What opens these fields.
    #[must_use]
    pub fn openings(&self, fields: &[Field]) -> Openings {
        let mut openings = Openings::default();
        for field in fields {
            openings.open(*field, self.opening(*field));
        }
        openings
    }

    fn value(&self, field: Field) -> &[u8] {
        match field {
            Field::Household => self.household.as_bytes(),
            Field::Subject => self.subject.as_bytes(),
            Field::Actor => self.actor.as_bytes(),
            Field::Original => &self.original,
        }
    }

    fn commitments(&self) -> Commitments {
        let of = |field| self.salt.of(field).commitment(self.value(field));
        Commitments {
            household: of(Field::Household),
            subject: of(Field::Subject),
            actor: of(Field::Actor),
            original: of(Field::Original),
        }
    }

    /// Salt ‖ for household, subject and actor: length in 2 bytes, big-endian, and the name ‖ original.
    fn to_bytes(&self) -> Zeroizing<Vec<u8>> {
        let names = [&self.household, &self.subject, &self.actor];
        let length = 32 + names.map(|name| 2 + name.len()).iter().sum::<usize>() + self.original.len();
        let mut bytes = Zeroizing::new(Vec::with_capacity(length));
        bytes.extend_from_slice(&self.salt.0[..]);
        for name in names {
            let length = u16::try_from(name.len()).expect("names were checked to be short");
            bytes.extend_from_slice(&length.to_be_bytes());
            bytes.extend_from_slice(name.as_bytes());
        }
        bytes.extend_from_slice(&self.original);
        bytes
    }

    fn from_bytes(bytes: &[u8]) -> Option<Contents> {
        let (salt, mut rest) = bytes.split_first_chunk::<32>()?;
        let mut name = || {
            let (length, after) = rest.split_first_chunk::<2>()?;
            let (name, after) = after.split_at_checked(usize::from(u16::from_be_bytes(*length)))?;
            rest = after;
            String::from_utf8(name.to_vec()).ok()
        };
        let (household, subject, actor) = (name()?, name()?, name()?);
        let salt = RecordSalt(Zeroizing::new(*salt));
        Some(Contents { household, subject, actor, original: rest.to_vec(), salt })
    }
}

impl fmt::Debug for Contents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Contents({} bytes, ***)", self.original.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(seed: u8) -> HouseholdKey {
        HouseholdKey::generate("household-7", &mut Randomness::from_seed([seed; 32])).unwrap()
    }

    fn row(key: &HouseholdKey) -> Row {
        let kind = Kind::new("prompt").unwrap();
        let record =
            NewRecord { time_micros: 5, kind: &kind, key, subject: "p-1", actor: "ann", original: b"{}" };
        Row::sealed(3, &record, record.original, &mut Randomness::from_seed([9; 32]))
    }

    #[test]
    fn a_record_is_read_as_it_was_written_and_is_erased_without_its_key() {
        let key = key(1);
        let row = row(&key);
        let Ok(Reading::Open(contents)) = row.read(Some(&key)) else { panic!("it opens") };
        assert_eq!(
            (&*contents.household, &*contents.subject, &*contents.actor),
            ("household-7", "p-1", "ann")
        );
        assert_eq!(contents.original, b"{}");
        assert_eq!(row.read(None), Ok(Reading::Erased));
        assert_eq!(row.read(Some(&self::key(2))), Err(ReadError::OtherKey { sequence: 3 }));
    }

    #[test]
    fn a_row_holds_no_name_and_no_original() {
        let key = key(1);
        let shown = format!("{:?}", row(&key));
        let bytes = row(&key).sealed;
        for secret in ["household-7", "p-1", "ann", "{}"] {
            assert!(!shown.contains(secret), "{shown}");
            assert!(bytes.windows(secret.len()).all(|part| part != secret.as_bytes()));
        }
    }

    #[test]
    fn whoever_has_the_key_finds_a_change_of_any_field() {
        let key = key(1);
        let whole = row(&key);
        let seal = Err(ReadError::Seal { sequence: 3 });
        assert_eq!(Row { time_micros: 6, ..whole.clone() }.read(Some(&key)), seal);
        assert_eq!(Row { kind: Kind::new("reply").unwrap(), ..whole.clone() }.read(Some(&key)), seal);
        let mut other = whole.clone();
        other.commitments.actor = Hash::of(b"x");
        let refused = Err(ReadError::Commitment { sequence: 3, field: Field::Actor });
        assert_eq!(other.read(Some(&key)), refused);
        let other = Row { subject_tag: SubjectTag([0; 16]), ..whole };
        assert_eq!(other.read(Some(&key)), Err(ReadError::Tag { sequence: 3 }));
    }

    #[test]
    fn names_are_checked() {
        assert_eq!(checked_name("actor", "", 1), Err(NameError::Empty { what: "actor" }));
        assert!(matches!(checked_name("actor", "a\nb", 0), Err(NameError::Control { .. })));
        assert!(matches!(
            checked_name("actor", &"é".repeat(200), 0),
            Err(NameError::Long { bytes: 400, .. })
        ));
        assert_eq!(checked_name("subject", "", 0), Ok(""));
    }
}
