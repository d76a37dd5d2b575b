//! `POST /api/v1/session/proof`: a person who is signed in shows the password once more, for what asks for it.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{Access, AccessChange};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::write;
use crate::asked::Sent;
use crate::caller::{Caller, How};
use crate::passwords;
use crate::problem::Problem;
use crate::serving::Server;
use crate::tokens;

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Shown {
    /// The password of who is signed in.
    #[schema(max_length = 1024)]
    password: String,
}

/// Shows the password once more; it stands for a quarter of an hour.
#[utoipa::path(post, path = "/api/v1/session/proof", operation_id = "prove", tag = "session", request_body = Shown,
    responses((status = 204, description = "It fits"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn proof(
    State(server): State<Server>,
    caller: Caller,
    Sent(shown): Sent<Shown>,
) -> Result<StatusCode, Problem> {
    let (most, locked) = (server.settings().tries_max, server.settings().locked);
    let place = server.hash().await;
    server
        .work(move |house| {
            let _place = place;
            let How::Session(session) = &caller.how else {
                return Err(Problem::forbidden("a key has no session"));
            };
            let (store, now) = (house.store(), house.now());
            let tried = tokens::digest(caller.person.name.to_lowercase().as_bytes());
            let locked_until = store.tries(&tried)?.and_then(|tries| tries.locked_until);
            if let Some(until) = locked_until.filter(|until| now < *until) {
                let seconds = until.duration_since(now).as_secs().max(1);
                return Err(Problem::locked(u64::try_from(seconds).unwrap_or(1)));
            }
            let kept = store.password(caller.person.id)?;
            if !passwords::fits(&shown.password, kept.as_ref().map(|kept| kept.hash.as_str())) {
                store.failed(&tried, most, now.saturating_add(locked).unwrap_or(now))?;
                return Err(Problem::not_let_in());
            }
            store.let_in(&tried)?;
            write(house, AccessChange::Proved(session.digest, now), caller.person.id, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
