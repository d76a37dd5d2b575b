//! The states of a recommendation, with the names of interface.md.
//!
//! In: a name, with the reason where it is `Rejected`. Out: a [`State`]. Invariant: the names never change, since tests,
//! users and other programs rely on them.

use std::fmt;

/// Where a recommendation stands.
///
/// # Source
/// interface.md, "Life of a recommendation"; design document, state diagram.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// A plan is being made.
    PendingGeneration,
    /// A plan is there and not yet judged.
    PendingValidation,
    /// The validator refused the plan; who proposed it is asked again.
    ValidationFailed,
    /// A valid plan waits for a person.
    PendingApproval,
    /// A person has approved it; nothing was sent yet.
    Approved,
    /// The end, without a trade.
    Rejected(Rejection),
    /// Orders are at the broker.
    ExecutionInProgress,
    /// The end: every order is filled.
    ExecutedSuccessfully,
    /// The broker refused an order; a new plan over what is left can be offered.
    ExecutionFailed,
}

/// Why a recommendation was rejected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rejection {
    /// A person said no.
    ByPerson,
    /// Nobody answered in time.
    Expired,
    /// A newer one takes its place, or the portfolio is another by now.
    Superseded,
    /// Taken back, for example since the household was paused.
    Withdrawn,
}

impl Rejection {
    /// All of them.
    pub const ALL: [Rejection; 4] =
        [Rejection::ByPerson, Rejection::Expired, Rejection::Superseded, Rejection::Withdrawn];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Rejection::ByPerson => "by_person",
            Rejection::Expired => "expired",
            Rejection::Superseded => "superseded",
            Rejection::Withdrawn => "withdrawn",
        }
    }
}

impl State {
    /// All states, one for each reason of a rejection.
    pub const ALL: [State; 12] = [
        State::PendingGeneration,
        State::PendingValidation,
        State::ValidationFailed,
        State::PendingApproval,
        State::Approved,
        State::Rejected(Rejection::ByPerson),
        State::Rejected(Rejection::Expired),
        State::Rejected(Rejection::Superseded),
        State::Rejected(Rejection::Withdrawn),
        State::ExecutionInProgress,
        State::ExecutedSuccessfully,
        State::ExecutionFailed,
    ];

    /// Its name, without the reason of a rejection.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            State::PendingGeneration => "Pending_Generation",
            State::PendingValidation => "Pending_Validation",
            State::ValidationFailed => "Validation_Failed",
            State::PendingApproval => "Pending_Approval",
            State::Approved => "Approved",
            State::Rejected(_) => "Rejected",
            State::ExecutionInProgress => "Execution_In_Progress",
            State::ExecutedSuccessfully => "Executed_Successfully",
            State::ExecutionFailed => "Execution_Failed",
        }
    }

    /// The reason of a rejection.
    #[must_use]
    pub fn rejection(self) -> Option<Rejection> {
        match self {
            State::Rejected(why) => Some(why),
            _ => None,
        }
    }

    /// The state with this name and this word for the reason of a rejection; `None` where there is none.
    #[must_use]
    pub fn from_words(name: &str, rejection: Option<&str>) -> Option<State> {
        let same = |s: &&State| s.name() == name && s.rejection().map(Rejection::word) == rejection;
        State::ALL.iter().find(same).copied()
    }

    /// Nothing follows.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, State::Rejected(_) | State::ExecutedSuccessfully)
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())?;
        self.rejection().map_or(Ok(()), |why| write!(f, " ({})", why.word()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_state_is_found_by_its_words_and_no_other_is() {
        for state in State::ALL {
            let word = state.rejection().map(Rejection::word);
            assert_eq!(State::from_words(state.name(), word), Some(state));
        }
        assert_eq!(State::from_words("Rejected", None), None);
        assert_eq!(State::from_words("Approved", Some("expired")), None);
        assert_eq!(State::from_words("approved", None), None);
        assert_eq!(State::Rejected(Rejection::Expired).to_string(), "Rejected (expired)");
    }
}
