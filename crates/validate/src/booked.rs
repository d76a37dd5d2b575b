//! What a plan would do: its rows read against the portfolio and booked.
//!
//! In: the rows of a proposed plan. Out: [`Booked`]: orders, lot sales, what is held and paid after
//! them. Invariants: a row that makes no sense takes no part in any figure; quantities of a plan
//! come from outside without limits, so every sum and product saturates instead of overflowing.

pub(crate) mod queue;
mod row;

use std::collections::HashMap;

use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

pub(crate) use crate::booked::row::{Row, Unreadable};
use crate::facts::Facts;

/// All rows of one account, ticker and side.
#[derive(Debug)]
pub(crate) struct Order {
    pub(crate) side: Side,
    pub(crate) account: usize,
    pub(crate) security: usize,
    /// Shares.
    pub(crate) quantity: Decimal,
    /// USD.
    pub(crate) notional: Decimal,
    /// Commission, half spread and impact (28)–(30), USD.
    pub(crate) cost: Decimal,
    /// A year of the fund's fee, of a purchase, USD.
    pub(crate) fee: Decimal,
    /// Sells the whole position.
    pub(crate) whole: bool,
}

/// Shares sold of one lot, over all rows.
#[derive(Debug)]
pub(crate) struct LotSale {
    pub(crate) lot: usize,
    /// Shares.
    pub(crate) quantity: Decimal,
    /// quantity · (price − basis), USD.
    pub(crate) gain: Decimal,
}

/// A plan, booked.
#[derive(Debug)]
pub(crate) struct Booked<'a> {
    pub(crate) facts: &'a Facts<'a>,
    /// The rows as they came.
    pub(crate) rows: &'a [ProposedTrade],
    pub(crate) unreadable: Vec<Unreadable<'a>>,
    /// Sells first, each side in the order of the plan.
    pub(crate) orders: Vec<Order>,
    pub(crate) sales: Vec<LotSale>,
    /// Per lot: shares sold.
    pub(crate) sold: Vec<Decimal>,
    /// Per security: USD held after the plan over the whole household; `None` = neither held nor traded.
    pub(crate) value_after: Vec<Option<Decimal>>,
    /// Per security: USD held after the plan in taxable accounts.
    pub(crate) taxable_after: Vec<Decimal>,
    /// Per account: USD after flows, trades and costs.
    pub(crate) cash_after: Vec<Decimal>,
    /// The household's cash after flows and trades, before costs, USD.
    pub(crate) cash_before_costs: Decimal,
    /// Net short-term gain of the year with the plan, USD.
    pub(crate) short_term_net: Decimal,
    /// Net long-term gain of the year with the plan, USD.
    pub(crate) long_term_net: Decimal,
}

impl<'a> Booked<'a> {
    /// Books the rows of `plan`.
    pub(crate) fn of(facts: &'a Facts<'a>, plan: &'a ProposedPlan) -> Booked<'a> {
        let mut booked = Booked::nothing(facts);
        booked.rows = &plan.trades;
        let mut places: HashMap<(Side, usize, usize), usize> = HashMap::new();
        for (n, trade) in plan.trades.iter().enumerate() {
            match Row::sort(facts, n, trade) {
                Ok(row) => booked.enter(&row, &mut places),
                Err(unreadable) => booked.unreadable.push(unreadable),
            }
        }
        booked.orders.sort_by_key(|order| order.side); // stable: the order of the plan is kept
        for n in 0..booked.orders.len() {
            booked.settle(n);
        }
        booked.realise();
        booked
    }

    /// What doing nothing leaves: flows and holdings.
    pub(crate) fn nothing(facts: &'a Facts<'a>) -> Booked<'a> {
        let p = facts.portfolio;
        let mut value_after = vec![None; p.securities.len()];
        let mut taxable_after = vec![Decimal::ZERO; p.securities.len()];
        for (position, held) in p.positions.iter().zip(&facts.held).filter(|(p, _)| !p.lots.is_empty()) {
            let usd = held.saturating_mul(p.securities[position.security].price);
            add(value_after[position.security].get_or_insert_default(), usd);
            if facts.taxable(position.account) {
                add(&mut taxable_after[position.security], usd);
            }
        }
        let cash: Vec<Decimal> = p.accounts.iter().map(|a| a.cash.saturating_add(a.flow)).collect();
        let (short_term_net, long_term_net) = facts.year_so_far();
        Booked {
            facts,
            rows: &[],
            unreadable: Vec::new(),
            orders: Vec::new(),
            sales: Vec::new(),
            sold: vec![Decimal::ZERO; p.lots.len()],
            value_after,
            taxable_after,
            cash_before_costs: sum(cash.iter().copied()),
            cash_after: cash,
            short_term_net,
            long_term_net,
        }
    }

