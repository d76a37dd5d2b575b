//! `POST /api/v1/session`: a person signs in with name and password.

use axum::extract::State;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Lock, Signed, answered, begin};
use crate::asked::Sent;
use crate::problem::Problem;
use crate::serving::Server;

/// Name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    /// The person's name.
    #[schema(max_length = 200)]
    name: String,
    /// The person's password.
    #[schema(max_length = 1024)]
    password: String,
}

/// Signs in with name and password.
///
/// After five failed tries under a name it is locked for a quarter of an hour, whether anybody has that name or not.
#[utoipa::path(post, path = "/api/v1/session", operation_id = "sign_in", tag = "session", security(()), request_body = SignIn,
    responses((status = 201, description = "Signed in; the cookie is the session", body = Signed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn sign_in(
    State(server): State<Server>,
    Sent(asked): Sent<SignIn>,
) -> Result<Response, Problem> {
    let lock = Lock::of(server.settings());
    let place = server.hash().await;
    let begun = server
        .work(move |house| {
            let _place = place;
            let person = lock.shown(house, asked.name.trim(), &asked.password)?;
            begin(house, &person)
        })
        .await?;
    Ok(answered(begun))
}
