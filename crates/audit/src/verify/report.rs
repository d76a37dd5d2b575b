//! What verification found, in words.
//!
//! In: nothing but what the verifier puts there. Out: sentences for a person, ranges for a program. Invariant: a report that
//! names no fault still says what nobody vouches for.

use std::fmt;
use std::ops::Range;

use crate::checkpoint::CheckpointError;
use crate::hash::Hash;
use crate::record::ReadError;
use crate::tree::NodeId;

/// The first thing that is wrong with a log.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    /// A record is not the one that is in the tree.
    #[error("record {sequence} was changed: it is not the one that is in the tree")]
    Altered {
        /// Number of the record.
        sequence: u64,
    },
    /// Records were changed together with the tree above them.
    #[error("a record from {from} to {} was changed, with the nodes above it: a checkpoint has another root", to - 1)]
    AlteredWithin {
        /// The first that may be bad.
        from: u64,
        /// One behind the last that may be the first bad one.
        to: u64,
    },
    /// Another record stands where this one should.
    #[error("record {expected} is missing or out of place: record {found} stands where it should")]
    Place {
        /// Number that should have come.
        expected: u64,
        /// Number that came.
        found: u64,
    },
    /// A record does not open, although its key is there.
    #[error(
        "{error}{}",
        if *from < error.sequence() { format!("; those from {from} on could not be opened, and may be bad too") } else { String::new() }
    )]
    Unreadable {
        /// Which, and why.
        error: ReadError,
        /// Records before this one are vouched for by a checkpoint or were opened.
        from: u64,
    },
    /// The rows are as a checkpoint says, but a stored node is not.
    #[error("{node} was changed or is missing; the records are whole, and the node can be computed again")]
    Node {
        /// Which one.
        node: NodeId,
    },
    /// The end is missing.
    #[error(
        "record {records} is missing, and all after it: there were {were} records or more{}",
        if from < records { format!("; nothing vouches for those from {from} on") } else { String::new() }
    )]
    Truncated {
        /// Records before this one are vouched for.
        from: u64,
        /// Records that are there.
        records: u64,
        /// Records that there were.
        were: u64,
    },
    /// Two histories were signed.
    #[error(
        "two checkpoints of {size} records have different roots: the log's key signed two histories, which part at record \
         {from} or later"
    )]
    Forked {
        /// Up to here what was kept outside agrees.
        from: u64,
        /// Of both checkpoints.
        size: u64,
    },
}

impl Fault {
    /// The records among which the first bad one is: one, where it can be named. None where no record is bad. Where the end is
    /// missing this takes the log's own signatures for good; whoever stole its key can have changed earlier records too, back
    /// to the last checkpoint from outside that agrees.
    #[must_use]
    pub fn first_bad(&self) -> Option<Range<u64>> {
        let one = |sequence: u64| Some(sequence..sequence + 1);
        match self {
            Fault::Altered { sequence } => one(*sequence),
            Fault::AlteredWithin { from, to } => Some(*from..*to),
            Fault::Place { expected, .. } => one(*expected),
            Fault::Unreadable { error, from } => Some(*from..error.sequence() + 1),
            Fault::Truncated { from, records, .. } => Some(*from..*records + 1),
            Fault::Forked { from, size } => Some(*from..*size),
            Fault::Node { .. } => None,
        }
    }

    /// A word that stays, for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Fault::Altered { .. } => "record_altered",
            Fault::AlteredWithin { .. } => "record_altered_within",
            Fault::Place { .. } => "record_out_of_place",
            Fault::Unreadable { .. } => "record_unreadable",
            Fault::Node { .. } => "node_altered",
            Fault::Truncated { .. } => "records_truncated",
            Fault::Forked { .. } => "log_forked",
        }
    }
}

/// What verification found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// Rows that were looked at.
    pub records: u64,
    /// The root over all of them.
    pub root: Hash,
    /// The first fault.
    pub fault: Option<Fault>,
    /// Checkpoints beside the rows that are not this log's, by their place.
    pub checkpoint_faults: Vec<(usize, CheckpointError)>,
    /// Up to which size checkpoints agree with the rows.
    pub agreed_size: u64,
    /// The size of the largest checkpoint from outside.
    pub outside_size: Option<u64>,
    /// Records that were not opened, because their key is gone or was not given.
    pub closed: u64,
}

impl Default for Report {
    fn default() -> Report {
        Report {
            records: 0,
            root: Hash::of_empty_tree(),
            fault: None,
            checkpoint_faults: Vec::new(),
            agreed_size: 0,
            outside_size: None,
            closed: 0,
        }
    }
}

impl Report {
    /// Whether nothing is wrong. That the end was not cut off is a question of its own: [`Report::end_is_vouched_for`].
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.fault.is_none() && self.checkpoint_faults.is_empty()
    }

    /// Whether a checkpoint from outside covers every record: nothing was cut off of what there was when it was made. What came
    /// later and was cut off again, nobody can know.
    #[must_use]
    pub fn end_is_vouched_for(&self) -> bool {
        self.is_sound() && self.outside_size == Some(self.records)
    }

    /// Records at the end that no checkpoint covers.
    #[must_use]
    pub fn uncovered(&self) -> u64 {
        self.records - self.agreed_size
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.fault {
            Some(fault) => writeln!(f, "not sound: {fault}")?,
            None => writeln!(f, "{} records, root {}", self.records, self.root.to_base64())?,
        }
        for (place, error) in &self.checkpoint_faults {
            writeln!(f, "checkpoint {} beside the records is not this log's: {error}", place + 1)?;
        }
        if self.fault.is_none() && self.uncovered() > 0 {
            writeln!(f, "the last {} records are covered by no signed checkpoint", self.uncovered())?;
        }
        if self.closed > 0 {
            writeln!(f, "{} records were not opened: their keys are gone or were not given", self.closed)?;
        }
        match self.outside_size {
            None => write!(
                f,
                "truncation can't be excluded: no checkpoint from outside was given, and whoever holds the log's key could \
                 have written it anew"
            ),
            Some(size) if self.fault.is_none() && size < self.records => {
                write!(
                    f,
                    "a checkpoint from outside vouches for the first {size} records; beyond them truncation can't be excluded"
                )
            }
            Some(size) if self.fault.is_none() => {
                write!(
                    f,
                    "a checkpoint from outside vouches for all {size} records that there were when it was made"
                )
            }
            Some(size) => write!(f, "a checkpoint from outside has {size} records"),
        }
    }
}
