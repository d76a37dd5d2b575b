//! Wishes about lots, preferred tickers and holding periods.
//!
//! In: a seed and a size. Out: a document of funds or, for odd seeds, of stocks. Invariant: no lot is both to
//! be sold first and to be kept.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::{funds, stocks, wishes};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("lots", seed);
    let mut draft = match seed % 2 {
        0 => funds::draft(&mut chance, size),
        _ => stocks::draft(&mut chance, size),
    };
    let lots = draft.lots();
    let some = (lots.len() / 8).clamp(1, 12);
    for (n, place) in chance.several(some, lots.len()).into_iter().enumerate() {
        let wish = if n % 2 == 0 { "sell_lot_first" } else { "do_not_sell_lot" };
        draft.wish("(none)", format!("{wish}_{}", lots[place]));
    }
    if chance.happens(0.5)
        && let Some(ticker) = wishes::held(&mut chance, &draft)
    {
        draft.wish("(none)", format!("prefer_ticker_{ticker}"));
    }
    if chance.happens(0.5) {
        let months = chance.pick(&["1", "2", "6", "13", "25", "13_unless_necessary", "60_unless_necessary"]);
        draft.wish("(none)", format!("min_holding_months_{months}"));
    }
    if chance.happens(0.3) {
        draft.wish("minimize_short_term_gains", "avoid_short_term_gains".to_owned());
    }
    if chance.happens(0.3) {
        draft.wish("(none)", "prioritize_qualified_dividends".to_owned());
    }
    if chance.happens(0.12) {
        draft.wish("(none)", "no_sells".to_owned());
    }
    draft.json(&format!("lots-{seed}"))
}
