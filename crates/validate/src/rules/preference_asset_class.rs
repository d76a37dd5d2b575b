//! Forbids buying in a class that `avoid_asset_class_C` names.
//!
//! Source: model.md, row `preference.*` (`asset_class`).

use portfolio::plan::Finding;

use super::Case;
use crate::facts::wishes::avoided_class;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.asset_class";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let barred = case.plan.purchases().filter(|order| avoided_class(p, &p.securities[order.security]));
    barred
        .map(|order| {
            finding(
                CODE,
                case.plan.ticker(order),
                format!("`{}` is an avoided class", p.securities[order.security].asset_class),
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn an_avoided_class() {
        let f = Fixture::new().wish("avoid_asset_class_US_Stocks");
        assert_eq!(f.run(check, &["BUY tax BBB 5", "SELL tax AAA A1 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5"]),
            ["preference.asset_class CCC: `US Stocks` is an avoided class"]
        );
    }
}
