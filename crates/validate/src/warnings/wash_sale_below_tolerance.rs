//! A loss sale of which a few dollars are washed by purchases below the tolerance: how much of the
//! loss does not count.
//!
//! Source: model.md, row `wash_sale.recent_purchase`: what is bought below the tolerance washes a
//! few dollars, which the plan states. The share of the loss is by shares at today's price, an
//! upper bound.

use portfolio::Decimal;
use portfolio::plan::Finding;

use crate::rules::Case;
use crate::rules::sold_at_a_loss;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "wash_sale.below_tolerance";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for sale in sold_at_a_loss(case.plan) {
        let security = facts.position_of(sale.lot).security;
        let bought = facts.wash.bought_usd[security];
        if bought.is_zero() || facts.wash.loss_barred[security] {
            continue;
        }
        let loss = -sale.gain;
        let proceeds = sale.quantity.saturating_mul(facts.portfolio.securities[security].price);
        let part = bought.checked_div(proceeds).unwrap_or(Decimal::ONE).min(Decimal::ONE);
        let detail = format!(
            "{} of its group was bought in the 30 days up to {}, within the tolerance of {}; at most {} of the \
             loss of {} is washed",
            usd(bought),
            facts.portfolio.as_of,
            usd(facts.portfolio.wash_sale_tolerance_usd),
            usd(loss.saturating_mul(part)),
            usd(loss)
        );
        found.push(finding(CODE, facts.lot_name(sale.lot), detail));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_washed_part_is_told() {
        let bought = json!([{"date": "2026-11-01", "account_id": "ira", "ticker": "AAA", "action": "REINVEST",
                             "quantity": 0.5, "price": 100}]);
        let f = Fixture::new().set("/transactions", bought);
        assert_eq!(f.run(check, &["SELL tax AAA A3 10"]), NONE);
        let f = f.set("/wash_sale_tolerance_usd", json!(100));
        assert_eq!(f.run(check, &["SELL tax AAA A1 10"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A3 10"]),
            ["wash_sale.below_tolerance tax/AAA/A3: 50.00 USD of its group was bought in the 30 days up to \
              2026-11-20, within the tolerance of 100.00 USD; at most 10.00 USD of the loss of 200.00 USD is washed"]
        );
    }
}
