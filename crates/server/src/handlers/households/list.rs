//! `GET /api/v1/households`: the households that the caller may see.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;

use super::super::Page;
use super::{By, HouseholdView, Wanted};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The households that you may see: all of them, or those that you ask for.
#[utoipa::path(get, path = "/api/v1/households", operation_id = "households_list", tag = "households", params(Wanted),
    responses((status = 200, description = "Households", body = Page<HouseholdView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(wanted): Asked<Wanted>,
) -> Result<Json<Page<HouseholdView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let mut all = house.store().reading().households()?;
            all.retain(|household| caller.may(Right::Read, household));
            if let Some(name) = wanted.name.as_ref().map(|name| name.to_lowercase()) {
                all.retain(|household| household.name.to_lowercase().contains(&name));
            }
            if let Some(owner) = &wanted.owner {
                let owner = house.store().reading().person(owner.trim())?.map(|person| person.id);
                all.retain(|household| Some(household.owner) == owner);
            }
            if let Some(open) = wanted.open_proposal {
                let cycles = house.store().reading().open_cycles()?;
                let working: BTreeSet<_> = cycles.into_iter().map(|cycle| cycle.household).collect();
                all.retain(|household| working.contains(&household.id) == open);
            }
            if wanted.sort == Some(By::Newest) {
                all.sort_by_key(|household| Reverse((household.opened_at, household.id)));
            }
            let part = Part { after: wanted.after, limit: wanted.limit };
            let (seen, next) = part.of(all, |household| household.id.to_string())?;
            let items = seen.iter().map(|household| HouseholdView::of(house, &caller, household));
            Ok(Json(Page { items: items.collect::<Result<_, _>>()?, next }))
        })
        .await
}
