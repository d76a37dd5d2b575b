//! Branch and bound over a dense convex relaxation: engine B, for documents of moderate size.
//!
//! The tax is a union of convex cases, so each case is a tree of its own with a common incumbent.
//! A node solves the relaxation ([`relaxation`], [`active_set`]) with its branching rows, adds the
//! cuts that its solution needs ([`cuts`]), and is closed when its bound, recomputed from the
//! multipliers, is not below the incumbent by more than the wanted gap. A solution that breaks an
//! either/or rule branches on it ([`branch`]); one that keeps them is snapped to increments and
//! may become the incumbent. The search plunges to the nearer child and comes back best-first.

mod active_set;
mod branch;
mod cuts;
mod relaxation;

use std::collections::BinaryHeap;
use std::rc::Rc;

use active_set::{Constraint, Program, Rows, SparseRow, State, Verdict};
use relaxation::Relaxation;

use crate::outcome::Effort;
use crate::problem::Problem;
use crate::search::{Best, Found, Limits};
use crate::snap::snap;
use crate::trades::Trades;

/// Solves a problem; `without_trades` is L of the empty plan where that keeps every rule.
pub(crate) fn solve(problem: &Problem, limits: Limits, without_trades: Option<f64>) -> Found {
    let relaxation = Relaxation::new(problem);
    let idle = Trades::none(problem);
    let idle_objective = idle.terms(problem).objective;
    let best = without_trades.map(|objective| Best { trades: idle, objective });
    let mut search = Search {
        problem,
        relaxation,
        limits,
        idle_objective,
        best,
        closed: f64::INFINITY,
        open: BinaryHeap::new(),
        effort: Effort::default(),
        serial: 0,
    };
    search.run();
    let bound = search.open.iter().map(|n| n.bound).fold(search.closed, f64::min);
    let bound = search.best.as_ref().map_or(bound, |b| bound.min(b.objective));
    Found { best: search.best, bound, effort: search.effort }
}

struct Search<'a> {
    problem: &'a Problem,
    relaxation: Relaxation,
    limits: Limits,
    idle_objective: f64,
    best: Option<Best>,
    /// Least bound of the nodes that were closed with a bound below the incumbent.
    closed: f64,
    open: BinaryHeap<Node>,
    effort: Effort,
    serial: u64,
}

/// A subtree that has not been looked at; the smallest bound comes first.
struct Node {
    bound: f64,
    serial: u64,
    case: usize,
    rows: Vec<Rc<SparseRow>>,
    /// The parent's solution, to continue from; `None` = start afresh.
    state: Option<Box<State>>,
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.serial == other.serial
    }
}
impl Eq for Node {}
impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Ord for Node {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        other.bound.total_cmp(&self.bound).then(other.serial.cmp(&self.serial))
    }
}

/// What a node's relaxation said.
enum Relaxed {
    Infeasible,
    Solved { state: Box<State>, bound: f64 },
}

/// Bytes that the solutions of open nodes may take; further nodes give theirs up and start afresh.
const STATE_BYTES_MAX: usize = 64 << 20;
/// Branching rows of one node; a path that needs more is given up with its bound, as a gap.
const ROWS_MAX: usize = 1_000;
/// Rounds of cuts at one node.
const CUT_ROUNDS_MAX: usize = 40;

