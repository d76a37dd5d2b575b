//! `PUT /api/v1/keys/{key}/approval`: an administrator grants that a program's key may approve.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{Access, AccessChange, Right};
use uuid::Uuid;

use super::super::write;
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A key may approve from now on, what its person may approve, until it is revoked or ends. Each approval is on record as given through it.
#[utoipa::path(put, path = "/api/v1/keys/{key}/approval", operation_id = "keys_may_approve", tag = "people",
    params(("key" = String, Path, description = "Id of the key")),
    responses((status = 204, description = "It may approve"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn approval(
    State(server): State<Server>,
    caller: Caller,
    Named(key): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            caller.administers()?;
            caller.has_proved(house.now())?;
            let id: Uuid = key.parse().map_err(|_| Problem::not_found())?;
            let at = house.now();
            let found =
                house.store().api_key(id)?.filter(|key| key.counts(at)).ok_or_else(Problem::not_found)?;
            if found.rights.contains(&Right::Approve) {
                return Ok(());
            }
            write(house, AccessChange::KeyMayApprove(id, at), caller.person.id, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
