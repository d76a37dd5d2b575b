//! Classes with several funds each: harvest, minimum trade, cash buffer, rating, turnover.
//!
//! In: a seed and a size. Out: a document in the manner of the `etf` cases. Invariant: one taxable account.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::funds;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("etf", seed);
    funds::draft(&mut chance, size).json(&format!("etf-{seed}"))
}
