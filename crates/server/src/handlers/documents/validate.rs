//! `POST /api/v1/validate`: every rule that a plan breaks, whoever made it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use serde_json::value::RawValue;
use utoipa::ToSchema;

use super::{WhatIf, judged};
use crate::asked::Sent;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A plan and the portfolio that it is for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanForDocument {
    /// The portfolio document.
    #[schema(value_type = Object)]
    document: Box<RawValue>,
    /// A plan, or the rows of one: an object with `trades`.
    #[schema(value_type = Object)]
    plan: Box<RawValue>,
}

/// Judges a plan for a portfolio that you send along by every rule: what it breaks, what is worth knowing, and what it comes to. Nothing of
/// it is kept.
#[utoipa::path(post, path = "/api/v1/validate", operation_id = "documents_validate", tag = "documents", request_body = PlanForDocument,
    responses((status = 200, description = "The verdict", body = WhatIf),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn validate(
    State(server): State<Server>,
    _caller: Caller,
    Sent(sent): Sent<PlanForDocument>,
) -> Result<Json<WhatIf>, Problem> {
    let judged = server.work(move |_| judged(sent.document.get(), sent.plan.get())).await;
    judged.map(Json)
}
