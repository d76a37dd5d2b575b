//! `DELETE /api/v1/model-portfolios/{model}`: a model portfolio that nobody follows is removed.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::Right;

use super::super::kept;
use super::{must_have_somewhere, must_publish};
use crate::asked::Named;
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Removes a model portfolio that nobody follows. What was published stays on record; its versions go on where one of that name is published anew.
///
/// Its maker may, and whoever may change every household.
#[utoipa::path(delete, path = "/api/v1/model-portfolios/{model}", operation_id = "model_portfolios_remove", tag = "model portfolios",
    params(("model" = String, Path, description = "Name of the model portfolio")),
    responses((status = 204, description = "It is there no more"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn remove(
    State(server): State<Server>,
    caller: Caller,
    Named(model): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            must_have_somewhere(house, &caller, Right::Write)?;
            kept(house, |keeper| {
                let present = keeper.model_portfolio(&model)?.ok_or_else(Problem::not_found)?;
                must_publish(&caller, Some(&present))?;
                Ok(keeper.remove_model(&model, &caller.person.name)?)
            })?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
