//! `POST /api/v1/trading/halt`: nothing more is sent to any broker.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::kept;
use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Halt {
    /// Why, for the record.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Sends nothing more to any broker, for any household, until it goes on. What is at a broker already stays there.
///
/// An administrator may, and who approves everywhere. It asks for no password again: stopping is never in the way.
#[utoipa::path(post, path = "/api/v1/trading/halt", operation_id = "trading_halt", tag = "operation", request_body = Halt,
    responses((status = 204, description = "Trading is halted"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn halt(
    State(server): State<Server>,
    caller: Caller,
    Sent(halt): Sent<Halt>,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            if halt.reason.trim().is_empty() {
                return Err(Problem::invalid(
                    "reason",
                    "a halt needs a reason, such as \"prices look wrong\"",
                ));
            }
            kept(house, |keeper| Ok(keeper.halt(&caller.person.name, &halt.reason)?))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
