//! Losses carried in, gains realised so far, harvest, and budgets of gains and of tax.
//!
//! In: a seed and a size. Out: a document of funds or, for odd seeds, of stocks. Invariant: the year begins in
//! each of the cases of the tax function over the seeds.

use serde_json::{Value, json};

use super::Size;
use crate::chance::{Chance, rounded};
use crate::{funds, stocks};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("carry", seed);
    let mut draft = match seed % 2 {
        0 => funds::draft(&mut chance, size),
        _ => stocks::draft(&mut chance, size),
    };
    let part = |chance: &mut Chance, base: f64| rounded(base * chance.magnitude(0.002, 0.1), 2);
    let base = draft.base;
    let (sign_short, sign_long) = (chance.pick(&[-1.0, 0.0, 1.0]), chance.pick(&[-1.0, 0.0, 1.0]));
    let realised = json!({"short_term": sign_short * part(&mut chance, base), "long_term": sign_long * part(&mut chance, base)});
    draft.tax.insert("realized_ytd".to_owned(), realised);
    let (short, long) = chance.pick(&[(1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (0.0, 0.0)]);
    let carried =
        json!({"short_term": short * part(&mut chance, base), "long_term": long * part(&mut chance, base)});
    draft.tax.insert("carryforward".to_owned(), carried);
    if chance.happens(0.2) {
        draft.tax.insert("ordinary_loss_limit".to_owned(), json!(1500));
    }
    if chance.happens(0.3) {
        draft.tax.insert("carryforward_rate".to_owned(), json!(chance.pick(&[0.0, 0.05, 0.2, 0.37])));
    }
    if chance.happens(0.2) {
        draft.tax.insert("netting".to_owned(), json!("separate"));
    }
    if chance.happens(0.5) {
        draft.wish(
            "harvest_losses_up_to_",
            format!("harvest_losses_up_to_{}_usd", rounded(part(&mut chance, base), 0)),
        );
    }
    if chance.happens(0.5) {
        let usd = if chance.happens(0.2) { 0.0 } else { rounded(part(&mut chance, base) * 0.3, 0) };
        draft.wish("max_realized_gains_", format!("max_realized_gains_{usd}_usd"));
    }
    if chance.happens(0.4) {
        let usd = if chance.happens(0.2) { 0.0 } else { rounded(part(&mut chance, base) * 0.1, 0) };
        draft.wish("max_tax_", format!("max_tax_{usd}_usd"));
    }
    draft.json(&format!("carry-{seed}"))
}
