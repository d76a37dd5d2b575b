//! `GET /api/v1/proposals`: proposals of the households that the caller may see.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::life::State as LifeState;

use super::super::Page;
use super::{ProposalView, Which};
use crate::asked::{Asked, Order as Sorted, Part};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// The proposals that you may see, newest first.
#[utoipa::path(get, path = "/api/v1/proposals", operation_id = "proposals_list", tag = "proposals", params(Which),
    responses((status = 200, description = "Proposals", body = Page<ProposalView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    caller: Caller,
    Asked(which): Asked<Which>,
) -> Result<Json<Page<ProposalView>>, Problem> {
    server
        .work(move |house| {
            let reading = house.store().reading();
            let only =
                which.household.as_deref().map(|id| caller.household(house, id, Right::Read)).transpose()?;
            let named: Option<Vec<&str>> = which.state.as_deref().map(|names| names.split(',').collect());
            for name in named.iter().flatten() {
                if LifeState::ALL.into_iter().all(|state| state.name() != *name) {
                    return Err(Problem::invalid("state", format!("`{name}` is no state of a proposal")));
                }
            }
            let wanted = |state: &LifeState| named.as_ref().is_none_or(|names| names.contains(&state.name()));
            let states: Vec<LifeState> = LifeState::ALL.into_iter().filter(wanted).collect();
            let mut all = Vec::new();
            for state in states {
                all.extend(reading.recommendations(state)?);
            }
            let mut sees: BTreeMap<_, bool> = BTreeMap::new();
            for household in reading.households()? {
                let wanted = only.as_ref().is_none_or(|only| only.id == household.id);
                sees.insert(household.id, wanted && caller.may(Right::Read, &household));
            }
            all.retain(|found| sees.get(&found.kept().household).copied().unwrap_or(false));
            all.retain(|found| which.since.is_none_or(|since| found.kept().begun_at >= since));
            all.sort_by_key(|found| std::cmp::Reverse(found.id()));
            if which.sort == Some(Sorted::Oldest) {
                all.reverse();
            }
            let part = Part { after: which.after, limit: which.limit };
            let (found, next) = part.of(all, |found| found.id().to_string())?;
            let items = found.iter().map(|found| ProposalView::of(house, found)).collect::<Result<_, _>>()?;
            Ok(Json(Page { items, next }))
        })
        .await
}
