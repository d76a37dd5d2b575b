//! Did the tree only grow?
//!
//! In: two sizes; stored nodes to prove, both roots to verify. Out: the hashes from which both roots follow, or the
//! verdict. Invariant: a proof has exactly as many hashes as these sizes need; one more or less is refused.

use super::ProofFault;
use super::span::{NodeId, Nodes, ProveError, Span};
use crate::hash::Hash;

/// The runs of leaves whose hashes are the proof.
///
/// # Source
/// RFC 6962, section 2.1.2, PROOF and SUBPROOF.
fn spans(old: u64, new: u64) -> Result<Vec<Span>, ProofFault> {
    if old > new {
        return Err(ProofFault::Shrunk { old, new });
    }
    let mut proof = Vec::new();
    if old == 0 || old == new {
        return Ok(proof);
    }
    let mut edge = Span { begin: 0, end: new };
    while edge.end != old {
        let middle = edge.middle();
        if old <= middle {
            proof.push(Span { begin: middle, end: edge.end });
            edge.end = middle;
        } else {
            proof.push(Span { begin: edge.begin, end: middle });
            edge.begin = middle;
        }
    }
    // The whole old tree is known to whoever verifies; a part of it is not.
    if edge.begin > 0 {
        proof.push(edge);
    }
    proof.reverse();
    Ok(proof)
}

/// The ids of the stored nodes that [`prove_consistency`] will ask for.
///
/// # Errors
/// The older tree is the larger one.
pub fn consistency_needs(old: u64, new: u64) -> Result<Vec<NodeId>, ProofFault> {
    Ok(spans(old, new)?.into_iter().flat_map(Span::nodes).collect())
}

/// The proof that the first `old` leaves of the tree of `new` leaves are the tree of `old` leaves.
///
/// # Errors
/// The older tree is the larger one, or a node is not stored.
pub fn prove_consistency(old: u64, new: u64, nodes: &impl Nodes) -> Result<Vec<Hash>, ProveError> {
    spans(old, new).map_err(ProveError::Impossible)?.into_iter().map(|span| span.hash(nodes)).collect()
}

/// Whether `proof` shows that the tree of `new` leaves with `new_root` begins with the tree of `old` leaves with `old_root`.
///
/// # Errors
/// What is wrong with the proof.
///
/// # Source
/// RFC 9162, section 2.1.4.2, with C2SP merkle-tree for the sizes that it leaves out: equal sizes need equal roots and
/// an empty proof, and every tree begins with the empty one.
pub fn verify_consistency(
    old: u64,
    new: u64,
    old_root: Hash,
    new_root: Hash,
    proof: &[Hash],
) -> Result<(), ProofFault> {
    if old > new {
        return Err(ProofFault::Shrunk { old, new });
    }
    let wrong_length = Err(ProofFault::Length { found: proof.len() });
    if old == 0 && old_root != Hash::of_empty_tree() {
        return Err(ProofFault::Root { size: 0 });
    }
    if old == 0 || old == new {
        if !proof.is_empty() {
            return wrong_length;
        }
        return if old == 0 || old_root == new_root { Ok(()) } else { Err(ProofFault::Root { size: new }) };
    }
    let starts_with_old_root = old.is_power_of_two();
    let mut hashes = starts_with_old_root.then_some(old_root).into_iter().chain(proof.iter().copied());
    let Some(first) = hashes.next() else { return wrong_length };
    let shift = (old - 1).trailing_ones();
    let (mut node, mut last) = ((old - 1) >> shift, (new - 1) >> shift);
    let (mut old_hash, mut new_hash) = (first, first);
    for hash in hashes {
        if last == 0 {
            return wrong_length;
        }
        if node & 1 == 1 || node == last {
            old_hash = Hash::of_children(hash, old_hash);
            new_hash = Hash::of_children(hash, new_hash);
            while node & 1 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            new_hash = Hash::of_children(new_hash, hash);
        }
        node >>= 1;
        last >>= 1;
    }
    if last != 0 {
        return wrong_length;
    }
    if old_hash != old_root {
        return Err(ProofFault::Root { size: old });
    }
    if new_hash != new_root { Err(ProofFault::Root { size: new }) } else { Ok(()) }
}
