//! The factor of an active set: what is solved with it, and how it follows the set.
//!
//! Let F be the free variables, H the curvature among them (f × f) and N the normals of the q active
//! rows (f × q). Kept are J with J Jᵀ = H⁻¹ and R, upper triangular, with Jᵀ N = [R; 0]. A variable
//! comes or goes, and a row comes or goes, in O(f²).
//!
//! In and out: vectors over F in the order in which the variables came, `shrink` putting the last in
//! the place of the one that went; vectors over the active rows in the order in which they came.
//! Invariant: q <= f.
//!
//! # Source
//! D. Goldfarb, A. Idnani, "A numerically stable dual method for solving strictly convex quadratic
//! programs", Mathematical Programming 27 (1983): J, R, and rows. Variables: a bordered inverse puts
//! the new column of J first, so that R gains a row on top and stays a triangle but for one diagonal.

/// J and R.
#[derive(Debug, Clone, Default)]
pub(crate) struct Factor {
    /// f.
    free: usize,
    /// q.
    rows: usize,
    /// Room for so many variables: the distance between columns in memory.
    room: usize,
    /// J by columns, the first column last: a column that comes first is put at the end.
    j: Vec<f64>,
    /// R by columns.
    r: Vec<f64>,
}

/// Rotations by vectors shorter than this do nothing.
const NOTHING: f64 = 1e-140;
/// Room of the first factor: what most documents need.
const ROOM_LEAST: usize = 16;

impl Factor {
    /// q.
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    /// Bytes that it takes.
    pub(crate) fn bytes(&self) -> usize {
        8 * (self.j.len() + self.r.len())
    }

    fn column(&self, k: usize) -> &[f64] {
        let start = (self.free - 1 - k) * self.room;
        &self.j[start..start + self.free]
    }

    fn triangle(&self, k: usize) -> &[f64] {
        &self.r[k * self.room..k * self.room + k + 1]
    }

    /// d = Jᵀ a.
    pub(crate) fn rotated(&self, a: &[f64], d: &mut Vec<f64>) {
        d.clear();
        d.extend((0..self.free).map(|k| dot(self.column(k), a)));
    }

    /// z = Σ J_k d_k over the columns from `first` on.
    pub(crate) fn combined(&self, first: usize, d: &[f64], z: &mut Vec<f64>) {
        z.clear();
        z.resize(self.free, 0.0);
        for (k, d) in d.iter().enumerate().skip(first) {
            axpy(*d, self.column(k), z);
        }
    }

    /// y with R y = d (of which the first q entries count).
    pub(crate) fn solved(&self, d: &[f64], y: &mut Vec<f64>) {
        y.clear();
        y.extend_from_slice(&d[..self.rows]);
        for k in (0..self.rows).rev() {
            let column = self.triangle(k);
            y[k] /= column[k];
            let value = y[k];
            axpy(-value, &column[..k], &mut y[..k]);
        }
    }

    /// y with Rᵀ y = s, in place.
    pub(crate) fn solve_transposed(&self, s: &mut [f64]) {
        for k in 0..self.rows {
            let column = self.triangle(k);
            s[k] = (s[k] - dot(&column[..k], &s[..k])) / column[k];
        }
    }

    /// A variable comes, with curvature h towards those before it. `w` is Jᵀ h and `y` is J w, the change
    /// of the others that goes with it; `curvature` is what it has itself once the others follow so;
    /// `normals` are its coefficients in the active rows.
    pub(crate) fn grow(&mut self, w: &[f64], y: &[f64], curvature: f64, normals: &[f64]) {
        self.make_room();
        let pivot = curvature.sqrt();
        for slot in 0..self.free {
            self.j[slot * self.room + self.free] = 0.0;
        }
        let start = self.free * self.room;
        self.j[start + self.free] = 1.0 / pivot;
        self.j[start..start + self.free].iter_mut().zip(y).for_each(|(j, y)| *j = -y / pivot);
        for (k, normal) in normals.iter().enumerate() {
            let top = (normal - dot(&w[..=k], self.triangle(k))) / pivot;
            let r = &mut self.r[k * self.room..k * self.room + k + 2];
            r.copy_within(..=k, 1);
            r[0] = top;
        }
        self.free += 1;
        for k in 0..self.rows {
            self.restore(k);
        }
    }

