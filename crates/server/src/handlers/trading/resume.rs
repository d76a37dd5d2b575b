//! `POST /api/v1/trading/resume`: what was halted goes on.

use axum::extract::State;
use axum::http::StatusCode;

use super::super::kept;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Goes on after a halt: approved orders are sent again. Where nothing was halted nothing changes.
///
/// An administrator may, and who approves everywhere, with a password shown lately.
#[utoipa::path(post, path = "/api/v1/trading/resume", operation_id = "trading_resume", tag = "operation",
    responses((status = 204, description = "It goes on"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn resume(State(server): State<Server>, caller: Caller) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            caller.has_proved(house.now())?;
            kept(house, |keeper| {
                if keeper.halted()?.is_some() {
                    keeper.lift_halt(&caller.person.name)?;
                }
                Ok(StatusCode::NO_CONTENT)
            })
        })
        .await
}
