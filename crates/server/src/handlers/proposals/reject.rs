//! `POST /api/v1/proposals/{proposal}/reject`: a person rejects a proposal, with a reason.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;
use rebalance::keeping::Answer;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::kept;
use super::ProposalView;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Why.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rejecting {
    /// Why, in your words.
    #[schema(min_length = 1, max_length = 2000)]
    reason: String,
}

/// Rejects a proposal. Where a program's key does, the record names the key.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/reject", operation_id = "proposals_reject", tag = "proposals", request_body = Rejecting,
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Rejected", body = ProposalView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn reject(
    State(server): State<Server>,
    caller: Caller,
    Named(proposal): Named,
    Sent(rejecting): Sent<Rejecting>,
) -> Result<Json<ProposalView>, Problem> {
    server
        .work(move |house| {
            let (_, found) = caller.proposal(house, &proposal, Right::Approve)?;
            if rejecting.reason.trim().is_empty() {
                return Err(Problem::invalid("reason", "say why"));
            }
            let (id, name) = (found.id(), caller.person.name.as_str());
            let through = caller.through();
            let answer = kept(house, |keeper| {
                Ok(keeper.reject_through(id, name, &rejecting.reason, through.as_deref())?)
            })?;
            if let Answer::Refused(refusal) = answer {
                return Err(Problem::conflict(refusal.reason.code(), refusal.reason.to_string()));
            }
            let after = house.store().reading().recommendation(id)?.ok_or_else(Problem::not_found)?;
            Ok(Json(ProposalView::of(house, &after)?))
        })
        .await
}
