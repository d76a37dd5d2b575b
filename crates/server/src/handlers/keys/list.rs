//! `GET /api/v1/keys`: the keys of the caller's programs.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Access;

use super::super::Page;
use super::KeyView;
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The keys of your programs, revoked ones as well.
#[utoipa::path(get, path = "/api/v1/keys", operation_id = "keys_list", tag = "people", params(Part),
    responses((status = 200, description = "Keys", body = Page<KeyView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<KeyView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let all = house.store().api_keys(caller.person.id)?;
            let (keys, next) = part.of(all, |key| key.id.to_string())?;
            Ok(Json(Page { items: keys.iter().map(KeyView::of).collect(), next }))
        })
        .await
}
