//! Forbids an account that pays more than it has.
//!
//! Source: model.md, row `budget.cash_negative` (53): cash + flow + sells − buys − costs >= min(0, cash). An
//! account that starts below 0 before its flow may not go lower; a withdrawal is always paid out.

use portfolio::Decimal;
use portfolio::plan::Finding;

use super::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "budget.cash_negative";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let accounts = &case.plan.facts.portfolio.accounts;
    let mut found = Vec::new();
    for (account, after) in accounts.iter().zip(&case.plan.cash_after) {
        let floor = account.cash.min(Decimal::ZERO);
        if *after < floor.saturating_sub(CENT) {
            let short = usd(floor.saturating_sub(*after));
            let detail = format!(
                "{} is left after flows, trades and costs, below {}; sell more or buy less for {short}",
                usd(*after),
                usd(floor)
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
    fn an_account_that_pays_more_than_it_has() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY ira CCC 250"]), NONE);
        assert_eq!(
            f.run(check, &["BUY ira CCC 251"]),
            ["budget.cash_negative ira: −20.00 USD is left after flows, trades and costs, below 0.00 USD; \
              sell more or buy less for 20.00 USD"]
        );
    }

    #[test]
    fn a_debt_may_stay_and_a_withdrawal_is_paid() {
        let debt = Fixture::new().set("/accounts/1/cash", json!(-100));
        assert_eq!(debt.run(check, &[]), NONE);
        assert_eq!(debt.run(check, &["BUY ira CCC 1"]).len(), 1);
        let withdrawal = Fixture::new().set("/cash_flow", json!({"ira": -6000}));
        assert_eq!(withdrawal.run(check, &[]).len(), 1);
        assert_eq!(withdrawal.run(check, &["SELL ira BBB I1 20"]), NONE);
    }
}
