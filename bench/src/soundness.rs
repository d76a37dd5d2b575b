//! Is what the optimiser says true: its plan valid, its objective right, its bound a bound.
//!
//! In: a portfolio document and a [`Planner`], the optimiser or one that a test has spoiled. Out: every
//! [`Fault`] that was found. Nothing here knows how plans are found; a better plan than the bound allows is
//! looked for by force.
//!
//! | module | what it answers |
//! | --- | --- |
//! | `task` | what the optimiser is given, and the tolerances of all comparisons |
//! | `stated` | is the plan valid, by `validate`, and are its figures those that it states |
//! | `ledger`, `judge` | L of any plan by model.md, and whether it keeps every rule exactly; a third reading of it |
//! | `attack` | is there a better plan near this one, or anywhere |
//! | `grid` | on tiny documents: which of all plans is the best |
//! | `changed` | the same household in other words, with the same best L |
//! | `tightened` | the same household under a stricter rule, with no better L |
//! | `extreme` | households at the ends of what numbers have to bear |
//! | `anytime` | what is said when the work is cut short |
//!
//! Invariant: the same document, planner and [`Depth`] give the same faults in the same order.

mod anytime;
mod attack;
mod changed;
mod extreme;
mod grid;
mod judge;
mod ledger;
mod stated;
mod task;
mod tightened;

use std::panic::{AssertUnwindSafe, catch_unwind};

use optimize::{Outcome, Solution};
use serde_json::Value;

use crate::chance::Chance;
use attack::attack;
use judge::Candidate;
use ledger::Ledger;
pub use task::{EFFORT, Planner, Task, ours};

/// Something that is not as it is said to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Which check found it.
    pub check: &'static str,
    /// The figures, in words.
    pub detail: String,
    /// The document, where it was made from the one at hand.
    pub made: Option<Value>,
}

impl Fault {
    fn new(check: &'static str, detail: impl Into<String>) -> Fault {
        Fault { check, detail: detail.into(), made: None }
    }

    /// The same, found on a document that was made from the one at hand and has this name.
    fn of(mut self, name: &str, task: &Task) -> Fault {
        if !name.is_empty() {
            self.detail = format!("{name}: {}", self.detail);
            self.made = Some(task.document.clone());
        }
        self
    }
}

/// How deep to look.
#[derive(Debug, Clone, Copy)]
pub struct Depth {
    /// Moves of each attack.
    pub moves: usize,
    /// Rules that are made stricter in turn.
    pub tightened: usize,
    /// Whether documents in other words, at extremes, on a grid and with the work cut short are looked at.
    pub others: bool,
}

/// What was seen of a document.
#[derive(Debug, Default)]
pub struct Examined {
    /// What is wrong.
    pub faults: Vec<Fault>,
    /// What is no fault but worth knowing: proofs left open, attacks without a footing.
    pub remarks: Vec<String>,
    /// Answers that were looked at.
    pub answers: usize,
    /// Those of them with a plan proven within the gap of model.md.
    pub proven: usize,
    /// Those of them without a plan.
    pub none: usize,
    /// How near attacks from doing nothing came to the bound, as parts of the gap's scale.
    pub reached: Vec<f64>,
}

impl Examined {
    fn count(&mut self, name: &str, outcome: &Outcome) {
        self.answers += 1;
        match outcome {
            Outcome::Planned(s) if s.relative_gap <= optimize::GAP_OPTIMAL => self.proven += 1,
            Outcome::Planned(s) => self.remarks.push(format!("{name}: gap {:.1e} left open", s.relative_gap)),
            Outcome::Infeasible(why) => {
                self.none += 1;
                if !why.proven {
                    self.remarks.push(format!("{name}: no plan found, and no proof that there is none"));
                }
            }
        }
    }
}

