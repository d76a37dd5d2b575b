//! An active set: which constraints hold with equality, and the (x, u) that is optimal for them.
//!
//! In and out: variables, bounds and rows of a program, by number. A variable is at its lower bound, at its
//! upper one, or free; an active row has a multiplier u >= 0. Invariant: the factor is that of the free
//! variables and the active rows; what a bound's multiplier would be is the reduced cost of its variable.

use super::active_set::Program;
use super::factor::{Factor, axpy};
use super::sparse::SparseRow;

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

impl<'a> Rows<'a> {
    /// The row of a constraint that is one.
    pub(crate) fn get(self, constraint: Constraint) -> Option<&'a SparseRow> {
        match constraint {
            Constraint::Shared(k) => self.shared.get(k),
            Constraint::Own(k) => self.own.get(k).map(AsRef::as_ref),
            _ => None,
        }
    }

    /// Every row.
    pub(super) fn all(self) -> impl Iterator<Item = (Constraint, &'a SparseRow)> {
        let shared = self.shared.iter().enumerate().map(|(k, row)| (Constraint::Shared(k), row));
        let own = self.own.iter().enumerate().map(|(k, row)| (Constraint::Own(k), row.as_ref()));
        shared.chain(own)
    }

    /// Non-zeros of the rows.
    pub(super) fn entries(self) -> usize {
        self.all().map(|(_, row)| row.entries.len()).sum()
    }
}

/// Where a variable is.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Place {
    Lower,
    Upper,
    /// Place among the free ones.
    Free(usize),
}

/// An optimal pair (x, u) for the active constraints.
#[derive(Debug, Clone)]
pub(crate) struct State {
    pub(crate) x: Vec<f64>,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    /// Rows that hold with equality.
    pub(crate) active: Vec<Constraint>,
    /// Their multipliers, >= 0.
    pub(crate) u: Vec<f64>,
    /// g(x) − Σ u a: 0 for free variables, >= 0 at a lower bound, <= 0 at an upper one.
    pub(super) reduced: Vec<f64>,
    pub(super) place: Vec<Place>,
    pub(super) free: Vec<usize>,
    pub(super) factor: Factor,
    /// Whether it is of a program with a larger ridge.
    pub(super) is_firm: bool,
}

/// A constraint violated by less than this counts as kept.
pub(super) const FEASIBLE: f64 = 1e-10;
/// What stops a step.
#[derive(Debug, Clone, Copy)]
pub(super) enum Blocking {
    Row(usize),
    Bound(usize),
}

impl State {
    /// Everything at its lower bound, and no reduced costs yet.
    pub(super) fn at_lower(program: &Program) -> State {
        State {
            x: program.lower.clone(),
            lower: program.lower.clone(),
            upper: program.upper.clone(),
            active: Vec::new(),
            u: Vec::new(),
            reduced: Vec::new(),
            place: vec![Place::Lower; program.c.len()],
            free: Vec::new(),
            factor: Factor::default(),
            is_firm: false,
        }
    }

    /// The constraint that x breaks most, among those that are not active.
    pub(super) fn most_violated(&self, rows: Rows<'_>) -> Option<Constraint> {
        let (mut worst, mut found) = (-FEASIBLE, None);
        for (i, x) in self.x.iter().enumerate() {
            let (below, above) = (x - self.lower[i], self.upper[i] - x);
            if below < worst {
                (worst, found) = (below, Some(Constraint::Lower(i)));
            }
            if above < worst {
                (worst, found) = (above, Some(Constraint::Upper(i)));
            }
        }
        for (constraint, row) in rows.all() {
            let slack = row.slack(&self.x);
            if slack < worst && !self.active.contains(&constraint) {
                (worst, found) = (slack, Some(constraint));
            }
        }
        found
    }

    /// Narrows the box of one variable; `false` = nothing is left of it.
    #[must_use]
    pub(crate) fn narrow(&mut self, i: usize, lower: f64, upper: f64) -> bool {
        self.lower[i] = self.lower[i].max(lower);
        self.upper[i] = self.upper[i].min(upper);
        let left = self.lower[i] <= self.upper[i] + FEASIBLE;
        // What rounding makes of equal bounds is widened, never narrowed.
        self.lower[i] = self.lower[i].min(self.upper[i]);
        left
    }

