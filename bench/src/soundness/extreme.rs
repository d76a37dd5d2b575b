//! Documents at the ends of what numbers have to bear.
//!
//! In: a document. Out: it worth a thousand or ten billion USD, with lots of a millionth of a share, prices of
//! a cent and of 600,000 USD, targets that only nearly add up to 1. Invariant: each is one that `portfolio::read`
//! accepts; the best plan is another one, but found, kept and proven like any.

use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use serde_json::{Value, json};

use super::changed::{Unit, list, number, scaled, written};
use crate::chance::Chance;

/// Every extreme, by name.
pub(super) fn extremes(
    document: &Value,
    portfolio: &Portfolio,
    chance: &mut Chance,
) -> Vec<(&'static str, Value)> {
    vec![
        ("worth 1 thousand", worth(document, portfolio, dec!(1e3))),
        ("worth 10 billion", worth(document, portfolio, dec!(1e10))),
        ("crumbs", crumbs(document)),
        ("prices", prices(document, chance)),
        ("nearly 1", nearly_one(document, chance)),
    ]
}

fn worth(document: &Value, portfolio: &Portfolio, usd: Decimal) -> Value {
    // Six digits are enough to come near, and leave room for those of the quantities.
    let factor = (usd / portfolio.value()).round_sf(3).unwrap_or(Decimal::ONE);
    let mut d = scaled(document, factor, Unit::Shares);
    for (place, old) in document["securities"].as_array().into_iter().flatten().enumerate() {
        let security = &mut d["securities"][place];
        // What a share can be traded in does not depend on how rich somebody is.
        security["quantity_increment"] = old.get("quantity_increment").cloned().unwrap_or(json!(0.0001));
        if let Some(impact) = number(&security["impact_coefficient"]) {
            security["impact_coefficient"] = written(impact.round_sf(6).unwrap_or_default());
        }
    }
    d
}

/// A lot of a millionth of a share beside the first of each holding.
fn crumbs(document: &Value) -> Value {
    let mut d = document.clone();
    for account in list(&mut d, "accounts") {
        for lots in list(account, "holdings").filter_map(|h| h.get_mut("lots")?.as_array_mut()) {
            let Some(mut crumb) = lots.first().cloned() else { continue };
            let name = crumb["lot_id"].as_str().unwrap_or_default().to_owned();
            crumb["lot_id"] = json!(format!("{name}-crumb"));
            crumb["quantity"] = json!("0.000001");
            if let Some(basis) = number(&crumb["cost_basis_per_share"]) {
                crumb["cost_basis_per_share"] = written((basis * dec!(1.3)).round_dp(4));
            }
            lots.push(crumb);
        }
    }
    d
}

/// One security at a cent a share and one at 600,000 USD, for the same USD held and gained.
fn prices(document: &Value, chance: &mut Chance) -> Value {
    let mut d = document.clone();
    let count = d["securities"].as_array().map_or(0, Vec::len);
    for (place, price) in chance.several(2, count).into_iter().zip([dec!(0.01), dec!(600000)]) {
        let security = &mut d["securities"][place];
        let (Some(old), Some(ticker)) = (number(&security["current_price"]), security["ticker"].as_str())
        else {
            continue;
        };
        let (ticker, ratio) = (ticker.to_owned(), old / price);
        security["current_price"] = written(price);
        if let Some(impact) = number(&security["impact_coefficient"]) {
            security["impact_coefficient"] = written((impact / ratio / ratio).round_dp(12));
        }
        let accounts = list(&mut d, "accounts").flat_map(|a| list(a, "holdings"));
        for lot in accounts.filter(|h| h["ticker"] == json!(ticker)).flat_map(|h| list(h, "lots")) {
            for (field, factor) in [("quantity", ratio), ("cost_basis_per_share", Decimal::ONE / ratio)] {
                if let Some(old) = number(&lot[field]) {
                    lot[field] = written((old * factor).round_dp(6));
                }
            }
        }
    }
    d
}

/// Targets that miss 1 by almost what is allowed.
fn nearly_one(document: &Value, chance: &mut Chance) -> Value {
    let mut d = document.clone();
    let off = if chance.happens(0.5) { dec!(0.0000009) } else { dec!(-0.0000009) };
    for field in ["target_allocation", "security_targets"] {
        let first = d.get_mut(field).and_then(Value::as_object_mut).and_then(|m| m.values_mut().next());
        if let Some(target) = first
            && let Some(old) = number(target).filter(|t| *t > Decimal::ZERO && *t + off <= Decimal::ONE)
        {
            *target = written(old + off);
        }
    }
    d
}
