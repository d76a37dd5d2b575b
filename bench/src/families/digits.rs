//! Lots of six digits, as reinvested dividends leave them, in accounts up to a hundred million dollars, under limits that
//! an increment too many breaks.
//!
//! In: a seed and a size. Out: a document of funds or, for odd seeds, of stocks. Invariant: orders are of whole
//! increments, which the lots are not.

use serde_json::Value;

use super::Size;
use crate::chance::{Chance, rounded};
use crate::{funds, stocks};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("digits", seed);
    let mut draft = match seed % 2 {
        0 => funds::draft(&mut chance, size),
        _ => stocks::draft(&mut chance, size),
    };
    let times = chance.magnitude(0.1, 1_000.0);
    for account in &mut draft.accounts {
        account.cash = rounded(account.cash * times, 2);
        for lot in account.holdings.iter_mut().flat_map(|holding| &mut holding.lots) {
            let digits = chance.pick(&[0, 2, 4, 5, 6, 6, 6, 6]);
            lot.quantity = rounded(lot.quantity * times * chance.between(0.9, 1.1), digits).max(1e-6);
        }
    }
    let held = draft.lots();
    for token in ["sell_lot_first_", "do_not_sell_lot_"] {
        if chance.happens(0.4) {
            let lot = &held[chance.below(held.len())];
            if !draft
                .preferences
                .iter()
                .any(|p| p.ends_with(&format!("_lot_{lot}")) || p.ends_with(&format!("first_{lot}")))
            {
                draft.preferences.push(format!("{token}{lot}"));
            }
        }
    }
    if chance.happens(0.4) {
        let usd = chance.pick(&[0.0, 0.01, 200.0, rounded(draft.base * times * 1e-3, 2)]);
        draft.wish("max_tax_", format!("max_tax_{usd}_usd"));
    }
    if chance.happens(0.4) {
        let usd = chance.pick(&[0.0, 500.0, rounded(draft.base * times * 2e-3, 2)]);
        draft.wish("max_realized_gains_", format!("max_realized_gains_{usd}_usd"));
    }
    draft.json(&format!("digits-{seed}"))
}
