//! A run of leaves that the definition of the tree treats as one: which stored nodes make it up, and its hash.
//!
//! In: the first leaf of a run and the one after its last. Out: the ids of stored nodes; with them, the hash. Invariant:
//! the run begins at a multiple of the largest power of two that fits it, as all runs of RFC 6962 do, so that every id names
//! a full subtree.

use std::collections::{BTreeMap, HashMap};
use std::fmt;

use crate::hash::Hash;

/// Where a stored node stands: it is over the leaves `index << level .. (index + 1) << level`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NodeId {
    /// 0 for leaves.
    pub level: u8,
    /// From the left, from 0.
    pub index: u64,
}

impl fmt::Display for NodeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "node {} of level {}", self.index, self.level)
    }
}

/// Stored nodes. A caller with a database fetches what `inclusion_needs` or `consistency_needs` names, in one query,
/// and hands it over as a [`NodeMap`].
pub trait Nodes {
    /// The hash of a node; none where it is not stored.
    fn node(&self, id: NodeId) -> Option<Hash>;
}

/// Nodes in memory.
pub type NodeMap = HashMap<NodeId, Hash>;

impl Nodes for NodeMap {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.get(&id).copied()
    }
}

impl Nodes for BTreeMap<NodeId, Hash> {
    fn node(&self, id: NodeId) -> Option<Hash> {
        self.get(&id).copied()
    }
}

/// Why no proof could be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProveError {
    /// What is to be proven is not so.
    #[error(transparent)]
    Impossible(super::ProofFault),
    /// A node is not stored.
    #[error("{0} is not stored; the tree is damaged, or was not fetched whole")]
    Missing(NodeId),
}

/// Leaves `begin .. end`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Span {
    pub(crate) begin: u64,
    pub(crate) end: u64,
}

impl Span {
    /// Where RFC 6962 splits a run of two leaves or more: after the largest power of two that is less than its length.
    pub(crate) fn middle(self) -> u64 {
        let length = self.end - self.begin;
        debug_assert!(length > 1, "a run of {length} leaves has no middle");
        self.begin + (1 << (63 - (length - 1).leading_zeros()))
    }

    /// The stored nodes that make it up, from the left.
    pub(crate) fn nodes(self) -> impl Iterator<Item = NodeId> {
        let (mut begin, end) = (self.begin, self.end);
        std::iter::from_fn(move || {
            if begin == end {
                return None;
            }
            let level = 63 - (end - begin).leading_zeros();
            debug_assert!(begin.trailing_zeros() >= level, "leaves {begin}.. begin within a full subtree");
            let id = NodeId { level: u8::try_from(level).unwrap_or(u8::MAX), index: begin >> level };
            begin += 1 << level;
            Some(id)
        })
    }

    /// The hash of the run.
    ///
    /// # Errors
    /// A node that is not stored.
    pub(crate) fn hash(self, nodes: &impl Nodes) -> Result<Hash, ProveError> {
        let parts = self.nodes().map(|id| nodes.node(id).ok_or(ProveError::Missing(id)));
        Ok(joined(&parts.collect::<Result<Vec<_>, _>>()?))
    }
}

/// The hash over full subtrees that stand side by side, each smaller than the one before.
pub(crate) fn joined(subtrees: &[Hash]) -> Hash {
    let mut from_the_right = subtrees.iter().rev().copied();
    let last = from_the_right.next().unwrap_or_else(Hash::of_empty_tree);
    from_the_right.fold(last, |right, left| Hash::of_children(left, right))
}
