//! What is told of every trade: its alternative, the parts of its cost, whether it is a harvest.

use explain::alternatives::kept_with;
use explain::{Depth, Part, Source, Value};
use optimize::{Bars, Options, Outcome, Row};
use portfolio::Decimal;
use portfolio::money::float;

use crate::planned::{Planned, cases, document, of_text};

#[test]
fn direct_indexing_tells_the_alternative_to_every_trade() {
    for case in cases(&["direct", "tracking"]).iter().filter(|case| case.name.ends_with("p1")) {
        let explained = case.explain(Depth::Full);
        assert_eq!(explained.weighed_in_part(), None, "{}", case.name);
        assert!(case.solution.rows.len() > 50);
        for (row, text) in case.solution.rows.iter().zip(&explained.per_trade) {
            assert!(text.to_string().contains(" Without "), "{}: {text}", case.name);
            let stated = text.parts.iter().find_map(|part| match part {
                Part::Figure {
                    source: Source::WithoutLot(_) | Source::WithoutPurchase(_),
                    value: Value::Usd(usd),
                } => Some(float(*usd)),
                _ => None,
            });
            // What is told is the difference of two solves, and what proofs differ by at most from scratch.
            let solved = difference_usd(case, row).expect("many securities can take the place of one");
            let gap = 2e-5 * (case.solution.objective_without_trades - case.solution.bound).abs().max(1e-4);
            let gap_usd = gap * float(case.portfolio.value()) + 0.0151;
            assert!((stated.unwrap_or(0.0) - solved.abs()).abs() <= gap_usd, "{text}: {solved}, {gap_usd}");
        }
    }
}

/// (L without the lot or the purchase − L) · V, USD, from scratch, so that nothing which the plan's search has learnt can stand in both.
fn difference_usd(case: &Planned, row: &Row) -> Option<f64> {
    let bars = match row.lot {
        Some(lot) => Bars { lots: kept_with(&case.portfolio, lot), ..Bars::default() },
        None => Bars { purchases: vec![row.security], ..Bars::default() },
    };
    match optimize::optimize(&case.portfolio, &case.rates, &Options { bars, ..Options::default() }) {
        Outcome::Planned(other) => {
            Some((other.objective - case.solution.objective) * float(case.portfolio.value()))
        }
        Outcome::Infeasible(_) => None,
    }
}

/// A security that is held and bought: without buying it the plan is worse, though what is held of it stays.
#[test]
fn doing_without_more_of_what_is_held_has_its_cost() {
    let text = r#"{"as_of": "2026-11-20", "target_allocation": {"A": 0.5, "B": 0.5}, "security_targets": {"X": 0.5, "Y": 0.5},
      "accounts": [{"account_id": "a", "kind": "taxable", "cash": 0, "holdings": [
        {"ticker": "X", "lots": [{"lot_id": "1", "quantity": 100, "cost_basis_per_share": 100, "acquisition_date": "2020-01-01"}]},
        {"ticker": "Y", "lots": [{"lot_id": "2", "quantity": 10, "cost_basis_per_share": 50, "acquisition_date": "2020-01-01"}]}]}],
      "securities": [{"ticker": "X", "asset_class": "A", "current_price": 100, "kind": "etf"},
        {"ticker": "Y", "asset_class": "B", "current_price": 50, "kind": "etf"}]}"#;
    let case = of_text("held and bought", text).unwrap();
    let explained = case.explain(Depth::Full);
    let bought = case.solution.rows.iter().position(|row| row.lot.is_none()).unwrap();
    let told = explained.per_trade[bought].to_string();
    // Solved as a document of its own, with `do_not_buy_ticker_Y`.
    assert!(told.contains("would be worse by 9,669.64 USD"), "{told}");
}

