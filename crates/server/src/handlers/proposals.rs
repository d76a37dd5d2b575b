//! Proposals, from their begin to their end.

pub(crate) mod approve;
pub(crate) mod attempts;
pub(crate) mod list;
pub(crate) mod orders;
pub(crate) mod records;
pub(crate) mod reject;
pub(crate) mod show;
pub(crate) mod what_if;

use rebalance::books::Books;
use rebalance::life::{Recommendation, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use crate::amount::{Amount, Moment};
use crate::house::House;
use crate::problem::Problem;

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// In this state alone, such as `Pending_Approval`.
    #[param(nullable = false)]
    state: Option<String>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// A proposal.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalView {
    /// Its id.
    id: String,
    /// Whose.
    household: String,
    /// Where it stands: `Pending_Generation`, `Pending_Validation`, `Validation_Failed`, `Pending_Approval`, `Approved`, `Rejected`,
    /// `Execution_In_Progress`, `Executed_Successfully`, `Execution_Failed`.
    state: &'static str,
    /// Why it was rejected: `by_person`, `expired`, `superseded`, `withdrawn`.
    rejection: Option<&'static str>,
    /// Plans so far, from 1.
    attempt: u32,
    /// Binds portfolio and trades: what an approval has to name.
    plan_hash: Option<String>,
    /// Sold and bought, USD, at the prices that were shown.
    traded_usd: Option<Amount>,
    /// From then on it can't be approved.
    expires_at: Option<Moment>,
    /// When it began.
    begun_at: Moment,
    /// When it moved last.
    moved_at: Moment,
    /// Who has approved the plan at hand, by id.
    approved_by: Vec<String>,
}

impl ProposalView {
    fn of(house: &dyn House, found: &Recommendation) -> Result<ProposalView, Problem> {
        let kept = found.kept();
        let approvals = house.store().reading().approvals(kept.id)?;
        let of_this =
            approvals.iter().filter(|approval| Some(&approval.plan_hash) == kept.plan_hash.as_ref());
        Ok(ProposalView {
            id: kept.id.to_string(),
            household: kept.household.to_string(),
            state: kept.state.name(),
            rejection: kept.state.rejection().map(Rejection::word),
            attempt: kept.attempt,
            plan_hash: kept.plan_hash.clone(),
            traded_usd: kept.offer.as_ref().map(|offer| Amount(offer.traded_usd)),
            expires_at: kept.offer.as_ref().map(|offer| Moment(offer.expires_at)),
            begun_at: Moment(kept.begun_at),
            moved_at: Moment(kept.moved_at),
            approved_by: of_this.map(|approval| approval.person.to_string()).collect(),
        })
    }
}

/// A proposal with its plan document, as it was shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalWithPlan {
    /// The proposal.
    #[serde(flatten)]
    proposal: ProposalView,
    /// The plan document of the last attempt, byte for byte: trades with lots, reasons, weights before and after, objective, bound, gap,
    /// validation.
    #[schema(value_type = Option<Object>)]
    plan: Option<Box<RawValue>>,
}
