//! The audit log: append-only, tamper-evident, and silent about people once their key is gone. It knows no finance.
//!
//! In: records of what the stages did, keys, randomness, stored nodes. Out: what a store has to write, verdicts, proofs. Invariants:
//! no clock, no file, no database and no network is touched here; what was stored is never changed; the tree holds salted
//! hashes only, originals are sealed under their household's key; nothing read from outside is believed before it is verified.
//!
//! | question | file |
//! | --- | --- |
//! | what is put on record, what does a row hold | `record.rs`, `kind.rs` |
//! | what is hashed, byte for byte | `leaf.rs`, `commitment.rs`, `hash.rs` |
//! | what is stored for new records | `append.rs`, `tree/frontier.rs` |
//! | is it in the log, did the log only grow | `tree.rs` and its folder |
//! | who can read it, how is it erased | `household_key.rs`, `seal.rs`, `randomness.rs` |
//! | may it be erased | `retention.rs` |
//! | what never gets in | `secrets.rs`, `secrets/shapes.rs` |
//! | what does the log say of itself, signed | `checkpoint.rs`, `note.rs`, `note_key.rs` |
//! | who else remembers it | `checkpoint_file.rs`, `witness.rs`, `cosignature.rs` |
//! | is it what it was, which record is bad | `verify.rs`, `verify/report.rs` |
//! | how is one record shown to somebody else | `proof.rs` |
//! | how is the log taken along | `export.rs` |
//!
//! `docs/audit.md` describes every format for whoever checks a proof with other tools.

mod append;
pub mod checkpoint;
pub mod checkpoint_file;
pub mod commitment;
pub mod cosignature;
mod encoding;
pub mod export;
mod hash;
pub mod household_key;
pub mod kind;
pub mod leaf;
pub mod note;
pub mod note_key;
pub mod proof;
mod randomness;
pub mod record;
pub mod retention;
mod seal;
pub mod secrets;
pub mod tree;
pub mod verify;
pub mod witness;

pub use append::{AppendError, Appended, Masked, append};
pub use checkpoint::{Checkpoint, SignedCheckpoint, Trust};
pub use checkpoint_file::CheckpointFile;
pub use commitment::{Field, Openings};
pub use hash::Hash;
pub use household_key::{HOUSE, HouseholdKey, MasterKey, WrappedKey};
pub use kind::Kind;
pub use note_key::{Algorithm, SignerKey, VerifierKey};
pub use proof::{Checked, check, prove};
pub use randomness::Randomness;
pub use record::{Contents, NewRecord, Reading, Row};
pub use secrets::{Guard, OnSecret};
pub use tree::{Frontier, NodeId, NodeMap, Nodes};
pub use verify::{Fault, Report, Stored, Verifier};
