//! `POST /api/v1/drift`: how far a portfolio that is sent along has drifted.

use axum::Json;
use axum::extract::State;

use super::super::households::replace::of_document;
use super::DriftView;
use crate::asked::Text;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// How far a portfolio document that you send along has drifted. Nothing of it is kept.
#[utoipa::path(post, path = "/api/v1/drift", operation_id = "documents_drift", tag = "documents",
    request_body(content = Object, content_type = "application/json", description = "A portfolio document"),
    responses((status = 200, description = "Its drift", body = DriftView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drift(
    State(server): State<Server>,
    _caller: Caller,
    Text(text): Text,
) -> Result<Json<DriftView>, Problem> {
    server
        .work(move |_| {
            let document = portfolio::read(&text).map_err(|error| of_document(&error))?;
            Ok(Json(DriftView::of(&monitor::monitor(&document))))
        })
        .await
}
