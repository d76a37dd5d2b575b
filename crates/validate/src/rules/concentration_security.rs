//! Forbids more of one security than its cap, or of one stock than the cap of any stock.
//!
//! Source: model.md, row `concentration.security` (55); the ticker's own cap wins over
//! `max_concentration_pct_N`.

use portfolio::SecurityKind;
use portfolio::plan::Finding;

use super::{Case, WEIGHT};
use crate::objective::held;
use crate::wording::{finding, pct, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "concentration.security";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let mut found = Vec::new();
    for (n, value) in held(case.plan) {
        let security = &p.securities[n];
        let of_any_stock = p.wishes.stock_cap.filter(|_| security.kind == SecurityKind::Stock);
        let Some(cap) = p.wishes.security_caps.get(&n).copied().or(of_any_stock) else { continue };
        let weight = case.plan.facts.weight(value);
        if weight > cap + WEIGHT {
            let over = usd(value.saturating_sub(cap.saturating_mul(case.plan.facts.value)));
            let detail = format!("{} is above {}, by {over}", pct(weight), pct(cap));
            found.push(finding(CODE, security.ticker.as_str(), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_stock_and_a_ticker_of_its_own() {
        // V = 50,000 USD, of which AAA is 20,000.
        let f = Fixture::new().wish("max_concentration_pct_40");
        assert_eq!(f.run(check, &[]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 1"]),
            ["concentration.security AAA: 40.2 % is above 40 %, by 100.00 USD"]
        );
        assert_eq!(f.run(check, &["BUY tax BBB 200", "BUY tax CCC 1000"]), NONE);
        let own = f.wish("concentrate_up_to_50_pct_in_ticker_AAA");
        assert_eq!(own.run(check, &["BUY tax AAA 1"]), NONE);
    }
}
