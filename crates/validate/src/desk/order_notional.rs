//! An order larger than the policy's largest.
//!
//! Source: tax.md 8.7 (c)(1), OMS-2. The default is a house decision.

use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::booked::Order;
use crate::rules::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.order_notional";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let policy = &case.plan.facts.portfolio.policy;
    let most = policy.order_notional_max.unwrap_or(dec!(1000000));
    let large = case.plan.orders.iter().filter(|order| order.notional > most.saturating_add(CENT));
    let detail = |order: &Order| format!("{} is more than {}; split it", usd(order.notional), usd(most));
    large.map(|order| finding(CODE, case.plan.name(order), detail(order))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn oms_2_an_order_that_is_too_large() {
        let f = Fixture::new().set("/policy", json!({"order_notional_max": 1000}));
        assert_eq!(f.run(check, &["BUY tax CCC 50"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 51"]),
            ["desk.order_notional tax/CCC: 1,020.00 USD is more than 1,000.00 USD; split it"]
        );
        assert_eq!(Fixture::new().run(check, &["BUY tax CCC 50001"]).len(), 1);
    }
}
