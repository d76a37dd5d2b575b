//! The tree: nodes that stand for a part of all plans, in one tax case.
//!
//! In: a node that its bound does not close. Out: fewer modes, or two children. Invariant: every
//! plan of the node is a plan of a child or had its mode dropped because its bound is recorded.

use super::block::Book;
use super::bundle::Bundle;
use super::part::{Half, Hold, Part};
use super::prices::Space;
use super::restrict::Lean;
use crate::problem::Problem;
use crate::trades::Trades;

/// A part of all plans.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Index of the tax case.
    pub(super) case: usize,
    pub(super) part: Part,
    pub(super) bundle: Bundle,
    /// No plan of this part has a smaller L.
    pub(super) bound: f64,
    /// How often the dual is maximised more finely than usual.
    pub(super) finer: i32,
    /// Whether it is a root that may still turn out to be above another.
    pub(super) racing: bool,
    /// How many answers of the roots it has taken up.
    pub(super) known: usize,
}

/// Most prices of a node that its children start from.
const HEIRLOOMS: usize = 6;

impl Node {
    /// Drops every mode that by its regret alone cannot beat `beaten`; returns the least bound of what
    /// was dropped.
    ///
    /// # Source
    /// Lagrangian fixing: the dual at the centre plus a mode's regret bounds all plans with it.
    pub(super) fn fix(&mut self, space: &Space<'_>, book: &Book<'_>, beaten: f64) -> f64 {
        let regrets = book.regrets(&self.bundle.quote(space), &self.part);
        let mut least = f64::INFINITY;
        for (allowed, regret) in self.part.allowed.iter_mut().zip(regrets) {
            let bound = self.bundle.value + regret;
            if *allowed && bound >= beaten {
                *allowed = false;
                least = least.min(bound);
            }
        }
        least
    }

    /// What is least settled: the mode of a unit, the size of its order, or the order of an account in a merged unit; `None` where all is.
    pub(super) fn undecided(
        &self,
        problem: &Problem,
        book: &Book<'_>,
        leans: &[Lean],
        mixture: &Trades,
    ) -> Option<Split> {
        let score = |l: &Lean| l.rest * l.spread;
        let open = leans.iter().enumerate().filter(|(_, l)| l.is_divided());
        let unit = open.max_by(|a, b| score(a.1).total_cmp(&score(b.1)));
        let mut most = unit.map_or(0.0, |(_, l)| score(l));
        let mut split = unit.map(|(unit, lean)| Split::Unit { unit, mode: lean.mode });
        for (unit, lean) in leans.iter().enumerate() {
            let half = book.off_increment(unit, lean);
            if half > most {
                most = half;
                split = Some(Split::Size { unit, at: lean.mean });
            }
        }
        // Accounts whose cash is worth the same trade places: how much each trades says little as long as their sum isn't whole.
        let is_whole = !matches!(split, Some(Split::Size { .. }));
        for (unit, lean) in leans.iter().enumerate().filter(|(u, _)| book.is_shared(*u)) {
            if is_whole && lean.is_divided() && lean.moved > most {
                most = lean.moved;
                split = Some(Split::Unit { unit, mode: lean.mode });
            }
            for cell in book.cells(lean.mode) {
                let (half, hold) = (Half::new(problem, mixture, cell), self.part.holds[cell]);
                let breach = if book.modes[lean.mode].merged { half.split(hold) } else { None };
                let off = || half.split_size(hold).filter(|_| is_whole);
                if let Some((by, holds)) = breach.or_else(off).filter(|(by, _)| *by > most) {
                    most = by;
                    split = Some(Split::Cell { cell, holds });
                }
            }
        }
        split
    }

    /// Two parts that together are this one.
    pub(super) fn children(&self, space: &Space<'_>, book: &Book<'_>, split: &Split) -> [Node; 2] {
        [0, 1].map(|child| {
            let mut part = self.part.clone();
            match split {
                Split::Unit { unit, mode } => {
                    for m in book.units[*unit].modes.clone() {
                        part.allowed[m] &= (m == *mode) == (child == 0);
                    }
                }
                // No size that is lawful lies at the mean, so the halves have none in common.
                Split::Size { unit, at } => part.nets[*unit][1 - child] = *at,
                Split::Cell { cell, holds } => {
                    part.holds[*cell] = holds[child];
                    book.keep_orders(*cell, &mut part);
                }
            }
            let bundle = Bundle::new(space, book, &part, &self.bundle.support(HEIRLOOMS));
            let bound = self.bound.max(bundle.value);
            Node { case: self.case, part, bundle, bound, finer: 0, racing: false, known: 0 }
        })
    }
}

/// How a node is divided.
pub(super) enum Split {
    /// A unit in a mode, and in any other.
    Unit { unit: usize, mode: usize },
    /// A unit that trades at most, or at least, a net weight.
    Size { unit: usize, at: f64 },
    /// A cell of a unit that several accounts may trade: what it may still do.
    Cell { cell: usize, holds: [Hold; 2] },
}
