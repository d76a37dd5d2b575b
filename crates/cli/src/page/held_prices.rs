//! Prices that are held back, as a person reads them.
//!
//! In: what the judge holds back. Out: a table with both prices and why. Invariant: both prices stand side by side, so that whoever
//! believes one has seen the other.

use rebalance::keeping::HeldPrice;

use super::proposal::time;
use super::{drawn, paragraph, table};
use crate::commands::off_pct;
use crate::figures::rounded;

/// All of them.
pub(crate) fn list(all: &[HeldPrice]) -> String {
    if all.is_empty() {
        return paragraph("no price is held back", 0);
    }
    let mut rows = table(&[
        "Ticker",
        ">Held back, USD",
        ">Last good, USD",
        ">Off",
        "Since, New York",
        "Last good at",
        "Why",
    ]);
    for held in all {
        rows.add_row([
            held.ticker.clone(),
            held.price.normalize().to_string(),
            held.good.price.normalize().to_string(),
            off_pct(held).map_or_else(|| "–".to_owned(), rounded),
            time(held.first_at),
            time(held.good.as_of),
            format!("{}: {}", held.code.word(), held.code.words()),
        ]);
    }
    drawn(&rows)
        + &paragraph(
            "Nobody who holds one of these is traded for. Look at another source; if the price is right, \
             `equipoise believe TICKER --price USD --as NAME`; if it is wrong, the next good price takes its place.",
            0,
        )
}
