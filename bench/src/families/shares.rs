//! Whole shares and commissions, with targets per security.
//!
//! In: a seed and a size. Out: a document in the manner of the `direct` cases. Invariant: every security is
//! traded in whole shares; what an order costs differs.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::stocks;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("shares", seed);
    let mut draft = stocks::draft(&mut chance, size);
    let commission = chance.pick(&[0.0, 1.0, 4.95]);
    for security in &mut draft.securities {
        security.set("quantity_increment", 1);
        security.set("commission", if chance.happens(0.1) { 9.95 } else { commission });
    }
    draft.json(&format!("shares-{seed}"))
}
