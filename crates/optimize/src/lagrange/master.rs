//! The master problem of the bundle: the step that the model of the dual promises most for.
//!
//! In: cuts (columns) of the model, the cone rows, a metric P and a gradient. Out: the multipliers
//! of cuts and rows, the step and its promise.
//!
//! # Derivation
//!
//! The step D maximises min_c (h_c + G_c·D) + g·D − ½ D'PD over the cone rows A_k·D >= −slack_k. With
//! multipliers θ on the simplex and ω >= 0, D = P⁻¹(g + Σ θ_c G_c + Σ ω_k A_k), and they minimise
//!
//! ½‖g + Σ θ_c G_c + Σ ω_k A_k‖²_{P⁻¹} + Σ θ_c h_c + Σ ω_k slack_k.
//!
//! One cut, the current one with h = 0, is the reference: its θ is 1 − Σ of the others, its G is
//! put into g, and the other columns become G_c − G_ref. Near the optimum these differences are tiny, and
//! forming them first keeps digits that the Gram matrix would lose. What is left is a quadratic
//! program over u >= 0 with one row Σ u <= 1 for the cuts, solved by a primal active set (Lawson and Hanson,
//! with the row): feasible throughout, so a cut-off loses progress but not validity.

/// Lower Cholesky factor of a positive definite matrix, row-major.
#[derive(Debug, Clone)]
pub(super) struct Factor {
    n: usize,
    rows: Vec<f64>,
}

impl Factor {
    /// Factorises the lower triangle of `matrix`; a pivot that is not positive is replaced by a huge one,
    /// which holds its coordinate still.
    pub(super) fn new(mut matrix: Vec<f64>, n: usize) -> Factor {
        for j in 0..n {
            let diagonal = matrix[j * n + j];
            let (above, below) = matrix.split_at_mut((j + 1) * n);
            let row_j = &mut above[j * n..];
            let pivot = diagonal - row_j[..j].iter().map(|x| x * x).sum::<f64>();
            let root = if pivot > 1e-15 * diagonal { pivot.sqrt() } else { 1e150 };
            row_j[j] = root;
            for row_i in below.chunks_exact_mut(n) {
                let dot: f64 = row_i[..j].iter().zip(&row_j[..j]).map(|(a, b)| a * b).sum();
                row_i[j] = (row_i[j] - dot) / root;
            }
        }
        Factor { n, rows: matrix }
    }

    /// Solves L x = b in place.
    pub(super) fn forward(&self, b: &mut [f64]) {
        for i in 0..self.n {
            let row = &self.rows[i * self.n..];
            let dot: f64 = row[..i].iter().zip(b.iter()).map(|(a, x)| a * x).sum();
            b[i] = (b[i] - dot) / row[i];
        }
    }

    /// Solves Lᵀ x = b in place.
    pub(super) fn backward(&self, b: &mut [f64]) {
        for i in (0..self.n).rev() {
            b[i] /= self.rows[i * self.n + i];
            let x = b[i];
            for (j, value) in b[..i].iter_mut().enumerate() {
                *value -= self.rows[i * self.n + j] * x;
            }
        }
    }
}

/// min ½ u'Qu + c'u over u >= 0, Σ of the first `simplex` entries <= 1.
#[derive(Debug)]
pub(super) struct Program {
    n: usize,
    simplex: usize,
    quadratic: Vec<f64>,
    linear: Vec<f64>,
}

