//! Whose turn it is: sales first, and purchases once the cash is there.
//!
//! In: the orders of a plan that wait. Out: the next one, written down as it is sent, and then sent. The rule for purchases: they wait until
//! every sale of their account has ended. Then each is sent, at the limit of its collar, whose cost at that limit is free
//! ([`super::purse`]). Where none is open and none can be sent so, the first gets the highest limit that the cash pays for; where
//! that would lie below what the market asks now, it gets fewer shares, in whole increments; where not one is paid for, it is
//! cancelled. Lots of a security that one account sells go as one order, and where the broker takes blocks, so does what several accounts trade alike at
//! the time ([`super::parcel`]), as far as one order may be so large. Invariants: how an order is sent is on record before it is sent; nothing is sent while
//! trading is halted.

use execute::limit::{lowered, raised};
use jiff::Timestamp;
use portfolio::money::written;
use portfolio::{Decimal, SecurityKind, Side};
use rust_decimal::dec;

use super::desk::{self, Facts};
use super::failure::KeepingError;
use super::hours::Hours;
use super::parcel::Parcel;
use super::progress::Progress;
use super::purse::Purse;
use super::{Done, Keeper, Taken};
use crate::books::{Household, Order, OrderState, Sent};

/// How far above the price of now an order without a limit is reckoned, where its shares are cut to the cash.
const AT_MARKET: Decimal = dec!(1.01);

/// What becomes of an order that waits.
enum Turn {
    /// It is sent, at this limit or at the market.
    Send(Option<Decimal>),
    /// It is not sent, for this reason.
    Drop(OrderState, String),
}

/// A row of a plan, with the shares of it that are sent.
type Row<'p> = (&'p Order, Decimal);

