//! The optimiser's answers hold, and what is spoiled in them is found.
//!
//! In: a few dozen small documents of each family (`make soundness` takes thousands). Out: each fault with
//! family and seed. Planted: a bound that is too high, a plan that gives up and calls itself proven, an
//! objective and a quantity that are off. `scripts/plant_faults.py` plants others in the optimiser itself.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use std::sync::{Arc, Mutex};

use bench::families::{ALL, family};
use bench::soundness::{Depth, Planner, Task, examine, ours};
use bench::{Size, after_a_tick};
use optimize::{Memory, Options, Outcome, Solution};
use portfolio::plan::Status;
use rust_decimal::dec;
use serde_json::Value;

const SMALL: Size = Size { stocks: Some(4), lots: Some(2), accounts: Some(2), factors: None };
const BRIEF: Depth = Depth { moves: 600, tightened: 1, others: true };

/// Every fault over some seeds of the families of these names, each with where it was found.
fn faults(names: &[&str], seeds: u64, size: Size, planner: &Planner) -> Vec<String> {
    let mut found = Vec::new();
    for name in names {
        let family = family(name).unwrap();
        for seed in 1..=seeds {
            let seen = examine(&(family.document)(seed, size), planner, BRIEF);
            found.extend(seen.faults.iter().map(|f| format!("{name} {seed}: {}: {}", f.check, f.detail)));
        }
    }
    found
}

/// Our own planner with every plan's figures spoiled.
fn spoiled(spoil: impl Fn(&Task, &mut Solution) + Sync) -> impl Fn(&Task, u64) -> Outcome + Sync {
    move |task, effort| match ours(task, effort) {
        Outcome::Planned(mut solution) => {
            spoil(task, &mut solution);
            Outcome::Planned(solution)
        }
        none @ Outcome::Infeasible(_) => none,
    }
}

/// Gap and status as they follow from the other figures.
fn settled(solution: &mut Solution) {
    let Solution { objective, bound, objective_without_trades, .. } = *solution;
    solution.relative_gap = optimize::outcome::relative_gap(objective, bound, objective_without_trades);
    solution.status = match (solution.relative_gap <= optimize::GAP_OPTIMAL, solution.rows.is_empty()) {
        (false, _) => Status::Feasible,
        (true, true) => Status::NoTradeNeeded,
        (true, false) => Status::Optimal,
    };
}

fn found_by(check: &str, faults: &[String]) -> usize {
    faults.iter().filter(|fault| fault.contains(&format!(": {check}: "))).count()
}

#[test]
fn answers_hold_on_small_documents_of_every_family() {
    let names: Vec<&str> = ALL.iter().map(|f| f.name).collect();
    assert_eq!(faults(&names, 10, SMALL, &ours), Vec::<String>::new());
}

#[test]
fn answers_hold_on_the_grid_that_is_all_there_is() {
    let names: Vec<&str> = ALL.iter().map(|f| f.name).filter(|name| *name != "volatility").collect();
    let tiny = Size { stocks: Some(3), lots: Some(1), accounts: Some(1), factors: None };
    assert_eq!(faults(&names, 8, tiny, &ours), Vec::<String>::new());
}

/// What was learnt of the household in other words, of stricter rules, or of another family is no more than a place to
/// start from.
#[test]
fn answers_hold_from_whatever_an_earlier_search_has_learnt() {
    let learnt: Mutex<Arc<Memory>> = Mutex::default();
    let planner = |task: &Task, effort_max: u64| {
        let memory = Some(Arc::clone(&learnt.lock().unwrap()));
        let options = Options { effort_max, memory, ..Options::default() };
        let outcome = optimize::optimize(&task.portfolio, &task.rates, &options);
        if let Outcome::Planned(solution) = &outcome {
            *learnt.lock().unwrap() = Arc::new(solution.memory());
        }
        outcome
    };
    let names: Vec<&str> = ALL.iter().map(|f| f.name).collect();
    assert_eq!(faults(&names, 4, SMALL, &planner), Vec::<String>::new());
}

/// A tick later a household of several accounts is planned again with a fraction of the work, to the same proof.
#[test]
fn planning_again_after_a_tick_takes_less_work() {
    let family = family("accounts").unwrap();
    let (mut afresh, mut again) = (0, 0);
    for seed in 1..=6 {
        let before = (family.document)(seed, Size::default());
        let solved = |document: &Value, memory: Option<Arc<Memory>>| {
            let task = Task::read(document).unwrap();
            let options = Options { gap: 1e-4, memory, ..Options::default() };
            match optimize::optimize(&task.portfolio, &task.rates, &options) {
                Outcome::Planned(solution) => solution,
                Outcome::Infeasible(why) => panic!("{seed}: {why:?}"),
            }
        };
        let after = after_a_tick(&before, seed);
        let cold = solved(&after, None);
        let warm = solved(&after, Some(Arc::new(solved(&before, None).memory())));
        assert!(warm.relative_gap <= 1e-4, "{seed}: {}", warm.relative_gap);
        assert!(warm.bound <= cold.objective + 1e-9 && cold.bound <= warm.objective + 1e-9, "{seed}");
        afresh += cold.effort.units;
        again += warm.effort.units;
    }
    assert!(3 * again < 2 * afresh, "{again} work units, {afresh} afresh");
}

#[test]
fn a_bound_that_is_too_high_is_found() {
    // A thousandth above what is true, beside an objective that hides it.
    let planner = spoiled(|_, solution| {
        let scale = solution.objective_without_trades - solution.bound;
        solution.bound += 1e-3 * scale.max(1e-4);
        settled(solution);
    });
    let found = faults(&["etf", "direct", "household"], 4, SMALL, &planner);
    assert!(found_by("attack", &found) > 0, "{found:?}");
    assert!(found_by("bound", &found) > 0, "{found:?}");
    assert!(found_by("same", &found) > 0, "{found:?}");
}

#[test]
fn a_plan_that_gives_up_and_calls_itself_proven_is_found() {
    let planner = spoiled(|task, solution| {
        if validate::validate(&task.portfolio, &task.rates, &Default::default(), None).passed() {
            solution.rows = Vec::new();
            solution.objective = solution.objective_without_trades;
            solution.bound = solution.objective;
            settled(solution);
        }
    });
    let found = faults(&["whole", "tracking", "location"], 6, SMALL, &planner);
    assert!(found_by("attack", &found) >= 6, "{found:?}");
    assert!(found_by("grid", &found) > 0, "{found:?}");
}

#[test]
fn a_figure_or_a_quantity_that_is_off_is_found() {
    let planner = spoiled(|_, solution| {
        solution.objective -= 1e-6;
        solution.bound -= 1e-6;
    });
    let found = faults(&["etf"], 4, SMALL, &planner);
    assert!(found_by("figures", &found) >= 4, "{found:?}");
    let planner = spoiled(|_, solution| {
        if let Some(row) = solution.rows.last_mut() {
            row.quantity *= dec!(3);
        }
    });
    let found = faults(&["etf"], 4, SMALL, &planner);
    assert!(found_by("validate", &found) > 0, "{found:?}");
}
