//! Where a plan stands at the broker: its orders with what was filled of them, and what is held after that.
//!
//! In: a recommendation, and which of its plans. Out: a [`Progress`]. Invariant: what is held follows from the document of the plan and the fills as they stand
//! after every correction, and from nothing else.

use portfolio::plan::Trade;
use portfolio::{AccountKind, Decimal, Portfolio, Side};

use super::document::HeldAccount;
use super::failure::KeepingError;
use super::fill::day_of;
use super::purse::Purse;
use super::settle::settle;
use super::{Keeper, later};
use crate::books::{Attempt, Fill, Order, OrderState};
use crate::id::HouseholdId;
use crate::life::Recommendation;

/// The orders of a plan with their fills, and what is held after them.
pub(super) struct Progress {
    pub(super) household: HouseholdId,
    pub(super) orders: Vec<(Order, Vec<Fill>)>,
    pub(super) accounts: Vec<HeldAccount>,
    /// The document of the plan.
    pub(super) read: Portfolio,
    /// The rows of the plan.
    pub(super) trades: Vec<Trade>,
}

impl Progress {
    /// What the cash of the accounts pays for.
    pub(super) fn purse(&self, collar_pct: Decimal) -> Purse<'_> {
        Purse {
            read: &self.read,
            trades: &self.trades,
            accounts: &self.accounts,
            orders: &self.orders,
            collar_pct,
        }
    }

    /// Whether every sale of an account has ended.
    pub(super) fn has_sold(&self, account_id: &str) -> bool {
        let of_it = |order: &Order| order.side == Side::Sell && order.account_id == account_id;
        self.orders.iter().all(|(order, _)| !of_it(order) || order.state.has_ended())
    }

    /// Whether a purchase of an account is at the broker.
    pub(super) fn is_buying(&self, account_id: &str) -> bool {
        self.orders.iter().any(|(order, _)| {
            let open = !order.state.has_ended() && order.state != OrderState::Waiting;
            open && order.side == Side::Buy && order.account_id == account_id
        })
    }

    pub(super) fn is_taxed(&self, account_id: &str) -> bool {
        let of_it = self.read.accounts.iter().find(|account| account.account_id == account_id);
        of_it.is_some_and(|account| account.kind == AccountKind::Taxable)
    }
}

impl Keeper<'_> {
    /// Where the orders of the plan at hand stand, and what is held after their fills.
    pub(super) fn progress(&self, found: &Recommendation) -> Result<Progress, KeepingError> {
        self.progress_of(found, &self.last_attempt(found)?)
    }

    /// The same of one of its plans.
    pub(super) fn progress_of(
        &self,
        found: &Recommendation,
        attempt: &Attempt,
    ) -> Result<Progress, KeepingError> {
        let read = portfolio::read(&self.version(attempt.portfolio)?.text)?;
        let all = self.books.reading().fills_of(found.id())?;
        let mut orders = Vec::new();
        for order in self.books.reading().orders(found.id())? {
            if order.attempt != attempt.attempt {
                continue;
            }
            let of_it = |fill: &&Fill| fill.client_order_id == order.client_order_id;
            let fills: Vec<Fill> = all.iter().filter(of_it).cloned().collect();
            orders.push((order, fills));
        }
        let accounts = self.held_after(&read, &orders)?;
        let trades = attempt.trades.clone();
        Ok(Progress { household: found.kept().household, orders, accounts, read, trades })
    }

    /// What is held after these fills of orders.
    pub(super) fn held_after(
        &self,
        read: &Portfolio,
        orders: &[(Order, Vec<Fill>)],
    ) -> Result<Vec<HeldAccount>, KeepingError> {
        let mut accounts = later::held_on(read, self.today());
        for (order, fills) in orders {
            for fill in fills {
                settle(&mut accounts, order, fill, day_of(fill))?;
            }
        }
        Ok(accounts)
    }
}
