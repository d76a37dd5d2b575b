//! Stocks under wishes and settings of every kind, several at once, sometimes in several accounts.
//!
//! In: a seed and a size. Out: a document in the manner of the `rules` cases, but with targets per security.
//! Invariant: small by default, so that what goes wrong can be read.

use serde_json::{Value, json};

use super::{Size, accounts, rules, tracking, whole};
use crate::chance::Chance;
use crate::{stocks, wishes};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("mixed", seed);
    let stocks = size.stocks.or(Some(chance.whole(4, 30)));
    let size = Size { stocks, lots: size.lots.or(Some(chance.whole(1, 4))), ..size };
    let mut draft = stocks::draft(&mut chance, size);
    let others = size.accounts.unwrap_or_else(|| chance.pick(&[1, 1, 2, 3])).saturating_sub(1);
    accounts::add(&mut chance, &mut draft, others, size);
    if chance.happens(0.25) {
        tracking::track(&mut chance, &mut draft, size);
    }
    if chance.happens(0.3) {
        whole::in_whole_shares(&mut draft, 4.95);
    }
    rules::decorate(&mut chance, &mut draft);
    rules::settle(&mut chance, &mut draft);
    if chance.happens(0.4) {
        accounts::group(&mut chance, &mut draft);
    }
    let (drift, esg) = (chance.pick(&[3, 10, 50]), chance.pick(&[0.0, 0.002]));
    draft.set("weights", json!({"drift": drift, "cost": 1, "tax": 1, "esg": esg}));
    let count = chance.whole(2, 7);
    wishes::add(&mut chance, &mut draft, count);
    draft.json(&format!("mixed-{seed}"))
}
