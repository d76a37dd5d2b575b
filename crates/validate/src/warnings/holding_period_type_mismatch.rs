//! A lot whose stated type disagrees with its date; the date counts.
//!
//! Source: model.md, after the objective: a date wins over a type, and a mismatch is a warning.

use portfolio::plan::Finding;
use tax::holding::long_term_from;

use crate::rules::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "holding_period.type_mismatch";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let mut found = Vec::new();
    for (n, lot) in facts.portfolio.lots.iter().enumerate() {
        let (Some(acquired), Some(stated)) = (lot.acquired, lot.stated_long_term) else { continue };
        if stated != facts.long_term[n] {
            let term = |long: bool| if long { "long-term" } else { "short-term" };
            let detail = format!(
                "stated as {} and by its date {acquired} it is {} (long-term from {}); the date counts",
                term(stated),
                term(facts.long_term[n]),
                long_term_from(acquired)
            );
            found.push(finding(CODE, facts.lot_name(n), detail));
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
    fn the_date_counts() {
        let stated = |term: &str| Fixture::new().set("/accounts/0/holdings/0/lots/0/lot_type", json!(term));
        assert_eq!(stated("long-term").run(check, &[]), NONE);
        assert_eq!(
            stated("short-term").run(check, &[]),
            [
                "holding_period.type_mismatch tax/AAA/A1: stated as short-term and by its date 2020-01-02 it is \
              long-term (long-term from 2021-01-03); the date counts"
            ]
        );
    }
}