    /// The variable in a place goes, and the last one takes its place: its row of J is turned into the
    /// first column, which goes with it, as does the first row of what R has become.
    pub(crate) fn shrink(&mut self, place: usize) {
        for k in (0..self.free - 1).rev() {
            if k < self.rows {
                self.r[k * self.room + k + 1] = 0.0;
            }
            let (a, b) = (self.column(k)[place], self.column(k + 1)[place]);
            self.rotate(k, a, b);
        }
        let last = self.free - 1;
        for slot in 0..last {
            self.j[slot * self.room + place] = self.j[slot * self.room + last];
        }
        self.free = last;
        for k in 0..self.rows {
            self.r[k * self.room..k * self.room + k + 2].copy_within(1.., 0);
        }
    }

    /// A row becomes active, with d = Jᵀ a for its normal a: a reflection of the columns of J from q on
    /// turns d into [d₁; ρ; 0].
    pub(crate) fn append(&mut self, d: &mut [f64]) {
        let (f, q) = (self.free, self.rows);
        let v = &mut d[q..];
        let norm = dot(v, v).sqrt();
        let target = if v[0] > 0.0 { -norm } else { norm };
        v[0] -= target;
        let vv = dot(v, v);
        if vv > NOTHING * NOTHING {
            let mut along = vec![0.0; f];
            for (k, v) in v.iter().enumerate() {
                axpy(*v, self.column(q + k), &mut along);
            }
            for (k, v) in v.iter().enumerate() {
                let start = (f - 1 - q - k) * self.room;
                axpy(-2.0 * v / vv, &along, &mut self.j[start..start + f]);
            }
        }
        let column = &mut self.r[q * self.room..q * self.room + q + 1];
        column[..q].copy_from_slice(&d[..q]);
        column[q] = target;
        self.rows += 1;
    }

    /// The active row in a place goes.
    pub(crate) fn drop_row(&mut self, place: usize) {
        self.r.copy_within((place + 1) * self.room..self.rows * self.room, place * self.room);
        self.rows -= 1;
        for k in place..self.rows {
            self.restore(k);
        }
    }

    /// Turns what column k of R has below its diagonal into the diagonal.
    fn restore(&mut self, k: usize) {
        let (a, b) = (self.r[k * self.room + k], self.r[k * self.room + k + 1]);
        self.rotate(k, a, b);
    }

    /// Turns columns k and k + 1 of J, and these rows of R, as (a, b) turns into (√(a² + b²), 0).
    fn rotate(&mut self, k: usize, a: f64, b: f64) {
        let length = a.hypot(b);
        if b == 0.0 || length < NOTHING {
            return;
        }
        let (cos, sin) = (a / length, b / length);
        let (room, f) = (self.room, self.free);
        let (second, first) = self.j[(f - 2 - k) * room..].split_at_mut(room);
        for (x, y) in first[..f].iter_mut().zip(&mut second[..f]) {
            (*x, *y) = (cos * *x + sin * *y, cos * *y - sin * *x);
        }
        for column in k..self.rows {
            let r = &mut self.r[column * room + k..column * room + k + 2];
            (r[0], r[1]) = (cos * r[0] + sin * r[1], cos * r[1] - sin * r[0]);
        }
    }

    /// Room for one more variable.
    fn make_room(&mut self) {
        if self.free + 2 <= self.room {
            return;
        }
        let room = (2 * self.room).max(ROOM_LEAST);
        let moved = |old: &[f64], columns: usize| {
            let mut new = vec![0.0; room * room];
            for k in 0..columns {
                let (from, to) = (k * self.room, k * room);
                new[to..to + self.room].copy_from_slice(&old[from..from + self.room]);
            }
            new
        };
        (self.j, self.r) = (moved(&self.j, self.free), moved(&self.r, self.rows));
        self.room = room;
    }
}

