//! Many stocks with many lots, drift measured as tracking variance under a factor model.
//!
//! In: a seed and a size. Out: a document in the manner of the `tracking` cases. Invariant: cash is no part
//! of the drift.

use serde_json::{Value, json};

use super::Size;
use crate::chance::Chance;
use crate::draft::Draft;
use crate::risk::Risk;
use crate::stocks;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("tracking", seed);
    let mut draft = stocks::draft(&mut chance, size);
    track(&mut chance, &mut draft, size);
    draft.json(&format!("tracking-{seed}"))
}

/// Measures drift as tracking variance.
pub(super) fn track(chance: &mut Chance, draft: &mut Draft, size: Size) {
    draft.risk = Some(Risk::of_stocks(chance, draft.securities.len(), size.factors.unwrap_or(6).max(1)));
    draft.set("drift_metric", "tracking_variance");
    let drift = chance.pick(&[20, 20, 100]);
    draft.set("weights", json!({"drift": drift, "cost": 1, "tax": 1, "esg": 0}));
}
