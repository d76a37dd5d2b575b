//! What fills were worse than the price at arrival, by security; and what is believed of its spread from then on.
//!
//! In: fills as they are taken in, with the price on record when their order was sent and the spread that was believed. Out: the spread that
//! documents are priced with from then on. Invariants: of 60 fills the older 30 make a guess and the newer 30 judge it, against what is
//! believed now; what predicts no better replaces nothing; every replacement is on record with its figures.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use portfolio::household::SecurityKind;
use portfolio::{Decimal, Portfolio, Side};
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::Keeper;
use super::failure::KeepingError;
use super::prices::MARKET;
use crate::books::{Books, Change, Entry, Fill, Order, Record, Setting};
use crate::costs::sent_at;

/// The name of the believed spreads among the settings of the market.
pub(super) const SPREADS: &str = "spreads";
/// Fills that make a guess, and as many that judge it.
const WINDOW: usize = 30;
/// How long before an order its price, and after it a fill, may be for what is between them to be the spread.
const SOON: SignedDuration = SignedDuration::from_mins(15);
/// Basis points of half a spread, at most.
const HALF_BPS_MAX: i64 = 5_000;
/// Digits after the point of basis points.
const BPS_DIGITS: u32 = 4;

/// Spreads by security, basis points, that replace those of documents.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Spreads {
    pub(super) by_ticker: BTreeMap<String, Decimal>,
}

/// The last fills of a security, oldest first.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Slippages {
    fills: Vec<Slippage>,
}

/// One fill, basis points of the price at arrival.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Slippage {
    /// What it was worse.
    seen: Decimal,
    /// Half the spread that was believed when it came.
    believed: Decimal,
}

/// A guess at half the spread of a security, beside what was believed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Refit {
    /// Basis points: the median of the older fills.
    pub half_bps: Decimal,
    /// By how much it missed the newer fills, basis points on average.
    pub error: Decimal,
    /// By how much what was believed missed them.
    pub error_believed: Decimal,
}

impl Refit {
    /// Whether it predicts better than what was believed.
    #[must_use]
    pub fn is_better(&self) -> bool {
        self.error < self.error_believed
    }
}

impl Slippages {
    /// Fills that are kept.
    #[must_use]
    pub fn count(&self) -> usize {
        self.fills.len()
    }

    /// The median of what fills were worse, basis points; `None` without any.
    #[must_use]
    pub fn median(&self) -> Option<Decimal> {
        median(self.fills.iter().map(|fill| fill.seen).collect())
    }

    fn take(&mut self, fill: Slippage) {
        self.fills.push(fill);
        let more = self.fills.len().saturating_sub(2 * WINDOW);
        self.fills.drain(..more);
    }

    /// The guess of the older half, judged by the newer; `None` before there are enough fills.
    #[must_use]
    pub fn refit(&self) -> Option<Refit> {
        if self.fills.len() < 2 * WINDOW {
            return None;
        }
        let (older, newer) = self.fills.split_at(WINDOW);
        let guess = median(older.iter().map(|fill| fill.seen).collect())?;
        let half_bps = guess.clamp(Decimal::ZERO, Decimal::from(HALF_BPS_MAX)).round_dp(BPS_DIGITS);
        let mean = |of: &dyn Fn(&Slippage) -> Decimal| {
            let sum = newer.iter().map(of).fold(Decimal::ZERO, Decimal::saturating_add);
            (sum / Decimal::from(newer.len())).round_dp(BPS_DIGITS)
        };
        // What is believed now, not what was when each came: a guess that counts already is measured like any other.
        let believed = newer.last()?.believed;
        Some(Refit {
            half_bps,
            error: mean(&|fill| (fill.seen - half_bps).abs()),
            error_believed: mean(&|fill| (fill.seen - believed).abs()),
        })
    }
}

