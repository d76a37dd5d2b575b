//! `POST /api/v1/plans`: a plan for a portfolio that is sent along.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use rebalance::{CycleError, Options, cycle};

use super::super::households::replace::of_document;
use crate::asked::Text;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A validated, explained plan for a portfolio document that you send along, with its proven bound. Nothing of it is kept.
///
/// A portfolio for which no plan keeps every rule has a plan document with `status` `infeasible`.
#[utoipa::path(post, path = "/api/v1/plans", operation_id = "documents_plan", tag = "documents",
    request_body(content = Object, content_type = "application/json", description = "A portfolio document"),
    responses((status = 200, description = "The plan document", body = Object, content_type = "application/json"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn plan(
    State(server): State<Server>,
    _caller: Caller,
    Text(text): Text,
) -> Result<Response, Problem> {
    let plan = server
        .work(move |_| {
            let made = cycle(&text, &Options::default()).map_err(|error| match error {
                CycleError::Document(error) => of_document(&error),
                CycleError::Rates(error) => Problem::invalid("tax", error.to_string()),
                CycleError::Refused(_) => Problem::defect(),
            })?;
            serde_json::to_string(&made.plan).map_err(|_| Problem::defect())
        })
        .await?;
    Ok(([(header::CONTENT_TYPE, "application/json")], plan).into_response())
}
