//! Rows of a plan that are one order at the broker: lots of one security that one account sells, or a block for several accounts.
//!
//! In: the orders of a plan with their fills; executions as the broker tells them. Out: the ticket of a [`Parcel`], and the [`Part`] of each row in
//! what was executed. The rules: in one account every execution fills the rows in the order of the plan, lot after lot. A block is allocated once, when
//! it has ended: to every account in proportion to what it was to have, in whole increments, what is left over going one increment each to whoever lost
//! most by rounding and then in the order of the plan; within an account lot after lot; and all at one price, the average. Invariants: shares, cash
//! and fees of the parts are those of what was executed, cash to the cent; no row gets more than it asked for; the same executions are always split
//! the same way.
//!
//! # Source
//! model.md: an order is (account, ticker, side). SEC, no-action letter "SMC Capital" (1995): clients of one order take part at its average price, and in
//! what is filled of it pro rata.

use std::collections::BTreeMap;

use execute::{Allocation, Execution, Standing, Ticket};
use portfolio::money::cents;
use portfolio::{Decimal, Side};

use super::hours::Hours;
use crate::books::{Fill, Order, OrderState, Sent};
use portfolio::exchange::eastern;

/// Digits after the point of an average price.
const AVERAGE_DIGITS: u32 = 8;

/// Rows that are one order at the broker, in the order of the plan; there is at least one.
#[derive(Debug, Clone)]
pub(super) struct Parcel<'p> {
    first: &'p Order,
    rows: Vec<(&'p Order, &'p [Fill])>,
}

/// What a row gets of what was executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Part<'p> {
    pub(super) order: &'p Order,
    /// Shares of the row that were filled before.
    pub(super) before: Decimal,
    pub(super) fill: Fill,
}

impl<'p> Parcel<'p> {
    /// The parcels of orders that went to the broker, or perhaps did, in the order of their first rows.
    pub(super) fn all(orders: &'p [(Order, Vec<Fill>)]) -> Vec<Parcel<'p>> {
        let mut parcels: Vec<Parcel<'p>> = Vec::new();
        let mut places: BTreeMap<&str, usize> = BTreeMap::new();
        for (order, fills) in orders.iter().filter(|(order, _)| order.state != OrderState::Waiting) {
            let name = order.name_at_broker();
            match places.get(name).and_then(|place| parcels.get_mut(*place)) {
                Some(parcel) => parcel.rows.push((order, fills)),
                None => {
                    places.insert(name, parcels.len());
                    parcels.push(Parcel { first: order, rows: vec![(order, fills)] });
                }
            }
        }
        parcels
    }

    /// Rows that are sent together now, of which nothing is filled; `None` where there is none.
    pub(super) fn of(orders: &'p [Order]) -> Option<Parcel<'p>> {
        let rows = orders.iter().map(|order| (order, &[][..]));
        Some(Parcel { first: orders.first()?, rows: rows.collect() })
    }

    /// The row that gives it its name.
    pub(super) fn first(&self) -> &'p Order {
        self.first
    }

    /// Its rows.
    pub(super) fn rows(&self) -> impl Iterator<Item = &'p Order> {
        self.rows.iter().map(|(order, _)| *order)
    }

