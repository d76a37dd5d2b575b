//! Forbids selling what `do_not_sell_ticker_T` names.
//!
//! Source: model.md, row `preference.*` (`do_not_sell`).

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.do_not_sell";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let barred = case.plan.sell_orders().filter(|order| p.wishes.do_not_sell.contains(&order.security));
    let why = |ticker: &str| {
        let house = &p.policy.house;
        if house.restricts(ticker) { house.words() } else { "`do_not_sell_ticker` names it".to_owned() }
    };
    let told = |ticker: &str| finding(CODE, ticker, why(ticker));
    barred.map(|order| told(case.plan.ticker(order))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_named_ticker() {
        let f = Fixture::new().wish("do_not_sell_ticker_AAA");
        assert_eq!(f.run(check, &["SELL tax BBB B1 5", "BUY ira AAA 1"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 5"]),
            ["preference.do_not_sell AAA: `do_not_sell_ticker` names it"]
        );
    }
}
