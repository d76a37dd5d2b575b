//! T as one more block: the vertices of (ΔS, ΔL) in one convex case.
//!
//! In: a convex [`Case`] of T, the budgets and the range of the gains. Out: its vertices with λ_T·ΔT. Invariant:
//! for any prices of the gains, the least of λ_T T − y·(ΔS, ΔL) over the case is at one of them.
//!
//! # Derivation
//!
//! In a case T is the largest of some affine pieces over a region cut out by half-planes. Such a function less
//! a linear one has its minimum where two of these lines meet: borders of the region, of the range that lots
//! allow or of a budget, or lines on which two pieces are equal. Infeasible meetings are left out.

use crate::problem::Problem;
use crate::problem::tax_cases::{Affine, Case};

/// A point of the case.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Corner {
    /// (ΔS, ΔL).
    pub(super) gains: [f64; 2],
    /// λ_T (T − T of no trades).
    pub(super) cost: f64,
}

/// The corners of a case; none = no plan is in it. `range` is what lots can make of (ΔS, ΔL).
pub(super) fn corners(problem: &Problem, case: &Case, range: [[f64; 2]; 2]) -> Vec<Corner> {
    let (s0, l0) = (problem.tax.s0, problem.tax.l0);
    let axis = |s: f64, l: f64, constant: f64| Affine { s, l, constant };
    let mut borders = case.region.clone();
    for (k, start) in [(0, s0), (1, l0)] {
        let (s, l) = if k == 0 { (1.0, 0.0) } else { (0.0, 1.0) };
        borders.push(axis(s, l, -(start + range[k][0])));
        borders.push(axis(-s, -l, start + range[k][1]));
    }
    if let Some(most) = problem.gains_max {
        borders.push(axis(-1.0, -1.0, most + s0 + l0));
    }
    if let Some(most) = problem.tax_max {
        let room = most + problem.tax.before;
        borders.extend(case.pieces.iter().map(|p| axis(-p.s, -p.l, room - p.constant)));
    }
    let mut lines = borders.clone();
    for (i, p) in case.pieces.iter().enumerate() {
        lines.extend(case.pieces[..i].iter().map(|q| axis(p.s - q.s, p.l - q.l, p.constant - q.constant)));
    }
    let inside = |s: f64, l: f64| borders.iter().all(|b| b.at(s, l) >= -1e-12);
    let mut corners: Vec<Corner> = Vec::new();
    for (i, p) in lines.iter().enumerate() {
        for q in &lines[..i] {
            let det = p.s * q.l - p.l * q.s;
            if det.abs() < 1e-12 {
                continue;
            }
            let s = (p.l * q.constant - q.l * p.constant) / det;
            let l = (q.s * p.constant - p.s * q.constant) / det;
            let known = corners
                .iter()
                .any(|c| (c.gains[0] - (s - s0)).abs() < 1e-13 && (c.gains[1] - (l - l0)).abs() < 1e-13);
            if inside(s, l) && !known {
                let tax = case.pieces.iter().map(|x| x.at(s, l)).fold(f64::NEG_INFINITY, f64::max);
                let cost = problem.lambda.tax * (tax - problem.tax.before);
                corners.push(Corner { gains: [s - s0, l - l0], cost });
            }
        }
    }
    corners
}
