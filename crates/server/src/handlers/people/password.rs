//! `PUT /api/v1/people/{person}/password`: a new password, of oneself or by who keeps people.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{Access, AccessChange, Password};
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::write;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::passwords;
use crate::problem::Problem;
use crate::serving::Server;

/// A password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPassword {
    /// At least twelve characters.
    #[schema(max_length = 1024)]
    password: String,
}

/// Sets a password; every session that was begun with the old one ends.
///
/// Whoever sets it has to have shown their own within the last quarter of an hour.
#[utoipa::path(put, path = "/api/v1/people/{person}/password", operation_id = "people_password", tag = "people", request_body = NewPassword,
    params(("person" = String, Path, description = "Id of the person")),
    responses((status = 204, description = "Set"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn password(
    State(server): State<Server>,
    caller: Caller,
    Named(person): Named,
    Sent(new): Sent<NewPassword>,
) -> Result<StatusCode, Problem> {
    let place = server.hash().await;
    server
        .work(move |house| {
            let _place = place;
            let id = person.parse().map_err(|_| Problem::not_found())?;
            if id != caller.person.id {
                caller.administers()?;
            }
            let person = house.store().whose(id)?.ok_or_else(Problem::not_found)?;
            let at = house.now();
            caller.has_proved(at)?;
            let mut salt = [0; 16];
            house.draw(&mut salt);
            let hash = passwords::hashed(&person.name, &new.password, &salt)
                .map_err(|error| Problem::invalid("password", error.to_string()))?;
            write(house, AccessChange::Password(Password { person: id, hash, at }), caller.person.id, at)
        })
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
