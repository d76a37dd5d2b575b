//! A ticket as Alpaca wants it.
//!
//! In: a ticket and the time. Out: the body of `POST /v2/orders`, or why it can't be one. Invariants: every number is a text with all its
//! digits; a limit is rounded to the steps of the market so that it stays inside; shares are never rounded; what the market
//! would execute after the ticket's time is not sent.

use jiff::Timestamp;
use portfolio::{Decimal, Side};
use serde_json::json;

use super::QUANTITY_DIGITS;
use super::bodies::side_word;
use crate::broker::Ticket;
use crate::limit::{lowered, raised};

/// The longest name of an order.
const NAME_CHARS_MAX: usize = 128;

/// Why a ticket can't be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsendable {
    /// Its name.
    #[error("the order's name has {chars} characters, and at most {NAME_CHARS_MAX} are taken")]
    Name {
        /// How long it is.
        chars: usize,
    },
    /// Its shares.
    #[error(
        "`{quantity}` shares can't be sent: more than 0, with at most {QUANTITY_DIGITS} digits after the point"
    )]
    Quantity {
        /// How many.
        quantity: Decimal,
    },
    /// Its limit.
    #[error("a limit of `{limit}` USD lies below every price of the market")]
    Limit {
        /// USD per share.
        limit: Decimal,
    },
    /// Its time.
    #[error("its time was over at {until}, before it was sent")]
    Over {
        /// When.
        until: Timestamp,
    },
}

/// What is sent: an order for the day, at a limit or at the market.
pub(super) fn of(ticket: &Ticket, now: Timestamp) -> Result<String, Unsendable> {
    let chars = ticket.client_order_id.chars().count();
    if chars == 0 || chars > NAME_CHARS_MAX {
        return Err(Unsendable::Name { chars });
    }
    if now >= ticket.until {
        return Err(Unsendable::Over { until: ticket.until });
    }
    let quantity = ticket.quantity.normalize();
    if quantity <= Decimal::ZERO || quantity.scale() > QUANTITY_DIGITS {
        return Err(Unsendable::Quantity { quantity });
    }
    let mut body = json!({
        "symbol": ticket.ticker,
        "qty": quantity.to_string(),
        "side": side_word(ticket.side),
        "type": if ticket.limit.is_some() { "limit" } else { "market" },
        "time_in_force": "day",
        "client_order_id": ticket.client_order_id,
    });
    if let Some(limit) = ticket.limit {
        let kept = match ticket.side {
            Side::Buy => lowered(limit),
            Side::Sell => raised(limit),
        };
        if kept <= Decimal::ZERO {
            return Err(Unsendable::Limit { limit });
        }
        body["limit_price"] = kept.normalize().to_string().into();
    }
    Ok(body.to_string())
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use proptest::prelude::*;
    use rust_decimal::dec;

    pub(in super::super) fn ticket(side: Side, quantity: Decimal, limit: Option<Decimal>) -> Ticket {
        Ticket {
            client_order_id: "o-1".to_owned(),
            account_id: "joint".to_owned(),
            ticker: "SPY".to_owned(),
            side,
            allocations: Vec::new(),
            quantity,
            limit,
            at: Timestamp::UNIX_EPOCH,
            until: Timestamp::MAX,
        }
    }

    fn sent(ticket: &Ticket) -> Result<String, String> {
        of(ticket, Timestamp::UNIX_EPOCH).map_err(|why| why.to_string())
    }

    #[test]
    fn numbers_are_texts_and_the_limit_stays_inside() {
        assert_eq!(
            sent(&ticket(Side::Buy, dec!(1.500), Some(dec!(103.009)))).unwrap(),
            r#"{"symbol":"SPY","qty":"1.5","side":"buy","type":"limit","time_in_force":"day","client_order_id":"o-1","limit_price":"103"}"#
        );
        assert_eq!(
            sent(&ticket(Side::Sell, dec!(0.000000001), None)).unwrap(),
            r#"{"symbol":"SPY","qty":"0.000000001","side":"sell","type":"market","time_in_force":"day","client_order_id":"o-1"}"#
        );
        for (side, limit, written) in [
            (Side::Sell, dec!(102.991), "103"),
            (Side::Sell, dec!(1), "1"),
            (Side::Sell, dec!(0.99991), "1"),
            (Side::Buy, dec!(1.009), "1"),
            (Side::Buy, dec!(0.99999), "0.9999"),
            (Side::Buy, dec!(0.12349), "0.1234"),
            (Side::Sell, dec!(0.12341), "0.1235"),
            (Side::Sell, dec!(0.00001), "0.0001"),
        ] {
            let body = sent(&ticket(side, dec!(1), Some(limit))).unwrap();
            assert!(body.ends_with(&format!("\"limit_price\":\"{written}\"}}")), "{limit}: {body}");
        }
    }

    #[test]
    fn what_cant_be_sent_is_told() {
        for quantity in [dec!(0), dec!(-1), dec!(0.0000000001)] {
            assert!(sent(&ticket(Side::Buy, quantity, None)).unwrap_err().contains("shares can't be sent"));
        }
        let low = sent(&ticket(Side::Buy, dec!(1), Some(dec!(0.00009)))).unwrap_err();
        assert_eq!(low, "a limit of `0.00009` USD lies below every price of the market");
        let long = Ticket { client_order_id: "x".repeat(129), ..ticket(Side::Buy, dec!(1), None) };
        assert!(sent(&long).unwrap_err().contains("129 characters"));
        let late = Ticket { until: Timestamp::UNIX_EPOCH, ..ticket(Side::Buy, dec!(1), None) };
        assert!(sent(&late).unwrap_err().contains("its time was over"));
    }

    proptest! {
        #[test]
        fn a_limit_never_grows_worse_and_has_the_digits_of_the_market(millionths in 1_i64..5_000_000_000) {
            let limit = Decimal::new(millionths, 6);
            for side in [Side::Buy, Side::Sell] {
                let Ok(body) = sent(&ticket(side, dec!(1), Some(limit))) else { continue };
                let body: serde_json::Value = serde_json::from_str(&body).unwrap();
                let kept: Decimal = body["limit_price"].as_str().unwrap().parse().unwrap();
                let is_inside = if side == Side::Buy { kept <= limit } else { kept >= limit };
                prop_assert!(is_inside);
                let digits = if kept < Decimal::ONE { 4 } else { 2 };
                prop_assert!(kept.scale() <= digits);
            }
        }
    }
}
