//! `GET /api/v1/households/{household}/gains`: what was realised, lot by lot.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, Gain};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use crate::amount::Amount;
use crate::asked::{Asked, Named, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A realised gain or loss of one lot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct GainView {
    /// The sale.
    transaction: String,
    /// Which lot was sold.
    lot_id: String,
    /// Day of purchase, where known.
    acquired: Option<String>,
    /// Day of sale.
    sold: String,
    /// Shares.
    quantity: Amount,
    /// USD.
    proceeds: Amount,
    /// USD.
    basis: Amount,
    /// USD, negative for a loss, before the wash-sale part of it.
    gain: Amount,
    /// `long` or `short`.
    term: &'static str,
    /// Wash-sale part of a loss, USD.
    disallowed: Amount,
}

impl GainView {
    fn of(gain: Gain) -> GainView {
        GainView {
            transaction: gain.transaction.to_string(),
            lot_id: gain.lot_id,
            acquired: gain.acquired.map(|day| day.to_string()),
            sold: gain.sold.to_string(),
            quantity: Amount(gain.quantity),
            proceeds: Amount(gain.proceeds),
            basis: Amount(gain.basis),
            gain: Amount(gain.gain),
            term: if gain.long_term { "long" } else { "short" },
            disallowed: Amount(gain.disallowed),
        }
    }
}

/// What was realised for a household, lot by lot, oldest first.
#[utoipa::path(get, path = "/api/v1/households/{household}/gains", operation_id = "households_gains", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), Part),
    responses((status = 200, description = "Realised gains and losses", body = Page<GainView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn gains(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<GainView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let all = house.store().reading().gains(household.id)?;
            let (gains, next) = part.of(all, |gain| format!("{}/{}", gain.transaction, gain.lot_id))?;
            Ok(Json(Page { items: gains.into_iter().map(GainView::of).collect(), next }))
        })
        .await
}
