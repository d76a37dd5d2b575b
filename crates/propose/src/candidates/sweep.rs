//! How far to lean each way.
//!
//! In: the household and its best plan. Out: every distinct plan that was found and that the validator passes. First
//! each direction is tried at two strengths; then, until there are enough plans, the strength is halved between
//! those two neighbours in a direction whose plans differ most, or of which the farther one was refused. Invariant:
//! the order of the searches, and so the outcome, depends on nothing but the household and the options.

use std::collections::BTreeMap;
use std::sync::Arc;

use optimize::outcome::relative_gap;
use optimize::{GAP_OPTIMAL, Outcome, Row, Solution};
use portfolio::Portfolio;
use portfolio::money::float;
use portfolio::plan::Status;
use tax::plan_tax::Rates;
use validate::Report;

use super::direction::{Defined, Direction, Limit, STRENGTH_MAX, own, question};
use super::figures::Figures;
use super::{Candidate, Options, frontier, judged};

/// What the search starts from.
pub(crate) struct Household<'a> {
    pub(crate) portfolio: &'a Portfolio,
    pub(crate) rates: &'a Rates,
    pub(crate) best: &'a Solution,
    /// The validator's report of the best plan.
    pub(crate) report: &'a Report,
    pub(crate) options: &'a Options,
}

/// What the search found.
pub(crate) struct Found {
    /// The best plan, doing nothing where it is valid, then the others as they were found. They have no ids yet.
    pub(crate) pool: Vec<Candidate>,
    pub(crate) refused: BTreeMap<String, usize>,
    pub(crate) searches: usize,
    pub(crate) units: u64,
    pub(crate) exhausted: bool,
}

/// The relative gap that is good enough for a plan that is not the best.
const GAP: f64 = 1e-3;

/// Work units of one search: so many times those of the best plan, but at least some and at most a part of all.
const EFFORT_TIMES: u64 = 4;
const EFFORT_MIN: u64 = 200;
const EFFORT_PARTS: u64 = 16;

/// What a refused neighbour weighs beside two plans that lie at opposite ends of everything (4).
const REFUSED: f64 = 1.0;

/// The strengths at which every direction is tried first.
const GRID: [u32; 2] = [STRENGTH_MAX / 2, STRENGTH_MAX];

/// Looks for plans.
pub(crate) fn sweep(household: &Household<'_>) -> Found {
    let mut sweep = Sweep {
        household,
        found: Found { pool: Vec::new(), refused: BTreeMap::new(), searches: 0, units: 0, exhausted: false },
        tried: BTreeMap::new(),
        solver: solver(household),
    };
    let best = sweep.candidate(
        household.best.clone(),
        household.report.clone(),
        own(household.portfolio, Vec::new()),
    );
    sweep.found.pool.push(best);
    sweep.enter(&[], own(household.portfolio, vec![Limit::NoTrades]));
    for strength in GRID {
        for (direction, lean) in Direction::ALL.into_iter().enumerate() {
            if (!lean.is_switch() || strength == STRENGTH_MAX) && !sweep.over() {
                sweep.look(direction, strength);
            }
        }
    }
    while !sweep.over() && sweep.wanting() {
        let Some((direction, strength)) = sweep.next() else {
            sweep.found.exhausted = true;
            break;
        };
        sweep.look(direction, strength);
    }
    sweep.found
}

/// How each question is solved.
fn solver(household: &Household<'_>) -> optimize::Options {
    let most = (household.options.effort_max / EFFORT_PARTS).max(EFFORT_MIN);
    optimize::Options {
        gap: GAP.max(household.options.optimize.gap),
        effort_max: (EFFORT_TIMES * household.best.effort.units).clamp(EFFORT_MIN, most),
        reasons: false,
        memory: Some(Arc::new(household.best.memory())),
        ..household.options.optimize.clone()
    }
}

/// A search under way.
struct Sweep<'h, 'a> {
    household: &'h Household<'a>,
    found: Found,
    /// Per direction and strength: the plan in the pool, or nothing where there is none that the validator passes.
    tried: BTreeMap<(usize, u32), Option<usize>>,
    solver: optimize::Options,
}

