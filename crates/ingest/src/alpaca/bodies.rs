//! Snapshots and bars as Alpaca writes them.
//!
//! In: a body. Out: trades, quotes and bars with decimals as they are written, and beside them what of it can't be read. Invariants: each record is read
//! by itself, so that an odd one costs no other; a field that is not known is left alone, since the API grows; a number that no decimal keeps
//! is odd, never rounded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::money::parse_json;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::bar::Bar;
use crate::cell::shown;

/// What is the case of a symbol now.
#[derive(Debug, Clone, Default)]
pub(super) struct Snapshot {
    pub(super) trade: Option<Trade>,
    pub(super) quote: Option<BidAsk>,
    pub(super) day: Option<RawBar>,
}

/// Its parts as they are written.
#[derive(Deserialize)]
struct RawSnapshot {
    #[serde(rename = "latestTrade")]
    trade: Option<Box<RawValue>>,
    #[serde(rename = "latestQuote")]
    quote: Option<Box<RawValue>>,
    #[serde(rename = "dailyBar")]
    day: Option<Box<RawValue>>,
}

/// A trade.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Trade {
    #[serde(rename = "p", deserialize_with = "decimal")]
    pub(super) price: Decimal,
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
    /// What became of it since.
    u: Option<String>,
}

impl Trade {
    /// Whether it is still one: not cancelled, nor replaced by another.
    pub(super) fn is_valid(&self) -> bool {
        !matches!(self.u.as_deref(), Some("canceled" | "incorrect"))
    }
}

/// What is bid and asked.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct BidAsk {
    #[serde(rename = "bp", deserialize_with = "decimal")]
    pub(super) bid: Decimal,
    #[serde(rename = "ap", deserialize_with = "decimal")]
    pub(super) ask: Decimal,
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
}

/// A bar.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct RawBar {
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
    #[serde(rename = "o", deserialize_with = "decimal")]
    open: Decimal,
    #[serde(rename = "h", deserialize_with = "decimal")]
    high: Decimal,
    #[serde(rename = "l", deserialize_with = "decimal")]
    low: Decimal,
    #[serde(rename = "c", deserialize_with = "decimal")]
    close: Decimal,
    #[serde(rename = "v", deserialize_with = "decimal")]
    pub(super) volume: Decimal,
}

/// A number as it is written.
pub(super) fn decimal<'de, D: Deserializer<'de>>(from: D) -> Result<Decimal, D::Error> {
    let written = Box::<RawValue>::deserialize(from)?;
    parse_json(written.get()).map_err(serde::de::Error::custom)
}

/// A part of a record, or in words why it can't be read.
pub(super) fn part<T: DeserializeOwned>(raw: &RawValue) -> Result<T, String> {
    serde_json::from_str(raw.get()).map_err(|error| error.to_string())
}

/// What is the case now.
#[derive(Debug, Default)]
pub(super) struct Snapshots {
    /// By symbol.
    pub(super) of: BTreeMap<String, Snapshot>,
    /// What can't be read, by symbol, in words.
    pub(super) odd: Vec<(String, String)>,
}

/// What is the case now. A symbol of which nothing is known may be null. Without its trade a symbol has no price; without quote or volume the trade stands for
/// itself.
pub(super) fn snapshots(body: &[u8]) -> Result<Snapshots, String> {
    let read: BTreeMap<String, Box<RawValue>> =
        serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut snapshots = Snapshots::default();
    for (symbol, raw) in read {
        let (found, odd) = snapshot(&symbol, &raw);
        snapshots.odd.extend(odd.into_iter().map(|words| (symbol.clone(), words)));
        snapshots.of.extend(found.map(|found| (symbol, found)));
    }
    Ok(snapshots)
}

