//! From weights to shares: the rows of a plan in exact decimals, and back.
//!
//! Invariant: the total of an order is an exact multiple of its security's increment, or the exact
//! quantity of the whole position; no row is larger than its lot.

use portfolio::money::float;
use portfolio::{Decimal, Portfolio, Side};
use rust_decimal::prelude::FromPrimitive;

use crate::outcome::Row;
use crate::problem::Problem;
use crate::trades::Trades;

/// The rows of snapped trades: sells first, in the order of the cells.
pub(crate) fn rows(portfolio: &Portfolio, problem: &Problem, trades: &Trades) -> Vec<Row> {
    let mut rows = Vec::new();
    for c in 0..problem.cells.len() {
        if trades.cell_sold(problem, c) > 0.0 {
            sale_rows(portfolio, problem, trades, c, &mut rows);
        }
    }
    for (c, cell) in problem.cells.iter().enumerate() {
        let quantity = steps(portfolio, problem, cell.security, trades.bought[c]);
        if quantity > Decimal::ZERO {
            rows.push(Row {
                account: cell.account,
                security: cell.security,
                side: Side::Buy,
                lot: None,
                quantity,
            });
        }
    }
    rows
}

/// The candidate that rows amount to, in weights.
pub(crate) fn weights(portfolio: &Portfolio, problem: &Problem, rows: &[Row]) -> Trades {
    let mut trades = Trades::none(problem);
    let mut lots = vec![None; portfolio.lots.len()];
    problem.lots.iter().enumerate().for_each(|(j, l)| lots[l.lot] = Some(j));
    let place = |account: usize, security: usize| account * problem.securities.len() + security;
    let mut cells = vec![None; problem.accounts.len() * problem.securities.len()];
    problem
        .cells
        .iter()
        .enumerate()
        .for_each(|(c, cell)| cells[place(cell.account, cell.security)] = Some(c));
    for row in rows {
        let weight = float(row.quantity * portfolio.securities[row.security].price) / problem.value;
        match row.lot {
            Some(lot) => {
                if let Some(j) = lots[lot] {
                    let whole = row.quantity == portfolio.lots[lot].quantity;
                    trades.sold[j] += if whole { problem.lots[j].weight } else { weight };
                }
            }
            None => {
                if let Some(c) = cells[place(row.account, row.security)] {
                    trades.bought[c] += weight;
                }
            }
        }
    }
    trades
}

/// Shares of an order of this weight: a multiple of the increment.
fn steps(portfolio: &Portfolio, problem: &Problem, security: usize, weight: f64) -> Decimal {
    let steps = (weight / problem.securities[security].increment).round();
    Decimal::from_f64(steps).unwrap_or_default() * portfolio.securities[security].quantity_increment
}

/// One row per lot; lots sold out give their exact quantity and the others share the rest.
fn sale_rows(portfolio: &Portfolio, problem: &Problem, trades: &Trades, c: usize, rows: &mut Vec<Row>) {
    let cell = &problem.cells[c];
    let exact = |j: usize| portfolio.lots[problem.lots[j].lot].quantity;
    let lots = || cell.lots.clone().filter(|j| trades.sold[*j] > 0.0);
    let out = |j: &usize| trades.sold[*j] >= problem.lots[*j].weight;
    let mut sold: Vec<(usize, Decimal)> = lots().filter(out).map(|j| (j, exact(j))).collect();
    let whole = cell.all_sellable && sold.len() == cell.lots.len();
    if !whole {
        let total = steps(portfolio, problem, cell.security, trades.cell_sold(problem, c));
        // The lots that are sold need not be of whole increments together, where others of the position are kept.
        let step = portfolio.securities[cell.security].quantity_increment;
        let most = lots().map(exact).sum::<Decimal>();
        let total = total.min((most / step).floor() * step);
        let mut left = total - sold.iter().map(|(_, q)| *q).sum::<Decimal>();
        let partial: Vec<usize> = lots().filter(|j| !out(j)).collect();
        for (i, j) in partial.iter().enumerate() {
            let shares =
                Decimal::from_f64(trades.sold[*j] * problem.value / problem.securities[cell.security].price);
            let share = if i + 1 == partial.len() { left } else { shares.unwrap_or_default().round_dp(6) };
            let share = share.min(left).min(exact(*j)).max(Decimal::ZERO);
            left -= share;
            sold.push((*j, share));
        }
        spread(&mut sold, left, exact);
    }
    sold.retain(|(_, q)| *q > Decimal::ZERO);
    sold.sort_by_key(|(j, _)| *j);
    rows.extend(sold.into_iter().map(|(j, quantity)| Row {
        account: cell.account,
        security: cell.security,
        side: Side::Sell,
        lot: Some(problem.lots[j].lot),
        quantity,
    }));
}

/// Puts a remainder of rounding where there is room for it, the last lot first.
fn spread(sold: &mut [(usize, Decimal)], mut left: Decimal, exact: impl Fn(usize) -> Decimal) {
    for (j, quantity) in sold.iter_mut().rev() {
        let room = if left > Decimal::ZERO { left.min(exact(*j) - *quantity) } else { left.max(-*quantity) };
        *quantity += room;
        left -= room;
    }
}