impl Search<'_> {
    fn run(&mut self) {
        if self.relaxation.layout.n == 0 || self.relaxation.constant == f64::INFINITY {
            self.close_trivial();
            return;
        }
        let program = self.centred_program();
        let cases = self.problem.tax.cases();
        for (index, case) in cases.iter().enumerate() {
            if !self.relaxation.case_is_possible(self.problem, case) {
                continue;
            }
            let rows = self.relaxation.case_rows(self.problem, case).into_iter().map(Rc::new).collect();
            self.serial += 1;
            let root = Node { bound: f64::NEG_INFINITY, serial: self.serial, case: index, rows, state: None };
            self.open.push(root);
        }
        while let Some(node) = self.open.pop() {
            if self.effort.units >= self.limits.units_max {
                self.effort.stopped = true;
                self.open.push(node);
                return;
            }
            self.plunge(&program, node);
        }
    }

    /// Nothing can be traded: the empty plan is all there is.
    fn close_trivial(&mut self) {
        if self.relaxation.constant < f64::INFINITY && self.best.is_some() {
            self.closed = self.idle_objective;
        }
    }

    /// The program, with its ridge around the relaxed solution without tax, where that exists.
    fn centred_program(&mut self) -> Program {
        let first = self.relaxation.program(&vec![0.0; self.relaxation.layout.n]);
        let mut state = first.unconstrained();
        let rows = Rows { shared: &self.relaxation.rows, own: &[] };
        let (verdict, pivots) = first.solve(&mut state, rows);
        self.effort.units += self.units(pivots);
        if verdict == Verdict::Optimal { self.relaxation.program(&state.x) } else { first }
    }

    /// How many open nodes may keep their solution.
    fn states_max(&self) -> usize {
        let n = self.relaxation.layout.n;
        STATE_BYTES_MAX / (12 * n * n + 1)
    }

    /// A pivot costs n² operations and a look at every row; a unit is about 10⁴ of them.
    fn units(&self, pivots: u64) -> u64 {
        let n = self.relaxation.layout.n as u64;
        let rows = self.relaxation.rows.len() as u64;
        1 + pivots * n * (n + rows) / 10_000
    }

    /// Looks at a node and then at its nearer child, down to a leaf.
    fn plunge(&mut self, program: &Program, node: Node) {
        let mut next = Some(node);
        while let Some(node) = next.take() {
            if self.is_closed(node.bound) {
                self.close(node.bound);
                continue;
            }
            if self.effort.units >= self.limits.units_max {
                self.open.push(node);
                return;
            }
            self.effort.nodes += 1;
            let Relaxed::Solved { state, bound } = self.relax(program, &node) else { continue };
            let bound = bound.max(node.bound);
            if self.is_closed(bound) {
                self.close(bound);
                continue;
            }
            next = self.branch(&node, state, bound);
        }
    }

    /// Tries to make the solution a plan, and splits the node where that leaves a gap.
    fn branch(&mut self, node: &Node, state: Box<State>, bound: f64) -> Option<Node> {
        let trades = self.relaxation.trades(&state);
        let structure = self.relaxation.broken_structure(self.problem, &state.x, &trades);
        if structure.is_none() || self.effort.nodes < 8 {
            self.offer(&trades);
        }
        if self.is_closed(bound) {
            self.close(bound);
            return None;
        }
        let branching = structure.or_else(|| self.relaxation.broken_increment(self.problem, &trades));
        let Some(branching) = branching.filter(|_| node.rows.len() < ROWS_MAX) else {
            self.close(bound);
            return None;
        };
        let [near, far] = branching.children;
        let far_state = (self.open.len() < self.states_max()).then(|| state.clone());
        let far = self.child(node, far, far_state, bound);
        let near = self.child(node, near, Some(state), bound);
        self.open.push(far);
        Some(near)
    }

    fn child(&mut self, parent: &Node, rows: Vec<SparseRow>, state: Option<Box<State>>, bound: f64) -> Node {
        self.serial += 1;
        let own = parent.rows.iter().cloned().chain(rows.into_iter().map(Rc::new)).collect();
        Node { bound, serial: self.serial, case: parent.case, rows: own, state }
    }

    /// Solves a node's relaxation, adding cuts until its solution keeps every convex rule.
    fn relax(&mut self, program: &Program, node: &Node) -> Relaxed {
        let mut state = match &node.state {
            Some(state) => state.clone(),
            None => Box::new(program.unconstrained()),
        };
        let mut fresh = node.state.is_none();
        for _ in 0..CUT_ROUNDS_MAX {
            let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
            let (verdict, pivots) = program.solve(&mut state, rows);
            self.effort.units += self.units(pivots);
            match verdict {
                Verdict::Infeasible(ray) if self.is_proof(&ray, &node.rows) => {
                    return Relaxed::Infeasible;
                }
                Verdict::Infeasible(_) | Verdict::Stuck if !fresh => {
                    fresh = true;
                    state = Box::new(program.unconstrained());
                    continue;
                }
                _ => {}
            }
            let cuts = self.relaxation.cuts(self.problem, &state.x, &self.relaxation.trades(&state));
            if cuts.is_empty() {
                break;
            }
            self.relaxation.rows.extend(cuts);
        }
        let bound = self.sharpened(program, node, &mut state);
        if fresh || self.is_sharp(&state, bound) {
            return Relaxed::Solved { state, bound };
        }
        self.refined(program, node, state, bound)
    }

    /// The bound of a solution, refined where it falls short of the solution's own value.
    fn sharpened(&mut self, program: &Program, node: &Node, state: &mut State) -> f64 {
        const STEPS_MAX: usize = 4;
        let mut bound = self.bound(state, &node.rows);
        for _ in 0..STEPS_MAX {
            if self.is_sharp(state, bound) {
                break;
            }
            self.effort.units += self.units(3);
            let mut next = state.clone();
            program.refine(&mut next, Rows { shared: &self.relaxation.rows, own: &node.rows });
            let better = self.bound(&next, &node.rows);
            // Not a number is no progress either.
            if better.partial_cmp(&bound) != Some(std::cmp::Ordering::Greater) {
                break;
            }
            (bound, *state) = (better, next);
        }
        bound
    }

    fn is_sharp(&self, state: &State, bound: f64) -> bool {
        self.relaxation.value(&state.x) - bound < self.precision()
    }

    /// A solution whose bound falls short of its own value has lost digits on its way from node to
    /// node: it is solved afresh.
    fn refined(&mut self, program: &Program, node: &Node, worn: Box<State>, worn_bound: f64) -> Relaxed {
        let mut state = Box::new(program.unconstrained());
        let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
        let (verdict, pivots) = program.solve(&mut state, rows);
        self.effort.units += self.units(pivots);
        let bound = self.sharpened(program, node, &mut state);
        if verdict == Verdict::Optimal && bound > worn_bound {
            Relaxed::Solved { state, bound }
        } else {
            Relaxed::Solved { state: worn, bound: worn_bound }
        }
    }

    /// A tenth of the gap that is wanted.
    fn precision(&self) -> f64 {
        let objective = self.best.as_ref().map_or(self.idle_objective, |b| b.objective);
        0.1 * self.limits.slack(objective, self.idle_objective)
    }

    fn is_proof(&self, ray: &[(Constraint, f64)], own: &[Rc<SparseRow>]) -> bool {
        self.relaxation.proves_infeasible(&self.of_rows(ray.iter().copied(), own))
    }

    fn bound(&self, state: &State, own: &[Rc<SparseRow>]) -> f64 {
        let multipliers = state.active.iter().copied().zip(state.u.iter().copied());
        self.relaxation.safe_bound(&state.x, &self.of_rows(multipliers, own))
    }

    /// The rows among some constraints, with their multipliers.
    fn of_rows<'a>(
        &'a self,
        constraints: impl Iterator<Item = (Constraint, f64)>,
        own: &'a [Rc<SparseRow>],
    ) -> Vec<(&'a SparseRow, f64)> {
        let row = |(constraint, u): (Constraint, f64)| match constraint {
            Constraint::Shared(k) => Some((&self.relaxation.rows[k], u)),
            Constraint::Own(k) => Some((own[k].as_ref(), u)),
            Constraint::Lower(_) | Constraint::Upper(_) => None,
        };
        constraints.filter_map(row).collect()
    }

    /// Makes the candidate the incumbent if it can be snapped and is better.
    fn offer(&mut self, trades: &Trades) {
        let Some(snapped) = snap(self.problem, trades) else { return };
        let objective = snapped.terms(self.problem).objective;
        if self.best.as_ref().is_none_or(|b| objective < b.objective) {
            self.best = Some(Best { trades: snapped, objective });
        }
    }

    fn is_closed(&self, bound: f64) -> bool {
        self.best
            .as_ref()
            .is_some_and(|b| bound >= b.objective - self.limits.slack(b.objective, self.idle_objective))
    }

    fn close(&mut self, bound: f64) {
        self.closed = self.closed.min(bound);
    }
}
