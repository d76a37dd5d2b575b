//! Purchases that leave too little for the orders that are open at the broker.
//!
//! Source: tax.md 8.8 (buying power); budget.cash_negative judges the plan alone.

use portfolio::plan::Finding;
use portfolio::{Decimal, Side};

use crate::rules::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.buying_power";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for (n, account) in facts.portfolio.accounts.iter().enumerate() {
        let price = |ticker: &str| facts.security(ticker).map(|s| facts.portfolio.securities[s].price);
        let mut open = Decimal::ZERO;
        for order in account.open_orders.iter().filter(|order| order.side == Side::Buy) {
            let notional = order.quantity.saturating_mul(price(&order.ticker).unwrap_or_default());
            open = open.saturating_add(notional);
        }
        let buys = case.plan.purchases().any(|order| order.account == n);
        let left = case.plan.cash_after[n].saturating_sub(open);
        if buys && !open.is_zero() && left < account.cash.min(Decimal::ZERO) - CENT {
            let detail = format!(
                "open purchases take {} and {} is left after the plan",
                usd(open),
                usd(case.plan.cash_after[n])
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
    fn open_purchases_need_their_cash() {
        let open = json!([{"ticker": "CCC", "side": "BUY", "quantity": 200}]);
        let f = Fixture::new().set("/accounts/1/open_orders", open);
        assert_eq!(f.run(check, &["BUY ira CCC 50"]), NONE);
        assert_eq!(
            f.run(check, &["BUY ira CCC 51"]),
            [
                "desk.buying_power ira: open purchases take 4,000.00 USD and 3,980.00 USD is left after the plan"
            ]
        );
    }
}
