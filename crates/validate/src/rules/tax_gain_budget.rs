//! Forbids more net gain in taxable accounts than `max_realized_gains_X_usd`.
//!
//! Source: model.md, row `tax.gain_budget`.

use portfolio::plan::Finding;

use super::{CENT, Case, HOUSEHOLD};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "tax.gain_budget";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let Some(most) = facts.portfolio.wishes.gains_max_usd else { return Vec::new() };
    let (short, long) = facts.year_so_far();
    let realised = case
        .plan
        .short_term_net
        .saturating_sub(short)
        .saturating_add(case.plan.long_term_net.saturating_sub(long));
    if realised <= most + CENT {
        return Vec::new();
    }
    let detail = format!("the plan realises {} net and {} is the most", usd(realised), usd(most));
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn gains_less_losses_of_taxable_accounts() {
        let f = Fixture::new().wish("max_realized_gains_500_usd");
        assert_eq!(f.run(check, &["SELL tax AAA A1 14", "SELL tax AAA A3 10", "SELL ira BBB I1 90"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 15", "SELL tax AAA A3 10"]),
            ["tax.gain_budget household: the plan realises 550.00 USD net and 500.00 USD is the most"]
        );
    }
}
