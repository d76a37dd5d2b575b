//! What a class costs a year in a taxable account decides where it lies.
//!
//! In: a seed and a size. Out: a household whose classes are about on target, so that location alone is worth
//! trading for. Invariant: at least one taxable and, from two accounts on, one sheltered account.

use serde_json::{Value, json};

use super::{Size, household};
use crate::chance::{Chance, rounded};
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("location", seed);
    let mut draft = funds::draft(&mut chance, size);
    household::add_accounts(&mut chance, &mut draft, size);
    let scale = chance.pick(&[0.5, 1.0, 3.0]);
    let drag = funds::TAX_DRAG.map(|(class, rate)| (class, rounded(rate * scale, 5)));
    household::locate(&mut draft, &drag);
    let weights = draft.weights();
    let mut rest = 1000;
    for n in (1..draft.class_targets.len()).rev() {
        let class = draft.class_targets[n].0.clone();
        let held: f64 =
            draft.securities.iter().zip(&weights).filter(|(s, _)| s.class == class).map(|(_, w)| w).sum();
        let part = (held * 1000.0).round() as i64;
        draft.class_targets[n].1 = part as f64 / 1000.0;
        rest -= part;
    }
    draft.class_targets[0].1 = rest as f64 / 1000.0;
    let drift = chance.pick(&[3, 10, 30]);
    draft.set("weights", json!({"drift": drift, "cost": 1, "tax": 1, "esg": 0}));
    draft.json(&format!("location-{seed}"))
}
