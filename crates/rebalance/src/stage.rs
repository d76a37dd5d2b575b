//! The stages of a cycle, so that somebody with a clock can tell how long each took.
//!
//! In: nothing. Out: a [`Stage`] each time one is passed, told to a [`Stages`]. Invariant: telling changes nothing in the cycle.

use std::fmt::Debug;
use std::time::Duration;

/// A stage of a cycle, in flow order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Stage {
    /// The document is read, its rates looked up, its drift measured.
    Aggregation,
    /// A plan is found by the optimiser.
    Search,
    /// A model is asked, with its prompts made and its answers judged.
    Inference,
    /// The validator judges the plan.
    Validation,
    /// The plan is explained.
    Rationale,
}

impl Stage {
    /// Its name for people.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Stage::Aggregation => "data aggregation",
            Stage::Search => "search for the best plan",
            Stage::Inference => "model",
            Stage::Validation => "validation",
            Stage::Rationale => "explanation",
        }
    }

    /// How long it may take; the search and the model share one.
    ///
    /// # Source
    /// Design document, "Rebalancing Process Timeline": data aggregation 2 minutes, prompt generation 30 seconds and inference 2
    /// minutes, automated validation 1 minute; the explanation is part of what was inferred.
    #[must_use]
    pub fn budget(self) -> Duration {
        Duration::from_secs(match self {
            Stage::Aggregation | Stage::Rationale => 120,
            Stage::Search | Stage::Inference => 150,
            Stage::Validation => 60,
        })
    }
}

/// Hears of the stages of a cycle.
pub trait Stages: Sync + Debug {
    /// A stage has ended.
    fn passed(&self, stage: Stage);
}
