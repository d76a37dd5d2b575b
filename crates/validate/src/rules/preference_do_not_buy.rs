//! Forbids buying what `do_not_buy_ticker_T` names.
//!
//! Source: model.md, row `preference.*` (`do_not_buy`).

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.do_not_buy";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let barred = case.plan.purchases().filter(|order| p.wishes.do_not_buy.contains(&order.security));
    let why = |ticker: &str| {
        let house = &p.policy.house;
        if house.restricts(ticker) { house.words() } else { "`do_not_buy_ticker` names it".to_owned() }
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
        let f = Fixture::new().wish("do_not_buy_ticker_CCC");
        assert_eq!(f.run(check, &["BUY tax BBB 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5"]),
            ["preference.do_not_buy CCC: `do_not_buy_ticker` names it"]
        );
    }
}
