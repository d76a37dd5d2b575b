//! Convex quadratic programs by the dual active-set method of Goldfarb and Idnani.
//!
//! Solves  min ½ xᵀHx + cᵀx  subject to  lower <= x <= upper  and rows  a·x >= b,
//! with H positive definite. The method keeps x optimal for the constraints that are active and
//! adds the most violated one until none is left. A state stays valid when rows are *added*, which
//! is what branching does: a child continues from its parent in a few pivots.
//!
//! J is L⁻ᵀ rotated so that JᵀN = [R; 0] for the active normals N (L Lᵀ = H).
//!
//! # Source
//! D. Goldfarb, A. Idnani, "A numerically stable dual method for solving strictly convex quadratic
//! programs", Mathematical Programming 27 (1983).

/// A constraint a·x >= b with few non-zeros.
#[derive(Debug, Clone)]
pub(crate) struct SparseRow {
    pub(crate) entries: Vec<(usize, f64)>,
    pub(crate) rhs: f64,
}

impl SparseRow {
    /// The row scaled to a normal of length 1; `None` where all its coefficients vanish.
    pub(crate) fn new(mut entries: Vec<(usize, f64)>, rhs: f64) -> Option<SparseRow> {
        entries.retain(|(_, v)| *v != 0.0);
        let norm = entries.iter().map(|(_, v)| v * v).sum::<f64>().sqrt();
        if norm < 1e-14 {
            return None;
        }
        entries.iter_mut().for_each(|(_, v)| *v /= norm);
        Some(SparseRow { entries, rhs: rhs / norm })
    }

    /// a·x − b.
    pub(crate) fn slack(&self, x: &[f64]) -> f64 {
        self.entries.iter().map(|(i, v)| v * x[*i]).sum::<f64>() - self.rhs
    }
}

/// Which constraint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Constraint {
    Lower(usize),
    Upper(usize),
    /// A row of all nodes.
    Shared(usize),
    /// A row of this node.
    Own(usize),
}

/// The rows of one node.
#[derive(Clone, Copy)]
pub(crate) struct Rows<'a> {
    pub(crate) shared: &'a [SparseRow],
    pub(crate) own: &'a [std::rc::Rc<SparseRow>],
}

/// What is common to all nodes of a search: H (as the inverse of its factor), c and the box.
#[derive(Debug, Clone)]
pub(crate) struct Program {
    pub(crate) n: usize,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    /// H, row-major.
    h: Vec<f64>,
    c: Vec<f64>,
    /// L⁻ᵀ, row-major.
    factor: Vec<f64>,
    /// Unconstrained minimum.
    start: Vec<f64>,
}

/// An optimal pair (x, u) for the active constraints.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) x: Vec<f64>,
    pub(crate) active: Vec<Constraint>,
    /// Multipliers of `active`, >= 0.
    pub(crate) u: Vec<f64>,
    /// J, row-major, n × n.
    j: Vec<f64>,
    /// Columns of R; column k has k + 1 entries.
    r: Vec<Vec<f64>>,
}

/// How a solve ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    Optimal,
    /// Multipliers >= 0 of constraints that cannot hold together.
    Infeasible(Vec<(Constraint, f64)>),
    /// Too many pivots.
    Stuck,
}

/// A constraint violated by less than this counts as kept.
const FEASIBLE: f64 = 1e-10;
/// A normal of which less than this part (squared) is independent counts as dependent.
const DEPENDENT: f64 = 1e-13;

impl Program {
    /// The program for H (row-major, n × n, positive definite) and c.
    pub(crate) fn new(h: &[f64], c: &[f64], lower: Vec<f64>, upper: Vec<f64>) -> Program {
        let n = c.len();
        let l = cholesky(h, n);
        let factor = inverse_transpose(&l, n);
        // x = −H⁻¹c = −J Jᵀ c
        let mut jtc = vec![0.0; n];
        for i in 0..n {
            axpy(c[i], &factor[i * n..(i + 1) * n], &mut jtc);
        }
        let start = (0..n).map(|i| -dot(&factor[i * n..(i + 1) * n], &jtc)).collect();
        Program { n, lower, upper, h: h.to_vec(), c: c.to_vec(), factor, start }
    }

    /// The state before any constraint.
    pub(crate) fn unconstrained(&self) -> State {
        State {
            x: self.start.clone(),
            active: Vec::new(),
            u: Vec::new(),
            j: self.factor.clone(),
            r: Vec::new(),
        }
    }

