//! Many stocks with many lots: targets per security, turnover, exclusions, liquidity.
//!
//! In: a seed and a size. Out: a document in the manner of the `direct` cases. Invariant: one taxable account.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::stocks;

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("direct", seed);
    stocks::draft(&mut chance, size).json(&format!("direct-{seed}"))
}
