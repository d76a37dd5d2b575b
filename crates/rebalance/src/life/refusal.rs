//! Why something was not done: a finding for the record, not an error.
//!
//! In: what was asked for and what stood against it. Out: a [`Refusal`] with a stable code, the figures that were compared,
//! and what would mend it.

use jiff::Timestamp;
use portfolio::Decimal;

use super::state::State;
use crate::id::{PersonId, RecommendationId};

/// A step that was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// Of what.
    pub recommendation: RecommendationId,
    /// Its state, which stays.
    pub state: State,
    /// The step by its word.
    pub step: &'static str,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: Reason,
}

/// Why a step was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Reason {
    /// It can't follow this state.
    #[error("a recommendation that is {0} can't take this step")]
    State(State),
    /// Approval of another plan than the one that is offered.
    #[error(
        "the plan with the hash `{given}` is not the one that waits; look at the plan with the hash {offered}, then approve that"
    )]
    PlanHash {
        /// The hash that waits.
        offered: String,
        /// The hash that was named.
        given: String,
    },
    /// The offer has ended.
    #[error("the offer ended at {0}; wait for the next plan")]
    Expired(Timestamp),
    /// Approved before it was shown: a clock is wrong.
    #[error("this was shown at {shown}, after the time of the approval ({at}); check the clock")]
    BeforeShown {
        /// When it was shown.
        shown: Timestamp,
        /// The time of the approval.
        at: Timestamp,
    },
    /// A price has moved too far.
    #[error(
        "the price of {ticker} moved from {shown} to {now}, more than {limit_bps} basis points; a new plan is needed"
    )]
    PriceMoved {
        /// Of what.
        ticker: String,
        /// USD per share, as shown.
        shown: Decimal,
        /// USD per share now.
        now: Decimal,
        /// The household's limit.
        limit_bps: Decimal,
    },
    /// A price that was shown can't be known now.
    #[error("there is no price of {0} now; approve once there is one")]
    PriceUnknown(String),
    /// A holding or an account's cash is another by now.
    #[error("{what} was {shown} and is {now}, more than {limit_bps} basis points off; a new plan is needed")]
    HoldingMoved {
        /// Lot or account.
        what: String,
        /// As shown.
        shown: Decimal,
        /// Now.
        now: Decimal,
        /// The household's limit.
        limit_bps: Decimal,
    },
    /// Targets, wishes, rates or securities are others by now.
    #[error(
        "targets, wishes or tax facts of the portfolio were changed after the plan was made; a new plan is needed"
    )]
    PortfolioChanged,
    /// One person can't be both of two.
    #[error("{0} has approved this plan already; somebody else has to be the second")]
    SamePerson(PersonId),
    /// A second attempt with the same plan would use its approval twice.
    #[error("a plan is approved once: the next attempt needs a plan with another hash than {0}")]
    SamePlan(String),
    /// What the desk would not send on any day is nobody asked to approve.
    #[error("an order of the plan would never be sent: {0}")]
    NeverSent(String),
    /// The document that was kept is not the one that was approved.
    #[error("the plan on record has the hash {found}, and {approved} was approved; nothing is sent")]
    Altered {
        /// What was approved.
        approved: String,
        /// What is on record.
        found: String,
    },
    /// The plan that was kept is not the one that was shown.
    #[error(
        "the plan on record has the hash {found}, and the one that was shown has {shown}: it was changed past the program, and is \
         not approved; reject it, and see `equipoise audit verify`"
    )]
    NotAsShown {
        /// What was shown.
        shown: String,
        /// What is on record.
        found: String,
    },
    /// Fewer people have approved than the household asks for.
    #[error("{given} of {needed} approvals are on record")]
    Approvals {
        /// How many there are.
        given: usize,
        /// How many are needed.
        needed: usize,
    },
}

impl Reason {
    /// A stable code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Reason::State(_) => "life.state",
            Reason::PlanHash { .. } => "approval.plan_hash",
            Reason::Expired(_) => "approval.expired",
            Reason::BeforeShown { .. } => "approval.before_shown",
            Reason::PriceMoved { .. } => "approval.price_moved",
            Reason::PriceUnknown(_) => "approval.price_unknown",
            Reason::HoldingMoved { .. } => "approval.holding_moved",
            Reason::PortfolioChanged => "approval.portfolio_changed",
            Reason::SamePerson(_) => "approval.same_person",
            Reason::SamePlan(_) => "life.same_plan",
            Reason::NeverSent(_) => "execution.never_sent",
            Reason::Altered { .. } => "execution.altered",
            Reason::NotAsShown { .. } => "approval.altered",
            Reason::Approvals { .. } => "execution.approvals",
        }
    }
}
