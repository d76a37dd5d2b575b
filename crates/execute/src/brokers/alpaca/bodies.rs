//! What Alpaca writes, as far as it is read.
//!
//! In: a body. Out: an order, fills, an account, positions, the clock, the calendar. Invariants: a number is taken to its last digit, whether it
//! is written as a text or as a number; what is read has to be there and in its form, and whatever else stands there may change; an
//! order counts only if it is the one that was asked for.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};
use portfolio::{Decimal, Side, money};
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

use super::NAME;
use crate::broker::{BrokerError, Ticket};

/// The longest name of an order or an execution that is taken.
const ID_LENGTH_MAX: usize = 200;
/// The longest text of theirs that is told.
const QUOTED_CHARS_MAX: usize = 200;

/// Reads a body.
pub(super) fn read<T: DeserializeOwned>(body: &[u8]) -> Result<T, BrokerError> {
    let mut reader = serde_json::Deserializer::from_slice(body);
    let read = serde_path_to_error::deserialize(&mut reader)
        .map_err(|error| unreadable(format!("`{}`: {}", error.path(), short(error.inner()))))?;
    reader.end().map_err(|error| unreadable(short(&error)))?;
    Ok(read)
}

/// What can't be read, and where.
pub(super) fn unreadable(detail: String) -> BrokerError {
    BrokerError::Unreadable { broker: NAME.to_owned(), detail }
}

fn short(error: &impl fmt::Display) -> String {
    quoted(&error.to_string())
}

/// A text of theirs for a message of ours: on one line, and not too long.
pub(super) fn quoted(text: &str) -> String {
    text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(QUOTED_CHARS_MAX).collect()
}

/// A decimal, written as a text or as a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Number(pub(super) Decimal);

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Number, D::Error> {
        let written = Box::<RawValue>::deserialize(deserializer)?;
        money::parse_json(written.get()).map(Number).map_err(D::Error::custom)
    }
}

/// A name of Alpaca's: letters, digits, and what parts them.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Id(String);

impl<'de> Deserialize<'de> for Id {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Id, D::Error> {
        let id = String::deserialize(deserializer)?;
        let is_one = |byte: u8| byte.is_ascii_alphanumeric() || b"-_:.".contains(&byte);
        if id.is_empty() || id.len() > ID_LENGTH_MAX || id.starts_with('.') || !id.bytes().all(is_one) {
            return Err(D::Error::custom("is no name that an address can hold"));
        }
        Ok(Id(id))
    }
}

/// The text of an [`Id`].
fn id<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Id::deserialize(deserializer).map(|id| id.0)
}

/// An order.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Order {
    /// Alpaca's name for it.
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    client_order_id: String,
    symbol: Option<String>,
    side: Option<String>,
    qty: Option<Number>,
    /// Shares that are filled.
    pub(super) filled_qty: Number,
    /// One of the words of `state`.
    pub(super) status: String,
    /// When Alpaca wrote it down.
    pub(super) created_at: Timestamp,
}

impl Order {
    /// The order of a ticket.
    pub(super) fn of(ticket: &Ticket, body: &[u8]) -> Result<Order, BrokerError> {
        let order: Order = read(body)?;
        let side = side_word(ticket.side);
        let is_it = order.client_order_id == ticket.client_order_id
            && order.symbol.as_deref() == Some(ticket.ticker.as_str())
            && order.side.as_deref() == Some(side)
            && order.qty.is_some_and(|qty| qty.0 == ticket.quantity);
        if is_it {
            return Ok(order);
        }
        let quantity = ticket.quantity.normalize();
        Err(unreadable(format!(
            "the order `{}` is not the one that was sent under its name: {side} {quantity} {}",
            order.id, ticket.ticker
        )))
    }
}

/// A side as Alpaca writes it.
pub(super) fn side_word(side: Side) -> &'static str {
    match side {
        Side::Buy => "buy",
        Side::Sell => "sell",
    }
}

/// Something that happened in an account; of most kinds, only the name is read.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Activity {
    /// Its name, by which the next page is asked for.
    #[serde(deserialize_with = "id")]
    pub(super) id: String,
    /// `FILL`, or another kind.
    pub(super) activity_type: String,
    /// Of which order.
    pub(super) order_id: Option<String>,
}

/// A fill.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct FillBody {
    /// When.
    pub(super) transaction_time: Timestamp,
    /// USD per share.
    pub(super) price: Number,
    /// Shares.
    pub(super) qty: Number,
    /// `buy` or `sell`; `sell_short` of what is not held.
    pub(super) side: String,
    /// Of what.
    pub(super) symbol: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Account {
    /// Its number.
    pub(super) account_number: String,
    /// `ACTIVE`, or why not.
    pub(super) status: String,
    pub(super) currency: Option<String>,
    /// USD.
    pub(super) cash: Number,
    /// USD.
    pub(super) buying_power: Number,
    pub(super) trading_blocked: bool,
    pub(super) account_blocked: bool,
    pub(super) transfers_blocked: bool,
    #[serde(default)]
    pub(super) trade_suspended_by_user: bool,
    #[serde(default)]
    pub(super) shorting_enabled: bool,
    /// Deprecated, and gone one day.
    #[serde(default)]
    pub(super) pattern_day_trader: bool,
}

