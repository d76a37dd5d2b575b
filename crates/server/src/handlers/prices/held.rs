//! `GET /api/v1/prices/held`: prices that are held back, each beside the last that was believed.

use axum::Json;
use axum::extract::State;
use rebalance::keeping::HeldPrice;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Page, kept};
use super::tickers_seen;
use crate::amount::{Amount, Moment};
use crate::asked::{Asked, Part};
use crate::caller::Asking;
use crate::problem::Problem;
use crate::serving::Server;

/// A price that nobody is traded on until it is confirmed, or somebody believes it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeldPriceView {
    /// The security.
    ticker: String,
    /// Why, as a word that stays.
    code: &'static str,
    /// The same in words; what looks like a split is told here as well.
    why: &'static str,
    /// USD per share: what has to be named to believe it.
    price_usd: Amount,
    /// The first print of it.
    first_at: Moment,
    /// The newest.
    last_at: Moment,
    /// Later prints that agree with the first.
    confirmations: u32,
    /// The last price that was believed, USD per share.
    good_price_usd: Amount,
    /// Of when that is.
    good_as_of: Moment,
    /// Where it comes from.
    source: String,
}

impl HeldPriceView {
    fn of(held: HeldPrice) -> HeldPriceView {
        HeldPriceView {
            code: held.code.word(),
            why: held.code.words(),
            ticker: held.ticker,
            price_usd: Amount(held.price),
            first_at: Moment(held.first_at),
            last_at: Moment(held.last_at),
            confirmations: held.confirmations,
            good_price_usd: Amount(held.good.price),
            good_as_of: Moment(held.good.as_of),
            source: held.good.source,
        }
    }
}

/// The prices that are held back, of the securities of the households that you may see.
#[utoipa::path(get, path = "/api/v1/prices/held", operation_id = "prices_held", tag = "market", params(Part),
    responses((status = 200, description = "Prices that are held back", body = Page<HeldPriceView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn held(
    State(server): State<Server>,
    asking: Asking,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<HeldPriceView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let mut all = kept(house, |keeper| Ok(keeper.held_prices()?))?;
            if let Some(seen) = tickers_seen(house, &caller)? {
                all.retain(|held| seen.contains(&held.ticker));
            }
            let (held, next) = part.of(all, |held| held.ticker.clone())?;
            Ok(Json(Page { items: held.into_iter().map(HeldPriceView::of).collect(), next }))
        })
        .await
}
