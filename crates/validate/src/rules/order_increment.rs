//! Forbids an order whose quantity is no multiple of the security's increment.
//!
//! Source: model.md, row `order.increment`. It binds the order's total, not its rows; an order that sells the
//! whole position is exempt.

use portfolio::Decimal;
use portfolio::plan::Finding;
use rust_decimal::dec;

use super::Case;
use crate::wording::{finding, shares};

/// Its name in every report.
pub(crate) const CODE: &str = "order.increment";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let plan = case.plan;
    let mut found = Vec::new();
    for order in plan.orders.iter().filter(|order| !order.whole) {
        let step = plan.facts.portfolio.securities[order.security].quantity_increment;
        if !is_multiple(order.quantity, step) {
            let detail = format!(
                "{} shares are no multiple of {}; round the order's total, or sell the whole position",
                shares(order.quantity),
                shares(step)
            );
            found.push(finding(CODE, plan.name(order), detail));
        }
    }
    found
}

/// Whether `quantity` is within a ten-thousandth of a step of a multiple of `step`.
fn is_multiple(quantity: Decimal, step: Decimal) -> bool {
    let Some(rest) = quantity.checked_rem(step) else { return true };
    rest.min(step - rest) <= step * dec!(0.0001)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_order_counts_and_not_its_rows() {
        let f = Fixture::new().set("/securities/0/quantity_increment", json!(1));
        assert_eq!(f.run(check, &["SELL tax AAA A1 10.123456", "SELL tax AAA A2 0.876544"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 10.5"]),
            ["order.increment tax/AAA: 10.5 shares are no multiple of 1; round the order's total, \
              or sell the whole position"]
        );
    }

    #[test]
    fn a_whole_position_may_be_sold_whatever_it_is() {
        let f = Fixture::new()
            .set("/securities/1/quantity_increment", json!(1))
            .set("/accounts/0/holdings/1/lots/0/quantity", json!(200.5));
        assert_eq!(f.run(check, &["SELL tax BBB B1 200.5"]), NONE);
        assert_eq!(f.run(check, &["SELL tax BBB B1 100.5"]).len(), 1);
    }
}
