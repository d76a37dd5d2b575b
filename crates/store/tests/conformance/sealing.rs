//! What the log is sealed with in these tests: keys that everybody may know, and seeds that come once.

use std::sync::atomic::{AtomicU64, Ordering};

use audit::{Algorithm, Guard, MasterKey, OnSecret, Randomness, SignerKey};
use store::Sealing;

/// A secret that must not get into the log.
pub(crate) const SECRET: &str = "sk-test-abcdefghijklmnop";

pub(crate) fn sealing() -> Sealing {
    static DRAWN: AtomicU64 = AtomicU64::new(0);
    let seed = || {
        let mut seed = [9; 32];
        seed[..8].copy_from_slice(&DRAWN.fetch_add(1, Ordering::SeqCst).to_be_bytes());
        seed[8..12].copy_from_slice(&std::process::id().to_be_bytes());
        seed
    };
    let guard = Guard::new(OnSecret::Mask, [SECRET]).unwrap();
    Sealing { master: MasterKey::from_bytes([7; 32]), guard, seed: Box::new(seed) }
}

/// Who signs checkpoints.
pub(crate) fn signer() -> SignerKey {
    SignerKey::generate("example.org/log", Algorithm::Ed25519, &mut Randomness::from_seed([3; 32])).unwrap()
}
