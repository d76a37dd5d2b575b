//! The file of checkpoints that is kept outside the database, on another path or machine, and only ever grows.
//!
//! In: the text of the file; a new checkpoint with stored nodes. Out: what the file vouches for; the text to append. Invariants: sizes
//! rise, and each entry proves that it continues the one before, so the file can be checked with the log's key alone. A log whose
//! history was rewritten can't add to it.
//!
//! Form: entries, each the body of a C2SP tlog-witness request (`witness.rs`) and an empty line:
//!
//! ```text
//! old 3
//! <hashes of the proof from size 3, a line each>
//!
//! <origin>
//! 7
//! <root>
//!
//! — <name> <signature>
//!
//! ```

use crate::checkpoint::{Checkpoint, SignedCheckpoint, Trust};
use crate::hash::Hash;
use crate::tree::{NodeId, Nodes, ProofFault, ProveError, consistency_needs, prove_consistency};
use crate::witness::{AddCheckpoint, RequestError, StepError};

/// What a file of checkpoints says, verified.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckpointFile {
    /// Every checkpoint, by size.
    pub checkpoints: Vec<Checkpoint>,
    /// Bytes of whole entries. What stands behind them is an entry whose writing was cut off: cut the file to this length
    /// before anything is appended.
    pub whole_bytes: usize,
    /// Bytes behind them.
    pub torn_bytes: usize,
}

/// What is wrong with a file of checkpoints.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    /// An entry can't be read.
    #[error("entry {entry} of the file of checkpoints: {source}")]
    Entry {
        /// From 1.
        entry: usize,
        /// Why.
        source: RequestError,
    },
    /// An entry does not continue the one before.
    #[error("entry {entry} of the file of checkpoints: {source}")]
    Step {
        /// From 1.
        entry: usize,
        /// Why.
        source: StepError,
    },
    /// An entry says that it continues another size.
    #[error(
        "entry {entry} of the file of checkpoints continues size {found}; the one before has size {wanted}"
    )]
    Order {
        /// From 1.
        entry: usize,
        /// As the entry has it.
        found: u64,
        /// Of the entry before.
        wanted: u64,
    },
    /// An entry adds nothing.
    #[error("entry {entry} of the file of checkpoints has the size {size} of the one before")]
    Repeated {
        /// From 1.
        entry: usize,
        /// Of both.
        size: u64,
    },
}

