//! Random bytes for keys, salts and nonces, from a seed that comes in as an argument.
//!
//! In: 32 bytes of the operating system's generator. Out: as many bytes as are asked for. Invariant: who knows what came
//! out can't tell what comes next, nor the seed. The same seed gives the same bytes, for tests; in a program a seed is used
//! **once**: a second use would encrypt two records under one nonce.

use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use zeroize::Zeroizing;

/// A stream of random bytes. It can't be copied, since a copy would give the same bytes again.
pub struct Randomness {
    seed: Zeroizing<[u8; 32]>,
    blocks: u64,
}

impl Randomness {
    /// A stream from a fresh seed.
    #[must_use]
    pub fn from_seed(seed: [u8; 32]) -> Randomness {
        Randomness { seed: Zeroizing::new(seed), blocks: 0 }
    }

    /// The next `N` bytes.
    ///
    /// # Source
    /// House decision of 2026-11-26: HMAC-SHA-256(seed, counter as 8 bytes, big-endian), block after block.
    #[must_use]
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        for chunk in bytes.chunks_mut(32) {
            let block = hmac(&self.seed, &[&self.blocks.to_be_bytes()]);
            self.blocks += 1;
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        bytes
    }
}

/// HMAC-SHA-256 over all `parts`, one after the other.
pub(crate) fn hmac(key: &[u8; 32], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("HMAC takes keys of any length");
    for part in parts {
        mac.update(part);
    }
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_block_comes_twice_and_a_seed_gives_its_bytes() {
        let mut stream = Randomness::from_seed([7; 32]);
        let (first, second): ([u8; 48], [u8; 48]) = (stream.bytes(), stream.bytes());
        assert_ne!(first[..16], first[32..]);
        assert_ne!(first, second);
        assert_eq!(Randomness::from_seed([7; 32]).bytes::<48>(), first);
        assert_ne!(Randomness::from_seed([8; 32]).bytes::<48>(), first);
    }
}
