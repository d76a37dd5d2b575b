//! `POST /api/v1/proposals/{proposal}/what-if`: what another plan would come to, on the same portfolio at the same prices.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, BooksError};
use serde_json::Value;

use super::super::documents::{WhatIf, judged};
use crate::asked::{Named, Text};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What a plan that you changed would come to: tax, cash, weights, costs and everything that is wrong with it, on the portfolio and at the
/// prices that the proposal was made for. Nothing is written.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/what-if", operation_id = "proposals_what_if", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    request_body(content = Object, content_type = "application/json",
        description = "`{\"trades\": [{\"action\", \"account_id\", \"ticker\", \"lot_id\", \"quantity\"}]}`, as in a plan document"),
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
            let reading = house.store().reading();
            let none = "there is no plan yet to be changed";
            let attempt =
                reading.attempts(found.id())?.pop().ok_or_else(|| Problem::conflict("no_plan", none))?;
            let missing = || BooksError::Damaged { detail: "a plan without its portfolio".to_owned() };
            let made_for = reading.portfolio_version(attempt.portfolio)?.ok_or_else(missing)?;
            let shown: Value = serde_json::from_str(&attempt.document).unwrap_or_default();
            let mut what_if = judged(&made_for.text, &plan)?;
            what_if.bound = shown["bound"].as_f64();
            what_if.objective_of_proposal = shown["objective"]["total"].as_f64();
            Ok(Json(what_if))
        })
        .await
}