    /// Narrows the box of one variable as far as its value lets it: what x is at stays in the box.
    pub(super) fn confine(&mut self, i: usize, lower: f64, upper: f64) {
        self.lower[i] = self.lower[i].max(lower.min(self.x[i]));
        self.upper[i] = self.upper[i].min(upper.max(self.x[i])).max(self.lower[i]);
    }

    /// Bytes that a state takes.
    pub(crate) fn bytes(&self) -> usize {
        8 * 6 * self.x.len() + self.factor.bytes()
    }

    pub(super) fn slack(&self, constraint: Constraint, rows: Rows<'_>) -> f64 {
        match constraint {
            Constraint::Lower(i) => self.x[i] - self.lower[i],
            Constraint::Upper(i) => self.upper[i] - self.x[i],
            _ => rows.get(constraint).map_or(0.0, |row| row.slack(&self.x)),
        }
    }

    /// The normal of a constraint over the free variables.
    pub(super) fn normal(&self, constraint: Constraint, rows: Rows<'_>, normal: &mut Vec<f64>) {
        normal.clear();
        normal.resize(self.free.len(), 0.0);
        let mut set = |i: usize, v: f64| {
            if let Place::Free(place) = self.place[i] {
                normal[place] = v;
            }
        };
        match constraint {
            Constraint::Lower(i) => set(i, 1.0),
            Constraint::Upper(i) => set(i, -1.0),
            _ => {
                if let Some(row) = rows.get(constraint) {
                    row.entries.iter().for_each(|(i, v)| set(*i, *v));
                }
            }
        }
    }

    /// The active constraint whose multiplier reaches zero first, and after which step; of several, the
    /// one that gets there fastest. What falls no faster than `level` does not block.
    pub(super) fn blocking(&self, r: &[f64], rate: &[f64], level: f64) -> (Blocking, f64) {
        let (mut found, mut step, mut fastest) = (Blocking::Row(0), f64::INFINITY, 0.0);
        let mut look = |blocking: Blocking, multiplier: f64, speed: f64| {
            let after = multiplier.max(0.0) / speed;
            if after < step || (after <= step && speed > fastest) {
                (found, step, fastest) = (blocking, after, speed);
            }
        };
        for (k, (u, r)) in self.u.iter().zip(r).enumerate() {
            if *r > level {
                look(Blocking::Row(k), *u, *r);
            }
        }
        for (i, rate) in rate.iter().enumerate() {
            let (multiplier, speed) = match self.place[i] {
                Place::Lower => (self.reduced[i], -rate),
                Place::Upper => (-self.reduced[i], *rate),
                Place::Free(_) => continue,
            };
            // A variable with nowhere to go stays.
            if speed > level && self.lower[i] < self.upper[i] {
                look(Blocking::Bound(i), multiplier, speed);
            }
        }
        (found, step)
    }

    /// Takes a step of x along z, u along −r and the reduced costs along their rates.
    pub(super) fn advance(&mut self, step: f64, r: &[f64], z: &[f64], rate: &[f64]) {
        self.u.iter_mut().zip(r).for_each(|(u, r)| *u = (*u - step * *r).max(0.0));
        axpy(step, rate, &mut self.reduced);
        for (i, z) in self.free.iter().zip(z) {
            self.x[*i] += step * z;
        }
    }

    /// Makes active what has been reached, with d = Jᵀ a.
    pub(super) fn settle(&mut self, constraint: Constraint, multiplier: f64, d: &mut [f64]) {
        match constraint {
            Constraint::Lower(i) => self.fix(i, Place::Lower, self.lower[i], multiplier),
            Constraint::Upper(i) => self.fix(i, Place::Upper, self.upper[i], -multiplier),
            Constraint::Shared(_) | Constraint::Own(_) => {
                self.factor.append(d);
                self.active.push(constraint);
                self.u.push(multiplier);
            }
        }
    }

    fn fix(&mut self, i: usize, place: Place, x: f64, reduced: f64) {
        if let Place::Free(gone) = self.place[i] {
            self.factor.shrink(gone);
            self.free.swap_remove(gone);
            if let Some(moved) = self.free.get(gone) {
                self.place[*moved] = Place::Free(gone);
            }
        }
        self.place[i] = place;
        self.x[i] = x;
        self.reduced[i] = reduced;
    }

    pub(super) fn drop_row(&mut self, place: usize) {
        self.factor.drop_row(place);
        self.active.remove(place);
        self.u.remove(place);
    }
}
