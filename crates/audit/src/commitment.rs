//! Salted hashes: a record says nothing until somebody opens it, and can then be opened in one way only.
//!
//! In: the secret salt of a record and a value. Out: a commitment, SHA-256(salt of the field ‖ value), and what opens it.
//! Invariant: the salt of one field leads neither to the record's salt nor to another field's, so that a proof can show
//! the original and keep the household to itself. The record's salt lies among what is sealed: with the key it is gone.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::encoding::{base64, from_base64, hex_in_json};
use crate::hash::Hash;
use crate::leaf::Commitments;
use crate::randomness::hmac;

/// A field of a record that the tree knows by its salted hash.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Whose record it is.
    Household,
    /// What it is about, such as a proposal.
    Subject,
    /// Who acted.
    Actor,
    /// The bytes that were recorded.
    Original,
}

impl Field {
    /// All of them, in the order of a leaf.
    pub const ALL: [Field; 4] = [Field::Household, Field::Subject, Field::Actor, Field::Original];

    /// Its name in salts, proofs and messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Field::Household => "household",
            Field::Subject => "subject",
            Field::Actor => "actor",
            Field::Original => "original",
        }
    }
}

impl std::fmt::Display for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name())
    }
}

impl Commitments {
    /// The commitment to one field.
    #[must_use]
    pub fn of(&self, field: Field) -> Hash {
        match field {
            Field::Household => self.household,
            Field::Subject => self.subject,
            Field::Actor => self.actor,
            Field::Original => self.original,
        }
    }
}

/// The salt of one field of one record. Who has it can check a guess at the value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Salt(pub [u8; 32]);

hex_in_json!(Salt, 32, "a salt");

impl Salt {
    /// The salted hash of `value`.
    #[must_use]
    pub fn commitment(&self, value: &[u8]) -> Hash {
        Hash::of_parts(&[&self.0, value])
    }
}

/// The secret of a record, from which the salts of its fields follow.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct RecordSalt(pub(crate) Zeroizing<[u8; 32]>);

impl RecordSalt {
    /// # Source
    /// House decision of 2026-11-26: HMAC-SHA-256(salt of the record, name of the field).
    pub(crate) fn of(&self, field: Field) -> Salt {
        Salt(*hmac(&self.0, &[field.name().as_bytes()]))
    }
}

/// What opens a commitment: the salt, and the value as text or, if it is no UTF-8, as base64.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opening {
    salt: Salt,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    text: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    base64: Option<String>,
}

impl Opening {
    /// Of `value` under `salt`.
    #[must_use]
    pub fn new(salt: Salt, value: &[u8]) -> Opening {
        match std::str::from_utf8(value) {
            Ok(text) => Opening { salt, text: Some(text.to_owned()), base64: None },
            Err(_) => Opening { salt, text: None, base64: Some(base64(value)) },
        }
    }

    /// The value; none where it is not given in exactly one of the two forms.
    #[must_use]
    pub fn value(&self) -> Option<Vec<u8>> {
        match (&self.text, &self.base64) {
            (Some(text), None) => Some(text.clone().into_bytes()),
            (None, Some(text)) => from_base64(text).filter(|bytes| std::str::from_utf8(bytes).is_err()),
            _ => None,
        }
    }

    /// The value, if it is what was committed to.
    #[must_use]
    pub fn opens(&self, commitment: Hash) -> Option<Vec<u8>> {
        self.value().filter(|value| self.salt.commitment(value) == commitment)
    }
}

/// What opens a record, as far as somebody wants it opened.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Openings {
    /// Whose record it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub household: Option<Opening>,
    /// What it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subject: Option<Opening>,
    /// Who acted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<Opening>,
    /// The bytes that were recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub original: Option<Opening>,
}

impl Openings {
    /// What opens one field, if it is open.
    #[must_use]
    pub fn of(&self, field: Field) -> Option<&Opening> {
        match field {
            Field::Household => self.household.as_ref(),
            Field::Subject => self.subject.as_ref(),
            Field::Actor => self.actor.as_ref(),
            Field::Original => self.original.as_ref(),
        }
    }

    /// Adds what opens a field.
    pub fn open(&mut self, field: Field, opening: Opening) {
        let place = match field {
            Field::Household => &mut self.household,
            Field::Subject => &mut self.subject,
            Field::Actor => &mut self.actor,
            Field::Original => &mut self.original,
        };
        *place = Some(opening);
    }

    /// The values of all fields that are open.
    ///
    /// # Errors
    /// The first field whose value is not the one that was committed to.
    pub fn opened(&self, commitments: &Commitments) -> Result<Vec<(Field, Vec<u8>)>, Field> {
        let open = Field::ALL.into_iter().filter_map(|field| Some((field, self.of(field)?)));
        open.map(|(field, opening)| match opening.opens(commitments.of(field)) {
            Some(value) => Ok((field, value)),
            None => Err(field),
        })
        .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_opening_opens_its_own_commitment_only() {
        let secret = RecordSalt(Zeroizing::new([3; 32]));
        for value in [&b"household-7"[..], b"", b"\xff\x00"] {
            let salt = secret.of(Field::Household);
            let opening = Opening::new(salt, value);
            assert_eq!(opening.opens(salt.commitment(value)).as_deref(), Some(value));
            assert_eq!(opening.opens(secret.of(Field::Actor).commitment(value)), None);
            assert_eq!(opening.opens(salt.commitment(b"household-8")), None);
            let text = serde_json::to_string(&opening).unwrap();
            assert_eq!(serde_json::from_str::<Opening>(&text).unwrap(), opening);
        }
    }

    #[test]
    fn a_value_stands_in_one_form() {
        let both = format!(r#"{{"salt":"{}","text":"a","base64":"/w=="}}"#, "0".repeat(64));
        let needless = format!(r#"{{"salt":"{}","base64":"YQ=="}}"#, "0".repeat(64));
        for text in [both, needless] {
            assert_eq!(serde_json::from_str::<Opening>(&text).unwrap().value(), None, "{text}");
        }
    }
}
