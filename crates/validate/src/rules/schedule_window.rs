//! Forbids trading outside `execute_between_HHMM_HHMM_ET`.
//!
//! Source: model.md, row `schedule.window`; both ends belong to the window. Judged only where a
//! moment is given.

use portfolio::plan::Finding;
use portfolio::schedule::{clock, in_window};

use super::{Case, HOUSEHOLD};
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "schedule.window";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let window = case.plan.facts.portfolio.wishes.window;
    let (Some(moment), Some((from, to)), false) = (case.moment, window, case.plan.rows.is_empty()) else {
        return Vec::new();
    };
    let now = moment.eastern().time();
    if in_window((from, to), now) {
        return Vec::new();
    }
    let detail = format!(
        "it is {:02}:{:02} in New York; trades are sent from {} to {}",
        now.hour(),
        now.minute(),
        clock(from),
        clock(to)
    );
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_hours_of_new_york() {
        let f = Fixture::new().wish("execute_between_0945_1530_ET");
        let buy = ["BUY tax CCC 5"];
        assert_eq!(f.run(check, &buy), NONE); // no clock: not judged
        for inside in ["2026-11-20T14:45:00Z", "2026-11-20T20:30:00Z", "2026-07-01T13:45:00Z"] {
            assert_eq!(f.clone().at(inside).run(check, &buy), NONE, "{inside}");
        }
        assert_eq!(
            f.clone().at("2026-11-20T13:45:00Z").run(check, &buy),
            ["schedule.window household: it is 08:45 in New York; trades are sent from 09:45 to 15:30"]
        );
        assert_eq!(f.at("2026-11-20T20:30:01Z").run(check, &buy).len(), 1);
    }
}
