//! What can happen to a recommendation, and which state follows.
//!
//! In: a state and a [`Step`]. Out: the next state, or none. A step that needs leave (an offer, an approval, an execution)
//! carries it as a stamp that only the check gives, so most illegal moves can't even be written down.

use super::approval::{Consent, Endorsement};
use super::approved::Approved;
use super::offer::Offered;
use super::state::{Rejection, State};

/// Something that happens to a recommendation.
#[derive(Debug)]
pub enum Step {
    /// Somebody has proposed the plan with this hash; nobody has checked it.
    Propose(String),
    /// The validator refuses the plan.
    Invalidate,
    /// Who proposed is asked again, with the violations.
    PromptAgain,
    /// The validator has passed the plan: it is shown to a person.
    Offer(Offered),
    /// One of two people who are needed has approved.
    Endorse(Endorsement),
    /// Everybody who is needed has approved.
    Approve(Consent),
    /// It ends without a trade.
    Reject(Rejection),
    /// The orders go to the broker.
    Send(Approved),
    /// Every order is filled.
    Complete,
    /// The broker has refused an order.
    Fail,
    /// A new plan over what is left is shown.
    Retry(Offered),
}

impl Step {
    /// Its word on the record.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Step::Propose(_) => "propose",
            Step::Invalidate => "invalidate",
            Step::PromptAgain => "prompt_again",
            Step::Offer(_) => "offer",
            Step::Endorse(_) => "endorse",
            Step::Approve(_) => "approve",
            Step::Reject(_) => "reject",
            Step::Send(_) => "send",
            Step::Complete => "complete",
            Step::Fail => "fail",
            Step::Retry(_) => "retry",
        }
    }

    /// The state that follows; `None` where this can't happen.
    ///
    /// # Source
    /// interface.md, "Life of a recommendation". `Endorse` stays: one of two approvals is no state of its own.
    #[must_use]
    pub fn from(&self, state: State) -> Option<State> {
        use State as S;
        match (state, self) {
            (S::PendingGeneration, Step::Propose(_)) => Some(S::PendingValidation),
            (S::PendingValidation, Step::Invalidate) => Some(S::ValidationFailed),
            (S::ValidationFailed, Step::PromptAgain) => Some(S::PendingGeneration),
            (S::PendingValidation, Step::Offer(_)) => Some(S::PendingApproval),
            (S::PendingApproval, Step::Endorse(_)) => Some(S::PendingApproval),
            (S::PendingApproval, Step::Approve(_)) => Some(S::Approved),
            (S::PendingApproval, Step::Reject(why)) => Some(S::Rejected(*why)),
            (S::Approved, Step::Send(_)) => Some(S::ExecutionInProgress),
            (S::ExecutionInProgress, Step::Complete) => Some(S::ExecutedSuccessfully),
            (S::ExecutionInProgress, Step::Fail) => Some(S::ExecutionFailed),
            (S::ExecutionFailed, Step::Retry(_)) => Some(S::PendingApproval),
            _ => None,
        }
    }
}
