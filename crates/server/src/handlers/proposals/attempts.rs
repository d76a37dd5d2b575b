//! `GET /api/v1/proposals/{proposal}/attempts`: every plan of a proposal.

use axum::Json;
use axum::extract::State;
use rebalance::books::Books;
use rebalance::books::access::Right;
use serde::Serialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::super::Page;
use crate::amount::Moment;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttemptView {
    /// From 1.
    attempt: u32,
    /// The version of the portfolio that it was made for, by id.
    portfolio: String,
    /// Who proposed: `solver`, `model:NAME`, `hybrid:NAME`.
    planner: String,
    /// Binds portfolio and trades.
    plan_hash: String,
    /// When.
    at: Moment,
    /// The plan document, byte for byte.
    #[schema(value_type = Object)]
    plan: Box<RawValue>,
}

/// Every plan of a proposal, in order.
#[utoipa::path(get, path = "/api/v1/proposals/{proposal}/attempts", operation_id = "proposals_attempts", tag = "proposals",
    params(("proposal" = String, Path, description = "Id of the proposal")),
    responses((status = 200, description = "Plans", body = Page<AttemptView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn attempts(
    State(server): State<Server>,
    asking: Asking,
    Named(proposal): Named,
) -> Result<Json<Page<AttemptView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let (_, found) = caller.proposal(house, &proposal, Right::Read)?;
            let mut items = Vec::new();
            for attempt in house.store().reading().attempts(found.id())? {
                items.push(AttemptView {
                    attempt: attempt.attempt,
                    portfolio: attempt.portfolio.to_string(),
                    planner: attempt.planner,
                    plan_hash: attempt.plan_hash,
                    at: Moment(attempt.at),
                    plan: RawValue::from_string(attempt.document).map_err(|_| Problem::defect())?,
                });
            }
            Ok(Json(Page { items, next: None }))
        })
        .await
}
