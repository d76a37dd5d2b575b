//! `GET /api/v1/welcome`: what a page has to know before anybody is signed in.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::{Extension, Json};
use serde::Serialize;
use utoipa::ToSchema;

use super::session::Signed;
use crate::amount::Moment;
use crate::caller::{Caller, LetIn, guest};
use crate::problem::Problem;
use crate::serving::Server;

/// What is told to anybody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Welcome {
    /// Version of the program.
    version: &'static str,
    /// Guests are let in without a password (`POST /api/v1/session/guest`): this is a demonstration.
    guest: bool,
    /// A provider vouches for people (`GET /api/v1/session/provider`).
    provider: bool,
    /// Orders of some account move real money; who is signed in is told of which (`session.live`).
    real_money: bool,
    /// The households live in the time of a simulated market.
    simulated: bool,
    /// What time it is for the households.
    now: Moment,
    /// Who is signed in; absent where nobody is.
    session: Option<Signed>,
}

/// What a page has to know at its beginning: whether anybody is signed in, whether guests are let in, whether money is real, what time it is.
#[utoipa::path(get, path = "/api/v1/welcome", operation_id = "welcome", tag = "session", security(()),
    responses((status = 200, description = "Welcome", body = Welcome),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn welcome(
    State(server): State<Server>,
    Extension(let_in): Extension<LetIn>,
    headers: HeaderMap,
) -> Result<Json<Welcome>, Problem> {
    server
        .work(move |house| {
            let session = match Caller::of(house, &headers) {
                Ok(caller) => {
                    let_in.tell(&caller);
                    Some(Signed::of(house, &caller)?)
                }
                Err(problem) if problem == Problem::nobody() => None,
                Err(problem) => return Err(problem),
            };
            let lived = house.lived().map_err(Problem::outside)?;
            Ok(Json(Welcome {
                version: env!("CARGO_PKG_VERSION"),
                guest: guest(house)?.is_some(),
                provider: house.knows_a_provider(),
                real_money: !house.live().map_err(Problem::outside)?.is_empty(),
                simulated: lived.is_simulated,
                now: Moment(lived.now),
                session,
            }))
        })
        .await
}
