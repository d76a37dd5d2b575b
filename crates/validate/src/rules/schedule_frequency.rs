//! Forbids rebalancing more often than `max_trade_frequency_N_per_P`.
//!
//! Source: model.md, row `schedule.frequency`. Periods are those of the calendar in New York, weeks from Monday
//! (house decision); `monitoring.last_rebalance` counts. Judged only where a moment is given.

use std::collections::BTreeSet;

use jiff::civil::Date;
use portfolio::plan::Finding;
use portfolio::preference::Period;

use super::{Case, HOUSEHOLD};
use crate::wording::{count, finding};

/// Its name in every report.
pub(crate) const CODE: &str = "schedule.frequency";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some(moment) = case.moment.filter(|_| !case.plan.rows.is_empty()) else { return Vec::new() };
    let p = case.plan.facts.portfolio;
    let today = moment.eastern().date();
    let mut on_record = moment.rebalances.clone();
    if let Some(last) = p.monitoring.last_rebalance.filter(|day| !on_record.contains(day)) {
        on_record.push(last);
    }
    let mut found = Vec::new();
    for (most, period) in &p.wishes.frequency {
        let same = |day: &&Date| **day <= today && period_of(*period, **day) == period_of(*period, today);
        let days: Vec<&Date> = on_record.iter().filter(same).collect();
        if days.len() >= usize::try_from(*most).unwrap_or(usize::MAX) {
            let listed: BTreeSet<String> = days.iter().map(ToString::to_string).collect();
            let detail = format!(
                "{} this {} ({}) and {most} is the most; wait for the next one",
                count(i64::try_from(days.len()).unwrap_or(i64::MAX), "rebalance"),
                word(*period),
                listed.into_iter().collect::<Vec<_>>().join(", ")
            );
            found.push(finding(CODE, HOUSEHOLD, detail));
        }
    }
    found
}

/// A number that two days share exactly when they lie in one period.
fn period_of(period: Period, day: Date) -> (i16, i16) {
    let iso = day.iso_week_date();
    match period {
        Period::Day => (day.year(), day.day_of_year()),
        Period::Week => (iso.year(), i16::from(iso.week())),
        Period::Month => (day.year(), i16::from(day.month())),
        Period::Quarter => (day.year(), i16::from((day.month() - 1) / 3)),
        Period::Year => (day.year(), 0),
    }
}

fn word(period: Period) -> &'static str {
    Period::ALL.iter().find(|(p, _)| *p == period).map_or("period", |(_, word)| word)
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
