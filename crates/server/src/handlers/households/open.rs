//! `POST /api/v1/households`: somebody opens a household with its first portfolio document.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::life::Policy;

use super::super::kept;
use super::replace::handed_in;
use super::{HouseholdView, Name};
use crate::asked::{Asked, Text};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Longest name of a household.
const NAME_MAX: usize = 200;

/// Opens a household with its first portfolio document; it is yours. Its name is that of the document (`household_id`), or `name`; no two
/// have the same.
#[utoipa::path(post, path = "/api/v1/households", operation_id = "households_open", tag = "households", params(Name),
    request_body(content = Object, content_type = "application/json", description = "A portfolio document"),
    responses((status = 201, description = "The household", body = HouseholdView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn open(
    State(server): State<Server>,
    caller: Caller,
    Asked(asked): Asked<Name>,
    Text(text): Text,
) -> Result<(StatusCode, Json<HouseholdView>), Problem> {
    let opened = server
        .work(move |house| {
            if !caller.lets(Right::Write) {
                return Err(Problem::forbidden("this key may not `write`"));
            }
            let document = handed_in(house, &text)?;
            let name = asked.name.or(document.household_id).unwrap_or_default().trim().to_owned();
            if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
                let detail = format!("give the household a name of 1 to {NAME_MAX} characters");
                return Err(Problem::invalid("name", detail));
            }
            let taken = || Problem::conflict("exists", format!("there is a household `{name}` already"));
            if house.store().reading().household_named(&name)?.is_some() {
                return Err(taken());
            }
            let owner = &caller.person;
            let opened =
                kept(house, |keeper| Ok(keeper.enrol(&name, &owner.name, Policy::default(), &text)?))?;
            // Somebody else has just opened one of this name.
            if opened.owner != owner.id {
                return Err(taken());
            }
            HouseholdView::of(house, &caller, &opened)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(opened)))
}
