//! The Merkle tree of RFC 6962: what is in it, that it only grew, and the proofs of both.
//!
//! In: hashes of leaves, one after the other. Out: the nodes to store, the root, proofs. Invariant: a node that was
//! stored is never changed, because only nodes over a full power of two of leaves are stored; what is ragged on the
//! right is put together from them.
//!
//! | question | file |
//! | --- | --- |
//! | what does an append need, what does it add | `tree/frontier.rs` |
//! | which stored nodes make up a part of the tree | `tree/span.rs` |
//! | is a leaf in the tree | `tree/inclusion.rs` |
//! | did the tree only grow | `tree/consistency.rs` |

mod consistency;
mod frontier;
mod inclusion;
mod span;

pub use consistency::{consistency_needs, prove_consistency, verify_consistency};
pub use frontier::{Frontier, LoadError, SIZE_MAX};
pub use inclusion::{inclusion_needs, prove_inclusion, verify_inclusion};
pub use span::{NodeId, NodeMap, Nodes, ProveError};

/// Why a proof proves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProofFault {
    /// The leaf would stand behind the end of the tree.
    #[error("there is no record {index} in a tree of {size} records")]
    Outside {
        /// Of the leaf, from 0.
        index: u64,
        /// Leaves of the tree.
        size: u64,
    },
    /// The older tree is the larger one.
    #[error("a tree of {old} records can't be the beginning of one of {new}")]
    Shrunk {
        /// Leaves of the older tree.
        old: u64,
        /// Leaves of the newer tree.
        new: u64,
    },
    /// Too many or too few hashes for these sizes.
    #[error("the proof has {found} hashes, which is not the number for these sizes")]
    Length {
        /// Hashes of the proof.
        found: usize,
    },
    /// What was computed is not the root of the tree.
    #[error("the proof does not lead to the root of {size} records")]
    Root {
        /// Leaves of the tree whose root was not reached.
        size: u64,
    },
}
