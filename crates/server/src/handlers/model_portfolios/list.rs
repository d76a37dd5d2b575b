//! `GET /api/v1/model-portfolios`: all model portfolios.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::keeping::model_portfolio::ModelPortfolio;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::kept;
use super::{ModelPortfolioView, has_somewhere, must_have_somewhere};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A part of the model portfolios.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ModelPortfolioList {
    /// The entries.
    items: Vec<ModelPortfolioView>,
    /// Send it as `after` for the next part; absent where this is the last one.
    #[serde(skip_serializing_if = "Option::is_none")]
    next: Option<String>,
    /// You may make one.
    may_make: bool,
}

/// All model portfolios, by name, to whoever may see some household.
#[utoipa::path(get, path = "/api/v1/model-portfolios", operation_id = "model_portfolios_list", tag = "model portfolios", params(Part),
    responses((status = 200, description = "Model portfolios", body = ModelPortfolioList),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<ModelPortfolioList>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            must_have_somewhere(house, &caller, Right::Read)?;
            let (all, followers) =
                kept(house, |keeper| Ok((keeper.model_portfolios()?, keeper.followers()?)))?;
            let (models, next) = part.of(all, |model| model.name.clone())?;
            let view = |model: ModelPortfolio| {
                let count = followers.get(&model.name).map_or(0, Vec::len);
                ModelPortfolioView::of(house, &caller, model, count)
            };
            let items = models.into_iter().map(view).collect::<Result<_, _>>()?;
            Ok(Json(ModelPortfolioList {
                items,
                next,
                may_make: has_somewhere(house, &caller, Right::Write)?,
            }))
        })
        .await
}
