//! A record with all that it takes to check it on another machine, offline: a JSON file of a few kilobytes.
//!
//! In: a row, what of it is to be open, stored nodes and a checkpoint; or the text of such a file and whom one trusts. Out: the
//! file; or the record, as far as it is open. Invariants: whatever the file says beside the leaf is checked against the leaf, the leaf
//! against the root, and the root against a signature; a proof shows what its maker opened, and nothing else.

use serde::{Deserialize, Serialize};

use crate::checkpoint::{Checkpoint, CheckpointError, SignedCheckpoint, Trust};
use crate::commitment::{Field, Openings};
use crate::encoding::{base64, hex};
use crate::hash::Hash;
use crate::leaf::Leaf;
use crate::tree::{
    NodeId, Nodes, ProofFault, ProveError, inclusion_needs, prove_inclusion, verify_inclusion,
};

/// The version of the form.
pub const FORMAT: &str = "equipoise.audit.proof/1";
/// Bytes of a proof at most: an original as base64, and what stands around it.
pub const PROOF_BYTES_MAX: usize = 64 << 20;

/// A proof as it is written. Nothing of it counts before [`check`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct ProofFile {
    format: String,
    /// For people; has to be the time of the record.
    time: String,
    record: Leaf,
    /// The bytes of the record in hex: what is hashed.
    leaf: String,
    #[serde(default)]
    opened: Openings,
    inclusion: Vec<Hash>,
    checkpoint: String,
}

/// A record whose place in the log was proven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checked {
    /// Its public part.
    pub record: Leaf,
    /// When it was written, as RFC 3339 has it.
    pub time: String,
    /// The fields that are open, with their values.
    pub opened: Vec<(Field, Vec<u8>)>,
    /// The checkpoint that covers it.
    pub checkpoint: Checkpoint,
}

/// Why a proof proves nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ProofError {
    /// Too long.
    #[error("a proof has at most {PROOF_BYTES_MAX} bytes, not {0}")]
    Long(usize),
    /// No JSON, or not the fields of a proof.
    #[error("the proof can't be read: {0}")]
    Json(String),
    /// Another version.
    #[error("the proof is of the form `{0}`; this program reads `{FORMAT}`")]
    Format(String),
    /// The leaf is not the bytes of the record.
    #[error("the leaf is not the bytes of the record beside it")]
    Leaf,
    /// The time for people is another one.
    #[error("`{0}` is not the time of the record")]
    Time(String),
    /// An opened field is not what was recorded.
    #[error("the {0} is not the one that was recorded")]
    Opening(Field),
    /// The checkpoint.
    #[error("the checkpoint of the proof: {0}")]
    Checkpoint(#[from] CheckpointError),
    /// The path to the root.
    #[error("the record is not in the log: {0}")]
    Inclusion(#[from] ProofFault),
}

/// When a record was written, as RFC 3339 has it, in UTC.
///
/// # Errors
/// A time that no calendar has.
fn time_of(leaf: &Leaf) -> Result<String, ProofError> {
    let micros = leaf.time_micros;
    let time = jiff::Timestamp::from_microsecond(micros).map_err(|_| ProofError::Time(micros.to_string()))?;
    Ok(format!("{time:.6}"))
}

/// The ids of the stored nodes that [`prove`] will ask for.
///
/// # Errors
/// No such record under this checkpoint.
pub fn proof_needs(sequence: u64, checkpoint: &SignedCheckpoint) -> Result<Vec<NodeId>, ProofFault> {
    inclusion_needs(sequence, checkpoint.unverified().size)
}

/// Why no proof was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum MakeError {
    /// Nodes.
    #[error(transparent)]
    Prove(#[from] ProveError),
    /// What was made does not hold: the row, the nodes or the checkpoint were changed.
    #[error("a proof of record {sequence} would not hold; run `audit verify`: {source}")]
    Unsound {
        /// Number of the record.
        sequence: u64,
        /// What is wrong.
        source: ProofError,
    },
}

/// The text of a proof file. `opened` says what of the record the reader gets to see: nothing, some fields, or all. A proof
/// that would not hold is not made.
///
/// # Errors
/// A record that the checkpoint does not cover, nodes that are not stored, or a log that was changed.
pub fn prove(
    record: &Leaf,
    opened: Openings,
    checkpoint: &SignedCheckpoint,
    nodes: &impl Nodes,
    trust: &Trust,
) -> Result<String, MakeError> {
    let sequence = record.sequence;
    let unsound = |source| MakeError::Unsound { sequence, source };
    let file = ProofFile {
        format: FORMAT.to_owned(),
        time: time_of(record).map_err(unsound)?,
        leaf: hex(&record.to_bytes()),
        record: record.clone(),
        opened,
        inclusion: prove_inclusion(sequence, checkpoint.unverified().size, nodes)?,
        checkpoint: checkpoint.to_text(),
    };
    let text =
        serde_json::to_string_pretty(&file).map_err(|error| unsound(ProofError::Json(error.to_string())))?;
    check(&text, trust).map_err(unsound)?;
    Ok(text + "\n")
}

/// What a proof file proves, to whoever trusts these keys.
///
/// # Errors
/// Why it proves nothing.
pub fn check(text: &str, trust: &Trust) -> Result<Checked, ProofError> {
    let file = read(text)?;
    if hex(&file.record.to_bytes()) != file.leaf {
        return Err(ProofError::Leaf);
    }
    if time_of(&file.record)? != file.time {
        return Err(ProofError::Time(file.time));
    }
    let opened = file.opened.opened(&file.record.commitments).map_err(ProofError::Opening)?;
    let signed = SignedCheckpoint::parse(&file.checkpoint)?;
    let checkpoint = signed.verify(trust)?;
    let leaf = file.record.hash();
    verify_inclusion(file.record.sequence, checkpoint.size, leaf, &file.inclusion, checkpoint.root)?;
    Ok(Checked { time: file.time, opened, checkpoint: checkpoint.clone(), record: file.record })
}

fn read(text: &str) -> Result<ProofFile, ProofError> {
    if text.len() > PROOF_BYTES_MAX {
        return Err(ProofError::Long(text.len()));
    }
    let file: ProofFile = serde_json::from_str(text).map_err(|error| ProofError::Json(error.to_string()))?;
    if file.format == FORMAT { Ok(file) } else { Err(ProofError::Format(file.format)) }
}

/// The same proof in C2SP's tlog-proof form, for tools that know it; the extra data are the 256 bytes of the leaf.
///
/// # Errors
/// A proof that can't be read; nothing is verified.
///
/// # Source
/// C2SP tlog-proof v1.
pub fn to_tlog_proof(text: &str) -> Result<String, ProofError> {
    let file = read(text)?;
    let mut proof = format!(
        "c2sp.org/tlog-proof@v1\nextra {}\nindex {}\n",
        base64(&file.record.to_bytes()),
        file.record.sequence
    );
    for hash in &file.inclusion {
        proof += &hash.to_base64();
        proof.push('\n');
    }
    Ok(proof + "\n" + &file.checkpoint)
}
