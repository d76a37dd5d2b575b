//! `POST /api/v1/prices/{ticker}/believe`: a person has looked, and a price that is held back is right.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::kept;
use crate::amount::Amount;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What was looked at.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Belief {
    /// The price that you looked at, USD per share; another one is not believed.
    price_usd: Amount,
}

/// Believes a price that is held back: every household is priced by it from now on.
///
/// It concerns everybody, so that an administrator, or who approves everywhere, has to say it, with a password shown lately.
#[utoipa::path(post, path = "/api/v1/prices/{ticker}/believe", operation_id = "prices_believe", tag = "market", request_body = Belief,
    params(("ticker" = String, Path, description = "The security")),
    responses((status = 204, description = "It counts from now on"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn believe(
    State(server): State<Server>,
    caller: Caller,
    Named(ticker): Named,
    Sent(belief): Sent<Belief>,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            caller.must_operate()?;
            caller.has_proved(house.now())?;
            kept(house, |keeper| {
                let held = keeper.held_prices()?;
                let held = held.iter().find(|held| held.ticker == ticker).ok_or_else(Problem::not_found)?;
                if held.price != belief.price_usd.0 {
                    let detail = format!(
                        "{} USD is held back now; look again (`GET /api/v1/prices/held`)",
                        held.price.normalize()
                    );
                    return Err(Problem::conflict("other_price", detail));
                }
                if !keeper.believe_price(&ticker, &caller.person.name)? {
                    let detail = "it is not held back any more; look again (`GET /api/v1/prices/held`)";
                    return Err(Problem::conflict("other_price", detail));
                }
                Ok(StatusCode::NO_CONTENT)
            })
        })
        .await
}
