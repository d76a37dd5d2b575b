//! `GET /api/v1/model-portfolios/{model}`: one model portfolio.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;

use super::super::kept;
use super::{ModelPortfolioView, must_have_somewhere};
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// One model portfolio.
#[utoipa::path(get, path = "/api/v1/model-portfolios/{model}", operation_id = "model_portfolios_show", tag = "model portfolios",
    params(("model" = String, Path, description = "Name of the model portfolio")),
    responses((status = 200, description = "The model portfolio", body = ModelPortfolioView),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn show(
    State(server): State<Server>,
    asking: Asking,
    Named(model): Named,
) -> Result<Json<ModelPortfolioView>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            must_have_somewhere(house, &caller, Right::Read)?;
            let (found, mut followers) =
                kept(house, |keeper| Ok((keeper.model_portfolio(&model)?, keeper.followers()?)))?;
            let found = found.ok_or_else(Problem::not_found)?;
            let count = followers.remove(&model).map_or(0, |of_it| of_it.len());
            Ok(Json(ModelPortfolioView::of(house, &caller, found, count)?))
        })
        .await
}
