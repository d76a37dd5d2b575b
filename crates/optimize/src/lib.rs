//! What is the best plan, and how good can any plan be.
//!
//! In: a checked [`Portfolio`] and the [`Rates`] of its tax unit. Out: the plan with the smallest
//! L of model.md (48) that keeps every hard rule, in exact lots and shares, with a proven lower
//! bound on the L of *any* such plan; or, where no plan keeps every rule, the smallest set of
//! wishes that cannot hold together and the cheapest way out.
//!
//! | module | idea |
//! | --- | --- |
//! | `problem` | the document in floats, in parts of V; single-lot rules applied; tax as convex cases |
//! | `outcome` | what comes out |
//! | `trades` | a candidate: weights sold per lot and bought per cell, its terms and its feasibility |
//! | `snap`, `rows` | from weights to whole increments and exact shares, rules kept |
//! | `sums` | L while single orders change |
//! | `memory` | what a search leaves for the next one after prices moved |
//! | `fewest` | of plans that are as good, the one with the fewest orders |
//! | `quadratic` | branch and bound over a dense convex relaxation (engine B): any document of moderate size |
//! | `hull` | branch and bound over the hulls of cells (engine C): targets per class over any number of lots |
//! | `conflict` | why there is no plan: a smallest conflict of wishes and the least that has to give |
//! | `lagrange` | dual decomposition by security (engine A): direct indexing at any size |
//!
//! Invariants: the bound is recomputed from multipliers, never read off an iterative solver's
//! state; effort is counted in work units, so the same document gives the same plan on any machine.

mod conflict;
mod fewest;
mod hull;
mod lagrange;
mod memory;
pub mod outcome;
mod problem;
mod quadratic;
mod rows;
mod search;
mod snap;
mod sums;
mod trades;

use std::sync::Arc;

use portfolio::Portfolio;
use portfolio::household::DriftMetric;
use tax::plan_tax::Rates;

pub use outcome::{Effort, Infeasible, Outcome, Relaxation, Row, Solution};
pub use problem::Bars;

pub use memory::Memory;
use problem::Problem;
pub use search::Stop;
use search::{Best, Found, Limits, Start};
use trades::Trades;

/// How hard to try, and what a re-solve bars.
#[derive(Debug, Clone)]
pub struct Options {
    /// Relative gap at which the search stops.
    pub gap: f64,
    /// Largest number of work units (nodes of a search tree, weighted by their size).
    pub effort_max: u64,
    /// What may not be touched, beyond the rules of the document.
    pub bars: Bars,
    /// How a person ends the search.
    pub stop: Stop,
    /// What a search of the same household has learnt, before prices moved.
    pub memory: Option<Arc<Memory>>,
    /// Whether to find out why there is no plan where there is none: that takes many searches, which nobody counts.
    pub reasons: bool,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            gap: 1e-5,
            effort_max: 200_000,
            bars: Bars::default(),
            stop: Stop::NEVER,
            memory: None,
            reasons: true,
        }
    }
}

/// Lots that the usual effort is for. What has to be tried to meet a kink of the tax grows with the lots that lie on both sides of it: of a household with
/// 100,000 lots, half of them at a gain, the usual 200,000 units found nothing worth doing, and 2,200,000 (2 seconds) a plan that is proven best.
const LOTS_OF_EFFORT: usize = 5_000;

impl Options {
    /// The same for a household with so many lots: as much effort again for every further 5,000 of them.
    #[must_use]
    pub fn for_lots(&self, lots: usize) -> Options {
        let times = u64::try_from(lots.div_ceil(LOTS_OF_EFFORT).max(1)).unwrap_or(u64::MAX);
        Options { effort_max: self.effort_max.saturating_mul(times), ..self.clone() }
    }
}

/// Part of a cent, USD, by which money rules of a finished plan may be off.
const SLACK_USD: f64 = 1e-4;

/// The same of doing nothing, which whoever judges a plan compares to the cent: a plan that is worse than it
/// would be refused. A whole cent that is missing is missing.
const IDLE_SLACK_USD: f64 = 0.0099;

