//! Of plans that are as good as each other, the one with the fewest orders, then the least turnover.
//!
//! In: the best candidate of a search. Out: a candidate that keeps every rule, whose L is at most 1e-9
//! larger, and from which no order can be taken away for nothing: neither by itself nor by putting its
//! amount on another order, of whatever account. With targets per class that is one of the same class, with
//! targets of their own one of the same security: their drift is strictly convex, so that no two of them can
//! stand for each other. Where the other account has no money for it, it gives up as much of another security to
//! the first account. Invariant: L never rises by more than [`AS_GOOD`] in all, however many orders go.
//!
//! Source: model.md, "What the optimiser promises".

use portfolio::household::DriftMetric;

use crate::problem::Problem;
use crate::snap::{Rounding, purchase_size, sale_size, set_sale};
use crate::sums::Sums;
use crate::trades::Trades;

/// Plans whose L differ by no more are as good as each other.
const AS_GOOD: f64 = 1e-9;
/// Most orders of a plan that is looked at: pairs of them are tried.
const ORDERS_MAX: usize = 64;
/// Most exchanges between accounts that are tried for a plan.
const EXCHANGES_MAX: usize = 500;

/// An order: its cell, and whether it sells.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Order {
    cell: usize,
    sale: bool,
}

/// Takes away every order that earns nothing; `slack` is what money rules may be off by.
pub(crate) fn fewest(problem: &Problem, mut trades: Trades, slack: f64) -> Trades {
    let by_class = problem.metric == DriftMetric::ClassSquared;
    if !by_class && problem.accounts.len() < 2 {
        return trades;
    }
    let most = trades.terms(problem).objective + AS_GOOD;
    let sums = by_class.then(|| Sums::of(problem, &trades));
    let mut draft = Draft { sums, trades: &mut trades, exchanges: EXCHANGES_MAX };
    while draft.without_one(problem, most, slack) {}
    trades
}

/// Trades in the making, with what their L depends on where targets are per class.
struct Draft<'a> {
    trades: &'a mut Trades,
    sums: Option<Sums>,
    /// Exchanges that may still be tried.
    exchanges: usize,
}

/// What a cell traded before it was changed.
struct Before {
    cell: usize,
    bought: f64,
    sold: Vec<f64>,
}

