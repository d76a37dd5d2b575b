//! What is asked of a broker over FIX: an order, how it stands, that it be taken back.
//!
//! In: a ticket and the time. Out: a message, or why it can't be one. Invariants: every number has all its digits; a limit is rounded to the steps
//! of the market so that it stays inside; shares are never rounded; what the market would execute after the ticket's time is not sent.
//!
//! # Source
//! FIX 4.4, volume 4: `NewOrderSingle` (D), `OrderStatusRequest` (H), `OrderCancelRequest` (F).

use jiff::Timestamp;
use portfolio::{Decimal, Side};

use super::message::Draft;
use super::utc;
use crate::broker::Ticket;
use crate::limit::{lowered, raised};

/// The longest name of an order; FIX has no limit, many brokers have one.
const NAME_CHARS_MAX: usize = 64;

/// Why a ticket can't be sent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum Unsendable {
    /// Its name.
    #[error("the order's name has to be 1 to {NAME_CHARS_MAX} printable characters, and `{name}` is not")]
    Name {
        /// As it is.
        name: String,
    },
    /// Its ticker.
    #[error("`{ticker}` is no symbol that can be sent")]
    Ticker {
        /// As it is.
        ticker: String,
    },
    /// Its shares.
    #[error(
        "`{quantity}` shares can't be sent: more than 0, with at most {digits} digits after the point (`fix.quantity_digits`)"
    )]
    Quantity {
        /// How many.
        quantity: Decimal,
        /// What the broker takes.
        digits: u32,
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

/// Where an order is executed.
pub(super) struct To<'a> {
    /// The broker's account.
    pub(super) account: &'a str,
    /// What each of the broker's accounts is to have of a block.
    pub(super) allocations: Vec<(&'a str, Decimal)>,
}

/// An order for the day, at a limit or at the market, in an account of the broker's.
pub(super) fn order(ticket: &Ticket, to: &To<'_>, digits: u32, now: Timestamp) -> Result<Draft, Unsendable> {
    let is_printable = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
    let name = &ticket.client_order_id;
    if !is_printable(name) || name.len() > NAME_CHARS_MAX {
        return Err(Unsendable::Name { name: name.clone() });
    }
    if !is_printable(&ticket.ticker) {
        return Err(Unsendable::Ticker { ticker: ticket.ticker.clone() });
    }
    if now >= ticket.until {
        return Err(Unsendable::Over { until: ticket.until });
    }
    let quantity = ticket.quantity.normalize();
    let shares = std::iter::once(quantity).chain(to.allocations.iter().map(|(_, part)| part.normalize()));
    for quantity in shares {
        if quantity <= Decimal::ZERO || quantity.scale() > digits {
            return Err(Unsendable::Quantity { quantity, digits });
        }
    }
    let limit = match (ticket.limit, ticket.side) {
        (Some(limit), Side::Buy) => {
            Some(lowered(limit)).filter(|kept| *kept > Decimal::ZERO).ok_or(Unsendable::Limit { limit })
        }
        (Some(limit), Side::Sell) => Ok(raised(limit)),
        (None, _) => return Ok(drafted(ticket, to, quantity, now).with(40, "1").with(59, "0")),
    }?;
    Ok(drafted(ticket, to, quantity, now)
        .with(40, "2")
        .with(44, &limit.normalize().to_string())
        .with(59, "0"))
}

fn drafted(ticket: &Ticket, to: &To<'_>, quantity: Decimal, now: Timestamp) -> Draft {
    let mut draft = Draft::new("D").with(11, &ticket.client_order_id).with(1, to.account);
    if !to.allocations.is_empty() {
        // Allocated before it is traded: NoAllocs, and of each AllocAccount and AllocQty.
        draft = draft.with(78, &to.allocations.len().to_string());
        for (account, quantity) in &to.allocations {
            draft = draft.with(79, account).with(80, &quantity.normalize().to_string());
        }
    }
    // Automated, and nobody steps in (21=1): FIX before 4.4 asks for it, and it is taken after.
    about(draft.with(21, "1"), ticket).with(60, &utc::written(now)).with(38, &quantity.to_string())
}

/// How an order stands; `question` comes back in the answer.
pub(super) fn status(ticket: &Ticket, account: &str, question: &str) -> Draft {
    about(Draft::new("H").with(790, question).with(11, &ticket.client_order_id).with(1, account), ticket)
}

/// An order is taken back, as far as it is not executed; `name` is that of the cancel.
pub(super) fn cancel(ticket: &Ticket, account: &str, name: &str, now: Timestamp) -> Draft {
    let draft = Draft::new("F").with(41, &ticket.client_order_id).with(11, name).with(1, account);
    about(draft, ticket).with(60, &utc::written(now)).with(38, &ticket.quantity.normalize().to_string())
}

fn about(draft: Draft, ticket: &Ticket) -> Draft {
    let side = match ticket.side {
        Side::Buy => "1",
        Side::Sell => "2",
    };
    draft.with(55, &ticket.ticker).with(54, side)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::Allocation;
    use rust_decimal::dec;

    fn ticket(side: Side, quantity: Decimal, limit: Option<Decimal>) -> Ticket {
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

    fn sent(ticket: &Ticket, digits: u32) -> Result<String, String> {
        let allocations = ticket.allocations.iter().map(|it| (it.account_id.as_str(), it.quantity)).collect();
        let to = To { account: "A-77", allocations };
        let draft = order(ticket, &to, digits, Timestamp::UNIX_EPOCH).map_err(|why| why.to_string())?;
        let bytes = draft.bytes("US", "BROKER", 2, "T");
        let text = String::from_utf8(bytes).unwrap().replace('\u{1}', "|");
        Ok(text.split("|52=T|").nth(1).unwrap().rsplit_once("10=").unwrap().0.to_owned())
    }

    #[test]
    fn numbers_have_all_their_digits_and_the_limit_stays_inside() {
        assert_eq!(
            sent(&ticket(Side::Buy, dec!(4.00), Some(dec!(103.009))), 0).unwrap(),
            "11=o-1|1=A-77|21=1|55=SPY|54=1|60=19700101-00:00:00.000|38=4|40=2|44=103|59=0|"
        );
        assert!(
            sent(&ticket(Side::Sell, dec!(1.5), Some(dec!(0.12341))), 2)
                .unwrap()
                .ends_with("54=2|60=19700101-00:00:00.000|38=1.5|40=2|44=0.1235|59=0|")
        );
        assert!(sent(&ticket(Side::Sell, dec!(4), None), 0).unwrap().ends_with("38=4|40=1|59=0|"));
    }

    #[test]
    fn a_block_says_what_each_account_is_to_have() {
        let part = |account: &str, quantity| Allocation { account_id: account.to_owned(), quantity };
        let allocations = vec![part("A-1", dec!(3.0)), part("A-2", dec!(1))];
        let block = Ticket { allocations, ..ticket(Side::Sell, dec!(4), None) };
        assert_eq!(
            sent(&block, 0).unwrap(),
            "11=o-1|1=A-77|78=2|79=A-1|80=3|79=A-2|80=1|21=1|55=SPY|54=2|60=19700101-00:00:00.000|38=4|40=1|59=0|"
        );
        let allocations = vec![part("A-1", dec!(3.5)), part("A-2", dec!(0.5))];
        let block = Ticket { allocations, ..ticket(Side::Sell, dec!(4), None) };
        assert!(sent(&block, 0).unwrap_err().contains("`3.5` shares can't be sent"));
    }

    #[test]
    fn what_cant_be_sent_is_told() {
        assert!(sent(&ticket(Side::Buy, dec!(1.5), None), 0).unwrap_err().contains("at most 0 digits"));
        assert!(sent(&ticket(Side::Buy, dec!(0), None), 3).unwrap_err().contains("shares can't be sent"));
        assert!(
            sent(&ticket(Side::Buy, dec!(1), Some(dec!(0.00009))), 0)
                .unwrap_err()
                .contains("below every price")
        );
        let late = Ticket { until: Timestamp::UNIX_EPOCH, ..ticket(Side::Buy, dec!(1), None) };
        assert!(sent(&late, 0).unwrap_err().contains("its time was over"));
        for name in ["", "a b", "a\u{1}b", &"x".repeat(65)] {
            let wrong = Ticket { client_order_id: name.to_owned(), ..ticket(Side::Buy, dec!(1), None) };
            assert!(sent(&wrong, 0).unwrap_err().contains("name"), "{name}");
        }
    }
}
