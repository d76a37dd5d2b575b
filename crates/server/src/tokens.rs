//! Tokens of sessions and keys of programs: drawn at random, kept as a digest.
//!
//! In: random bytes, or what somebody sent. Out: the text to hand out once, and what is kept. Invariants: a token has 256 bits; keys are
//! found by their name and compared in constant time.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rebalance::books::access::Digest;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;

/// What the text of a program's key begins with, so that it is recognised where it should not be.
pub const KEY_PREFIX: &str = "eqk_";
/// Longest text that is looked at.
const TEXT_MAX: usize = 200;

/// SHA-256.
#[must_use]
pub fn digest(text: &[u8]) -> Digest {
    Sha256::digest(text).into()
}

/// The text of a session's token.
#[must_use]
pub fn session(random: &[u8; 32]) -> String {
    URL_SAFE_NO_PAD.encode(random)
}

/// The text of a program's key.
#[must_use]
pub fn key(id: Uuid, random: &[u8; 32]) -> String {
    format!("{KEY_PREFIX}{}_{}", id.simple(), URL_SAFE_NO_PAD.encode(random))
}

/// The name of a key and the digest of its secret; `None` where the text is no key.
#[must_use]
pub fn read_key(text: &str) -> Option<(Uuid, Digest)> {
    let (id, secret) = text.strip_prefix(KEY_PREFIX).filter(|_| text.len() <= TEXT_MAX)?.split_once('_')?;
    Some((Uuid::try_parse(id).ok()?, digest(secret.as_bytes())))
}

/// The digest of a secret as it is kept.
#[must_use]
pub fn key_digest(random: &[u8; 32]) -> Digest {
    digest(URL_SAFE_NO_PAD.encode(random).as_bytes())
}

/// Whether two digests are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same(a: &Digest, b: &Digest) -> bool {
    a.ct_eq(b).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_leads_back_to_its_name_and_digest() {
        let (id, random) = (Uuid::from_u128(5), [9; 32]);
        let text = key(id, &random);
        let (name, found) = read_key(&text).unwrap();
        assert!(name == id && same(&found, &key_digest(&random)), "{text}");
        let (_, other) = read_key(&format!("{text}x")).unwrap();
        assert!(!same(&other, &key_digest(&random)));
        for none in ["", "eqk_", "eqk_5", "Bearer x", &"eqk_".repeat(100)] {
            assert_eq!(read_key(none), None, "{none}");
        }
        assert_eq!(session(&random).len(), 43);
    }
}
