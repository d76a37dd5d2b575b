//! `GET /api/v1/proposals`: proposals of the households that the caller may see.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, Listing};
use rebalance::id::RecommendationId;
use rebalance::life::State as LifeState;

use super::super::Page;
use super::{ProposalView, Which};
use crate::asked::{Asked, Order as Sorted, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The proposals that you may see, newest first.
#[utoipa::path(get, path = "/api/v1/proposals", operation_id = "proposals_list", tag = "proposals", params(Which),
    responses((status = 200, description = "Proposals", body = Page<ProposalView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(which): Asked<Which>,
) -> Result<Json<Page<ProposalView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
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
            let part = Part { after: which.after, limit: which.limit };
            let limit = part.limit()?;
            let behind = |after: &String| {
                let id = after.parse::<RecommendationId>();
                id.map_err(|_| Problem::invalid("after", "names no entry of this list"))
            };
            let wanted = Listing {
                states,
                households: match only {
                    Some(only) => Some(vec![only.id]),
                    None => caller.sees(house, Right::Read)?,
                },
                is_open: false,
                since: which.since,
                after: part.after.as_ref().map(behind).transpose()?,
                newest_first: which.sort.unwrap_or_default() == Sorted::Newest,
                most: Some(limit.saturating_add(1)),
            };
            let mut found = house.store().reading().listed(&wanted)?;
            let more = found.len() > limit;
            found.truncate(limit);
            let next = found.last().filter(|_| more).map(|last| last.id.to_string());
            let items = ProposalView::all(house, found)?;
            Ok(Json(Page { items, next }))
        })
        .await
}