    /// Its name at the broker.
    pub(super) fn name(&self) -> &'p str {
        self.first.name_at_broker()
    }

    /// Whether nothing more comes of it.
    pub(super) fn has_ended(&self) -> bool {
        self.rows().all(|order| order.state.has_ended())
    }

    /// Whether it is not known to have arrived.
    pub(super) fn perhaps(&self) -> bool {
        self.rows().any(|order| matches!(order.state, OrderState::Submitting | OrderState::Unknown))
    }

    /// Whether it is for several accounts.
    pub(super) fn is_block(&self) -> bool {
        self.rows().any(|order| order.account_id != self.first.account_id)
    }

    /// Shares that the broker was asked for.
    pub(super) fn asked(&self) -> Decimal {
        self.rows().map(Order::asked).sum()
    }

    /// It as the broker gets it, the same however often.
    pub(super) fn ticket(&self) -> Ticket {
        let order = self.first;
        let sent = order.sent.unwrap_or_else(|| {
            // Written down before the books kept how an order is sent: for its day, at the market.
            let day = eastern(order.at).date();
            let until = Hours::of(None, day).ok().flatten().map_or(order.at, |hours| hours.until);
            Sent { quantity: order.quantity, limit: None, at: order.at, until }
        });
        let allocations = if self.is_block() { self.allocations() } else { Vec::new() };
        Ticket {
            client_order_id: self.name().to_owned(),
            account_id: order.account_id.clone(),
            ticker: order.ticker.clone(),
            side: order.side,
            allocations,
            quantity: self.asked(),
            limit: sent.limit,
            at: sent.at,
            until: sent.until,
        }
    }

    /// What each account asked for, in the order of the plan.
    fn allocations(&self) -> Vec<Allocation> {
        let mut all: Vec<Allocation> = Vec::new();
        for order in self.rows() {
            match all.iter_mut().find(|known| known.account_id == order.account_id) {
                Some(known) => known.quantity += order.asked(),
                None => {
                    all.push(Allocation { account_id: order.account_id.clone(), quantity: order.asked() });
                }
            }
        }
        all
    }

    /// The next thing that was executed and is not on record, in parts; nothing where all of it is. `None` where it can't be: more was executed than was
    /// asked for. `increment` = the smallest part of a share that an account is given.
    ///
    /// The parts come with whether they are the last that was told.
    pub(super) fn news(
        &self,
        executions: &[Execution],
        standing: &Standing,
        increment: Decimal,
    ) -> Option<(Vec<Part<'p>>, bool)> {
        if self.is_block() {
            let is_allocated = self.rows.iter().any(|(_, fills)| !fills.is_empty());
            if *standing == Standing::Open || executions.is_empty() || is_allocated {
                return Some((Vec::new(), true));
            }
            return Some((self.allocated(executions, increment)?, true));
        }
        let Some(new) = executions.iter().find(|it| !self.is_on_record(it)) else {
            return Some((Vec::new(), true));
        };
        let known = executions.iter().filter(|it| self.is_on_record(it)).count();
        let shares = self.lot_after_lot(&self.rows, new.quantity)?;
        let name = |order: &Order| self.name_of_part(order, &new.execution_id);
        let whole = Whole { gross: new.quantity.checked_mul(new.price)?, fees: new.fees };
        let parts = self.parts(&shares, new.price, &whole, new.at, name)?;
        Some((parts, known + 1 == executions.len()))
    }

    /// The rows that stand otherwise once everything that was told is taken in.
    pub(super) fn states(&self, standing: &Standing) -> Vec<(&'p Order, OrderState)> {
        let all = self.rows.iter().map(|(order, fills)| {
            let filled = fills.iter().map(|fill| fill.quantity).sum();
            (*order, after(standing, filled, order))
        });
        all.filter(|(order, state)| *state != order.state && !order.state.has_ended()).collect()
    }

    /// What part of an execution the broker told is known under. Where rows are together it always names the row, so that no two executions can be mistaken.
    fn name_of_part(&self, order: &Order, execution_id: &str) -> String {
        if self.rows.len() == 1 { execution_id.to_owned() } else { format!("{execution_id}/{}", order.line) }
    }

    fn is_on_record(&self, execution: &Execution) -> bool {
        self.rows.iter().any(|(order, fills)| {
            let name = self.name_of_part(order, &execution.execution_id);
            fills.iter().any(|fill| fill.execution_id == name)
        })
    }

    /// Shares for rows, one after another; `None` where they can't take all.
    fn lot_after_lot(
        &self,
        rows: &[(&'p Order, &'p [Fill])],
        quantity: Decimal,
    ) -> Option<Vec<(&'p Order, Decimal, Decimal)>> {
        let (mut left, mut shares) = (quantity, Vec::new());
        for (order, fills) in rows {
            let before: Decimal = fills.iter().map(|fill| fill.quantity).sum();
            let taken = left.min(order.asked() - before);
            if taken > Decimal::ZERO {
                shares.push((*order, before, taken));
                left -= taken;
            }
        }
        left.is_zero().then_some(shares)
    }

    /// A block that has ended, to its accounts and their lots.
    fn allocated(&self, executions: &[Execution], increment: Decimal) -> Option<Vec<Part<'p>>> {
        let add = |sum: Decimal, usd: Option<Decimal>| sum.checked_add(usd?);
        let filled = executions.iter().try_fold(Decimal::ZERO, |sum, it| add(sum, Some(it.quantity)))?;
        let gross = executions
            .iter()
            .try_fold(Decimal::ZERO, |sum, it| add(sum, it.quantity.checked_mul(it.price)))?;
        let fees = executions.iter().try_fold(Decimal::ZERO, |sum, it| add(sum, Some(it.fees)))?;
        let at = executions.iter().map(|it| it.at).max()?;
        let average = gross.checked_div(filled)?.round_dp(AVERAGE_DIGITS);
        let wanted = self.allocations();
        let quantities: Vec<Decimal> = wanted.iter().map(|it| it.quantity).collect();
        let mut shares = Vec::new();
        for (allocation, given) in wanted.iter().zip(pro_rata(&quantities, filled, increment)?) {
            let rows: Vec<_> = self
                .rows
                .iter()
                .filter(|(order, _)| order.account_id == allocation.account_id)
                .copied()
                .collect();
            shares.extend(self.lot_after_lot(&rows, given)?);
        }
        let name = |order: &Order| format!("{}/{}", self.name(), order.line);
        self.parts(&shares, average, &Whole { gross, fees }, at, name)
    }

    /// Fills of these shares at one price, whose cash and fees are together those of the whole.
    fn parts(
        &self,
        shares: &[(&'p Order, Decimal, Decimal)],
        price: Decimal,
        whole: &Whole,
        at: jiff::Timestamp,
        name: impl Fn(&Order) -> String,
    ) -> Option<Vec<Part<'p>>> {
        let gross =
            shares.iter().map(|(_, _, quantity)| quantity.checked_mul(price)).collect::<Option<Vec<_>>>()?;
        let quantities: Vec<Decimal> = shares.iter().map(|(_, _, quantity)| *quantity).collect();
        let fees = shared_fees(self.first.side, &gross, &quantities, whole)?;
        let parts = shares.iter().zip(fees).map(|((order, before, quantity), fees)| Part {
            order,
            before: *before,
            fill: Fill {
                broker: order.broker.clone(),
                execution_id: name(order),
                client_order_id: order.client_order_id.clone(),
                quantity: *quantity,
                price,
                fees,
                at,
            },
        });
        Some(parts.collect())
    }
}

