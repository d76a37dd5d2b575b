//! A sale of a lot younger than `min_holding_months_N_unless_necessary` wishes: the wish was
//! lifted.
//!
//! Source: model.md, `Qualitative preferences are ordered`: first treated as hard; where it is
//! lifted, the plan says so.

use portfolio::plan::Finding;

use crate::facts::wishes::younger_than;
use crate::rules::Case;
use crate::wording::{count, finding};

/// Its name in every report.
pub(crate) const CODE: &str = "holding_period.wish_lifted";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let months = facts.portfolio.wishes.holding_months_wish;
    let mut found = Vec::new();
    for sale in case.plan.sales.iter().filter(|sale| younger_than(facts, sale.lot, months)) {
        let acquired = facts.portfolio.lots[sale.lot].acquired.unwrap_or(facts.portfolio.as_of);
        let months = count(i64::from(months.unwrap_or_default()), "month");
        let detail =
            format!("acquired on {acquired}; it was wished to hold lots for {months} unless necessary");
        found.push(finding(CODE, facts.lot_name(sale.lot), detail));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_lot_that_is_too_young() {
        let f = Fixture::new().wish("min_holding_months_6_unless_necessary");
        assert_eq!(f.run(check, &["SELL tax AAA A3 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A2 5"]),
            [
                "holding_period.wish_lifted tax/AAA/A2: acquired on 2026-06-01; it was wished to hold lots for \
              6 months unless necessary"
            ]
        );
    }
}
