//! The tree against the vectors of other implementations and against its definition.

use audit::tree::{
    consistency_needs, inclusion_needs, prove_consistency, prove_inclusion, verify_consistency,
    verify_inclusion,
};
use audit::{Frontier, Hash, NodeMap};
use proptest::prelude::*;

use crate::sample::flip;

fn leaves(inputs: impl IntoIterator<Item = Vec<u8>>) -> Vec<Hash> {
    inputs.into_iter().map(|input| Hash::of_leaf(&input)).collect()
}

fn numbered(size: u64) -> Vec<Hash> {
    leaves((0..size).map(|n| n.to_be_bytes().to_vec()))
}

/// The root of every size, and all nodes.
fn grown(leaves: &[Hash]) -> (Vec<Hash>, NodeMap) {
    let (mut state, mut nodes) = (Frontier::new(), NodeMap::new());
    let mut roots = vec![state.root()];
    for leaf in leaves {
        state.push(*leaf, |id, hash| assert_eq!(nodes.insert(id, hash), None));
        roots.push(state.root());
    }
    (roots, nodes)
}

/// RFC 6962, section 2.1, to the letter.
fn mth(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => Hash::of_empty_tree(),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(split(leaves.len()));
            Hash::of_children(mth(left), mth(right))
        }
    }
}

/// Section 2.1.1.
fn path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if index < left.len() {
        [path(index, left), vec![mth(right)]].concat()
    } else {
        [path(index - left.len(), right), vec![mth(left)]].concat()
    }
}

/// Section 2.1.2.
fn subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![mth(leaves)] };
    }
    let (left, right) = leaves.split_at(split(leaves.len()));
    if old <= left.len() {
        [subproof(old, left, whole), vec![mth(right)]].concat()
    } else {
        [subproof(old - left.len(), right, false), vec![mth(left)]].concat()
    }
}

fn split(size: usize) -> usize {
    size.next_power_of_two() / 2
}

fn hash(hex: &str) -> Hash {
    serde_json::from_str(&format!("\"{hex}\"")).unwrap()
}

fn hashes(hex: &[&str]) -> Vec<Hash> {
    hex.iter().map(|hex| hash(hex)).collect()
}