    /// Adds violated constraints until none is left. Returns the verdict and the pivots it took.
    pub(crate) fn solve(&self, state: &mut State, rows: Rows<'_>) -> (Verdict, u64) {
        let pivots_max = 60 * (self.n as u64 + 10);
        let mut pivots = 0;
        while let Some(violated) = self.most_violated(state, rows) {
            match self.add(state, rows, violated, &mut pivots) {
                Ok(()) => {}
                Err(ray) => return (Verdict::Infeasible(ray), pivots),
            }
            if pivots > pivots_max {
                return (Verdict::Stuck, pivots);
            }
        }
        (Verdict::Optimal, pivots)
    }

    /// Moves (x, u) to where the optimality conditions of its active constraints hold more exactly:
    /// H is nearly singular, and each pivot loses digits of u that one step of Newton's method on
    /// Hx + c = N u, Nᵀx = b brings back.
    ///
    /// With x + J z and u + δ: z₂ = −t₂, Rᵀz₁ = −s and R δ = t₁ + z₁, where t = Jᵀ(Hx + c − N u) and s
    /// are the slacks.
    pub(crate) fn refine(&self, state: &mut State, rows: Rows<'_>) {
        let (n, q) = (self.n, state.active.len());
        let mut residual = self.c.clone();
        for (i, r) in residual.iter_mut().enumerate() {
            *r += dot(&self.h[i * n..(i + 1) * n], &state.x);
        }
        for (constraint, u) in state.active.iter().zip(&state.u) {
            match constraint {
                Constraint::Lower(i) => residual[*i] -= u,
                Constraint::Upper(i) => residual[*i] += u,
                Constraint::Shared(k) => {
                    rows.shared[*k].entries.iter().for_each(|(i, v)| residual[*i] -= u * v);
                }
                Constraint::Own(k) => rows.own[*k].entries.iter().for_each(|(i, v)| residual[*i] -= u * v),
            }
        }
        let mut t = vec![0.0; n];
        for (i, r) in residual.iter().enumerate() {
            axpy(*r, &state.j[i * n..(i + 1) * n], &mut t);
        }
        let mut z: Vec<f64> = state.active.iter().map(|c| -self.slack(&state.x, *c, rows)).collect();
        for k in 0..q {
            z[k] = (z[k] - dot(&state.r[k][..k], &z[..k])) / state.r[k][k];
        }
        let wanted: Vec<f64> = t[..q].iter().zip(&z).map(|(t, z)| t + z).collect();
        let change = back_substitute(&state.r, &wanted);
        z.extend(t[q..].iter().map(|t| -t));
        for i in 0..n {
            state.x[i] += dot(&state.j[i * n..(i + 1) * n], &z);
        }
        state.u.iter_mut().zip(&change).for_each(|(u, d)| *u = (*u + d).max(0.0));
    }

    fn slack(&self, x: &[f64], constraint: Constraint, rows: Rows<'_>) -> f64 {
        match constraint {
            Constraint::Lower(i) => x[i] - self.lower[i],
            Constraint::Upper(i) => self.upper[i] - x[i],
            Constraint::Shared(k) => rows.shared[k].slack(x),
            Constraint::Own(k) => rows.own[k].slack(x),
        }
    }

    fn most_violated(&self, state: &State, rows: Rows<'_>) -> Option<Constraint> {
        let (mut worst, mut found) = (-FEASIBLE, None);
        let mut look = |slack: f64, constraint: Constraint| {
            if slack < worst && !state.active.contains(&constraint) {
                (worst, found) = (slack, Some(constraint));
            }
        };
        for i in 0..self.n {
            look(state.x[i] - self.lower[i], Constraint::Lower(i));
            look(self.upper[i] - state.x[i], Constraint::Upper(i));
        }
        for (k, row) in rows.shared.iter().enumerate() {
            look(row.slack(&state.x), Constraint::Shared(k));
        }
        for (k, row) in rows.own.iter().enumerate() {
            look(row.slack(&state.x), Constraint::Own(k));
        }
        found
    }

