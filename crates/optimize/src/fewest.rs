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
    while let Some(fewer) = without_one(problem, &trades, most, slack) {
        trades = fewer;
    }
    trades
}

/// The first candidate with an order less that is as good; the smallest orders go first.
fn without_one(problem: &Problem, trades: &Trades, most: f64, slack: f64) -> Option<Trades> {
    let mut orders = orders(problem, trades);
    if orders.len() > ORDERS_MAX {
        return None;
    }
    orders.sort_by(|a, b| size(problem, trades, *a).total_cmp(&size(problem, trades, *b)));
    let as_good = |candidate: &Trades| {
        candidate.terms(problem).objective <= most && problem.keeps_rules(candidate, slack)
    };
    for order in &orders {
        let without = resized(problem, trades, *order, 0.0, Rounding::Nearest)?;
        if as_good(&without) {
            return Some(without);
        }
        let amount = size(problem, trades, *order);
        for other in orders.iter().filter(|other| stands_for(problem, **other, *order)) {
            let had = size(problem, trades, *other);
            let wanted = if other.sale == order.sale { had + amount } else { had - amount };
            let moved = [Rounding::Down, Rounding::Up, Rounding::Nearest]
                .into_iter()
                .filter_map(|rounding| resized(problem, &without, *other, wanted, rounding))
                .find(as_good);
            if moved.is_some() {
                return moved;
            }
        }
    }
    None
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

/// The candidate with one order of another size; `None` where that size is not above 0 and not 0.
fn resized(
    problem: &Problem,
    trades: &Trades,
    order: Order,
    wanted: f64,
    rounding: Rounding,
) -> Option<Trades> {
    if wanted < 0.0 {
        return None;
    }
    let mut next = trades.clone();
    if order.sale {
        set_sale(problem, &mut next, order.cell, sale_size(problem, order.cell, wanted, rounding));
    } else {
        next.bought[order.cell] = purchase_size(problem, order.cell, wanted, rounding);
    }
    Some(next)
}