impl Keeper<'_> {
    /// The entry of a fill with what it teaches about the spread of its security. Only a fill soon after a price and its order does: what comes later
    /// is the market's move, and a mutual fund has no spread.
    pub(super) fn with_lesson(
        &self,
        entry: Entry,
        read: &Portfolio,
        order: &Order,
        fill: &Fill,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let reading = self.books.reading();
        let security = read.securities.iter().find(|security| security.ticker == order.ticker);
        let arrival = reading.price(&order.ticker, sent_at(order))?;
        let (Some(security), Some(arrival)) = (security, arrival) else { return Ok(entry) };
        let sent = sent_at(order);
        let is_soon = sent.duration_since(arrival.as_of) <= SOON && fill.at.duration_since(sent) <= SOON;
        if !is_soon || security.kind == SecurityKind::MutualFund {
            return Ok(entry);
        }
        let believed = security.spread_bps / Decimal::TWO;
        let Some(seen) = worse_bps(order.side, arrival.price, fill.price) else { return Ok(entry) };
        let (mut slippages, version) = slippages_of(self.books, &order.ticker)?;
        slippages.take(Slippage { seen, believed });
        let kept = Setting {
            scope: MARKET.to_owned(),
            name: name_of(&order.ticker),
            value: serde_json::to_string(&slippages)?,
            version: version + 1,
            at: now,
        };
        let entry = entry.with(Change::Setting(kept));
        let better = slippages.refit().filter(Refit::is_better);
        let believing = better.map(|refit| self.believing(&order.ticker, &refit, now)).transpose()?;
        Ok(believing.flatten().into_iter().fold(entry, Entry::and))
    }

    /// The entry that replaces what is believed; `None` where that is it already.
    fn believing(&self, ticker: &str, refit: &Refit, now: Timestamp) -> Result<Option<Entry>, KeepingError> {
        let (version, spreads) = self.of_market(SPREADS, &self.market.spreads)?;
        let spread_bps = (refit.half_bps * Decimal::TWO).normalize();
        if spreads.by_ticker.get(ticker) == Some(&spread_bps) {
            return Ok(None);
        }
        let mut spreads = Spreads::clone(&spreads);
        let before = spreads.by_ticker.insert(ticker.to_owned(), spread_bps);
        let body = json!({
            "ticker": ticker, "spread_bps": spread_bps, "before": before, "fills": WINDOW,
            "error_bps": refit.error, "error_bps_before": refit.error_believed,
        });
        let (kind, actor) = ("spread_refit".to_owned(), "costs".to_owned());
        let record =
            Record { kind, at: now, household: None, subject: String::new(), actor, body: body.to_string() };
        let value = serde_json::to_string(&spreads)?;
        let (scope, name) = (MARKET.to_owned(), SPREADS.to_owned());
        let setting = Setting { scope, name, value, version: version + 1, at: now };
        Ok(Some(Entry::new(record).with(Change::Setting(setting))))
    }
}

/// The last fills of a security, and the version of that setting.
///
/// # Errors
/// [`KeepingError`].
pub fn slippages_of(books: &dyn Books, ticker: &str) -> Result<(Slippages, u64), KeepingError> {
    let Some(setting) = books.reading().setting(MARKET, &name_of(ticker))? else {
        return Ok((Slippages::default(), 0));
    };
    let slippages = serde_json::from_str(&setting.value)
        .map_err(|error| KeepingError::MarketSetting { name: "slippage", detail: error.to_string() })?;
    Ok((slippages, setting.version))
}

fn name_of(ticker: &str) -> String {
    format!("slippage {ticker}")
}

/// What a fill was worse than the price at arrival, basis points of it.
fn worse_bps(side: Side, arrival: Decimal, price: Decimal) -> Option<Decimal> {
    let worse = match side {
        Side::Buy => price.checked_sub(arrival)?,
        Side::Sell => arrival.checked_sub(price)?,
    };
    let bps = worse.checked_mul(Decimal::from(10_000))?.checked_div(arrival)?;
    let most = Decimal::from(10_000);
    Some(bps.clamp(-most, most).round_dp(BPS_DIGITS))
}

fn median(mut all: Vec<Decimal>) -> Option<Decimal> {
    all.sort_unstable();
    let (lower, upper) = (all.get(all.len().checked_sub(1)? / 2)?, all.get(all.len() / 2)?);
    Some((lower + upper) / Decimal::TWO)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    fn filled(seen: impl Iterator<Item = Decimal>, believed: Decimal) -> Slippages {
        let mut slippages = Slippages::default();
        seen.for_each(|seen| slippages.take(Slippage { seen, believed }));
        slippages
    }

    #[test]
    fn sixty_fills_judge_a_guess_that_no_bad_fill_moves() {
        let noisy = |n: u32| match n % 10 {
            0 => dec!(400),
            n => dec!(3) + Decimal::from(n) / dec!(10),
        };
        assert_eq!(filled((0..59).map(noisy), dec!(0)).refit(), None);
        let refit = filled((0..60).map(noisy), dec!(0)).refit().unwrap();
        assert_eq!(refit.half_bps, dec!(3.55));
        assert!(refit.error < refit.error_believed, "{refit:?}");
    }

    #[test]
    fn what_was_believed_stays_where_it_predicts_as_well() {
        let slippages = filled((0..60).map(|_| dec!(2)), dec!(2));
        let refit = slippages.refit().unwrap();
        assert_eq!((refit.half_bps, refit.error, refit.error_believed), (dec!(2), dec!(0), dec!(0)));
        // A spread that has narrowed since: the guess of the older half is worse than what was believed.
        let narrowed = filled((0..60).map(|n| if n < 30 { dec!(9) } else { dec!(2) }), dec!(4));
        let refit = narrowed.refit().unwrap();
        assert!(refit.error > refit.error_believed, "{refit:?}");
    }

    #[test]
    fn worse_is_positive_either_way() {
        assert_eq!(worse_bps(Side::Buy, dec!(100), dec!(100.05)), Some(dec!(5)));
        assert_eq!(worse_bps(Side::Sell, dec!(100), dec!(99.95)), Some(dec!(5)));
        assert_eq!(worse_bps(Side::Buy, dec!(0), dec!(1)), None);
        assert_eq!(median(vec![]), None);
        assert_eq!(median(vec![dec!(3), dec!(1)]), Some(dec!(2)));
    }
}