impl Draft<'_> {
    /// Takes the first order away that earns nothing, the smallest first; false where there is none.
    fn without_one(&mut self, problem: &Problem, most: f64, slack: f64) -> bool {
        let mut orders = orders(problem, self.trades);
        if orders.len() > ORDERS_MAX {
            return false;
        }
        orders.sort_by(|a, b| size(problem, self.trades, *a).total_cmp(&size(problem, self.trades, *b)));
        for order in &orders {
            let amount = size(problem, self.trades, *order);
            let Some(before) = self.resize(problem, *order, 0.0, Rounding::Nearest) else { return false };
            if self.is_as_good(problem, most, slack) {
                return true;
            }
            for other in orders.iter().filter(|other| stands_for(problem, **other, *order)) {
                let had = size(problem, self.trades, *other);
                let wanted = if other.sale == order.sale { had + amount } else { had - amount };
                for rounding in [Rounding::Down, Rounding::Up, Rounding::Nearest] {
                    let Some(moved) = self.resize(problem, *other, wanted, rounding) else { break };
                    if self.is_as_good(problem, most, slack) {
                        return true;
                    }
                    self.restore(problem, &moved);
                }
            }
            if self.exchanged(problem, &orders, (*order, amount), (most, slack)) {
                return true;
            }
            self.restore(problem, &before);
        }
        false
    }

    /// Puts the amount of an order that has been taken away on one of the same security in another account, and as much of
    /// a second security the other way; false where no two accounts have the orders for it.
    fn exchanged(
        &mut self,
        problem: &Problem,
        orders: &[Order],
        (order, amount): (Order, f64),
        (most, slack): (f64, f64),
    ) -> bool {
        let cell = |o: &Order| &problem.cells[o.cell];
        let (security, here) = (cell(&order).security, cell(&order).account);
        let bought = if order.sale { -amount } else { amount };
        let same = |o: &&Order| cell(o).security == security && cell(o).account != here;
        for other in orders.iter().filter(same) {
            let Some(moved) = self.buy_more(problem, *other, bought, Rounding::Nearest) else { continue };
            let there = cell(other).account;
            let second = |o: &&Order| cell(o).account == there && cell(o).security != security;
            for gives in orders.iter().filter(second) {
                let back = |o: &&Order| cell(o).account == here && cell(o).security == cell(gives).security;
                for takes in orders.iter().filter(back) {
                    if self.exchanges == 0 {
                        self.restore(problem, &moved);
                        return false;
                    }
                    self.exchanges -= 1;
                    for rounding in [Rounding::Down, Rounding::Up] {
                        let had = self.net(problem, gives.cell);
                        let Some(given) = self.buy_more(problem, *gives, -bought, rounding) else { continue };
                        let by = had - self.net(problem, gives.cell);
                        if let Some(taken) = self.buy_more(problem, *takes, by, Rounding::Nearest) {
                            if self.is_as_good(problem, most, slack) {
                                return true;
                            }
                            self.restore(problem, &taken);
                        }
                        self.restore(problem, &given);
                    }
                }
            }
            self.restore(problem, &moved);
        }
        false
    }

    /// Makes an order buy so much more, or sell so much less; `None` where that would turn it round.
    fn buy_more(&mut self, problem: &Problem, order: Order, by: f64, rounding: Rounding) -> Option<Before> {
        let had = size(problem, self.trades, order);
        self.resize(problem, order, if order.sale { had - by } else { had + by }, rounding)
    }

    /// What a cell buys, less what it sells.
    fn net(&self, problem: &Problem, cell: usize) -> f64 {
        self.trades.bought[cell] - self.trades.cell_sold(problem, cell)
    }

    fn is_as_good(&self, problem: &Problem, most: f64, slack: f64) -> bool {
        // The sums may be off by rounding; what they let through is looked at exactly.
        const ROUNDING: f64 = 1e-12;
        self.sums.as_ref().is_none_or(|sums| sums.objective(problem) <= most + ROUNDING)
            && self.trades.terms(problem).objective <= most
            && problem.keeps_rules(self.trades, slack)
    }

    /// Gives an order another size; `None` where that is not above 0 and not 0.
    fn resize(&mut self, problem: &Problem, order: Order, wanted: f64, rounding: Rounding) -> Option<Before> {
        if wanted < 0.0 {
            return None;
        }
        let cell = order.cell;
        let sold = self.trades.sold[problem.cells[cell].lots.clone()].to_vec();
        let before = Before { cell, bought: self.trades.bought[cell], sold };
        self.change(problem, cell, |trades| {
            if order.sale {
                set_sale(problem, trades, cell, sale_size(problem, cell, wanted, rounding));
            } else {
                trades.bought[cell] = purchase_size(problem, cell, wanted, rounding);
            }
        });
        Some(before)
    }

    fn restore(&mut self, problem: &Problem, before: &Before) {
        self.change(problem, before.cell, |trades| {
            trades.bought[before.cell] = before.bought;
            trades.sold[problem.cells[before.cell].lots.clone()].copy_from_slice(&before.sold);
        });
    }

    /// Changes what one cell trades.
    fn change(&mut self, problem: &Problem, cell: usize, to: impl FnOnce(&mut Trades)) {
        if let Some(sums) = &mut self.sums {
            sums.take_out(problem, self.trades, cell);
        }
        to(self.trades);
        if let Some(sums) = &mut self.sums {
            sums.put_in(problem, self.trades, cell);
        }
    }
}

/// Whether the amount of `order` can be put on another order: same class, or same security where that has its own target.
fn stands_for(problem: &Problem, other: Order, order: Order) -> bool {
    let security = |o: Order| problem.cells[o.cell].security;
    let class = |o: Order| problem.securities[security(o)].class;
    let by_class = problem.metric == DriftMetric::ClassSquared;
    other != order && if by_class { class(other) == class(order) } else { security(other) == security(order) }
}

fn orders(problem: &Problem, trades: &Trades) -> Vec<Order> {
    let of_cell = |cell: usize| {
        let sale = (trades.cell_sold(problem, cell) > 0.0).then_some(Order { cell, sale: true });
        sale.into_iter().chain((trades.bought[cell] > 0.0).then_some(Order { cell, sale: false }))
    };
    (0..problem.cells.len()).flat_map(of_cell).collect()
}

fn size(problem: &Problem, trades: &Trades, order: Order) -> f64 {
    if order.sale { trades.cell_sold(problem, order.cell) } else { trades.bought[order.cell] }
}
