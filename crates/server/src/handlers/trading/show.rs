//! `GET /api/v1/trading`: whether orders are sent, and whether they move real money.

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// Whether orders are sent.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TradingView {
    /// Nothing is sent to any broker.
    halted: bool,
    /// Why.
    reason: Option<String>,
    /// Orders move real money.
    is_live: bool,
    /// You may halt it and go on.
    yours: bool,
}

/// Whether orders are sent to a broker, or trading is halted and why.
#[utoipa::path(get, path = "/api/v1/trading", operation_id = "trading_show", tag = "operation",
    responses((status = 200, description = "Whether orders are sent", body = TradingView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(State(server): State<Server>, asking: Asking) -> Result<Json<TradingView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let reason = kept(house, |keeper| Ok(keeper.halted()?))?;
            let is_live = !house.live().map_err(Problem::outside)?.is_empty();
            Ok(Json(TradingView { halted: reason.is_some(), reason, is_live, yours: caller.operates() }))
        })
        .await
}
