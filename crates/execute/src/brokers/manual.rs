//! A person as the broker: orders are tickets, and what became of them is typed in.
//!
//! In: tickets, and what was typed in of each. Out: that as any broker tells it. Invariants: more than a ticket asks for is not taken; a fill
//! is known by its name, so that the same one typed in twice is one; an order ends when all of it is filled or a person says so.

use std::time::Duration;

use jiff::Timestamp;
use portfolio::Decimal;

use crate::broker::{Abilities, Broker, BrokerError, Execution, Holdings, LotChoice, Standing, Ticket, Told};

/// Its name in the books.
pub const NAME: &str = "manual";

/// What a person typed in of an order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Typed {
    /// Its executions, in the order in which they were typed in.
    pub executions: Vec<Execution>,
    /// Why nothing more comes of it, where somebody has said so.
    pub ended: Option<String>,
}

impl Typed {
    /// Shares that are filled.
    #[must_use]
    pub fn filled(&self) -> Decimal {
        self.executions.iter().fold(Decimal::ZERO, |sum, x| sum.saturating_add(x.quantity))
    }
}

/// Where it is kept what was typed in.
pub trait TypedIn: Sync {
    /// What was typed in of an order; nothing where there is none.
    ///
    /// # Errors
    /// Why it can't be read, in words.
    fn of(&self, client_order_id: &str) -> Result<Typed, String>;
}

/// A person as the broker.
pub struct Manual<'a> {
    desk: &'a dyn TypedIn,
}

impl<'a> Manual<'a> {
    /// The broker of whoever types in at this desk.
    #[must_use]
    pub fn new(desk: &'a dyn TypedIn) -> Manual<'a> {
        Manual { desk }
    }

    fn told(&self, ticket: &Ticket) -> Result<Told, BrokerError> {
        let name = &ticket.client_order_id;
        let typed = self.desk.of(name).map_err(|detail| unreadable(name, &detail))?;
        let filled = typed.filled();
        if filled > ticket.quantity {
            let detail = format!("{filled} shares are filled of an order of {}", ticket.quantity);
            return Err(unreadable(name, &detail));
        }
        let standing = match typed.ended {
            _ if filled == ticket.quantity => Standing::Filled,
            Some(why) => Standing::Cancelled { why },
            None => Standing::Open,
        };
        Ok(Told { broker_order_id: format!("ticket-{name}"), standing, executions: typed.executions })
    }
}

fn unreadable(name: &str, detail: &str) -> BrokerError {
    BrokerError::Unreadable { broker: NAME.to_owned(), detail: format!("{name}: {detail}") }
}

impl Broker for Manual<'_> {
    fn name(&self) -> &str {
        NAME
    }

    fn abilities(&self) -> Abilities {
        Abilities {
            lots: LotChoice::Lots,
            quantity_digits: 28,
            limit_on_fractions: true,
            day_orders: false,
            lots_together: false,
            blocks: false,
            look_every: Duration::ZERO,
        }
    }

    fn arrives_within(&self) -> Duration {
        Duration::ZERO
    }

    fn place(&self, ticket: &Ticket, _: Timestamp) -> Result<Told, BrokerError> {
        self.told(ticket)
    }

    /// A ticket is there as soon as its order is on record.
    fn look(&self, ticket: &Ticket, _: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.told(ticket).map(Some)
    }

    /// Only whoever holds the ticket can say that nothing more comes of it.
    fn cancel(&self, ticket: &Ticket, _: Timestamp) -> Result<Option<Told>, BrokerError> {
        self.told(ticket).map(Some)
    }

    fn holdings(&self, _: &str) -> Result<Option<Holdings>, BrokerError> {
        Ok(None)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use portfolio::Side;
    use rust_decimal::dec;

    struct At(Typed);

    impl TypedIn for At {
        fn of(&self, _: &str) -> Result<Typed, String> {
            Ok(self.0.clone())
        }
    }

    fn told(parts: &[Decimal], ended: Option<&str>) -> Result<Told, BrokerError> {
        let execution = |(n, quantity): (usize, &Decimal)| Execution {
            execution_id: format!("x-{n}"),
            quantity: *quantity,
            price: dec!(10),
            fees: dec!(0),
            at: Timestamp::UNIX_EPOCH,
        };
        let executions = parts.iter().enumerate().map(execution).collect();
        let desk = At(Typed { executions, ended: ended.map(str::to_owned) });
        let ticket = Ticket {
            client_order_id: "o-1".to_owned(),
            account_id: "a".to_owned(),
            ticker: "SPY".to_owned(),
            side: Side::Buy,
            allocations: Vec::new(),
            quantity: dec!(5),
            limit: None,
            at: Timestamp::UNIX_EPOCH,
            until: Timestamp::MAX,
        };
        Manual::new(&desk).place(&ticket, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_ticket_stands_as_was_typed_in() {
        assert_eq!(told(&[], None).unwrap().standing, Standing::Open);
        assert_eq!(told(&[dec!(2)], None).unwrap().standing, Standing::Open);
        assert_eq!(told(&[dec!(2), dec!(3)], None).unwrap().standing, Standing::Filled);
        assert_eq!(told(&[dec!(2), dec!(3)], Some("late")).unwrap().standing, Standing::Filled);
        let ended = told(&[dec!(2)], Some("no buyer")).unwrap();
        assert_eq!(ended.standing, Standing::Cancelled { why: "no buyer".to_owned() });
        assert!(told(&[dec!(6)], None).unwrap_err().to_string().contains("6 shares are filled"));
    }
}
