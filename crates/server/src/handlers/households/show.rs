//! `GET /api/v1/households/{household}`: one household.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;

use super::HouseholdView;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// One household.
#[utoipa::path(get, path = "/api/v1/households/{household}", operation_id = "households_show", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "The household", body = HouseholdView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Json<HouseholdView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            HouseholdView::of(house, &caller, &household).map(Json)
        })
        .await
}
