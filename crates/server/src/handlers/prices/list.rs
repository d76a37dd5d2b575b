//! `GET /api/v1/prices`: the prices on record, and what stands against each.

use axum::Json;
use axum::extract::State;
use rebalance::keeping::sources::PriceStanding;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Page, kept};
use super::tickers_seen;
use crate::amount::{Amount, Moment};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A price on record.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PriceView {
    /// The security.
    ticker: String,
    /// USD per share; absent where none was ever taken.
    price_usd: Option<Amount>,
    /// Where it comes from.
    source: Option<String>,
    /// Of when it is.
    as_of: Option<Moment>,
    /// Why it can't be traded on.
    finding: Option<String>,
}

impl PriceView {
    fn of(one: PriceStanding) -> PriceView {
        PriceView {
            ticker: one.ticker,
            price_usd: one.point.as_ref().map(|point| Amount(point.price)),
            source: one.point.as_ref().map(|point| point.source.clone()),
            as_of: one.point.map(|point| Moment(point.as_of)),
            finding: one.unusable.map(|finding| finding.words),
        }
    }
}

/// The prices of the securities of the households that you may see, and what stands against each.
#[utoipa::path(get, path = "/api/v1/prices", operation_id = "prices", tag = "market", params(Part),
    responses((status = 200, description = "Prices", body = Page<PriceView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn list(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<PriceView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let mut all = kept(house, |keeper| Ok(keeper.prices_standing()?))?;
            if let Some(seen) = tickers_seen(house, &caller)? {
                all.retain(|one| seen.contains(&one.ticker));
            }
            let (prices, next) = part.of(all, |one| one.ticker.clone())?;
            Ok(Json(Page { items: prices.into_iter().map(PriceView::of).collect(), next }))
        })
        .await
}
