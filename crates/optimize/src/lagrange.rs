//! Lagrangian dual decomposition by security: engine A, for direct indexing at any size.
//!
//! In: a [`Problem`] with targets per security. Out: a plan that keeps every rule and a bound that
//! no plan can beat, by model.md (48).
//!
//! | module | idea |
//! | --- | --- |
//! | [`prices`] | the multipliers of the coupling rules, and what they may be |
//! | [`block`] | what one security does at given prices, exactly |
//! | [`bundle`], [`master`] | which prices give the best bound |
//! | [`part`] | a part of all plans |
//! | [`restrict`] | a plan from prices |
//! | [`choice`] | which of its answers each security gives, where a mixture of many is no plan |
//! | [`branch`] | dropping modes and splitting what is left |
//!
//! T is a union of convex cases, so each case is a tree with its own [`Space`] and all share one
//! incumbent; what the securities answered to the prices of one case is a cut of the others as well. The node with the lowest bound is next: its dual is maximised until it closes the node or
//! promises nothing more; the mixture of answers is turned into a plan; modes that cannot beat the
//! incumbent are dropped; a security whose mode is still divided is branched on. By
//! Shapley and Folkman no more securities are divided than rules couple, so large
//! portfolios are the easier ones.
//!
//! With targets per class the securities have no curvature of their own and the dual is not smooth: this
//! engine is then for documents too large for a dense one. A volatility cap is kept by cuts, added where
//! a mixture of answers is above it.
//!
//! Not supported (see [`book`]): λ_D = 0.
//! Whole increments are kept exactly within each security, in one account and over several; those too fine to matter are
//! relaxed in the bound and snapped in the plan, and the gap they leave is reported.
//!
//! Invariant: the bound is the least dual value, at stored multipliers, of all parts ever open.

#[cfg(test)]
mod attack;
mod block;
mod branch;
mod bundle;
mod choice;
#[cfg(test)]
mod documents;
mod master;
mod part;
mod prices;
mod restrict;

use std::rc::Rc;

use portfolio::household::DriftMetric;

use crate::memory::Memory;
use crate::outcome::{Effort, gap_scale};
use crate::problem::Problem;
use crate::problem::tax_cases::Case;
use crate::search::{Best, Found, Limits, Start, UNIT};
use crate::snap::snap;
use crate::trades::Trades;
pub(crate) use block::Book;
use branch::Node;
use bundle::{Answer, Bundle, Until};
use choice::Choice;
use part::Part;
use prices::{Space, Ties};
use restrict::{Chosen, Lean, Room};

/// Most answers of the book in one maximisation.
const CALLS_MAX: u64 = 400;

/// The same where a node is maximised again more finely and has taken fewer; otherwise as many as it has taken.
const CALLS_FINER: u64 = 50;

/// Most cuts of the volatility cap at one node, and for one plan.
const CUTS_MAX: usize = 40;

/// How often a node that leaves a gap though nothing in it is undecided is maximised again, each time until this
/// part of the last promise is left.
const FINER_MAX: i32 = 3;
const FINER: f64 = 0.03;

/// What the first root is maximised to before the others start from its prices, as a part of the scale of the gap.
const ROUGHLY: f64 = 0.01;

/// By how much a root is maximised beyond the next before that has its turn, as a part of the scale of the gap.
const RACE_LEAD: f64 = 0.002;

/// A plan is made of each of the first nodes,
const PLANS_FIRST: u64 = 4;
/// then of every so many, and of those that are not split.
const PLANS_EVERY: u64 = 8;

/// Work units that a plan gets even where none are left.
const UNITS_FOR_A_PLAN: u64 = 2_000;

/// A plan above the volatility cap by less is mended by a margin rather than by a cut.
const COARSE: f64 = 1e-5;

/// The book of a problem that this engine can solve.
pub(crate) fn book(problem: &Problem) -> Option<Book<'_>> {
    let risk = problem.metric != DriftMetric::TrackingVariance || problem.risk.is_some();
    if risk && problem.lambda.drift > 0.0 { Book::new(problem) } else { None }
}

