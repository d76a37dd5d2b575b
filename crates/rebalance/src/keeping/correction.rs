//! A fill that a person typed in was wrong: what is right takes its place, or nothing does.
//!
//! In: an order, the name of its fill, and what is right. Out: one entry: the line that says so, what takes back the booking, the fill and the booking that are
//! right, and, once the plan has ended, the next version of the household's document; or why not. Invariants: nothing that was written is changed or taken
//! away; a fill is corrected once, and then what stands in its place; cash, lots and gains are to the cent what they were if the right fill had
//! been typed in; where something came after that rests on the fill (a later plan, a document, cash, a split, a wash sale) nothing is done.
//!
//! # Source
//! FIX 4.4, `ExecType` G (trade correct) and H (trade cancel) with `ExecRefID`.

mod after;
pub mod outcome;

use execute::Execution;
use execute::brokers::manual;
use jiff::Timestamp;
use portfolio::Decimal;

use self::outcome::Outcome;
use super::Keeper;
use super::blotter::fits::{reason, right, told};
use super::blotter::{LineFault, while_others_write};
use super::failure::KeepingError;
use super::fill::{day_of, realised};
use super::progress::Progress;
use super::settle::settle;
use crate::books::blotter::standing;
use crate::books::{
    BlotterLine, Booking, BooksError, Change, Entry, Fill, Gain, Household, Order, OrderState, Record, Typed,
    TypedFill,
};
use crate::id::{PersonId, TransactionId};
use crate::life::{Recommendation, State};

/// What is right.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Correction {
    /// This fill.
    Right {
        /// Its name; one is made where nobody says it.
        execution_id: Option<String>,
        /// Shares.
        quantity: Decimal,
        /// USD per share.
        price: Decimal,
        /// USD.
        fees: Decimal,
        /// When it was executed; when the wrong one was where nobody says it.
        at: Option<Timestamp>,
    },
    /// Nothing of it happened, and why it was typed in.
    Cancelled(String),
}

/// A correction that is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Corrected {
    /// The line that says so.
    pub line: BlotterLine,
    /// The order as it stands now.
    pub order: Order,
    /// Whether it is news; otherwise it was on record already.
    pub is_new: bool,
    /// The version of the household's document that came of it, where the plan had ended.
    pub version: Option<u64>,
    /// What it comes to; absent where it was on record already.
    pub outcome: Option<Outcome>,
}

/// A correction with what is to be written of it; nothing where it was on record already.
struct Made {
    corrected: Corrected,
    entry: Option<Entry>,
}

/// A correction that is being made.
struct Making<'a> {
    household: Household,
    found: &'a Recommendation,
    before: Progress,
    /// The orders with the fills that are right.
    orders: Vec<(Order, Vec<Fill>)>,
    /// What the wrong fill booked.
    wrong: &'a Booking,
    /// What the right one books.
    booked: Option<(Booking, Option<Gain>)>,
    person: PersonId,
}

