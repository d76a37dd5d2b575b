//! Forbids selling another lot of a position before the one that `sell_lot_first_X` names.
//!
//! Source: model.md, row `preference.lot_order`; it binds while lot X is available and not sold
//! out.

use portfolio::plan::Finding;

use super::Case;
use crate::booked::queue::{Turn, jumped};
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.lot_order";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for (sale, turn) in jumped(case.plan) {
        if let Turn::First(other) = turn {
            let detail = format!("lot {} goes first; sell that one out", facts.portfolio.lots[other].lot_id);
            found.push(finding(CODE, facts.lot_name(sale.lot), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_named_lot_goes_first() {
        let f = Fixture::new().wish("sell_lot_first_A3");
        assert_eq!(f.run(check, &["SELL tax AAA A3 50", "SELL tax AAA A1 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A3 49", "SELL tax AAA A1 5"]),
            ["preference.lot_order tax/AAA/A1: lot A3 goes first; sell that one out"]
        );
        assert_eq!(f.run(check, &["SELL tax BBB B1 5"]), NONE);
    }
}
