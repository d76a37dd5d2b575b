//! `GET /api/v1/costs`: what orders have cost, beside what the plans expected.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::costs::{self, CostsError, Outcome, Totals};
use serde::Serialize;
use utoipa::ToSchema;

use super::{CostsAsked, seen};
use crate::amount::{Amount, Moment};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// What an order has cost; a cost is positive whichever way was traded.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostView {
    /// Name of the order.
    order: String,
    /// The proposal.
    proposal: String,
    /// When it was sent first.
    at: Moment,
    /// Where.
    account_id: String,
    /// What.
    ticker: String,
    /// `BUY` or `SELL`.
    action: &'static str,
    /// Shares that were filled.
    quantity: Amount,
    /// USD per share that the plan was made with.
    decision_price: Amount,
    /// USD per share when it was sent, where that is on record.
    arrival_price: Option<Amount>,
    /// Value of its fills without fees, USD.
    notional_usd: Amount,
    /// USD.
    fees_usd: Amount,
    /// What the market moved between the plan and the order, USD.
    delay_usd: Option<Amount>,
    /// What the fills were worse than the price at arrival, USD.
    slippage_usd: Option<Amount>,
    /// What the fills were worse than the plan's price, fees included, USD.
    shortfall_usd: Amount,
    /// What the plan expected of what was filled, USD.
    expected_usd: Amount,
}

/// Sums over all orders that were asked for, not those of this part alone.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostTotals {
    /// Orders of which something was filled.
    orders: usize,
    /// Value traded, USD.
    notional_usd: Amount,
    /// USD.
    fees_usd: Amount,
    /// Slippage of the orders that have one, USD.
    slippage_usd: Amount,
    /// USD.
    shortfall_usd: Amount,
    /// What the plans expected, USD.
    expected_usd: Amount,
}

/// What orders have cost.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CostsView {
    /// Order by order, by the time of sending.
    items: Vec<CostView>,
    /// Their sums.
    totals: CostTotals,
    /// Send it as `after` for the next part; absent where this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
}

/// What the orders of the households that you may see have cost, beside what the plans expected.
#[utoipa::path(get, path = "/api/v1/costs", operation_id = "costs", tag = "orders", params(CostsAsked),
    responses((status = 200, description = "What orders have cost", body = CostsView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn costs(
    State(server): State<Server>,
    asking: Asking,
    Asked(asked): Asked<CostsAsked>,
) -> Result<Json<CostsView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let seen = seen(house, &caller, asked.household.as_deref())?;
            let reading = house.store().reading();
            let all = costs::outcomes(reading, Some(seen.keys().copied().collect()));
            let all = all.map_err(unsound)?;
            let totals = CostTotals::of(&costs::totals(&all).map_err(unsound)?);
            let part = Part { after: asked.after, limit: asked.limit };
            let (page, next) = part.of(all, |outcome| outcome.client_order_id.clone())?;
            Ok(Json(CostsView { items: page.into_iter().map(CostView::of).collect(), totals, next }))
        })
        .await
}

fn unsound(error: CostsError) -> Problem {
    match error {
        CostsError::Books(error) => error.into(),
        error => Problem::conflict("costs", error.to_string()),
    }
}

impl CostView {
    fn of(outcome: Outcome) -> CostView {
        CostView {
            order: outcome.client_order_id,
            proposal: outcome.recommendation.to_string(),
            at: Moment(outcome.at),
            account_id: outcome.account_id,
            ticker: outcome.ticker,
            action: outcome.side.word(),
            quantity: Amount(outcome.quantity),
            decision_price: Amount(outcome.decision_price),
            arrival_price: outcome.arrival_price.map(Amount),
            notional_usd: Amount(outcome.notional),
            fees_usd: Amount(outcome.fees),
            delay_usd: outcome.delay.map(Amount),
            slippage_usd: outcome.slippage.map(Amount),
            shortfall_usd: Amount(outcome.shortfall),
            expected_usd: Amount(outcome.expected),
        }
    }
}

impl CostTotals {
    fn of(totals: &Totals) -> CostTotals {
        CostTotals {
            orders: totals.orders,
            notional_usd: Amount(totals.notional),
            fees_usd: Amount(totals.fees),
            slippage_usd: Amount(totals.slippage),
            shortfall_usd: Amount(totals.shortfall),
            expected_usd: Amount(totals.expected),
        }
    }
}