impl Keeper<'_> {
    /// Corrects a fill of an order, or takes it back. The same correction again is one. `accept_price` takes a price outside of the limit, and fees out of the
    /// ordinary.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn correct(
        &self,
        name: &str,
        order: &str,
        execution_id: &str,
        what: &Correction,
        accept_price: bool,
    ) -> Result<Result<Corrected, LineFault>, KeepingError> {
        while_others_write(|| {
            let made = match self.made(name, order, execution_id, what, accept_price)? {
                Ok(made) => made,
                Err(fault) => return Ok(Err(fault)),
            };
            if let Some(entry) = made.entry {
                self.write(entry)?;
            }
            Ok(Ok(made.corrected))
        })
    }

    /// What [`Keeper::correct`] would do now, or why it would refuse; nothing is written.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn would_correct(
        &self,
        name: &str,
        order: &str,
        execution_id: &str,
        what: &Correction,
        accept_price: bool,
    ) -> Result<Result<Corrected, LineFault>, KeepingError> {
        while_others_write(|| {
            let made = self.made(name, order, execution_id, what, accept_price)?;
            Ok(made.map(|made| made.corrected))
        })
    }

    fn made(
        &self,
        name: &str,
        order: &str,
        execution_id: &str,
        what: &Correction,
        accept_price: bool,
    ) -> Result<Result<Made, LineFault>, KeepingError> {
        let (reading, now) = (self.books.reading(), self.world.now());
        let Some(order) = reading.order(order.trim())? else {
            return Ok(Err(LineFault::NoOrder { order: order.chars().take(128).collect() }));
        };
        if order.broker != manual::NAME {
            return Ok(Err(LineFault::NotByHand { order: order.client_order_id, broker: order.broker }));
        }
        let unknown =
            |what: &str| KeepingError::Unknown { what: format!("{what} of `{}`", order.client_order_id) };
        let found = reading.recommendation(order.recommendation)?.ok_or_else(|| unknown("recommendation"))?;
        // Before what it rests on is read.
        let settling = self.settling(found.id(), None)?;
        let lines = reading.blotter(&order.client_order_id)?;
        let wrong = match wrong(&order, &lines, execution_id.trim(), what) {
            Ok(Wrong::Stands(wrong)) => wrong,
            Ok(Wrong::Known(line)) => {
                let corrected = Corrected { line, order, is_new: false, version: None, outcome: None };
                return Ok(Ok(Made { corrected, entry: None }));
            }
            Err(fault) => return Ok(Err(fault)),
        };
        let typed = match self.typed_right(&order, &lines, &wrong, what, accept_price)? {
            Ok(typed) => typed,
            Err(fault) => return Ok(Err(fault)),
        };
        let person = self.person(name)?;
        let household = reading.household(found.kept().household)?.ok_or_else(|| unknown("household"))?;
        let attempts = reading.attempts(found.id())?;
        let attempt =
            attempts.iter().find(|it| it.attempt == order.attempt).ok_or_else(|| unknown("plan"))?;
        let is_last = attempts.last().is_some_and(|it| it.attempt == order.attempt);
        let is_executing = found.state() == State::ExecutionInProgress && is_last;
        let before = self.progress_of(&found, attempt)?;
        let bookings = reading.bookings(household.id)?;
        let of_it = |booking: &&Booking| {
            booking
                .fill
                .as_ref()
                .is_some_and(|(broker, id)| broker == manual::NAME && *id == wrong.execution_id)
        };
        let Some(booking) = bookings.iter().find(of_it) else {
            return Ok(Err(LineFault::Unbooked { execution_id: wrong.execution_id }));
        };
        // Somebody else may have corrected it between the two looks.
        let mut stands = before.orders.iter().flat_map(|(_, fills)| fills);
        if !stands.any(|fill| fill.execution_id == wrong.execution_id) {
            let what = format!("fill `{}`", wrong.execution_id);
            return Err(BooksError::Conflict { what, version: order.version }.into());
        }
        let fill = typed.fill().map(|fill| of_order(&order, fill));
        let orders = with_right(&before.orders, &order, &wrong.execution_id, fill.as_ref());
        let booked = match &fill {
            None => None,
            Some(fill) => match self.booked(&household, &before, &order, &wrong.execution_id, fill) {
                Err(KeepingError::Fill { detail, .. }) => {
                    return Ok(Err(LineFault::Later { execution_id: wrong.execution_id, why: detail }));
                }
                booked => Some(booked?),
            },
        };
        let filled: Decimal = orders
            .iter()
            .filter(|(it, _)| it.client_order_id == order.client_order_id)
            .flat_map(|(_, fills)| fills)
            .map(|fill| fill.quantity)
            .sum();
        let is_open = is_executing && told(&lines).ended.is_none();
        let next = Order { state: state(&order, filled, is_open), ..order.clone() };
        let making = Making { household, found: &found, before, orders, wrong: booking, booked, person };
        let document = match is_executing {
            true => None,
            false => match self.document_after(&making, &wrong.execution_id)? {
                Ok(document) => Some(document),
                Err(fault) => return Ok(Err(fault)),
            },
        };
        let number = u32::try_from(lines.len()).unwrap_or(u32::MAX).saturating_add(1);
        let client_order_id = order.client_order_id.clone();
        let line = BlotterLine { client_order_id, number, typed, person, at: now };
        let entry = self.corrected(&making, &next, &line, fill.as_ref())?.with(settling);
        let version = document.as_ref().map(|document| document.version);
        let entry = document.into_iter().fold(entry, |entry, document| entry.and(document.entry));
        let outcome = Some(self.outcome(&making, &order, filled)?);
        let corrected = Corrected { line, order: next, is_new: true, version, outcome };
        Ok(Ok(Made { corrected, entry: Some(entry) }))
    }

    /// What is typed in as right, held against the order.
    fn typed_right(
        &self,
        order: &Order,
        lines: &[BlotterLine],
        wrong: &TypedFill,
        what: &Correction,
        accept_price: bool,
    ) -> Result<Result<Typed, LineFault>, KeepingError> {
        let corrects = wrong.execution_id.clone();
        let (execution_id, quantity, price, fees, at) = match what {
            Correction::Cancelled(why) => {
                return Ok(reason(why).map(|why| Typed::Cancelled { corrects, why }));
            }
            Correction::Right { execution_id, quantity, price, fees, at } => {
                (execution_id, quantity.normalize(), price.normalize(), fees.normalize(), at)
            }
        };
        let at = at.unwrap_or(wrong.at);
        if (quantity, price, fees, at) == (wrong.quantity, wrong.price, wrong.fees, wrong.at) {
            return Ok(Err(LineFault::AsItWas { execution_id: corrects }));
        }
        let made = || format!("{}/{}", order.client_order_id, lines.len() + 1);
        let execution_id = execution_id.as_ref().map_or_else(made, |name| name.trim().to_owned());
        if let Some(known) = self.books.reading().blotter_fill(&execution_id)?
            && let Some(TypedFill { execution_id, quantity, price, fees, at }) = known.typed.fill()
        {
            let order = known.client_order_id;
            return Ok(Err(LineFault::Otherwise { execution_id, order, quantity, price, fees, at }));
        }
        let others = standing(lines).into_iter().filter(|fill| fill.execution_id != corrects);
        let filled: Decimal = others.map(|fill| fill.quantity).sum();
        let fill = Execution { execution_id, quantity, price, fees, at };
        Ok(right(order, filled, &fill, accept_price, self.world.now()).map(|fill| {
            let TypedFill { execution_id, quantity, price, fees, at } = fill;
            Typed::Corrected { corrects, execution_id, quantity, price, fees, at }
        }))
    }

    /// What the right fill books and realises.
    fn booked(
        &self,
        household: &Household,
        before: &Progress,
        order: &Order,
        wrong: &str,
        fill: &Fill,
    ) -> Result<(Booking, Option<Gain>), KeepingError> {
        let mut held = self.held_after(&before.read, &with_right(&before.orders, order, wrong, None))?;
        let effect = settle(&mut held, order, fill, day_of(fill))?;
        let booking = self.booking(household, order, fill, &effect, day_of(fill));
        let gain = realised(&booking, order, &effect);
        Ok((booking, gain))
    }

    /// The entry of a correction, without a document.
    fn corrected(
        &self,
        making: &Making<'_>,
        next: &Order,
        line: &BlotterLine,
        fill: Option<&Fill>,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let wrong = making.wrong;
        let reversal = Booking {
            id: TransactionId::new(now, self.world.draw()),
            action: format!("REVERSED_{}", wrong.action),
            fees: -wrong.fees,
            cash: -wrong.cash,
            fill: None,
            ..wrong.clone()
        };
        let body = serde_json::json!({
            "order": next.client_order_id,
            "broker": next.broker,
            "execution_id": line.typed.corrects(),
            "right": line.typed.fill().map(|fill| fill.execution_id),
            "transaction": reversal.id.to_string(),
            "reverses": wrong.id.to_string(),
            "date": reversal.date.to_string(),
            "account_id": reversal.account_id,
            "ticker": reversal.ticker,
            "action": reversal.action,
            "lot_id": reversal.lot_id,
            "quantity": reversal.quantity.to_string(),
            "price": reversal.price.to_string(),
            "fees": reversal.fees.to_string(),
            "cash": reversal.cash.to_string(),
            "order_state": next.state.word(),
        });
        let person = making.person.to_string();
        let record = Record::new("fill_reversed", making.household.id, &person, now, body.to_string());
        let mut entry = Entry::new(self.typed_record(next, line)?)
            .recording(record.about(&next.recommendation))
            .with(Change::Blotter(line.clone()))
            .with(Change::Order(next.clone()))
            .with(Change::Booking(reversal));
        if let Some((fill, (booking, gain))) = fill.zip(making.booked.as_ref()) {
            entry = entry
                .recording(self.fill_record(next, fill, booking, gain.as_ref()))
                .with(Change::Fill(fill.clone()))
                .with(Change::Booking(booking.clone()));
            entry = gain.iter().fold(entry, |entry, gain| entry.with(Change::Gain(gain.clone())));
        }
        Ok(entry)
    }
}

