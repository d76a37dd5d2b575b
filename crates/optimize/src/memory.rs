//! What a search leaves for the next one of nearly the same problem: yesterday's multipliers and plan.
//!
//! In: a [`Solution`](crate::Solution) of the same household before prices moved. Out: where the dual decomposition
//! starts, and a first incumbent. Invariant: nothing of it is trusted: prices are moved back onto the cone of lawful ones
//! and give a bound like any others, and the plan is snapped and has to keep every rule as it is now.

use portfolio::Portfolio;

use crate::outcome::Row;
use crate::problem::Problem;
use crate::rows;
use crate::search::Best;
use crate::snap::snap_again;

/// What a search has learnt.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Memory {
    /// Of each tax case, the best prices of the coupling rules; empty where the case was not looked at.
    pub(crate) prices: Vec<Vec<f64>>,
    /// The plan.
    pub(crate) rows: Vec<Row>,
}

impl Memory {
    /// The remembered prices of a case, where there are as many as the case has coupling rules now.
    pub(crate) fn prices(&self, case: usize, dimension: usize) -> Option<&[f64]> {
        self.prices.get(case).map(Vec::as_slice).filter(|prices| prices.len() == dimension)
    }

    /// The remembered plan as it can be traded now, where it still keeps every rule; also the operations it took.
    pub(crate) fn plan(&self, portfolio: &Portfolio, problem: &Problem) -> (Option<Best>, u64) {
        if self.rows.is_empty() || self.rows.iter().any(|row| !fits(portfolio, row)) {
            return (None, 0);
        }
        let mut trades = rows::weights(portfolio, problem, &self.rows);
        for (sold, lot) in trades.sold.iter_mut().zip(&problem.lots) {
            *sold = sold.min(lot.weight);
        }
        // What may no longer be bought is not, and not sold for either: the rest has to stand without it.
        for (bought, cell) in trades.bought.iter_mut().zip(&problem.cells) {
            if !cell.buyable {
                *bought = 0.0;
            }
        }
        let mut operations = 0;
        let snapped = snap_again(problem, &trades, &mut operations);
        let mut best = None;
        if let Some(trades) = snapped {
            Best::offer(&mut best, problem, trades);
        }
        (best, operations)
    }
}

/// Whether a row is of an account, security and lot that the portfolio has.
fn fits(portfolio: &Portfolio, row: &Row) -> bool {
    row.account < portfolio.accounts.len()
        && row.security < portfolio.securities.len()
        && row.lot.is_none_or(|lot| {
            portfolio.lots.get(lot).is_some_and(|l| {
                let position = &portfolio.positions[l.position];
                position.account == row.account && position.security == row.security
            })
        })
}
