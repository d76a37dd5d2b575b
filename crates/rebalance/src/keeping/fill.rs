//! Orders are at the broker, and what it tells is taken in: each fill once, with what it booked and realised.
//!
//! In: orders that are written down. Out: one entry per answer and per fill. Invariants: of an order that may have been sent the broker
//! is asked by its name before it is sent again, under the same name; a fill is known by the broker's name for it; it is booked in
//! the entry that takes it in, or not at all; what is open at the end of its hours is taken back.

use std::collections::BTreeSet;

use execute::{BrokerError, Standing, Told};
use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::eastern;
use portfolio::{Decimal, Side};

use super::failure::KeepingError;
use super::hours::Hours;
use super::parcel::{Parcel, Part, after};
use super::progress::Progress;
use super::settle::{Effect, settle};
use super::{Done, Keeper, Taken};
use crate::books::{Booking, Change, Entry, Fill, Gain, Household, Order, OrderState, Record};
use crate::id::TransactionId;
use crate::life::Recommendation;

impl Keeper<'_> {
    /// The next answer or fill of the orders of a plan, or the next order that is sent; `None` while there is no news.
    pub(super) fn fill(
        &self,
        household: &Household,
        found: &Recommendation,
    ) -> Result<Option<Done>, KeepingError> {
        let progress = self.progress(found)?;
        self.all_here(&progress)?;
        let mut unheard = None;
        let mut silent: BTreeSet<&str> = BTreeSet::new();
        for parcel in Parcel::all(&progress.orders) {
            let order = parcel.first();
            if parcel.has_ended() || silent.contains(order.account_id.as_str()) {
                continue;
            }
            let (name, every) = (parcel.name(), self.broker.abilities().look_every);
            // What perhaps did not arrive is always asked after while it can be sent again.
            let perhaps = parcel.perhaps() && order.sent.is_none_or(|sent| self.world.now() < sent.until);
            if !self.looks.is_due(name, every, self.world.stopwatch(), self.news.as_deref()) && !perhaps {
                continue;
            }
            match self.heard(household, &progress, &parcel) {
                Ok(Some(done)) => {
                    self.looks.again(name);
                    return Ok(Some(done));
                }
                Ok(None) => {}
                // One order of which nothing can be heard holds up what is heard of the others, but who does not answer for an account is
                // not asked about it again and again.
                Err(KeepingError::Broker(error)) => {
                    self.looks.again(name);
                    if !matches!(error, BrokerError::NoPrice { .. } | BrokerError::Unreadable { .. }) {
                        silent.insert(&order.account_id);
                    }
                    unheard = Some(match unheard.take() {
                        Some(first) if !matches!(first, BrokerError::NoPrice { .. }) => first,
                        _ => error,
                    });
                }
                Err(error) => return Err(error),
            }
        }
        // Nothing more is sent while a broker does not answer; one that has no price of something answers.
        if let Some(error) = unheard.take_if(|error| !matches!(error, BrokerError::NoPrice { .. })) {
            return Err(KeepingError::Broker(error));
        }
        if let Some(done) = self.sent_or_dropped(household, &progress)? {
            return Ok(Some(done));
        }
        if progress.orders.iter().all(|(order, _)| order.state.has_ended()) {
            return self.finish(household, found, &progress).map(Some);
        }
        unheard.map_or(Ok(None), |error| Err(KeepingError::Broker(error)))
    }

    /// Nobody asks one broker after the orders of another.
    fn all_here(&self, progress: &Progress) -> Result<(), KeepingError> {
        let asked = self.broker.name();
        let mut open = progress.orders.iter().map(|(order, _)| order).filter(|it| !it.state.has_ended());
        let Some(order) = open.find(|order| order.broker != asked) else { return Ok(()) };
        let (order, at) = (order.client_order_id.clone(), order.broker.clone());
        Err(KeepingError::Elsewhere { order, at, asked: asked.to_owned() })
    }

    /// Orders that wait: the next one is sent, or ends with the day that it was written down on.
    fn sent_or_dropped(
        &self,
        household: &Household,
        progress: &Progress,
    ) -> Result<Option<Done>, KeepingError> {
        let mut waiting = progress.orders.iter().map(|(order, _)| order);
        let Some(first) = waiting.find(|order| order.state == OrderState::Waiting) else { return Ok(None) };
        let (now, window) = (self.world.now(), progress.read.wishes.window);
        if let Some(done) = self.called_off(household, progress)? {
            return Ok(Some(done));
        }
        let own = Hours::of(window, eastern(first.at).date())?;
        if self.broker.abilities().day_orders && own.is_none_or(|own| now >= own.until) {
            let why = self.halted()?.map_or_else(
                || "its hours were over before its turn came".to_owned(),
                |reason| format!("trading was halted: {reason}"),
            );
            return self.dropped(household, &[first], OrderState::Cancelled, &why).map(Some);
        }
        match Hours::at(window, now)? {
            Some(hours) => self.turn(household, progress, hours),
            None => Ok(None),
        }
    }

    /// Where a person is the broker: an order that waits for its turn and is not wanted any more.
    fn called_off(&self, household: &Household, progress: &Progress) -> Result<Option<Done>, KeepingError> {
        if self.broker.abilities().day_orders {
            return Ok(None);
        }
        for (order, _) in progress.orders.iter().filter(|(order, _)| order.state == OrderState::Waiting) {
            let Some(parcel) = Parcel::of(std::slice::from_ref(order)) else { continue };
            let told = self.broker.look(&parcel.ticket(), self.world.now())?;
            if let Some(Standing::Cancelled { why }) = told.map(|told| told.standing) {
                return self.dropped(household, &[order], OrderState::Cancelled, &why).map(Some);
            }
        }
        Ok(None)
    }

    /// What the broker tells of an order that is there, or perhaps is.
    fn heard(
        &self,
        household: &Household,
        progress: &Progress,
        parcel: &Parcel<'_>,
    ) -> Result<Option<Done>, KeepingError> {
        let (ticket, now) = (parcel.ticket(), self.world.now());
        let perhaps = parcel.perhaps();
        let over = self.broker.abilities().day_orders && now >= ticket.until;
        let told = match self.broker.look(&ticket, now) {
            Ok(told) => told,
            Err(error) => return Err(self.unheard(household, parcel, error)?),
        };
        let told = match told {
            Some(told) if perhaps => return self.arrived(household, parcel, &told).map(Some),
            Some(told) => told,
            None if perhaps && over => {
                // What was sent just before may be on its way still.
                let from =
                    ticket.until.saturating_add(self.broker.arrives_within()).unwrap_or(Timestamp::MAX);
                if !self.looks.is_lost(parcel.name(), from, now) {
                    return Ok(None);
                }
                let rows: Vec<&Order> = parcel.rows().collect();
                let why = "it never arrived, and its hours are over";
                return self.dropped(household, &rows, OrderState::Cancelled, why).map(Some);
            }
            None if perhaps => return self.placed(household, parcel),
            None => {
                let (broker, order) = (parcel.first().broker.clone(), parcel.name().to_owned());
                return Err(KeepingError::Forgotten { broker, order });
            }
        };
        if let Some(done) = self.taken_in(household, progress, parcel, &told)? {
            return Ok(Some(done));
        }
        if told.standing != Standing::Open || !over {
            return Ok(None);
        }
        match self.broker.cancel(&ticket, now) {
            Ok(Some(told)) => self.taken_in(household, progress, parcel, &told),
            Ok(None) => Ok(None),
            Err(error) => Err(self.unheard(household, parcel, error)?),
        }
    }

    /// Sends an order, unless trading is halted, or its hours are over: a broker that is told too late refuses what it was perhaps sent in time.
    pub(super) fn placed(
        &self,
        household: &Household,
        parcel: &Parcel<'_>,
    ) -> Result<Option<Done>, KeepingError> {
        let (ticket, now) = (parcel.ticket(), self.world.now());
        let over = self.broker.abilities().day_orders && now >= ticket.until;
        if over || self.halted()?.is_some() {
            return Ok(None);
        }
        match self.broker.place(&ticket, now) {
            Ok(told) => self.arrived(household, parcel, &told).map(Some),
            Err(error) => Err(self.unheard(household, parcel, error)?),
        }
    }

    /// The next thing in what was told that is not on record.
    fn taken_in(
        &self,
        household: &Household,
        progress: &Progress,
        parcel: &Parcel<'_>,
        told: &Told,
    ) -> Result<Option<Done>, KeepingError> {
        let security =
            progress.read.securities.iter().find(|security| security.ticker == parcel.first().ticker);
        let increment = security.map_or(Decimal::ONE, |security| security.quantity_increment);
        let Some((parts, is_last)) = parcel.news(&told.executions, &told.standing, increment) else {
            let filled: Decimal = told.executions.iter().map(|it| it.quantity).sum();
            let execution_id = told.executions.last().map(|it| it.execution_id.clone()).unwrap_or_default();
            let detail = format!("{filled} shares would be filled of an order of {}", parcel.asked());
            return Err(KeepingError::Fill { execution_id, detail });
        };
        if !parts.is_empty() {
            return self.take_in_parts(household, progress, told, &parts, is_last).map(Some);
        }
        let moved = parcel.states(&told.standing);
        if moved.is_empty() { Ok(None) } else { self.ordered(household, parcel, &moved, told).map(Some) }
    }

    /// The broker has heard of an order.
    fn arrived(&self, household: &Household, parcel: &Parcel<'_>, told: &Told) -> Result<Done, KeepingError> {
        let state = match told.standing {
            Standing::Refused { .. } => OrderState::Refused,
            _ => OrderState::Accepted,
        };
        let moved: Vec<(&Order, OrderState)> = parcel.rows().map(|order| (order, state)).collect();
        self.ordered(household, parcel, &moved, told)
    }

    /// Rows of an order stand otherwise now.
    fn ordered(
        &self,
        household: &Household,
        parcel: &Parcel<'_>,
        moved: &[(&Order, OrderState)],
        told: &Told,
    ) -> Result<Done, KeepingError> {
        let how = match &told.standing {
            Standing::Refused { why } | Standing::Cancelled { why } => why.as_str(),
            Standing::Open | Standing::Filled => "told by the broker",
        };
        let rows = moved.iter().map(|(order, state)| Order {
            state: *state,
            broker_order_id: Some(told.broker_order_id.clone()),
            ..(*order).clone()
        });
        self.write_orders(household, rows, how)?;
        let states: BTreeSet<&str> = moved.iter().map(|(_, state)| state.word()).collect();
        let states: Vec<&str> = states.into_iter().collect();
        let words = format!("{}: {}", asked_for(parcel), states.join(", "));
        Ok(Done::of(household, Some(parcel.first().recommendation), Taken::Ordered, words))
    }

    /// Writes rows down as they stand now, in one entry.
    pub(super) fn write_orders(
        &self,
        household: &Household,
        orders: impl IntoIterator<Item = Order>,
        how: &str,
    ) -> Result<(), KeepingError> {
        let entry = orders.into_iter().fold(None, |entry: Option<Entry>, order| {
            let record = self.order_record(household, &order, how);
            let entry = match entry {
                Some(entry) => entry.recording(record),
                None => Entry::new(record),
            };
            Some(entry.with(Change::Order(order)))
        });
        entry.map_or(Ok(()), |entry| self.write(entry).map(drop))
    }

    /// Whether it arrived is not known: that is on record once.
    fn unheard(
        &self,
        household: &Household,
        parcel: &Parcel<'_>,
        error: BrokerError,
    ) -> Result<KeepingError, KeepingError> {
        let rows = parcel.rows().filter(|order| order.state == OrderState::Submitting);
        let rows = rows.map(|order| Order { state: OrderState::Unknown, ..order.clone() });
        self.write_orders(household, rows, &error.to_string())?;
        Ok(KeepingError::Broker(error))
    }

    /// What was executed, row by row, with what each booked and realised, in one entry.
    fn take_in_parts(
        &self,
        household: &Household,
        progress: &Progress,
        told: &Told,
        parts: &[Part<'_>],
        is_last: bool,
    ) -> Result<Done, KeepingError> {
        let mut accounts = progress.accounts.clone();
        let mut all: Option<Entry> = None;
        for Part { order, before, fill } in parts {
            let day = day_of(fill);
            let effect = settle(&mut accounts, order, fill, day)?;
            let booking = self.booking(household, order, fill, &effect, day);
            let gain = realised(&booking, order, &effect);
            let filled = *before + fill.quantity;
            // What was told and is not taken in yet comes next; that it ended before all of it was filled goes on record by itself, with the reason.
            let standing = match told.standing {
                Standing::Filled if is_last => &told.standing,
                _ => &Standing::Open,
            };
            let next = Order {
                state: after(standing, filled, order),
                broker_order_id: Some(told.broker_order_id.clone()),
                ..(*order).clone()
            };
            let record = self.fill_record(&next, fill, &booking, gain.as_ref());
            let entry = match all {
                Some(entry) => entry.recording(record),
                None => Entry::new(record),
            };
            let entry = entry
                .with(Change::Order(next))
                .with(Change::Fill(fill.clone()))
                .with(Change::Booking(booking));
            all = Some(gain.into_iter().fold(entry, |entry, gain| entry.with(Change::Gain(gain))));
        }
        let (Some(entry), Some(first)) = (all, parts.first()) else {
            return Err(KeepingError::Unknown { what: "what was executed".to_owned() });
        };
        // However many rows it is split over, it was one price of the market.
        self.write(self.with_lesson(entry, &progress.read, first.order, &first.fill)?)?;
        let words: Vec<String> = parts.iter().map(in_words).collect();
        Ok(Done::of(household, Some(first.order.recommendation), Taken::Filled, words.join("; ")))
    }

    pub(super) fn booking(
        &self,
        household: &Household,
        order: &Order,
        fill: &Fill,
        effect: &Effect,
        day: Date,
    ) -> Booking {
        Booking {
            id: TransactionId::new(self.world.now(), self.world.draw()),
            household: household.id,
            account_id: order.account_id.clone(),
            date: day,
            action: order.side.word().to_owned(),
            ticker: Some(order.ticker.clone()),
            lot_id: order.lot_id.clone(),
            quantity: fill.quantity,
            price: fill.price,
            fees: fill.fees,
            cash: effect.cash,
            fill: Some((fill.broker.clone(), fill.execution_id.clone())),
        }
    }

    pub(super) fn fill_record(
        &self,
        order: &Order,
        fill: &Fill,
        booking: &Booking,
        gain: Option<&Gain>,
    ) -> Record {
        let body = serde_json::json!({
            "order": fill.client_order_id,
            "broker": fill.broker,
            "execution_id": fill.execution_id,
            "at": fill.at.to_string(),
            "transaction": booking.id.to_string(),
            "account_id": booking.account_id,
            "ticker": booking.ticker,
            "action": booking.action,
            "lot_id": booking.lot_id,
            "quantity": fill.quantity.to_string(),
            "price": fill.price.to_string(),
            "fees": fill.fees.to_string(),
            "cash": booking.cash.to_string(),
            "gain": gain.map(|gain| serde_json::json!({"usd": gain.gain.to_string(), "long_term": gain.long_term,
                                                       "acquired": gain.acquired.map(|day| day.to_string())})),
            "order_state": order.state.word(),
            "broker_order_id": order.broker_order_id,
        });
        Record::new("fill", booking.household, "broker", self.world.now(), body.to_string())
            .about(&order.recommendation)
    }
}