/// Looks for whatever is wrong with a planner's answers about a document and those made from it.
#[must_use]
pub fn examine(document: &Value, planner: &Planner, depth: Depth) -> Examined {
    let mut seen = Examined::default();
    let mut chance = Chance::new("soundness", seed(document));
    let task = match Task::read(document) {
        Ok(task) => task,
        Err(error) => {
            seen.faults.push(Fault::new("reading", error));
            return seen;
        }
    };
    let Some(outcome) = looked_at(&mut seen, "", &task, planner, depth, &mut chance) else { return seen };
    if depth.others {
        for (name, other) in changed::changes(document, &mut chance) {
            let Some((task, other)) = answered(&mut seen, name, &other, planner, EFFORT) else { continue };
            let faults = stated::same(&outcome, &other, &task);
            seen.faults.extend(faults.into_iter().map(|fault| fault.of(name, &task)));
        }
    }
    let value = task.value();
    for (name, other) in tightened::tightened(document, value, depth.tightened, &mut chance) {
        let Some((task, other)) = answered(&mut seen, name, &other, planner, EFFORT) else { continue };
        let faults = stated::no_better(&outcome, &other, &task);
        seen.faults.extend(faults.into_iter().map(|fault| fault.of(name, &task)));
    }
    if depth.others {
        let extremes = extreme::extremes(document, &task.portfolio, &mut chance);
        let (name, other) = &extremes[chance.below(extremes.len())];
        if let Ok(task) = Task::read(other) {
            looked_at(&mut seen, name, &task, planner, depth, &mut chance);
        }
        anytime::cut_short(&task, &outcome, planner, &mut seen);
        on_a_grid(&mut seen, document, &task, planner);
    }
    seen
}

/// A number of its own for each document.
fn seed(document: &Value) -> u64 {
    let text = document.to_string();
    text.bytes().fold(7_u64, |hash, byte| hash.rotate_left(5) ^ u64::from(byte).wrapping_mul(0x9E37_79B9))
}

/// The answer about a task; none where the planner panics, which is a fault.
fn asked(
    seen: &mut Examined,
    name: &str,
    task: &Task,
    planner: &Planner,
    effort_max: u64,
) -> Option<Outcome> {
    let outcome = catch_unwind(AssertUnwindSafe(|| planner(task, effort_max))).ok();
    if outcome.is_none() {
        seen.faults.push(Fault::new("panic", "the planner panics").of(name, task));
    }
    outcome
}

/// The answer about a document, its figures checked.
fn answered(
    seen: &mut Examined,
    name: &str,
    document: &Value,
    planner: &Planner,
    effort_max: u64,
) -> Option<(Task, Outcome)> {
    let task = match Task::read(document) {
        Ok(task) => task,
        Err(error) => {
            seen.remarks.push(format!("{name}: not read: {error}"));
            return None;
        }
    };
    let outcome = asked(seen, name, &task, planner, effort_max)?;
    seen.count(name, &outcome);
    let faults = stated::figures(&task, &outcome);
    seen.faults.extend(faults.into_iter().map(|fault| fault.of(name, &task)));
    Some((task, outcome))
}

/// The answer about a document, its figures checked and its bound attacked.
fn looked_at(
    seen: &mut Examined,
    name: &str,
    task: &Task,
    planner: &Planner,
    depth: Depth,
    chance: &mut Chance,
) -> Option<Outcome> {
    let outcome = asked(seen, name, task, planner, EFFORT)?;
    seen.count(name, &outcome);
    let mut faults = stated::figures(task, &outcome);
    let ledger = Ledger::new(&task.portfolio, &task.rates);
    let solution = if let Outcome::Planned(solution) = &outcome { Some(solution) } else { None };
    let scale = solution.map_or(0.01, task::gap_scale);
    let from_nothing = attack(&ledger, &ledger.nothing(), depth.moves, scale, chance);
    if let (Some((_, objective)), Some(solution)) = (&from_nothing, solution) {
        seen.reached.push((objective - solution.bound) / scale);
    }
    let from_plan = solution.and_then(|s| attack(&ledger, &planned(&ledger, s), depth.moves, scale, chance));
    let better = from_nothing.into_iter().chain(from_plan).min_by(|a, b| a.1.total_cmp(&b.1));
    match better {
        Some(found) => faults.extend(against(&ledger, task, &outcome, found, "attack")),
        None if matches!(outcome, Outcome::Planned(_)) => {
            seen.remarks.push(format!("{name}: the attack has found no plan that keeps every rule exactly"));
        }
        None => {}
    }
    seen.faults.extend(faults.into_iter().map(|fault| fault.of(name, task)));
    Some(outcome)
}

