//! `POST /api/v1/session/guest`: whoever sits at this machine looks at a demonstration.

use axum::extract::State;
use axum::response::Response;
use rebalance::books::Books;

use super::{Signed, answered, begin};
use crate::problem::Problem;
use crate::serving::Server;

/// Signs in without a password, where the books are a demonstration on this machine.
#[utoipa::path(post, path = "/api/v1/session/guest", operation_id = "sign_in_guest", tag = "session", security(()),
    responses((status = 201, description = "Signed in; the cookie is the session", body = Signed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn guest(State(server): State<Server>) -> Result<Response, Problem> {
    let begun = server
        .work(|house| {
            let name = house.guest().ok_or_else(Problem::not_found)?;
            let person = house.store().reading().person(&name)?.ok_or_else(Problem::not_found)?;
            begin(house, &person)
        })
        .await?;
    Ok(answered(begun))
}
