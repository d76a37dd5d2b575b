//! Cycles: what started one, and how it ended.

use jiff::Timestamp;

use crate::id::{CycleId, HouseholdId, PortfolioId};

/// A cycle that was started. A household has one open cycle at most.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenedCycle {
    /// Its name.
    pub id: CycleId,
    /// Whose.
    pub household: HouseholdId,
    /// The version of the portfolio that it started from.
    pub portfolio: PortfolioId,
    /// What started it, such as `drift`, `deposit` or `person`.
    pub trigger: String,
    /// When.
    pub at: Timestamp,
}

/// How a cycle ended. The first two are closed monitoring records: nobody is shown a recommendation.
///
/// # Source
/// interface.md, "Life of a recommendation".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Closing {
    /// Nothing was to be done.
    NothingToDo,
    /// No plan keeps every rule.
    NoFeasiblePlan,
    /// A stage could not work, as often as it was tried.
    GivenUp,
    /// Its recommendation has come to its end.
    Finished,
}

impl Closing {
    /// All of them.
    pub const ALL: [Closing; 4] =
        [Closing::NothingToDo, Closing::NoFeasiblePlan, Closing::GivenUp, Closing::Finished];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Closing::NothingToDo => "nothing_to_do",
            Closing::NoFeasiblePlan => "no_feasible_plan",
            Closing::GivenUp => "given_up",
            Closing::Finished => "finished",
        }
    }

    /// The one with this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Closing> {
        Closing::ALL.into_iter().find(|c| c.word() == word)
    }
}
