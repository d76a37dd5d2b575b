//! More orders than the policy allows in one plan.
//!
//! Source: tax.md 8.7 (c)(1). The default is a house decision.

use portfolio::plan::Finding;

use crate::rules::{Case, HOUSEHOLD};
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "desk.orders_max";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let most = case.plan.facts.portfolio.policy.orders_max.unwrap_or(500);
    let orders = case.plan.orders.len();
    if orders <= usize::try_from(most).unwrap_or(usize::MAX) {
        return Vec::new();
    }
    vec![finding(CODE, HOUSEHOLD, format!("{orders} orders and {most} is the most of one plan"))]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn too_many_orders() {
        let f = Fixture::new().set("/policy", json!({"orders_max": 1}));
        assert_eq!(f.run(check, &["SELL tax AAA A1 5", "SELL tax AAA A2 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5", "BUY ira CCC 5"]),
            ["desk.orders_max household: 2 orders and 1 is the most of one plan"]
        );
    }
}