/// Shares of rows together.
fn whole(rows: &[Row<'_>]) -> Decimal {
    rows.iter().map(|(_, quantity)| *quantity).sum()
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
        let Some((rows, turn)) = self.next(progress)? else { return Ok(None) };
        match turn {
            Turn::Send(limit) => {
                // Of the others, those that may not be sold yet are not among them.
                if let Some((first, _)) = rows.first()
                    && let Some(why) = self.unpaid(progress, first)?
                {
                    return self.dropped(household, &[first], OrderState::Refused, &why).map(Some);
                }
                if let Some(why) = self.objection(progress, &rows)? {
                    let rows: Vec<&Order> = rows.iter().map(|(order, _)| *order).collect();
                    return self.dropped(household, &rows, OrderState::Refused, &why).map(Some);
                }
                self.go(household, &rows, limit, hours.until)
            }
            Turn::Drop(state, why) => {
                let rows: Vec<&Order> = rows.iter().map(|(order, _)| *order).collect();
                self.dropped(household, &rows, state, &why).map(Some)
            }
        }
    }

    /// The rows that go next as one order, each with its shares, and what becomes of them.
    fn next<'p>(&self, progress: &'p Progress) -> Result<Option<(Vec<Row<'p>>, Turn)>, KeepingError> {
        let purse = self.purse(progress)?;
        let waiting =
            || progress.orders.iter().map(|(order, _)| order).filter(|o| o.state == OrderState::Waiting);
        for order in waiting().filter(|order| order.side == Side::Sell) {
            let rows = self.together(progress, order, waiting().filter(|it| it.side == Side::Sell))?;
            let limit = self.limit(progress, &purse, &rows);
            if limit.is_some() || self.in_collar(&purse, order)? {
                return Ok(Some((rows, Turn::Send(limit))));
            }
        }
        let mut first_of: Option<&Order> = None;
        let buying = || waiting().filter(|it| it.side == Side::Buy && progress.has_sold(&it.account_id));
        for order in buying() {
            let limit = self.limit(progress, &purse, &[(order, order.quantity)]);
            if limit.is_none() && !self.in_collar(&purse, order)? {
                continue;
            }
            if purse.pays_for(order, order.quantity) {
                let rows = self.together(progress, order, buying())?;
                let limit = self.limit(progress, &purse, &rows);
                return Ok(Some((rows, Turn::Send(limit))));
            }
            if !progress.is_buying(&order.account_id) && first_of.is_none() {
                first_of = Some(order);
            }
        }
        let Some(order) = first_of else { return Ok(None) };
        let (quantity, turn) = self.squeezed(progress, &purse, order)?;
        Ok(Some((vec![(order, quantity)], turn)))
    }

    /// Which of these go as one order with this one: its account's, and where the broker takes blocks those of other accounts, as long as no account's shares
    /// are in smaller parts than the broker's and nothing speaks against the whole.
    fn together<'p>(
        &self,
        progress: &Progress,
        order: &'p Order,
        others: impl Iterator<Item = &'p Order>,
    ) -> Result<Vec<Row<'p>>, KeepingError> {
        let abilities = self.broker.abilities();
        if !abilities.lots_together {
            return Ok(vec![(order, order.quantity)]);
        }
        let purse = self.purse(progress)?;
        let mut of_account: Vec<(&str, Vec<Row<'p>>)> = vec![(&order.account_id, Vec::new())];
        for other in others {
            if other.ticker != order.ticker || purse.bound(other) != purse.bound(order) {
                continue;
            }
            // What may not be sold yet is dropped by itself, and holds up nobody.
            if other.client_order_id != order.client_order_id && self.unpaid(progress, other)?.is_some() {
                continue;
            }
            let place = of_account.iter().position(|(account, _)| *account == other.account_id);
            let place = place.unwrap_or_else(|| {
                of_account.push((&other.account_id, Vec::new()));
                of_account.len() - 1
            });
            let (_, rows) = &mut of_account[place];
            // Two purchases of an account may each be paid for, and not both.
            if other.side == Side::Sell || purse.pays_for(other, whole(rows) + other.quantity) {
                rows.push((other, other.quantity));
            }
        }
        let fits = |rows: &[Row<'_>]| whole(rows).normalize().scale() <= abilities.quantity_digits;
        let mut accounts = of_account.into_iter();
        let (_, mut all) = accounts.next().unwrap_or_default();
        if abilities.blocks && fits(&all) {
            for (_, rows) in accounts.filter(|(_, rows)| !rows.is_empty() && fits(rows)) {
                let more: Vec<Row<'p>> = all.iter().chain(&rows).copied().collect();
                if self.objection(progress, &more)?.is_none() {
                    all = more;
                }
            }
        }
        Ok(all)
    }

    /// A purchase that the cash does not pay for at the limit of its collar.
    fn squeezed(
        &self,
        progress: &Progress,
        purse: &Purse<'_>,
        order: &Order,
    ) -> Result<(Decimal, Turn), KeepingError> {
        let free = purse.free(&order.account_id) - purse.commission(&order.ticker);
        let security = progress.read.securities.iter().find(|security| security.ticker == order.ticker);
        let (spread_bps, increment) =
            security.map_or((Decimal::ZERO, Decimal::ONE), |s| (s.spread_bps, s.quantity_increment));
        let now = self.price_now(order)?.unwrap_or_else(|| purse.approved(order));
        let asked = now.saturating_add(now.saturating_mul(spread_bps) / dec!(20000));
        let limited = self.limit(progress, purse, &[(order, order.quantity)]).is_some();
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
            return Ok((Decimal::ZERO, Turn::Drop(OrderState::Cancelled, why)));
        }
        let affordable = lowered(free / order.quantity);
        if affordable >= asked {
            return Ok((order.quantity, Turn::Send(limited.then_some(affordable))));
        }
        let quantity = snapped(free / asked, increment);
        if quantity <= Decimal::ZERO {
            let why = format!("the cash of {} does not pay for {increment} share of it", order.account_id);
            return Ok((Decimal::ZERO, Turn::Drop(OrderState::Cancelled, why)));
        }
        Ok((quantity, Turn::Send(limited.then_some(asked))))
    }

    /// The limit of rows that go together; `None` where they go to the market.
    fn limit(&self, progress: &Progress, purse: &Purse<'_>, rows: &[Row<'_>]) -> Option<Decimal> {
        let (order, _) = rows.first()?;
        let security = progress.read.securities.iter().find(|security| security.ticker == order.ticker);
        // A fund trades at its value at the close, whatever anybody wants.
        let is_fund = security.is_some_and(|security| security.kind == SecurityKind::MutualFund);
        let is_whole = whole(rows).fract().is_zero() || self.broker.abilities().limit_on_fractions;
        (!self.desk.at_market && !is_fund && is_whole).then(|| purse.bound(order))
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

    /// What the cash of the accounts pays for, at the narrowest collar of now: that of the desk, of the document of the plan, or of a rule of the house, also
    /// of one that came after the approval.
    fn purse<'p>(&self, progress: &'p Progress) -> Result<Purse<'p>, KeepingError> {
        let collar = self.desk.collar(&progress.read);
        let rules = self.in_force(progress.household, &progress.read)?;
        let by_rule = rules.and_then(|rules| rules.price_collar_pct);
        Ok(progress.purse(by_rule.map_or(collar, |by_rule| by_rule.min(collar))))
    }

    /// Why rows are not sent as one order.
    fn objection(&self, progress: &Progress, rows: &[Row<'_>]) -> Result<Option<String>, KeepingError> {
        let Some((order, _)) = rows.first() else { return Ok(None) };
        let purse = self.purse(progress)?;
        let notional = whole(rows).saturating_mul(purse.approved(order));
        let facts = Facts {
            read: &progress.read,
            orders: desk::orders_in(&progress.trades).len(),
            sent_today: self.books.reading().orders_sent_since(desk::midnight(self.today()))?,
        };
        if let Some(why) = desk::objection(&self.desk, &facts, &order.ticker, notional) {
            return Ok(Some(why));
        }
        // What was restricted after the plan was approved.
        let rules = self.in_force(progress.household, &progress.read)?;
        Ok(rules.and_then(|rules| rules.objection(&order.ticker, notional, facts.orders)))
    }

    /// Why a row may not be sold yet.
    fn unpaid(&self, progress: &Progress, order: &Order) -> Result<Option<String>, KeepingError> {
        if order.side == Side::Buy {
            return Ok(None);
        }
        let today = self.today();
        let filled = |(other, fills): &(Order, Vec<crate::books::Fill>)| {
            other.side == Side::Sell && other.account_id == order.account_id && !fills.is_empty()
        };
        let sold_today =
            desk::sold_on(&progress.read, &order.account_id, today) || progress.orders.iter().any(filled);
        Ok(desk::unpaid(&progress.accounts, order, sold_today, today))
    }

    /// Rows end before they were sent.
    pub(super) fn dropped(
        &self,
        household: &Household,
        rows: &[&Order],
        state: OrderState,
        why: &str,
    ) -> Result<Done, KeepingError> {
        let Some(first) = rows.first() else {
            return Err(KeepingError::Unknown { what: "order".to_owned() });
        };
        let quantity: Decimal = rows.iter().map(|order| order.quantity).sum();
        self.write_orders(household, rows.iter().map(|order| Order { state, ..(*order).clone() }), why)?;
        let words =
            format!("{} {} {}: not sent, {why}", first.side.word(), quantity.normalize(), first.ticker);
        Ok(Done::of(household, Some(first.recommendation), Taken::Ordered, words))
    }

    /// How an order is sent goes on record; then it is sent.
    fn go(
        &self,
        household: &Household,
        rows: &[Row<'_>],
        limit: Option<Decimal>,
        until: Timestamp,
    ) -> Result<Option<Done>, KeepingError> {
        let Some((first, _)) = rows.first() else { return Ok(None) };
        let now = self.world.now();
        // As the books keep it: whoever sends it again sends the same.
        let at = Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now);
        let under = (rows.len() > 1).then(|| first.client_order_id.clone());
        let sent = |(order, quantity): &Row<'_>| Order {
            state: OrderState::Submitting,
            sent: Some(Sent { quantity: *quantity, limit, at, until }),
            sent_under: under.clone(),
            ..(*order).clone()
        };
        let next: Vec<Order> = rows.iter().map(sent).collect();
        let less = rows.iter().map(|(order, _)| order.quantity).sum::<Decimal>() - whole(rows);
        let how = if less.is_zero() {
            "sent".to_owned()
        } else {
            format!(
                "sent, {} shares less than planned: the sales brought less cash than they were to",
                less.normalize()
            )
        };
        self.write_orders(household, next.clone(), &how)?;
        let next: Vec<Order> =
            next.into_iter().map(|order| Order { version: order.version + 1, ..order }).collect();
        let placed = match Parcel::of(&next) {
            Some(parcel) => self.placed(household, &parcel)?,
            None => None,
        };
        let words = "nothing is sent now: trading is halted, or its hours have just ended";
        let waits = || Done::of(household, Some(first.recommendation), Taken::Ordered, words);
        Ok(Some(placed.unwrap_or_else(waits)))
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