/// What a booking of a sale realised.
pub(super) fn realised(booking: &Booking, order: &Order, effect: &Effect) -> Option<Gain> {
    effect.sold.as_ref().map(|sold| Gain {
        transaction: booking.id,
        lot_id: order.lot_id.clone().unwrap_or_default(),
        household: booking.household,
        acquired: sold.acquired,
        sold: booking.date,
        quantity: booking.quantity,
        proceeds: effect.cash,
        basis: sold.basis,
        gain: effect.cash - sold.basis,
        long_term: sold.long_term,
        disallowed: Decimal::ZERO,
    })
}

/// An order as it is sent, in words.
fn asked_for(parcel: &Parcel<'_>) -> String {
    let (order, asked) = (parcel.first(), parcel.asked());
    let planned: Decimal = parcel.rows().map(|row| row.quantity).sum();
    let less = planned - asked;
    let less =
        if less.is_zero() { String::new() } else { format!(" ({} less than planned)", less.normalize()) };
    let limit = order.sent.and_then(|sent| sent.limit);
    let limit = limit.map_or_else(String::new, |limit| {
        let most = if order.side == Side::Buy { "most" } else { "least" };
        format!(" at {} USD at {most}", limit.normalize())
    });
    format!("{} {} {}{less}{limit}", order.side.word(), asked.normalize(), order.ticker)
}

/// What was executed of a row, in words.
fn in_words(Part { order, fill, .. }: &Part<'_>) -> String {
    format!(
        "{} {} {} at {} USD in {}",
        order.side.word(),
        fill.quantity.normalize(),
        order.ticker,
        fill.price.normalize(),
        order.account_id
    )
}

/// The trade date in New York.
pub(super) fn day_of(fill: &Fill) -> Date {
    eastern(fill.at).date()
}