/// a·b, in four partial sums.
pub(crate) fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sums = [0.0; 4];
    let (fours_a, fours_b) = (a.chunks_exact(4), b.chunks_exact(4));
    let rest: f64 = fours_a.remainder().iter().zip(fours_b.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in fours_a.zip(fours_b) {
        for (sum, (x, y)) in sums.iter_mut().zip(x.iter().zip(y)) {
            *sum += x * y;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest
}

/// y += scale·x.
pub(crate) fn axpy(scale: f64, x: &[f64], y: &mut [f64]) {
    y.iter_mut().zip(x).for_each(|(y, x)| *y += scale * x);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// H and N of what is free and active, over the variables 0..n of a random problem.
    struct Mirror {
        h: Vec<Vec<f64>>,
        normals: Vec<Vec<f64>>,
        free: Vec<usize>,
        active: Vec<usize>,
    }

    impl Mirror {
        fn normal(&self, row: usize) -> Vec<f64> {
            self.free.iter().map(|i| self.normals[row][*i]).collect()
        }

        /// J Jᵀ H = 1 and Jᵀ N = [R; 0].
        fn check(&self, factor: &Factor) {
            let mut d = Vec::new();
            for (column, i) in self.free.iter().enumerate() {
                let h: Vec<f64> = self.free.iter().map(|j| self.h[*j][*i]).collect();
                let mut z = Vec::new();
                factor.rotated(&h, &mut d);
                factor.combined(0, &d, &mut z);
                for (row, x) in z.iter().enumerate() {
                    let wanted = f64::from(u8::from(row == column));
                    assert!((x - wanted).abs() < 1e-8, "J Jᵀ H = {x} at {row}, {column}");
                }
            }
            for (k, row) in self.active.iter().enumerate() {
                factor.rotated(&self.normal(*row), &mut d);
                for (i, d) in d.iter().enumerate() {
                    let wanted = factor.triangle(k).get(i).copied().unwrap_or(0.0);
                    assert!((d - wanted).abs() < 1e-8, "Jᵀ N = {d}, R = {wanted} at {i}, {k}");
                }
            }
        }
    }

    proptest! {
        /// Whatever comes and goes, J and R are those of what is free and active.
        #[test]
        fn the_factor_follows_the_set(moves in prop::collection::vec((0_usize..4, any::<usize>()), 1..60), numbers in prop::collection::vec(-1.0..1.0_f64, 400)) {
            let n = 12;
            let b: Vec<&[f64]> = numbers[..144].chunks(n).collect();
            let h = (0..n).map(|i| (0..n).map(|j| dot(b[i], b[j]) + if i == j { 0.5 } else { 0.0 }).collect()).collect();
            let normals = numbers[144..].chunks_exact(n).take(10).map(<[f64]>::to_vec).collect();
            let mut mirror = Mirror { h, normals, free: Vec::new(), active: Vec::new() };
            let mut factor = Factor::default();
            for (kind, pick) in moves {
                match kind {
                    0 => {
                        let i = pick % n;
                        if !mirror.free.contains(&i) {
                            let h: Vec<f64> = mirror.free.iter().map(|j| mirror.h[*j][i]).collect();
                            let own: Vec<f64> = mirror.active.iter().map(|r| mirror.normals[*r][i]).collect();
                            let (mut w, mut y) = (Vec::new(), Vec::new());
                            factor.rotated(&h, &mut w);
                            factor.combined(0, &w, &mut y);
                            factor.grow(&w, &y, mirror.h[i][i] - dot(&w, &w), &own);
                            mirror.free.push(i);
                        }
                    }
                    1 if mirror.free.len() > mirror.active.len() => {
                        let place = pick % mirror.free.len();
                        let mut d = Vec::new();
                        let unit: Vec<f64> = (0..mirror.free.len()).map(|k| f64::from(u8::from(k == place))).collect();
                        factor.rotated(&unit, &mut d);
                        // Else the active rows would no longer be independent.
                        if dot(&d[factor.rows..], &d[factor.rows..]) > 1e-2 * dot(&d, &d) {
                            factor.shrink(place);
                            mirror.free.swap_remove(place);
                        }
                    }
                    2 if mirror.free.len() > mirror.active.len() => {
                        let row = pick % mirror.normals.len();
                        let mut d = Vec::new();
                        factor.rotated(&mirror.normal(row), &mut d);
                        if !mirror.active.contains(&row) && dot(&d[factor.rows..], &d[factor.rows..]) > 1e-2 * dot(&d, &d) {
                            factor.append(&mut d);
                            mirror.active.push(row);
                        }
                    }
                    3 if !mirror.active.is_empty() => {
                        let place = pick % mirror.active.len();
                        factor.drop_row(place);
                        mirror.active.remove(place);
                    }
                    _ => {}
                }
                mirror.check(&factor);
            }
        }
    }
}
