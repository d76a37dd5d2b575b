//! `POST /api/v1/households/{household}/propose`: a person asks for a plan now.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::wanted::Wanted;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::super::proposals::ProposalView;
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What asking for a plan came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposed {
    /// `new` where a plan was made and waits, `open` where a proposal was open already; else why there is none: `nothing_to_do`, `no_feasible_plan`,
    /// `given_up`, `no_portfolio`, `paused`, `closed`, `prices`.
    outcome: &'static str,
    /// In words.
    why: String,
    /// The proposal that is open.
    proposal: Option<ProposalView>,
}

/// Makes a plan for a household now, whether or not a class is outside its band. Where a proposal is open it is the answer; that there is nothing to do is
/// an answer with its reason.
#[utoipa::path(post, path = "/api/v1/households/{household}/propose", operation_id = "households_propose", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "What it came to", body = Proposed),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn propose(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
) -> Result<Json<Proposed>, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            let wanted =
                kept(house, |keeper| Ok(keeper.propose_now(&household, &caller.person.name, None)?))?;
            Ok(Json(match wanted {
                Wanted::Nothing { code, why } => Proposed { outcome: code, why, proposal: None },
                Wanted::Open { id, is_new } => {
                    let found = house.store().reading().recommendation(id)?.ok_or_else(Problem::defect)?;
                    let (outcome, why) = if is_new {
                        ("new", "a plan was made")
                    } else {
                        ("open", "a proposal is open; it is answered or ends first")
                    };
                    let proposal = Some(ProposalView::of(house, &found)?);
                    Proposed { outcome, why: why.to_owned(), proposal }
                }
            }))
        })
        .await
}
