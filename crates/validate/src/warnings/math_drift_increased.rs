//! A plan that raises the drift: it names what is gained for that (tax, cap, buffer, ESG,
//! location).
//!
//! Source: model.md, row `math.not_improved`, last sentence.

use portfolio::Decimal;
use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::booked::Booked;
use crate::report::Terms;
use crate::rules::{CENT, Case, HOUSEHOLD, violations};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "math.drift_increased";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some((nothing, before)) = case.nothing else { return Vec::new() };
    let after = case.terms;
    if after.drift <= before.drift.saturating_add(dec!(0.000000001)) {
        return Vec::new();
    }
    let causes = causes(case, nothing, before);
    let causes = if causes.is_empty() { "nothing is gained for it".to_owned() } else { causes.join(", ") };
    let (from, to) = (before.drift.round_dp(9).normalize(), after.drift.round_dp(9).normalize());
    let detail = format!("the plan takes the drift from {from} to {to}; the cause: {causes}");
    vec![finding(CODE, HOUSEHOLD, detail)]
}

/// What the plan gains, or has to mend, so that the drift rises.
fn causes(case: &Case<'_>, nothing: &Booked<'_>, before: &Terms) -> Vec<String> {
    let after = case.terms;
    let mut causes = Vec::new();
    if after.tax_usd < before.tax_usd - CENT {
        causes.push(format!("tax (saves {})", usd(before.tax_usd.saturating_sub(after.tax_usd))));
    }
    if after.location_drag_usd < before.location_drag_usd - CENT {
        let saved = before.location_drag_usd.saturating_sub(after.location_drag_usd);
        causes.push(format!("location (saves {} a year)", usd(saved)));
    }
    if after.esg > before.esg && case.plan.facts.portfolio.lambdas().esg > Decimal::ZERO {
        causes.push("ESG (the score rises)".to_owned());
    }
    let broken = violations(&Case { plan: nothing, terms: before, nothing: None, moment: None });
    let mends = |codes: &[&str]| broken.iter().any(|f| codes.iter().any(|code| f.code.starts_with(code)));
    if mends(&["concentration.", "risk."]) {
        causes.push("cap (doing nothing is above one)".to_owned());
    }
    if mends(&["budget.cash_buffer"]) {
        causes.push("buffer (doing nothing leaves too little cash)".to_owned());
    }
    if mends(&["budget.cash_negative"]) {
        causes.push("withdrawal (doing nothing leaves an account without the cash for it)".to_owned());
    }
    causes
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_causes_are_named() {
        assert_eq!(Fixture::new().run(check, &["BUY tax CCC 50"]), NONE);
        let harvest = |f: Fixture| f.run(check, &["SELL tax AAA A3 50"]);
        let told = harvest(Fixture::new());
        assert_eq!(
            told,
            ["math.drift_increased household: the plan takes the drift from 0.08 to 0.18; \
              the cause: nothing is gained for it"]
        );
        let gains = json!({"realized_ytd": {"short_term": 5000}});
        let told = harvest(Fixture::new().set("/tax", gains));
        assert!(told[0].ends_with("the cause: tax (saves 350.00 USD)"), "{told:?}");
        let told = harvest(Fixture::new().wish("concentrate_up_to_30_pct_in_ticker_AAA"));
        assert!(told[0].ends_with("the cause: cap (doing nothing is above one)"), "{told:?}");
        let told = harvest(Fixture::new().wish("maintain_cash_balance_of_20000_usd"));
        assert!(told[0].contains("the cause: buffer"), "{told:?}");
        let told = harvest(Fixture::new().set("/cash_flow", json!({"tax": -15000, "ira": 15000})));
        assert!(told[0].contains("the cause: withdrawal"), "{told:?}");
    }

    #[test]
    fn esg_and_location_are_causes() {
        let f = Fixture::new().wish("impact_investing_focus").set("/securities/2/esg_score", json!("AAA"));
        let told = f.run(check, &["BUY tax CCC 50"]);
        assert_eq!(told, NONE);
        let f = f.set("/target_allocation", json!({"US Stocks": 0.4, "Bonds": 0.3, "Cash": 0.3}));
        let told = f.run(check, &["BUY tax CCC 50"]);
        assert!(told[0].ends_with("the cause: ESG (the score rises)"), "{told:?}");
        let f = f.set("/asset_location", json!({"enabled": true, "tax_drag": {"Bonds": 0.02}}));
        let told = f.run(check, &["SELL tax BBB B1 20"]);
        assert!(told[0].ends_with("the cause: location (saves 20.00 USD a year)"), "{told:?}");
    }
}
