//! Convex rules that are no half-planes, cut in by their gradients.
//!
//! Two kinds: the volatility cap √(wᵀΣw) <= N, and cash after market impact,
//! linear(x) − Σ k σ² >= floor. At a point that breaks one, the plane through its gradient is
//! valid everywhere (the rule is convex) and cuts the point off.

use super::relaxation::Relaxation;
use super::sparse::SparseRow;
use super::state::{FEASIBLE, State};
use crate::problem::Problem;
use crate::trades::Trades;

/// How far a rule may be broken before it is cut, while there are few rows; each pivot looks at all of
/// them, so that many have to earn their keep. What is not cut is left to branching and rounding.
const BROKEN: [(usize, f64); 3] = [(200, 1e-9), (600, 1e-7), (usize::MAX, 1e-5)];

impl Relaxation {
    fn broken(&self) -> f64 {
        let tier = BROKEN.iter().find(|(rows, _)| self.rows.len() < *rows);
        tier.map_or(f64::INFINITY, |(_, broken)| *broken)
    }

    /// The cuts that a solution needs; empty = it keeps every convex rule.
    pub(crate) fn cuts(&self, problem: &Problem, state: &State) -> Vec<SparseRow> {
        let impact = problem.securities.iter().any(|s| s.impact > 0.0);
        if problem.volatility_max.is_none() && !impact {
            return Vec::new();
        }
        let (x, trades) = (&state.x, &self.trades(problem, state));
        let mut cuts = Vec::new();
        cuts.extend(self.volatility_cut(problem, x, trades, self.broken()));
        if impact {
            for (a, account) in problem.accounts.iter().enumerate() {
                let mine = |c: &usize| problem.cells[*c].account == a;
                cuts.extend(self.cash_cut(problem, x, trades, mine, account.cash, account.floor));
            }
            if let Some(buffer) = problem.buffer {
                let cash = problem.accounts.iter().map(|a| a.cash).sum();
                cuts.extend(self.cash_cut(problem, x, trades, |_| true, cash, buffer));
            }
        }
        cuts
    }

    /// The cut of a solution that is above the cap by the last digits that the solver tells apart.
    pub(crate) fn last_cut(&self, problem: &Problem, state: &State) -> Option<SparseRow> {
        self.volatility_cut(problem, &state.x, &self.trades(problem, state), 0.0)
    }

    /// The plane at a point that is above the cap by more than `broken`, and by as much as the solver tells apart.
    fn volatility_cut(
        &self,
        problem: &Problem,
        x: &[f64],
        trades: &Trades,
        broken: f64,
    ) -> Option<SparseRow> {
        let (most, risk) = (problem.volatility_max?, problem.risk.as_ref()?);
        if risk.variance(&trades.weights(problem)).sqrt() <= most + broken {
            return None;
        }
        self.volatility_plane(problem, trades).filter(|plane| plane.slack(x) < -FEASIBLE)
    }

    /// (Σ w̄)·w / √(w̄ᵀΣw̄) <= N.
    pub(super) fn volatility_plane(&self, problem: &Problem, trades: &Trades) -> Option<SparseRow> {
        let (most, risk) = (problem.volatility_max?, problem.risk.as_ref()?);
        let gradient = risk.volatility_gradient(&trades.weights(problem));
        let held: f64 = problem.securities.iter().zip(&gradient).map(|(s, g)| g * s.held).sum();
        let entries = (0..problem.cells.len()).flat_map(|c| {
            let g = gradient[problem.cells[c].security];
            self.cell_entries(c, g, -g)
        });
        SparseRow::new(entries.collect(), held - most)
    }

    /// cash + linear(x) − Σ k (2σ̄σ − σ̄²) >= floor over the cells that are `mine`.
    fn cash_cut(
        &self,
        problem: &Problem,
        x: &[f64],
        trades: &Trades,
        mine: impl Fn(&usize) -> bool,
        cash: f64,
        floor: f64,
    ) -> Option<SparseRow> {
        let mut entries = Vec::new();
        let mut fixed = 0.0;
        let mut after = cash;
        for c in (0..problem.cells.len()).filter(|c| mine(c)) {
            let (sold, bought) = (trades.cell_sold(problem, c), trades.bought[c]);
            let k = problem.securities[problem.cells[c].security].impact;
            let linear = self.cash_entries(problem, c);
            after += linear.iter().map(|(i, v)| v * x[*i]).sum::<f64>() - k * (sold * sold + bought * bought);
            entries.extend(linear);
            entries.extend(self.cell_entries(c, -2.0 * k * sold, -2.0 * k * bought));
            fixed += k * (sold * sold + bought * bought);
        }
        if after >= floor - self.broken() {
            return None;
        }
        SparseRow::new(entries, floor - cash - fixed)
    }
}
