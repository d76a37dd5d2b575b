//! A log from a seed: households, records in batches, checkpoints, everything that a store would hold.

use std::collections::HashMap;

use audit::leaf::KeyId;
use audit::{
    Algorithm, Checkpoint, Frontier, Guard, HOUSE, Hash, HouseholdKey, Kind, NewRecord, NodeId, NodeMap,
    OnSecret, Randomness, Report, Row, SignedCheckpoint, SignerKey, Stored, Trust, Verifier, append,
};

pub(crate) const ORIGIN: &str = "equipoise.example/log";

/// What is stored, and what only the owner has.
pub(crate) struct Sample {
    pub(crate) rows: Vec<Row>,
    pub(crate) nodes: NodeMap,
    pub(crate) own: Vec<SignedCheckpoint>,
    pub(crate) keys: HashMap<KeyId, HouseholdKey>,
    pub(crate) signer: SignerKey,
}

/// When checkpoints are made.
#[derive(Clone, Copy)]
pub(crate) enum Signed {
    EveryRecord,
    EveryBatch,
}

const WORDS: [&str; 7] = ["drift", "prompt", "reply", "validation", "approval", "order", "fill"];

impl Sample {
    pub(crate) fn new(rng: &mut fastrand::Rng, records: u64, signed: Signed) -> Sample {
        let mut randomness = Randomness::from_seed(std::array::from_fn(|_| rng.u8(..)));
        let signer = SignerKey::generate(ORIGIN, Algorithm::Ed25519, &mut randomness).unwrap();
        let households: Vec<_> = ["household-1", "household-2", HOUSE]
            .map(|name| HouseholdKey::generate(name, &mut randomness).unwrap())
            .into();
        let guard = Guard::new(OnSecret::Refuse, ["not-in-the-log"]).unwrap();
        let (mut rows, mut nodes, mut own) = (Vec::new(), NodeMap::new(), Vec::new());
        let mut state = Frontier::new();
        while state.size() < records {
            let left = usize::try_from(records - state.size()).unwrap();
            let batch = match signed {
                Signed::EveryRecord => 1,
                Signed::EveryBatch => rng.usize(1..=left.min(6)),
            };
            let kinds: Vec<_> = (0..batch).map(|_| Kind::new(rng.choice(WORDS).unwrap()).unwrap()).collect();
            let texts: Vec<_> =
                (0..batch).map(|_| format!(r#"{{"n":{},"é":"{}"}}"#, rng.u32(..), rng.u64(..))).collect();
            let records: Vec<_> = (kinds.iter().zip(&texts))
                .map(|(kind, text)| NewRecord {
                    time_micros: 1_795_680_000_000_000 + i64::from(rng.u32(..)),
                    kind,
                    key: &households[rng.usize(..households.len())],
                    subject: rng.choice(["proposal-1", "proposal-2", ""]).unwrap(),
                    actor: rng.choice(["ann", "solver"]).unwrap(),
                    original: text.as_bytes(),
                })
                .collect();
            let appended = append(&state, &records, &guard, &mut randomness).unwrap();
            rows.extend(appended.rows);
            nodes.extend(appended.nodes);
            state = appended.state;
            own.push(SignedCheckpoint::sign(&state, &signer).unwrap());
        }
        let keys = households.into_iter().map(|key| (key.id(), key)).collect();
        Sample { rows, nodes, own, keys, signer }
    }

    pub(crate) fn trust(&self) -> Trust {
        Trust::in_log(self.signer.verifier())
    }

    pub(crate) fn size(&self) -> u64 {
        u64::try_from(self.rows.len()).unwrap()
    }

    /// All own checkpoints, as somebody outside would have kept them.
    pub(crate) fn outside(&self) -> Vec<Checkpoint> {
        self.own.iter().map(|signed| signed.unverified().clone()).collect()
    }

    /// What verification of this says.
    pub(crate) fn verified(&self, outside: &[Checkpoint], with_keys: bool) -> Report {
        self.verified_rows(&self.rows, outside, with_keys)
    }

    pub(crate) fn verified_rows(&self, rows: &[Row], outside: &[Checkpoint], with_keys: bool) -> Report {
        let mut verifier = Verifier::new(&self.trust(), &self.own, outside);
        for row in rows {
            let key = self.keys.get(&row.key_id).filter(|_| with_keys);
            verifier.row(row, Stored::Nodes(&self.nodes), key);
        }
        let behind = u64::try_from(rows.len()).unwrap()..;
        let leaf = |index| self.nodes.get(&NodeId { level: 0, index }).copied();
        verifier.finish(behind.map_while(leaf))
    }

    /// What an attacker does who can write everything but knows no key: all nodes anew over the rows as they are.
    pub(crate) fn rebuild_nodes(&mut self) {
        let (_, nodes) = tree(&self.rows);
        self.nodes = nodes;
    }

    /// What an attacker does who has the log's key as well: all checkpoints anew.
    pub(crate) fn sign_again(&mut self) {
        self.own.clear();
        let mut state = Frontier::new();
        for row in &self.rows {
            state.push(row.leaf().hash(), |_, _| ());
            self.own.push(SignedCheckpoint::sign(&state, &self.signer).unwrap());
        }
    }
}

/// The tree over rows, whatever numbers they carry.
pub(crate) fn tree(rows: &[Row]) -> (Hash, NodeMap) {
    let (mut state, mut nodes) = (Frontier::new(), NodeMap::new());
    for row in rows {
        state.push(row.leaf().hash(), |id, hash| {
            nodes.insert(id, hash);
        });
    }
    (state.root(), nodes)
}

/// Another word.
pub(crate) fn other_kind(kind: &Kind) -> Kind {
    Kind::new(&format!("{}x", kind.as_str())).unwrap()
}

/// One bit of `bytes` flipped.
pub(crate) fn flip(rng: &mut fastrand::Rng, bytes: &mut [u8]) {
    let at = rng.usize(..bytes.len());
    bytes[at] ^= 1 << rng.u32(..8);
}
