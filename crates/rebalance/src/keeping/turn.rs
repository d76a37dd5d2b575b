//! Whose turn it is: sales first, and purchases once the cash is there.
//!
//! In: the orders of a plan that wait. Out: the next one, written down as it is sent, and then sent. The rule for purchases: they wait until
//! every sale of their account has ended. Then each is sent, at the limit of its collar, whose cost at that limit is free
//! ([`super::purse`]). Where none is open and none can be sent so, the first gets the highest limit that the cash pays for; where
//! that would lie below what the market asks now, it gets fewer shares, in whole increments; where not one is paid for, it is
//! cancelled. Invariants: how an order is sent is on record before it is sent; nothing is sent while trading is halted.

use execute::limit::{lowered, raised};
use jiff::Timestamp;
use portfolio::money::written;
use portfolio::{Decimal, SecurityKind, Side};
use rust_decimal::dec;

use super::desk::{self, Facts};
use super::failure::KeepingError;
use super::fill::Progress;
use super::hours::Hours;
use super::purse::Purse;
use super::{Done, Keeper, Taken};
use crate::books::{Change, Entry, Household, Order, OrderState, Sent};

/// How far above the price of now an order without a limit is reckoned, where its shares are cut to the cash.
const AT_MARKET: Decimal = dec!(1.01);

/// What becomes of an order that waits.
enum Turn {
    /// It is sent so.
    Send(Decimal, Option<Decimal>),
    /// It is not sent, for this reason.
    Drop(OrderState, String),
}

