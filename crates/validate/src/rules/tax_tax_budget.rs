//! Forbids more tax by the plan than `max_tax_X_usd`.
//!
//! Source: model.md, row `tax.tax_budget`: T <= X, T being what the plan adds to the year's tax.

use portfolio::plan::Finding;

use super::{CENT, Case, HOUSEHOLD};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "tax.tax_budget";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(most) = case.plan.facts.portfolio.wishes.tax_max_usd else { return Vec::new() };
    if case.terms.tax_usd <= most + CENT {
        return Vec::new();
    }
    let detail = format!("the plan adds {} of tax and {} is the most", usd(case.terms.tax_usd), usd(most));
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_tax_that_the_plan_adds() {
        let f = Fixture::new().wish("max_tax_75_usd");
        assert_eq!(f.run(check, &["SELL tax AAA A1 10"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 11"]),
            ["tax.tax_budget household: the plan adds 82.50 USD of tax and 75.00 USD is the most"]
        );
    }
}
