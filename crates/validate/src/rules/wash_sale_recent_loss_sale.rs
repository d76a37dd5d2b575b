//! Forbids a purchase in a group that a taxable account sold at a loss in the last 30 days.
//!
//! Source: model.md, row `wash_sale.recent_loss_sale` (57); IRC s.1091(a).

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "wash_sale.recent_loss_sale";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let barred = case.plan.purchases().filter(|order| facts.wash.purchase_barred[order.security]);
    let detail = format!(
        "its group was sold at a loss in the 30 days up to {}; buy something that is not identical, or wait",
        facts.portfolio.as_of
    );
    barred.map(|order| finding(CODE, case.plan.name(order), detail.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    fn sold(day: &str, account: &str, gain: i32) -> Fixture {
        let sale = json!([{"date": day, "account_id": account, "ticker": "OLD", "action": "SELL", "quantity": 5,
                           "price": 90, "realized_gain": gain, "identical_group": "CCC"}]);
        Fixture::new().set("/transactions", sale)
    }

    #[test]
    fn a_purchase_after_a_loss() {
        let buy = ["BUY ira CCC 5"];
        assert_eq!(sold("2026-10-20", "tax", -50).run(check, &buy), NONE);
        assert_eq!(sold("2026-10-21", "ira", -50).run(check, &buy), NONE);
        assert_eq!(sold("2026-10-21", "tax", 50).run(check, &buy), NONE);
        assert_eq!(
            sold("2026-10-21", "tax", -50).run(check, &buy),
            [
                "wash_sale.recent_loss_sale ira/CCC: its group was sold at a loss in the 30 days up to 2026-11-20; \
              buy something that is not identical, or wait"
            ]
        );
        assert_eq!(sold("2026-10-21", "closed", -50).run(check, &buy).len(), 1);
    }
}
