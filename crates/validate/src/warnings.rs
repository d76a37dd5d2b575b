//! What a person should know that breaks no rule: one file per warning, one line of [`WARNINGS`] each.
//!
//! In: a [`Case`]. Out: findings that never keep a plan from being shown. Invariant: no code of
//! model.md's table of rules is among them. Those of an order desk are in [`crate::desk`].

mod document;
mod holding_period_type_mismatch;
mod holding_period_wish_lifted;
mod math_drift_increased;
mod preference_held_but_barred;
mod tax_flat_rates_differ;
mod wash_sale_below_tolerance;
mod wash_sale_same_index;

use portfolio::plan::Finding;

use crate::rules::{Case, Check};

/// Every warning with its code; those of the document have codes of their own.
const WARNINGS: [(&str, Check); 8] = [
    ("document.*", document::check),
    (holding_period_type_mismatch::CODE, holding_period_type_mismatch::check),
    (holding_period_wish_lifted::CODE, holding_period_wish_lifted::check),
    (math_drift_increased::CODE, math_drift_increased::check),
    (preference_held_but_barred::CODE, preference_held_but_barred::check),
    (tax_flat_rates_differ::CODE, tax_flat_rates_differ::check),
    (wash_sale_below_tolerance::CODE, wash_sale_below_tolerance::check),
    (wash_sale_same_index::CODE, wash_sale_same_index::check),
];

/// Every warning.
pub(crate) fn warnings(case: &Case<'_>) -> Vec<Finding> {
    WARNINGS.iter().flat_map(|(_, check)| check(case)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::RULES;

    #[test]
    fn no_warning_has_the_code_of_a_rule() {
        assert!(WARNINGS.iter().all(|(code, _)| RULES.iter().all(|(rule, _)| rule != code)));
    }
}