#[test]
fn where_the_work_ends_it_is_said_and_the_largest_are_told() {
    let case = of_text("direct-500", &document("examples/direct-500.json").unwrap()).unwrap();
    let explained = case.explain(Depth::Full);
    let weighed = explained.weighed_in_part().expect("five hundred stocks are more than the work allows");
    assert!(weighed > 50, "{weighed}");
    let told = format!(" is told for {weighed} of {} trades", case.solution.rows.len());
    assert!(explained.summary.to_string().contains(&told), "{}", explained.summary);
    let usd = |row: &Row| row.quantity * case.portfolio.securities[row.security].price;
    let rows = || case.solution.rows.iter().zip(&explained.per_trade);
    let is_told = |text: &explain::Text| text.to_string().contains(" Without ");
    let least = rows().filter(|(_, text)| is_told(text)).map(|(row, _)| usd(row)).min().unwrap();
    // A few that are larger take more than their share of the work.
    let stopped = rows().filter(|(row, text)| !is_told(text) && usd(row) > least).count();
    assert!(stopped <= weighed / 20, "{stopped} beside {weighed}");
    assert_eq!(case.explain(Depth::Plain).weighed_in_part(), None);
    // A plan whose own search was stopped leaves less work for the alternatives.
    let mut late = case;
    late.solution.effort.stopped = true;
    let of_late = late.explain(Depth::Full).weighed_in_part().expect("less work is allowed");
    assert!(of_late > 0 && of_late < weighed / 4, "{of_late} of {weighed}");
}

#[test]
fn an_alternative_that_stops_does_not_end_the_others() {
    let mut passed_over = 0;
    for mut case in cases(&["etf", "household", "crowded"]) {
        for effort_max in [1, 2, 4, 8, 16, 32] {
            case.options.effort_max = effort_max;
            let explained = case.explain(Depth::Full);
            let mut rows: Vec<_> = case.solution.rows.iter().zip(&explained.per_trade).collect();
            rows.sort_by_key(|(row, _)| {
                std::cmp::Reverse(row.quantity * case.portfolio.securities[row.security].price)
            });
            let told: Vec<bool> =
                rows.iter().map(|(_, text)| text.to_string().contains(" Without ")).collect();
            passed_over += usize::from(told.windows(2).any(|pair| pair == [false, true]));
            assert_eq!(explained.weighed_in_part().is_some(), told.contains(&false), "{}", case.name);
        }
    }
    assert!(passed_over > 0);
}

#[test]
fn a_harvest_is_called_one_and_says_what_tax_it_saves() {
    let mut harvests = 0;
    for case in cases(&["direct"]) {
        let explained = case.explain(Depth::Plain);
        for (row, text) in case.solution.rows.iter().zip(&explained.per_trade) {
            let lowered = text.parts.iter().find_map(|part| match part {
                Part::Figure { source: Source::TaxLowered(_), value: Value::Usd(usd) } => Some(*usd),
                _ => None,
            });
            assert_eq!(
                lowered.is_some(),
                text.to_string().contains(", a harvest: it lowers the year's tax by ")
            );
            let Some(lowered) = lowered else { continue };
            let lot = &case.portfolio.lots[row.lot.expect("only sales are harvests")];
            let loss = row.quantity * (lot.basis_per_share - case.portfolio.securities[row.security].price);
            // No rate is above one half here, so a saving of more than half of the loss would be none.
            assert!(lowered > Decimal::ZERO && lowered <= loss / Decimal::TWO, "{text}");
            harvests += 1;
        }
    }
    assert!(harvests > 20, "{harvests}");
}

#[test]
fn the_parts_of_a_cost_are_named_and_add_up() {
    let text = document("cases/etf-p1/portfolio.json").unwrap();
    let with = text.replace("\"commission\": 0.0", "\"commission\": 9.95, \"impact_coefficient\": 0.0003");
    assert_ne!(text, with);
    let mut several = 0;
    for text in [&text, &with] {
        let case = of_text("etf-p1", text).unwrap();
        for told in case.explain(Depth::Plain).per_trade {
            let usd = |wanted: fn(&Source) -> bool| -> Vec<Decimal> {
                let figures = told.parts.iter().filter_map(|part| match part {
                    Part::Figure { source, value } if wanted(source) => Some(value.shown()),
                    _ => None,
                });
                figures.filter_map(|v| if let Value::Usd(usd) = v { Some(usd) } else { None }).collect()
            };
            let parts = usd(|s| {
                matches!(s, Source::OrderCommission(_) | Source::OrderSpread(_) | Source::OrderImpact(_))
            });
            if parts.is_empty() {
                continue;
            }
            let all = usd(|s| matches!(s, Source::OrderCost(_)));
            assert_eq!(vec![parts.iter().sum::<Decimal>()], all, "{told}");
            assert!(told.to_string().contains(" USD of commission"), "{told}");
            several += 1;
        }
    }
    assert!(several > 0);
}
