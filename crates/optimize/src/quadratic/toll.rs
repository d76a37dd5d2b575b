//! The first solution of a program: a toll that falls.
//!
//! At a charge per unit on every variable that is as large as the steepest descent, staying at the lower
//! bounds is optimal. The rows that this breaks are added under the charge; then the charge falls to
//! nothing, and (x, u) follow: x moves along a line until a variable is worth to come in, or one reaches
//! its bound, or a row is reached. No constraint is broken on the way, so that few variables are touched
//! that do not belong to the solution.
//!
//! # Source
//! Parametric quadratic programming: M. J. Best, "An algorithm for the solution of the parametric
//! quadratic programming problem" (1996); H. J. Ferreau, H. G. Bock, M. Diehl, "An online active set
//! strategy to overcome the limitations of explicit MPC" (2008).

use super::active_set::{Program, Scratch, Verdict};
use super::factor::dot;
use super::state::{Constraint, FEASIBLE, Rows, State};

/// A variable whose worth exceeds that of the free ones by less than this part of the charge stays out:
/// it is their twin, and comes in when they are used up.
const TWIN: f64 = 1e-7;
/// Moves of less than this, per unit of toll, reach no bound.
const STILL: f64 = 1e-12;

impl Program {
    /// The solution that keeps the rows, in the box narrowed by `bounds` (variable, least, most), and the
    /// operations it took.
    pub(crate) fn start(
        &self,
        bounds: &[(usize, f64, f64)],
        rows: Rows<'_>,
        scratch: &mut Scratch,
    ) -> (State, Verdict, u64) {
        let mut state = State::at_lower(self);
        if !bounds.iter().all(|(i, least, most)| state.narrow(*i, *least, *most)) {
            return (state, Verdict::Infeasible(Vec::new()), 0);
        }
        state.x.clone_from(&state.lower);
        self.reduce(&mut state, rows, scratch);
        let toll = state.reduced.iter().fold(0.0, |most: f64, g| most.max(-g));
        state.reduced.iter_mut().for_each(|g| *g += toll);
        let (verdict, mut operations) = self.solve(&mut state, rows, scratch);
        if verdict == Verdict::Optimal && toll > 0.0 {
            operations += self.lift(&mut state, rows, toll, scratch);
            self.reduce(&mut state, rows, scratch);
            let (verdict, more) = self.solve(&mut state, rows, scratch);
            return (state, verdict, operations + more);
        }
        (state, verdict, operations)
    }

    /// Lets the toll fall from its full height to nothing.
    fn lift(&self, state: &mut State, rows: Rows<'_>, toll: f64, scratch: &mut Scratch) -> u64 {
        let kept_max = 4 * (self.c.len() + 10);
        let entries = (self.c.len() + 2 * rows.entries()) as u64;
        let (mut lifted, mut pivots, mut operations) = (0.0, 0, 0);
        loop {
            pivots += 1;
            operations += entries + 8 * (state.free.len() as u64).pow(2);
            let q = state.factor.rows();
            let Scratch { normal, d, r, z, rate, .. } = scratch;
            normal.clear();
            normal.resize(state.free.len(), toll);
            state.factor.rotated(normal, d);
            state.factor.solved(d, r);
            state.factor.combined(q, d, z);
            rate.clear();
            rate.resize(self.c.len(), -toll);
            self.add_rates(state, rows, scratch);
            let Scratch { d, r, z, rate, normal, .. } = scratch;
            let (blocking, dual_step) = state.blocking(r, rate, TWIN * toll);
            // Where steps of length nothing go round in circles, constraints may be broken and mended later.
            let reached = if pivots < kept_max { state.reached(rows, z, normal) } else { None };
            let primal_step = reached.map_or(f64::INFINITY, |(_, step)| step);
            let step = dual_step.min(primal_step).min(1.0 - lifted);
            state.advance(step, r, z, rate);
            lifted += step;
            if lifted >= 1.0 {
                return operations;
            }
            match reached {
                Some((constraint, primal_step)) if primal_step <= dual_step => {
                    state.normal(constraint, rows, normal);
                    state.factor.rotated(normal, d);
                    if dot(&d[q..], &d[q..]) > 0.0 {
                        state.settle(constraint, 0.0, d);
                    }
                }
                _ => self.give_way(state, rows, blocking, scratch),
            }
        }
    }
}

impl State {
    /// The constraint that a move along z reaches first, and after which step.
    fn reached(&self, rows: Rows<'_>, z: &[f64], dense: &mut Vec<f64>) -> Option<(Constraint, f64)> {
        let mut found = None;
        let mut least = f64::INFINITY;
        let mut look = |constraint: Constraint, slack: f64, rate: f64| {
            if rate < -STILL && slack > -FEASIBLE && slack.max(0.0) < -rate * least {
                least = slack.max(0.0) / -rate;
                found = Some((constraint, least));
            }
        };
        dense.clear();
        dense.resize(self.x.len(), 0.0);
        for (i, z) in self.free.iter().zip(z) {
            dense[*i] = *z;
            look(Constraint::Lower(*i), self.x[*i] - self.lower[*i], *z);
            look(Constraint::Upper(*i), self.upper[*i] - self.x[*i], -z);
        }
        for (constraint, row) in rows.all() {
            let rate = row.entries.iter().map(|(i, v)| v * dense[*i]).sum();
            if rate < -STILL && !self.active.contains(&constraint) {
                look(constraint, row.slack(&self.x), rate);
            }
        }
        found
    }
}
