//! Forbids selling a dividend payer of a taxable account within 60 days under
//! `prioritize_qualified_dividends`.
//!
//! Source: model.md, row `dividend.holding_period`; IRC s.1(h)(11)(B)(iii). An undated lot is never
//! inside it.

use portfolio::plan::Finding;

use super::Case;
use crate::facts::wishes::{DIVIDEND_DAYS, inside_dividend_period};
use crate::wording::{count, finding};

/// Its name in every report.
pub(crate) const CODE: &str = "dividend.holding_period";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for sale in &case.plan.sales {
        if facts.lot_taxable(sale.lot) && inside_dividend_period(facts, sale.lot) {
            let days = facts.days_held(sale.lot).unwrap_or_default();
            let detail = format!(
                "held for {}; a dividend payer is held for more than {DIVIDEND_DAYS} days, wait {}",
                count(days, "day"),
                count(DIVIDEND_DAYS + 1 - days, "day")
            );
            found.push(finding(CODE, facts.lot_name(sale.lot), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    fn bought_on(day: &str) -> Fixture {
        Fixture::new()
            .wish("prioritize_qualified_dividends")
            .set("/securities/1/pays_dividends", json!(true))
            .set("/accounts/0/holdings/1/lots/0/acquisition_date", json!(day))
            .set("/accounts/1/holdings/0/lots/0/acquisition_date", json!(day))
    }

    #[test]
    fn sixty_days() {
        assert_eq!(bought_on("2026-09-20").run(check, &["SELL tax BBB B1 5"]), NONE);
        assert_eq!(bought_on("2026-09-21").run(check, &["SELL ira BBB I1 5"]), NONE);
        assert_eq!(
            bought_on("2026-09-21").run(check, &["SELL tax BBB B1 5"]),
            ["dividend.holding_period tax/BBB/B1: held for 60 days; a dividend payer is held for more than \
              60 days, wait 1 day"]
        );
    }
}
