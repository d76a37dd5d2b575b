//! `PUT` and `DELETE /api/v1/households/{household}/model-portfolio`: a household follows a model portfolio, or its own target.

use axum::extract::State;
use axum::http::StatusCode;
use rebalance::books::access::Right;
use serde::Deserialize;
use utoipa::ToSchema;

use super::super::kept;
use crate::asked::{Named, Sent};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// Which.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Follow {
    /// Name of the model portfolio.
    model_portfolio: String,
}

/// A household follows a model portfolio from now on: its document takes the target over, now and whenever a version is published. A plan that waits is
/// superseded where the target is another one.
#[utoipa::path(put, path = "/api/v1/households/{household}/model-portfolio", operation_id = "households_follow", tag = "model portfolios",
    params(("household" = String, Path, description = "Id of the household")), request_body = Follow,
    responses((status = 204, description = "It follows"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn follow(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Sent(which): Sent<Follow>,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            kept(house, |keeper| {
                if keeper.model_portfolio(&which.model_portfolio)?.is_none() {
                    let detail = format!("there is no model portfolio `{}`", which.model_portfolio);
                    return Err(Problem::invalid("model_portfolio", detail));
                }
                Ok(keeper.follow_model(&household, &caller.person.name, &which.model_portfolio)?)
            })?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}

/// A household follows no model portfolio any more. Its target stays as it is until somebody changes it.
#[utoipa::path(delete, path = "/api/v1/households/{household}/model-portfolio", operation_id = "households_unfollow",
    tag = "model portfolios", params(("household" = String, Path, description = "Id of the household")),
    responses((status = 204, description = "It follows none"),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn unfollow(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
) -> Result<StatusCode, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Write)?;
            kept(house, |keeper| Ok(keeper.unfollow_model(&household, &caller.person.name)?))?;
            Ok(StatusCode::NO_CONTENT)
        })
        .await
}