/// The rows of a solution as a candidate.
fn planned(ledger: &Ledger<'_>, solution: &Solution) -> Candidate {
    let mut c = ledger.nothing();
    for row in &solution.rows {
        let shares = portfolio::money::float(row.quantity);
        let cell = ledger.cells.iter().position(|x| x.account == row.account && x.security == row.security);
        match (row.lot, cell) {
            (Some(lot), _) => c.sold[lot] += shares,
            (None, Some(cell)) => c.bought[cell] += shares,
            // A purchase that no rule allows: `validate` says so.
            (None, None) => {}
        }
    }
    c
}

/// What a plan that keeps every rule says against an answer.
fn against(
    ledger: &Ledger<'_>,
    task: &Task,
    outcome: &Outcome,
    (candidate, objective): (Candidate, f64),
    check: &'static str,
) -> Vec<Fault> {
    // The validator has to see what was found as it was judged here; else one of the two is wrong.
    let report = task.validated(&ledger.proposed(&candidate));
    let exact = portfolio::money::float(report.terms.objective);
    let broken: Vec<&str> = report.verdict.violations.iter().map(|v| v.code.as_str()).collect();
    // A plan that is worse than doing nothing keeps every rule that a bound is about.
    let broken: Vec<&str> = broken.into_iter().filter(|code| *code != "math.not_improved").collect();
    if !broken.is_empty() || (exact - objective).abs() > task::FIGURES * exact.abs().max(1e-3) {
        let told = format!(
            "the judges disagree about {}: {objective:.12} here, there {exact:.12} {broken:?}",
            task.told(&ledger.proposed(&candidate))
        );
        return vec![Fault::new("judges", told)];
    }
    match outcome {
        Outcome::Infeasible(why) if why.proven => {
            vec![Fault::new(
                check,
                format!("is called infeasible, but there is {}", task.told(&ledger.proposed(&candidate))),
            )]
        }
        Outcome::Infeasible(_) => Vec::new(),
        Outcome::Planned(solution) => {
            let scale = task::gap_scale(solution);
            let mut faults = Vec::new();
            let off = (solution.bound - exact) / scale;
            if off > task::BOUND {
                faults.push(Fault::new(
                    check,
                    format!(
                        "bound {:.12} is above {exact:.12}, by {off:.1e} of the gap's scale, of {}",
                        solution.bound,
                        task.told(&ledger.proposed(&candidate))
                    ),
                ));
            }
            let better = (solution.objective - exact) / scale;
            if solution.relative_gap <= optimize::GAP_OPTIMAL && better > optimize::GAP_OPTIMAL + task::BOUND
            {
                faults.push(Fault::new(
                    check,
                    format!(
                        "{:.12} is called proven, {exact:.12} is better, by {better:.1e} of the gap's scale",
                        solution.objective
                    ),
                ));
            }
            faults
        }
    }
}

/// Tries every plan of a tiny document whose steps are made coarse.
fn on_a_grid(seen: &mut Examined, document: &Value, task: &Task, planner: &Planner) {
    let cells = Ledger::new(&task.portfolio, &task.rates).cells.len();
    let steps = grid::steps(cells);
    if steps < 2.0 {
        return;
    }
    let document = grid::coarse(document, task.value(), steps);
    let Some((task, outcome)) = answered(seen, "grid", &document, planner, task::EFFORT_GRID) else {
        return;
    };
    let ledger = Ledger::new(&task.portfolio, &task.rates);
    let Some(best) = grid::best(&ledger) else { return };
    let objective = best.1;
    let mut faults = against(&ledger, &task, &outcome, best, "grid");
    if let Outcome::Planned(solution) = &outcome
        && grid::is_complete(&ledger)
        && solution.objective < objective - task::leeway(&task, solution)
    {
        let told =
            format!("{:.12} is better than the best of all plans, {objective:.12}", solution.objective);
        faults.push(Fault::new("grid", told));
    }
    seen.faults.extend(faults.into_iter().map(|fault| fault.of("grid", &task)));
}
