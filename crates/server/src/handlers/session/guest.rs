//! `POST /api/v1/session/guest`: somebody looks around in a demonstration, without a password.

use axum::extract::State;
use axum::response::Response;

use super::{Signed, answered, begin};
use crate::caller::guest as person_of_guests;
use crate::problem::Problem;
use crate::serving::Server;

/// Signs in as the person of a demonstration, without a password.
///
/// Only where the program was started as a demonstration and no order moves real money; elsewhere there is no such address.
#[utoipa::path(post, path = "/api/v1/session/guest", operation_id = "sign_in_as_guest", tag = "session", security(()),
    responses((status = 201, description = "Signed in; the cookie is the session", body = Signed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn guest(State(server): State<Server>) -> Result<Response, Problem> {
    let begun = server
        .work(|house| {
            let person = person_of_guests(house)?.ok_or_else(Problem::not_found)?;
            begin(house, &person)
        })
        .await?;
    Ok(answered(begun))
}
