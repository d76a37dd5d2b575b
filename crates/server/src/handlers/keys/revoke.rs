//! `DELETE /api/v1/keys/{key}`: a key is revoked, by who made it or who administers.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{Access, AccessChange, Right};
use uuid::Uuid;

use super::super::write;
use crate::asked::Named;
use crate::caller::{Caller, How};
use crate::problem::Problem;
use crate::serving::Server;

/// Revokes a key.
#[utoipa::path(delete, path = "/api/v1/keys/{key}", operation_id = "keys_revoke", tag = "people",
    params(("key" = String, Path, description = "Id of the key")),
    responses((status = 204, description = "Revoked"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn revoke(
    State(server): State<Server>,
    caller: Caller,
    Named(key): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let id: Uuid = key.parse().map_err(|_| Problem::not_found())?;
            let found = house.store().api_key(id)?.filter(|key| key.revoked_at.is_none());
            let found = found.ok_or_else(Problem::not_found)?;
            if found.person != caller.person.id && !caller.may_everywhere(Right::Administer) {
                return Err(Problem::not_found());
            }
            if matches!(caller.how, How::Key(_)) {
                return Err(Problem::forbidden("a program can't do this; a person who is signed in can"));
            }
            let at = house.now();
            write(house, AccessChange::KeyRevoked(id, at), caller.person.id, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
