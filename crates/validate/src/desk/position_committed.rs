//! Sales that, with the sales open at the broker, sell more than is held: a short sale in a cash
//! account.
//!
//! Source: tax.md 4.7, 8.8, SET-4 (no short sale in a cash account).

use portfolio::plan::Finding;
use portfolio::{Decimal, Side};

use crate::rules::Case;
use crate::wording::{finding, shares};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.position_committed";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for order in case.plan.sell_orders() {
        let open = facts.portfolio.accounts[order.account].open_orders.iter();
        let same = open.filter(|o| o.side == Side::Sell && o.ticker == case.plan.ticker(order));
        let open = same.fold(Decimal::ZERO, |sum, o| sum.saturating_add(o.quantity));
        let held = facts.held_in(order.account, order.security);
        if !open.is_zero() && order.quantity.saturating_add(open) > held {
            let detail = format!(
                "{} shares are sold and open sales take {} of {}",
                shares(order.quantity),
                shares(open),
                shares(held)
            );
            found.push(finding(CODE, case.plan.name(order), detail));
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
    fn set_4_sold_twice_over() {
        let open = json!([{"ticker": "BBB", "side": "SELL", "quantity": 60}]);
        let f = Fixture::new().set("/accounts/1/open_orders", open);
        assert_eq!(f.run(check, &["SELL ira BBB I1 40"]), NONE);
        assert_eq!(
            f.run(check, &["SELL ira BBB I1 41"]),
            ["desk.position_committed ira/BBB: 41 shares are sold and open sales take 60 of 100"]
        );
    }
}
