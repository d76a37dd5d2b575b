//! A holding that an exclusion, the ESG minimum or an avoided class would keep from being bought:
//! such wishes bar purchases and sell nothing.
//!
//! Source: model.md, after the table: a plan says which holdings they would also bar.

use portfolio::plan::Finding;

use crate::facts::wishes::{avoided_class, below_minimum, excluded_industry};
use crate::objective::held;
use crate::rules::{CENT, Case};
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "preference.held_but_barred";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let mut found = Vec::new();
    for (n, _) in held(case.plan).filter(|(_, usd)| *usd >= CENT) {
        let security = &p.securities[n];
        let mut why = Vec::new();
        if let Some(industry) = excluded_industry(p, security) {
            why.push(format!("`{industry}` is excluded"));
        }
        if let Some(minimum) = p.wishes.esg_minimum.filter(|_| below_minimum(p, security)) {
            let rating = security.esg.map_or("not rated".to_owned(), |r| format!("rated {r}"));
            why.push(format!("it is {rating} and {minimum} is the least"));
        }
        if avoided_class(p, security) {
            why.push(format!("`{}` is an avoided class", security.asset_class));
        }
        if !why.is_empty() {
            let detail = format!("still held after the plan: {}; wishes bar purchases only", why.join(", "));
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
    fn what_is_held_and_would_not_be_bought() {
        assert_eq!(Fixture::new().run(check, &[]), NONE);
        let f = Fixture::new()
            .wish("avoid_asset_class_US_Stocks")
            .wish("exclude_tobacco")
            .wish("esg_minimum_score_A")
            .set("/securities/0/industries", json!(["tobacco"]))
            .set("/securities/1/esg_score", json!("B"));
        assert_eq!(
            f.run(check, &[]),
            [
                "preference.held_but_barred AAA: still held after the plan: `tobacco` is excluded, it is not rated \
                 and A is the least, `US Stocks` is an avoided class; wishes bar purchases only",
                "preference.held_but_barred BBB: still held after the plan: it is rated B and A is the least; \
                 wishes bar purchases only",
            ]
        );
        let gone = f.run(check, &["SELL tax AAA A1 100", "SELL tax AAA A2 50", "SELL tax AAA A3 50"]);
        assert_eq!(gone.len(), 1);
    }
}
