//! Forbids an order smaller than the wished minimum (1 USD without a wish).
//!
//! Source: model.md, row `order.below_minimum`; an order that sells the whole position is exempt.

use portfolio::plan::Finding;

use super::{CENT, Case};
use crate::booked::Order;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "order.below_minimum";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let plan = case.plan;
    let minimum = plan.facts.portfolio.wishes.order_minimum_usd;
    let small = plan.orders.iter().filter(|o| !o.whole && o.notional < minimum.saturating_sub(CENT));
    let detail = |order: &Order| {
        format!("{} is less than {}; make the order larger or drop it", usd(order.notional), usd(minimum))
    };
    small.map(|order| finding(CODE, plan.name(order), detail(order))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn an_order_below_the_minimum() {
        let f = Fixture::new().wish("avoid_trades_below_1000_usd");
        assert_eq!(f.run(check, &["BUY tax CCC 50"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 49"]),
            ["order.below_minimum tax/CCC: 980.00 USD is less than 1,000.00 USD; \
              make the order larger or drop it"]
        );
        assert_eq!(Fixture::new().run(check, &["BUY tax CCC 0.049"]).len(), 1);
    }
}
