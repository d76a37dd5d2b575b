//! Forbids a sale that names no lot of that account and ticker.
//!
//! Source: model.md, row `position.unknown_lot` (54); such a row takes no part in any other rule or
//! term.

use portfolio::plan::Finding;

use super::Case;
use crate::booked::Unreadable;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "position.unknown_lot";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let unknown = |row: &Unreadable<'_>| match row {
        Unreadable::UnknownLot { account, security, lot_id } => {
            let detail = match lot_id {
                Some(lot) => format!("it holds no lot `{lot}`; name one that it holds"),
                None => "a sale names the lot that it sells; add `lot_id`".to_owned(),
            };
            Some(finding(CODE, case.plan.facts.position_name(*account, *security), detail))
        }
        Unreadable::Malformed { .. } => None,
    };
    case.plan.unreadable.iter().filter_map(unknown).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_lot_of_another_position() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["SELL tax BBB B1 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax BBB I1 5", "SELL tax BBB - 5"]),
            [
                "position.unknown_lot tax/BBB: it holds no lot `I1`; name one that it holds",
                "position.unknown_lot tax/BBB: a sale names the lot that it sells; add `lot_id`",
            ]
        );
    }
}
