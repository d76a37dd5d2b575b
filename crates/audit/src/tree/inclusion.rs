//! Is a leaf in the tree, and where?
//!
//! In: the index of a leaf and the size of the tree; stored nodes to prove, a root to verify. Out: the hashes beside the
//! path from the leaf to the root, or the verdict. Invariant: a proof has exactly as many hashes as the path has levels; one
//! hash more or less is refused, whatever it computes.

use super::ProofFault;
use super::span::{NodeId, Nodes, ProveError, Span};
use crate::hash::Hash;

/// The runs of leaves beside the path, from the leaf upwards.
///
/// # Source
/// RFC 6962, section 2.1.1, PATH.
fn spans(index: u64, size: u64) -> Result<Vec<Span>, ProofFault> {
    if index >= size {
        return Err(ProofFault::Outside { index, size });
    }
    let mut on_path = Span { begin: 0, end: size };
    let mut beside = Vec::new();
    while on_path.end - on_path.begin > 1 {
        let middle = on_path.middle();
        if index < middle {
            beside.push(Span { begin: middle, end: on_path.end });
            on_path.end = middle;
        } else {
            beside.push(Span { begin: on_path.begin, end: middle });
            on_path.begin = middle;
        }
    }
    beside.reverse();
    Ok(beside)
}

/// The ids of the stored nodes that [`prove_inclusion`] will ask for.
///
/// # Errors
/// No such leaf.
pub fn inclusion_needs(index: u64, size: u64) -> Result<Vec<NodeId>, ProofFault> {
    Ok(spans(index, size)?.into_iter().flat_map(Span::nodes).collect())
}

/// The proof that leaf `index` is in the tree of the first `size` leaves, the hash beside the leaf first.
///
/// # Errors
/// No such leaf, or a node that is not stored.
pub fn prove_inclusion(index: u64, size: u64, nodes: &impl Nodes) -> Result<Vec<Hash>, ProveError> {
    spans(index, size).map_err(ProveError::Impossible)?.into_iter().map(|span| span.hash(nodes)).collect()
}

/// Whether `proof` shows that a leaf with the hash `leaf` stands at `index` in the tree of `size` leaves with this root.
///
/// # Errors
/// What is wrong with the proof.
///
/// # Source
/// RFC 9162, section 2.1.3.2.
pub fn verify_inclusion(
    index: u64,
    size: u64,
    leaf: Hash,
    proof: &[Hash],
    root: Hash,
) -> Result<(), ProofFault> {
    if index >= size {
        return Err(ProofFault::Outside { index, size });
    }
    let wrong_length = Err(ProofFault::Length { found: proof.len() });
    let (mut node, mut last, mut hash) = (index, size - 1, leaf);
    for &beside in proof {
        if last == 0 {
            return wrong_length;
        }
        if node & 1 == 1 || node == last {
            hash = Hash::of_children(beside, hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = Hash::of_children(hash, beside);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return wrong_length;
    }
    if hash == root { Ok(()) } else { Err(ProofFault::Root { size }) }
}