/// Finds the best plan for a household and proves how good it is.
///
/// # Source
/// model.md, "Objective (48)", "Hard rules", "What the optimiser promises".
#[must_use]
pub fn optimize(portfolio: &Portfolio, rates: &Rates, options: &Options) -> Outcome {
    let problem = Problem::new(portfolio, rates, &options.bars);
    let idle = Trades::none(&problem);
    let idle_objective = idle.terms(&problem).objective;
    let idle_allowed = problem.keeps_rules(&idle, IDLE_SLACK_USD * problem.usd);
    let stop = options.stop.clone();
    let limits = Limits { gap: options.gap, units_max: options.effort_max, stop };
    let without_trades = idle_allowed.then_some(idle_objective);
    let (remembered, operations) =
        options.memory.as_ref().map_or((None, 0), |memory| memory.plan(portfolio, &problem));
    let start = Start { without_trades, known: remembered.as_ref(), memory: options.memory.as_deref() };
    let mut found = solve(&problem, limits.clone(), idle_objective, start);
    found.effort.units += operations / search::UNIT;
    let known = start.best(idle);
    let found = if found.best.is_none() && known.is_none() && found.bound < f64::INFINITY {
        // Neither a plan nor a proof that there is none: any plan is worth more work.
        let any = Limits { gap: conflict::ANY_PLAN, units_max: FIRST_PLAN * options.effort_max, ..limits };
        found.or_better(solve(&problem, any, idle_objective, Start::default()))
    } else {
        found
    };
    let Some(best) = Best::least(known, found.best) else {
        let proven = found.bound == f64::INFINITY;
        return Outcome::Infeasible(if options.reasons {
            conflict::conflict(portfolio, rates, options, proven)
        } else {
            Infeasible { proven, ..Infeasible::default() }
        });
    };
    let trades = fewest::fewest(&problem, best.trades, SLACK_USD * problem.usd);
    let rows = rows::rows(portfolio, &problem, &trades);
    let objective = rows::weights(portfolio, &problem, &rows).terms(&problem).objective;
    let bound = found
        .bound
        .max(problem.least_objective())
        .min(objective)
        .min(without_trades.unwrap_or(f64::INFINITY));
    let relative_gap = outcome::relative_gap(objective, bound, idle_objective);
    let status = outcome::status(relative_gap, rows.is_empty());
    Outcome::Planned(Solution {
        rows,
        objective,
        objective_without_trades: idle_objective,
        bound,
        relative_gap,
        status,
        effort: found.effort,
        prices: found.prices,
    })
}

/// Lots and cells above which targets per class go to the hulls of cells.
const HULL_MIN: usize = 150;

/// Most lots and cells of a problem that goes to the dense engine where the other could take it.
const DENSE_MAX: usize = 400;
/// The same where the volatility is capped: the dual meets a cone by one cut after the other, the dense engine with all of
/// them at hand; below this it is the quicker one, and where shares are whole the only one that ends.
const CONE_MAX: usize = 100;
/// The same where the first engine has left a gap.
const SECOND_MAX: usize = 250;

/// The same where it has found no plan and no proof that there is none.
const PLAN_MAX: usize = 1_000;

/// How many times the effort goes into finding any plan where the search has found none.
const FIRST_PLAN: u64 = 3;

/// Asks the engine that suits the problem, and the other where that leaves a gap in a small one: half of the effort is
/// kept for it.
pub(crate) fn solve(problem: &Problem, limits: Limits, idle_objective: f64, start: Start<'_>) -> Found {
    let size = problem.lots.len() + problem.cells.len();
    if size > HULL_MIN && hull::supports(problem) {
        return hull::solve(problem, limits, start);
    }
    let by_class = problem.metric == DriftMetric::ClassSquared;
    if by_class && size <= DENSE_MAX {
        return quadratic::solve(problem, limits, start);
    }
    let Some(book) = lagrange::book(problem) else {
        return quadratic::solve(problem, limits, start);
    };
    let dense_first = problem.volatility_max.is_some() && size <= CONE_MAX;
    let ask = |dense: bool, units_max: u64, start: Start<'_>| {
        let limits = Limits { units_max, ..limits.clone() };
        if dense {
            quadratic::solve(problem, limits, start)
        } else {
            lagrange::solve(problem, &book, limits, start)
        }
    };
    let is_closed = |found: &Found| {
        let objective = found.best.as_ref().map_or(f64::INFINITY, |b| b.objective).min(start.objective());
        let bound = found.bound.min(objective);
        // Without a plan only an infinite bound is an answer.
        if objective.is_finite() {
            objective - bound <= limits.slack(objective, idle_objective)
        } else {
            bound.is_infinite()
        }
    };
    let half = limits.units_max / 2;
    let first = ask(dense_first, if size > SECOND_MAX { limits.units_max } else { half }, start);
    let has_plan = first.best.is_some() || start.objective().is_finite();
    let second_max = if has_plan { SECOND_MAX } else { PLAN_MAX };
    if size > second_max || limits.stop.is_asked() || is_closed(&first) {
        return first;
    }
    let known = Best::least(start.known.cloned(), first.best.clone());
    let left = limits.left(first.effort.units).max(half);
    let second = ask(!dense_first, left, Start { known: known.as_ref(), ..start });
    let mut found = first.or_better(second);
    // What one of them was stopped at the other may have ended.
    found.effort.stopped &= !is_closed(&found);
    found
}

/// The gap at which a plan counts as optimal.
pub const GAP_OPTIMAL: f64 = 1e-4;