/// Solves a problem, from what is known.
///
/// The bound is of the plans with trades; the caller takes the smaller of it and the empty plan.
pub(crate) fn solve(problem: &Problem, book: &Book<'_>, limits: Limits, start: Start<'_>) -> Found {
    let cases = problem.tax.cases();
    let ties = Ties::new(problem);
    let mut search = Search {
        problem,
        book,
        spaces: cases.iter().map(|c| Space::new(problem, &ties, c, 0.0)).collect(),
        ties,
        cases: &cases,
        limits,
        idle: Trades::none(problem).terms(problem).objective,
        ceiling: problem.ceiling(),
        incumbent: start.objective(),
        memory: start.memory,
        prices: vec![Vec::new(); cases.len()],
        best: None,
        open: Vec::new(),
        answers: Vec::new(),
        closed: f64::INFINITY,
        effort: Effort::default(),
    };
    search.run();
    Found { bound: search.lowest(), best: search.best, effort: search.effort, prices: search.prices }
}

struct Search<'a> {
    problem: &'a Problem,
    book: &'a Book<'a>,
    ties: Ties,
    spaces: Vec<Space<'a>>,
    cases: &'a [Case],
    limits: Limits,
    /// L of no trades, lawful or not: the scale of the gap.
    idle: f64,
    /// More than L of any plan: a dual above it proves that there is none.
    ceiling: f64,
    /// L of the best plan, the empty one and the known one included.
    incumbent: f64,
    memory: Option<&'a Memory>,
    /// Of each case, the best prices of the node that was looked at last.
    prices: Vec<Vec<f64>>,
    best: Option<Best>,
    open: Vec<Node>,
    /// What the book has answered to the roots.
    answers: Vec<Rc<Answer>>,
    /// Least bound of what was closed.
    closed: f64,
    effort: Effort,
}

