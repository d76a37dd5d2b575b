//! Forbids selling a lot before `min_holding_months_N`, in any kind of account.
//!
//! Source: model.md, row `holding_period.minimum`: calendar months, the end of a month clamped.

use portfolio::plan::Finding;

use super::Case;
use crate::facts::wishes::younger_than;
use crate::wording::{count, finding};

/// Its name in every report.
pub(crate) const CODE: &str = "holding_period.minimum";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let months = facts.portfolio.wishes.holding_months_min;
    let mut found = Vec::new();
    for sale in case.plan.sales.iter().filter(|sale| younger_than(facts, sale.lot, months)) {
        let acquired = facts.portfolio.lots[sale.lot].acquired.unwrap_or(facts.portfolio.as_of);
        let months = count(i64::from(months.unwrap_or_default()), "month");
        let detail = format!("acquired on {acquired}; lots are held for {months}");
        found.push(finding(CODE, facts.lot_name(sale.lot), detail));
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
            .wish("min_holding_months_13")
            .set("/accounts/1/holdings/0/lots/0/acquisition_date", json!(day))
    }

    #[test]
    fn thirteen_months_to_the_day() {
        let sell = ["SELL ira BBB I1 5"];
        assert_eq!(bought_on("2025-10-20").run(check, &sell), NONE);
        assert_eq!(
            bought_on("2025-10-21").run(check, &sell),
            ["holding_period.minimum ira/BBB/I1: acquired on 2025-10-21; lots are held for 13 months"]
        );
    }
}
