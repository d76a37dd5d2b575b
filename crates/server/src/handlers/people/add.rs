//! `POST /api/v1/people`: a person who may sign in.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::{AccessChange, Password};
use rebalance::books::{Books, Change, Entry, Person, Record};
use rebalance::id::PersonId;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::{new_id, write};
use super::PersonView;
use crate::asked::Sent;
use crate::caller::Caller;
use crate::passwords;
use crate::problem::Problem;
use crate::serving::Server;

/// Longest name, characters.
const NAME_MAX: usize = 100;

/// A person.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPerson {
    /// Its name, unique.
    #[schema(max_length = 100)]
    name: String,
    /// Its first password, at least twelve characters; without one the person can't sign in yet.
    #[schema(nullable = false, max_length = 1024)]
    password: Option<String>,
}

/// Adds a person.
#[utoipa::path(post, path = "/api/v1/people", operation_id = "people_add", tag = "people", request_body = NewPerson,
    responses((status = 201, description = "The person", body = PersonView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn add(
    State(server): State<Server>,
    caller: Caller,
    Sent(new): Sent<NewPerson>,
) -> Result<(StatusCode, Json<PersonView>), Problem> {
    let place = server.hash().await;
    let view = server
        .work(move |house| {
            let _place = place;
            caller.administers()?;
            caller.has_proved(house.now())?;
            let name = new.name.trim();
            if name.is_empty() || name.chars().count() > NAME_MAX || name.chars().any(char::is_control) {
                let detail =
                    format!("has to be 1 to {NAME_MAX} characters, none of them a control character");
                return Err(Problem::invalid("name", detail));
            }
            let mut salt = [0; 16];
            house.draw(&mut salt);
            let hash =
                new.password.as_deref().map(|password| passwords::hashed(name, password, &salt)).transpose();
            let hash = hash.map_err(|error| Problem::invalid("password", error.to_string()))?;
            let at = house.now();
            let person =
                Person { id: PersonId::from_uuid(new_id(house)), name: name.to_owned(), made_at: at };
            let entry = Entry::new(Record::of_person(&person)).with(Change::Person(person.clone()));
            house.store().record(&entry)?;
            if let Some(hash) = hash {
                let password = Password { person: person.id, hash, at };
                write(house, AccessChange::Password(password), caller.person.id, at)?;
            }
            Ok(PersonView::of(&person))
        })
        .await?;
    Ok((StatusCode::CREATED, Json(view)))
}
