//! Attacks on the bound and on the plan: the cases of the repository, random plans, large documents.

use super::block::Book;
use super::documents::{Dice, Shape, case, document, problem};
use super::{book, solve};
use crate::problem::Problem;
use crate::search::{Found, Limits, Stop};
use crate::trades::Trades;

const LIMITS: Limits = Limits { gap: 1e-5, units_max: 80_000, stop: Stop::NEVER };

fn idle(problem: &Problem) -> (f64, Option<f64>) {
    let none = Trades::none(problem);
    let objective = none.terms(problem).objective;
    (objective, problem.keeps_rules(&none, 1e-6 * problem.usd).then_some(objective))
}

fn solved(problem: &Problem) -> (Found, f64) {
    let (objective, without) = idle(problem);
    let found = solve(problem, &book(problem).expect("supported"), LIMITS, without.into());
    let best =
        found.best.as_ref().map_or(f64::INFINITY, |b| b.objective).min(without.unwrap_or(f64::INFINITY));
    let bound = found.bound.min(without.unwrap_or(f64::INFINITY));
    let gap = crate::outcome::relative_gap(best, bound, objective);
    (found, gap)
}

/// Every direct and tracking case is proven, and no reference plan lies below the bound by more
/// than the evaluator's tolerances (a cent of turnover and cash) can buy.
#[test]
fn the_cases_are_proven() {
    for family in ["direct", "tracking"] {
        for i in 1..=4 {
            let name = format!("{family}-p{i}");
            let (Some(text), Some(reference)) =
                (case(&name, "portfolio.json"), case(&name, "reference.json"))
            else {
                return;
            };
            let problem = problem(&text);
            assert!(book(&problem).is_some());
            let started = std::time::Instant::now();
            let (found, gap) = solved(&problem);
            let took = started.elapsed();
            eprintln!(
                "{name}: gap {gap:.1e}, {} nodes, {} units, {took:?}",
                found.effort.nodes, found.effort.units
            );
            assert!(gap <= 1e-5, "{name} is not proven: {gap}");
            let best = found.best.expect("a plan");
            assert!(problem.keeps_rules(&best.trades, 1e-4 * problem.usd), "{name} breaks a rule");
            let reference: serde_json::Value = serde_json::from_str(&reference).expect("JSON");
            let other = reference["objective"].as_f64().expect("a number");
            let scale = (idle(&problem).0 - found.bound).abs().max(1e-4);
            let allowance = 2e-6 * scale + 0.01 * problem.usd;
            assert!(
                found.bound <= other + allowance,
                "{name}: the bound {} is above a plan at {other}",
                found.bound
            );
            assert!(best.objective <= other + 1e-4 * scale, "{name}: the reference is better");
        }
    }
}

/// One random change of a plan: some cells get a new lawful-looking order.
fn changed(problem: &Problem, dice: &mut Dice, plan: &Trades) -> Trades {
    let mut next = plan.clone();
    let fine = dice.chance(0.5);
    for _ in 0..=dice.below(3) {
        let c = dice.below(problem.cells.len());
        let cell = &problem.cells[c];
        if fine {
            let by = dice.between(-1.0, 1.0) * 10_f64.powf(dice.between(-6.0, -2.0));
            if next.bought[c] > 0.0 {
                next.bought[c] = (next.bought[c] + by).max(0.0);
            } else if !cell.lots.is_empty() {
                let j = cell.lots.start + dice.below(cell.lots.len());
                next.sold[j] = (next.sold[j] + by).clamp(0.0, problem.lots[j].weight);
            }
            continue;
        }
        next.bought[c] = 0.0;
        next.sold[cell.lots.clone()].fill(0.0);
        if cell.buyable && dice.chance(0.5) {
            next.bought[c] = dice.between(0.0, 0.1);
        } else {
            for j in cell.lots.clone() {
                let weight = problem.lots[j].weight;
                next.sold[j] = [0.0, weight, weight * dice.unit()][dice.below(3)];
            }
        }
    }
    next
}