/// A fill that is to be corrected.
enum Wrong {
    /// It stands.
    Stands(TypedFill),
    /// It was corrected just so.
    Known(BlotterLine),
}

/// The fill of a name among the lines of an order.
fn wrong(order: &Order, lines: &[BlotterLine], name: &str, what: &Correction) -> Result<Wrong, LineFault> {
    let execution_id = name.to_owned();
    let stands = standing(lines);
    if let Some(fill) = stands.iter().find(|fill| fill.execution_id == name) {
        return Ok(Wrong::Stands(fill.clone()));
    }
    let Some(line) = lines.iter().find(|line| line.typed.corrects() == Some(name)) else {
        let names: Vec<String> = stands.iter().map(|fill| format!("`{}`", fill.execution_id)).collect();
        let known = if names.is_empty() { String::new() } else { format!("; it has {}", names.join(", ")) };
        let order = order.client_order_id.clone();
        return Err(LineFault::NoFill { order, execution_id, known });
    };
    let now = match (&line.typed, what) {
        (Typed::Cancelled { .. }, Correction::Cancelled(_)) => return Ok(Wrong::Known(line.clone())),
        (Typed::Cancelled { why, .. }, _) => format!("nothing stands in its place, {why}"),
        (typed, what) => {
            let Some(fill) = typed.fill() else {
                return Err(LineFault::CorrectedBefore { execution_id, now: String::new() });
            };
            if let Correction::Right { execution_id, quantity, price, fees, at } = what
                && execution_id.as_ref().is_none_or(|name| name.trim() == fill.execution_id)
                && (*quantity, *price, *fees) == (fill.quantity, fill.price, fill.fees)
                && at.is_none_or(|at| at == fill.at)
            {
                return Ok(Wrong::Known(line.clone()));
            }
            format!("`{}` stands in its place, and can be corrected", fill.execution_id)
        }
    };
    Err(LineFault::CorrectedBefore { execution_id, now })
}

