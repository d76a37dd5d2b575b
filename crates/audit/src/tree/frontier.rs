//! The right edge of the tree: all that an append has to know.
//!
//! In: the hash of the next leaf. Out: the nodes that it completes, to be stored, and the new edge. Invariant: there is
//! one hash for each 1 in the binary form of the size, the largest subtree first, so an append reads O(log n) hashes and
//! writes two nodes on average.

use super::span::{NodeId, Nodes, Span, joined};
use crate::hash::Hash;

/// Leaves that a tree may have. No log gets there; the limit keeps every sum of sizes within 64 bits.
pub const SIZE_MAX: u64 = 1 << 62;

/// The state of a tree: its size and the full subtrees it consists of.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    subtrees: Vec<Hash>,
}

/// Why the state of a tree could not be taken from stored nodes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum LoadError {
    /// A node is not stored.
    #[error("{0} is not stored: the tree is damaged; run `audit verify` before anything is appended")]
    Missing(NodeId),
    /// More leaves than a tree may have.
    #[error("a log has at most {SIZE_MAX} records, not {0}")]
    Size(u64),
}

impl Frontier {
    /// A tree without leaves.
    #[must_use]
    pub fn new() -> Frontier {
        Frontier::default()
    }

    /// The ids of the stored nodes that [`Frontier::load`] will ask for.
    pub fn needs(size: u64) -> impl Iterator<Item = NodeId> {
        Span { begin: 0, end: size }.nodes()
    }

    /// The state after `size` leaves, from stored nodes.
    ///
    /// # Errors
    /// A node that is not stored; a size above [`SIZE_MAX`].
    pub fn load(size: u64, nodes: &impl Nodes) -> Result<Frontier, LoadError> {
        if size > SIZE_MAX {
            return Err(LoadError::Size(size));
        }
        let subtrees = Frontier::needs(size).map(|id| nodes.node(id).ok_or(LoadError::Missing(id)));
        Ok(Frontier { size, subtrees: subtrees.collect::<Result<_, _>>()? })
    }

    /// Leaves of the tree, which is also the number of the next record.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The root of the tree as it is.
    #[must_use]
    pub fn root(&self) -> Hash {
        joined(&self.subtrees)
    }

    /// Which nodes the leaf with this index completes: itself, and each subtree of which it is the last leaf.
    pub fn completed_by(index: u64) -> impl Iterator<Item = NodeId> {
        (0..=index.trailing_ones())
            .map(move |level| NodeId { level: u8::try_from(level).unwrap_or(u8::MAX), index: index >> level })
    }

    /// Adds a leaf and tells each node that it completes, from the leaf upwards.
    ///
    /// # Panics
    /// If the tree has [`SIZE_MAX`] leaves.
    pub fn push(&mut self, leaf: Hash, mut completed: impl FnMut(NodeId, Hash)) {
        assert!(self.size < SIZE_MAX, "a tree of {SIZE_MAX} leaves is full");
        let mut hash = leaf;
        for id in Frontier::completed_by(self.size) {
            if id.level > 0 {
                let left = self.subtrees.pop().expect("a subtree for each 1 of the size");
                hash = Hash::of_children(left, hash);
            }
            completed(id, hash);
        }
        self.subtrees.push(hash);
        self.size += 1;
    }
}