/// Random plans that keep the rules are never below the bound, whatever rules are switched on.
#[test]
fn no_random_plan_beats_the_bound() {
    let (mut planned, mut proven, mut seen) = (0, 0, 0);
    for seed in 1..=90_u64 {
        let mut dice = Dice::new(seed + 1000);
        let accounts = 1 + (seed % 3) as usize;
        let factors = if seed % 2 == 0 { 2 } else { 0 };
        let shape = Shape { securities: 3 + dice.below(3), lots: 3, accounts, factors, rules: true };
        let problem = problem(&document(shape, seed));
        if book(&problem).is_none() {
            continue;
        }
        seen += 1;
        let (found, gap) = solved(&problem);
        let (_, without) = idle(&problem);
        let bound = found.bound.min(without.unwrap_or(f64::INFINITY));
        planned += usize::from(found.best.is_some());
        proven += usize::from(gap <= 1e-4);
        if gap.is_nan() || gap > 1e-4 {
            eprintln!(
                "seed {seed}: gap {gap:.1e}, bound {bound}, plan {:?}, {:?}",
                found.best.as_ref().map(|b| b.objective),
                found.effort
            );
        }
        let slack = 1e-9 * problem.usd;
        let mut starts = vec![Trades::none(&problem)];
        starts.extend(found.best.map(|b| b.trades));
        for mut plan in starts {
            let mut least = f64::INFINITY;
            for _ in 0..4000 {
                let next = changed(&problem, &mut dice, &plan);
                if !next.is_empty() && problem.keeps_rules(&next, slack) {
                    let objective = next.terms(&problem).objective;
                    assert!(
                        objective >= bound - 1e-10,
                        "seed {seed}: a plan at {objective} is below the bound {bound}"
                    );
                    if objective < least {
                        (least, plan) = (objective, next);
                    }
                }
            }
        }
    }
    eprintln!("{seen} documents, {planned} with a plan, {proven} proven");
    assert!(seen >= 60 && proven * 10 >= seen * 9, "{seen} documents, {proven} proven");
}

/// Portfolios of hundreds of stocks are proven within few answers of the book.
#[test]
fn large_portfolios_are_proven() {
    for (securities, factors) in [(500, 0), (500, 6), (2000, 0), (2000, 15)] {
        for seed in 1..=2 {
            let shape = Shape { securities, lots: 10, accounts: 1, factors, rules: false };
            let problem = problem(&document(shape, seed));
            let started = std::time::Instant::now();
            let (found, gap) = solved(&problem);
            let took = started.elapsed();
            eprintln!(
                "{securities} x 10, {factors} factors: gap {gap:.1e}, {} nodes, {} units, {took:?}",
                found.effort.nodes, found.effort.units
            );
            assert!(gap <= 1e-4, "{securities} stocks: {gap}");
            let per_answer = Book::new(&problem).map_or(0, |book| book.units_per_answer());
            assert!(found.effort.units < 2_000 * per_answer);
        }
    }
}

/// Households of many stocks in several accounts are proven; a search of theirs that is cut short has a bound that is none
/// too high, and so has one of no step at all.
#[test]
fn large_households_are_proven_and_can_be_cut_short() {
    for (factors, seed) in [(0, 1), (0, 2), (3, 3)] {
        let shape = Shape { securities: 120, lots: 6, accounts: 4, factors, rules: false };
        let problem = problem(&document(shape, seed));
        let (found, gap) = solved(&problem);
        eprintln!("seed {seed}: gap {gap:.1e}, {} nodes, {} units", found.effort.nodes, found.effort.units);
        assert!(gap <= 1e-4, "seed {seed}: {gap}");
        let best = found.best.expect("a plan").objective;
        let book = book(&problem).expect("a book");
        for units_max in [0, 1, 300, 2_000] {
            let (_, without) = idle(&problem);
            let short = solve(&problem, &book, Limits { units_max, ..LIMITS }, without.into());
            assert!(short.bound <= best + 1e-10, "{units_max} units: {} above {best}", short.bound);
        }
    }
}
