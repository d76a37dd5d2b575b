//! Purchases that are paid with proceeds that have not settled: what is bought may not be sold
//! before they do.
//!
//! Source: tax.md 4.6 (T+1), 4.7 (Reg T s.220.8; a good-faith violation is the sale, not this
//! purchase).

use portfolio::Decimal;
use portfolio::plan::Finding;

use crate::booked::sum;
use crate::rules::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.settled_cash";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let mut found = Vec::new();
    for (n, account) in case.plan.facts.portfolio.accounts.iter().enumerate() {
        let Some(settled) = account.settled_cash else { continue };
        let settled = settled.saturating_add(account.flow).max(Decimal::ZERO);
        let of_it = case.plan.purchases().filter(|order| order.account == n);
        let bought = sum(of_it.map(|order| order.notional.saturating_add(order.cost)));
        if bought > settled.saturating_add(CENT) {
            let detail = format!(
                "{} is bought with {} of settled cash; what is bought may not be sold before the rest settles, \
                 a business day after its trade",
                usd(bought),
                usd(settled)
            );
            found.push(finding(CODE, account.account_id.as_str(), detail));
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
    fn bought_with_what_has_not_settled() {
        let f = Fixture::new().set("/accounts/0/settled_cash", json!(1000));
        assert_eq!(f.run(check, &["BUY tax CCC 50", "BUY ira CCC 100"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 51"]),
            [
                "desk.settled_cash tax: 1,020.00 USD is bought with 1,000.00 USD of settled cash; what is bought may \
              not be sold before the rest settles, a business day after its trade"
            ]
        );
    }
}
