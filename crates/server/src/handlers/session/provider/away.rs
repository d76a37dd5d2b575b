//! `GET /api/v1/session/provider`: a browser goes to the provider that vouches for people.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};

use super::Again;
use crate::asked::Asked;
use crate::problem::Problem;
use crate::serving::Server;
use crate::sign_on::{COOKIE, LASTS};

/// Sends a browser to the provider of OpenID Connect that is configured, to sign in there; it comes back by itself.
///
/// Where none is configured there is no such address. With `again` the provider has the person show who they are once more, which counts as a
/// password that was shown.
#[utoipa::path(get, path = "/api/v1/session/provider", operation_id = "sign_on", tag = "session", security(()), params(Again),
    responses((status = 303, description = "To the provider"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn away(
    State(server): State<Server>,
    Asked(asked): Asked<Again>,
) -> Result<Response, Problem> {
    let anew = asked.again.unwrap_or(false);
    let begun =
        server.work_outside(move |house| house.begin_sign_on(anew)?.ok_or_else(Problem::not_found)).await?;
    let kept = format!("{}.{}.{}", begun.state, begun.nonce, begun.verifier);
    let cookie =
        format!("{COOKIE}={kept}; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age={}", LASTS.as_secs());
    Ok((StatusCode::SEE_OTHER, [(header::LOCATION, begun.url), (header::SET_COOKIE, cookie)]).into_response())
}
