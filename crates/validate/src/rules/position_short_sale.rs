//! Forbids selling more of a lot than it holds.
//!
//! Source: model.md, row `position.short_sale` (54); quantities are compared to one millionth of
//! the lot.

use portfolio::plan::Finding;
use rust_decimal::dec;

use super::Case;
use crate::wording::{finding, shares};

/// Its name in every report.
pub(crate) const CODE: &str = "position.short_sale";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for sale in &case.plan.sales {
        let held = facts.portfolio.lots[sale.lot].quantity;
        if sale.quantity > held * dec!(1.000001) {
            let (sold, held) = (shares(sale.quantity), shares(held));
            let detail = format!("{sold} shares are sold of {held}; sell {held} at most");
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
    fn more_than_the_lot_holds_over_all_rows() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["SELL tax AAA A1 60", "SELL tax AAA A1 40.0001"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 60", "SELL tax AAA A1 60"]),
            ["position.short_sale tax/AAA/A1: 120 shares are sold of 100; sell 100 at most"]
        );
    }
}
