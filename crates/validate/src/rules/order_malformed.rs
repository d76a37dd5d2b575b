//! Forbids a row without a known account, ticker, side or a finite quantity above 0.
//!
//! Source: model.md, row `order.malformed`; such a row takes no part in any other rule or term.

use portfolio::Decimal;
use portfolio::plan::Finding;
use portfolio::plan::ProposedTrade;
use rust_decimal::dec;

use super::Case;
use crate::booked::Unreadable;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "order.malformed";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let malformed = |row: &Unreadable<'_>| match row {
        Unreadable::Malformed { row, trade } => {
            Some(finding(CODE, format!("trade {row}"), what_is_wrong(case, trade)))
        }
        Unreadable::UnknownLot { .. } => None,
    };
    case.plan.unreadable.iter().filter_map(malformed).collect()
}

/// Every part of the row that is missing or unknown, in words.
fn what_is_wrong(case: &Case<'_>, trade: &ProposedTrade) -> String {
    let facts = case.plan.facts;
    let mut wrong = Vec::new();
    if trade.action.is_none() {
        wrong.push("the action is neither BUY nor SELL".to_owned());
    }
    match trade.account_id.as_deref() {
        None if facts.account(None).is_none() => wrong.push("no account is named".to_owned()),
        Some(name) if facts.account(Some(name)).is_none() => {
            wrong.push(format!("there is no account `{name}`"));
        }
        _ => {}
    }
    match trade.ticker.as_deref() {
        None => wrong.push("no ticker is named".to_owned()),
        Some(name) if facts.security(name).is_none() => {
            wrong.push(format!("`{name}` is not listed in the portfolio"));
        }
        Some(_) => {}
    }
    if trade.quantity.is_none_or(|q| q <= Decimal::ZERO || q >= dec!(1e15)) {
        wrong.push("the quantity is not a number above 0 and below 1e15".to_owned());
    }
    format!("{}; the row is left out: {}", wrong.join(", "), trade.excerpt)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_row_without_sense() {
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY tax CCC 5", "SELL tax AAA A1 5"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 5", "HOLD nobody ZZZ 0"]),
            ["order.malformed trade 1: the action is neither BUY nor SELL, there is no account `nobody`, \
                 `ZZZ` is not listed in the portfolio, the quantity is not a number above 0 and below 1e15; \
                 the row is left out: HOLD nobody ZZZ 0"]
        );
    }

    #[test]
    fn the_account_may_be_left_out_where_there_is_one() {
        let row = |f: Fixture| f.run(check, &["BUY - CCC 5"]);
        assert_eq!(row(Fixture::new()).len(), 1);
        assert_eq!(row(Fixture::one_account()), NONE);
    }
}
