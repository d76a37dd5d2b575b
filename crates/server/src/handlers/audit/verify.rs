//! `POST /api/v1/audit/verify`: whether every record of the log is what it was.

use axum::Json;
use axum::extract::State;

use crate::caller::Caller;
use crate::house::Verified;
use crate::problem::Problem;
use crate::serving::Server;

/// Verifies the log from its first record to its last, with its checkpoints. It takes a while and tells nothing about anybody.
#[utoipa::path(post, path = "/api/v1/audit/verify", operation_id = "audit_verify", tag = "audit",
    responses((status = 200, description = "What was found", body = Verified),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn verify(State(server): State<Server>, caller: Caller) -> Result<Json<Verified>, Problem> {
    server
        .work(move |house| {
            super::may_audit_something(house, &caller)?;
            house.verify().map(Json).map_err(Problem::outside)
        })
        .await
}
