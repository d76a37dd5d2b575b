//! Targets per asset class over hundreds of tickers.
//!
//! In: a seed and a size. Out: a document in the manner of the `etf` cases, with all seven classes, 300 tickers
//! and 5 lots of each unless another size is asked for. Invariant: several securities serve each class.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("classes", seed);
    let size = Size { stocks: size.stocks.or(Some(300)), lots: size.lots.or(Some(5)), ..size };
    let mut draft = funds::draft(&mut chance, size);
    // What a few funds are worth would leave hundreds with less than the least trade.
    draft.wish("avoid_trades_below_", "avoid_trades_below_100_usd".to_owned());
    draft.json(&format!("classes-{seed}"))
}
