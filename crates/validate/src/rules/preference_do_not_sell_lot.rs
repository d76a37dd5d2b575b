//! Forbids selling a lot that `do_not_sell_lot_X` keeps.
//!
//! Source: model.md, row `preference.do_not_sell_lot`.

use portfolio::plan::Finding;

use super::Case;
use crate::booked::LotSale;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.do_not_sell_lot";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let kept = |sale: &&LotSale| facts.portfolio.wishes.kept_lots.contains(&sale.lot);
    let detail = "this lot is to be kept; sell another one";
    let sales = case.plan.sales.iter().filter(kept);
    sales.map(|sale| finding(CODE, facts.lot_name(sale.lot), detail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_kept_lot() {
        let f = Fixture::new().wish("do_not_sell_lot_A1");
        assert_eq!(f.run(check, &["SELL tax AAA A2 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 5"]),
            ["preference.do_not_sell_lot tax/AAA/A1: this lot is to be kept; sell another one"]
        );
    }
}
