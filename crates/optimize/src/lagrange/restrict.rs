//! From prices to a plan: hold every security to its likeliest mode and solve what is left exactly.
//!
//! In: a maximised [`Bundle`]. Out: a candidate in weights that keeps every rule but increments.
//!
//! # Derivation
//!
//! With every unit held to one mode the problem is convex, so its dual has no gap: the mixture
//! Σ θ_c x_c of the answers, with the shares of the last master problem, keeps the coupling rules
//! and, being a convex combination inside fixed modes, all others. The rows are off by about √(2·H·promise), so
//! the promise has to fall to rounding error and not just to the wanted gap; the hard rows are
//! drawn in by [`MARGIN`] to pay for what is left of it and for increments.

use super::block::Book;
use super::bundle::{Bundle, Until};
use super::prices::Space;
use crate::problem::Problem;
use crate::trades::Trades;

/// How much tighter the hard rows are, a part of V.
pub(super) const MARGIN: f64 = 1e-8;
/// Most answers of the book for one plan.
const CALLS_MAX: u64 = 60;

/// How the mixture of a bundle divides a unit among its modes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lean {
    /// The mode with most of the mass.
    pub(super) mode: usize,
    /// What the other modes have.
    pub(super) rest: f64,
    /// Mean distance of the answers' trades from their mean.
    pub(super) spread: f64,
}

/// The lean of every unit.
pub(super) fn leans(book: &Book<'_>, bundle: &Bundle) -> Vec<Lean> {
    let used: Vec<_> = bundle.cuts.iter().filter(|c| c.share > 0.0).collect();
    let total: f64 = used.iter().map(|c| c.share).sum();
    let mut masses: Vec<(usize, f64)> = Vec::new();
    book.units
        .iter()
        .enumerate()
        .map(|(u, unit)| {
            masses.clear();
            let mut mean = 0.0;
            for cut in &used {
                let share = cut.share / total;
                mean += share * cut.net[unit.security];
                match masses.iter_mut().find(|(m, _)| *m == cut.modes[u]) {
                    Some((_, mass)) => *mass += share,
                    None => masses.push((cut.modes[u], share)),
                }
            }
            let most =
                masses.iter().copied().fold((unit.modes.start, 0.0), |a, b| if b.1 > a.1 { b } else { a });
            let off = |c: &&&super::bundle::Cut| c.share / total * (c.net[unit.security] - mean).abs();
            let spread = used.iter().map(|c| off(&c)).sum();
            Lean { mode: most.0, rest: 1.0 - most.1, spread }
        })
        .collect()
}

/// The best plan with every unit in its likeliest mode; also how many answers that took.
///
/// `tight` is the space of the case with [`MARGIN`].
pub(super) fn plan(
    problem: &Problem,
    tight: &Space<'_>,
    book: &Book<'_>,
    bundle: &Bundle,
    leans: &[Lean],
    ceiling: f64,
) -> (Option<Trades>, u64) {
    let mut only = vec![false; book.modes.len()];
    leans.iter().for_each(|l| only[l.mode] = true);
    let mut restricted = Bundle::new(tight, book, &only, &bundle.support(5));
    let promise = 1e-17 * (1.0 + 10.0 * restricted.value.abs());
    restricted.maximise(tight, book, &only, Until { promise, above: ceiling, calls: CALLS_MAX });
    if restricted.value >= ceiling {
        return (None, restricted.calls);
    }
    let mut trades = Trades::none(problem);
    let total: f64 = restricted.cuts.iter().map(|c| c.share).sum();
    for cut in restricted.cuts.iter().filter(|c| c.share > 0.0) {
        book.add_trades(&tight.quote(&cut.prices), &cut.modes, cut.share / total, &mut trades);
    }
    (Some(trades), restricted.calls)
}