/// Why a checkpoint can't be added.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EntryError {
    /// The file has a larger one.
    #[error(
        "the file of checkpoints has one of size {last}; one of size {new} can't follow: records are missing"
    )]
    Shrunk {
        /// Of the last entry.
        last: u64,
        /// Of the checkpoint.
        new: u64,
    },
    /// The file has another root.
    #[error(
        "the log of {size} records is not the one that the file of checkpoints has: its history was rewritten"
    )]
    Rewritten {
        /// At which the two differ, or the first that was compared.
        size: u64,
    },
    /// The checkpoint itself.
    #[error(transparent)]
    Checkpoint(#[from] crate::checkpoint::CheckpointError),
    /// Stored nodes are missing.
    #[error(transparent)]
    Prove(#[from] ProveError),
}

impl CheckpointFile {
    /// Reads a file and verifies every entry.
    ///
    /// # Errors
    /// The first entry that is not what it should be.
    pub fn read(text: &str, trust: &Trust) -> Result<CheckpointFile, FileError> {
        let mut file = CheckpointFile::default();
        while let Some(length) = entry_length(&text[file.whole_bytes..]) {
            let entry = file.checkpoints.len() + 1;
            // An entry ends with an empty line that is no part of the request.
            let request = &text[file.whole_bytes..file.whole_bytes + length - 1];
            let request =
                AddCheckpoint::parse(request).map_err(|source| FileError::Entry { entry, source })?;
            let checkpoint = file.step(&request, entry, trust)?;
            file.checkpoints.push(checkpoint);
            file.whole_bytes += length;
        }
        file.torn_bytes = text.len() - file.whole_bytes;
        Ok(file)
    }

    fn step(&self, request: &AddCheckpoint, entry: usize, trust: &Trust) -> Result<Checkpoint, FileError> {
        let last = self.checkpoints.last();
        let (wanted, root) = last.map_or((0, Hash::of_empty_tree()), |last| (last.size, last.root));
        if request.old_size != wanted {
            return Err(FileError::Order { entry, found: request.old_size, wanted });
        }
        let new = request.verify(root, trust).map_err(|source| FileError::Step { entry, source })?;
        if last.is_some() && new.size == wanted {
            return Err(FileError::Repeated { entry, size: wanted });
        }
        Ok(new.clone())
    }
}

/// Bytes of the first entry, three paragraphs each with its empty line; none where it is not whole.
fn entry_length(text: &str) -> Option<usize> {
    let mut length = 0;
    for _ in 0..3 {
        length += text[length..].find("\n\n")? + 2;
    }
    Some(length)
}

/// The ids of the stored nodes that [`entry`] will ask for.
///
/// # Errors
/// A checkpoint that is smaller than the last.
pub fn entry_needs(last: Option<&Checkpoint>, new: &SignedCheckpoint) -> Result<Vec<NodeId>, ProofFault> {
    consistency_needs(last.map_or(0, |last| last.size), new.unverified().size)
}

/// The text to append to a file whose last checkpoint is `last`; empty where the file has this checkpoint already.
///
/// # Errors
/// A checkpoint that is not signed as it should be, is smaller than the last, or does not continue it.
pub fn entry(
    last: Option<&Checkpoint>,
    new: &SignedCheckpoint,
    nodes: &impl Nodes,
    trust: &Trust,
) -> Result<String, EntryError> {
    let checkpoint = new.verify(trust)?;
    let (old_size, old_root) = last.map_or((0, Hash::of_empty_tree()), |last| (last.size, last.root));
    if checkpoint.size < old_size {
        return Err(EntryError::Shrunk { last: old_size, new: checkpoint.size });
    }
    if last.is_some() && checkpoint.size == old_size {
        let same = checkpoint.root == old_root;
        return if same { Ok(String::new()) } else { Err(EntryError::Rewritten { size: old_size }) };
    }
    let proof = prove_consistency(old_size, checkpoint.size, nodes)?;
    let request = AddCheckpoint { old_size, proof, checkpoint: new.clone() };
    if request.verify(old_root, trust).is_err() {
        return Err(EntryError::Rewritten { size: old_size });
    }
    Ok(request.to_text() + "\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::note_key::{Algorithm, SignerKey};
    use crate::randomness::Randomness;
    use crate::tree::{Frontier, NodeMap};

    fn key() -> SignerKey {
        SignerKey::generate("example.com/log", Algorithm::Ed25519, &mut Randomness::from_seed([1; 32]))
            .unwrap()
    }

    fn trust() -> Trust {
        Trust::in_log(key().verifier())
    }

    /// Checkpoints of the log at these sizes, and its nodes. Histories part at record 3.
    fn log(history: u8, sizes: &[u64]) -> (Vec<SignedCheckpoint>, NodeMap) {
        let (mut state, mut nodes, mut checkpoints) = (Frontier::new(), NodeMap::new(), Vec::new());
        for n in 0..40 {
            if sizes.contains(&state.size()) {
                checkpoints.push(SignedCheckpoint::sign(&state, &key()).unwrap());
            }
            let leaf = Hash::of_leaf(&[n, if n < 3 { 0 } else { history }]);
            state.push(leaf, |id, hash| {
                nodes.insert(id, hash);
            });
        }
        (checkpoints, nodes)
    }

    fn written(checkpoints: &[SignedCheckpoint], nodes: &NodeMap) -> String {
        let mut text = String::new();
        for checkpoint in checkpoints {
            let file = CheckpointFile::read(&text, &trust()).unwrap();
            text += &entry(file.checkpoints.last(), checkpoint, nodes, &trust()).unwrap();
        }
        text
    }

    #[test]
    fn a_file_grows_and_is_read_again() {
        let sizes = [0, 1, 2, 7, 8, 31];
        let (checkpoints, nodes) = log(1, &sizes);
        let text = written(&checkpoints, &nodes);
        let file = CheckpointFile::read(&text, &trust()).unwrap();
        assert_eq!(file.checkpoints.iter().map(|checkpoint| checkpoint.size).collect::<Vec<_>>(), sizes);
        assert_eq!((file.whole_bytes, file.torn_bytes), (text.len(), 0));
        assert_eq!(entry(file.checkpoints.last(), &checkpoints[5], &nodes, &trust()), Ok(String::new()));
        let shrunk = entry(file.checkpoints.last(), &checkpoints[3], &nodes, &trust());
        assert_eq!(shrunk, Err(EntryError::Shrunk { last: 31, new: 7 }));
    }

    #[test]
    fn a_rewritten_log_adds_nothing() {
        let (ours, nodes) = log(1, &[7]);
        let (forged, forged_nodes) = log(2, &[7, 9]);
        let file = CheckpointFile::read(&written(&ours, &nodes), &trust()).unwrap();
        for checkpoint in &forged {
            let refused = entry(file.checkpoints.last(), checkpoint, &forged_nodes, &trust());
            assert_eq!(refused, Err(EntryError::Rewritten { size: 7 }));
        }
    }

    #[test]
    fn wherever_the_writing_was_cut_off_the_whole_entries_count() {
        let (checkpoints, nodes) = log(1, &[1, 2, 7]);
        let text = written(&checkpoints, &nodes);
        let ends: Vec<usize> = (1..=3).map(|n| written(&checkpoints[..n], &nodes).len()).collect();
        for length in (0..text.len()).filter(|length| text.is_char_boundary(*length)) {
            let file = CheckpointFile::read(&text[..length], &trust()).unwrap();
            let whole = ends.iter().filter(|end| **end <= length).count();
            assert_eq!(file.checkpoints.len(), whole, "cut to {length}");
            assert_eq!(file.whole_bytes + file.torn_bytes, length);
        }
    }

    #[test]
    fn entries_that_are_left_out_swapped_or_of_another_history_are_found() {
        let (checkpoints, nodes) = log(1, &[1, 2, 7]);
        let parts: Vec<String> = {
            let whole = written(&checkpoints, &nodes);
            let first = written(&checkpoints[..1], &nodes).len();
            let second = written(&checkpoints[..2], &nodes).len();
            vec![whole[..first].to_owned(), whole[first..second].to_owned(), whole[second..].to_owned()]
        };
        let order = |text: String| CheckpointFile::read(&text, &trust()).unwrap_err();
        let found = FileError::Order { entry: 2, found: 2, wanted: 1 };
        assert_eq!(order([&*parts[0], &parts[2]].concat()), found);
        assert!(matches!(order([&*parts[1], &parts[0]].concat()), FileError::Order { entry: 1, .. }));
    }

    #[test]
    fn an_entry_of_another_history_is_found() {
        let (ours, nodes) = log(1, &[2, 5]);
        let (forged, forged_nodes) = log(2, &[2, 5, 7]);
        let begun = written(&ours, &nodes);
        let of_forged = written(&forged, &forged_nodes);
        let last = &of_forged[written(&forged[..2], &forged_nodes).len()..];
        let found = CheckpointFile::read(&(begun + last), &trust()).unwrap_err();
        assert!(matches!(found, FileError::Step { entry: 3, source: StepError::Proof(_) }), "{found}");
    }
}
