//! Forbids a loss sale and a purchase within one identical group in one plan.
//!
//! Source: model.md, row `wash_sale.loss_and_purchase` (57); IRC s.1091(a). The loss is of a taxable account,
//! the purchase of any.

use std::collections::BTreeMap;

use portfolio::plan::Finding;

use super::Case;
use crate::booked::LotSale;
use crate::rules::sold_at_a_loss;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "wash_sale.loss_and_purchase";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let group = |security: usize| facts.portfolio.securities[security].identical_group.as_str();
    let losses: BTreeMap<&str, &LotSale> =
        sold_at_a_loss(case.plan).map(|sale| (group(facts.position_of(sale.lot).security), sale)).collect();
    let mut found = Vec::new();
    for order in case.plan.purchases() {
        if let Some(sale) = losses.get(group(order.security)) {
            let detail = format!(
                "{} is sold at a loss of {} in the same plan; buy something that is not identical, or keep the lot",
                facts.lot_name(sale.lot),
                usd(-sale.gain)
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
    fn a_loss_and_a_purchase_of_one_group() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["SELL tax AAA A3 10", "BUY ira CCC 5"]), NONE);
        assert_eq!(f.run(check, &["SELL tax AAA A1 10", "BUY ira AAA 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A3 10", "BUY ira AAA 5"]),
            [
                "wash_sale.loss_and_purchase ira/AAA: tax/AAA/A3 is sold at a loss of 200.00 USD in the same plan; \
              buy something that is not identical, or keep the lot"
            ]
        );
        let alike = f.set("/securities/2/identical_group", json!("AAA"));
        assert_eq!(alike.run(check, &["SELL tax AAA A3 10", "BUY ira CCC 5"]).len(), 1);
    }
}
