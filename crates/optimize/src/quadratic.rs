//! Branch and bound over a dense convex relaxation: engine B, for documents of moderate size.
//!
//! The tax is a union of convex cases, so each case is a tree of its own with a common incumbent.
//! A node solves the relaxation ([`relaxation`], [`active_set`]) with its branching rows, adds the
//! cuts that its solution needs ([`cuts`]), and is closed when its bound, recomputed from the
//! multipliers, is not below the incumbent by more than the wanted gap, or when a ray proves that no
//! point keeps its rows. A solution that breaks an either/or rule branches on it ([`branch`]), in a box
//! from which reduced costs have taken what no better plan does ([`pricing`]); one that keeps them is
//! snapped to increments and may become the incumbent. The search plunges to the nearer child and comes
//! back best-first.
//!
//! The cases start from one solution without tax, itself found by a falling toll ([`toll`]).

mod active_set;
mod branch;
mod cuts;
mod factor;
mod layout;
mod pricing;
mod relaxation;
mod sparse;
mod state;
mod toll;

use std::collections::BinaryHeap;
use std::rc::Rc;

use active_set::{Program, Scratch, Verdict};
use branch::{STEP_HAIR, STEP_TINY, Side};
use relaxation::Relaxation;
use sparse::SparseRow;
use state::{Rows, State};

use crate::outcome::Effort;
use crate::problem::Problem;
use crate::search::{Best, Found, Limits, Start, UNIT, best_first};
use crate::snap::snap;
use crate::trades::Trades;

/// Solves a problem, from what is known.
pub(crate) fn solve(problem: &Problem, limits: Limits, start: Start<'_>) -> Found {
    let relaxation = Relaxation::new(problem);
    let idle = Trades::none(problem);
    let idle_objective = idle.terms(problem).objective;
    let best = start.best(idle);
    let mut search = Search {
        problem,
        relaxation,
        limits,
        idle_objective,
        best,
        closed: f64::INFINITY,
        open: BinaryHeap::new(),
        effort: Effort::default(),
        operations: 0,
        serial: 0,
        scratch: Scratch::default(),
    };
    search.run();
    let bound = search.open.iter().map(|n| n.bound).fold(search.closed, f64::min);
    let bound = search.best.as_ref().map_or(bound, |b| bound.min(b.objective));
    Found { best: search.best, bound, effort: search.effort, prices: Vec::new() }
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
    operations: u64,
    serial: u64,
    scratch: Scratch,
}

/// A subtree that has not been looked at; the smallest bound comes first.
struct Node {
    bound: f64,
    serial: u64,
    depth: usize,
    /// Branchings on what the solver hardly tells apart.
    hairs: u32,
    /// Cells whose sale is not of the whole position.
    kept: Vec<usize>,
    rows: Vec<Rc<SparseRow>>,
    /// (variable, least, most), beyond the box of all nodes.
    bounds: Vec<(usize, f64, f64)>,
    /// The parent's solution, to continue from; `None` = start afresh.
    state: Option<Box<State>>,
}

best_first!(Node);

/// What a node's relaxation said.
enum Relaxed {
    /// No point keeps its rows, by a proof that was checked.
    Infeasible,
    Solved {
        state: Box<State>,
        bound: f64,
    },
    /// Neither a solution nor a proof that there is none.
    Unsolved {
        bound: f64,
    },
}

/// Bytes that the solutions of open nodes may take; further nodes give theirs up and start afresh.
const STATE_BYTES_MAX: usize = 64 << 20;
/// Branchings of one path; one that needs more is given up with its bound, as a gap.
const DEPTH_MAX: usize = 1_000;
/// Branchings of a path after which sales that may be of a whole position are told from those that are of increments.
const LONG_PATH: usize = 24;
/// Branchings of one path on what the solver hardly tells apart: a few decide a real order, and more are its last digits.
const HAIRS_MAX: u32 = 8;
/// Operations of a solve beside its pivots: cuts, bound, branching.
const CALL: u64 = 2_000;
/// Part of the gap that reduced costs may use up.
const CUT_OFF: f64 = 0.9;
/// Firm programs that are tried at a node that has lost its digits.
const FIRM_STEPS_MAX: usize = 4;
/// Rounds of cuts at one node.
const CUT_ROUNDS_MAX: usize = 40;

