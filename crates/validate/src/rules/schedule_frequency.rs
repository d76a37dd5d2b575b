//! Forbids rebalancing more often than `max_trade_frequency_N_per_P`.
//!
//! Source: model.md, row `schedule.frequency`. Periods are those of the calendar in New York, weeks from Monday
//! (house decision); `monitoring.last_rebalance` counts. Judged only where a moment is given.

use portfolio::plan::Finding;
use portfolio::schedule::used_up;

use super::{Case, HOUSEHOLD};
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "schedule.frequency";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(moment) = case.moment.filter(|_| !case.plan.rows.is_empty()) else { return Vec::new() };
    let used = used_up(case.plan.facts.portfolio, moment);
    used.iter().map(|used| finding(CODE, HOUSEHOLD, format!("{used}; wait for the next one"))).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    const BUY: [&str; 1] = ["BUY tax CCC 5"];

    #[test]
    fn once_a_month() {
        let f = Fixture::new().wish("max_trade_frequency_1_per_month");
        assert_eq!(f.run(check, &BUY), NONE); // no clock: not judged
        let f = f.at("2026-11-20T15:00:00Z");
        assert_eq!(f.clone().rebalanced("2026-10-31").run(check, &BUY), NONE);
        let f = f.rebalanced("2026-11-02");
        assert_eq!(
            f.run(check, &BUY),
            ["schedule.frequency household: 1 rebalance this month (2026-11-02) and 1 is the most; \
              wait for the next one"]
        );
        assert_eq!(f.run(check, &[]), NONE);
    }

    #[test]
    fn the_last_rebalance_of_the_document_counts_and_weeks_start_on_monday() {
        let f = |last: &str| {
            Fixture::new()
                .wish("max_trade_frequency_1_per_week")
                .at("2026-11-20T15:00:00Z")
                .set("/monitoring", json!({"last_rebalance": last}))
        };
        assert_eq!(f("2026-11-15").run(check, &BUY), NONE);
        assert_eq!(f("2026-11-16").run(check, &BUY).len(), 1);
    }
}
