//! SHA-256, and the two hashes of an RFC 6962 tree.
//!
//! In: bytes, or two hashes. Out: a [`Hash`]. Invariant: a leaf and an inner node can't be taken for one another, since
//! what is hashed begins with 0x00 for the one and with 0x01 for the other.

use std::fmt;

use sha2::{Digest, Sha256};

use crate::encoding::{base64, from_base64, hex, hex_in_json};

/// 32 bytes that SHA-256 made.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

hex_in_json!(Hash, 32, "a hash");

impl Hash {
    /// SHA-256 of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Hash {
        Hash(Sha256::digest(bytes).into())
    }

    /// SHA-256 of all `parts`, one after the other.
    #[must_use]
    pub(crate) fn of_parts(parts: &[&[u8]]) -> Hash {
        let mut hasher = Sha256::new();
        for part in parts {
            hasher.update(part);
        }
        Hash(hasher.finalize().into())
    }

    /// The hash of a leaf.
    ///
    /// # Source
    /// RFC 6962, section 2.1: SHA-256(0x00 ‖ entry).
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Hash {
        Hash::of_parts(&[&[0], entry])
    }

    /// The hash of a node over its two children.
    ///
    /// # Source
    /// RFC 6962, section 2.1: SHA-256(0x01 ‖ left ‖ right).
    #[must_use]
    pub fn of_children(left: Hash, right: Hash) -> Hash {
        Hash::of_parts(&[&[1], &left.0, &right.0])
    }

    /// The root of a tree without leaves.
    ///
    /// # Source
    /// RFC 6962, section 2.1: SHA-256 of the empty string.
    #[must_use]
    pub fn of_empty_tree() -> Hash {
        Hash::of(&[])
    }

    /// As checkpoints and witnesses write it.
    #[must_use]
    pub fn to_base64(self) -> String {
        base64(&self.0)
    }

    /// From the form in checkpoints; none where the text is anything else than 32 bytes in base64.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Hash> {
        from_base64(text)?.try_into().ok().map(Hash)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex(&self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hashes_are_those_of_other_implementations() {
        // transparency-dev/merkle, rfc6962/rfc6962_test.go (Apache-2.0).
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        let empty_leaf = "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d";
        let leaf = "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56";
        assert_eq!(Hash::of_empty_tree().to_string(), empty);
        assert_eq!(Hash::of_leaf(b"").to_string(), empty_leaf);
        assert_eq!(Hash::of_leaf(b"L123456").to_string(), leaf);
    }

    #[test]
    fn base64_has_one_form() {
        let hash = Hash::of(b"x");
        assert_eq!(Hash::from_base64(&hash.to_base64()), Some(hash));
        assert_eq!(Hash::from_base64("AAAA"), None);
    }
}
