//! What a text states as the cost of doing without something is the difference of two solves.

use explain::alternatives::kept_with;
use explain::{Depth, Part, Source, Value};
use optimize::{Bars, Options, Outcome};
use portfolio::Decimal;
use portfolio::money::float;

use crate::planned::{Planned, cases, proposed};

#[test]
fn the_cost_of_doing_without_a_lot_sold_is_the_difference_of_two_solves() {
    let (mut told, mut dear) = (0, 0);
    for case in cases(&["etf", "household", "crowded"]) {
        let explained = case.explain(Depth::Full);
        for (row, text) in case.solution.rows.iter().zip(&explained.per_trade) {
            let Some(lot) = row.lot else { continue };
            let stated = text.parts.iter().find_map(|part| match part {
                Part::Figure { source: Source::WithoutLot(l), value: Value::Usd(usd) } if *l == lot => {
                    Some(*usd)
                }
                _ => None,
            });
            let solved = difference_usd(&case, lot);
            let Some(stated) = stated else {
                // No plan without it, or one that is as good to the cent.
                let as_good = solved.is_some_and(|usd| usd.abs() < 0.0151);
                assert_eq!(text.to_string().contains(" as good"), as_good, "{} lot {lot}", case.name);
                assert!(as_good || solved.is_none(), "{} lot {lot} states nothing: {solved:?}", case.name);
                continue;
            };
            let solved =
                solved.unwrap_or_else(|| panic!("{} lot {lot}: there is no plan without it", case.name));
            assert!(
                (float(stated) - solved.abs()).abs() <= 0.0051,
                "{} lot {lot}: {stated} and {solved}",
                case.name
            );
            // A plan that lacks a lot is worse, or better by no more than the search left unproven.
            assert!(solved >= -gap_usd(&case), "{} lot {lot}: {solved}", case.name);
            assert_eq!(text.to_string().contains(" is better by "), solved < 0.0, "{text}");
            assert!(text.to_string().contains(&Value::Usd(stated).to_string()));
            told += 1;
            dear += usize::from(stated > Decimal::ONE);
        }
    }
    assert!(told > 30 && dear > 10, "{told} costs were told, {dear} of them above a dollar");
}

/// The text of a lot that is kept states no cost of barring: it is 0, as the plan doesn't use the lot.
/// A search that may stop at its gap can find a plan better by as much, never by more.
#[test]
fn barring_a_lot_that_is_kept_costs_nothing() {
    for case in cases(&["etf", "household", "crowded"]) {
        let kept = case.explain(Depth::Plain).not_sold();
        for note in kept.iter().take(10) {
            let lot = case.portfolio.lots.iter().position(|l| l.lot_id == note.name).unwrap();
            let solved = difference_usd(&case, lot).expect("the plan itself keeps the lot");
            let gap_usd = gap_usd(&case);
            assert!(solved.abs() <= gap_usd, "{} {}: {solved} of at most {gap_usd}", case.name, note.name);
        }
    }
}

/// What is told to be done instead is a plan that keeps every rule, those that a bar would loosen too.
#[test]
fn a_plan_without_a_lot_keeps_every_rule() {
    let mut waiting = 0;
    for case in cases(&["crowded", "rules", "etf"]) {
        for lot in case.solution.rows.iter().filter_map(|row| row.lot) {
            let lots = kept_with(&case.portfolio, lot);
            waiting += usize::from(lots.len() > 1);
            let options = Options { bars: Bars { lots, ..Bars::default() }, ..Options::default() };
            let Outcome::Planned(other) = optimize::optimize(&case.portfolio, &case.rates, &options) else {
                continue;
            };
            let plan = proposed(&case.portfolio, &other);
            let report = validate::validate(&case.portfolio, &case.rates, &plan, None);
            assert!(report.passed(), "{} lot {lot}: {:?}", case.name, report.verdict.violations);
        }
    }
    assert!(waiting > 3, "{waiting} lots have others wait for them");
}

fn gap_usd(case: &Planned) -> f64 {
    let gap = 2e-5 * (case.solution.objective_without_trades - case.solution.bound).abs().max(1e-4);
    gap * float(case.portfolio.value()) + 0.01
}

/// (L with the lot barred, and what waits for it, − L) · V, USD, solved here on its own.
fn difference_usd(case: &Planned, lot: usize) -> Option<f64> {
    let solve = |lots: Vec<usize>| {
        let options = Options { bars: Bars { lots, ..Bars::default() }, ..Options::default() };
        match optimize::optimize(&case.portfolio, &case.rates, &options) {
            Outcome::Planned(solution) => Some(solution.objective),
            Outcome::Infeasible(_) => None,
        }
    };
    Some((solve(kept_with(&case.portfolio, lot))? - solve(Vec::new())?) * float(case.portfolio.value()))
}
