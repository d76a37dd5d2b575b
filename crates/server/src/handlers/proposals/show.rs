//! `GET /api/v1/proposals/{proposal}`: one proposal with its plan.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;

use super::ProposalWithPlan;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// One proposal with its plan document.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}", operation_id = "proposals_show", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "The proposal", body = ProposalWithPlan),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Json<ProposalWithPlan>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (_, found) = caller.proposal(house, &proposal, Right::Read)?;
            ProposalWithPlan::of(house, &found, &caller).map(Json)
        })
        .await
}
