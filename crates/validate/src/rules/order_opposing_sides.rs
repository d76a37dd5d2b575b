//! Forbids a BUY and a SELL of one ticker in one account.
//!
//! Source: model.md, row `order.opposing_sides`.

use std::collections::BTreeSet;

use portfolio::plan::Finding;

use super::Case;
use crate::booked::Order;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "order.opposing_sides";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let place = |order: &Order| (order.account, order.security);
    let sold: BTreeSet<_> = case.plan.sell_orders().map(place).collect();
    let both = case.plan.purchases().filter(|order| sold.contains(&place(order)));
    let detail = "one ticker is both bought and sold in one account; net the two";
    both.map(|order| finding(CODE, case.plan.name(order), detail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn one_ticker_both_ways() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["SELL tax BBB B1 5", "BUY ira BBB 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax BBB B1 5", "BUY tax BBB 5"]),
            ["order.opposing_sides tax/BBB: one ticker is both bought and sold in one account; net the two"]
        );
    }
}