/// What was executed as one, USD.
struct Whole {
    gross: Decimal,
    fees: Decimal,
}

/// The fees of parts whose shares are worth this: in whole cents by their shares, the last with what is left. Where the cash of the parts, each rounded to
/// the cent, would not be that of the whole, their fees carry the fractions of a cent by which it is.
fn shared_fees(side: Side, gross: &[Decimal], shares: &[Decimal], whole: &Whole) -> Option<Vec<Decimal>> {
    let Some((last, before)) = gross.split_last() else { return Some(Vec::new()) };
    let total: Decimal = shares.iter().sum();
    let net = |gross: Decimal, fees: Decimal| match side {
        Side::Sell => gross.checked_sub(fees),
        Side::Buy => gross.checked_add(fees),
    };
    let mut fees = Vec::with_capacity(gross.len());
    for quantity in shares.iter().take(before.len()) {
        fees.push(cents(whole.fees.checked_mul(*quantity)?.checked_div(total)?));
    }
    fees.push(whole.fees - fees.iter().sum::<Decimal>());
    let exact = net(whole.gross, whole.fees)?;
    let moved = cents(exact);
    let mut each = Vec::with_capacity(gross.len());
    for (gross, fees) in gross.iter().zip(&fees) {
        each.push(cents(net(*gross, *fees)?));
    }
    if each.iter().sum::<Decimal>() == moved {
        return Some(fees);
    }
    let carried = |gross: Decimal, cash: Decimal| match side {
        Side::Sell => gross - cash,
        Side::Buy => cash - gross,
    };
    let mut fees: Vec<Decimal> =
        before.iter().zip(&each).map(|(gross, cash)| carried(*gross, *cash)).collect();
    let others: Decimal = each.iter().take(before.len()).sum();
    // All of the fees, but where half a cent would be rounded to another side than it is for the whole.
    let is_same = cents(exact - others) == moved - others;
    fees.push(carried(*last, if is_same { exact } else { moved } - others));
    Some(fees)
}

