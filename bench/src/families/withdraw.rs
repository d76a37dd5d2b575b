//! Cash has to be raised, in whole shares.
//!
//! In: a seed and a size. Out: a document in the manner of the `withdraw` cases. Invariant: more is withdrawn
//! than there is cash, and less than there is in all.

use serde_json::{Value, json};

use super::{Size, whole};
use crate::chance::{Chance, rounded};
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("withdraw", seed);
    let mut draft = funds::draft(&mut chance, size);
    whole::in_whole_shares(&mut draft, 4.95);
    let account = &draft.accounts[0];
    let usd = rounded(account.cash + (draft.value() - account.cash) * chance.between(0.02, 0.2), 2);
    let flow = json!({ account.id.clone(): -usd });
    draft.set("cash_flow", flow);
    draft.set("weights", json!({"drift": 30, "cost": 1, "tax": 1, "esg": 0}));
    draft.json(&format!("withdraw-{seed}"))
}
