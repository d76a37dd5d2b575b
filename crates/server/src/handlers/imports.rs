//! `POST /api/v1/imports`: a portfolio document from brokers' files.

use axum::Json;
use axum::extract::State;

use crate::asked::Sent;
use crate::caller::Caller;
use crate::imports::{ImportAsked, Imported};
use crate::problem::Problem;
use crate::serving::Server;

/// Files at most.
const FILES_MAX: usize = 50;

/// Reads brokers' files, and answers with the portfolio document that they make, what is wrong with them, and what is missing. Nothing of
/// it is kept: the document is sent to a household, or opens one.
#[utoipa::path(post, path = "/api/v1/imports", operation_id = "imports", tag = "documents", request_body = ImportAsked,
    responses((status = 200, description = "What was found", body = Imported),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn imports(
    State(server): State<Server>,
    _caller: Caller,
    Sent(asked): Sent<ImportAsked>,
) -> Result<Json<Imported>, Problem> {
    if asked.files.is_empty() || asked.files.len() > FILES_MAX {
        return Err(Problem::invalid("files", format!("send 1 to {FILES_MAX} files")));
    }
    server
        .work(move |house| {
            let found = house.import(&asked);
            found.map(Json).map_err(|(path, words)| Problem::invalid(path, words))
        })
        .await
}
