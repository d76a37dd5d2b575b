//! Preferences and settings that others leave alone, several at once.
//!
//! In: a seed and a size. Out: a document in the manner of the `rules` cases, with three to eight wishes of
//! the whole grammar. Invariant: no two wishes contradict each other by themselves; some can't be kept
//! together all the same.

use serde_json::{Value, json};

use super::{Size, whole};
use crate::chance::{Chance, rounded};
use crate::draft::Draft;
use crate::{funds, stocks, wishes};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("rules", seed);
    let mut draft = funds::draft(&mut chance, size);
    if chance.happens(0.4) {
        whole::in_whole_shares(&mut draft, 4.95);
    }
    decorate(&mut chance, &mut draft);
    settle(&mut chance, &mut draft);
    let count = chance.whole(3, 8);
    wishes::add(&mut chance, &mut draft, count);
    draft.json(&format!("rules-{seed}"))
}

/// Fields of securities that the other families leave out.
pub(super) fn decorate(chance: &mut Chance, draft: &mut Draft) {
    for security in &mut draft.securities {
        if chance.happens(0.25) {
            security.set("impact_coefficient", rounded(chance.magnitude(0.0001, 0.002), 6));
        }
        if chance.happens(0.3) {
            security.set("sector", chance.pick(&stocks::SECTORS));
        }
        if chance.happens(0.15) {
            security.set("kind", chance.pick(&["mutual_fund", "mutual_fund", "stock", "bond"]));
            security.set("quantity_increment", 0.001);
        }
        if chance.happens(0.15) {
            security.set("expense_ratio", rounded(chance.between(0.0003, 0.006), 4));
        }
        if chance.happens(0.08) {
            security.set("buyable", false);
        }
        if chance.happens(0.1) {
            security.set("average_daily_volume_usd", chance.pick(&[20_000, 100_000, 500_000]));
        }
        if chance.happens(0.1) {
            security
                .set("industries", json!([chance.pick(&["tobacco", "thermal_coal", "weapons", "alcohol"])]));
        }
    }
}

/// Settings of the document that the other families leave out, and a row on record.
pub(super) fn settle(chance: &mut Chance, draft: &mut Draft) {
    if chance.happens(0.5) {
        draft.set("wash_sale_tolerance_usd", 100);
    }
    if chance.happens(0.3) {
        draft.tax.insert("netting".to_owned(), json!("separate"));
    }
    if chance.happens(0.4) {
        let carried = json!({"short_term": chance.pick(&[0, 4000]), "long_term": chance.pick(&[0, 2500])});
        draft.tax.insert("carryforward".to_owned(), carried);
    }
    if chance.happens(0.15) {
        draft.set("liquidity_fraction_of_adv", 0.05);
    }
    if chance.happens(0.2) {
        let usd = rounded(draft.base * chance.between(-0.05, 0.15), 2);
        let flow = json!({ draft.accounts[0].id.clone(): usd });
        draft.set("cash_flow", flow);
    }
    let (days, account) = (chance.pick(&[0, 3, 30, 31, 45]), draft.accounts[0].id.clone());
    let (action, quantity, gain) = chance.pick(&[
        ("REINVEST", 0.4, 0.0),
        ("REINVEST", 0.4, 0.0),
        ("BUY", 3.0, 0.0),
        ("SELL", 4.0, -90.0),
    ]);
    let security = chance.below(draft.securities.len());
    draft.record(days, &account, security, action, quantity, gain);
}
