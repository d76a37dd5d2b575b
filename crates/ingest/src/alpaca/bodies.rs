//! Snapshots and bars as Alpaca writes them.
//!
//! In: a body. Out: trades, quotes and bars with decimals as they are written, or what of it can't be read. Invariants: a field that is not known is
//! left alone, since the API grows; a number that no decimal keeps is an error, never rounded.

use std::collections::BTreeMap;

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::money::parse;
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use crate::bar::Bar;

/// What is the case of a symbol now.
#[derive(Debug, Default, Deserialize)]
pub(super) struct Snapshot {
    #[serde(rename = "latestTrade")]
    pub(super) trade: Option<Trade>,
    #[serde(rename = "latestQuote")]
    pub(super) quote: Option<BidAsk>,
    #[serde(rename = "dailyBar")]
    pub(super) day: Option<RawBar>,
}

/// A trade.
#[derive(Debug, Deserialize)]
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
#[derive(Debug, Deserialize)]
pub(super) struct BidAsk {
    #[serde(rename = "bp", deserialize_with = "decimal")]
    pub(super) bid: Decimal,
    #[serde(rename = "ap", deserialize_with = "decimal")]
    pub(super) ask: Decimal,
    #[serde(rename = "t")]
    pub(super) at: Timestamp,
}

/// A bar.
#[derive(Debug, Deserialize)]
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
    parse(written.get()).map_err(serde::de::Error::custom)
}

/// What is the case now, by symbol. A symbol of which nothing is known may be null.
pub(super) fn snapshots(body: &[u8]) -> Result<BTreeMap<String, Snapshot>, String> {
    let read: BTreeMap<String, Option<Snapshot>> =
        serde_json::from_slice(body).map_err(|error| error.to_string())?;
    Ok(read.into_iter().filter_map(|(symbol, snapshot)| Some((symbol, snapshot?))).collect())
}

#[derive(Deserialize)]
struct BarsPage {
    bars: Option<BTreeMap<String, Vec<RawBar>>>,
    next_page_token: Option<String>,
}

/// A page of daily bars, and where the next one is.
pub(super) fn bars(body: &[u8], source: &str) -> Result<(Vec<Bar>, Option<String>), String> {
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
    let mut bars = Vec::new();
    for (ticker, raw) in page.bars.unwrap_or_default() {
        bars.extend(raw.into_iter().map(|raw| bar(&ticker, raw)));
    }
    Ok((bars, page.next_page_token.filter(|token| !token.is_empty())))
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
