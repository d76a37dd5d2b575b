//! The tree: nodes that allow some modes of every unit, in one tax case.
//!
//! In: a node that its bound does not close. Out: fewer modes, or two children. Invariant: every
//! plan of the node is a plan of a child or had its mode dropped because its bound is recorded.

use super::block::Book;
use super::bundle::Bundle;
use super::prices::Space;
use super::restrict::Lean;

/// A part of all plans.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Index of the tax case.
    pub(super) case: usize,
    /// Per mode of the book.
    pub(super) allowed: Vec<bool>,
    pub(super) bundle: Bundle,
    /// No plan of this part has a smaller L.
    pub(super) bound: f64,
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
        let regrets = book.regrets(&self.bundle.quote(space), &self.allowed);
        let mut least = f64::INFINITY;
        for (allowed, regret) in self.allowed.iter_mut().zip(regrets) {
            let bound = self.bundle.value + regret;
            if *allowed && bound >= beaten {
                *allowed = false;
                least = least.min(bound);
            }
        }
        least
    }

    /// The unit whose mode is least settled, `None` where all are.
    pub(super) fn undecided(&self, leans: &[Lean]) -> Option<usize> {
        const SETTLED: f64 = 1e-7;
        let score = |l: &Lean| l.rest * l.spread;
        let open = leans.iter().enumerate().filter(|(_, l)| l.rest > SETTLED);
        open.max_by(|a, b| score(a.1).total_cmp(&score(b.1))).map(|(u, _)| u)
    }

    /// Two parts: `unit` in `mode`, and in any other mode.
    pub(super) fn children(&self, space: &Space<'_>, book: &Book<'_>, unit: usize, mode: usize) -> [Node; 2] {
        [true, false].map(|kept| {
            let mut allowed = self.allowed.clone();
            for m in book.units[unit].modes.clone() {
                allowed[m] &= (m == mode) == kept;
            }
            let bundle = Bundle::new(space, book, &allowed, &self.bundle.support(HEIRLOOMS));
            let bound = self.bound.max(bundle.value);
            Node { case: self.case, allowed, bundle, bound }
        })
    }
}
