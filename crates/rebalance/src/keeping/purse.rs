//! What the cash of an account pays for, so that it never falls below 0 at any time.
//!
//! In: the accounts after every fill so far, the orders of the plan, the prices that were approved. Out: what is free in an account, USD. The
//! rule: cash, less what is to be paid out, less what open purchases can still cost at their limits, less what is to stay. What stays is the account's
//! part of the buffer that the household keeps; and where a sale of the account was not filled, all that the plan would have left, so
//! that nothing is bought with cash that the plan meant to keep. Invariant: whatever open purchases cost, what is free is not touched.

use std::collections::BTreeMap;

use execute::limit::limit;
use portfolio::plan::Trade;
use portfolio::{Decimal, Portfolio, Side};

use super::desk::orders_in;
use super::document::HeldAccount;
use crate::books::{Fill, Order, OrderState};

/// The cash of the accounts of a household while a plan is executed.
pub(super) struct Purse<'a> {
    pub(super) read: &'a Portfolio,
    pub(super) trades: &'a [Trade],
    pub(super) accounts: &'a [HeldAccount],
    pub(super) orders: &'a [(Order, Vec<Fill>)],
    pub(super) collar_pct: Decimal,
}

impl Purse<'_> {
    /// The price that an order was approved at, USD per share.
    pub(super) fn approved(&self, order: &Order) -> Decimal {
        let line = usize::try_from(order.line).unwrap_or(usize::MAX);
        self.trades.get(line).map_or(Decimal::ZERO, |trade| trade.estimated_price.0)
    }

    /// The limit of an order at the edge of its collar, USD per share.
    pub(super) fn bound(&self, order: &Order) -> Decimal {
        limit(order.side, self.approved(order), self.collar_pct)
    }

    /// What an order costs beside its price, USD.
    pub(super) fn commission(&self, ticker: &str) -> Decimal {
        let security = self.read.securities.iter().find(|security| security.ticker == ticker);
        security.map_or(Decimal::ZERO, |security| security.commission)
    }

    /// What a purchase of so many shares can cost at a limit, USD.
    pub(super) fn cost(&self, order: &Order, quantity: Decimal, limit: Decimal) -> Decimal {
        quantity.saturating_mul(limit).saturating_add(self.commission(&order.ticker))
    }

    /// Whether the cash of its account pays for so many shares of a purchase, at the limit of its collar.
    pub(super) fn pays_for(&self, order: &Order, quantity: Decimal) -> bool {
        self.cost(order, quantity, self.bound(order)) <= self.free(&order.account_id)
    }

    /// USD that purchases in an account can be sent for now.
    pub(super) fn free(&self, account_id: &str) -> Decimal {
        let of_it = self.read.accounts.iter().find(|account| account.account_id == account_id);
        // Money that is to come in is not there before somebody says that it has.
        let flow = of_it.map_or(Decimal::ZERO, |account| account.flow.min(Decimal::ZERO));
        let held = self.accounts.iter().find(|account| account.account_id == account_id);
        let cash = held.map_or(Decimal::ZERO, |account| account.cash).saturating_add(flow);
        cash.saturating_sub(self.open(account_id)).saturating_sub(self.kept(account_id))
    }

    /// Money that the plan counts on and that has not come in, USD.
    pub(super) fn awaited(&self, account_id: &str) -> Decimal {
        let of_it = self.read.accounts.iter().find(|account| account.account_id == account_id);
        of_it.map_or(Decimal::ZERO, |account| account.flow.max(Decimal::ZERO))
    }

    /// What open purchases of an account can still cost, USD.
    fn open(&self, account_id: &str) -> Decimal {
        let mut sum = Decimal::ZERO;
        for (order, fills) in self.orders {
            let is_open = !order.state.has_ended() && order.state != OrderState::Waiting;
            if order.side == Side::Sell || order.account_id != account_id || !is_open {
                continue;
            }
            let filled: Decimal = fills.iter().map(|fill| fill.quantity).sum();
            let bound = order.sent.and_then(|sent| sent.limit).unwrap_or_else(|| self.bound(order));
            let left = (order.asked() - filled).max(Decimal::ZERO);
            sum = sum.saturating_add(self.cost(order, left, bound));
        }
        sum
    }

    /// What stays in an account, USD.
    fn kept(&self, account_id: &str) -> Decimal {
        let left = self.left_by_plan();
        // What has not come in can't be what stays.
        let own = left.get(account_id).copied().unwrap_or_default();
        let own = (own - self.awaited(account_id)).max(Decimal::ZERO);
        let sum: Decimal = left.values().sum();
        let buffer = self.read.wishes.cash_buffer_usd;
        let part = if sum > buffer { own.saturating_mul(buffer) / sum } else { own };
        let sold = self.orders.iter().all(|(order, _)| {
            order.side == Side::Buy || order.account_id != account_id || order.state == OrderState::Filled
        });
        if sold && buffer.is_zero() {
            Decimal::ZERO
        } else if sold {
            part
        } else {
            own
        }
    }

    /// Cash that the plan leaves at the prices that were approved, by account; 0 where it leaves less.
    fn left_by_plan(&self) -> BTreeMap<&str, Decimal> {
        let of_account = |account: &'_ portfolio::Account| account.cash.saturating_add(account.flow);
        let accounts = self.read.accounts.iter();
        let mut left: BTreeMap<&str, Decimal> =
            accounts.map(|account| (account.account_id.as_str(), of_account(account))).collect();
        for ((account, ticker, side), gross) in orders_in(self.trades) {
            let signed = if side == Side::Sell { gross } else { -gross };
            if let Some(usd) = left.get_mut(account) {
                *usd = usd.saturating_add(signed).saturating_sub(self.commission(ticker));
            }
        }
        left.values_mut().for_each(|usd| *usd = (*usd).max(Decimal::ZERO));
        left
    }
}
