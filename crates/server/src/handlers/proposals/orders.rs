//! `GET /api/v1/proposals/{proposal}/orders`: what was sent of a proposal, and what came of it.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, Fill, Order};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use super::super::orders::Reasons;
use crate::amount::{Amount, Moment};
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// An order.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OrderView {
    /// Its name with us and the broker.
    client_order_id: String,
    /// Of which plan of the proposal.
    attempt: u32,
    /// At which broker.
    broker: String,
    /// The broker's name for it.
    broker_order_id: Option<String>,
    /// Where.
    account_id: String,
    /// What.
    ticker: String,
    /// `BUY` or `SELL`.
    action: &'static str,
    /// Which lot of a sale.
    lot_id: Option<String>,
    /// Shares of the plan.
    quantity: Amount,
    /// Shares that the broker was asked for.
    asked: Option<Amount>,
    /// USD per share; absent at the market.
    limit: Option<Amount>,
    /// The order under whose name it went to the broker together with others, as one order there; absent where it went under its own.
    sent_under: Option<String>,
    /// `waiting`, `submitting`, `accepted`, `partly_filled`, `filled`, `refused`, `cancelled`, `expired`, `unknown`.
    state: &'static str,
    /// When it was written down.
    at: Moment,
    /// What was filled of it.
    fills: Vec<FillView>,
    /// Why nothing more came of it, such as the broker's words for a refusal, as far as that was said and was not erased.
    why: Option<String>,
}

/// A fill.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FillView {
    /// The broker's name for it.
    execution_id: String,
    /// Shares.
    quantity: Amount,
    /// USD per share.
    price: Amount,
    /// USD.
    fees: Amount,
    /// When.
    at: Moment,
}

impl OrderView {
    /// Of an order, with those of these fills that are of it, and why nothing more came of it.
    pub(in crate::handlers) fn of(order: Order, fills: &[Fill], why: Option<String>) -> OrderView {
        let is_of = |fill: &&Fill| fill.client_order_id == order.client_order_id;
        let fills = fills.iter().filter(is_of).map(|fill| FillView {
            execution_id: fill.execution_id.clone(),
            quantity: Amount(fill.quantity),
            price: Amount(fill.price),
            fees: Amount(fill.fees),
            at: Moment(fill.at),
        });
        OrderView {
            fills: fills.collect(),
            why,
            attempt: order.attempt,
            broker: order.broker,
            broker_order_id: order.broker_order_id,
            account_id: order.account_id,
            ticker: order.ticker,
            action: order.side.word(),
            lot_id: order.lot_id,
            quantity: Amount(order.quantity),
            asked: order.sent.map(|sent| Amount(sent.quantity)),
            limit: order.sent.and_then(|sent| sent.limit).map(Amount),
            sent_under: order.sent_under,
            state: order.state.word(),
            at: Moment(order.at),
            client_order_id: order.client_order_id,
        }
    }
}

/// What was sent of a proposal, with what was filled of each order.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/orders", operation_id = "proposals_orders", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Orders", body = Page<OrderView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn orders(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Json<Page<OrderView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (household, found) = caller.proposal(house, &proposal, Right::Read)?;
            let reading = house.store().reading();
            let fills = reading.fills_of(found.id())?;
            let orders = reading.orders(found.id())?;
            let mut reasons = Reasons::default();
            let view = |order: Order| {
                let why = reasons.of(house, household.id, &order)?;
                Ok(OrderView::of(order, &fills, why))
            };
            let items = orders.into_iter().map(view).collect::<Result<_, Problem>>()?;
            Ok(Json(Page { items, next: None }))
        })
        .await
}