    /// The household's cash after flows, trades and costs, USD.
    pub(crate) fn household_cash(&self) -> Decimal {
        sum(self.cash_after.iter().copied())
    }

    /// Sum of the notionals of all orders, USD.
    pub(crate) fn turnover(&self) -> Decimal {
        sum(self.orders.iter().map(|order| order.notional))
    }

    /// The purchases.
    pub(crate) fn purchases(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| order.side == Side::Buy)
    }

    /// The sales, per account and ticker.
    pub(crate) fn sell_orders(&self) -> impl Iterator<Item = &Order> {
        self.orders.iter().filter(|order| order.side == Side::Sell)
    }

    /// `account/ticker` of an order.
    pub(crate) fn name(&self, order: &Order) -> String {
        self.facts.position_name(order.account, order.security)
    }

    /// Ticker of an order.
    pub(crate) fn ticker(&self, order: &Order) -> &'a str {
        &self.facts.portfolio.securities[order.security].ticker
    }

    /// Adds a row to its order and its lot.
    fn enter(&mut self, row: &Row, places: &mut HashMap<(Side, usize, usize), usize>) {
        let place = *places.entry((row.side, row.account, row.security)).or_insert(self.orders.len());
        if place == self.orders.len() {
            self.orders.push(Order {
                side: row.side,
                account: row.account,
                security: row.security,
                quantity: Decimal::ZERO,
                notional: Decimal::ZERO,
                cost: Decimal::ZERO,
                fee: Decimal::ZERO,
                whole: false,
            });
        }
        add(&mut self.orders[place].quantity, row.quantity);
        let Some(lot) = row.lot else { return };
        if self.sold[lot].is_zero() {
            self.sales.push(LotSale { lot, quantity: Decimal::ZERO, gain: Decimal::ZERO });
        }
        add(&mut self.sold[lot], row.quantity);
    }

    /// Works out what an order costs and moves, and books it.
    fn settle(&mut self, n: usize) {
        let facts = self.facts;
        let order = &mut self.orders[n];
        let security = &facts.portfolio.securities[order.security];
        let quantity = order.quantity;
        order.notional = quantity.saturating_mul(security.price);
        let half_spread = (security.spread_bps / dec!(20000)).saturating_mul(order.notional);
        let impact = security.impact_coefficient.saturating_mul(quantity.saturating_mul(quantity));
        order.cost = security.commission.saturating_add(half_spread).saturating_add(impact);
        if order.side == Side::Buy {
            order.fee = security.expense_ratio.saturating_mul(order.notional);
        } else {
            let held = facts.held_in(order.account, order.security);
            let slack = held * dec!(0.000001) + dec!(0.000000001);
            order.whole = quantity.saturating_sub(held).abs() <= slack;
        }
        let into_cash = if order.side == Side::Sell { order.notional } else { -order.notional };
        let cash = &mut self.cash_after[order.account];
        *cash = cash.saturating_add(into_cash).saturating_sub(order.cost);
        add(&mut self.cash_before_costs, into_cash);
        add(self.value_after[order.security].get_or_insert_default(), -into_cash);
        if facts.taxable(order.account) {
            add(&mut self.taxable_after[order.security], -into_cash);
        }
    }

    /// Works out the gain of every lot sale and adds it to the year.
    fn realise(&mut self) {
        for sale in &mut self.sales {
            sale.quantity = self.sold[sale.lot];
            sale.gain = sale.quantity.saturating_mul(self.facts.gain_per_share(sale.lot));
            if self.facts.lot_taxable(sale.lot) {
                let net = if self.facts.long_term[sale.lot] {
                    &mut self.long_term_net
                } else {
                    &mut self.short_term_net
                };
                add(net, sale.gain);
            }
        }
    }
}

fn add(sum: &mut Decimal, amount: Decimal) {
    *sum = sum.saturating_add(amount);
}

/// A sum that saturates.
pub(crate) fn sum(amounts: impl Iterator<Item = Decimal>) -> Decimal {
    amounts.fold(Decimal::ZERO, Decimal::saturating_add)
}