    /// Makes one violated constraint active, dropping others where their multiplier would turn
    /// negative. `Err` is a ray that proves that the constraints cannot hold together.
    fn add(
        &self,
        state: &mut State,
        rows: Rows<'_>,
        constraint: Constraint,
        pivots: &mut u64,
    ) -> Result<(), Vec<(Constraint, f64)>> {
        let mut multiplier = 0.0;
        loop {
            *pivots += 1;
            let q = state.active.len();
            let d = self.rotated_normal(state, constraint, rows);
            let independent = dot(&d[q..], &d[q..]);
            let has_step = independent > DEPENDENT * dot(&d, &d);
            let r = back_substitute(&state.r, &d[..q]);
            let (blocking, dual_step) = blocking(&state.u, &r);
            let slack = self.slack(&state.x, constraint, rows);
            let primal_step = if has_step { -slack / independent } else { f64::INFINITY };
            let step = dual_step.min(primal_step);
            if step.is_infinite() {
                let mut ray = vec![(constraint, 1.0)];
                ray.extend(state.active.iter().zip(&r).map(|(c, r)| (*c, (-r).max(0.0))));
                return Err(ray);
            }
            state.u.iter_mut().zip(&r).for_each(|(u, r)| *u = (*u - step * r).max(0.0));
            multiplier += step;
            if has_step {
                for i in 0..self.n {
                    let row = &state.j[i * self.n + q..(i + 1) * self.n];
                    state.x[i] += step * dot(row, &d[q..]);
                }
            }
            if primal_step <= dual_step {
                state.append(self.n, constraint, multiplier, d);
                return Ok(());
            }
            state.drop_active(self.n, blocking);
        }
    }

    /// d = Jᵀ a for the normal a of a constraint.
    fn rotated_normal(&self, state: &State, constraint: Constraint, rows: Rows<'_>) -> Vec<f64> {
        let n = self.n;
        let row = |i: usize| &state.j[i * n..(i + 1) * n];
        let combined = |row_entries: &SparseRow| {
            let mut d = vec![0.0; n];
            for (i, v) in &row_entries.entries {
                axpy(*v, row(*i), &mut d);
            }
            d
        };
        match constraint {
            Constraint::Lower(i) => row(i).to_vec(),
            Constraint::Upper(i) => row(i).iter().map(|x| -x).collect(),
            Constraint::Shared(k) => combined(&rows.shared[k]),
            Constraint::Own(k) => combined(&rows.own[k]),
        }
    }
}

impl State {
    /// Makes a constraint active: a reflection of the free columns of J turns d into [d₁; ρ; 0].
    fn append(&mut self, n: usize, constraint: Constraint, multiplier: f64, mut d: Vec<f64>) {
        let q = self.active.len();
        let norm = dot(&d[q..], &d[q..]).sqrt();
        let target = if d[q] > 0.0 { -norm } else { norm };
        let mut v = d.split_off(q);
        v[0] -= target;
        let vv = dot(&v, &v);
        if vv > 1e-280 {
            for i in 0..n {
                let row = &mut self.j[i * n + q..(i + 1) * n];
                let scale = -2.0 * dot(row, &v) / vv;
                axpy(scale, &v, row);
            }
        }
        d.push(target);
        self.r.push(d);
        self.active.push(constraint);
        self.u.push(multiplier);
    }

    /// Removes the active constraint at `place` and restores the triangle by Givens rotations.
    fn drop_active(&mut self, n: usize, place: usize) {
        self.active.remove(place);
        self.u.remove(place);
        self.r.remove(place);
        let q = self.active.len();
        for k in place..q {
            let (a, b) = (self.r[k][k], self.r[k][k + 1]);
            let h = a.hypot(b);
            if h < 1e-140 {
                self.r[k].truncate(k + 1);
                continue;
            }
            let (cos, sin) = (a / h, b / h);
            for column in &mut self.r[k..] {
                let (x, y) = (column[k], column[k + 1]);
                column[k] = cos * x + sin * y;
                column[k + 1] = cos * y - sin * x;
            }
            self.r[k].truncate(k + 1);
            for i in 0..n {
                let (x, y) = (self.j[i * n + k], self.j[i * n + k + 1]);
                self.j[i * n + k] = cos * x + sin * y;
                self.j[i * n + k + 1] = cos * y - sin * x;
            }
        }
    }
}

/// The active constraint whose multiplier reaches zero first, and after which step.
fn blocking(u: &[f64], r: &[f64]) -> (usize, f64) {
    let (mut place, mut step) = (0, f64::INFINITY);
    for (k, (u, r)) in u.iter().zip(r).enumerate() {
        if *r > 1e-12 && u / r < step {
            (place, step) = (k, u / r);
        }
    }
    (place, step)
}

/// Solves R y = d for upper triangular R given by columns.
fn back_substitute(columns: &[Vec<f64>], d: &[f64]) -> Vec<f64> {
    let mut y = d.to_vec();
    for k in (0..y.len()).rev() {
        y[k] /= columns[k][k];
        let value = y[k];
        axpy(-value, &columns[k][..k], &mut y[..k]);
    }
    y
}

/// Lower factor L of H = L Lᵀ, row-major.
fn cholesky(h: &[f64], n: usize) -> Vec<f64> {
    let mut l = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..=i {
            let sum = h[i * n + j] - dot(&l[i * n..i * n + j], &l[j * n..j * n + j]);
            l[i * n + j] = if i == j { sum.max(1e-18).sqrt() } else { sum / l[j * n + j] };
        }
    }
    l
}

