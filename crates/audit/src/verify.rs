//! Is the log what it was? Which record is the first that is not?
//!
//! In: rows in the order of their numbers, the stored nodes, checkpoints from the database and from outside, keys as far as they are
//! there. Out: a [`Report`]. Invariants: everything is recomputed from the rows; a fault names the first bad record, or the fewest
//! records among which it must be; without a checkpoint from outside nothing claims that the end is not cut off.
//!
//! Rows, nodes and checkpoints vouch for each other. A row that is not its stored leaf is bad unless the next checkpoint has the
//! root of the rows: then it was the node. Where somebody changed a row and all nodes above it, only the next checkpoint is left to
//! find it, and the bad record lies behind the last checkpoint that agrees, unless the household's key, which seals number, time,
//! kind and contents together, names it.

mod report;

use std::ops::Range;

use crate::checkpoint::{Checkpoint, SignedCheckpoint, Trust};
use crate::hash::Hash;
use crate::household_key::HouseholdKey;
use crate::leaf::Leaf;
use crate::record::{ReadError, Reading, Row};
use crate::tree::{Frontier, NodeId, Nodes};

pub use report::{Fault, Report};

/// What is stored beside a row.
#[derive(Clone, Copy)]
pub enum Stored<'a> {
    /// The nodes of the tree, at least those that the row completes (`Frontier::completed_by`).
    Nodes(&'a dyn Nodes),
    /// The hash of the leaf alone, as in an export.
    Leaf(Hash),
}

impl Stored<'_> {
    /// The hash that is stored for a node; `computed` where it is not to be known.
    fn node(&self, id: NodeId, computed: Hash) -> Option<Hash> {
        match *self {
            Stored::Nodes(nodes) => nodes.node(id),
            Stored::Leaf(stored) => Some(if id.level == 0 { stored } else { computed }),
        }
    }
}

/// A disagreement of a row with a stored node, which the next checkpoint decides.
#[derive(Debug, Clone)]
struct Suspicion {
    node: NodeId,
    records: Range<u64>,
    /// The tree as it would be if the stored leaves were right and the rows were not; none where a leaf is missing too.
    by_nodes: Option<Frontier>,
}

/// A checkpoint to compare with.
#[derive(Debug, Clone)]
struct Known {
    checkpoint: Checkpoint,
    outside: bool,
}

/// Verifies a log, row by row.
#[derive(Debug)]
pub struct Verifier {
    known: Vec<Known>,
    /// How many of them were compared.
    compared: usize,
    rows: Frontier,
    /// The size up to which all checkpoints agree, and the size up to which those from outside do.
    agreed: u64,
    agreed_outside: u64,
    /// The first record since then that was not opened.
    closed_from: Option<u64>,
    suspicion: Option<Suspicion>,
    report: Report,
}

impl Verifier {
    /// Before the first row. `own` are the checkpoints that lie beside the rows, `outside` those that were kept elsewhere and
    /// were verified when they were read.
    #[must_use]
    pub fn new(trust: &Trust, own: &[SignedCheckpoint], outside: &[Checkpoint]) -> Verifier {
        let mut report = Report::default();
        let of_outside = |checkpoint: &Checkpoint| Known { checkpoint: checkpoint.clone(), outside: true };
        let mut known: Vec<_> = outside.iter().map(of_outside).collect();
        for (place, signed) in own.iter().enumerate() {
            match signed.verify(trust) {
                Ok(checkpoint) => known.push(Known { checkpoint: checkpoint.clone(), outside: false }),
                Err(error) => report.checkpoint_faults.push((place, error)),
            }
        }
        report.outside_size = outside.iter().map(|checkpoint| checkpoint.size).max();
        known.sort_by_key(|known| known.checkpoint.size);
        let mut verifier = Verifier {
            known,
            compared: 0,
            rows: Frontier::new(),
            agreed: 0,
            agreed_outside: 0,
            closed_from: None,
            suspicion: None,
            report,
        };
        verifier.compare();
        verifier
    }

    /// Whether a fault was found, after which no row changes the report.
    #[must_use]
    pub fn is_decided(&self) -> bool {
        self.report.fault.is_some()
    }

    /// Looks at the next row. `key` is the household's, if the store has it.
    pub fn row(&mut self, row: &Row, stored: Stored<'_>, key: Option<&HouseholdKey>) {
        let suspected_before = self.suspicion.is_some();
        if !self.advance(&row.leaf(), stored) {
            return;
        }
        // The seal names a bad record where checkpoints, which come later, only say among which it is.
        match row.read(key) {
            Ok(Reading::Open(_)) => {}
            Ok(Reading::Erased) => {
                self.report.closed += 1;
                self.closed_from.get_or_insert(row.sequence);
            }
            Err(_) if suspected_before => {}
            Err(error) => self.unreadable(error),
        }
        self.compare();
    }