/// A fill as the books keep it.
fn of_order(order: &Order, fill: TypedFill) -> Fill {
    let TypedFill { execution_id, quantity, price, fees, at } = fill;
    let (broker, client_order_id) = (order.broker.clone(), order.client_order_id.clone());
    Fill { broker, execution_id, client_order_id, quantity, price, fees, at }
}

/// The orders of a plan with what is right in place of a fill, in the order in which fills are read.
fn with_right(
    orders: &[(Order, Vec<Fill>)],
    order: &Order,
    wrong: &str,
    right: Option<&Fill>,
) -> Vec<(Order, Vec<Fill>)> {
    let mut orders = orders.to_vec();
    for (_, fills) in orders.iter_mut().filter(|(it, _)| it.client_order_id == order.client_order_id) {
        fills.retain(|fill| fill.execution_id != wrong);
        fills.extend(right.cloned());
        fills.sort_by(|a, b| (a.at, &a.execution_id).cmp(&(b.at, &b.execution_id)));
    }
    orders
}

/// Where an order stands of which so much is filled.
fn state(order: &Order, filled: Decimal, is_open: bool) -> OrderState {
    match is_open {
        _ if filled >= order.asked() => OrderState::Filled,
        false => OrderState::Cancelled,
        true if filled.is_zero() => OrderState::Accepted,
        true => OrderState::PartlyFilled,
    }
}
