//! The desk of a broker who is a person: what is typed in of the tickets is checked and goes on record; the broker tells it like any other.
//!
//! In: lines that a person typed in. Out: all of them in one entry, or every fault of every line and nothing. Invariants: a fill is known by
//! its execution id, so that the same one typed in again is one, and one with other figures is refused; more than was asked for is
//! not taken, nor a fill of an order that was not sent or has ended; a price outside the limit only where the person says that it is right.

mod fault;
pub(super) mod fits;

use execute::Execution;
use execute::brokers::manual::{self, TypedIn};
use jiff::Timestamp;
use portfolio::Decimal;

use super::Keeper;
use super::failure::KeepingError;
use crate::books::{BlotterLine, Books, BooksError, Change, Entry, Order, Record, Typed, TypedFill};
use crate::id::PersonId;
use fits::{NAME_CHARS_MAX, ended, fits, same, told};

pub use execute::brokers::manual::NAME as BY_HAND;
pub use fault::LineFault;

/// How often lines are held against the books while others type in.
const TRIES_MAX: u32 = 8;

/// What a person types in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Our name for the order.
    pub order: String,
    /// What became of it.
    pub what: What,
}

/// What became of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What {
    /// A part of it was filled.
    Filled {
        /// The broker's name for it; one is made where nobody says it.
        execution_id: Option<String>,
        /// Shares.
        quantity: Decimal,
        /// USD per share.
        price: Decimal,
        /// USD.
        fees: Decimal,
        /// When it was executed; now where nobody says it.
        at: Option<Timestamp>,
    },
    /// Nothing more comes of it, and why.
    Ended(String),
}

/// What became of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken {
    /// It is on record now.
    New(BlotterLine),
    /// It was on record already.
    Known(BlotterLine),
}

/// Lines that are not taken, each with its place among those that were typed in, from 0.
pub type Faults = Vec<(usize, LineFault)>;

/// What was typed in, as the broker who is a person tells it.
pub struct Desk<'a>(pub &'a dyn Books);

impl TypedIn for Desk<'_> {
    fn of(&self, client_order_id: &str) -> Result<manual::Typed, String> {
        let lines = self.0.reading().blotter(client_order_id).map_err(|error| error.to_string())?;
        Ok(told(&lines))
    }
}

/// Lines that are being checked: the orders that they are about, with what is typed in of each so far.
#[derive(Default)]
struct Checking {
    orders: Vec<(Order, Vec<BlotterLine>)>,
    taken: Vec<Taken>,
    faults: Faults,
}

/// Does what somebody else's writing has overtaken again, from what is on record then.
pub(super) fn while_others_write<T>(act: impl Fn() -> Result<T, KeepingError>) -> Result<T, KeepingError> {
    for _ in 1..TRIES_MAX {
        match act() {
            Err(KeepingError::Books(BooksError::Conflict { .. } | BooksError::Exists { .. })) => {}
            done => return done,
        }
    }
    act()
}

