//! The same account, ticker, side and quantity twice: in the plan (of one lot, for a sale), or in
//! the plan and at the broker.
//!
//! Source: tax.md 8.7 (c)(1), 8.8, OMS-3.

use std::collections::HashSet;

use portfolio::plan::Finding;

use crate::booked::Row;
use crate::rules::Case;
use crate::wording::{finding, shares};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.duplicate_order";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut seen = HashSet::new();
    let mut found = Vec::new();
    for row in case.plan.rows.iter().filter_map(|trade| Row::read(facts, trade)) {
        if !seen.insert((row.account, row.security, row.side, row.lot, row.quantity)) {
            let detail = format!(
                "{} {} stands twice in the plan; join the rows if both are meant",
                row.side.word(),
                shares(row.quantity)
            );
            found.push(finding(CODE, facts.position_name(row.account, row.security), detail));
        }
    }
    for order in &case.plan.orders {
        let open = &facts.portfolio.accounts[order.account].open_orders;
        let same = |o: &&portfolio::household::OpenOrder| {
            o.ticker == case.plan.ticker(order) && o.side == order.side && o.quantity == order.quantity
        };
        if open.iter().any(|o| same(&o)) {
            let detail = format!(
                "{} {} is at the broker already; cancel one of the two",
                order.side.word(),
                shares(order.quantity)
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
    fn oms_3_twice_the_same() {
        let f = Fixture::new();
        assert_eq!(
            f.run(check, &["BUY tax CCC 5", "BUY ira CCC 5", "SELL tax AAA A1 5", "SELL tax AAA A2 5"]),
            NONE
        );
        assert_eq!(
            f.run(check, &["BUY tax CCC 5", "BUY tax CCC 5.0"]),
            ["desk.duplicate_order tax/CCC: BUY 5 stands twice in the plan; join the rows if both are meant"]
        );
    }

    #[test]
    fn an_order_that_is_open() {
        let open = json!([{"ticker": "CCC", "side": "BUY", "quantity": 5}]);
        let f = Fixture::new().set("/accounts/0/open_orders", open);
        assert_eq!(f.run(check, &["BUY tax CCC 6", "BUY ira CCC 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 2", "BUY tax CCC 3"]),
            ["desk.duplicate_order tax/CCC: BUY 5 is at the broker already; cancel one of the two"]
        );
    }
}
