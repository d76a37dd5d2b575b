//! Forbids a short-term lot with a gain sold before every other available lot is sold out.
//!
//! Source: model.md, row `tax.short_term_priority`, `minimize_short_term_gains`. A lot that some rule bars by
//! itself is not available; `sell_lot_first_X` exempts X.

use portfolio::plan::Finding;

use super::Case;
use crate::booked::queue::{Turn, jumped};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "tax.short_term_priority";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for (sale, turn) in jumped(case.plan) {
        if let Turn::NoShortGain(other) = turn {
            let detail = format!(
                "a short-term gain of {} while lot {} is available; sell that one out first",
                usd(sale.gain),
                facts.portfolio.lots[other].lot_id
            );
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
    fn the_others_go_first() {
        let f = Fixture::new().wish("minimize_short_term_gains");
        assert_eq!(f.run(check, &["SELL tax AAA A1 100", "SELL tax AAA A3 50", "SELL tax AAA A2 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A2 5", "SELL tax AAA A1 100"]),
            [
                "tax.short_term_priority tax/AAA/A2: a short-term gain of 100.00 USD while lot A3 is available; \
              sell that one out first"
            ]
        );
        assert_eq!(Fixture::new().run(check, &["SELL tax AAA A2 5"]), NONE);
    }

    #[test]
    fn a_barred_lot_is_not_available() {
        let f = Fixture::new().wish("minimize_short_term_gains").wish("do_not_sell_lot_A3");
        assert_eq!(f.run(check, &["SELL tax AAA A2 5", "SELL tax AAA A1 100"]), NONE);
    }

    #[test]
    fn the_lot_that_is_to_go_first_is_exempt() {
        let f = Fixture::new().wish("minimize_short_term_gains").wish("sell_lot_first_A2");
        assert_eq!(f.run(check, &["SELL tax AAA A2 5"]), NONE);
    }
}
