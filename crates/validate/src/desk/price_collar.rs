//! A row priced further from the document's price than the collar allows.
//!
//! Source: tax.md 8.8, OMS-1.

use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::desk::priced_rows;
use crate::rules::Case;
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.price_collar";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let collar = p.policy.price_collar_pct.unwrap_or(dec!(3));
    let mut found = Vec::new();
    for row in priced_rows(case) {
        let price = p.securities[row.security].price;
        let off = row.estimated.saturating_sub(price).abs();
        if off.saturating_mul(dec!(100)) > price.saturating_mul(collar) {
            let detail = format!(
                "{} is further than {} % from the price of {}",
                usd(row.estimated),
                collar.normalize(),
                usd(price)
            );
            found.push(finding(CODE, row.place(case), detail));
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
    fn oms_1_a_price_outside_the_collar() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY tax AAA 5 @ 103.00", "BUY tax CCC 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 5 @ 105.00"]),
            ["desk.price_collar tax/AAA: 105.00 USD is further than 3 % from the price of 100.00 USD"]
        );
        let wide = f.set("/policy", json!({"price_collar_pct": 5}));
        assert_eq!(wide.run(check, &["BUY tax AAA 5 @ 105.00"]), NONE);
    }
}
