//! Where a household is in a cycle, and to which ends a plan can come.
//!
//! In: what a watch is told between ticks. Out: its phase, or a [`WatchError`]. Invariant: an end that the phase does not allow is refused.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::answered::Asked;

/// Longest text that a pause is explained with, and longest name of a proposal, bytes.
const TEXT_MAX: usize = 2_000;

/// Where the household is in a cycle.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(super) enum Phase {
    /// Between cycles.
    Watching,
    /// Between cycles, and none is to begin before an instant.
    Retrying { at: Timestamp },
    /// A plan is being made.
    Planning { asked: Asked },
    /// A proposal waits for an answer or is being executed.
    Proposed { id: String, asked: Asked },
}

/// What became of a plan that was asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The best plan was to trade nothing.
    NothingToDo,
    /// No plan keeps every rule.
    Infeasible,
    /// It could not be made, for a reason outside the household.
    Failed,
    /// A person refused the proposal.
    Rejected,
    /// Nobody answered the proposal in time.
    Expired,
    /// The proposal was replaced by another.
    Superseded,
    /// The proposal was taken back, since what it was made from has changed.
    Withdrawn,
    /// The proposal was executed.
    Executed,
}

/// Why a watch does not take what it is told; it is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WatchError {
    /// There is no plan in the making that could become a proposal.
    #[error("`{id}` can't be proposed: no plan is being made for this household")]
    NotPlanning {
        /// The proposal.
        id: String,
    },
    /// Nothing is open that could come to this end.
    #[error("nothing is open that could be {outcome:?}: {phase}")]
    NothingOpen {
        /// The end.
        outcome: Outcome,
        /// What there is.
        phase: &'static str,
    },
    /// An instant that has passed.
    #[error("{until} has passed: give a later instant than {now}")]
    Passed {
        /// As given.
        until: Timestamp,
        /// Now.
        now: Timestamp,
    },
    /// A text beyond the limit.
    #[error("a text of {bytes} bytes is too long: give at most {TEXT_MAX}")]
    TooLong {
        /// As given.
        bytes: usize,
    },
}

impl Outcome {
    pub(super) fn ends_planning(self) -> bool {
        matches!(self, Outcome::NothingToDo | Outcome::Infeasible | Outcome::Failed)
    }

    pub(super) fn ends_proposal(self) -> bool {
        !self.ends_planning()
    }
}

pub(super) fn short_enough(text: &str) -> Result<(), WatchError> {
    if text.len() > TEXT_MAX { Err(WatchError::TooLong { bytes: text.len() }) } else { Ok(()) }
}

pub(super) fn still_to_come(until: Timestamp, now: Timestamp) -> Result<(), WatchError> {
    if until <= now { Err(WatchError::Passed { until, now }) } else { Ok(()) }
}