    /// Looks at the public part of the next row. `fault` is what the reader already found wrong with it.
    pub(crate) fn leaf(&mut self, leaf: &Leaf, stored: Stored<'_>, fault: Option<ReadError>) {
        if self.advance(leaf, stored) {
            if let Some(error) = fault {
                self.unreadable(error);
            }
            self.compare();
        }
    }

    fn unreadable(&mut self, error: ReadError) {
        let from = self.closed_from.unwrap_or(error.sequence());
        self.decide(Fault::Unreadable { error, from });
    }

    /// Puts the next leaf into the tree and compares the nodes that it completes. Whether there is more to look at.
    fn advance(&mut self, leaf: &Leaf, stored: Stored<'_>) -> bool {
        let expected = self.rows.size();
        if self.is_decided() {
            return false;
        }
        if leaf.sequence != expected {
            self.decide(Fault::Place { expected, found: leaf.sequence });
            return false;
        }
        let before = self.rows.clone();
        let mut differs = None;
        self.rows.push(leaf.hash(), |id, hash| {
            if differs.is_none() && stored.node(id, hash) != Some(hash) {
                differs = Some(id);
            }
        });
        self.report.records = self.rows.size();
        if let (None, Some(node)) = (&self.suspicion, differs) {
            let records = node.index << node.level..(node.index + 1) << node.level;
            self.suspicion = Some(Suspicion { node, records, by_nodes: Some(before) });
        }
        if let Some(suspicion) = &mut self.suspicion {
            let leaf = stored.node(NodeId { level: 0, index: expected }, leaf.hash());
            suspicion.by_nodes = suspicion.by_nodes.take().zip(leaf).map(|(mut tree, leaf)| {
                tree.push(leaf, |_, _| ());
                tree
            });
        }
        true
    }

    /// Compares with every checkpoint of the size that was reached.
    fn compare(&mut self) {
        let (size, root) = (self.rows.size(), self.rows.root());
        let reached = self.known[self.compared..].iter().take_while(|it| it.checkpoint.size == size).count();
        if reached == 0 || self.is_decided() {
            return;
        }
        let here = &self.known[self.compared..self.compared + reached];
        self.compared += reached;
        let differs = |known: &&Known| known.checkpoint.root != root;
        let outside_differs = here.iter().filter(differs).any(|known| known.outside);
        // Whoever made the log's key sign two histories could make it sign anything: only what was kept outside counts.
        let from = if outside_differs { self.agreed_outside } else { self.agreed };
        let Some(other) = here.iter().find(differs).map(|known| known.checkpoint.root) else {
            if here.iter().any(|known| known.outside) {
                self.agreed_outside = size;
            }
            (self.agreed, self.closed_from) = (size, None);
            if let Some(suspicion) = self.suspicion.take() {
                self.decide(Fault::Node { node: suspicion.node });
            }
            return;
        };
        let one_root = here.iter().all(|known| known.checkpoint.root == other);
        let fault = match self.suspicion.take() {
            _ if !one_root => Fault::Forked { from, size },
            None => within(from..size),
            Some(suspicion) => {
                let nodes_agree = suspicion.by_nodes.is_some_and(|tree| tree.root() == other);
                let first = if nodes_agree { suspicion.records.start } else { from };
                within(first..suspicion.records.end)
            }
        };
        self.decide(fault);
    }

    /// The first fault is the one that counts.
    fn decide(&mut self, fault: Fault) {
        let earlier = self.suspicion.take().map(|suspicion| within(suspicion.records));
        self.report.fault.get_or_insert(earlier.unwrap_or(fault));
    }

    /// After the last row: what was found. `rest` are the leaves that are stored behind the last row, in order; there should be none.
    #[must_use]
    pub fn finish(mut self, rest: impl IntoIterator<Item = Hash>) -> Report {
        let records = self.rows.size();
        self.report.root = self.rows.root();
        self.report.agreed_size = self.agreed;
        if let Some(suspicion) = self.suspicion.take() {
            self.decide(within(suspicion.records));
        }
        if self.is_decided() {
            return self.report;
        }
        let (agreed, known) = (self.agreed, self.known.last().map_or(0, |known| known.checkpoint.size));
        let (mut whole, mut leaves) = (agreed == records, 0);
        // Rows that have, with the leaves behind them, the root of a checkpoint are whole: only the end is missing.
        for leaf in rest {
            leaves += 1;
            if !whole && !self.is_decided() {
                self.rows.push(leaf, |_, _| ());
                self.compare();
                whole = self.agreed > agreed;
            }
        }
        let were = known.max(records + leaves);
        let from = if whole { records } else { agreed };
        self.report.fault = (were > records).then_some(Fault::Truncated { from, records, were });
        self.report
    }
}

fn within(records: Range<u64>) -> Fault {
    if records.end - records.start == 1 {
        Fault::Altered { sequence: records.start }
    } else {
        Fault::AlteredWithin { from: records.start, to: records.end }
    }
}
