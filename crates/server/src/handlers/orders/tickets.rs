//! `GET /api/v1/tickets`: what a person is to execute, where a person is the broker.

use axum::Json;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use ingest::fill_table;
use rebalance::books::Books;
use rebalance::keeping::blotter::BY_HAND;

use super::super::Page;
use super::{Form, Placed, PlacedView, TicketsAsked, owned, placed, seen, views};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// What is to be executed by hand, of the households that you may see.
#[utoipa::path(get, path = "/api/v1/tickets", operation_id = "tickets", tag = "orders", params(TicketsAsked),
    responses((status = 200, description = "Tickets", content((Page<PlacedView> = "application/json"), (String = "text/csv"))),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn tickets(
    State(server): State<Server>,
    asking: Asking,
    Asked(asked): Asked<TicketsAsked>,
) -> Result<Response, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let seen = seen(house, &caller, asked.household.as_deref())?;
            let by_hand = owned(house, &seen, house.store().reading().open_orders(BY_HAND)?)?;
            let mut all = placed(house, by_hand)?;
            all.retain(Placed::is_to_be_executed);
            all.sort_by_key(|placed| (placed.order.at, placed.order.recommendation, placed.order.line));
            if asked.format == Some(Form::Csv) {
                let kind = [(header::CONTENT_TYPE, "text/csv; charset=utf-8")];
                return Ok((kind, csv(&all)).into_response());
            }
            let part = Part { after: asked.after, limit: asked.limit };
            let (page, next) = part.of(all, |placed| placed.order.client_order_id.clone())?;
            Ok(Json(Page { items: views(house, page)?, next }).into_response())
        })
        .await
}

/// Tickets with columns for what is filled.
fn csv(all: &[Placed]) -> String {
    let rows = all.iter().map(|placed| {
        let (order, sent) = (&placed.order, placed.order.sent);
        fill_table::Ticket {
            order: &order.client_order_id,
            household: &placed.household.name,
            account_id: &order.account_id,
            action: order.side,
            ticker: &order.ticker,
            lot_id: order.lot_id.as_deref(),
            shares: order.asked(),
            limit: sent.and_then(|sent| sent.limit),
            until: sent.map(|sent| sent.until),
            filled: placed.filled(),
        }
    });
    fill_table::written(rows)
}
