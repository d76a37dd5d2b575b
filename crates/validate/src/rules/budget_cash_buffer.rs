//! Forbids less household cash after the plan than `maintain_cash_balance_of_X_usd` asks.
//!
//! Source: model.md, row `budget.cash_buffer`; the empty plan is judged too.

use portfolio::plan::Finding;

use super::{CENT, Case, HOUSEHOLD};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "budget.cash_buffer";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let wished = case.plan.facts.portfolio.wishes.cash_buffer_usd;
    let left = case.plan.household_cash();
    if wished.is_zero() || left >= wished - CENT {
        return Vec::new();
    }
    let short = usd(wished.saturating_sub(left));
    let detail = format!("{} is left and {} is to be kept; raise {short} more", usd(left), usd(wished));
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_buffer_binds_the_household_and_the_empty_plan() {
        let f = Fixture::new().wish("maintain_cash_balance_of_15000_usd");
        assert_eq!(f.run(check, &[]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5"]),
            ["budget.cash_buffer household: 14,900.00 USD is left and 15,000.00 USD is to be kept; \
              raise 100.00 USD more"]
        );
        assert_eq!(Fixture::new().wish("maintain_cash_balance_of_15001_usd").run(check, &[]).len(), 1);
    }
}
