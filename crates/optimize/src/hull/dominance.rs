//! Purchases that no best plan needs, since a cheaper one does all that they do.
//!
//! In: the cells and what each may do. Out: the limits with the purchases of dominated cells taken away.
//! Invariant: where a plan buys what was taken away, one without it is no worse, increments apart.
//!
//! # Derivation
//!
//! A purchase of e can be moved to d where d lies in the same account and class, costs no more in L and in
//! cash, and can take it: no lot of d can be sold and none of its identical group at a loss, so that
//! neither side nor wash sale forbids it; no cap, sector or volatility rule counts d; and its liquidity is
//! never used up. What is moved is no smaller than the least purchase of e, which is no smaller than d's.
//! Liquidity is never used up where the moved-to securities, together, can take all that there is money for,
//! less a least purchase each for the cuts between them. Increments are not kept by the move, so
//! that d has to be fine, and its purchases may be of any size: that is what the bound is of.

use super::cell::{Limits, Terms};
use crate::problem::Problem;

/// An increment, a part of V, that moves L by too little to matter.
const FINE: f64 = 1e-6;

/// Takes away the purchases that others dominate; `room` is what all purchases can come to.
pub(super) fn drop_dearer(problem: &Problem, cells: &[Terms], limits: &mut [Limits], room: f64) {
    if problem.volatility_max.is_some() {
        return;
    }
    let free = conflict_free(problem, cells, limits);
    let place = |i: usize| {
        let cell = &problem.cells[cells[i].cell];
        (cell.account, problem.securities[cell.security].class)
    };
    let mut order: Vec<usize> = (0..cells.len()).filter(|i| limits[*i].purchase_most > 0.0).collect();
    order.sort_by(|a, b| {
        place(*a).cmp(&place(*b)).then(cells[*a].buy_cost.total_cmp(&cells[*b].buy_cost)).then(a.cmp(b))
    });
    for same in order.chunk_by(|a, b| place(*a) == place(*b)) {
        let takers: Vec<usize> = same.iter().copied().filter(|i| free[*i]).collect();
        for e in same {
            let mut left = room;
            let dominating = takers.iter().copied().take_while(|d| d != e);
            let dominating =
                dominating.filter(|d| dominates(problem, cells, limits, *d, *e)).take_while(|d| {
                    let needed = left > 0.0;
                    let s = &problem.securities[problem.cells[cells[*d].cell].security];
                    left -= s.traded_max.map_or(f64::INFINITY, |m| (m - limits[*d].purchase_least).max(0.0));
                    needed
                });
            let dominating: Vec<usize> = dominating.collect();
            if left <= 0.0 {
                limits[*e].purchase_most = 0.0;
                dominating.iter().for_each(|d| limits[*d].any_size = true);
            }
        }
    }
}

/// Cells whose purchases no other trade stands against.
fn conflict_free(problem: &Problem, cells: &[Terms], limits: &[Limits]) -> Vec<bool> {
    let mut losses = vec![false; problem.groups];
    let mut sellable = vec![false; problem.securities.len()];
    for cell in &problem.cells {
        let group = problem.securities[cell.security].group;
        losses[group] |= problem.lots[cell.lots.clone()].iter().any(|l| l.gain < 0.0);
        sellable[cell.security] |= !cell.lots.is_empty();
    }
    let free = |(terms, limits): (&Terms, &Limits)| {
        let i = problem.cells[terms.cell].security;
        let s = &problem.securities[i];
        let unlimited = s.cap.is_none() && s.sector.is_none() && s.impact == 0.0;
        limits.purchase_most > 0.0 && s.increment <= FINE && unlimited && !sellable[i] && !losses[s.group]
    };
    cells.iter().zip(limits).map(free).collect()
}

fn dominates(problem: &Problem, cells: &[Terms], limits: &[Limits], d: usize, e: usize) -> bool {
    let of = |i: usize| &problem.securities[problem.cells[cells[i].cell].security];
    let (x, y) = (of(d), of(e));
    cells[d].buy_cost <= cells[e].buy_cost
        && x.half_spread <= y.half_spread
        && x.commission <= y.commission
        && !y.keep_some
        && limits[d].purchase_least <= limits[e].purchase_least
}
