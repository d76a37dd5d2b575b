//! Selling what was bought within the payment period and has not been paid: the account's cash is
//! below 0.
//!
//! Source: tax.md 4.7, SET-3 (12 CFR 220.2: three business days, at most six calendar days with a
//! weekend and a holiday; 220.8(c)).

use portfolio::Decimal;
use portfolio::plan::Finding;

use crate::rules::Case;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.free_riding";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    const PERIOD_DAYS: i64 = 6;
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for sale in &case.plan.sales {
        let account = &facts.portfolio.accounts[facts.position_of(sale.lot).account];
        let recent = facts.days_held(sale.lot).is_some_and(|days| days <= PERIOD_DAYS);
        if recent && account.cash < Decimal::ZERO {
            let detail = format!(
                "bought within the payment period, and the account owes {}; pay first",
                usd(-account.cash)
            );
            found.push(finding(CODE, facts.lot_name(sale.lot), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn set_3_sold_before_it_is_paid() {
        let f = Fixture::new().set("/accounts/0/holdings/1/lots/0/acquisition_date", json!("2026-11-19"));
        assert_eq!(f.run(check, &["SELL tax BBB B1 5"]), NONE);
        assert_eq!(
            f.set("/accounts/0/cash", json!(-100)).run(check, &["SELL tax BBB B1 5"]),
            [
                "desk.free_riding tax/BBB/B1: bought within the payment period, and the account owes 100.00 USD; pay first"
            ]
        );
    }
}
