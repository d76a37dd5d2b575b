//! `DELETE /api/v1/session`: a person signs out.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use rebalance::books::access::AccessChange;

use super::super::write;
use crate::caller::{COOKIE, Caller, How};
use crate::problem::Problem;
use crate::serving::Server;

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", operation_id = "sign_out", tag = "session",
    responses((status = 204, description = "Signed out"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sign_out(State(server): State<Server>, caller: Caller) -> Result<Response, Problem> {
    server
        .work(move |house| {
            let How::Session(session) = &caller.how else {
                return Err(Problem::forbidden("a key has no session; revoke it to end it"));
            };
            let now = house.now();
            write(house, AccessChange::SignedOut(session.digest, now), caller.person.id, now)
        })
        .await?;
    let cookie = format!("{COOKIE}=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0");
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, cookie)]).into_response())
}
