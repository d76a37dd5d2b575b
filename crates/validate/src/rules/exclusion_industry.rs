//! Forbids buying a security of an excluded industry.
//!
//! Source: model.md, row `exclusion.industry`; `exclude_fossil_fuels` covers thermal coal.

use portfolio::plan::Finding;

use super::Case;
use crate::facts::wishes::excluded_industry;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "exclusion.industry";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let mut found = Vec::new();
    for order in case.plan.purchases() {
        let security = &p.securities[order.security];
        if let Some(industry) = excluded_industry(p, security) {
            found.push(finding(CODE, security.ticker.as_str(), format!("`{industry}` is excluded")));
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
    fn an_excluded_industry() {
        let f = Fixture::new().wish("exclude_fossil_fuels");
        assert_eq!(f.run(check, &["BUY tax CCC 5"]), NONE);
        let f = f.set("/securities/2/industries", json!(["thermal_coal"]));
        assert_eq!(f.run(check, &["BUY tax CCC 5"]), ["exclusion.industry CCC: `thermal_coal` is excluded"]);
    }
}
