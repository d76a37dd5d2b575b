//! Cost that grows with the square of an order, in each mode.
//!
//! In: a seed and a size. Out: by the seed a document of funds, of stocks, or of stocks under a factor model; the stocks in
//! several accounts where these are asked for. Invariant: an order of one per cent of the whole costs between a hundredth and
//! one per cent of itself.

use serde_json::Value;

use super::{Size, accounts, tracking};
use crate::chance::{Chance, rounded};
use crate::{funds, stocks};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("impact", seed);
    let mut draft = match seed % 3 {
        0 => funds::draft(&mut chance, size),
        _ => stocks::draft(&mut chance, size),
    };
    let others = size.accounts.unwrap_or(1).saturating_sub(1);
    if !seed.is_multiple_of(3) && others > 0 {
        accounts::add(&mut chance, &mut draft, others, size);
        accounts::group(&mut chance, &mut draft);
    }
    if seed % 3 == 2 {
        tracking::track(&mut chance, &mut draft, size);
    }
    let whole = draft.value();
    for security in &mut draft.securities {
        if chance.happens(0.8) {
            let rate = chance.magnitude(0.0001, 0.01);
            // rate · notional = coefficient · shares², for an order of one per cent of the whole.
            let coefficient = rate * security.price * security.price / (0.01 * whole);
            security.set("impact_coefficient", rounded(coefficient, 9).max(1e-9));
        }
    }
    draft.json(&format!("impact-{seed}"))
}