impl Keeper<'_> {
    /// Puts lines on record, all of them or none: in their order what became of each, or every fault with the place of its line.
    /// `accept_price` takes prices outside of a limit, and fees out of the ordinary. Where somebody else types in at the same time, the lines are held against what is on record then.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn type_in(
        &self,
        name: &str,
        lines: &[Line],
        accept_price: bool,
    ) -> Result<Result<Vec<Taken>, Faults>, KeepingError> {
        while_others_write(|| {
            let checking = self.all_checked(name, lines, accept_price)?;
            if !checking.faults.is_empty() {
                return Ok(Err(checking.faults));
            }
            if let Some(entry) = self.typed_entry(&checking)? {
                self.write(entry)?;
            }
            Ok(Ok(checking.taken))
        })
    }

    /// What [`Keeper::type_in`] would put on record now, or why it would refuse; nothing is written.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn would_type_in(
        &self,
        name: &str,
        lines: &[Line],
        accept_price: bool,
    ) -> Result<Result<Vec<Taken>, Faults>, KeepingError> {
        let checking = self.all_checked(name, lines, accept_price)?;
        Ok(if checking.faults.is_empty() { Ok(checking.taken) } else { Err(checking.faults) })
    }

    /// All lines, each held against its order and the lines before it.
    fn all_checked(&self, name: &str, lines: &[Line], accept_price: bool) -> Result<Checking, KeepingError> {
        let person = self.person(name)?;
        let mut checking = Checking::default();
        for (place, line) in lines.iter().enumerate() {
            match self.checked(&mut checking, line, person, accept_price)? {
                Ok(taken) => checking.taken.push(taken),
                Err(fault) => checking.faults.push((place, fault)),
            }
        }
        Ok(checking)
    }

    /// What is to be written of lines that are news.
    fn typed_entry(&self, checking: &Checking) -> Result<Option<Entry>, KeepingError> {
        let mut entry: Option<Entry> = None;
        for taken in &checking.taken {
            let Taken::New(line) = taken else { continue };
            let order =
                checking.orders.iter().find(|(order, _)| order.client_order_id == line.client_order_id);
            let Some((order, _)) = order else { continue };
            let record = self.typed_record(order, line)?;
            let next = match entry {
                Some(entry) => entry.recording(record),
                None => Entry::new(record),
            };
            entry = Some(next.with(Change::Blotter(line.clone())));
        }
        Ok(entry)
    }

    /// One line, held against its order and the lines before it.
    fn checked(
        &self,
        checking: &mut Checking,
        line: &Line,
        person: PersonId,
        accept_price: bool,
    ) -> Result<Result<Taken, LineFault>, KeepingError> {
        let place = match self.place_of(checking, &line.order)? {
            Ok(place) => place,
            Err(fault) => return Ok(Err(fault)),
        };
        let now = self.world.now();
        let (order, lines) = &checking.orders[place];
        let typed = match &line.what {
            What::Ended(why) => ended(order, lines, why),
            What::Filled { execution_id, quantity, price, fees, at } => {
                let number = lines.len() + 1;
                let name = execution_id.as_ref().map(|name| name.trim().to_owned());
                let made = || format!("{}/{number}", order.client_order_id);
                let fill = Execution {
                    execution_id: name.clone().unwrap_or_else(made),
                    quantity: quantity.normalize(),
                    price: price.normalize(),
                    fees: fees.normalize(),
                    at: at.unwrap_or(now),
                };
                if let Some(known) = self.fill_on_record(checking, &fill, name.as_deref())? {
                    return Ok(same(known, order, &fill, at.is_some()));
                }
                let market = self.price_now(order)?.filter(|_| !accept_price);
                fits(order, lines, &fill, name.is_none(), accept_price, market, now)
            }
        };
        let typed = match typed {
            Ok(typed) => typed,
            Err(fault) => return Ok(Err(fault)),
        };
        let number = u32::try_from(lines.len()).unwrap_or(u32::MAX).saturating_add(1);
        let client_order_id = order.client_order_id.clone();
        let line = BlotterLine { client_order_id, number, typed, person, at: now };
        checking.orders[place].1.push(line.clone());
        Ok(Ok(Taken::New(line)))
    }

    /// Where the order of a line stands among those that are being checked.
    fn place_of(
        &self,
        checking: &mut Checking,
        name: &str,
    ) -> Result<Result<usize, LineFault>, KeepingError> {
        let name = name.trim();
        let known = checking.orders.iter().position(|(order, _)| order.client_order_id == name);
        if let Some(place) = known {
            return Ok(Ok(place));
        }
        let Some(order) = self.books.reading().order(name)? else {
            return Ok(Err(LineFault::NoOrder { order: name.chars().take(NAME_CHARS_MAX).collect() }));
        };
        if order.broker != manual::NAME {
            let (order, broker) = (order.client_order_id, order.broker);
            return Ok(Err(LineFault::NotByHand { order, broker }));
        }
        let lines = self.books.reading().blotter(&order.client_order_id)?;
        checking.orders.push((order, lines));
        Ok(Ok(checking.orders.len() - 1))
    }

    /// The fill of a name, on record or among the lines before.
    fn fill_on_record(
        &self,
        checking: &Checking,
        fill: &Execution,
        name: Option<&str>,
    ) -> Result<Option<BlotterLine>, KeepingError> {
        if name.is_none() {
            return Ok(None);
        }
        let is_it = |line: &&BlotterLine| {
            line.typed.fill().is_some_and(|known| known.execution_id == fill.execution_id)
        };
        let before = checking.orders.iter().flat_map(|(_, lines)| lines).find(is_it);
        match before {
            Some(line) => Ok(Some(line.clone())),
            None => Ok(self.books.reading().blotter_fill(&fill.execution_id)?),
        }
    }

    pub(super) fn typed_record(&self, order: &Order, line: &BlotterLine) -> Result<Record, KeepingError> {
        let found = self.books.reading().recommendation(order.recommendation)?;
        let unknown = || KeepingError::Unknown { what: format!("recommendation `{}`", order.recommendation) };
        let household = found.ok_or_else(unknown)?.kept().household;
        let mut body = serde_json::json!({
            "order": line.client_order_id,
            "number": line.number,
            "account_id": order.account_id,
            "ticker": order.ticker,
            "action": order.side.word(),
        });
        if let Some(TypedFill { execution_id, quantity, price, fees, at }) = line.typed.fill() {
            body["execution_id"] = serde_json::json!(execution_id);
            body["quantity"] = serde_json::json!(quantity.to_string());
            body["price"] = serde_json::json!(price.to_string());
            body["fees"] = serde_json::json!(fees.to_string());
            body["executed_at"] = serde_json::json!(at.to_string());
            body["limit"] =
                serde_json::json!(order.sent.and_then(|sent| sent.limit).map(|usd| usd.to_string()));
        }
        if let Some(wrong) = line.typed.corrects() {
            body["corrects"] = serde_json::json!(wrong);
        }
        match &line.typed {
            Typed::Ended(why) => body["ended"] = serde_json::json!(why),
            Typed::Cancelled { why, .. } => body["cancelled"] = serde_json::json!(why),
            Typed::Fill { .. } | Typed::Corrected { .. } => {}
        }
        let person = line.person.to_string();
        Ok(Record::new("typed_in", household, &person, line.at, body.to_string())
            .about(&order.recommendation))
    }
}