/// L⁻ᵀ, row-major: column k solves Lᵀ y = e_k.
fn inverse_transpose(l: &[f64], n: usize) -> Vec<f64> {
    let mut inverse = vec![0.0; n * n];
    for k in 0..n {
        for i in (0..=k).rev() {
            let mut sum = if i == k { 1.0 } else { 0.0 };
            for m in i + 1..=k {
                sum -= l[m * n + i] * inverse[m * n + k];
            }
            inverse[i * n + k] = sum / l[i * n + i];
        }
    }
    inverse
}

pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

fn axpy(scale: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += scale * x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NONE: Rows<'static> = Rows { shared: &[], own: &[] };

    #[test]
    fn a_projection_onto_a_box_and_a_row() {
        // min ½‖x − (2, 2)‖², x <= 1.5, x₁ + x₂ <= 2
        let program = Program::new(&[1.0, 0.0, 0.0, 1.0], &[-2.0, -2.0], vec![0.0; 2], vec![1.5, 3.0]);
        let shared = [SparseRow::new(vec![(0, -1.0), (1, -1.0)], -2.0).unwrap()];
        let mut state = program.unconstrained();
        let (verdict, _) = program.solve(&mut state, Rows { shared: &shared, own: &[] });
        assert_eq!(verdict, Verdict::Optimal);
        assert!((state.x[0] - 1.0).abs() < 1e-12 && (state.x[1] - 1.0).abs() < 1e-12);
    }

    #[test]
    fn a_contradiction_comes_with_its_ray() {
        let program = Program::new(&[1.0], &[0.0], vec![0.0], vec![1.0]);
        let shared = [SparseRow::new(vec![(0, 1.0)], 2.0).unwrap()];
        let (verdict, _) = program.solve(&mut program.unconstrained(), Rows { shared: &shared, own: &[] });
        let Verdict::Infeasible(ray) = verdict else { panic!("{verdict:?}") };
        assert!(ray.contains(&(Constraint::Shared(0), 1.0)) && ray.contains(&(Constraint::Upper(0), 1.0)));
    }

    proptest! {
        /// The optimality conditions hold, cold and when rows are added to a solved state.
        #[test]
        fn kkt(n in 2_usize..7, seed in any::<u64>()) {
            let mut state = seed | 1;
            let mut next = move || {
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                (state >> 11) as f64 / (1_u64 << 53) as f64 * 2.0 - 1.0
            };
            let b: Vec<f64> = (0..n * n).map(|_| next()).collect();
            let mut h = vec![0.0; n * n];
            for i in 0..n {
                for j in 0..n {
                    h[i * n + j] = dot(&b[i * n..(i + 1) * n], &b[j * n..(j + 1) * n]) + if i == j { 1e-3 } else { 0.0 };
                }
            }
            let c: Vec<f64> = (0..n).map(|_| next()).collect();
            let program = Program::new(&h, &c, vec![0.0; n], vec![1.0; n]);
            let rows: Vec<SparseRow> = (0..3)
                .map(|_| SparseRow::new((0..n).map(|i| (i, next())).collect(), -0.2).unwrap())
                .collect();
            let mut state = program.unconstrained();
            prop_assert_eq!(program.solve(&mut state, NONE).0, Verdict::Optimal);
            let all = Rows { shared: &rows, own: &[] };
            let (verdict, _) = program.solve(&mut state, all);
            prop_assume!(verdict == Verdict::Optimal);
            // H x + c = Σ u a, slacks >= 0, u >= 0
            let mut gradient: Vec<f64> = (0..n).map(|i| dot(&h[i * n..(i + 1) * n], &state.x) + c[i]).collect();
            for (constraint, u) in state.active.iter().zip(&state.u) {
                prop_assert!(*u >= 0.0);
                match constraint {
                    Constraint::Lower(i) => gradient[*i] -= u,
                    Constraint::Upper(i) => gradient[*i] += u,
                    Constraint::Shared(k) => rows[*k].entries.iter().for_each(|(i, v)| gradient[*i] -= u * v),
                    Constraint::Own(_) => {}
                }
            }
            prop_assert!(gradient.iter().all(|g| g.abs() < 1e-7), "{:?}", gradient);
            prop_assert!(state.x.iter().all(|x| (-1e-9..=1.0 + 1e-9).contains(x)));
            prop_assert!(rows.iter().all(|r| r.slack(&state.x) > -1e-9));
        }
    }
}
