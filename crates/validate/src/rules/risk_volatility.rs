//! Forbids an annualised volatility above `volatility_cap_pct_N`.
//!
//! Source: model.md, row `risk.volatility`: `sqrt(w'ᵀΣw') <= N %`. A pure measure, in binary
//! floats.

use portfolio::Decimal;
use portfolio::money::float;
use portfolio::plan::Finding;

use super::{Case, HOUSEHOLD, WEIGHT};
use crate::risk::variance;
use crate::wording::{finding, pct};

/// Its name in every report.
pub(crate) const CODE: &str = "risk.volatility";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let Some(cap) = facts.portfolio.wishes.volatility_cap.filter(|_| facts.portfolio.risk_model.is_some())
    else {
        return Vec::new();
    };
    let weights: Vec<Decimal> =
        case.plan.value_after.iter().map(|usd| facts.weight(usd.unwrap_or_default())).collect();
    let volatility = variance(facts.portfolio, &weights).max(0.0).sqrt();
    if volatility <= float(cap + WEIGHT) {
        return Vec::new();
    }
    let detail = format!("{:.4} % a year is above {}", volatility * 100.0, pct(cap));
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_volatility_of_the_household() {
        // One factor of 20 % a year to which only stocks are exposed; V = 50,000 USD, AAA 20,000.
        let f = Fixture::new().wish("volatility_cap_pct_8").set(
            "/risk_model",
            json!({"factors": ["market"], "factor_covariance": [[0.04]],
                   "exposures": {"AAA": [1], "BBB": [0], "CCC": [1], "DDD": [0]},
                   "specific_variance": {"AAA": 0, "BBB": 0, "CCC": 0, "DDD": 0}}),
        );
        assert_eq!(f.run(check, &[]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 25"]),
            ["risk.volatility household: 8.2000 % a year is above 8 %"]
        );
    }
}
