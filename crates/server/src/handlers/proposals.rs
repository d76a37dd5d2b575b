//! Proposals, from their begin to their end.

pub(crate) mod alternatives;
pub(crate) mod approvals;
pub(crate) mod approve;
pub(crate) mod attempts;
pub(crate) mod list;
pub(crate) mod orders;
pub(crate) mod plan;
pub(crate) mod records;
pub(crate) mod reject;
pub(crate) mod replay;
pub(crate) mod retry;
pub(crate) mod show;
pub(crate) mod timeline;
pub(crate) mod what_if;

use std::collections::HashMap;

use jiff::Timestamp;
use portfolio::plan::Trade;
use rebalance::books::{Attempt, Books, BooksError, Household, KeptPortfolio, Listed};
use rebalance::id::RecommendationId;
use rebalance::life::{Recommendation, Rejection};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::kept;
use crate::amount::{Amount, Moment};
use crate::asked::Order as Sorted;
use crate::caller::Caller;
use crate::house::House;
use crate::problem::Problem;
use approvals::ApprovalsView;

/// Which.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this household alone, by id.
    #[param(nullable = false)]
    household: Option<String>,
    /// In this state alone, such as `Pending_Approval`; several are parted by commas.
    #[param(nullable = false)]
    state: Option<String>,
    /// Begun at this time or later, RFC 3339.
    #[param(nullable = false, value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// `newest` first (where nothing is said) or `oldest` first.
    #[param(nullable = false, inline)]
    sort: Option<Sorted>,
    /// Entries behind this one: `next` of the page before.
    #[param(nullable = false)]
    after: Option<String>,
    /// Entries at most, 100 where nothing is said.
    #[param(nullable = false, minimum = 1, maximum = 1000)]
    limit: Option<u32>,
}

/// Which attempt.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Attempted {
    /// Number of the plan, from 1; the last where nothing is said.
    #[param(nullable = false, minimum = 1)]
    attempt: Option<u32>,
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
    /// Who changed the plan by hand, by id.
    edited_by: Option<String>,
    /// When it began.
    begun_at: Moment,
    /// When it moved last.
    moved_at: Moment,
    /// Who has approved the plan at hand, by id.
    approved_by: Vec<String>,
}

impl ProposalView {
    pub(super) fn of(house: &dyn House, found: &Recommendation) -> Result<ProposalView, Problem> {
        ProposalView::all(house, vec![Listed::from(found)])?.pop().ok_or_else(Problem::defect)
    }

    /// A list of them, in its order.
    fn all(house: &dyn House, found: Vec<Listed>) -> Result<Vec<ProposalView>, Problem> {
        let ids: Vec<RecommendationId> =
            found.iter().filter(|one| one.offer.is_some()).map(|one| one.id).collect();
        let mut approved: HashMap<RecommendationId, Vec<(String, String)>> = HashMap::new();
        for (id, plan_hash, person) in house.store().reading().approvers(&ids)? {
            approved.entry(id).or_default().push((plan_hash, person.to_string()));
        }
        let view = |found: Listed| ProposalView {
            approved_by: approved
                .get(&found.id)
                .into_iter()
                .flatten()
                .filter(|(plan, _)| Some(plan) == found.plan_hash.as_ref())
                .map(|(_, person)| person.clone())
                .collect(),
            id: found.id.to_string(),
            household: found.household.to_string(),
            state: found.state.name(),
            rejection: found.state.rejection().map(Rejection::word),
            attempt: found.attempt,
            plan_hash: found.plan_hash,
            traded_usd: found.offer.as_ref().map(|offer| Amount(offer.traded_usd)),
            expires_at: found.offer.as_ref().map(|offer| Moment(offer.expires_at)),
            edited_by: found.offer.as_ref().and_then(|offer| offer.edited_by).map(|by| by.to_string()),
            begun_at: Moment(found.begun_at),
            moved_at: Moment(found.moved_at),
        };
        Ok(found.into_iter().map(view).collect())
    }
}

