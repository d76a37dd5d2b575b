//! From a relaxed solution to a plan: increments first, then what they have cost.
//!
//! In: trades in weights. Out: trades on the grid that keep every rule, or none. Invariant: what comes out
//! has been through [`snap`], which has the last word.
//!
//! A hundred roundings move cash and turnover by cents. [`snap`] mends that by trying every order; here the
//! largest purchases give way first, so that nothing is left to mend.

use crate::problem::Problem;
use crate::snap::{Rounding, purchase_size, sale_size, set_sale, snap};
use crate::trades::Trades;

/// Orders that may give way before it is left to [`snap`].
const GIVING: usize = 8;

/// The plan near some trades; with `mend`, also where that takes more than smaller purchases.
/// What rounding takes is added to `operations`.
pub(super) fn rounded(
    problem: &Problem,
    wanted: &Trades,
    mend: bool,
    operations: &mut u64,
) -> Option<Trades> {
    let mut trades = wanted.clone();
    for c in 0..problem.cells.len() {
        let (sold, bought) = (trades.cell_sold(problem, c), trades.bought[c]);
        if bought > sold {
            if sold > 0.0 {
                trades.sold[problem.cells[c].lots.clone()].fill(0.0);
            }
            trades.bought[c] = purchase_size(problem, c, bought, Rounding::Down);
        } else if sold > 0.0 {
            trades.bought[c] = 0.0;
            let size = sale_size(problem, c, sold, Rounding::Nearest);
            set_sale(problem, &mut trades, c, size);
        }
    }
    give_way(problem, &mut trades);
    if mend || problem.missing(&trades) <= 0.0 { snap(problem, &trades, operations) } else { None }
}

/// Purchases shrink by what cash and turnover lack.
fn give_way(problem: &Problem, trades: &mut Trades) {
    for _ in 0..GIVING {
        let cash = trades.cash(problem);
        let total: f64 = cash.iter().sum();
        let buffer = problem.buffer.map_or(0.0, |b| b - total);
        let over = problem.turnover_max.map_or(0.0, |most| trades.terms(problem).turnover - most);
        let short = |a: usize| (problem.accounts[a].floor - cash[a]).max(buffer).max(over);
        let missing = (0..cash.len()).map(short).fold(0.0, f64::max);
        if missing <= 0.0 {
            return;
        }
        let gives = |c: &usize| trades.bought[*c] > 0.0 && short(problem.cells[*c].account) >= missing;
        let largest = (0..problem.cells.len()).filter(gives);
        let Some(c) = largest.reduce(|a, b| if trades.bought[b] > trades.bought[a] { b } else { a }) else {
            return;
        };
        let step = problem.securities[problem.cells[c].security].increment;
        let less = trades.bought[c] - (missing / step).ceil() * step;
        if less < problem.order_min {
            return;
        }
        trades.bought[c] = purchase_size(problem, c, less, Rounding::Nearest);
    }
}
