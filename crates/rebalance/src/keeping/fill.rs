//! Orders go to the broker, and what it tells is taken in: each fill once, with what it booked and realised.
//!
//! In: orders that are written down. Out: one entry per answer and per fill. Invariant: an order is sent under its own name however
//! often; a fill is known by the broker's name for it; it is booked in the entry that takes it in, or not at all.

use execute::{BrokerError, Execution, Standing, Ticket, Told};
use jiff::civil::Date;
use portfolio::exchange::eastern;
use portfolio::{AccountKind, Decimal};

use super::document::{self, HeldAccount};
use super::failure::KeepingError;
use super::settle::{Effect, settle};
use super::{Done, Keeper, Taken};
use crate::books::{Booking, Change, Entry, Fill, Gain, Household, Order, OrderState, Record};
use crate::id::TransactionId;
use crate::life::Recommendation;

/// The orders of a plan with their fills, and what is held after them.
pub(super) struct Progress {
    pub(super) orders: Vec<(Order, Vec<Fill>)>,
    pub(super) accounts: Vec<HeldAccount>,
    /// Kinds of the accounts, in the same order.
    pub(super) kinds: Vec<AccountKind>,
}

impl OrderState {
    /// Nothing more comes of it.
    fn has_ended(self) -> bool {
        matches!(self, OrderState::Filled | OrderState::Refused | OrderState::Cancelled | OrderState::Expired)
    }
}