/// Shares for whoever asked for so many each, of what was filled: in proportion, in whole increments as far as it goes. `None` where more was filled than all
/// asked for together.
fn pro_rata(asked: &[Decimal], filled: Decimal, increment: Decimal) -> Option<Vec<Decimal>> {
    let total: Decimal = asked.iter().sum();
    if filled > total || total <= Decimal::ZERO {
        return None;
    }
    if filled == total {
        return Some(asked.to_vec());
    }
    let step = if increment > Decimal::ZERO { increment } else { Decimal::ONE };
    let mut given = Vec::with_capacity(asked.len());
    let mut lost = Vec::with_capacity(asked.len());
    for (place, each) in asked.iter().enumerate() {
        let fair = each.checked_mul(filled)?.checked_div(total)?;
        let whole = (fair.checked_div(step)?.floor() * step).min(*each);
        given.push(whole);
        lost.push((fair - whole, place));
    }
    // By what was lost by rounding; the order of the plan among equals.
    lost.sort_by(|(a, first), (b, second)| b.cmp(a).then(first.cmp(second)));
    let mut left = filled - given.iter().sum::<Decimal>();
    while left > Decimal::ZERO {
        let before = left;
        for (_, place) in &lost {
            let more = step.min(left).min(asked[*place] - given[*place]);
            given[*place] += more;
            left -= more;
        }
        if left == before {
            return None;
        }
    }
    Some(given)
}