impl Sweep<'_, '_> {
    /// Whether the limits are reached.
    fn over(&self) -> bool {
        let options = self.household.options;
        self.found.searches >= options.searches_max
            || self.found.units >= options.effort_max
            || options.optimize.stop.is_asked()
    }

    /// Whether there are fewer candidates than wanted.
    fn wanting(&self) -> bool {
        frontier::count(&self.found.pool) < self.household.options.wanted
    }

    /// Solves a question and has its plan judged.
    fn look(&mut self, direction: usize, strength: u32) {
        let Some(question) = question(self.household, Direction::ALL[direction], strength) else { return };
        self.found.searches += 1;
        let place = match optimize::optimize(&question.portfolio, &question.rates, &self.solver) {
            Outcome::Planned(solution) => {
                self.found.units += solution.effort.units.max(1);
                self.enter(&solution.rows, question.defined)
            }
            Outcome::Infeasible(_) => {
                self.found.units += self.solver.effort_max;
                *self.found.refused.entry("no_plan".to_owned()).or_default() += 1;
                None
            }
        };
        self.tried.insert((direction, strength), place);
    }

    /// Adds a plan where it is new and the validator passes it; its place in the pool.
    fn enter(&mut self, rows: &[Row], defined: Defined) -> Option<usize> {
        if let Some(same) = self.found.pool.iter().position(|plan| plan.solution.rows == rows) {
            return Some(same);
        }
        let household = self.household;
        let report = judged(household.portfolio, household.rates, rows, household.options);
        if let Some(violation) = report.verdict.violations.first() {
            *self.found.refused.entry(violation.code.clone()).or_default() += 1;
            return None;
        }
        let solution = under_own_weights(household.best, rows, &report);
        let plan = self.candidate(solution, report, defined);
        self.found.pool.push(plan);
        Some(self.found.pool.len() - 1)
    }

    fn candidate(&self, solution: Solution, report: Report, defined: Defined) -> Candidate {
        let figures = Figures::of(self.household.portfolio, &report, self.household.report);
        Candidate {
            id: String::new(),
            label: String::new(),
            distinctions: Vec::new(),
            solution,
            report,
            figures,
            defined,
        }
    }

    /// Where to look next: between the two neighbours that promise most. A switch has been tried at its one strength and
    /// at none; nothing lies between.
    fn next(&self) -> Option<(usize, u32)> {
        let mut most: Option<(f64, usize, u32)> = None;
        for (direction, lean) in Direction::ALL.into_iter().enumerate() {
            if lean.is_switch() {
                continue;
            }
            let tried = self.tried.range((direction, 0)..=(direction, STRENGTH_MAX));
            let mut before = (0, Some(0));
            for (&(_, strength), &place) in tried {
                let promise = self.promise(before, (strength, place));
                if promise > most.map_or(0.0, |(promise, ..)| promise) {
                    most = Some((promise, direction, u32::midpoint(before.0, strength)));
                }
                before = (strength, place);
            }
        }
        most.map(|(_, direction, strength)| (direction, strength))
    }

    /// What halving between two strengths may bring; 0 where nothing new lies between them.
    fn promise(&self, near: (u32, Option<usize>), far: (u32, Option<usize>)) -> f64 {
        if far.0 - near.0 < 2 {
            return 0.0;
        }
        let apart = match (near.1, far.1) {
            (Some(a), Some(b)) => frontier::apart(&self.found.pool, a, b),
            (Some(_), None) | (None, Some(_)) => REFUSED,
            (None, None) => 0.0,
        };
        apart * f64::from(far.0 - near.0) / f64::from(STRENGTH_MAX)
    }
}

/// A plan with its L under the household's own λ, beside the bound that is proven for every plan of the household.
fn under_own_weights(best: &Solution, rows: &[Row], report: &Report) -> Solution {
    let mut solution = best.clone();
    solution.rows = rows.to_vec();
    solution.objective = float(report.terms.objective);
    solution.relative_gap =
        relative_gap(solution.objective, solution.bound, solution.objective_without_trades);
    solution.status = match (solution.relative_gap <= GAP_OPTIMAL, rows.is_empty()) {
        (false, _) => Status::Feasible,
        (true, true) => Status::NoTradeNeeded,
        (true, false) => Status::Optimal,
    };
    solution
}
