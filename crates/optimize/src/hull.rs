//! Branch and bound over the hulls of the cells: engine C, for targets per class over any number of lots.
//!
//! In: a [`Problem`] with targets per class. Out: a plan that keeps every rule and a bound that no plan can
//! beat, by model.md (48).
//!
//! | module | idea |
//! | --- | --- |
//! | [`model`] | the few rows that couple the cells, each with a price |
//! | [`cell`] | what one cell does at given prices, either/or rules included |
//! | [`tax`] | T in one convex case, as the corners that it can have its minimum at |
//! | [`dominance`] | purchases that no best plan needs |
//! | [`dual`], [`ascent`] | the bound of a node, and the prices at which it is largest |
//! | [`branch`] | what a relaxed solution breaks, and the two ways to mend it |
//! | [`plan`] | from a relaxed solution to whole increments |
//!
//! With targets per class there are a dozen coupling rows and thousands of columns. The relaxation replaces
//! each cell by the convex hull of what it may do; its dual lives in the prices of the rows alone, where an
//! active set finds the exact maximum in O(lots) a step. By Shapley and Folkman no more cells
//! are divided between two of their vertices than there are rows: only these are ever branched on.
//!
//! Not supported (see [`supports`]): targets per security, market impact, a volatility cap, λ_D = 0, and cells
//! of more than 64 lots.
//!
//! Invariant: the bound is the least dual value, recomputed at stored prices, of all parts ever open.

mod ascent;
mod branch;
mod cell;
mod dominance;
mod dual;
mod model;
mod plan;
mod tax;
#[cfg(test)]
mod trial;

use std::collections::BinaryHeap;

use portfolio::household::DriftMetric;

use crate::outcome::Effort;
use crate::problem::Problem;
use crate::search::{Best, Found, Limits, Start, UNIT, best_first};
use crate::trades::Trades;
use ascent::{Ascent, End, Position};
use branch::Relaxed;
use dual::Dual;
use model::{Model, Quotes};
use tax::Corner;

/// Most changes of one node; a path that needs more is given up with its bound, as a gap.
const CHANGES_MAX: usize = 400;

/// Relaxed solutions of so many first nodes are rounded even where they break a rule.
const EARLY: u64 = 8;

/// Whether this engine can solve the problem.
pub(crate) fn supports(problem: &Problem) -> bool {
    problem.metric == DriftMetric::ClassSquared
        && problem.lambda.drift > 0.0
        && problem.volatility_max.is_none()
        && problem.securities.iter().all(|s| s.impact == 0.0)
        && problem.cells.iter().all(|c| c.lots.len() < cell::LOTS_MAX)
}

/// Solves a problem, from what is known.
pub(crate) fn solve(problem: &Problem, limits: Limits, start: Start<'_>) -> Found {
    let model = Model::new(problem);
    let idle = Trades::none(problem);
    let idle_objective = idle.terms(problem).objective;
    let cases = problem.tax.cases();
    let corners: Vec<Vec<Corner>> =
        cases.iter().map(|case| tax::corners(problem, case, model.gains_range)).collect();
    let mut search = Search {
        problem,
        limits,
        idle_objective,
        ceiling: problem.ceiling(),
        best: start.best(idle),
        closed: f64::INFINITY,
        open: BinaryHeap::new(),
        effort: Effort::default(),
        serial: 0,
        warm: Position::default(),
        quotes: Quotes::default(),
        groups: branch::groups(problem, &model),
        corners: &corners,
        model: &model,
    };
    search.run();
    let bound = search.open.iter().map(|n| n.bound).fold(search.closed, f64::min);
    let bound = search.best.as_ref().map_or(bound, |b| bound.min(b.objective));
    Found { best: search.best, bound, effort: search.effort, prices: Vec::new() }
}

struct Search<'a> {
    problem: &'a Problem,
    model: &'a Model,
    corners: &'a [Vec<Corner>],
    /// Cells of each identical group in which both a loss and a purchase are possible.
    groups: Vec<Vec<usize>>,
    limits: Limits,
    idle_objective: f64,
    /// More than L of any plan.
    ceiling: f64,
    best: Option<Best>,
    /// Least bound of what was closed with a bound below the incumbent.
    closed: f64,
    open: BinaryHeap<Node>,
    effort: Effort,
    serial: u64,
    /// Where the last root ended.
    warm: Position,
    quotes: Quotes,
}

/// A part of the plans that has not been looked at; the smallest bound comes first.
struct Node {
    bound: f64,
    serial: u64,
    case: usize,
    /// Cells that may do less than at the root.
    changes: Vec<(usize, cell::Limits)>,
    at: Position,
}

best_first!(Node);

