//! `POST /api/v1/proposals/{proposal}/retry`: a new plan over what a broker left undone.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::ProposalView;
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// What trying again came to.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Retried {
    /// `offered` where a new plan waits, `ended` where nothing is left or no plan can be made, `later` where the household may not trade at
    /// this hour: the service tries again as soon as it may.
    outcome: &'static str,
    /// In words.
    why: String,
    /// The proposal by now.
    proposal: ProposalView,
}

/// Plans anew over what the broker left undone, for a proposal whose execution has failed.
#[utoipa::path(post, path = "/api/v1/proposals/{proposal}/retry", operation_id = "proposals_retry", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "What it came to", body = Retried),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn retry(
    State(server): State<Server>,
    caller: Caller,
    Named(proposal): Named,
) -> Result<Json<Retried>, Problem> {
    server
        .work(move |house| {
            let (_, found) = caller.proposal(house, &proposal, Right::Write)?;
            let done = kept(house, |keeper| Ok(keeper.plan_again(found.id())?))?;
            let after =
                house.store().reading().recommendation(found.id())?.ok_or_else(Problem::not_found)?;
            let outcome = match (&done, after.state()) {
                (_, rebalance::life::State::PendingApproval) => "offered",
                (None, _) => "later",
                (Some(_), _) => "ended",
            };
            let why = done.map_or_else(
                || "the market is closed, the household may not trade at this hour, or its prices can't be traded on".to_owned(),
                |done| done.words,
            );
            Ok(Json(Retried { outcome, why, proposal: ProposalView::of(house, &after)? }))
        })
        .await
}
