//! Documents with a rule made stricter: fewer plans keep it, so the best L is no smaller.
//!
//! In: a document. Out: it with a lower turnover limit, a larger minimum of an order, a lower cap, a larger
//! buffer, a smaller budget or nothing sold. Invariant: every plan that keeps the stricter rule keeps the old
//! one. Wishes that make a lot or a purchase unavailable are left out: they excuse others from waiting.

use serde_json::{Value, json};

use super::changed::wishes;
use crate::chance::{Chance, rounded};

/// A rule that can be made stricter: its tokens' beginning and end, by how much, and what it is where the
/// document has none, from V.
type Stricter = (&'static str, &'static str, f64, fn(f64) -> f64);

const RULES: [Stricter; 8] = [
    ("max_daily_trade_volume_pct_", "", 0.6, |_| 12.0),
    ("avoid_trades_below_", "_usd", 2.0, |v| 0.004 * v),
    ("maintain_cash_balance_of_", "_usd", 1.4, |v| 0.03 * v),
    ("max_realized_gains_", "_usd", 0.5, |v| 0.004 * v),
    ("max_tax_", "_usd", 0.5, |v| 0.001 * v),
    ("max_concentration_pct_", "", 0.8, |_| 30.0),
    ("max_sector_exposure_pct_", "", 0.8, |_| 40.0),
    ("volatility_cap_pct_", "", 0.97, |_| 30.0),
];

/// So many documents, each with one rule made stricter, by name.
pub(super) fn tightened(
    document: &Value,
    value: f64,
    count: usize,
    chance: &mut Chance,
) -> Vec<(&'static str, Value)> {
    let rules = chance.several(count, RULES.len() + 1);
    rules.into_iter().filter_map(|rule| stricter(document, value, rule)).collect()
}

fn stricter(document: &Value, value: f64, rule: usize) -> Option<(&'static str, Value)> {
    let mut all = wishes(document);
    let name = match RULES.get(rule) {
        Some((head, tail, factor, fresh)) => {
            if *head == "volatility_cap_pct_" && document.get("risk_model").is_none() {
                return None;
            }
            let amount = |wish: &String| wish.strip_prefix(head)?.strip_suffix(tail)?.parse::<f64>().ok();
            let place = all.iter().position(|wish| amount(wish).is_some());
            let amount = match place {
                Some(place) => amount(&all.remove(place))? * factor,
                None => fresh(value),
            };
            all.push(format!("{head}{}{tail}", rounded(amount, 4)));
            *head
        }
        None if all.iter().any(|wish| wish == "no_sells") => return None,
        None => {
            all.push("no_sells".to_owned());
            "no_sells"
        }
    };
    let mut tightened = document.clone();
    tightened["preferences"] = json!(all);
    Some((name, tightened))
}
