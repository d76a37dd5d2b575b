//! `DELETE /api/v1/house-rules/proposal`: what is proposed waits no longer.

use axum::extract::State;
use axum::http::StatusCode;

use super::super::kept;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Withdraws what is proposed, of oneself or of somebody else; nothing happens where nothing waits.
#[utoipa::path(delete, path = "/api/v1/house-rules/proposal", operation_id = "house_rules_withdraw", tag = "house rules",
    responses((status = 204, description = "Nothing waits"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(State(server): State<Server>, caller: Caller) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            caller.has_proved(house.now())?;
            kept(house, |keeper| Ok(keeper.withdraw_rules(&caller.person.name)?))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
