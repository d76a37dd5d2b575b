//! A key of a provider: where it comes from, and that nobody sees it.
//!
//! In: the value of an environment variable. Out: a [`Key`] that can be sent and not be shown. Invariant:
//! no `Display`, `Debug` or text that passed [`Key::masked_in`] holds the key; the value leaves this file
//! only towards a request header.

use std::fmt;

/// A secret that is masked wherever it is written.
#[derive(Clone, PartialEq, Eq)]
pub struct Key(String);

/// What stands in a text for a key.
const MASK: &str = "***";
/// Shorter texts are not searched for: masking them would spoil words that only look like the key.
const SEARCHED_LENGTH_MIN: usize = 6;

impl Key {
    /// A key as a variable holds it; none where the value is blank or no header could carry it.
    #[must_use]
    pub fn new(value: &str) -> Option<Key> {
        let value = value.trim();
        let can_be_sent = value.bytes().all(|byte| (0x21..0x7f).contains(&byte));
        (!value.is_empty() && can_be_sent).then(|| Key(value.to_owned()))
    }

    /// The key itself, for a request header.
    pub(crate) fn sent(&self) -> &str {
        &self.0
    }

    /// `text` with a mask wherever it holds the key.
    #[must_use]
    pub fn masked_in(&self, text: &str) -> String {
        if self.0.len() < SEARCHED_LENGTH_MIN { text.to_owned() } else { text.replace(&self.0, MASK) }
    }

    /// Whether `offered` is this key. The time taken does not say how much of it was right, because digests
    /// are compared and not the texts.
    #[must_use]
    pub fn is(&self, offered: &str) -> bool {
        use sha2::{Digest, Sha256};
        Sha256::digest(self.0.as_bytes()) == Sha256::digest(offered.as_bytes())
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
        let key = Key::new(" sk-secret-1 \n").unwrap();
        assert_eq!(format!("{key} {key:?} {:?}", Some(&key)), "*** *** Some(***)");
        assert_eq!(key.masked_in("bad key sk-secret-1: no"), "bad key ***: no");
        assert!(key.is("sk-secret-1"));
        assert!(!key.is("sk-secret-"));
    }

    #[test]
    fn what_no_header_can_carry_is_no_key() {
        assert_eq!(Key::new("  "), None);
        assert_eq!(Key::new("a\r\nx-evil: 1"), None);
    }
}