/// transparency-dev/merkle, testonly/constants.go and proof/verify_test.go (Apache-2.0); they come from the
/// Certificate Transparency log server.
#[test]
fn roots_and_proofs_are_those_of_certificate_transparency() {
    let inputs: [&[u8]; 8] = [b"", b"\x00", b"\x10", b" !", b"01", b"@ABC", b"PQRSTUVW", b"`abcdefghijklmno"];
    let (roots, nodes) = grown(&leaves(inputs.map(<[u8]>::to_vec)));
    let should = hashes(&[
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
        "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
        "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
        "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
        "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
    ]);
    assert_eq!(roots, should);
    let inclusion: [(u64, u64, &[&str]); 5] = [
        (0, 1, &[]),
        (
            0,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            5,
            8,
            &[
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (2, 3, &["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"]),
        (
            1,
            5,
            &[
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (index, size, proof) in inclusion {
        assert_eq!(prove_inclusion(index, size, &nodes).unwrap(), hashes(proof), "{index} of {size}");
    }
    let consistency: [(u64, u64, &[&str]); 4] = [
        (1, 1, &[]),
        (
            1,
            8,
            &[
                "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
            ],
        ),
        (
            6,
            8,
            &[
                "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
                "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
                "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            ],
        ),
        (
            2,
            5,
            &[
                "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
                "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
            ],
        ),
    ];
    for (old, new, proof) in consistency {
        assert_eq!(prove_consistency(old, new, &nodes).unwrap(), hashes(proof), "{old} to {new}");
    }
}

/// transparency-dev/merkle, compact/range_test.go (Apache-2.0).
#[test]
fn roots_of_large_trees_are_those_of_another_implementation() {
    let inputs = (0..65_535_u32).map(|n| n.to_le_bytes()[..2].to_vec());
    let (roots, _) = grown(&leaves(inputs));
    for (size, root) in [
        (10, "VjWMPSYNtCuCNlF/RLnQy6HcwSk6CIipfxm+hettA+4="),
        (15, "j4SulYmocFuxdeyp12xXCIgK6PekBcxzAIj4zbQzNEI="),
        (16, "c+4Uc6BCMOZf/v3NZK1kqTUJe+bBoFtOhP+P3SayKRE="),
        (100, "dUh9hYH88p0CMoHkdr1wC2szbhcLAXOejWpINIooKUY="),
        (255, "SmdsuKUqiod3RX2jyF2M6JnbdE4QuTwwipfAowI4/i0="),
        (256, "qFI0t/tZ1MdOYgyPpPzHFiZVw86koScXy9q3FU5casA="),
        (1000, "RXrgb8xHd55Y48FbfotJwCbV82Kx22LZfEbmBGAvwlQ="),
        (4095, "cWRFdQhPcjn9WyBXE/r1f04ejxIm5lvg40DEpRBVS0w="),
        (4096, "6uU/phfHg1n/GksYT6TO9aN8EauMCCJRl3dIK0HDs2M="),
        (10_000, "VZcav65F9haHVRk3wre2axFoBXRNeUh/1d9d5FQfxIg="),
        (65_535, "iPuVYJhP6SEE4gUFp8qbafd2rYv9YTCDYqAxCj8HdLM="),
    ] {
        assert_eq!(roots[size].to_base64(), root, "{size}");
    }
}

#[test]
fn every_proof_of_every_small_tree_is_that_of_the_definition() {
    const SIZE: u64 = 70;
    let leaves = numbered(SIZE);
    let (roots, nodes) = grown(&leaves);
    for new in 0..=SIZE {
        let tree = &leaves[..usize::try_from(new).unwrap()];
        let root = roots[tree.len()];
        assert_eq!(root, mth(tree), "{new}");
        assert_eq!(Frontier::load(new, &nodes).unwrap().root(), root);
        for index in 0..new {
            let proof = prove_inclusion(index, new, &nodes).unwrap();
            let place = usize::try_from(index).unwrap();
            assert_eq!(proof, path(place, tree), "{index} of {new}");
            assert_eq!(verify_inclusion(index, new, leaves[place], &proof, root), Ok(()));
            let needs = inclusion_needs(index, new).unwrap();
            let only: NodeMap = needs.into_iter().map(|id| (id, nodes[&id])).collect();
            assert_eq!(prove_inclusion(index, new, &only).unwrap(), proof, "it names what it needs");
        }
        for old in 0..=new {
            let proof = prove_consistency(old, new, &nodes).unwrap();
            let place = usize::try_from(old).unwrap();
            let should = if old == 0 { Vec::new() } else { subproof(place, tree, true) };
            assert_eq!(proof, should, "{old} to {new}");
            assert_eq!(verify_consistency(old, new, roots[place], root, &proof), Ok(()));
            let needs = consistency_needs(old, new).unwrap();
            let only: NodeMap = needs.into_iter().map(|id| (id, nodes[&id])).collect();
            assert_eq!(prove_consistency(old, new, &only).unwrap(), proof, "it names what it needs");
        }
    }
}

#[test]
fn what_is_not_in_a_tree_can_not_be_proven() {
    let (_, nodes) = grown(&numbered(9));
    assert!(prove_inclusion(9, 9, &nodes).is_err());
    assert!(prove_inclusion(0, 0, &nodes).is_err());
    assert!(prove_inclusion(3, 12, &nodes).is_err(), "nodes that are not there");
    assert!(prove_consistency(9, 8, &nodes).is_err());
    assert!(prove_consistency(3, 12, &nodes).is_err(), "nodes that are not there");
    assert!(Frontier::load(12, &nodes).is_err());
    assert!(Frontier::load(u64::MAX, &nodes).is_err());
}

/// Changes a proof or what it is checked with.
fn forge(rng: &mut fastrand::Rng, proof: &mut Vec<Hash>) {
    match rng.u8(..5) {
        0 if !proof.is_empty() => {
            let at = rng.usize(..proof.len());
            flip(rng, &mut proof[at].0);
        }
        1 if !proof.is_empty() => drop(proof.remove(rng.usize(..proof.len()))),
        2 if proof.len() > 1 => {
            let at = rng.usize(1..proof.len());
            proof.swap(0, at);
        }
        3 if !proof.is_empty() => proof.insert(rng.usize(..=proof.len()), proof[0]),
        _ => proof.insert(rng.usize(..=proof.len()), Hash::of(&rng.u64(..).to_be_bytes())),
    }
}

#[test]
fn forged_proofs_are_refused() {
    let rng = &mut fastrand::Rng::with_seed(11);
    let leaves = numbered(200);
    let (roots, nodes) = grown(&leaves);
    let root_of = |size: u64| roots[usize::try_from(size).unwrap()];
    for _ in 0..10_000 {
        let size = rng.u64(1..=200);
        let index = rng.u64(..size);
        let leaf = leaves[usize::try_from(index).unwrap()];
        let proof = prove_inclusion(index, size, &nodes).unwrap();
        let mut forged = proof.clone();
        forge(rng, &mut forged);
        assert!(verify_inclusion(index, size, leaf, &forged, root_of(size)).is_err(), "{index} of {size}");
        let other = rng.u64(..size + 3);
        assert_eq!(verify_inclusion(other, size, leaf, &proof, root_of(size)).is_ok(), other == index);
        let mut wrong = leaf;
        flip(rng, &mut wrong.0);
        assert!(verify_inclusion(index, size, wrong, &proof, root_of(size)).is_err());
        let other = rng.u64(..=200);
        assert_eq!(verify_inclusion(index, size, leaf, &proof, root_of(other)).is_ok(), other == size);

        let old = rng.u64(1..=size);
        let proof = prove_consistency(old, size, &nodes).unwrap();
        let mut forged = proof.clone();
        forge(rng, &mut forged);
        let verify =
            |old_root, new_root, proof: &[Hash]| verify_consistency(old, size, old_root, new_root, proof);
        assert!(verify(root_of(old), root_of(size), &forged).is_err(), "{old} to {size}");
        let mut wrong = root_of(old);
        flip(rng, &mut wrong.0);
        assert!(verify(wrong, root_of(size), &proof).is_err(), "{old} to {size}");
        assert!(old == size || verify(root_of(old), wrong, &proof).is_err(), "{old} to {size}");
    }
    let nothing = Hash::of_empty_tree();
    assert!(verify_consistency(0, 5, root_of(1), root_of(5), &[]).is_err(), "no empty tree has that root");
    assert!(verify_consistency(0, 5, nothing, root_of(5), &[root_of(5)]).is_err());
    assert!(verify_consistency(5, 4, root_of(5), root_of(4), &[]).is_err());
}

proptest! {
    #[test]
    fn any_numbers_and_hashes_are_verified_or_refused(
        index: u64, size: u64, hashes in proptest::collection::vec(any::<[u8; 32]>(), 0..70)
    ) {
        let proof: Vec<_> = hashes.into_iter().map(Hash).collect();
        prop_assert!(verify_inclusion(index, size, Hash([1; 32]), &proof, Hash([2; 32])).is_err());
        let consistent = verify_consistency(index, size, Hash([1; 32]), Hash([2; 32]), &proof);
        prop_assert!(consistent.is_err());
    }

    #[test]
    fn a_tree_that_grew_is_consistent_with_every_earlier_one(new in 1_u64..5_000, part in 0.0..1.0_f64) {
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
        let old = (new as f64 * part) as u64;
        let (roots, nodes) = grown(&numbered(new));
        let proof = prove_consistency(old, new, &nodes).unwrap();
        let root_of = |size: u64| roots[usize::try_from(size).unwrap()];
        prop_assert_eq!(verify_consistency(old, new, root_of(old), root_of(new), &proof), Ok(()));
        let index = new - 1 - old.min(new - 1);
        let proof = prove_inclusion(index, new, &nodes).unwrap();
        let leaf = Hash::of_leaf(&index.to_be_bytes());
        prop_assert_eq!(verify_inclusion(index, new, leaf, &proof, root_of(new)), Ok(()));
        prop_assert!(proof.len() <= 13, "a proof grows with the logarithm");
    }
}
