//! Reduced-cost fixing: what no plan that is worth finding does.
//!
//! In: a solved node and the L that a plan has to come under. The bound of the node rises by |r_j| for each
//! unit that variable j moves away from the bound it is at, so a plan with L below the cutoff moves it by
//! less than (cutoff − bound)/|r_j|. Out: the node's box, narrowed; purchases that would be smaller than the
//! smallest are none, and so are orders that would not pay their commission in full.
//! Invariant: what is cut off has an L of the cutoff or more.
//!
//! # Source
//! H. Crowder, E. L. Johnson, M. Padberg, "Solving large-scale zero-one linear programming problems",
//! Operations Research 31 (1983).

use super::relaxation::Relaxation;
use super::state::{Rows, State};
use crate::problem::Problem;

/// Part of its range that a variable has to lose for its box to be narrowed.
const WORTH: f64 = 1e-3;

impl Relaxation {
    /// Narrows a solved node's box to plans with an L below `cutoff`.
    pub(crate) fn narrow_by_cost(&self, problem: &Problem, state: &mut State, rows: Rows<'_>, cutoff: f64) {
        let (reduced, bound) = self.priced(state, rows);
        // What rounding may have lost of the bound.
        let room = cutoff - bound + 1e-12;
        if !room.is_finite() || room <= 0.0 {
            return;
        }
        for (i, r) in reduced.iter().enumerate() {
            let (lower, upper) = (state.lower[i], state.upper[i]);
            let most = room / r.abs();
            if most < (upper - lower) * (1.0 - WORTH) {
                let (lower, upper) = if *r > 0.0 { (lower, lower + most) } else { (upper - most, upper) };
                state.confine(i, lower, upper);
            }
        }
        for c in 0..problem.cells.len() {
            self.settle_small_orders(problem, state, c);
        }
    }

    /// Takes away the orders of a cell that have become too small to be any.
    fn settle_small_orders(&self, problem: &Problem, state: &mut State, c: usize) {
        const BELOW: f64 = 1.0 - 1e-6;
        let layout = &self.layout;
        let unpaid = |state: &State, open: Option<usize>| open.is_some_and(|z| state.upper[z] < BELOW);
        if let Some(bought) = layout.bought[c]
            && (unpaid(state, layout.purchase_open[c])
                || state.upper[bought] < problem.least_purchase(c) * BELOW)
        {
            state.confine(bought, 0.0, 0.0);
            layout.purchase_open[c].into_iter().for_each(|z| state.confine(z, 0.0, 0.0));
        }
        let sales = || layout.cell_sales[c].clone();
        let most: f64 = sales().map(|v| state.upper[v]).sum();
        if unpaid(state, layout.sale_open[c]) || most < problem.least_sale(c) * BELOW {
            sales().chain(layout.sale_open[c]).for_each(|v| state.confine(v, 0.0, 0.0));
        }
    }
}
