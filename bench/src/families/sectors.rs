//! Caps on sectors and on single stocks, near what is held.
//!
//! In: a seed and a size. Out: a document in the manner of the `direct` cases. Invariant: at least one cap.

use serde_json::Value;

use super::Size;
use crate::chance::Chance;
use crate::{stocks, wishes};

/// The document of a seed.
pub(super) fn document(seed: u64, size: Size) -> Value {
    let mut chance = Chance::new("sectors", seed);
    let mut draft = stocks::draft(&mut chance, size);
    for _ in 0..chance.whole(1, 4) {
        if let Some((sector, weight)) = wishes::sector(&mut chance, &draft) {
            let sector = sector.replace(' ', "_");
            if !draft.preferences.iter().any(|p| p.ends_with(&format!("_in_{sector}"))) {
                let most = wishes::percent(&mut chance, weight);
                draft.wish("(none)", format!("max_sector_exposure_pct_{most}_in_{sector}"));
            }
        }
    }
    if chance.happens(0.5) {
        let most = chance.pick(&[15, 25, 40]);
        draft.wish("(none)", format!("max_sector_exposure_pct_{most}"));
    }
    if chance.happens(0.4) {
        let largest = draft.weights().into_iter().fold(0.0, f64::max);
        let most = wishes::percent(&mut chance, largest);
        draft.wish("(none)", format!("max_concentration_pct_{most}"));
    }
    draft.json(&format!("sectors-{seed}"))
}
