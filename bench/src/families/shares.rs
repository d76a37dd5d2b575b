//! Whole shares and commissions, with targets per security.
//!
//! In: a seed and a size. Out: a document in the manner of the `direct` cases; the stocks in several accounts where these are
//! asked for. Invariant: every security is traded in whole shares; what an order costs differs.

use serde_json::Value;

use super::{Size, accounts};
use crate::chance::Chance;
use crate::stocks;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("shares", seed);
    let mut draft = stocks::draft(&mut chance, size);
    let others = size.accounts.unwrap_or(1).saturating_sub(1);
    if others > 0 {
        accounts::add(&mut chance, &mut draft, others, size);
        accounts::group(&mut chance, &mut draft);
    }
    let commission = chance.pick(&[0.0, 1.0, 4.95]);
    for security in &mut draft.securities {
        security.set("quantity_increment", 1);
        security.set("commission", if chance.happens(0.1) { 9.95 } else { commission });
    }
    draft.json(&format!("shares-{seed}"))
}
