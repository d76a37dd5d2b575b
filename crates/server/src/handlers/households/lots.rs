//! `GET /api/v1/households/{household}/lots`: every tax lot.

use axum::Json;
use axum::extract::State;
use rebalance::books::access::Right;
use rebalance::books::{Books, HeldLot};
use serde::Serialize;
use utoipa::ToSchema;

use super::super::Page;
use crate::amount::Amount;
use crate::asked::{Asked, Named, Part};
use crate::caller::Caller;
use crate::problem::Problem;
use crate::serving::Server;

/// A tax lot.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LotView {
    /// Where.
    account_id: String,
    /// Of what.
    ticker: String,
    /// Its name.
    lot_id: String,
    /// Shares.
    quantity: Amount,
    /// Day of purchase, where known.
    acquired: Option<String>,
    /// USD per share.
    basis_per_share: Amount,
}

impl LotView {
    fn of(lot: HeldLot) -> LotView {
        LotView {
            account_id: lot.account_id,
            ticker: lot.ticker,
            lot_id: lot.lot_id,
            quantity: Amount(lot.quantity),
            acquired: lot.acquired.map(|day| day.to_string()),
            basis_per_share: Amount(lot.basis_per_share),
        }
    }
}

/// Every tax lot of a household, by account, ticker and lot.
#[utoipa::path(get, path = "/api/v1/households/{household}/lots", operation_id = "households_lots", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), Part),
    responses((status = 200, description = "Lots", body = Page<LotView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn lots(
    State(server): State<Server>,
    caller: Caller,
    Named(household): Named,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<LotView>>, Problem> {
    server
        .work(move |house| {
            let household = caller.household(house, &household, Right::Read)?;
            let reading = house.store().reading();
            let all = match reading.portfolio(household.id)? {
                Some(kept) => reading.lots(kept.id)?,
                None => Vec::new(),
            };
            let (lots, next) = part.of(all, |lot| lot.lot_id.clone())?;
            Ok(Json(Page { items: lots.into_iter().map(LotView::of).collect(), next }))
        })
        .await
}
