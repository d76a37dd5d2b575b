//! The household as the market has it now: yesterday's document with today's prices.
//!
//! In: a checked [`Portfolio`] and what is new: the day, prices with their spreads, σ_market, the last rebalance.
//! Out: a portfolio that [`crate::monitor()`] can judge. So τ follows live volatility, costs and time. Invariants: the
//! new portfolio keeps what [`portfolio::read`] promises (prices positive and bounded, V positive, no step back in
//! time), or there is an error and no portfolio; prices of what the household does not list are passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::money::{PRICE_MAX, written};
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;

use crate::volatility::Volatility;

/// The widest spread that is taken for one, basis points: the bid is a third of the ask.
const SPREAD_BPS_MAX: Decimal = dec!(10000);

/// A price as a feed has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Price {
    /// USD per share.
    pub usd: Decimal,
    /// Full bid-ask spread, basis points of the price; what the document says where it is not known.
    pub spread_bps: Option<Decimal>,
    /// When it was taken.
    pub as_of: Timestamp,
}

/// What is new since the document.
#[derive(Debug, Clone, Default)]
pub struct Live {
    /// The day in New York; the document's where it is not given.
    pub day: Option<Date>,
    /// By ticker.
    pub prices: BTreeMap<String, Price>,
    /// σ_market; the document's where it is not known.
    pub volatility: Option<Volatility>,
    /// When the household was last rebalanced; the document's where it was not since.
    pub last_rebalance: Option<Date>,
}

/// Why there is no portfolio as of now.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LiveError {
    /// Zero, negative or beyond every limit.
    #[error("{usd} is no price of `{ticker}`: it lies above 0 and at most at {PRICE_MAX}")]
    NoPrice {
        /// The security.
        ticker: String,
        /// What was given.
        usd: Decimal,
    },
    /// A spread that no market has.
    #[error("{spread_bps} basis points are no spread of `{ticker}`: it lies between 0 and {SPREAD_BPS_MAX}")]
    NoSpread {
        /// The security.
        ticker: String,
        /// What was given.
        spread_bps: Decimal,
    },
    /// The document is of a later day.
    #[error("the holdings are of {as_of} and the prices of {day}: holdings are not looked at in their past")]
    Past {
        /// The document's day.
        as_of: Date,
        /// The day given.
        day: Date,
    },
    /// Debts are worth more than what is held.
    #[error("at these prices the household is worth {} USD, and weights need a positive value", written(*value_usd))]
    NoValue {
        /// V, USD.
        value_usd: Decimal,
    },
}

/// The portfolio at the prices of now.
///
/// # Errors
/// [`LiveError`].
///
/// # Source
/// Design document (2) and claim 3: the threshold follows volatility, costs, and time since the last rebalance.
pub fn live(mut portfolio: Portfolio, new: &Live) -> Result<Portfolio, LiveError> {
    if let Some(day) = new.day {
        if day < portfolio.as_of {
            return Err(LiveError::Past { as_of: portfolio.as_of, day });
        }
        portfolio.as_of = day;
    }
    for security in &mut portfolio.securities {
        let Some(price) = new.prices.get(&security.ticker) else { continue };
        if price.usd <= Decimal::ZERO || price.usd > PRICE_MAX {
            return Err(LiveError::NoPrice { ticker: security.ticker.clone(), usd: price.usd });
        }
        security.price = price.usd;
        security.price_as_of = Some(price.as_of.to_string());
        if let Some(spread_bps) = price.spread_bps {
            if spread_bps < Decimal::ZERO || spread_bps > SPREAD_BPS_MAX {
                return Err(LiveError::NoSpread { ticker: security.ticker.clone(), spread_bps });
            }
            security.spread_bps = spread_bps;
        }
    }
    let rebalanced = portfolio.monitoring.last_rebalance.max(new.last_rebalance);
    portfolio.monitoring.last_rebalance = rebalanced;
    if let Some(volatility) = new.volatility {
        portfolio = volatility.applied(portfolio);
    }
    let value_usd = portfolio.value();
    if value_usd <= Decimal::ZERO {
        return Err(LiveError::NoValue { value_usd });
    }
    Ok(portfolio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{monitor, volatility};
    use jiff::civil::date;

    fn household() -> Portfolio {
        let text = r#"{"as_of": "2026-08-20", "cash": -30, "target_allocation": {"S": 0.6, "Cash": 0.4},
          "holdings": [{"ticker": "A", "asset_class": "S", "current_price": 1, "kind": "etf", "spread_bps": 4,
                        "lots": [{"lot_id": "1", "quantity": 100, "cost_basis_per_share": 1}]}]}"#;
        portfolio::read(text).unwrap()
    }

    fn at(usd: Decimal, spread_bps: Option<Decimal>) -> Live {
        let as_of = "2026-11-20T15:00:00Z".parse().unwrap();
        let prices = ["A", "OTHER"].map(|ticker| (ticker.to_owned(), Price { usd, spread_bps, as_of }));
        Live { day: Some(date(2026, 11, 20)), prices: prices.into(), ..Live::default() }
    }

    #[test]
    fn the_band_follows_volatility_costs_and_time() {
        let before = monitor(&household()).classes[0].tolerance.clone();
        assert_eq!(before.tau.0, dec!(0.0358));
        let new = Live {
            volatility: Some(volatility::of_vix(dec!(30)).unwrap()),
            last_rebalance: Some(date(2026, 8, 20)),
            ..at(dec!(1.5), Some(dec!(10)))
        };
        let now = live(household(), &new).unwrap();
        let report = monitor(&now);
        // 0.03 + 0.10·0.30 + 2·0.001 − 0.02·0.5 − 0.001·3
        assert_eq!(report.classes[0].tolerance.tau.0, dec!(0.049));
        assert_eq!(report.value_usd.0, dec!(120));
        assert_eq!(now.securities[0].price_as_of.as_deref(), Some("2026-11-20T15:00:00Z"));
        assert_eq!(report.as_of, "2026-11-20");
    }

    #[test]
    fn what_can_not_be_is_refused() {
        let refused = |new: Live| live(household(), &new).unwrap_err().to_string();
        assert_eq!(
            refused(at(dec!(0), None)),
            "0 is no price of `A`: it lies above 0 and at most at 1000000000"
        );
        assert_eq!(
            refused(at(dec!(1), Some(dec!(-1)))),
            "-1 basis points are no spread of `A`: it lies between 0 and 10000"
        );
        assert_eq!(
            refused(at(dec!(0.3), None)),
            "at these prices the household is worth 0.00 USD, and weights need a positive value"
        );
        let past = Live { day: Some(date(2026, 8, 19)), ..Live::default() };
        assert_eq!(
            refused(past),
            "the holdings are of 2026-08-20 and the prices of 2026-08-19: holdings are not looked at in their past"
        );
    }

    #[test]
    fn nothing_new_changes_nothing() {
        let same = live(household(), &Live::default()).unwrap();
        assert_eq!(monitor(&same), monitor(&household()));
    }
}
