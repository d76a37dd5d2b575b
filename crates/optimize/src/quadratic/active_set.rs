//! Convex quadratic programs in a box by a dual active-set method.
//!
//! Solves  min Σ_k q_k (r_k·x)² + ½ ρ ‖x‖² + c·x  subject to  lower <= x <= upper and rows  a·x >= b.
//! The method keeps (x, u) optimal for the constraints that are active and adds the most violated one
//! until none is left. A state stays one when rows are added or the box narrows, which is what branching
//! does: a child continues from its parent in a few pivots.
//!
//! Nearly all variables sit at a bound, so bounds are no rows here: linear algebra is done among the
//! free variables alone ([`Factor`]), and what a bound's multiplier would be is the reduced cost
//! g(x) − Σ u a of its variable. A pivot costs O(f² + entries of the active rows).
//!
//! The first state is found by a toll ([`super::toll`]): at a charge per unit on every variable doing
//! nothing is optimal; as the charge falls to nothing, variables come in by their worth.
//!
//! # Source
//! D. Goldfarb, A. Idnani, "A numerically stable dual method for solving strictly convex quadratic
//! programs", Mathematical Programming 27 (1983).

use super::factor::dot;
use super::sparse::Table;
use super::state::{Blocking, Constraint, Place, Rows, State};

/// What is common to all nodes of a search.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(super) lower: Vec<f64>,
    pub(super) upper: Vec<f64>,
    pub(super) c: Vec<f64>,
    /// r_k.
    squares: Table,
    /// 2 q_k.
    curvature: Vec<f64>,
    /// Of each variable: (k, coefficient in r_k).
    columns: Table,
    /// ρ > 0.
    ridge: f64,
}

/// Vectors that are needed for the time of a pivot.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    pub(super) normal: Vec<f64>,
    pub(super) d: Vec<f64>,
    pub(super) z: Vec<f64>,
    pub(super) r: Vec<f64>,
    /// Of each variable: how its reduced cost changes along a step.
    pub(super) rate: Vec<f64>,
    /// 2 q_k r_k·z.
    pull: Vec<f64>,
}

/// How a solve ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    Optimal,
    /// Multipliers >= 0 of rows that cannot hold together in the box; none where the box is empty.
    Infeasible(Vec<(Constraint, f64)>),
    /// Too many pivots.
    Stuck,
}

/// A normal of which less than this part (squared) is independent counts as dependent.
const DEPENDENT: f64 = 1e-20;
/// A multiplier that falls more slowly than this does not block.
const LEVEL: f64 = 1e-12;

impl Program {
    /// The program of squares (q_k, r_k), a ridge ρ > 0 and c; `lower <= upper`, both finite.
    pub(crate) fn new<'a>(
        squares: impl Iterator<Item = (f64, &'a [(usize, f64)])> + Clone,
        ridge: f64,
        c: Vec<f64>,
        lower: Vec<f64>,
        upper: Vec<f64>,
    ) -> Program {
        let rows = Table::new(squares.clone().map(|(_, r)| r));
        let columns = rows.transposed(c.len());
        let curvature = squares.map(|(q, _)| 2.0 * q).collect();
        Program { lower, upper, c, squares: rows, curvature, columns, ridge }
    }

    /// Moves the ridge from around zero to around `centre`.
    pub(crate) fn recentre(&mut self, centre: &[f64]) {
        self.c.iter_mut().zip(centre).for_each(|(c, x)| *c -= self.ridge * x);
    }

    /// Adds violated constraints until none is left. Returns the verdict and the operations it took.
    pub(crate) fn solve(&self, state: &mut State, rows: Rows<'_>, scratch: &mut Scratch) -> (Verdict, u64) {
        let pivots_max = 60 * (self.c.len() as u64 + 10);
        let entries = (self.c.len() + rows.entries()) as u64;
        let (mut pivots, mut operations) = (0, entries);
        while let Some(violated) = state.most_violated(rows) {
            let before = pivots;
            let outcome = self.add(state, rows, violated, scratch, &mut pivots);
            operations += entries + (pivots - before) * (entries + 8 * (state.free.len() as u64).pow(2));
            match outcome {
                Ok(()) => {}
                Err(ray) => return (Verdict::Infeasible(ray), operations),
            }
            if pivots > pivots_max {
                return (Verdict::Stuck, operations);
            }
        }
        (Verdict::Optimal, operations)
    }

