//! `GET /api/v1/households/{household}/drift`: how far it has drifted now, class by class.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::documents::DriftView;
use super::super::kept;
use super::at_now;
use crate::asked::Named;
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// The drift of a household; none where it holds nothing yet.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DriftNow {
    /// At the prices of now.
    drift: Option<DriftView>,
}

/// How far a household has drifted at the prices of now.
#[utoipa::path(get, path = "/api/v1/households/{household}/drift", operation_id = "households_drift", tag = "households",
    params(("household" = String, Path, description = "Id of the household")),
    responses((status = 200, description = "Its drift", body = DriftNow),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drift(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
) -> Result<Json<DriftNow>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let now = kept(house, |keeper| at_now(keeper, &household))?;
            Ok(Json(DriftNow { drift: now.map(|(_, report, _)| DriftView::of(&report)) }))
        })
        .await
}
