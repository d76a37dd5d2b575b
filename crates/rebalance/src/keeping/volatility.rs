//! How much the market moves now: σ of the band of each class, from what was taken for prices.
//!
//! In: prices as they are taken. Out: the closes of a security that stands for the market, kept with them; and σ, from the level of the VIX where a source
//! gives it, else from those closes. Invariants: only sessions that are over count; without either the document's σ stays.

use std::collections::BTreeMap;

use ingest::{Bar, Quote, Split};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use monitor::volatility::{self, Volatility, Weighing};
use portfolio::Decimal;
use portfolio::exchange::eastern;
use serde::{Deserialize, Serialize};

use super::Keeper;
use super::failure::KeepingError;
use super::prices::MARKET;
use crate::books::{Change, Setting};

/// What stands for the market, the first that a source tells.
///
/// # Source
/// House decision (2026-11-26): the widest funds on US stocks that households hold.
pub(super) const FOR_MARKET: [&str; 6] = ["SPY", "VTI", "VOO", "IVV", "ITOT", "SCHB"];
/// Names of the VIX in feeds.
pub(super) const VIX: [&str; 3] = ["VIX", "^VIX", "$VIX"];
/// A level of the VIX is one of its time for so long.
const VIX_AGE_MAX: SignedDuration = SignedDuration::from_hours(4 * 24);
/// The name of the closes among the settings of the market.
const CLOSES: &str = "closes";
/// Closes that are kept: half a year.
const KEPT_MAX: usize = 126;

/// Closes of what stands for the market, the last of them of a session that may be under way.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Closes {
    ticker: String,
    days: Vec<(Date, Decimal)>,
}

impl Closes {
    fn take(&mut self, ticker: &str, day: Date, price: Decimal) {
        if self.ticker != ticker {
            *self = Closes { ticker: ticker.to_owned(), days: Vec::new() };
        }
        match self.days.last_mut() {
            Some((last, close)) if *last == day => *close = price,
            Some((last, _)) if *last > day => {}
            _ => self.days.push((day, price)),
        }
        let more = self.days.len().saturating_sub(KEPT_MAX);
        self.days.drain(..more);
    }

    /// Puts what was before a split into new shares, unless whoever told the closes has done so.
    fn split(&mut self, split: &Split) {
        if ingest::is_adjusted(self.days.iter().copied(), split) {
            return;
        }
        for (day, close) in &mut self.days {
            if *day < split.day {
                let scaled = close.checked_mul(Decimal::from(split.from));
                *close = scaled.and_then(|c| c.checked_div(Decimal::from(split.to))).unwrap_or(*close);
            }
        }
    }
}

impl Keeper<'_> {
    /// The change that keeps the closes with these prices; nothing where none of them stands for the market.
    pub(super) fn closes_after(
        &self,
        taken: &BTreeMap<&str, &Quote>,
        at: Timestamp,
    ) -> Result<Option<Change>, KeepingError> {
        let (mut closes, version) = self.closes()?;
        // What stands for the market stays that while it is told.
        let kept = std::iter::once(closes.ticker.clone());
        let mut candidates = kept.chain(FOR_MARKET.map(str::to_owned));
        let Some(quote) = candidates.find_map(|ticker| taken.get(ticker.as_str())) else { return Ok(None) };
        let is_other = quote.ticker != closes.ticker;
        if is_other && !closes.ticker.is_empty() && rank(&quote.ticker) >= rank(&closes.ticker) {
            return Ok(None);
        }
        closes.take(&quote.ticker, eastern(quote.as_of).date(), quote.last);
        closes_kept(&closes, version, at).map(Some)
    }

    /// The change that keeps the closes of these bars, where more is known by them than before; nothing else.
    pub(super) fn closes_learnt(
        &self,
        bars: &[Bar],
        splits: &[Split],
        at: Timestamp,
    ) -> Result<Option<Change>, KeepingError> {
        let (known, version) = self.closes()?;
        let has = |ticker: &str| bars.iter().any(|bar| bar.ticker == ticker);
        let Some(ticker) = FOR_MARKET.into_iter().find(|ticker| has(ticker)) else { return Ok(None) };
        if !known.ticker.is_empty() && rank(ticker) > rank(&known.ticker) {
            return Ok(None);
        }
        let mut closes = Closes::default();
        for bar in bars.iter().filter(|bar| bar.ticker == ticker) {
            let before = closes.days.last().map(|(day, _)| *day);
            let is_due = |it: &&Split| {
                it.ticker == ticker && before.is_some_and(|day| day < it.day) && it.day <= bar.day
            };
            splits.iter().filter(is_due).for_each(|it| closes.split(it));
            closes.take(ticker, bar.day, bar.close);
        }
        if known.ticker == ticker {
            known.days.iter().for_each(|(day, close)| closes.take(ticker, *day, *close));
        }
        if closes.days.len() <= known.days.len() && known.ticker == ticker {
            return Ok(None);
        }
        closes_kept(&closes, version, at).map(Some)
    }

    /// The change that keeps the closes in new shares; nothing where they are of another security.
    pub(super) fn closes_in_new_shares(
        &self,
        split: &Split,
        at: Timestamp,
    ) -> Result<Option<Change>, KeepingError> {
        let (mut closes, version) = self.closes()?;
        if closes.ticker != split.ticker {
            return Ok(None);
        }
        closes.split(split);
        closes_kept(&closes, version, at).map(Some)
    }

    /// σ of the market at a time, as far as it is known.
    pub(super) fn volatility(&self, now: Timestamp) -> Result<Option<Volatility>, KeepingError> {
        let names = VIX.map(str::to_owned);
        let mut levels = self.books.reading().prices(&names, now)?;
        levels.sort_by_key(|level| names.iter().position(|name| *name == level.ticker));
        for level in levels {
            if now.duration_since(level.as_of) <= VIX_AGE_MAX
                && let Ok(found) = volatility::of_vix(level.price)
            {
                return Ok(Some(found));
            }
        }
        let (mut closes, _) = self.closes()?;
        let today = eastern(now).date();
        closes.days.retain(|(day, _)| *day < today);
        // Too few closes, or closes that are none, are no σ.
        Ok(volatility::of_history(&closes.days, Weighing::default()).ok())
    }

    fn closes(&self) -> Result<(Closes, u64), KeepingError> {
        let (version, closes) = self.of_market(CLOSES, &self.market.closes)?;
        Ok((Closes::clone(&closes), version))
    }
}

/// The place of a ticker among those that stand for the market.
fn rank(ticker: &str) -> usize {
    FOR_MARKET.iter().position(|known| *known == ticker).unwrap_or(FOR_MARKET.len())
}

fn closes_kept(closes: &Closes, version: u64, at: Timestamp) -> Result<Change, KeepingError> {
    let value = serde_json::to_string(closes)?;
    let (scope, name) = (MARKET.to_owned(), CLOSES.to_owned());
    Ok(Change::Setting(Setting { scope, name, value, version: version + 1, at }))
}
