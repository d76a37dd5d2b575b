//! What an order's state means.
//!
//! | state at Alpaca | standing | because |
//! | --- | --- | --- |
//! | `new`, `accepted`, `pending_new`, `accepted_for_bidding`, `held` | open | it is there, and waits |
//! | `partially_filled` | open | more may come |
//! | `stopped` | open | a trade is promised, and has not happened |
//! | `suspended` | open | nothing is traded of it now, and that may end |
//! | `done_for_day`, `calculated` | open | an order of the day ends as `expired`, `canceled` or `filled`, and that is waited for |
//! | `pending_cancel`, `pending_replace` | open | until it is done, fills can come |
//! | `replaced` | open | whatever stands for it now can be filled: this program never replaces, so that somebody has to look |
//! | `filled` | filled | |
//! | `canceled`, `expired` | cancelled | |
//! | `rejected` | refused; cancelled where something was filled before | |
//! | any other word | open | a state that nobody knows is no end |
//!
//! Whatever the word, an order is filled once its executions make up its shares; and it is open as long as an execution is missing
//! that its `filled_qty` counts: the list of fills may lag behind the order, and an end that is told too early would lose them.

use portfolio::Decimal;

use super::bodies::{Order, unreadable};
use crate::broker::{BrokerError, Execution, Standing, Ticket};

/// How an order ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Filled,
    Cancelled(&'static str),
    Rejected,
}

fn end(status: &str) -> Option<End> {
    match status {
        "filled" => Some(End::Filled),
        "canceled" => Some(End::Cancelled("canceled at Alpaca before all of it was filled")),
        "expired" => Some(End::Cancelled("expired at Alpaca before all of it was filled")),
        "rejected" => Some(End::Rejected),
        _ => None,
    }
}

/// Whether nothing more is executed of an order.
pub(super) fn has_ended(status: &str) -> bool {
    end(status).is_some()
}

/// How an order stands, given its executions.
pub(super) fn standing(
    ticket: &Ticket,
    order: &Order,
    executions: &[Execution],
) -> Result<Standing, BrokerError> {
    let known = executions.iter().fold(Decimal::ZERO, |sum, x| sum.saturating_add(x.quantity));
    let counted = order.filled_qty.0;
    if counted < Decimal::ZERO || known.max(counted) > ticket.quantity {
        let quantity = ticket.quantity.normalize();
        let detail =
            format!("{} shares are filled of the order `{}` of {quantity}", known.max(counted), order.id);
        return Err(unreadable(detail));
    }
    if known == ticket.quantity {
        return Ok(Standing::Filled);
    }
    let Some(end) = end(&order.status).filter(|_| known >= counted) else { return Ok(Standing::Open) };
    match end {
        End::Filled | End::Cancelled(_) | End::Rejected if known > counted => Err(unreadable(format!(
            "the order `{}` has ended with fewer shares than its fills have",
            order.id
        ))),
        End::Filled => Err(unreadable(format!("the order `{}` is `filled` with {counted} shares", order.id))),
        End::Rejected if known.is_zero() => Ok(Standing::Refused {
            why: "rejected by the exchange or by Alpaca, without a reason".to_owned(),
        }),
        End::Rejected => Ok(Standing::Cancelled { why: "rejected after a part was filled".to_owned() }),
        End::Cancelled(why) => Ok(Standing::Cancelled { why: why.to_owned() }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::bodies::read;
    use super::super::request::tests::ticket;
    use super::*;
    use jiff::Timestamp;
    use portfolio::Side;
    use rust_decimal::dec;

    fn stands(status: &str, counted: Decimal, known: Decimal) -> Result<Standing, BrokerError> {
        let body = format!(
            r#"{{"id":"a-1","client_order_id":"o-1","symbol":"SPY","side":"buy","qty":"5","filled_qty":"{counted}",
                "status":"{status}","created_at":"2026-11-27T15:00:00Z"}}"#
        );
        let execution = Execution {
            execution_id: "x".to_owned(),
            quantity: known,
            price: dec!(1),
            fees: dec!(0),
            at: Timestamp::UNIX_EPOCH,
        };
        let order: Order = read(body.as_bytes()).unwrap();
        standing(&ticket(Side::Buy, dec!(5), None), &order, &[execution])
    }

    #[test]
    fn all_states_of_the_specification_and_others_are_mapped() {
        let openapi: serde_json::Value =
            serde_json::from_str(include_str!("../../../tests/conformance/alpaca/openapi.json")).unwrap();
        let words = openapi["components"]["schemas"]["OrderStatus"]["enum"].as_array().unwrap();
        assert_eq!(words.len(), 17);
        for word in words.iter().map(|word| word.as_str().unwrap()).chain(["moved_to_mars", "", "FILLED"]) {
            let told = stands(word, dec!(0), dec!(0));
            match word {
                "filled" => assert!(told.is_err()),
                "canceled" | "expired" => assert!(matches!(told, Ok(Standing::Cancelled { .. })), "{word}"),
                "rejected" => assert!(matches!(told, Ok(Standing::Refused { .. })), "{word}"),
                _ => assert_eq!(told, Ok(Standing::Open), "{word}"),
            }
            assert_eq!(stands(word, dec!(5), dec!(5)), Ok(Standing::Filled), "{word}");
            // An end waits for its fills.
            assert_eq!(stands(word, dec!(5), dec!(3)), Ok(Standing::Open), "{word}");
        }
    }

    #[test]
    fn what_contradicts_itself_is_no_answer() {
        assert_eq!(
            stands("partially_filled", dec!(2), dec!(3)),
            Ok(Standing::Open),
            "a fill came in between"
        );
        for (status, counted, known) in [
            ("new", dec!(6), dec!(0)),
            ("new", dec!(0), dec!(6)),
            ("canceled", dec!(2), dec!(3)),
            ("filled", dec!(3), dec!(3)),
            ("new", dec!(-1), dec!(0)),
        ] {
            assert!(stands(status, counted, known).is_err(), "{status} {counted} {known}");
        }
        let partly = stands("rejected", dec!(2), dec!(2));
        assert!(matches!(partly, Ok(Standing::Cancelled { .. })));
    }
}
