//! `POST /api/v1/households/{household}/pause`: nothing is done for a while.

use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use rebalance::books::access::Right;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::kept;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Until when, and why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Pause {
    /// Why.
    #[schema(max_length = 2000)]
    why: String,
    /// Until when, RFC 3339; until it is resumed where nothing is said, and then a proposal that waits is withdrawn.
    #[schema(nullable = false, value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Does nothing for a household until a time, or until it is resumed.
#[utoipa::path(post, path = "/api/v1/households/{household}/pause", operation_id = "households_pause", tag = "households", request_body = Pause,
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 204, description = "Paused"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn pause(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Sent(pause): Sent<Pause>,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            let why: String = pause.why.chars().take(2000).collect();
            kept(house, |keeper| Ok(keeper.pause(&household, &caller.person.name, pause.until, &why)?))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