impl Search<'_> {
    fn run(&mut self) {
        if self.relaxation.layout.n == 0 || self.relaxation.constant == f64::INFINITY {
            self.close_trivial();
            return;
        }
        let (program, root) = self.centred_program();
        for case in self.problem.tax.cases() {
            if !self.relaxation.case_is_possible(self.problem, &case) {
                continue;
            }
            let rows = self.relaxation.case_rows(self.problem, &case).into_iter().map(Rc::new).collect();
            self.serial += 1;
            let state = root.clone();
            let mut node = Node {
                bound: f64::NEG_INFINITY,
                serial: self.serial,
                depth: 0,
                hairs: 0,
                kept: Vec::new(),
                rows,
                bounds: Vec::new(),
                state,
            };
            match self.relax(&program, &mut node) {
                Relaxed::Infeasible => {}
                Relaxed::Unsolved { bound } => self.close(bound),
                Relaxed::Solved { state, bound } => {
                    (node.bound, node.state) = (bound, Some(state));
                    self.open.push(node);
                }
            }
        }
        while let Some(node) = self.open.pop() {
            if self.limits.left(self.effort.units) == 0 {
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

    /// The program, with its ridge around the relaxed solution without tax where that exists, and the
    /// state to start the tax cases from.
    fn centred_program(&mut self) -> (Program, Option<Box<State>>) {
        let mut program = self.relaxation.program();
        let rows = Rows { shared: &self.relaxation.rows, own: &[] };
        let (mut state, verdict, operations) = program.start(&[], rows, &mut self.scratch);
        if verdict == Verdict::Optimal {
            let mut centre = state.x.clone();
            if let Some(t) = self.relaxation.layout.tax {
                // Without its rows T is at its least; where orders are small it stays near what it was.
                centre[t] = self.problem.tax.before;
            }
            program.recentre(&centre);
            program.refine(&mut state, rows, &mut self.scratch);
        }
        self.work(operations);
        (program, (verdict == Verdict::Optimal).then(|| Box::new(state)))
    }

    fn work(&mut self, operations: u64) {
        self.operations += CALL + operations;
        self.effort.units = self.operations / UNIT;
    }

    /// Looks at a node and then at its nearer child, down to a leaf.
    fn plunge(&mut self, program: &Program, node: Node) {
        let mut next = Some(node);
        while let Some(mut node) = next.take() {
            if self.is_closed(node.bound) {
                self.close(node.bound);
                continue;
            }
            if self.limits.left(self.effort.units) == 0 {
                self.open.push(node);
                return;
            }
            self.effort.nodes += 1;
            let (state, bound) = match self.relax(program, &mut node) {
                Relaxed::Infeasible => continue,
                Relaxed::Unsolved { bound } => {
                    self.close(bound.max(node.bound));
                    continue;
                }
                Relaxed::Solved { state, bound } => (state, bound.max(node.bound)),
            };
            if self.is_closed(bound) {
                self.close(bound);
                continue;
            }
            next = self.branch(program, &node, state, bound);
        }
    }

    /// Tries to make the solution a plan, and splits the node where that leaves a gap.
    fn branch(&mut self, program: &Program, node: &Node, mut state: Box<State>, bound: f64) -> Option<Node> {
        let trades = self.relaxation.trades(self.problem, &state);
        let structure = self.relaxation.broken_structure(self.problem, &state.x, &trades);
        if (structure.is_none() || self.effort.nodes == 1) && !self.offer(&trades) && structure.is_none() {
            self.offer_drawn_in(program, node, &state);
        }
        if self.is_closed(bound) {
            self.close(bound);
            return None;
        }
        let broken = structure
            .or_else(|| self.relaxation.broken_net(self.problem, &trades, &node.kept))
            .or_else(|| {
                let long = node.depth >= LONG_PATH;
                long.then(|| self.relaxation.undecided_whole(self.problem, &trades, &node.kept)).flatten()
            })
            .or_else(|| self.relaxation.broken_increment(self.problem, &trades, STEP_TINY))
            .or_else(|| self.relaxation.broken_hair(self.problem, &trades));
        let hairs = node.hairs + u32::from(broken.is_none());
        if hairs <= HAIRS_MAX
            && broken.is_none_or(|b| b.is_fine(self.problem))
            && let Some(cut) = self.relaxation.last_cut(self.problem, &state)
        {
            // Above the cap by a hair: no plan is near, and what would be branched on is not the point.
            self.relaxation.rows.push(cut);
            let state = (!state.is_firm).then_some(state);
            return Some(Node { hairs: node.hairs + 1, ..self.child(node, Side::default(), state, bound) });
        }
        let broken = broken.or_else(|| self.relaxation.broken_increment(self.problem, &trades, STEP_HAIR));
        let Some(broken) = broken.filter(|_| node.depth < DEPTH_MAX && hairs <= HAIRS_MAX) else {
            self.close(bound);
            return None;
        };
        if let Some(best) = &self.best {
            // What is cut off keeps a little less than the gap, for what happens to the plan afterwards.
            let slack = self.limits.slack(best.objective, self.idle_objective);
            let cutoff = best.objective - CUT_OFF * slack;
            let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
            self.relaxation.narrow_by_cost(self.problem, &mut state, rows, cutoff);
            self.close(cutoff);
        }
        let [near, far] = self.relaxation.sides(self.problem, &trades, broken, &node.kept);
        let keeps = !state.is_firm && self.open.len() * state.bytes() < STATE_BYTES_MAX;
        if !far.empty {
            let far = self.child(node, far, keeps.then(|| state.clone()), bound);
            self.open.push(Node { hairs, ..far });
        }
        let kept = if state.is_firm { None } else { Some(state) };
        (!near.empty).then(|| Node { hairs, ..self.child(node, near, kept, bound) })
    }

    fn child(&mut self, parent: &Node, side: Side, state: Option<Box<State>>, bound: f64) -> Node {
        self.serial += 1;
        let rows = parent.rows.iter().cloned().chain(side.rows.into_iter().map(Rc::new)).collect();
        let bounds = parent.bounds.iter().copied().chain(side.bounds).collect();
        let kept = parent.kept.iter().copied().chain(side.kept).collect();
        let (depth, hairs) = (parent.depth + 1, parent.hairs);
        Node { bound, serial: self.serial, depth, hairs, kept, rows, bounds, state }
    }

    /// Solves a node's relaxation afresh.
    fn afresh(&mut self, program: &Program, node: &Node) -> (Box<State>, Verdict) {
        let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
        let (state, verdict, operations) = program.start(&node.bounds, rows, &mut self.scratch);
        self.work(operations);
        (Box::new(state), verdict)
    }

    /// Solves a node's relaxation, adding cuts until its solution keeps every convex rule.
    fn relax(&mut self, program: &Program, node: &mut Node) -> Relaxed {
        let mut fresh = node.state.is_none();
        let (mut state, mut verdict) = match node.state.take() {
            None => self.afresh(program, node),
            Some(mut state) => {
                if !node.bounds.iter().all(|(i, least, most)| state.narrow(*i, *least, *most)) {
                    return Relaxed::Infeasible;
                }
                let verdict = self.continued(program, node, &mut state);
                (state, verdict)
            }
        };
        for _ in 0..CUT_ROUNDS_MAX {
            if let Verdict::Infeasible(ray) = &verdict {
                let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
                if ray.is_empty() || self.relaxation.proves_infeasible(ray, &state, rows) {
                    return Relaxed::Infeasible;
                }
            }
            if verdict != Verdict::Optimal {
                if fresh {
                    break;
                }
                fresh = true;
                (state, verdict) = self.afresh(program, node);
                continue;
            }
            let cuts = self.relaxation.cuts(self.problem, &state);
            if cuts.is_empty() {
                break;
            }
            self.relaxation.rows.extend(cuts);
            verdict = self.continued(program, node, &mut state);
        }
        let bound = self.sharpened(program, node, &mut state);
        if verdict != Verdict::Optimal {
            return Relaxed::Unsolved { bound };
        }
        if self.is_sharp(&state, bound) {
            return Relaxed::Solved { state, bound };
        }
        if fresh { self.firm(node, state, bound) } else { self.refined(program, node, state, bound) }
    }

    /// Solves a node's relaxation from a solution of fewer constraints.
    fn continued(&mut self, program: &Program, node: &Node, state: &mut State) -> Verdict {
        let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
        let (verdict, operations) = program.solve(state, rows, &mut self.scratch);
        self.work(operations);
        verdict
    }

    /// The bound of a solution, refined where it falls short of the solution's own value.
    fn sharpened(&mut self, program: &Program, node: &Node, state: &mut State) -> f64 {
        const STEPS_MAX: usize = 4;
        let rows = Rows { shared: &self.relaxation.rows, own: &node.rows };
        let mut bound = self.relaxation.safe_bound(state, rows);
        for _ in 0..STEPS_MAX {
            if self.is_sharp(state, bound) {
                break;
            }
            self.operations += CALL;
            let mut next = state.clone();
            program.refine(&mut next, rows, &mut self.scratch);
            let better = self.relaxation.safe_bound(&next, rows);
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
        let (mut state, verdict) = self.afresh(program, node);
        let mut bound = self.sharpened(program, node, &mut state);
        if verdict != Verdict::Optimal || bound <= worn_bound {
            (state, bound) = (worn, worn_bound);
        }
        self.firm(node, state, bound)
    }

    /// A solution that has lost digits though it is fresh: steps that are kept short find them.
    fn firm(&mut self, node: &Node, mut state: Box<State>, mut bound: f64) -> Relaxed {
        for _ in 0..FIRM_STEPS_MAX {
            if self.is_sharp(&state, bound) {
                break;
            }
            let firm = self.relaxation.firm_program(&state.x);
            let (mut next, verdict) = self.afresh(&firm, node);
            let better = self.sharpened(&firm, node, &mut next);
            if verdict != Verdict::Optimal || better <= bound {
                break;
            }
            // Its factor is that of the firm program: nothing continues from it.
            next.is_firm = true;
            (state, bound) = (next, better);
        }
        Relaxed::Solved { state, bound }
    }

    /// A tenth of the gap that is wanted.
    fn precision(&self) -> f64 {
        let objective = self.best.as_ref().map_or(self.idle_objective, |b| b.objective);
        0.1 * self.limits.slack(objective, self.idle_objective)
    }

    /// Offers what is left of a solution within limits that have room for rounding.
    fn offer_drawn_in(&mut self, program: &Program, node: &Node, state: &State) {
        const TIMES: [f64; 2] = [1.0, 10.0];
        if state.is_firm {
            return;
        }
        for times in TIMES {
            let tighter = self.relaxation.drawn_in(self.problem, state, &node.rows, times);
            if tighter.is_empty() {
                return;
            }
            let own: Vec<Rc<SparseRow>> =
                node.rows.iter().cloned().chain(tighter.into_iter().map(Rc::new)).collect();
            let rows = Rows { shared: &self.relaxation.rows, own: &own };
            let mut drawn = state.clone();
            let (verdict, operations) = program.solve(&mut drawn, rows, &mut self.scratch);
            self.work(operations);
            if verdict != Verdict::Optimal {
                return;
            }
            let trades = self.relaxation.trades(self.problem, &drawn);
            if self.offer(&trades) {
                return;
            }
        }
    }

    /// Makes the candidate the incumbent if it is better; false where it can't be snapped.
    fn offer(&mut self, trades: &Trades) -> bool {
        let mut operations = 0;
        let snapped = snap(self.problem, trades, &mut operations);
        self.work(operations);
        let Some(snapped) = snapped else { return false };
        Best::offer(&mut self.best, self.problem, snapped);
        true
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
