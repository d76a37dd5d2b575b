//! `GET /livez`: the process runs.

use axum::http::StatusCode;

/// The process runs.
#[utoipa::path(get, path = "/livez", operation_id = "livez", tag = "operation", security(()),
    responses((status = 204, description = "It runs")))]
pub(crate) async fn livez() -> StatusCode {
    StatusCode::NO_CONTENT
}
