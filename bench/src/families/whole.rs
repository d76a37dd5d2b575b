//! Whole shares and a commission for each order.
//!
//! In: a seed and a size. Out: a document in the manner of the `whole` cases. Invariant: lots may hold parts
//! of a share all the same, so that only a whole position sells them.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::draft::Draft;
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("whole", seed);
    let mut draft = funds::draft(&mut chance, size);
    in_whole_shares(&mut draft, 4.95);
    draft.json(&format!("whole-{seed}"))
}

/// Has every security traded in whole shares, for a commission.
pub(super) fn in_whole_shares(draft: &mut Draft, commission: f64) {
    for security in &mut draft.securities {
        security.set("quantity_increment", 1);
        security.set("commission", commission);
    }
}
