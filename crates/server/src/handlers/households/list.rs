//! `GET /api/v1/households`: the households that the caller may see.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;

use super::super::Page;
use super::HouseholdView;
use crate::asked::{Asked, Part};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// The households that you may see, by name.
#[utoipa::path(get, path = "/api/v1/households", operation_id = "households_list", tag = "households", params(Part),
    responses((status = 200, description = "Households", body = Page<HouseholdView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    caller: Caller,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<HouseholdView>>, Problem> {
    server
        .work(move |house| {
            let mut all = house.store().reading().households()?;
            all.retain(|household| caller.may(Right::Read, household));
            let (seen, next) = part.of(all, |household| household.id.to_string())?;
            let items = seen.iter().map(|household| HouseholdView::of(house, &caller, household));
            Ok(Json(Page { items: items.collect::<Result<_, _>>()?, next }))
        })
        .await
}
