//! `GET /api/v1/households/{household}/drift-history`: how far it had drifted, look by look.

use axum::Json;
use axum::extract::State;
use jiff::Timestamp;
use rebalance::books::access::Right;
use rebalance::books::{Books, DriftPoint};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use super::Since;
use crate::amount::{Amount, Moment};
use crate::asked::{Asked, Named, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// One look.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Look {
    /// When.
    at: Moment,
    /// Sum of the absolute deviations of the class weights (18).
    absolute: Amount,
    /// The largest of them.
    largest: Amount,
    /// Classes outside their bands.
    breaches: u32,
    /// Whether something was to be done.
    act: bool,
    /// Why, or why not.
    why: String,
}

impl Look {
    fn of(point: DriftPoint) -> Look {
        Look {
            at: Moment(point.at),
            absolute: Amount(point.absolute),
            largest: Amount(point.largest),
            breaches: point.breaches,
            act: point.act,
            why: point.why,
        }
    }
}

/// How far a household had drifted, look by look, oldest first.
#[utoipa::path(get, path = "/api/v1/households/{household}/drift-history", operation_id = "households_drift_history", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), Since),
    responses((status = 200, description = "Looks", body = Page<Look>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn drift_history(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(asked): Asked<Since>,
) -> Result<Json<Page<Look>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let now = super::super::kept(house, |keeper| Ok(keeper.world.now()))?;
            let month = jiff::SignedDuration::from_hours(30 * 24);
            let since = asked.since.unwrap_or_else(|| now.saturating_sub(month).unwrap_or(Timestamp::MIN));
            let all = house.store().reading().drift(household.id, since)?;
            let part = Part { after: asked.after, limit: asked.limit };
            let (looks, next) = part.of(all, |point| point.at.to_string())?;
            Ok(Json(Page { items: looks.into_iter().map(Look::of).collect(), next }))
        })
        .await
}