fn snapshot(symbol: &str, raw: &RawValue) -> (Option<Snapshot>, Vec<String>) {
    let mut odd = Vec::new();
    let mut tell = |what: &str, error: &str, so: &str| {
        odd.push(format!("{what} of `{}` can't be read ({error}); {so}", shown(symbol)));
    };
    let parts = match part::<Option<RawSnapshot>>(raw) {
        Ok(None) => return (None, odd),
        Ok(Some(parts)) => parts,
        Err(error) => {
            tell("the snapshot", &error, "it has no price until it can");
            return (None, odd);
        }
    };
    let trade = parts.trade.and_then(|raw| {
        part(&raw).map_err(|error| tell("the trade", &error, "it has no price until it can")).ok()
    });
    let quote = parts.quote.and_then(|raw| {
        part(&raw).map_err(|error| tell("the quote", &error, "the last trade stands for itself")).ok()
    });
    let day = parts.day.and_then(|raw| {
        part(&raw).map_err(|error| tell("the day's bar", &error, "its volume is not known")).ok()
    });
    (Some(Snapshot { trade, quote, day }), odd)
}

#[derive(Deserialize)]
struct BarsPage {
    bars: Option<BTreeMap<String, Box<RawValue>>>,
    next_page_token: Option<String>,
}

/// A page of daily bars.
#[derive(Debug)]
pub(super) struct Bars {
    pub(super) bars: Vec<Bar>,
    /// What can't be read, in words.
    pub(super) odd: Vec<String>,
    pub(super) next: Option<String>,
}

/// Reads a page of daily bars.
pub(super) fn bars(body: &[u8], source: &str) -> Result<Bars, String> {
    let page: BarsPage = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let bar = |ticker: &String, raw: RawBar| Bar {
        ticker: ticker.clone(),
        day: eastern(raw.at).date(),
        open: Some(raw.open),
        high: Some(raw.high),
        low: Some(raw.low),
        close: raw.close,
        volume: Some(raw.volume).filter(|shares| *shares > Decimal::ZERO),
        source: source.to_owned(),
    };
    let (mut bars, mut odd) = (Vec::new(), Vec::new());
    for (ticker, raw) in page.bars.unwrap_or_default() {
        let mut tell = |error: String| {
            odd.push(format!("a bar of `{}` can't be read and is left out ({error})", shown(&ticker)));
        };
        match part::<Option<Vec<Box<RawValue>>>>(&raw) {
            Ok(raw) => {
                let read =
                    raw.unwrap_or_default().into_iter().filter_map(|raw| part(&raw).map_err(&mut tell).ok());
                bars.extend(read.map(|raw| bar(&ticker, raw)));
            }
            Err(error) => tell(error),
        }
    }
    Ok(Bars { bars, odd, next: page.next_page_token.filter(|token| !token.is_empty()) })
}

#[cfg(test)]
mod tests {
    use super::super::happenings;
    use super::*;
    use proptest::prelude::*;

    const BODY: &str = r#"{"bars": {"A": [{"t": "2026-11-24T05:00:00Z", "o": 1, "h": 1, "l": 1, "c": 1, "v": 1}]}, "A": {"latestTrade": {"t": "2026-11-24T05:00:00Z", "p": 1.5}},
        "corporate_actions": {"forward_splits": [{"symbol": "A", "old_rate": 1, "new_rate": 2, "ex_date": "2026-11-24"}]}, "next_page_token": null}"#;
    const PIECES: [&str; 12] = [
        "",
        "\"",
        "{",
        "}",
        "null",
        "-0",
        "1e99",
        "99999999999999999999999999999999",
        "[",
        "2026-13-01",
        "\u{0}",
        "é",
    ];

    proptest! {
        #[test]
        fn a_spoiled_body_never_panics(
            spoils in prop::collection::vec((any::<prop::sample::Index>(), 0..9_usize, 0..PIECES.len()), 0..5),
        ) {
            let mut chars: Vec<char> = BODY.chars().collect();
            for (at, length, piece) in spoils {
                let from = at.index(chars.len() + 1);
                let to = (from + length).min(chars.len());
                chars.splice(from..to, PIECES[piece].chars());
            }
            let body: String = chars.into_iter().collect();
            let _ = snapshots(body.as_bytes());
            let _ = bars(body.as_bytes(), "s");
            let _ = happenings::read(body.as_bytes());
        }
    }
}
