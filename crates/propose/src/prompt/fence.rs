//! Where data begins and ends in a prompt.
//!
//! In: a block of text whose lines are JSON. Out: the same between two lines of ours that carry a mark. Invariant: the block can't
//! close its own fence: the mark is a digest of the block, so that nothing in it can name it, and no text of a file begins a
//! line, being within a JSON string.

use std::fmt::Write;

use sha2::{Digest, Sha256};

/// Bytes that a fence adds at most.
pub(super) const BYTES: usize = 80;
/// Bytes of the digest that make the mark.
const MARK_BYTES: usize = 8;

/// `block` between `BEGIN kind mark` and `END kind mark`.
pub(crate) fn fenced(kind: &str, block: &str) -> String {
    let mut mark = String::new();
    for byte in Sha256::digest(block.as_bytes()).iter().take(MARK_BYTES) {
        let _ = write!(mark, "{byte:02x}"); // writing to a string can't fail
    }
    format!("BEGIN {kind} {mark}\n{}\nEND {kind} {mark}\n", block.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mark_depends_on_the_block() {
        let one = fenced("DATA", "{\"a\": 1}");
        let lines: Vec<&str> = one.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[0].strip_prefix("BEGIN "), lines[2].strip_prefix("END "));
        assert_ne!(one.lines().next(), fenced("DATA", "{\"a\": 2}").lines().next());
        assert!(one.len() - "{\"a\": 1}".len() <= BYTES);
    }
}