impl Search<'_> {
    fn run(&mut self) {
        if self.model.impossible {
            return;
        }
        for case in 0..self.corners.len() {
            if self.corners[case].is_empty() {
                continue;
            }
            let at = Position { y: self.warm.y.clone(), held: Vec::new() };
            let root = self.node(f64::NEG_INFINITY, case, Vec::new(), at);
            self.open.push(root);
        }
        while let Some(node) = self.open.pop() {
            if self.limits.left(self.effort.units) == 0 {
                self.effort.stopped = true;
                self.open.push(node);
                return;
            }
            self.plunge(node);
        }
    }

    fn node(&mut self, bound: f64, case: usize, changes: Vec<(usize, cell::Limits)>, at: Position) -> Node {
        self.serial += 1;
        Node { bound, serial: self.serial, case, changes, at }
    }

    /// Looks at a node and then at its nearer child, down to a leaf.
    fn plunge(&mut self, node: Node) {
        let mut next = Some(node);
        while let Some(node) = next.take() {
            if self.is_closed(node.bound) {
                self.close(node.bound);
                continue;
            }
            if self.limits.left(self.effort.units) == 0 {
                self.open.push(node);
                return;
            }
            next = self.look(node);
        }
    }

    /// Bounds a node, makes its solution a plan, and splits it; the nearer child.
    fn look(&mut self, mut node: Node) -> Option<Node> {
        self.effort.nodes += 1;
        let mut limits = self.model.limits.clone();
        node.changes.iter().for_each(|(cell, narrow)| limits[*cell] = *narrow);
        if node.changes.is_empty() && !self.warm.y.is_empty() {
            node.at = self.warm.clone();
        }
        let dual = Dual { model: self.model, corners: &self.corners[node.case], limits: &limits };
        let mut ascent = Ascent::new(dual, std::mem::take(&mut node.at));
        let end = ascent.climb(self.enough());
        self.effort.units += ascent.steps * (1 + self.model.cells.len() as u64 / 100);
        let bound = dual.value(&ascent.at.y, &mut self.quotes).max(node.bound);
        if node.changes.is_empty() {
            let cells = self.model.cells.len() + self.model.slacks.len();
            let held = ascent.at.held.iter().filter(|h| h.block < cells).cloned().collect();
            self.warm = Position { y: ascent.at.y.clone(), held };
        }
        if self.is_closed(bound) {
            self.close(bound);
            return None;
        }
        let relaxed = Relaxed::new(self.problem, self.model, &ascent);
        let structure = relaxed.broken_structure(self.problem, self.model, &limits, &self.groups);
        if structure.is_none() || self.effort.nodes < EARLY {
            self.offer(&relaxed.trades, structure.is_none());
        }
        if self.is_closed(bound) {
            self.close(bound);
            return None;
        }
        let branching = structure.or_else(|| relaxed.broken_increment(self.problem, self.model, &limits));
        let branching = branching.filter(|_| node.changes.len() < CHANGES_MAX && end != End::Above);
        let Some(branching) = branching else {
            self.close(bound);
            return None;
        };
        let [near, far] = branching.children;
        let far = self.child(&node, &far, &ascent.at, bound);
        let near = self.child(&node, &near, &ascent.at, bound);
        self.open.push(far);
        Some(near)
    }

    fn child(&mut self, parent: &Node, narrow: &[(usize, cell::Limits)], at: &Position, bound: f64) -> Node {
        let changed = |cell: usize| narrow.iter().any(|(c, _)| *c == cell);
        let held = at.held.iter().filter(|h| !changed(h.block)).cloned().collect();
        let kept = parent.changes.iter().filter(|(c, _)| !changed(*c)).copied();
        let changes = kept.chain(narrow.iter().copied()).collect();
        self.node(bound, parent.case, changes, Position { y: at.y.clone(), held })
    }

    /// Makes the candidate the incumbent if it can be rounded and is better.
    fn offer(&mut self, trades: &Trades, leaf: bool) {
        let mut operations = 0;
        let snapped = plan::rounded(self.problem, trades, leaf, &mut operations);
        self.effort.units += operations / UNIT;
        if let Some(snapped) = snapped {
            Best::offer(&mut self.best, self.problem, snapped);
        }
    }

    /// A bound that closes a node.
    fn enough(&self) -> f64 {
        let slack = |b: &Best| b.objective - self.limits.slack(b.objective, self.idle_objective);
        self.best.as_ref().map_or(self.ceiling, slack)
    }

    /// Records the bound of a part that is done; one above every possible L proves that it is empty.
    fn close(&mut self, bound: f64) {
        if bound < self.ceiling {
            self.closed = self.closed.min(bound);
        }
    }

    fn is_closed(&self, bound: f64) -> bool {
        bound >= self.enough()
    }
}
