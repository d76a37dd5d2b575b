//! `GET /api/v1/households/{household}/lots`: every tax lot, with what it is worth at the prices of now.
//!
//! Invariant: a lot without a price that is known has no value and no gain, rather than one that was made up.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use jiff::civil::Date;
use portfolio::money::cents;
use portfolio::{Decimal, Portfolio};
use rebalance::books::HeldLot;
use rebalance::books::access::Right;
use rebalance::keeping::document::held;
use serde::Serialize;
use utoipa::ToSchema;

use super::super::{Page, kept};
use crate::amount::Amount;
use crate::asked::{Asked, Named, Part};
use crate::caller::Asking;
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
    /// The class of its security.
    class: Option<String>,
    /// What it is worth at the price of now, USD, to the cent.
    value_usd: Option<Amount>,
    /// What a sale of all of it now would gain before wash sales and costs, USD, to the cent; a loss is below 0.
    gain_usd: Option<Amount>,
    /// `long` or `short`: the term of a sale today.
    term: &'static str,
}

/// What a security is, and its price of now, by ticker; with the day.
struct Priced<'a> {
    day: Date,
    securities: HashMap<&'a str, (&'a str, Decimal)>,
}

impl Priced<'_> {
    fn of(now: &Portfolio) -> Priced<'_> {
        let securities = now
            .securities
            .iter()
            .map(|one| (one.ticker.as_str(), (one.asset_class.as_str(), one.price)))
            .collect();
        Priced { day: now.as_of, securities }
    }
}

impl LotView {
    fn of(lot: HeldLot, priced: Option<&Priced<'_>>) -> LotView {
        let security = priced.and_then(|priced| priced.securities.get(lot.ticker.as_str()));
        let worth = |price: Decimal| lot.quantity.checked_mul(price).map(|usd| Amount(cents(usd)));
        let is_long = match (lot.acquired, priced) {
            (Some(acquired), Some(priced)) => tax::holding::is_long_term(acquired, priced.day),
            _ => lot.stated_long_term.unwrap_or(false),
        };
        LotView {
            class: security.map(|(class, _)| (*class).to_owned()),
            value_usd: security.and_then(|(_, price)| worth(*price)),
            gain_usd: security.and_then(|(_, price)| worth(price.checked_sub(lot.basis_per_share)?)),
            term: if is_long { "long" } else { "short" },
            account_id: lot.account_id,
            ticker: lot.ticker,
            lot_id: lot.lot_id,
            quantity: Amount(lot.quantity),
            acquired: lot.acquired.map(|day| day.to_string()),
            basis_per_share: Amount(lot.basis_per_share),
        }
    }
}

/// Every tax lot of a household at the prices of now, by account, ticker and lot.
#[utoipa::path(get, path = "/api/v1/households/{household}/lots", operation_id = "households_lots", tag = "households",
    params(("household" = String, Path, description = "Id of the household"), Part),
    responses((status = 200, description = "Lots", body = Page<LotView>),
        (status = "default", description = "Why not", body = Problem, content_type = "application/problem+json")))]
pub(crate) async fn lots(
    State(server): State<Server>,
    asking: Asking,
    Named(household): Named,
    Asked(part): Asked<Part>,
) -> Result<Json<Page<LotView>>, Problem> {
    server
        .work_for(asking, move |house, caller| {
            let household = caller.household(house, &household, Right::Read)?;
            let now = kept(house, |keeper| Ok(keeper.as_of_now(&household)?))?;
            // In the shares of now, as the prices are.
            let accounts = now.as_ref().map(held).unwrap_or_default();
            let mut all: Vec<HeldLot> = accounts.into_iter().flat_map(|account| account.lots).collect();
            all.sort_by(|a, b| {
                (&a.account_id, &a.ticker, &a.lot_id).cmp(&(&b.account_id, &b.ticker, &b.lot_id))
            });
            let (lots, next) = part.of(all, |lot| lot.lot_id.clone())?;
            let priced = now.as_ref().map(Priced::of);
            let items = lots.into_iter().map(|lot| LotView::of(lot, priced.as_ref())).collect();
            Ok(Json(Page { items, next }))
        })
        .await
}