impl Program {
    /// From whitened columns (L⁻¹ of each), the whitened gradient and the heights.
    pub(super) fn new(columns: &[Vec<f64>], gradient: &[f64], heights: &[f64], simplex: usize) -> Program {
        let n = columns.len();
        let dot = |a: &[f64], b: &[f64]| -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() };
        let mut quadratic = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..=i {
                let q = dot(&columns[i], &columns[j]);
                quadratic[i * n + j] = q;
                quadratic[j * n + i] = q;
            }
        }
        let linear = columns.iter().zip(heights).map(|(c, h)| dot(c, gradient) + h).collect();
        Program { n, simplex, quadratic, linear }
    }

    /// Minimises from a feasible `start`; reduced costs above −`tolerance` count as none. Also the operations
    /// that it took, roughly.
    pub(super) fn minimise(&self, start: Vec<f64>, tolerance: f64) -> (Vec<f64>, u64) {
        let mut operations = (self.n * self.n) as u64;
        let full = start[..self.simplex].iter().sum::<f64>() >= 1.0 - 1e-12;
        let free = (0..self.n).filter(|i| start[*i] > 0.0).collect();
        let mut at = Corner { u: start, free, full };
        for _ in 0..20 * (self.n + 5) {
            let m = at.free.len();
            operations += (m * m * (m + 20) + self.n * m) as u64;
            let (target, price) = self.stationary(&at);
            if at.walk(&target, self.simplex) {
                continue;
            }
            if at.full && price < 0.0 {
                at.full = false;
                continue;
            }
            let entering = (0..self.n)
                .filter(|j| !at.free.contains(j))
                .map(|j| (j, self.reduced_cost(&at, j, price)))
                .min_by(|a, b| a.1.total_cmp(&b.1));
            match entering {
                Some((j, cost)) if cost < -tolerance => at.free.push(j),
                _ => break,
            }
        }
        (at.u, operations)
    }

    fn reduced_cost(&self, at: &Corner, j: usize, price: f64) -> f64 {
        let row = &self.quadratic[j * self.n..(j + 1) * self.n];
        let slope: f64 = at.free.iter().map(|i| row[*i] * at.u[*i]).sum();
        slope + self.linear[j] + if at.full && j < self.simplex { price } else { 0.0 }
    }

    /// The minimum over the free entries, with Σ = 1 where the row is full, and the price of the row.
    ///
    /// With a full row one free cut, the pivot, gives way to the others, so their columns are
    /// taken less the pivot's: equal columns then cancel before anything is divided by them.
    fn stationary(&self, at: &Corner) -> (Vec<f64>, f64) {
        let pivot = if at.full { self.pivot(at) } else { None };
        let rest: Vec<usize> = (0..at.free.len()).filter(|k| Some(*k) != pivot).collect();
        let m = rest.len();
        let q = |i: usize, j: usize| self.quadratic[i * self.n + j];
        let less = |i: usize| pivot.map(|k| at.free[k]).filter(|_| i < self.simplex);
        // (e_i − e_pivot)' Q (e_j − e_pivot), the pivot only where the entry is a cut.
        let reduced = |i: usize, j: usize| {
            let column = |k: usize| q(i, k) - less(i).map_or(0.0, |p| q(p, k));
            column(j) - less(j).map_or(0.0, column)
        };
        let base = |i: usize| self.linear[i] + pivot.map_or(0.0, |k| q(i, at.free[k]));
        let mut exact = vec![0.0; m * m];
        let mut change = vec![0.0; m];
        for (r, k) in rest.iter().enumerate() {
            let i = at.free[*k];
            for (c, l) in rest[..=r].iter().enumerate() {
                let entry = reduced(i, at.free[*l]);
                (exact[r * m + c], exact[c * m + r]) = (entry, entry);
            }
            change[r] = less(i).map_or(0.0, base) - base(i);
        }
        let mut raised = exact.clone();
        for diagonal in raised.iter_mut().step_by(m + 1) {
            *diagonal = diagonal.max(0.0) * (1.0 + 1e-12) + 1e-60;
        }
        let wanted = change.clone();
        let factor = Factor::new(raised, m);
        factor.forward(&mut change);
        factor.backward(&mut change);
        // The diagonal was raised to have a factor at all: what that has done is taken back.
        for _ in 0..2 {
            let found =
                |r: usize| exact[r * m..(r + 1) * m].iter().zip(&change).map(|(e, x)| e * x).sum::<f64>();
            let mut left: Vec<f64> = wanted.iter().enumerate().map(|(r, w)| w - found(r)).collect();
            factor.forward(&mut left);
            factor.backward(&mut left);
            change.iter_mut().zip(&left).for_each(|(x, d)| *x += d);
        }
        let mut target = vec![0.0; at.free.len()];
        let mut used = 0.0;
        for (k, t) in rest.iter().zip(&change) {
            target[*k] = *t;
            used += if at.free[*k] < self.simplex { *t } else { 0.0 };
        }
        let Some(k) = pivot else { return (target, 0.0) };
        target[k] = 1.0 - used;
        let p = at.free[k];
        let slope: f64 = at.free.iter().zip(&target).map(|(i, t)| q(p, *i) * t).sum();
        (target, -slope - self.linear[p])
    }

    /// Place in the free set of the cut with the largest share.
    fn pivot(&self, at: &Corner) -> Option<usize> {
        let cuts = (0..at.free.len()).filter(|k| at.free[*k] < self.simplex);
        cuts.max_by(|a, b| at.u[at.free[*a]].total_cmp(&at.u[at.free[*b]]))
    }
}