impl Keeper<'_> {
    /// The next answer or fill of the orders of a plan; `None` while the broker has no news.
    pub(super) fn fill(
        &self,
        household: &Household,
        found: &Recommendation,
    ) -> Result<Option<Done>, KeepingError> {
        let progress = self.progress(found)?;
        for (order, fills) in &progress.orders {
            if order.state.has_ended() {
                continue;
            }
            let told = match self.broker.place(&ticket(order)) {
                Ok(told) => told,
                Err(error) => return Err(self.unheard(household, order, error)?),
            };
            if matches!(order.state, OrderState::Submitting | OrderState::Unknown) {
                return self.arrived(household, order, &told).map(Some);
            }
            let new = told.executions.iter().find(|x| fills.iter().all(|f| f.execution_id != x.execution_id));
            if let Some(execution) = new {
                return self.take_in_fill(household, &progress, order, fills, &told, execution).map(Some);
            }
            let state = after(&told.standing, !fills.is_empty());
            if state != order.state {
                return self.ordered(household, order, state, &told).map(Some);
            }
        }
        if progress.orders.iter().all(|(order, _)| order.state.has_ended()) {
            return self.finish(household, found, &progress).map(Some);
        }
        Ok(None)
    }

    /// The broker has heard of an order.
    fn arrived(&self, household: &Household, order: &Order, told: &Told) -> Result<Done, KeepingError> {
        let state = match told.standing {
            Standing::Refused { .. } => OrderState::Refused,
            _ => OrderState::Accepted,
        };
        self.ordered(household, order, state, told)
    }

    fn ordered(
        &self,
        household: &Household,
        order: &Order,
        state: OrderState,
        told: &Told,
    ) -> Result<Done, KeepingError> {
        let next = Order { state, broker_order_id: Some(told.broker_order_id.clone()), ..order.clone() };
        let how = match &told.standing {
            Standing::Refused { why } | Standing::Cancelled { why } => why.as_str(),
            Standing::Open | Standing::Filled => "told by the broker",
        };
        let record = self.order_record(household, &next, how);
        self.write(Entry::new(record).with(Change::Order(next)))?;
        let words = format!("{} {} {}: {}", order.side.word(), order.quantity, order.ticker, state.word());
        Ok(Done::of(household, Some(order.recommendation), Taken::Ordered, words))
    }

    /// Whether it arrived is not known: that is on record once.
    fn unheard(
        &self,
        household: &Household,
        order: &Order,
        error: BrokerError,
    ) -> Result<KeepingError, KeepingError> {
        if order.state == OrderState::Submitting {
            let next = Order { state: OrderState::Unknown, ..order.clone() };
            let record = self.order_record(household, &next, &error.to_string());
            self.write(Entry::new(record).with(Change::Order(next)))?;
        }
        Ok(KeepingError::Broker(error))
    }

    /// A fill, with its booking and what it realised.
    fn take_in_fill(
        &self,
        household: &Household,
        progress: &Progress,
        order: &Order,
        fills: &[Fill],
        told: &Told,
        execution: &Execution,
    ) -> Result<Done, KeepingError> {
        let fill = Fill {
            broker: order.broker.clone(),
            execution_id: execution.execution_id.clone(),
            client_order_id: order.client_order_id.clone(),
            quantity: execution.quantity,
            price: execution.price,
            fees: execution.fees,
            at: execution.at,
        };
        let filled: Decimal = fills.iter().map(|f| f.quantity).sum::<Decimal>() + fill.quantity;
        if filled > order.quantity {
            let detail = format!("{filled} shares would be filled of an order of {}", order.quantity);
            return Err(KeepingError::Fill { execution_id: fill.execution_id, detail });
        }
        let day = day_of(&fill);
        let effect = settle(&mut progress.accounts.clone(), order, &fill, day)?;
        let booking = self.booking(household, order, &fill, &effect, day);
        let gain = effect.sold.as_ref().map(|sold| Gain {
            transaction: booking.id,
            lot_id: order.lot_id.clone().unwrap_or_default(),
            household: household.id,
            acquired: sold.acquired,
            sold: day,
            quantity: fill.quantity,
            proceeds: effect.cash,
            basis: sold.basis,
            gain: effect.cash - sold.basis,
            long_term: sold.long_term,
            disallowed: Decimal::ZERO,
        });
        let last = fills.len() + 1 == told.executions.len();
        let state = if last { after(&told.standing, true) } else { OrderState::PartlyFilled };
        let next = Order { state, broker_order_id: Some(told.broker_order_id.clone()), ..order.clone() };
        let words = format!(
            "{} {} {} at {} USD in {}",
            order.side.word(),
            fill.quantity.normalize(),
            order.ticker,
            fill.price.normalize(),
            order.account_id
        );
        let entry = Entry::new(self.fill_record(order, &fill, &booking, gain.as_ref()))
            .with(Change::Order(next))
            .with(Change::Fill(fill))
            .with(Change::Booking(booking));
        self.write(gain.into_iter().fold(entry, |entry, gain| entry.with(Change::Gain(gain))))?;
        Ok(Done::of(household, Some(order.recommendation), Taken::Filled, words))
    }

    fn booking(
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

    fn fill_record(&self, order: &Order, fill: &Fill, booking: &Booking, gain: Option<&Gain>) -> Record {
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
            "gain": gain.map(|gain| serde_json::json!({"usd": gain.gain.to_string(), "long_term": gain.long_term})),
        });
        Record::new("fill", booking.household, "broker", self.world.now(), body.to_string())
            .about(&order.recommendation)
    }

    /// Where the orders of the plan at hand stand, and what is held after their fills.
    pub(super) fn progress(&self, found: &Recommendation) -> Result<Progress, KeepingError> {
        let attempt = self.last_attempt(found)?;
        let read = portfolio::read(&self.version(attempt.portfolio)?.text)?;
        let mut accounts = document::held(&read);
        let all = self.books.reading().fills_of(found.id())?;
        let mut orders = Vec::new();
        for order in self.books.reading().orders(found.id())? {
            if order.attempt != attempt.attempt {
                continue;
            }
            let of_it = |fill: &&Fill| fill.client_order_id == order.client_order_id;
            let fills: Vec<Fill> = all.iter().filter(of_it).cloned().collect();
            for fill in &fills {
                settle(&mut accounts, &order, fill, day_of(fill))?;
            }
            orders.push((order, fills));
        }
        let kinds = read.accounts.iter().map(|account| account.kind).collect();
        Ok(Progress { orders, accounts, kinds })
    }
}

fn ticket(order: &Order) -> Ticket {
    Ticket {
        client_order_id: order.client_order_id.clone(),
        account_id: order.account_id.clone(),
        ticker: order.ticker.clone(),
        side: order.side,
        lot_id: order.lot_id.clone(),
        quantity: order.quantity,
        at: order.at,
    }
}

/// The state of an order of which everything that was told is taken in.
fn after(standing: &Standing, some_filled: bool) -> OrderState {
    match standing {
        Standing::Filled => OrderState::Filled,
        Standing::Refused { .. } => OrderState::Refused,
        Standing::Cancelled { .. } => OrderState::Cancelled,
        Standing::Open if some_filled => OrderState::PartlyFilled,
        Standing::Open => OrderState::Accepted,
    }
}

/// The trade date in New York.
fn day_of(fill: &Fill) -> Date {
    eastern(fill.at).date()
}