impl Keeper<'_> {
    /// Sends the next order, or drops it; `None` where none can be sent now.
    pub(super) fn turn(
        &self,
        household: &Household,
        progress: &Progress,
        hours: Hours,
    ) -> Result<Option<Done>, KeepingError> {
        if self.halted()?.is_some() {
            return Ok(None);
        }
        let unusable = self.unusable(&progress.read, self.world.now())?;
        if !unusable.is_empty() {
            return self.rest_unpriced(household, &unusable);
        }
        let Some((order, turn)) = self.next(progress)? else { return Ok(None) };
        match turn {
            Turn::Send(quantity, limit) => {
                let price = progress.purse(self.desk.collar(&progress.read)).approved(order);
                if let Some(why) = self.objection(progress, order, quantity, price)? {
                    return self.dropped(household, order, OrderState::Refused, &why).map(Some);
                }
                self.go(household, order, quantity, limit, hours.until).map(Some)
            }
            Turn::Drop(state, why) => self.dropped(household, order, state, &why).map(Some),
        }
    }

    /// The next order that waits, and what becomes of it.
    fn next<'p>(&self, progress: &'p Progress) -> Result<Option<(&'p Order, Turn)>, KeepingError> {
        let purse = progress.purse(self.desk.collar(&progress.read));
        let waiting =
            || progress.orders.iter().map(|(order, _)| order).filter(|o| o.state == OrderState::Waiting);
        for order in waiting().filter(|order| order.side == Side::Sell) {
            let limit = self.limit(progress, &purse, order);
            if limit.is_some() || self.in_collar(&purse, order)? {
                return Ok(Some((order, Turn::Send(order.quantity, limit))));
            }
        }
        let mut first_of: Option<&Order> = None;
        for order in waiting().filter(|order| order.side == Side::Buy) {
            if !progress.has_sold(&order.account_id) {
                continue;
            }
            let limit = self.limit(progress, &purse, order);
            if limit.is_none() && !self.in_collar(&purse, order)? {
                continue;
            }
            if purse.cost(order, order.quantity, purse.bound(order)) <= purse.free(&order.account_id) {
                return Ok(Some((order, Turn::Send(order.quantity, limit))));
            }
            if !progress.is_buying(&order.account_id) && first_of.is_none() {
                first_of = Some(order);
            }
        }
        let Some(order) = first_of else { return Ok(None) };
        Ok(Some((order, self.squeezed(progress, &purse, order)?)))
    }

    /// A purchase that the cash does not pay for at the limit of its collar.
    fn squeezed(&self, progress: &Progress, purse: &Purse<'_>, order: &Order) -> Result<Turn, KeepingError> {
        let free = purse.free(&order.account_id) - purse.commission(&order.ticker);
        let security = progress.read.securities.iter().find(|security| security.ticker == order.ticker);
        let (spread_bps, increment) =
            security.map_or((Decimal::ZERO, Decimal::ONE), |s| (s.spread_bps, s.quantity_increment));
        let now = self.price_now(order)?.unwrap_or_else(|| purse.approved(order));
        let asked = now.saturating_add(now.saturating_mul(spread_bps) / dec!(20000));
        let limited = self.limit(progress, purse, order).is_some();
        let asked = if limited { raised(asked) } else { asked.saturating_mul(AT_MARKET) };
        let asked = asked.min(purse.bound(order));
        if free <= Decimal::ZERO || asked <= Decimal::ZERO {
            let awaited = purse.awaited(&order.account_id);
            let why = if awaited.is_zero() {
                "no cash is left for it".to_owned()
            } else {
                format!(
                    "no cash is there for it: {} USD that the plan counts on have not come in; tell it when they have (`equipoise household deposit`)",
                    written(awaited)
                )
            };
            return Ok(Turn::Drop(OrderState::Cancelled, why));
        }
        let affordable = lowered(free / order.quantity);
        if affordable >= asked {
            return Ok(Turn::Send(order.quantity, limited.then_some(affordable)));
        }
        let quantity = snapped(free / asked, increment);
        if quantity <= Decimal::ZERO {
            let why = format!("the cash of {} does not pay for {increment} share of it", order.account_id);
            return Ok(Turn::Drop(OrderState::Cancelled, why));
        }
        Ok(Turn::Send(quantity, limited.then_some(asked)))
    }

    /// The limit of an order; `None` where it goes to the market.
    fn limit(&self, progress: &Progress, purse: &Purse<'_>, order: &Order) -> Option<Decimal> {
        let security = progress.read.securities.iter().find(|security| security.ticker == order.ticker);
        // A fund trades at its value at the close, whatever anybody wants.
        let is_fund = security.is_some_and(|security| security.kind == SecurityKind::MutualFund);
        let whole = order.quantity.fract().is_zero() || self.broker.abilities().limit_on_fractions;
        (!self.desk.at_market && !is_fund && whole).then(|| purse.bound(order))
    }

    /// Whether the price of now lies inside the collar: what has no limit is not sent outside of it.
    fn in_collar(&self, purse: &Purse<'_>, order: &Order) -> Result<bool, KeepingError> {
        let Some(now) = self.price_now(order)? else { return Ok(true) };
        Ok(match order.side {
            Side::Buy => now <= purse.bound(order),
            Side::Sell => now >= purse.bound(order),
        })
    }

    pub(super) fn price_now(&self, order: &Order) -> Result<Option<Decimal>, KeepingError> {
        let point = self.books.reading().price(&order.ticker, self.world.now())?;
        Ok(point.map(|point| point.price))
    }

    fn objection(
        &self,
        progress: &Progress,
        order: &Order,
        quantity: Decimal,
        price: Decimal,
    ) -> Result<Option<String>, KeepingError> {
        let today = self.today();
        let filled = |(other, fills): &(Order, Vec<crate::books::Fill>)| {
            other.side == Side::Sell && other.account_id == order.account_id && !fills.is_empty()
        };
        let facts = Facts {
            read: &progress.read,
            accounts: &progress.accounts,
            orders: progress.orders.len(),
            sent_today: self.books.reading().orders_sent_since(desk::midnight(today))?,
            sold_today: desk::sold_on(&progress.read, &order.account_id, today)
                || progress.orders.iter().any(filled),
            today,
        };
        Ok(desk::objection(&self.desk, &facts, order, quantity, price))
    }

    /// An order ends before it was sent.
    pub(super) fn dropped(
        &self,
        household: &Household,
        order: &Order,
        state: OrderState,
        why: &str,
    ) -> Result<Done, KeepingError> {
        let next = Order { state, ..order.clone() };
        let record = self.order_record(household, &next, why);
        self.write(Entry::new(record).with(Change::Order(next)))?;
        let (word, quantity) = (order.side.word(), order.quantity.normalize());
        let words = format!("{word} {quantity} {}: not sent, {why}", order.ticker);
        Ok(Done::of(household, Some(order.recommendation), Taken::Ordered, words))
    }

    /// How an order is sent goes on record; then it is sent.
    fn go(
        &self,
        household: &Household,
        order: &Order,
        quantity: Decimal,
        limit: Option<Decimal>,
        until: Timestamp,
    ) -> Result<Done, KeepingError> {
        let now = self.world.now();
        // As the books keep it: whoever sends it again sends the same.
        let at = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let sent = Sent { quantity, limit, at, until };
        let next = Order { state: OrderState::Submitting, sent: Some(sent), ..order.clone() };
        let less = order.quantity - quantity;
        let how = if less.is_zero() {
            "sent".to_owned()
        } else {
            format!(
                "sent, {} shares less than planned: the sales brought less cash than they were to",
                less.normalize()
            )
        };
        let record = self.order_record(household, &next, &how);
        self.write(Entry::new(record).with(Change::Order(next.clone())))?;
        let next = Order { version: next.version + 1, ..next };
        match self.placed(household, &next)? {
            Some(done) => Ok(done),
            None => {
                let words = "nothing is sent now: trading is halted, or its hours have just ended";
                Ok(Done::of(household, Some(order.recommendation), Taken::Ordered, words))
            }
        }
    }
}

/// The most whole increments in a quantity.
fn snapped(quantity: Decimal, increment: Decimal) -> Decimal {
    if increment <= Decimal::ZERO { quantity.floor() } else { (quantity / increment).floor() * increment }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_cut_to_whole_increments() {
        assert_eq!(snapped(dec!(3.999), dec!(1)), dec!(3));
        assert_eq!(snapped(dec!(3.999), dec!(0.01)), dec!(3.99));
        assert_eq!(snapped(dec!(0.009), dec!(0.01)), dec!(0));
        assert_eq!(snapped(dec!(7), dec!(0)), dec!(7));
    }
}
