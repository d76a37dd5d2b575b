//! A withdrawal that needs proceeds of the plan: it can be paid once they have settled.
//!
//! Source: tax.md 4.6: T+1, 17 CFR 240.15c6-1(a).

use portfolio::Decimal;
use portfolio::plan::Finding;

use crate::rules::Case;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.settlement";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let settles = tax::settlement::settlement_date(case.plan.facts.portfolio.as_of);
    let when = settles.map_or("a business day after them".to_owned(), |day| format!("from {day}"));
    let mut found = Vec::new();
    for (n, account) in case.plan.facts.portfolio.accounts.iter().enumerate() {
        let without = account.cash.saturating_add(account.flow);
        let sells = case.plan.sell_orders().any(|order| order.account == n);
        if account.flow < Decimal::ZERO && without < account.cash.min(Decimal::ZERO) && sells {
            let detail = format!(
                "{} of the withdrawal of {} comes out of sales; it can be paid {when}",
                usd(-without),
                usd(-account.flow)
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
    fn a_withdrawal_out_of_sales() {
        let f = |usd: i32| Fixture::new().set("/cash_flow", json!({"ira": usd}));
        assert_eq!(f(-5000).run(check, &["SELL ira BBB I1 40"]), NONE);
        assert_eq!(
            f(-6000).run(check, &["SELL ira BBB I1 40"]),
            ["desk.settlement ira: 1,000.00 USD of the withdrawal of 6,000.00 USD comes out of sales; \
              it can be paid from 2026-11-23"]
        );
    }
}
