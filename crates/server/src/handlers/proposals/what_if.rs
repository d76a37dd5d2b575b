//! `POST /api/v1/proposals/{proposal}/what-if`: what another plan would come to, on the same portfolio at the same prices.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use serde_json::Value;

use super::super::documents::{WhatIf, judged};
use super::{RowsAsked, made_for};
use crate::asked::{Named, Text};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What a plan that you changed would come to: tax, cash, weights, costs and everything that is wrong with it, on the portfolio and at the
/// prices that the proposal was made for. Nothing is written.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/what-if", operation_id = "proposals_what_if", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    request_body(content = RowsAsked, content_type = "application/json"),
    responses((status = 200, description = "What it comes to", body = WhatIf),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn what_if(
    State(server): State<Server>,
    caller: Caller,
    Named(proposal): Named,
    Text(plan): Text,
) -> Result<Json<WhatIf>, Problem> {
    server
        .work(move |house| {
            let (_, found) = caller.proposal(house, &proposal, Right::Read)?;
            let (attempt, made_for) = made_for(house, &found)?;
            let shown: Value = serde_json::from_str(&attempt.document).unwrap_or_default();
            let mut what_if = judged(&made_for.text, &plan)?;
            what_if.bound = shown["bound"].as_f64();
            what_if.objective_of_proposal = shown["objective"]["total"].as_f64();
            Ok(Json(what_if))
        })
        .await
}
