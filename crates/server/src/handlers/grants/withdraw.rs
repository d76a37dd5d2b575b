//! `DELETE /api/v1/grants/{grant}`: a role is withdrawn.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{Access, AccessChange};
use uuid::Uuid;

use super::super::write;
use super::{keeps, there};
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Withdraws a role.
#[utoipa::path(delete, path = "/api/v1/grants/{grant}", operation_id = "grants_withdraw", tag = "people",
    params(("grant" = String, Path, description = "Id of the role that was given")),
    responses((status = 204, description = "Withdrawn"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn withdraw(
    State(server): State<Server>,
    caller: Caller,
    Named(grant): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let id: Uuid = grant.parse().map_err(|_| Problem::not_found())?;
            let found = house.store().all_grants()?.into_iter().find(|grant| grant.id == id);
            let found = found.ok_or_else(Problem::not_found)?;
            if !keeps(&caller, there(house, &found)?.as_ref()) {
                return Err(Problem::not_found());
            }
            let at = house.now();
            caller.has_proved(at)?;
            write(house, AccessChange::Withdrawn(id, at), caller.person.id, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