    /// Moves (x, u) to where the optimality conditions of its active constraints hold more exactly:
    /// the curvature is nearly singular, and each pivot loses digits of u that one step of Newton's
    /// method on g(x) = N u, Nᵀx = b brings back.
    ///
    /// With x + J z and u + δ: z₂ = −t₂, Rᵀz₁ = −s and R δ = t₁ + z₁, where t = Jᵀ(g − N u) and s are
    /// the slacks.
    pub(crate) fn refine(&self, state: &mut State, rows: Rows<'_>, scratch: &mut Scratch) {
        self.reduce(state, rows, scratch);
        let q = state.active.len();
        let Scratch { normal, d: t, z, r: change, .. } = scratch;
        normal.clear();
        normal.extend(state.free.iter().map(|i| state.reduced[*i]));
        state.factor.rotated(normal, t);
        let mut along: Vec<f64> =
            state.active.iter().map(|c| rows.get(*c).map_or(0.0, |row| -row.slack(&state.x))).collect();
        state.factor.solve_transposed(&mut along);
        let wanted: Vec<f64> = t[..q].iter().zip(&along).map(|(t, z)| t + z).collect();
        state.factor.solved(&wanted, change);
        along.extend(t[q..].iter().map(|t| -t));
        state.factor.combined(0, &along, z);
        for (i, z) in state.free.iter().zip(z.iter()) {
            state.x[*i] += z;
        }
        state.u.iter_mut().zip(change).for_each(|(u, d)| *u = (*u + *d).max(0.0));
        self.reduce(state, rows, scratch);
    }

    /// Reduced costs from x and u.
    pub(super) fn reduce(&self, state: &mut State, rows: Rows<'_>, scratch: &mut Scratch) {
        let Scratch { pull, .. } = scratch;
        let State { x, reduced, active, u, .. } = state;
        reduced.clear();
        reduced.extend(self.c.iter().zip(x.iter()).map(|(c, x)| c + self.ridge * x));
        pull.clear();
        for (k, curvature) in self.curvature.iter().enumerate() {
            let inside: f64 = self.squares.row(k).map(|(i, v)| v * x[i]).sum();
            pull.push(curvature * inside);
        }
        self.pulled(pull, reduced);
        for (constraint, u) in active.iter().zip(u.iter()) {
            if let Some(row) = rows.get(*constraint) {
                row.entries.iter().for_each(|(i, v)| reduced[*i] -= u * v);
            }
        }
    }

    /// Adds Σ_k pull_k r_k to a vector over all variables.
    fn pulled(&self, pull: &[f64], to: &mut [f64]) {
        for (k, pull) in pull.iter().enumerate().filter(|(_, p)| **p != 0.0) {
            self.squares.row(k).for_each(|(i, v)| to[i] += pull * v);
        }
    }

    /// Makes one violated constraint active, dropping others where their multiplier would turn
    /// negative. `Err` is a ray that proves that the constraints cannot hold together.
    fn add(
        &self,
        state: &mut State,
        rows: Rows<'_>,
        constraint: Constraint,
        scratch: &mut Scratch,
        pivots: &mut u64,
    ) -> Result<(), Vec<(Constraint, f64)>> {
        let mut multiplier = self.taken_over(state, rows, constraint, scratch);
        loop {
            *pivots += 1;
            let q = state.factor.rows();
            let Scratch { normal, d, r, z, rate, .. } = scratch;
            state.normal(constraint, rows, normal);
            state.factor.rotated(normal, d);
            let independent = dot(&d[q..], &d[q..]);
            let has_step = independent > DEPENDENT * dot(d, d);
            state.factor.solved(d, r);
            if has_step {
                state.factor.combined(q, d, z);
            } else {
                z.clear();
            }
            rate.clear();
            rate.resize(self.c.len(), 0.0);
            if let Some(row) = rows.get(constraint) {
                row.entries.iter().for_each(|(i, v)| rate[*i] -= v);
            }
            self.add_rates(state, rows, scratch);
            let Scratch { d, r, z, rate, .. } = scratch;
            let (blocking, dual_step) = state.blocking(r, rate, LEVEL);
            let full_step =
                if has_step { -state.slack(constraint, rows) / independent } else { f64::INFINITY };
            let step = dual_step.min(full_step);
            if step.is_infinite() {
                let mut ray = vec![(constraint, 1.0)];
                ray.extend(state.active.iter().zip(r).map(|(c, r)| (*c, (-*r).max(0.0))));
                return Err(ray);
            }
            state.advance(step, r, z, rate);
            multiplier += step;
            if full_step <= dual_step {
                state.settle(constraint, multiplier, d);
                return Ok(());
            }
            self.give_way(state, rows, blocking, scratch);
        }
    }