/// The state of the active set.
struct Corner {
    u: Vec<f64>,
    free: Vec<usize>,
    /// Whether Σ = 1 is held.
    full: bool,
}

impl Corner {
    /// Walks to the target or to the first bound on the way; true where a bound stopped it.
    fn walk(&mut self, target: &[f64], simplex: usize) -> bool {
        let (mut step, mut stop) = (1.0, None);
        for (at, i) in self.free.iter().enumerate() {
            if target[at] < 0.0 {
                let reach = self.u[*i] / (self.u[*i] - target[at]);
                if reach < step {
                    (step, stop) = (reach, Some(Some(at)));
                }
            }
        }
        if !self.full {
            let before: f64 = self.u[..simplex].iter().sum();
            let after: f64 =
                self.free.iter().zip(target).filter(|(i, _)| **i < simplex).map(|(_, t)| t).sum();
            if after > 1.0 && (1.0 - before) / (after - before) < step {
                (step, stop) = (((1.0 - before) / (after - before)).max(0.0), Some(None));
            }
        }
        for (i, t) in self.free.iter().zip(target) {
            self.u[*i] += step * (t - self.u[*i]);
        }
        match stop {
            Some(Some(at)) => {
                let i = self.free.remove(at);
                self.u[i] = 0.0;
            }
            Some(None) => self.full = true,
            None => {}
        }
        stop.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        /// No feasible direction from the answer lowers the objective: the KKT conditions hold.
        #[test]
        fn the_answer_is_stationary(
            entries in prop::collection::vec(-1.0..1.0_f64, 8 * 3),
            gradient in prop::collection::vec(-1.0..1.0_f64, 3),
            heights in prop::collection::vec(0.0..0.5_f64, 8),
        ) {
            let columns: Vec<Vec<f64>> = entries.chunks(3).map(<[f64]>::to_vec).collect();
            let program = Program::new(&columns, &gradient, &heights, 5);
            let (u, _) = program.minimise(vec![0.0; 8], 1e-13);
            let slope = |j: usize| (0..8).map(|i| program.quadratic[j * 8 + i] * u[i]).sum::<f64>() + program.linear[j];
            let sum: f64 = u[..5].iter().sum();
            prop_assert!(u.iter().all(|x| *x >= 0.0) && sum <= 1.0 + 1e-9);
            // The price of the row Σ u <= 1 is what the used cuts agree on.
            let used = (0..5).filter(|j| u[*j] > 0.0);
            let price = if sum < 1.0 - 1e-9 { 0.0 } else { used.map(|j| -slope(j)).fold(0.0, f64::max) };
            for (j, share) in u.iter().enumerate() {
                let reduced = slope(j) + if j < 5 { price } else { 0.0 };
                prop_assert!(reduced > -1e-6, "entry {} would fall: {}", j, reduced);
                prop_assert!(*share < 1e-6 || reduced.abs() < 1e-4, "entry {} is off: {}", j, reduced);
            }
        }
    }
}
