//! `POST /api/v1/households/{household}/resume`: a household that was paused goes on.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::Right;

use super::super::kept;
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Goes on with a household that was paused.
#[utoipa::path(post, path = "/api/v1/households/{household}/resume", operation_id = "households_resume", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 204, description = "It goes on"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn resume(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            kept(house, |keeper| Ok(keeper.resume(&household, &caller.person.name)?))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
