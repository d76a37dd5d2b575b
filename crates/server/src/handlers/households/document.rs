//! `GET /api/v1/households/{household}/document`: its portfolio document, as it was handed in or came about.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rebalance::books::Books;
use rebalance::books::access::Right;

use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The name of a version.
pub(super) fn tag(version: u64) -> String {
    format!("\"{version}\"")
}

/// The portfolio document of a household: accounts, lots, targets, preferences, tax facts. Its `ETag` is its version.
#[utoipa::path(get, path = "/api/v1/households/{household}/document", operation_id = "households_document", tag = "households",
    params(("household" = String, Path, description = "Id of the household"),
        ("If-None-Match" = Option<String>, Header, description = "Version that is known")),
    responses((status = 200, description = "The document", body = Object, content_type = "application/json",
            headers(("ETag" = String, description = "Its version"))),
        (status = 304, description = "The version that is known"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn document(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let kept = server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            house.store().reading().portfolio(household.id)?.ok_or_else(Problem::not_found)
        })
        .await?;
    let tag = tag(kept.version);
    let known = headers.get(header::IF_NONE_MATCH).and_then(|known| known.to_str().ok());
    if known.is_some_and(|known| known.split(',').any(|one| one.trim().trim_start_matches("W/") == tag)) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let headers = [(header::CONTENT_TYPE, "application/json".to_owned()), (header::ETAG, tag)];
    Ok((headers, kept.text).into_response())
}
