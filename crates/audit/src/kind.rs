//! What a record is about: a checked word, such as `drift` or `approval`.
//!
//! In: text. Out: a [`Kind`]. Invariant: a word is 1 to 32 bytes of `a-z`, `0-9` and `_`, beginning with a letter, so that it
//! fits its place in a leaf and needs no escape anywhere. The set is open: a stage that is added later needs no change here.

use std::fmt;

/// The kind of a record.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(String);

/// Bytes of a word at most.
pub const KIND_BYTES_MAX: usize = 32;

/// Why a text is no kind.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "`{0}` is no kind of record: write 1 to {KIND_BYTES_MAX} of `a-z`, `0-9` and `_`, beginning with a letter"
)]
pub struct KindError(String);

/// Kinds that the stages of a rebalance write.
pub mod word {
    /// A drift was seen.
    pub const DRIFT: &str = "drift";
    /// The exact prompt that a model was sent.
    pub const PROMPT: &str = "prompt";
    /// The raw reply of a model.
    pub const REPLY: &str = "reply";
    /// What the rules said of a plan.
    pub const VALIDATION: &str = "validation";
    /// Why these trades.
    pub const RATIONALE: &str = "rationale";
    /// A person approved or rejected.
    pub const APPROVAL: &str = "approval";
    /// An order was placed.
    pub const ORDER: &str = "order";
    /// An order was filled.
    pub const FILL: &str = "fill";
    /// A setting was changed.
    pub const SETTINGS: &str = "settings";
    /// Somebody signed in, or failed to.
    pub const SIGN_IN: &str = "sign_in";
    /// A household's key was destroyed.
    pub const ERASURE: &str = "erasure";
}

impl Kind {
    /// A word that was checked.
    ///
    /// # Errors
    /// Anything but 1 to 32 of `a-z`, `0-9` and `_`, beginning with a letter.
    pub fn new(word: &str) -> Result<Kind, KindError> {
        let bytes = word.as_bytes();
        let begins_well = bytes.first().is_some_and(u8::is_ascii_lowercase);
        let allowed = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || *byte == b'_';
        if begins_well && bytes.len() <= KIND_BYTES_MAX && bytes.iter().all(allowed) {
            Ok(Kind(word.to_owned()))
        } else {
            Err(KindError(word.chars().take(2 * KIND_BYTES_MAX).collect()))
        }
    }

    /// The word.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The word with zero bytes behind it, as a leaf holds it.
    pub(crate) fn padded(&self) -> [u8; KIND_BYTES_MAX] {
        let mut padded = [0; KIND_BYTES_MAX];
        padded[..self.0.len()].copy_from_slice(self.0.as_bytes());
        padded
    }

    /// The word of a leaf.
    pub(crate) fn from_padded(padded: &[u8]) -> Option<Kind> {
        let length = padded.iter().position(|byte| *byte == 0).unwrap_or(padded.len());
        let (word, zeroes) = padded.split_at(length);
        if zeroes.iter().any(|byte| *byte != 0) {
            return None;
        }
        Kind::new(std::str::from_utf8(word).ok()?).ok()
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::str::FromStr for Kind {
    type Err = KindError;

    fn from_str(word: &str) -> Result<Kind, KindError> {
        Kind::new(word)
    }
}

impl serde::Serialize for Kind {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> serde::Deserialize<'de> for Kind {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Kind, D::Error> {
        Kind::new(&<String as serde::Deserialize>::deserialize(deserializer)?)
            .map_err(serde::de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_is_checked_and_survives_its_padding() {
        let longest = "a".repeat(KIND_BYTES_MAX);
        for good in ["drift", "sign_in", "fill2", longest.as_str()] {
            let kind = Kind::new(good).unwrap();
            assert_eq!(Kind::from_padded(&kind.padded()), Some(kind));
        }
        let too_long = "a".repeat(KIND_BYTES_MAX + 1);
        for bad in ["", "Drift", "2fill", "_x", "sign-in", "fill\0", "prüfung", too_long.as_str()] {
            assert!(Kind::new(bad).is_err(), "{bad}");
        }
        let hidden = *b"drift\0\0x\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
        assert_eq!(Kind::from_padded(&hidden), None, "nothing hides behind the zero");
    }
}