impl Search<'_> {
    fn run(&mut self) {
        self.plant();
        while let Some(mut node) = self.next() {
            if node.racing && node.bound < self.beaten() {
                self.race(&mut node);
                self.open.push(node);
                continue;
            }
            self.effort.nodes += 1;
            self.work(node);
            if self.left() == 0 {
                self.effort.stopped = !self.open.is_empty();
                return;
            }
        }
    }

    /// One root per tax case: the first maximised roughly, the others at its prices.
    fn plant(&mut self) {
        for case in 0..self.spaces.len() {
            let space = &self.spaces[case];
            let part = Part::whole(self.book.modes.len(), self.problem.cells.len(), self.book.units.len());
            let remembered = self.memory.and_then(|m| m.prices(case, space.dimension()));
            let start = match (remembered, self.open.first()) {
                (Some(prices), _) => space.lawful(prices),
                (None, None) => space.start(),
                (None, Some(Node { case, bundle, .. })) => {
                    space.start_from(&self.spaces[*case], &bundle.centre)
                }
            };
            let mut bundle = Bundle::new(space, self.book, &part, &[start]);
            bundle.take_up(space, &self.answers);
            self.effort.units += bundle.units;
            let bound = bundle.value;
            let known = self.answers.len();
            let mut node = Node { case, part, bundle, bound, finer: 0, racing: true, known };
            if case == 0 && remembered.is_none() {
                self.maximise_to(&mut node, ROUGHLY * gap_scale(bound, self.idle), self.beaten());
            }
            self.share_answers(&mut node, 0);
            self.open.push(node);
        }
    }

    /// Maximises a root that is the lowest as long as that may change, so that the right one is split.
    fn race(&mut self, node: &mut Node) {
        let promise = self.promise(node.bound);
        let next = self.open.iter().map(|n| n.bound).fold(f64::INFINITY, f64::min);
        let lead = RACE_LEAD * gap_scale(node.bound, self.idle);
        let calls = node.bundle.calls;
        node.bundle.take_up(&self.spaces[node.case], &self.answers[node.known..]);
        self.maximise_to(node, promise, self.beaten().min(next + lead));
        self.share_answers(node, calls);
        // Without a call it has come as far as rounding lets it.
        node.racing = node.bundle.promise > promise && node.bundle.calls > calls && self.left() > 0;
    }

    /// Keeps what a root has been answered since its first so many calls for the others. Where an answer costs no more than a
    /// step, as in books without merged units, they are better off asking themselves.
    fn share_answers(&mut self, node: &mut Node, calls: u64) {
        if self.book.merges {
            self.answers.extend(node.bundle.answers_since(calls));
            node.known = self.answers.len();
        }
    }

    /// Maximises a node until that promises little, or its bound is high enough.
    fn maximise_to(&mut self, node: &mut Node, promise: f64, above: f64) {
        let units = node.bundle.units;
        // Another node may have cut the volatility since.
        node.bundle.extend(&self.spaces[node.case], self.book, &node.part);
        let until = Until {
            promise,
            above,
            calls: node.bundle.calls
                + if node.finer > 0 { node.bundle.calls.clamp(CALLS_FINER, CALLS_MAX) } else { CALLS_MAX },
            units: units + self.left(),
            excess: f64::INFINITY,
            slackness: f64::INFINITY,
        };
        node.bundle.maximise(&self.spaces[node.case], self.book, &node.part, until);
        self.effort.units += node.bundle.units - units;
        node.bound = node.bound.max(node.bundle.value);
        // Prices of cuts of the volatility cap, the last ones, mean nothing to another search.
        let rows = node.bundle.centre.len() - self.ties.cuts.len();
        self.prices[node.case] = node.bundle.centre[..rows].to_vec();
    }

    /// The open node with the lowest bound, where that can still beat the incumbent.
    fn next(&mut self) -> Option<Node> {
        let at = (0..self.open.len()).min_by(|a, b| self.open[*a].bound.total_cmp(&self.open[*b].bound))?;
        let node = self.open.swap_remove(at);
        if node.bound >= self.beaten() {
            self.close(node.bound);
            for other in std::mem::take(&mut self.open) {
                self.close(other.bound);
            }
            return None;
        }
        Some(node)
    }

    /// Maximises a node, tries a plan, and closes the node or splits it.
    fn work(&mut self, mut node: Node) {
        self.maximise(&mut node);
        if node.bound >= self.beaten() {
            self.close(node.bound);
            return;
        }
        let leans = restrict::leans(self.book, &node.bundle);
        // A plan costs as much as many bounds, and those of neighbours are alike.
        let often = !self.incumbent.is_finite()
            || node.finer > 0
            || self.effort.nodes <= PLANS_FIRST
            || self.effort.nodes.is_multiple_of(PLANS_EVERY);
        let mixture = restrict::mixture(self.problem, self.book, (&node.bundle, &node.part), &leans);
        if often && self.plans(&node, (&leans, &mixture)) {
            return;
        }
        // At the maximum itself no more units are divided than rows couple: nearer to it their leans make a better plan, where
        // splitting one unit after the other would say little.
        let divided = leans.iter().filter(|lean| lean.is_divided()).count();
        if often && divided > self.spaces[node.case].dimension() && node.finer < FINER_MAX {
            node.finer += 1;
            self.open.push(node);
            return;
        }
        let split = node.undecided(self.problem, self.book, &leans, &mixture);
        if !often && split.is_none() && self.plans(&node, (&leans, &mixture)) {
            return;
        }
        let dropped = node.fix(&self.spaces[node.case], self.book, self.beaten());
        self.close(dropped);
        match split {
            // Nothing is undecided, so what is left is what the maximum was not reached by.
            None if node.finer < FINER_MAX => {
                node.finer += 1;
                self.open.push(node);
            }
            None => self.close(node.bound),
            Some(split) => {
                let children = node.children(&self.spaces[node.case], self.book, &split);
                for child in children {
                    self.effort.units += child.bundle.units;
                    if child.bound >= self.beaten() {
                        self.close(child.bound);
                    } else {
                        self.open.push(child);
                    }
                }
            }
        }
    }

    /// Makes plans of a node; true where it is closed by one.
    fn plans(&mut self, node: &Node, (leans, mixture): (&[Lean], &Trades)) -> bool {
        let (problem, book) = (self.problem, self.book);
        let space = &self.spaces[node.case];
        let from = (&node.bundle, &node.part);
        let choice =
            if book.shares { choice::choose((space, book), &node.bundle, &node.part, leans) } else { None };
        let mean = vec![Choice::Free; leans.len()];
        for (choices, may_be_any) in choice.map(|c| (c, false)).into_iter().chain([(mean, book.merges)]) {
            let chosen = Chosen::new(problem, book, from, choices, mixture.clone());
            for room in [Room::Beside, Room::Lawful, Room::Any] {
                let is_open = match room {
                    Room::Beside => book.steps,
                    Room::Lawful => true,
                    Room::Any => may_be_any,
                };
                let only = || restrict::likeliest(problem, book, &node.part, (leans, &chosen), room);
                if is_open && !self.plan(node, &only()) {
                    break;
                }
            }
            if node.bound >= self.beaten() {
                self.close(node.bound);
                return true;
            }
        }
        false
    }

    /// Maximises a node's dual, with a cut of the volatility cap for every mixture that is above it.
    fn maximise(&mut self, node: &mut Node) {
        for _ in 0..CUTS_MAX {
            self.maximise_to(node, self.promise(node.bound) * FINER.powi(node.finer), self.beaten());
            if node.bound >= self.beaten() || self.left() == 0 {
                return;
            }
            let mixture = node.bundle.mixture();
            let weights: Vec<f64> =
                self.problem.securities.iter().zip(mixture).map(|(s, net)| s.held + net).collect();
            if !self.cut_volatility(&weights) {
                return;
            }
        }
    }

    /// Adds a cut where these final weights are above the volatility cap.
    fn cut_volatility(&mut self, weights: &[f64]) -> bool {
        let Some(cut) = Ties::cut(self.problem, weights) else { return false };
        self.spaces.iter_mut().for_each(|space| space.add_cut(&cut));
        self.ties.cuts.push(Rc::clone(&cut));
        true
    }

    /// Makes a plan of a node and keeps it where it is the best so far.
    ///
    /// Where increments cannot be kept on the first try, rows are drawn in further. True where the likeliest
    /// orders leave no plan that is better, so that looser ones are worth a try.
    fn plan(&mut self, node: &Node, only: &Part) -> bool {
        let case = &self.cases[node.case];
        let promise = self.promise(node.bound);
        let mut margin = restrict::MARGIN;
        let mut tries = restrict::TRIES;
        for _ in 0..CUTS_MAX {
            let tight = Space::new(self.problem, &self.ties, case, margin);
            let until = Until {
                promise,
                // A dual above the incumbent says that no plan with these orders is better.
                above: if self.incumbent.is_finite() { self.incumbent } else { self.ceiling },
                calls: restrict::CALLS_MAX,
                units: self.left().max(UNITS_FOR_A_PLAN),
                excess: 0.5 * margin,
                slackness: 5.0 * promise,
            };
            let (wanted, units) = restrict::plan(self.problem, &tight, self.book, &node.bundle, only, until);
            self.effort.units += units;
            let Some(wanted) = wanted else { return true };
            let last = self.left() == 0;
            let weights = wanted.weights(self.problem);
            if let Some(over) = Ties::above_cap(self.problem, &weights) {
                if last {
                    return false;
                }
                // Cuts find the cap's edge quickly, and its last digits slowly: those a margin takes.
                if over <= COARSE || !self.cut_volatility(&weights) {
                    margin = (10.0 * margin).max(2.0 * over);
                }
                continue;
            }
            if wanted.terms(self.problem).objective >= self.incumbent {
                return false;
            }
            let mut operations = 0;
            let snapped = snap(self.problem, &wanted, &mut operations);
            self.effort.units += operations / UNIT;
            if let Some(trades) = snapped {
                let objective = trades.terms(self.problem).objective;
                self.incumbent = self.incumbent.min(objective);
                Best::offer(&mut self.best, self.problem, trades);
                return false;
            }
            tries -= 1;
            if tries == 0 || last {
                return false;
            }
            margin = restrict::wider(self.problem, &wanted, margin);
        }
        false
    }

    /// Work units that are left.
    fn left(&self) -> u64 {
        self.limits.left(self.effort.units)
    }

    /// A bound from here on cannot beat the incumbent by enough to matter.
    fn beaten(&self) -> f64 {
        if self.incumbent.is_finite() { self.incumbent - self.slack() } else { self.ceiling }
    }

    fn slack(&self) -> f64 {
        let reference = if self.incumbent.is_finite() { self.incumbent } else { self.lowest_open() };
        0.9 * self.limits.slack(reference, self.idle)
    }

    /// What a maximum may be missed by: a small part of the gap that is left in the end, when L is about `bound`.
    fn promise(&self, bound: f64) -> f64 {
        0.02 * self.limits.slack(bound, self.idle)
    }

    fn lowest_open(&self) -> f64 {
        self.open.iter().map(|n| n.bound).fold(self.idle, f64::min)
    }

    /// Records the bound of a part that is done; a dual above every possible L proves it empty.
    fn close(&mut self, bound: f64) {
        if bound < self.ceiling {
            self.closed = self.closed.min(bound);
        }
    }

    /// The least bound of all parts.
    fn lowest(&self) -> f64 {
        self.open.iter().map(|n| n.bound).filter(|b| *b < self.ceiling).fold(self.closed, f64::min)
    }
}