    /// Drops what blocks a step.
    pub(super) fn give_way(
        &self,
        state: &mut State,
        rows: Rows<'_>,
        blocking: Blocking,
        scratch: &mut Scratch,
    ) {
        match blocking {
            Blocking::Row(place) => state.drop_row(place),
            Blocking::Bound(i) => self.release(state, rows, i, scratch),
        }
    }

    /// The multiplier with which a constraint comes in. A bound that narrows around a variable that was
    /// at it takes the multiplier of the wider one over, and the variable is free until it gets there.
    fn taken_over(
        &self,
        state: &mut State,
        rows: Rows<'_>,
        constraint: Constraint,
        scratch: &mut Scratch,
    ) -> f64 {
        let (Constraint::Lower(i) | Constraint::Upper(i)) = constraint else { return 0.0 };
        if matches!(state.place[i], Place::Free(_)) {
            return 0.0;
        }
        let multiplier =
            if matches!(constraint, Constraint::Lower(_)) { state.reduced[i] } else { -state.reduced[i] };
        self.release(state, rows, i, scratch);
        multiplier.max(0.0)
    }

    /// Adds to `rate` how a step changes the reduced costs: H z + N r, nothing for free variables.
    pub(super) fn add_rates(&self, state: &State, rows: Rows<'_>, scratch: &mut Scratch) {
        let Scratch { z, r, rate, pull, .. } = scratch;
        pull.clear();
        pull.resize(self.curvature.len(), 0.0);
        for (i, z) in state.free.iter().zip(z.iter()) {
            self.columns.row(*i).for_each(|(k, v)| pull[k] += v * z);
        }
        pull.iter_mut().zip(&self.curvature).for_each(|(p, c)| *p *= c);
        self.pulled(pull, rate);
        for (constraint, r) in state.active.iter().zip(r.iter()) {
            if let Some(row) = rows.get(*constraint) {
                row.entries.iter().for_each(|(i, v)| rate[*i] += r * v);
            }
        }
        for i in &state.free {
            rate[*i] = 0.0;
        }
    }

