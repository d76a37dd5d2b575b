//! `POST /api/v1/proposals/{proposal}/plan`: a person's plan takes the place of the one that waits.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use portfolio::plan::proposed::read_plan;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::change::Changed;

use super::super::kept;
use super::{PlanAsked, ProposalWithPlan};
use crate::asked::{Named, Text};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Changes the plan that waits: to an alternative, or to rows that you changed by hand.
///
/// The validator judges it like any plan; what is wrong with it stands in `findings` (`plan.invalid`). The proposal that waited ends
/// as superseded, and the one that is answered waits in its place, for as long as the first would have. Prices of rows are not looked at. A household may ask for a
/// second person to approve what was changed by hand.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/plan", operation_id = "proposals_plan", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    request_body(content = PlanAsked, content_type = "application/json"),
    responses((status = 201, description = "The proposal that waits now", body = ProposalWithPlan),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn plan(
    State(server): State<Server>,
    caller: Caller,
    Named(proposal): Named,
    Text(text): Text,
) -> Result<(StatusCode, Json<ProposalWithPlan>), Problem> {
    let made = server
        .work(move |house| {
            let (_, found) = caller.proposal(house, &proposal, Right::Write)?;
            let plan = read_plan(&text).map_err(|error| Problem::invalid("trades", error.to_string()))?;
            let looked_at = plan.plan_hash.clone().ok_or_else(|| {
                Problem::invalid("plan_hash", "name the hash of the plan that you looked at")
            })?;
            let (id, name) = (found.id(), caller.person.name.as_str());
            match kept(house, |keeper| Ok(keeper.change_plan(id, name, &looked_at, &plan)?))? {
                Changed::Offered(new) => {
                    let found = house.store().reading().recommendation(new)?;
                    ProposalWithPlan::of(house, &found.ok_or_else(Problem::defect)?, &caller)
                }
                Changed::Invalid(findings) => Err(Problem::of_plan(&findings)),
                Changed::Nothing => {
                    Err(Problem::invalid("trades", "it trades nothing; reject the proposal instead"))
                }
                Changed::Refused(refusal) => {
                    Err(Problem::conflict(refusal.reason.code(), refusal.reason.to_string()))
                }
            }
        })
        .await?;
    Ok((StatusCode::CREATED, Json(made)))
}
