//! An order on a price that is too old, where its time is given.
//!
//! Source: tax.md 8.8 (stale-price age). A day alone stands for its close, 16:00 in New York; a
//! time without a zone is New York's.

use std::collections::BTreeSet;

use portfolio::Decimal;
use portfolio::exchange::eastern::{close_of, written_at};
use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::rules::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "desk.stale_price";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let now = case.moment.map_or_else(|| close_of(p.as_of), |m| m.now);
    let default = if case.moment.is_some() { dec!(15) } else { dec!(390) };
    let most = p.policy.price_age_max_minutes.unwrap_or(default);
    let traded: BTreeSet<usize> = case.plan.orders.iter().map(|order| order.security).collect();
    let mut found = Vec::new();
    for security in traded.into_iter().map(|n| &p.securities[n]) {
        let Some(written) = security.price_as_of.as_deref() else { continue };
        let detail = match written_at(written) {
            None => format!("`{written}` tells no time of the price; write 2026-11-20T15:45:00-05:00"),
            Some(taken) => {
                let minutes = now.duration_since(taken).as_secs() / 60;
                if Decimal::from(minutes) <= most {
                    continue;
                }
                let most = most.normalize();
                format!(
                    "the price of {written} is {minutes} minutes old and {most} is the most; get a new one"
                )
            }
        };
        found.push(finding(CODE, security.ticker.as_str(), detail));
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    const BUY: [&str; 1] = ["BUY tax CCC 5"];

    fn taken(at: &str) -> Fixture {
        Fixture::new().set("/securities/2/price_as_of", json!(at))
    }

    #[test]
    fn without_a_clock_a_price_of_the_day_is_fresh() {
        for fresh in
            ["2026-11-20", "2026-11-20T10:00:00", "2026-11-20T09:30:00-05:00", "2026-11-20T20:59:00Z"]
        {
            assert_eq!(taken(fresh).run(check, &BUY), NONE, "{fresh}");
        }
        assert_eq!(
            taken("2026-11-19").run(check, &BUY),
            [
                "desk.stale_price CCC: the price of 2026-11-19 is 1440 minutes old and 390 is the most; get a new one"
            ]
        );
        assert_eq!(taken("2026-11-19").run(check, &["BUY tax BBB 5"]), NONE);
    }

    #[test]
    fn with_a_clock_it_is_a_quarter_of_an_hour_or_what_the_policy_says() {
        let f = taken("2026-11-20T14:30:00Z").at("2026-11-20T14:46:00Z");
        assert_eq!(f.run(check, &BUY).len(), 1);
        assert_eq!(f.set("/policy", json!({"price_age_max_minutes": 16})).run(check, &BUY), NONE);
    }
}
