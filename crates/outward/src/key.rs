//! A key for somebody else's door: sent, and never shown.
//!
//! In: the value of an environment variable. Out: a [`Key`]. Invariant: no `Display`, `Debug` or text that passed [`Key::masked_in`] holds
//! the key; the value leaves this crate only towards the other side.

use std::fmt;

use sha2::{Digest, Sha256};

/// A secret that is masked wherever it is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// What stands in a text for a key.
const MASK: &str = "***";
/// Shorter texts are not looked for: masking them would spoil words that only look like the key.
const SOUGHT_LENGTH_MIN: usize = 6;

impl Key {
    /// A key as a variable holds it; none where the value is blank or no header could carry it.
    #[must_use]
    pub fn new(value: &str) -> Option<Key> {
        let value = value.trim();
        let is_one = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_graphic());
        is_one.then(|| Key(value.to_owned()))
    }

    /// The key itself, to be sent: for a header, or the message by which a stream begins. It must not be written anywhere.
    #[must_use]
    pub fn sent(&self) -> &str {
        &self.0
    }

    /// Whether `offered` is this key. The time taken does not say how much of it was right, because digests are compared and not the texts.
    #[must_use]
    pub fn is(&self, offered: &str) -> bool {
        Sha256::digest(self.0.as_bytes()) == Sha256::digest(offered.as_bytes())
    }

    /// `text` with a mask wherever it holds the key.
    #[must_use]
    pub fn masked_in(&self, text: &str) -> String {
        match self.0.len() {
            0..SOUGHT_LENGTH_MIN => text.to_owned(),
            _ => text.replace(&self.0, MASK),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

impl fmt::Debug for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(MASK)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_never_written() {
        let key = Key::new(" PK-secret-1 \n").unwrap();
        assert_eq!(format!("{key} {key:?} {:?}", Some(&key)), "*** *** Some(***)");
        assert_eq!(key.masked_in("bad key PK-secret-1: no"), "bad key ***: no");
        assert_eq!(key.sent(), "PK-secret-1");
        assert!(key.is("PK-secret-1") && !key.is("PK-secret-"));
    }

    #[test]
    fn what_no_header_can_carry_is_no_key() {
        for bad in ["", "  ", "a\r\nx-evil: 1", "a b", "ключ"] {
            assert_eq!(Key::new(bad), None, "{bad}");
        }
    }
}
