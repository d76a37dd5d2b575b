//! `GET /api/v1/audit/checkpoint`: the last signed checkpoint of the log.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use serde::Serialize;
use utoipa::ToSchema;

use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The log as it was signed last.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckpointView {
    /// Records that are there by now.
    records: u64,
    /// Records that the checkpoint covers.
    covers: u64,
    /// The checkpoint (C2SP tlog-checkpoint): keep it elsewhere, so that nobody can shorten the log behind it.
    checkpoint: Option<String>,
}

/// The last signed checkpoint of the log. It tells nothing about anybody.
#[utoipa::path(get, path = "/api/v1/audit/checkpoint", operation_id = "audit_checkpoint", tag = "audit",
    responses((status = 200, description = "The checkpoint", body = CheckpointView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn checkpoint(
    State(server): State<Server>,
    asking: Asking,
) -> Result<Json<CheckpointView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let store = house.store();
            super::may_audit_something(house, &caller)?;
            let last = store.checkpoints()?.pop();
            Ok(Json(CheckpointView {
                records: store.reading().record_count()?,
                covers: last.as_ref().map_or(0, |signed| signed.unverified().size),
                checkpoint: last.map(|signed| signed.to_text()),
            }))
        })
        .await
}