/// A proposal with its plan document, as it was shown.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProposalWithPlan {
    /// The proposal.
    #[serde(flatten)]
    proposal: ProposalView,
    /// Whose approvals the plan at hand has and needs.
    #[serde(flatten)]
    approvals: ApprovalsView,
    /// Why an approval of yours would be refused now; absent where it would count, or nothing waits for one.
    refused: Option<RefusedView>,
    /// The plan document of the last attempt, byte for byte: trades with lots, reasons, weights before and after, objective, bound, gap,
    /// validation.
    #[schema(value_type = Option<Object>)]
    plan: Option<Box<RawValue>>,
}

/// Why an approval would be refused.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedView {
    /// The code of the refusal, such as `approval.price_moved` or `approval.price_unknown`.
    code: &'static str,
    /// In words, with the figures.
    words: String,
}

impl RefusedView {
    fn of(
        house: &dyn House,
        found: &Recommendation,
        household: &Household,
        by: &Caller,
    ) -> Result<Option<RefusedView>, Problem> {
        let against = kept(house, |keeper| Ok(keeper.against_approval(found, household, by.person.id)?))?;
        Ok(against.map(|reason| RefusedView { code: reason.code(), words: reason.to_string() }))
    }
}

impl ProposalWithPlan {
    fn of(house: &dyn House, found: &Recommendation, by: &Caller) -> Result<ProposalWithPlan, Problem> {
        let attempt = house.store().reading().attempts(found.id())?.pop();
        let plan = attempt.map(|attempt| RawValue::from_string(attempt.document)).transpose();
        let plan = plan.map_err(|_| Problem::defect())?;
        let household = house.store().reading().household(found.kept().household)?;
        let household = household.ok_or_else(Problem::not_found)?;
        let refused = RefusedView::of(house, found, &household, by)?;
        let approvals = ApprovalsView::of(house, found, &household, by)?;
        Ok(ProposalWithPlan { proposal: ProposalView::of(house, found)?, approvals, refused, plan })
    }
}

/// The plan at hand, and the version of the portfolio that it was made for.
pub(super) fn made_for(
    house: &dyn House,
    found: &Recommendation,
) -> Result<(Attempt, KeptPortfolio), Problem> {
    let reading = house.store().reading();
    let none = "there is no plan yet";
    let attempt = reading.attempts(found.id())?.pop().ok_or_else(|| Problem::conflict("no_plan", none))?;
    let missing = || BooksError::Damaged { detail: "a plan without its portfolio".to_owned() };
    let made_for = reading.portfolio_version(attempt.portfolio)?.ok_or_else(missing)?;
    Ok((attempt, made_for))
}

/// A row of a plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TradeView {
    /// `BUY` or `SELL`.
    action: &'static str,
    /// The account.
    account_id: String,
    /// The security.
    ticker: String,
    /// The lot of a sale.
    lot_id: Option<String>,
    /// Shares.
    quantity: Amount,
    /// USD per share that it was made with.
    estimated_price: Amount,
}

impl TradeView {
    fn of(trade: &Trade) -> TradeView {
        TradeView {
            action: trade.action.word(),
            account_id: trade.account_id.clone(),
            ticker: trade.ticker.clone(),
            lot_id: trade.lot_id.clone(),
            quantity: Amount(trade.quantity.0),
            estimated_price: Amount(trade.estimated_price.0),
        }
    }
}

/// A plan as somebody wants it, instead of the one with this hash.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "says what the reader of plans reads")]
pub(crate) struct PlanAsked {
    /// Hash of the plan that you looked at.
    plan_hash: String,
    /// The rows that you want.
    trades: Vec<RowAsked>,
}

/// Rows that somebody tries out.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "says what the reader of plans reads")]
pub(crate) struct RowsAsked {
    /// The rows.
    trades: Vec<RowAsked>,
}

/// A row as somebody wants it; whatever else a row of a plan document has may stand there and is not looked at.
#[derive(Debug, ToSchema)]
#[expect(dead_code, reason = "says what the reader of plans reads")]
pub(crate) struct RowAsked {
    /// `BUY` or `SELL`.
    action: String,
    /// The account; may be left out where there is one.
    #[schema(nullable = false)]
    account_id: Option<String>,
    /// The security.
    ticker: String,
    /// The lot of a sale.
    lot_id: Option<String>,
    /// Shares.
    quantity: Amount,
}
