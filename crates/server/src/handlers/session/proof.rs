//! `POST /api/v1/session/proof`: a person who is signed in shows the password once more, for what asks for it.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::AccessChange;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::write;
use super::Lock;
use crate::asked::Sent;
use crate::caller::{Caller, How};
use crate::problem::Problem;
use crate::serving::Server;

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
    let lock = Lock::of(server.settings());
    let place = server.hash().await;
    server
        .work(move |house| {
            let _place = place;
            let How::Session(session) = &caller.how else {
                return Err(Problem::forbidden("a key has no session"));
            };
            lock.shown(house, &caller.person.name, &shown.password)?;
            let now = house.now();
            write(house, AccessChange::Proved(session.digest, now), caller.person.id, now)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
