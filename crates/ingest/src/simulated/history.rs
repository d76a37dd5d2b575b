//! What a simulated market did so far: its ticks once more, put together by day.
//!
//! In: the settings and the start of a market. Out: bars and splits. Invariant: they are those of the same path: a bar is of the prints that were no
//! faults, and nothing before the start is made up.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::{eastern, session};

use super::{Settings, Simulated};
use crate::bar::Bar;
use crate::feed::{Days, Feed, FeedError, Quote, Split};

/// What a market did from its start to `now`.
pub(super) struct History {
    pub(super) bars: Vec<Bar>,
    pub(super) splits: Vec<Split>,
}

impl History {
    pub(super) fn of(
        settings: &Settings,
        begun: Timestamp,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<History, FeedError> {
        let wrong = |error: super::SettingsError| FeedError::Unreadable {
            source_name: format!("simulated:{}", settings.seed),
            detail: error.to_string(),
        };
        let mut market = Simulated::new(settings.clone(), begun).map_err(wrong)?;
        let (mut bars, mut splits, mut seen) = (BTreeMap::new(), Vec::new(), 0);
        loop {
            let quotes = market.quotes(now)?;
            splits.extend(market.splits());
            if quotes.is_empty() {
                break;
            }
            let faulty: BTreeSet<(Timestamp, &str)> = market.events()[seen..]
                .iter()
                .filter(|event| event.is_faulty_print())
                .filter_map(|event| Some((event.at, event.ticker.as_deref()?)))
                .collect();
            for quote in &quotes {
                let day = eastern(quote.received_at).date();
                let is_wanted = tickers.contains(&quote.ticker) && days.contain(day);
                if is_wanted && !faulty.contains(&(quote.received_at, quote.ticker.as_str())) {
                    add(&mut bars, day, quote);
                }
            }
            seen = market.events().len();
        }
        let mut over = Vec::with_capacity(bars.len());
        for ((day, _), bar) in bars {
            if session(day)?.is_some_and(|session| session.closes <= now) {
                over.push(bar);
            }
        }
        splits.retain(|split| tickers.contains(&split.ticker) && days.contain(split.day));
        Ok(History { bars: over, splits })
    }
}

fn add(bars: &mut BTreeMap<(Date, String), Bar>, day: Date, quote: &Quote) {
    let last = quote.last;
    let bar = bars.entry((day, quote.ticker.clone())).or_insert_with(|| Bar {
        ticker: quote.ticker.clone(),
        day,
        open: Some(last),
        high: Some(last),
        low: Some(last),
        close: last,
        volume: None,
        source: quote.source.clone(),
    });
    bar.high = bar.high.max(Some(last));
    bar.low = bar.low.map(|low| low.min(last));
    bar.close = last;
}