    /// Lets a variable go from its bound.
    ///
    /// Its curvature once the others follow by −y is that of the move e_i − y, a sum of squares: as
    /// h_ii − wᵀw it would be lost to cancellation where the others can stand for it.
    fn release(&self, state: &mut State, rows: Rows<'_>, i: usize, scratch: &mut Scratch) {
        let Scratch { normal: h, d: w, z: y, r: coefficients, rate: column, pull } = scratch;
        column.clear();
        column.resize(self.c.len(), 0.0);
        pull.clear();
        pull.resize(self.curvature.len(), 0.0);
        for (k, v) in self.columns.row(i) {
            pull[k] = v;
            let by = self.curvature[k] * v;
            self.squares.row(k).for_each(|(i, v)| column[i] += by * v);
        }
        h.clear();
        h.extend(state.free.iter().map(|j| column[*j]));
        state.factor.rotated(h, w);
        state.factor.combined(0, w, y);
        for (j, y) in state.free.iter().zip(y.iter()) {
            self.columns.row(*j).for_each(|(k, v)| pull[k] -= v * y);
        }
        let squares: f64 = pull.iter().zip(&self.curvature).map(|(p, c)| c * p * p).sum();
        let curvature = squares + self.ridge * (1.0 + dot(y, y));
        coefficients.clear();
        coefficients.extend(state.active.iter().map(|c| rows.get(*c).map_or(0.0, |row| row.coefficient(i))));
        state.factor.grow(w, y, curvature, coefficients);
        state.place[i] = Place::Free(state.free.len());
        state.free.push(i);
        state.reduced[i] = 0.0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    use crate::quadratic::sparse::SparseRow;

    const NONE: Rows<'static> = Rows { shared: &[], own: &[] };

    fn row(entries: &[(usize, f64)], rhs: f64) -> SparseRow {
        SparseRow::new(entries.to_vec(), rhs).unwrap()
    }

    #[test]
    fn a_projection_onto_a_box_and_a_row() {
        // min ½‖x − (2, 2)‖², x <= 1.5, x₁ + x₂ <= 2
        let squares: [(f64, &[(usize, f64)]); 2] = [(0.5, &[(0, 1.0)]), (0.5, &[(1, 1.0)])];
        let program = Program::new(squares.into_iter(), 1e-12, vec![-2.0; 2], vec![0.0; 2], vec![1.5, 3.0]);
        let shared = [row(&[(0, -1.0), (1, -1.0)], -2.0)];
        let scratch = &mut Scratch::default();
        let (state, verdict, _) = program.start(&[], Rows { shared: &shared, own: &[] }, scratch);
        assert_eq!(verdict, Verdict::Optimal);
        assert!((state.x[0] - 1.0).abs() < 1e-9 && (state.x[1] - 1.0).abs() < 1e-9);
    }

    #[test]
    fn a_contradiction_comes_with_its_ray() {
        let squares: [(f64, &[(usize, f64)]); 1] = [(0.5, &[(0, 1.0)])];
        let program = Program::new(squares.into_iter(), 1e-9, vec![0.0], vec![0.0], vec![1.0]);
        let shared = [row(&[(0, 1.0)], 2.0)];
        let scratch = &mut Scratch::default();
        let (_, verdict, _) = program.start(&[], Rows { shared: &shared, own: &[] }, scratch);
        let Verdict::Infeasible(ray) = verdict else { panic!("{verdict:?}") };
        assert_eq!(ray, [(Constraint::Upper(0), 1.0), (Constraint::Shared(0), 1.0)]);
    }

    proptest! {
        /// The optimality conditions hold, cold and when rows are added to a solved state.
        #[test]
        fn kkt(n in 2_usize..9, numbers in prop::collection::vec(-1.0..1.0_f64, 160), narrowed in prop::collection::vec((0_usize..9, 0.0..1.0_f64, any::<bool>()), 0..6)) {
            let mut numbers = numbers.into_iter();
            let mut next = move || numbers.next().unwrap();
            let squares: Vec<(f64, Vec<(usize, f64)>)> =
                (0..n.div_ceil(2)).map(|_| (1.0, (0..n).map(|i| (i, next())).collect())).collect();
            let squares = squares.iter().map(|(q, r)| (*q, r.as_slice()));
            let c: Vec<f64> = (0..n).map(|_| next()).collect();
            let ridge = 1e-3;
            let program = Program::new(squares.clone(), ridge, c.clone(), vec![0.0; n], vec![1.0; n]);
            let rows: Vec<SparseRow> =
                (0..3).map(|_| SparseRow::new((0..n).map(|i| (i, next())).collect(), -0.2).unwrap()).collect();
            let scratch = &mut Scratch::default();
            let (mut state, verdict, _) = program.start(&[], NONE, scratch);
            prop_assert_eq!(verdict, Verdict::Optimal);
            let all = Rows { shared: &rows, own: &[] };
            let (verdict, _) = program.solve(&mut state, all, scratch);
            prop_assume!(verdict == Verdict::Optimal);
            check(&squares, ridge, &c, &rows, &state);
            for (i, at, up) in narrowed.into_iter().filter(|(i, ..)| *i < n) {
                let (lower, upper) = if up { (at, f64::INFINITY) } else { (0.0, at) };
                prop_assume!(state.narrow(i, lower, upper));
                prop_assume!(program.solve(&mut state, all, scratch).0 == Verdict::Optimal);
                check(&squares, ridge, &c, &rows, &state);
            }
        }
    }

    /// g(x) − Σ u a is nothing for what is between its bounds and has the right sign at a bound; x keeps
    /// every constraint; u >= 0.
    fn check<'a>(
        squares: &(impl Iterator<Item = (f64, &'a [(usize, f64)])> + Clone),
        ridge: f64,
        c: &[f64],
        rows: &[SparseRow],
        state: &State,
    ) {
        let mut gradient: Vec<f64> = c.iter().zip(&state.x).map(|(c, x)| c + ridge * x).collect();
        for (q, r) in squares.clone() {
            let inside: f64 = r.iter().map(|(i, v)| v * state.x[*i]).sum();
            r.iter().for_each(|(i, v)| gradient[*i] += 2.0 * q * inside * v);
        }
        for (constraint, u) in state.active.iter().zip(&state.u) {
            assert!(*u >= 0.0);
            let Constraint::Shared(k) = constraint else { panic!("{constraint:?}") };
            assert!(rows[*k].slack(&state.x).abs() < 1e-8);
            rows[*k].entries.iter().for_each(|(i, v)| gradient[*i] -= u * v);
        }
        for (i, g) in gradient.iter().enumerate() {
            let (x, lower, upper) = (state.x[i], state.lower[i], state.upper[i]);
            assert!((lower - 1e-9..=upper + 1e-9).contains(&x));
            assert!(*g > -1e-7 || x >= upper - 1e-12, "{g} at {x} of {lower}..{upper}");
            assert!(*g < 1e-7 || x <= lower + 1e-12, "{g} at {x} of {lower}..{upper}");
        }
        assert!(rows.iter().all(|r| r.slack(&state.x) > -1e-9));
    }
}