/// What somebody chose for an account.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Configurations {
    #[serde(default)]
    pub(super) suspend_trade: bool,
    pub(super) fractional_trading: Option<bool>,
}

/// What is held of a symbol.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Holding {
    pub(super) symbol: String,
    qty: Number,
    side: String,
    /// USD.
    pub(super) cost_basis: Number,
}

impl Holding {
    /// Shares; negative where they are owed, with whichever sign that is written.
    pub(super) fn quantity(&self) -> Decimal {
        if self.side == "short" { -self.qty.0.abs() } else { self.qty.0 }
    }
}

/// The clock of the market.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct Clock {
    pub(super) timestamp: Timestamp,
    pub(super) is_open: bool,
    pub(super) next_open: Timestamp,
    pub(super) next_close: Timestamp,
}

/// A day of the calendar, in the time of New York.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub(super) struct CalendarDay {
    pub(super) date: Date,
    #[serde(deserialize_with = "hour")]
    pub(super) open: Time,
    #[serde(deserialize_with = "hour")]
    pub(super) close: Time,
}

/// `HH:MM`.
fn hour<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Time, D::Error> {
    let text = String::deserialize(deserializer)?;
    Time::strptime("%H:%M", &text).map_err(|_| D::Error::custom("is no time such as 09:30"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;
    use serde_json::Value;

    fn recorded(text: &str) -> Value {
        serde_json::from_str(text).unwrap()
    }

    /// Every object in it that has a field.
    fn having<'a>(value: &'a Value, field: &str, found: &mut Vec<&'a Value>) {
        match value {
            Value::Object(map) => {
                if map.contains_key(field) {
                    found.push(value);
                }
                map.values().for_each(|inner| having(inner, field, found));
            }
            Value::Array(list) => list.iter().for_each(|inner| having(inner, field, found)),
            _ => {}
        }
    }

    #[test]
    fn recorded_bodies_are_read() {
        let mut found = Vec::new();
        let orders = recorded(include_str!("../../../tests/conformance/alpaca/recorded/orders.json"));
        let positions = recorded(include_str!("../../../tests/conformance/alpaca/recorded/positions.json"));
        having(&orders, "client_order_id", &mut found);
        having(&positions, "client_order_id", &mut found);
        assert!(found.len() > 8, "{}", found.len());
        for body in found.drain(..) {
            let order: Order = read(body.to_string().as_bytes()).unwrap();
            assert_eq!(order.filled_qty.0, Decimal::ZERO, "{body}");
        }
        let fills = recorded(include_str!("../../../tests/conformance/alpaca/recorded/activities.json"));
        having(&fills, "activity_type", &mut found);
        let fills: Vec<FillBody> =
            found.drain(..).map(|body| read(body.to_string().as_bytes()).unwrap()).collect();
        assert_eq!((fills.len(), fills[0].qty.0, fills[0].price.0), (5, dec!(1.792161878), dec!(2907.15)));
        let account = recorded(include_str!("../../../tests/conformance/alpaca/recorded/account.json"));
        having(&account, "account_number", &mut found);
        let account: Account = read(found[0].to_string().as_bytes()).unwrap();
        assert_eq!((account.cash.0, account.buying_power.0), (dec!(-23140.2), dec!(262113.632)));
        found.clear();
        having(&positions, "cost_basis", &mut found);
        let holding: Holding = read(found[0].to_string().as_bytes()).unwrap();
        assert_eq!((holding.quantity(), holding.cost_basis.0), (dec!(5), dec!(500)));
    }

    #[test]
    fn an_hour_and_a_number_have_one_form() {
        let day: CalendarDay =
            read(br#"{"date":"2026-11-27","open":"09:30","close":"13:00","session_open":"0400"}"#).unwrap();
        assert_eq!(day.close, Time::constant(13, 0, 0, 0));
        for bad in ["", "9", "25:00", "13:00:01", "1pm"] {
            let body = format!(r#"{{"date":"2026-11-27","open":"{bad}","close":"13:00"}}"#);
            assert!(read::<CalendarDay>(body.as_bytes()).is_err(), "{bad}");
        }
        for (written, number) in [("1.50", dec!(1.5)), ("\"1.50\"", dec!(1.5)), ("1e-9", dec!(0.000000001))] {
            assert_eq!(read::<Number>(written.as_bytes()).unwrap().0, number);
        }
        for bad in ["\"\"", "\"1,5\"", "null", "true", "[]", "{}", "\"1\\u0031\"", "1e400"] {
            assert!(read::<Number>(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
