//! Forbids buying what is rated below `esg_minimum_score_R`, or not at all.
//!
//! Source: model.md, row `esg.minimum`.

use portfolio::plan::Finding;

use super::Case;
use crate::facts::wishes::below_minimum;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "esg.minimum";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let Some(minimum) = p.wishes.esg_minimum else { return Vec::new() };
    let mut found = Vec::new();
    for order in case.plan.purchases() {
        let security = &p.securities[order.security];
        if below_minimum(p, security) {
            let detail = match security.esg {
                Some(rating) => format!("it is rated {rating} and {minimum} is the least"),
                None => format!("it is not rated and {minimum} is the least"),
            };
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
    fn rated_below_or_not_at_all() {
        let f = Fixture::new().wish("esg_minimum_score_AA").set("/securities/2/esg_score", json!("AA"));
        assert_eq!(f.run(check, &["BUY tax CCC 5", "SELL tax BBB B1 5"]), NONE);
        let f = f.set("/securities/1/esg_score", json!("BBB"));
        assert_eq!(
            f.run(check, &["BUY tax BBB 5", "BUY tax AAA 5"]),
            [
                "esg.minimum BBB: it is rated BBB and AA is the least",
                "esg.minimum AAA: it is not rated and AA is the least",
            ]
        );
    }
}
