//! `POST /api/v1/session`: a person signs in with name and password.

use axum::extract::State;
use axum::response::Response;
use rebalance::books::Books;
use rebalance::books::access::Access;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Signed, answered, begin};
use crate::asked::Sent;
use crate::passwords;
use crate::problem::Problem;
use crate::serving::Server;
use crate::tokens;

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
    let (most, locked) = (server.settings().tries_max, server.settings().locked);
    let place = server.hash().await;
    let begun = server
        .work(move |house| {
            let _place = place;
            let (store, now) = (house.store(), house.now());
            let name = asked.name.trim();
            let tried = tokens::digest(name.to_lowercase().as_bytes());
            let locked_until = store.tries(&tried)?.and_then(|tries| tries.locked_until);
            if let Some(until) = locked_until.filter(|until| now < *until) {
                let seconds = until.duration_since(now).as_secs().max(1);
                return Err(Problem::locked(u64::try_from(seconds).unwrap_or(1)));
            }
            let person = store.reading().person(name)?;
            let kept = person.as_ref().map(|person| store.password(person.id)).transpose()?.flatten();
            if !passwords::fits(&asked.password, kept.as_ref().map(|kept| kept.hash.as_str())) {
                store.failed(&tried, most, now.saturating_add(locked).unwrap_or(now))?;
                return Err(Problem::not_let_in());
            }
            store.let_in(&tried)?;
            let person = person.ok_or_else(Problem::not_let_in)?;
            begin(house, &person)
        })
        .await?;
    Ok(answered(begun))
}
