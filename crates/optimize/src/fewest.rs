//! Of plans that are as good as each other, the one with the fewest orders, then the least turnover.
//!
//! In: the best candidate of a search. Out: a candidate that keeps every rule, whose L is at most 1e-9
//! larger, and from which no order can be taken away for nothing: neither by itself nor by putting its
//! amount on another order of the same account and class. Invariant: L never rises by more than
//! [`AS_GOOD`] in all, however many orders go.
//!
//! Securities with targets of their own are not looked at: their drift is strictly convex, so no two of
//! them can stand for each other.
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

/// An order: its cell, and whether it sells.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Order {
    cell: usize,
    sale: bool,
}

/// Takes away every order that earns nothing; `slack` is what money rules may be off by.
pub(crate) fn fewest(problem: &Problem, mut trades: Trades, slack: f64) -> Trades {
    if problem.metric != DriftMetric::ClassSquared {
        return trades;
    }
    let most = trades.terms(problem).objective + AS_GOOD;
    let mut draft = Draft { sums: Sums::of(problem, &trades), trades: &mut trades };
    while draft.without_one(problem, most, slack) {}
    trades
}

/// Trades in the making, with their L.
struct Draft<'a> {
    trades: &'a mut Trades,
    sums: Sums,
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
            self.restore(problem, &before);
        }
        false
    }

    fn is_as_good(&self, problem: &Problem, most: f64, slack: f64) -> bool {
        // The sums may be off by rounding; what they let through is looked at exactly.
        const ROUNDING: f64 = 1e-12;
        self.sums.objective(problem) <= most + ROUNDING
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
        self.sums.take_out(problem, self.trades, cell);
        if order.sale {
            set_sale(problem, self.trades, cell, sale_size(problem, cell, wanted, rounding));
        } else {
            self.trades.bought[cell] = purchase_size(problem, cell, wanted, rounding);
        }
        self.sums.put_in(problem, self.trades, cell);
        Some(before)
    }

    fn restore(&mut self, problem: &Problem, before: &Before) {
        self.sums.take_out(problem, self.trades, before.cell);
        self.trades.bought[before.cell] = before.bought;
        self.trades.sold[problem.cells[before.cell].lots.clone()].copy_from_slice(&before.sold);
        self.sums.put_in(problem, self.trades, before.cell);
    }
}

/// Whether the amount of `order` can be put on another order: same account, same class.
fn stands_for(problem: &Problem, other: Order, order: Order) -> bool {
    let class = |o: Order| problem.securities[problem.cells[o.cell].security].class;
    let account = |o: Order| problem.cells[o.cell].account;
    other != order && account(other) == account(order) && class(other) == class(order)
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
