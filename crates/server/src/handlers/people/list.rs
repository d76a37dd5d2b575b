//! `GET /api/v1/people`: everybody, for who keeps them.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;

use super::super::Page;
use super::PersonView;
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// Everybody, by name.
#[utoipa::path(get, path = "/api/v1/people", operation_id = "people_list", tag = "people", params(Part),
    responses((status = 200, description = "People", body = Page<PersonView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<PersonView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            caller.administers()?;
            let all = house.store().reading().people()?;
            let (people, next) = part.of(all, |person| person.id.to_string())?;
            Ok(Json(Page { items: people.iter().map(PersonView::of).collect(), next }))
        })
        .await
}