/// The state of a row with so many shares filled, of which everything that was told is taken in.
pub(super) fn after(standing: &Standing, filled: Decimal, order: &Order) -> OrderState {
    match standing {
        Standing::Refused { .. } => OrderState::Refused,
        Standing::Filled => OrderState::Filled,
        // Nothing more can come of this row, whatever comes of those that it went with.
        _ if filled == order.asked() => OrderState::Filled,
        Standing::Cancelled { .. } => OrderState::Cancelled,
        Standing::Open if filled > Decimal::ZERO => OrderState::PartlyFilled,
        Standing::Open => OrderState::Accepted,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::RecommendationId;
    use jiff::Timestamp;
    use proptest::prelude::*;
    use rust_decimal::dec;

    fn row(line: u32, account_id: &str, side: Side, quantity: Decimal) -> Order {
        let at = Timestamp::from_second(1_000).unwrap();
        Order {
            client_order_id: format!("r-{line}"),
            recommendation: RecommendationId::new(at, [1; 10]),
            attempt: 1,
            line,
            broker: "paper".to_owned(),
            account_id: account_id.to_owned(),
            ticker: "SPY".to_owned(),
            side,
            lot_id: (side == Side::Sell).then(|| format!("L{line}")),
            quantity,
            sent: Some(Sent { quantity, limit: Some(dec!(99)), at, until: Timestamp::MAX }),
            sent_under: Some("r-0".to_owned()),
            state: OrderState::Accepted,
            broker_order_id: None,
            version: 2,
            at,
        }
    }

    fn executed(id: &str, quantity: Decimal, price: Decimal, fees: Decimal) -> Execution {
        Execution {
            execution_id: id.to_owned(),
            quantity,
            price,
            fees,
            at: Timestamp::from_second(2_000).unwrap(),
        }
    }

    fn told(parts: &[Part<'_>]) -> Vec<(String, Decimal, Decimal, Decimal)> {
        let told = |part: &Part<'_>| {
            (part.fill.execution_id.clone(), part.fill.quantity, part.fill.price, part.fill.fees)
        };
        parts.iter().map(told).collect()
    }

    /// Takes in everything that was told, as the books do, and tells the parts.
    fn taken_in(
        orders: &mut [(Order, Vec<Fill>)],
        executions: &[Execution],
        standing: &Standing,
    ) -> Vec<(String, Decimal, Decimal, Decimal)> {
        let mut all = Vec::new();
        loop {
            let parcels = Parcel::all(orders);
            assert_eq!(parcels.len(), 1);
            let (parts, is_last) = parcels[0].news(executions, standing, Decimal::ONE).unwrap();
            if parts.is_empty() {
                assert!(is_last);
                return all;
            }
            all.extend(told(&parts));
            let fills: Vec<Fill> = parts.into_iter().map(|part| part.fill).collect();
            for fill in fills {
                let of_it =
                    |(order, _): &&mut (Order, Vec<Fill>)| order.client_order_id == fill.client_order_id;
                orders.iter_mut().find(of_it).unwrap().1.push(fill);
            }
        }
    }

    #[test]
    fn lots_of_an_account_are_one_order_and_filled_one_after_another() {
        let row = |line, quantity| (row(line, "a", Side::Sell, quantity), Vec::new());
        let mut orders = vec![row(0, dec!(18.2972)), row(1, dec!(1.7028)), row(4, dec!(5))];
        let ticket = Parcel::all(&orders)[0].ticket();
        assert_eq!((ticket.client_order_id.as_str(), ticket.quantity), ("r-0", dec!(25)));
        assert_eq!((ticket.account_id.as_str(), ticket.allocations), ("a", Vec::new()));
        let first = executed("x-1", dec!(19), dec!(100), dec!(1));
        let parts = taken_in(&mut orders, std::slice::from_ref(&first), &Standing::Open);
        assert_eq!(parts.len(), 2);
        assert_eq!((parts[0].0.as_str(), parts[0].1), ("x-1/0", dec!(18.2972)));
        assert_eq!((parts[1].0.as_str(), parts[1].1), ("x-1/1", dec!(0.7028)));
        assert_eq!(parts[0].3 + parts[1].3, dec!(1));
        let states = |orders: &[(Order, Vec<Fill>)], standing: &Standing| -> Vec<&'static str> {
            Parcel::all(orders)[0].states(standing).iter().map(|(_, state)| state.word()).collect()
        };
        assert_eq!(
            states(&orders, &Standing::Open),
            ["filled", "partly_filled"],
            "the third stands as before"
        );
        let second = executed("x-2", dec!(3), dec!(101), dec!(0));
        let executions = [first, second];
        let names: Vec<_> =
            taken_in(&mut orders, &executions, &Standing::Open).into_iter().map(|it| it.0).collect();
        assert_eq!(names, ["x-2/1", "x-2/4"], "what is on record is not taken in again");
        let cancelled = Standing::Cancelled { why: "its day is over".to_owned() };
        assert_eq!(states(&orders, &cancelled), ["filled", "filled", "cancelled"]);
        let more =
            [executions[0].clone(), executions[1].clone(), executed("x-3", dec!(3.1), dec!(100), dec!(0))];
        assert!(
            Parcel::all(&orders)[0].news(&more, &Standing::Open, Decimal::ONE).is_none(),
            "more than asked for"
        );
    }

    #[test]
    fn a_single_row_has_the_names_of_the_broker() {
        let mut order = row(0, "a", Side::Buy, dec!(3));
        order.sent_under = None;
        let mut orders = vec![(order, Vec::new())];
        let executions =
            [executed("x/1", dec!(1), dec!(100), dec!(1)), executed("x", dec!(2), dec!(100), dec!(0))];
        let parts = taken_in(&mut orders, &executions, &Standing::Filled);
        assert_eq!(
            parts,
            [("x/1".to_owned(), dec!(1), dec!(100), dec!(1)), ("x".to_owned(), dec!(2), dec!(100), dec!(0)),]
        );
    }

    #[test]
    fn a_block_is_allocated_pro_rata_at_the_average_price_once_it_has_ended() {
        let row = |line, account, quantity| (row(line, account, Side::Sell, quantity), Vec::new());
        let mut orders =
            vec![row(0, "a", dec!(4)), row(1, "a", dec!(3)), row(2, "b", dec!(10)), row(3, "c", dec!(3))];
        let ticket = Parcel::all(&orders)[0].ticket();
        let allocations: Vec<_> =
            ticket.allocations.iter().map(|it| (it.account_id.as_str(), it.quantity)).collect();
        assert_eq!(allocations, [("a", dec!(7)), ("b", dec!(10)), ("c", dec!(3))]);
        let executions =
            [executed("x-1", dec!(6), dec!(100), dec!(1)), executed("x-2", dec!(3), dec!(101), dec!(0))];
        assert_eq!(taken_in(&mut orders, &executions, &Standing::Open), [], "not before it has ended");
        assert!(Parcel::all(&orders)[0].states(&Standing::Open).is_empty());
        let over = Standing::Cancelled { why: "its day is over".to_owned() };
        let parts = taken_in(&mut orders, &executions, &over);
        // 9 of 20 shares: 3.15, 4.5 and 1.35; the share that is left goes to `b`.
        let shares: Vec<_> = parts.iter().map(|(name, shares, ..)| (name.as_str(), *shares)).collect();
        assert_eq!(shares, [("r-0/0", dec!(3)), ("r-0/2", dec!(5)), ("r-0/3", dec!(1))]);
        assert!(parts.iter().all(|(_, _, price, _)| *price == dec!(100.33333333)));
        let cash: Decimal = parts.iter().map(|(_, shares, price, fees)| cents(shares * price - fees)).sum();
        assert_eq!(cash, dec!(902), "6 at 100 and 3 at 101, less 1");
        let states: Vec<_> =
            Parcel::all(&orders)[0].states(&over).iter().map(|(_, state)| state.word()).collect();
        assert_eq!(states, ["cancelled"; 4]);
    }

    fn shares() -> impl Strategy<Value = Decimal> {
        (1_u64..2_000_000, 0_u32..5).prop_map(|(units, scale)| Decimal::new(units.try_into().unwrap(), scale))
    }

    proptest! {
        #[test]
        fn nobody_is_given_more_than_asked_for_and_all_of_it_is_given(
            asked in prop::collection::vec(shares(), 1..8),
            part in 0_u32..=1000,
            increment in prop::sample::select(vec![dec!(1), dec!(0.01), dec!(0.0001), dec!(0)]),
        ) {
            let total: Decimal = asked.iter().sum();
            let filled = (total * Decimal::from(part) / dec!(1000)).trunc_with_scale(4);
            let given = pro_rata(&asked, filled, increment).unwrap();
            prop_assert_eq!(given.iter().sum::<Decimal>(), filled);
            let step = if increment.is_zero() { Decimal::ONE } else { increment };
            for (given, asked) in given.iter().zip(&asked) {
                prop_assert!(*given >= Decimal::ZERO && given <= asked);
                let fair = *asked * filled / total;
                prop_assert!((*given - fair).abs() <= step * dec!(2), "{} of {}, fair {}", given, asked, fair);
            }
        }

        #[test]
        fn cash_and_fees_of_the_parts_are_those_of_the_whole(
            quantities in prop::collection::vec(shares(), 1..8),
            price in 1_u64..10_000_000,
            fees in 0_i64..5_000,
            side in prop::sample::select(vec![Side::Buy, Side::Sell]),
        ) {
            let price = Decimal::new(price.try_into().unwrap(), 4);
            let orders: Vec<(Order, Vec<Fill>)> = quantities
                .iter()
                .enumerate()
                .map(|(line, quantity)| (row(line.try_into().unwrap(), "a", side, *quantity), Vec::new()))
                .collect();
            let total: Decimal = quantities.iter().sum();
            let execution = executed("x", total, price, Decimal::new(fees, 2));
            let parcels = Parcel::all(&orders);
            let (parts, _) = parcels[0].news(std::slice::from_ref(&execution), &Standing::Filled, Decimal::ONE).unwrap();
            let net = |gross: Decimal, fees: Decimal| if side == Side::Sell { gross - fees } else { gross + fees };
            let cash: Decimal =
                parts.iter().map(|part| cents(net(part.fill.quantity * part.fill.price, part.fill.fees))).sum();
            prop_assert_eq!(cash, cents(net(total * price, execution.fees)));
            let all: Decimal = parts.iter().map(|part| part.fill.fees).sum();
            prop_assert!((all - execution.fees).abs() <= dec!(0.005), "{}", all);
            prop_assert_eq!(parts.iter().map(|part| part.fill.quantity).sum::<Decimal>(), total);
        }
    }
}
