//! `GET /api/v1/grants`: the roles that the caller keeps.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Access;

use super::super::Page;
use super::{GrantView, keeps, there};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The roles that were given: all, to who administers; in a household, to its owner.
#[utoipa::path(get, path = "/api/v1/grants", operation_id = "grants_list", tag = "people", params(Part),
    responses((status = 200, description = "Roles", body = Page<GrantView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<GrantView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let mut kept = Vec::new();
            for grant in house.store().all_grants()? {
                if keeps(&caller, there(house, &grant)?.as_ref()) {
                    kept.push(grant);
                }
            }
            let (grants, next) = part.of(kept, |grant| grant.id.to_string())?;
            let items = grants.iter().map(|grant| GrantView::of(house, grant)).collect::<Result<_, _>>()?;
            Ok(Json(Page { items, next }))
        })
        .await
}
