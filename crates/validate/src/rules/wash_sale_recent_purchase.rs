//! Forbids a loss sale in a group that any account bought in the last 30 days.
//!
//! Source: model.md, row `wash_sale.recent_purchase` (57); IRC s.1091(a). What was bought below
//! `wash_sale_tolerance_usd` is the warning `wash_sale.below_tolerance`.

use portfolio::plan::Finding;

use super::Case;
use crate::rules::sold_at_a_loss;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "wash_sale.recent_purchase";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for sale in sold_at_a_loss(case.plan) {
        let security = facts.position_of(sale.lot).security;
        if facts.wash.loss_barred[security] {
            let detail = format!(
                "a loss of {}, and {} of the group was bought in the 30 days up to {} ({} is tolerated); \
                 keep the lot or sell one with a gain",
                usd(-sale.gain),
                usd(facts.wash.bought_usd[security]),
                facts.portfolio.as_of,
                usd(facts.portfolio.wash_sale_tolerance_usd)
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

    const LOSS: [&str; 1] = ["SELL tax AAA A3 10"];

    #[test]
    fn a_loss_after_a_purchase() {
        assert_eq!(Fixture::new().run(check, &LOSS), NONE);
        let bought = json!([{"date": "2026-11-01", "account_id": "ira", "ticker": "AAA", "action": "REINVEST",
                             "quantity": 0.5, "price": 90}]);
        let f = Fixture::new().set("/transactions", bought);
        assert_eq!(
            f.run(check, &LOSS),
            [
                "wash_sale.recent_purchase tax/AAA/A3: a loss of 200.00 USD, and 45.00 USD of the group was bought \
              in the 30 days up to 2026-11-20 (0.00 USD is tolerated); keep the lot or sell one with a gain"
            ]
        );
        assert_eq!(f.set("/wash_sale_tolerance_usd", json!(45)).run(check, &LOSS), NONE);
    }

    #[test]
    fn a_lot_in_the_window_is_a_purchase() {
        let bought_on =
            |day: &str| Fixture::new().set("/accounts/0/holdings/0/lots/0/acquisition_date", json!(day));
        assert_eq!(bought_on("2026-10-20").run(check, &LOSS), NONE);
        assert_eq!(bought_on("2026-10-21").run(check, &LOSS).len(), 1);
    }
}
