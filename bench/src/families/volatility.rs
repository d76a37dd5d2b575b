//! A cap on volatility, near what the portfolio has.
//!
//! In: a seed and a size. Out: by the seed a document of funds with a two-factor model, of stocks with squared
//! drift, or of stocks with tracking variance. Invariant: the cap is within a tenth of the volatility held.

use serde_json::Value;

use super::{Size, tracking};
use crate::chance::Chance;
use crate::risk::{self, Risk};
use crate::{funds, stocks};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("volatility", seed);
    let mut draft = match seed % 3 {
        0 => funds::draft(&mut chance, size),
        _ => stocks::draft(&mut chance, size),
    };
    match seed % 3 {
        0 => draft.risk = Some(Risk::of_classes(&draft.securities)),
        1 => {
            let (n, k) = (draft.securities.len(), size.factors.unwrap_or(6).max(1));
            draft.risk = Some(Risk::of_stocks(&mut chance, n, k));
        }
        _ => tracking::track(&mut chance, &mut draft, size),
    }
    if let Some(cap) = risk::cap(&mut chance, &draft) {
        draft.wish("volatility_cap_pct_", cap);
    }
    draft.json(&format!("volatility-{seed}"))
}
