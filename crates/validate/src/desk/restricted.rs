//! An order in a ticker that the policy restricts.
//!
//! Source: tax.md 8.8 (restricted list).

use portfolio::plan::Finding;

use crate::booked::Order;
use crate::rules::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "desk.restricted";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let listed = |order: &&Order| p.policy.restricted.iter().any(|t| t == case.plan.ticker(order));
    let detail = "the policy restricts this ticker; drop the order or have the restriction lifted";
    let orders = case.plan.orders.iter().filter(listed);
    orders.map(|order| finding(CODE, case.plan.name(order), detail)).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_restricted_ticker() {
        let f = Fixture::new().set("/policy", json!({"restricted": ["CCC"]}));
        assert_eq!(f.run(check, &["BUY tax BBB 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5"]),
            [
                "desk.restricted tax/CCC: the policy restricts this ticker; drop the order or have the restriction lifted"
            ]
        );
    }
}
