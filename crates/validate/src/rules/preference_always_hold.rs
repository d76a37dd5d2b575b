//! Forbids selling out of what `always_hold_ticker_T` names.
//!
//! Source: model.md, row `preference.*` (`always_hold`): at least 1 USD stays in the household,
//! where there was.

use portfolio::Decimal;
use portfolio::plan::Finding;

use super::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "preference.always_hold";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let mut found = Vec::new();
    for security in &p.wishes.always_hold {
        let before = case.plan.facts.value_held(*security);
        let after = case.plan.value_after[*security].unwrap_or_default();
        if before >= Decimal::ONE && after < Decimal::ONE - CENT {
            let detail = format!("{} is left; keep 1.00 USD of it at least", usd(after));
            found.push(finding(CODE, p.securities[*security].ticker.as_str(), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn something_stays_in_the_household() {
        let f = Fixture::new().wish("always_hold_ticker_BBB").wish("always_hold_ticker_CCC");
        assert_eq!(f.run(check, &["SELL tax BBB B1 200"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax BBB B1 200", "SELL ira BBB I1 100"]),
            ["preference.always_hold BBB: 0.00 USD is left; keep 1.00 USD of it at least"]
        );
    }
}
