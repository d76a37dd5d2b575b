//! `POST /api/v1/households/{household}/snooze`: nothing is said of a class for a while.

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

/// Which class, and until when.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snooze {
    /// The asset class.
    #[schema(max_length = 200)]
    class: String,
    /// Until when, RFC 3339; where nothing is said it is listened to again.
    #[schema(nullable = false, value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Is quiet about the drift of a class until a time, or listens to it again.
#[utoipa::path(post, path = "/api/v1/households/{household}/snooze", operation_id = "households_snooze", tag = "households", request_body = Snooze,
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 204, description = "On record"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn snooze(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Sent(snooze): Sent<Snooze>,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            kept(house, |keeper| {
                let told = keeper.snooze(&household, &caller.person.name, &snooze.class, snooze.until);
                told.map_err(|error| match error {
                    error @ rebalance::keeping::KeepingError::Unknown { .. } => {
                        Problem::invalid("class", error.to_string())
                    }
                    error => error.into(),
                })
            })?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
