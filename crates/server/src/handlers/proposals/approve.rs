//! `POST /api/v1/proposals/{proposal}/approve`: a person approves the plan that was looked at.

use axum::Json;
use axum::extract::State;
use jiff::SignedDuration;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::Answer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::super::kept;
use super::ProposalView;
use crate::asked::{Named, Sent};
use crate::caller::{Caller, How};
use crate::problem::Problem;
use crate::serving::Server;

/// Where orders move real money a password has to have been shown this lately.
const FRESH: SignedDuration = SignedDuration::from_mins(2);

/// What is approved.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Approval {
    /// Hash of the plan that you looked at; another plan is not approved.
    plan_hash: String,
}

/// What the approval came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Approved {
    /// `approved`, or `one_more` where a second person has to approve as well.
    outcome: &'static str,
    /// The proposal by now.
    proposal: ProposalView,
}

/// Approves the plan that you looked at. It is sent to the broker by the service.
///
/// A password has to have been shown within the last quarter of an hour; within the last two minutes where orders move real money. A program's key may where
/// an administrator has granted it (`PUT /api/v1/keys/{key}/approval`) and no order moves real money; the record names the key.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/approve", operation_id = "proposals_approve", tag = "proposals", request_body = Approval,
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Approved", body = Approved),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn approve(
    State(server): State<Server>,
    caller: Caller,
    Named(proposal): Named,
    Sent(approval): Sent<Approval>,
) -> Result<Json<Approved>, Problem> {
    server
        .work(move |house| {
            let (_, found) = caller.proposal(house, &proposal, Right::Approve)?;
            let now = house.now();
            let is_live = !house.live().map_err(Problem::outside)?.is_empty();
            let through = match &caller.how {
                How::Key(_) if is_live => {
                    let detail = "a program approves nothing where orders move real money; a person who is signed in does";
                    return Err(Problem::forbidden(detail));
                }
                How::Key(_) => caller.through(),
                How::Session(_) => {
                    let session = caller.has_proved(now)?;
                    if is_live && now.duration_since(session.proved_at) >= FRESH {
                        return Err(Problem::proof_needed());
                    }
                    None
                }
            };
            let (id, name, hash) = (found.id(), caller.person.name.as_str(), Some(approval.plan_hash.as_str()));
            let answer = kept(house, |keeper| Ok(keeper.approve_through(id, name, hash, through.as_deref())?))?;
            let outcome = match answer {
                Answer::Refused(refusal) => {
                    return Err(Problem::conflict(refusal.reason.code(), refusal.reason.to_string()));
                }
                Answer::OneMore => "one_more",
                Answer::Approved | Answer::Rejected => "approved",
            };
            let after = house.store().reading().recommendation(id)?.ok_or_else(Problem::not_found)?;
            Ok(Json(Approved { outcome, proposal: ProposalView::of(house, &after)? }))
        })
        .await
}
