//! `POST /api/v1/grants`: a person is given a role.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use jiff::Timestamp;
use rebalance::books::Books;
use rebalance::books::access::{AccessChange, Grant, Role};
use rebalance::id::HouseholdId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::{new_id, person, write};
use super::{GrantView, keeps};
use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A role for a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewGrant {
    /// Name of the person.
    person: String,
    /// `investor`, `adviser`, `approver`, `auditor`, `admin`.
    role: String,
    /// Id of the household; everywhere where none is named.
    #[schema(nullable = false)]
    household: Option<String>,
    /// Until when, RFC 3339; until it is withdrawn where nothing is said.
    #[schema(nullable = false, value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
}

/// Gives a person a role: in a household its owner may, everywhere who administers.
#[utoipa::path(post, path = "/api/v1/grants", operation_id = "grants_give", tag = "people", request_body = NewGrant,
    responses((status = 201, description = "The role", body = GrantView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn give(
    State(server): State<Server>,
    caller: Caller,
    Sent(new): Sent<NewGrant>,
) -> Result<(StatusCode, Json<GrantView>), Problem> {
    let view = server
        .work(move |house| {
            let household = match &new.household {
                None => None,
                Some(id) => {
                    let id: HouseholdId = id.parse().map_err(|_| Problem::not_found())?;
                    Some(house.store().reading().household(id)?.ok_or_else(Problem::not_found)?)
                }
            };
            if !keeps(&caller, household.as_ref()) {
                return Err(Problem::not_found());
            }
            let at = house.now();
            caller.has_proved(at)?;
            let role = Role::of_word(&new.role).ok_or_else(|| {
                let words: Vec<&str> = Role::ALL.iter().map(|(_, word)| *word).collect();
                Problem::invalid("role", format!("has to be one of {}", words.join(", ")))
            })?;
            if role == Role::Admin && household.is_some() {
                return Err(Problem::invalid(
                    "role",
                    "an `admin` is one of everything: leave `household` out",
                ));
            }
            if new.until.is_some_and(|until| until <= at) {
                return Err(Problem::invalid("until", "has passed"));
            }
            let grant = Grant {
                id: new_id(house),
                person: person(house, &new.person)?.id,
                household: household.map(|household| household.id),
                role,
                by: caller.person.id,
                at,
                until: new.until,
                withdrawn_at: None,
            };
            write(house, AccessChange::Granted(grant.clone()), caller.person.id, at)?;
            GrantView::of(house, &grant)
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view)))
}
