//! Forbids buying a security that the document says is not to be bought.
//!
//! Source: model.md, row `preference.*` (`not_buyable`).

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.not_buyable";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let barred = case.plan.purchases().filter(|order| !p.securities[order.security].buyable);
    barred.map(|order| finding(CODE, case.plan.ticker(order), "the document says `buyable: false`")).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn not_buyable() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY tax CCC 5"]), NONE);
        let f = f.set("/securities/2/buyable", json!(false));
        assert_eq!(
            f.run(check, &["BUY tax CCC 5"]),
            ["preference.not_buyable CCC: the document says `buyable: false`"]
        );
    }
}
