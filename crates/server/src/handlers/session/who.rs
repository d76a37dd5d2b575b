//! `GET /api/v1/session`: who is signed in.

use axum::Json;
use axum::extract::State;

use super::Signed;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// Who is signed in.
#[utoipa::path(get, path = "/api/v1/session", operation_id = "who", tag = "session",
    responses((status = 200, description = "Who it is", body = Signed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn who(State(server): State<Server>, asking: Asking) -> Result<Json<Signed>, Problem> {
    server.work_for(asking, move |house, caller| Signed::of(house, &caller).map(Json)).await
}
