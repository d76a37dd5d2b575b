//! Forbids buying another ticker of a class in which a preferred one can be bought.
//!
//! Source: model.md, row `preference.*` (`preferred`), `prefer_ticker_T`.

use portfolio::plan::Finding;

use super::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.preferred";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let p = facts.portfolio;
    if p.wishes.preferred.is_empty() {
        return Vec::new();
    }
    let preferred_of = |class: &str| {
        let of_class = |n: &&usize| p.securities[**n].asset_class == class && facts.buyable[**n];
        p.wishes.preferred.iter().filter(of_class).copied().collect::<Vec<usize>>()
    };
    let mut found = Vec::new();
    for order in case.plan.purchases() {
        let security = &p.securities[order.security];
        let preferred = preferred_of(&security.asset_class);
        let first = preferred.iter().map(|n| p.securities[*n].ticker.as_str()).min();
        if let Some(first) = first.filter(|_| !preferred.contains(&order.security)) {
            let detail = format!("{first} is preferred in `{}`; buy that one", security.asset_class);
            found.push(finding(CODE, security.ticker.as_str(), detail));
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
    fn another_one_of_the_class() {
        let f = Fixture::new().wish("prefer_ticker_CCC");
        assert_eq!(f.run(check, &["BUY tax CCC 5", "BUY tax BBB 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 5"]),
            ["preference.preferred AAA: CCC is preferred in `US Stocks`; buy that one"]
        );
        let cannot = f.set("/securities/2/buyable", json!(false));
        assert_eq!(cannot.run(check, &["BUY tax AAA 5"]), NONE);
    }
}
