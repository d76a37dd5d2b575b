//! `GET /api/v1/fills`: what was filled for the households that the caller may see.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use rebalance::books::{Books, Fill, Listing, Order};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use super::{FillsAsked, seen};
use crate::amount::{Amount, Moment};
use crate::asked::{Asked, Order as Sorted, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A fill, and what it is of.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FilledView {
    /// The broker's name for it.
    execution_id: String,
    /// Name of the order.
    order: String,
    /// The proposal.
    proposal: String,
    /// Id of the household.
    household: String,
    /// Where.
    account_id: String,
    /// What.
    ticker: String,
    /// `BUY` or `SELL`.
    action: &'static str,
    /// Shares.
    quantity: Amount,
    /// USD per share.
    price: Amount,
    /// USD.
    fees: Amount,
    /// When.
    at: Moment,
    /// At which broker.
    broker: String,
}

impl FilledView {
    fn of(order: &Order, fill: Fill, household: String) -> FilledView {
        FilledView {
            execution_id: fill.execution_id,
            order: fill.client_order_id,
            proposal: order.recommendation.to_string(),
            household,
            account_id: order.account_id.clone(),
            ticker: order.ticker.clone(),
            action: order.side.word(),
            quantity: Amount(fill.quantity),
            price: Amount(fill.price),
            fees: Amount(fill.fees),
            at: Moment(fill.at),
            broker: fill.broker,
        }
    }
}

/// What was filled for the households that you may see.
#[utoipa::path(get, path = "/api/v1/fills", operation_id = "fills_list", tag = "orders", params(FillsAsked),
    responses((status = 200, description = "Fills", body = Page<FilledView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn filled(
    State(server): State<Server>,
    asking: Asking,
    Asked(asked): Asked<FillsAsked>,
) -> Result<Json<Page<FilledView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let seen = seen(house, &caller, asked.household.as_deref())?;
            let reading = house.store().reading();
            let mut all = Vec::new();
            for found in reading
                .listed(&Listing { households: Some(seen.keys().copied().collect()), ..Listing::all() })?
            {
                // A fill moves nothing by itself: only of what has ended is it known that nothing was filled later.
                let is_late = asked.since.is_none_or(|since| found.moved_at >= since);
                if !is_late && found.state.is_end() {
                    continue;
                }
                let fills = reading.fills_of(found.id)?;
                if fills.is_empty() {
                    continue;
                }
                let orders: BTreeMap<String, Order> = reading
                    .orders(found.id)?
                    .into_iter()
                    .map(|order| (order.client_order_id.clone(), order))
                    .collect();
                for fill in fills {
                    let Some(order) = orders.get(&fill.client_order_id) else { continue };
                    all.push(FilledView::of(order, fill, found.household.to_string()));
                }
            }
            let fits =
                |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|wanted| wanted == is);
            all.retain(|fill| {
                fits(&asked.ticker, &fill.ticker)
                    && fits(&asked.account_id, &fill.account_id)
                    && asked.since.is_none_or(|since| fill.at.0 >= since)
            });
            all.sort_by(|a, b| (a.at.0, &a.order, &a.execution_id).cmp(&(b.at.0, &b.order, &b.execution_id)));
            if asked.sort.unwrap_or_default() == Sorted::Newest {
                all.reverse();
            }
            let part = Part { after: asked.after, limit: asked.limit };
            let (items, next) = part.of(all, |fill| format!("{}/{}", fill.broker, fill.execution_id))?;
            Ok(Json(Page { items, next }))
        })
        .await
}
