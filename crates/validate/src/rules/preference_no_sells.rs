//! Forbids selling anything under `no_sells`: only cash is put to work.
//!
//! Source: model.md, row `preference.*` (`no_sells`).

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.no_sells";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    if !case.plan.facts.portfolio.wishes.no_sells {
        return Vec::new();
    }
    let detail = "nothing is to be sold; only cash is put to work";
    case.plan.sell_orders().map(|order| finding(CODE, case.plan.ticker(order), detail)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn nothing_is_sold() {
        let f = Fixture::new().wish("no_sells");
        assert_eq!(f.run(check, &["BUY tax CCC 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A1 5"]),
            ["preference.no_sells AAA: nothing is to be sold; only cash is put to work"]
        );
    }
}
