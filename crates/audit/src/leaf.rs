//! The byte form of a record that goes into the tree: 256 bytes, each at its place.
//!
//! In: the public part of a record. Out: its leaf, or the public part again. Invariant: two records never have the same bytes,
//! and bytes have one reading: every field has a fixed place and length, and what is padded is padded with zeroes only. No
//! field tells who it is about: people, households and originals are there as salted hashes (`commitment.rs`), and their
//! key under a random number.
//!
//! | offset | bytes | field |
//! | --- | --- | --- |
//! | 0 | 16 | `equipoise audit` in ASCII and the version of this form, 0x01 |
//! | 16 | 8 | number of the record, from 0, big-endian: its index in the tree |
//! | 24 | 8 | time in microseconds since 1970-01-01T00:00Z, two's complement, big-endian |
//! | 32 | 32 | kind in ASCII, padded with zeroes |
//! | 64 | 16 | number of the household's key, random |
//! | 80 | 16 | tag of the subject: equal for records of one subject, under the household's key |
//! | 96 | 32 | commitment to the household |
//! | 128 | 32 | commitment to the subject |
//! | 160 | 32 | commitment to the actor |
//! | 192 | 32 | commitment to the original |
//! | 224 | 32 | SHA-256 of the sealed bytes that the store keeps |

use serde::{Deserialize, Serialize};

use crate::encoding::{hex, hex_in_json};
use crate::hash::Hash;
use crate::kind::Kind;

/// Bytes of a leaf.
pub const LEAF_BYTES: usize = 256;
/// Bytes before the tag: what the sealing of a record is bound to.
pub(crate) const HEAD_BYTES: usize = 80;
const MAGIC: &[u8; 16] = b"equipoise audit\x01";

/// The number of a household's key: random, so that it tells nothing once the key is gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct KeyId(pub [u8; 16]);

hex_in_json!(KeyId, 16, "the number of a key");

/// What records of one subject have in common. Only the household's key leads from a subject to its tag.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SubjectTag(pub [u8; 16]);

hex_in_json!(SubjectTag, 16, "the tag of a subject");

impl std::fmt::Display for KeyId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

/// Salted hashes of what a record tells and the tree does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Commitments {
    /// To the name of the household.
    pub household: Hash,
    /// To the id of the subject, such as a proposal.
    pub subject: Hash,
    /// To the name of who acted.
    pub actor: Hash,
    /// To the bytes of the original.
    pub original: Hash,
}

/// The public part of a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Leaf {
    /// Number of the record, from 0.
    pub sequence: u64,
    /// Microseconds since 1970-01-01T00:00Z.
    pub time_micros: i64,
    /// What the record is about.
    pub kind: Kind,
    /// Which key it is sealed with.
    pub key_id: KeyId,
    /// What it has in common with other records of its subject.
    pub subject_tag: SubjectTag,
    /// Salted hashes of the rest.
    pub commitments: Commitments,
    /// SHA-256 of the sealed bytes.
    #[serde(rename = "sealed_sha256")]
    pub sealed: Hash,
}

/// Why bytes are no leaf.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LeafError {
    /// Not 256 bytes.
    #[error("a leaf has {LEAF_BYTES} bytes, not {0}")]
    Length(usize),
    /// Another program's, or another version of the form.
    #[error("a leaf begins with `equipoise audit` and the byte 0x01; this one does not")]
    Magic,
    /// The kind is not a checked word with zeroes behind it.
    #[error("bytes 32 to 63 of the leaf are no kind of record")]
    Kind,
}

impl Leaf {
    /// Its 256 bytes.
    #[must_use]
    pub fn to_bytes(&self) -> [u8; LEAF_BYTES] {
        let Commitments { household, subject, actor, original } = &self.commitments;
        let mut bytes = [0; LEAF_BYTES];
        bytes[..HEAD_BYTES].copy_from_slice(&head(self.sequence, self.time_micros, &self.kind, self.key_id));
        bytes[80..96].copy_from_slice(&self.subject_tag.0);
        for (place, hash) in [household, subject, actor, original, &self.sealed].into_iter().enumerate() {
            bytes[96 + 32 * place..][..32].copy_from_slice(&hash.0);
        }
        bytes
    }

    /// The public part of the record with these bytes.
    ///
    /// # Errors
    /// Bytes that [`Leaf::to_bytes`] does not make.
    pub fn from_bytes(bytes: &[u8]) -> Result<Leaf, LeafError> {
        let bytes: &[u8; LEAF_BYTES] = bytes.try_into().map_err(|_| LeafError::Length(bytes.len()))?;
        if &part::<16>(bytes, 0) != MAGIC {
            return Err(LeafError::Magic);
        }
        let hash = |place: usize| Hash(part(bytes, 96 + 32 * place));
        Ok(Leaf {
            sequence: u64::from_be_bytes(part(bytes, 16)),
            time_micros: i64::from_be_bytes(part(bytes, 24)),
            kind: Kind::from_padded(&bytes[32..64]).ok_or(LeafError::Kind)?,
            key_id: KeyId(part(bytes, 64)),
            subject_tag: SubjectTag(part(bytes, 80)),
            commitments: Commitments {
                household: hash(0),
                subject: hash(1),
                actor: hash(2),
                original: hash(3),
            },
            sealed: hash(4),
        })
    }

    /// Its hash in the tree.
    #[must_use]
    pub fn hash(&self) -> Hash {
        Hash::of_leaf(&self.to_bytes())
    }
}

/// The bytes of a leaf before the tag.
pub(crate) fn head(sequence: u64, time_micros: i64, kind: &Kind, key_id: KeyId) -> [u8; HEAD_BYTES] {
    let mut bytes = [0; HEAD_BYTES];
    bytes[..16].copy_from_slice(MAGIC);
    bytes[16..24].copy_from_slice(&sequence.to_be_bytes());
    bytes[24..32].copy_from_slice(&time_micros.to_be_bytes());
    bytes[32..64].copy_from_slice(&kind.padded());
    bytes[64..80].copy_from_slice(&key_id.0);
    bytes
}

fn part<const N: usize>(bytes: &[u8; LEAF_BYTES], at: usize) -> [u8; N] {
    let mut part = [0; N];
    part.copy_from_slice(&bytes[at..at + N]);
    part
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn whatever_is_read_is_written_back(
            mut bytes in proptest::array::uniform32(any::<[u8; 8]>()).prop_map(|parts| parts.concat()),
            word in "[a-z][a-z0-9_]{0,31}",
        ) {
            bytes[..16].copy_from_slice(MAGIC);
            bytes[32..64].copy_from_slice(&Kind::new(&word).unwrap().padded());
            let leaf = Leaf::from_bytes(&bytes).unwrap();
            prop_assert_eq!(&leaf.to_bytes()[..], &bytes[..]);
            bytes[3] ^= 1;
            prop_assert_eq!(Leaf::from_bytes(&bytes), Err(LeafError::Magic));
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            prop_assert!(Leaf::from_bytes(&bytes).is_err());
        }
    }
}
