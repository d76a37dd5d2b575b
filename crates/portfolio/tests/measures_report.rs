//! The table of all measures: every equation has its row, whatever is given.

#![allow(clippy::unwrap_used, reason = "a test that can't read its data should fail")]

use portfolio::measures::cost::Trade;
use portfolio::measures::gain::{Sale, Term};
use portfolio::measures::holding::Holding;
use portfolio::measures::liability::Rates;
use portfolio::measures::report::{ClassWeight, Inputs, Position};
use portfolio::measures::series::{Benchmark, Prices, RiskFree, fills};
use portfolio::measures::{Figure, Measure, report};
use portfolio::{Decimal, Side};
use rust_decimal::dec;

const STOCKS: &str = include_str!("data/measures/stocks_with_gaps.csv");
const INDEX: &str = include_str!("data/measures/sp500_index.csv");
const FUNDS: &str = include_str!("data/measures/fed_funds.csv");
const FILLS: &str = "ticker,side,quantity,decision_price,exec_price,arrival_price,commission\n\
                     O,SELL,100,50,49.90,49.95,1\nDHR,BUY,50,90,90.10,90.05,1\n";

/// 60 % DHR, 30 % O, 10 % cash.
fn inputs() -> Inputs<'static> {
    let position = |ticker: &str, class: &str, quantity, price| Position {
        ticker: ticker.to_owned(),
        class: class.to_owned(),
        holding: Holding { quantity, price },
    };
    let class = |class: &str, current, target| ClassWeight {
        class: class.to_owned(),
        current,
        target,
        tolerance: Some(dec!(0.05)),
    };
    Inputs {
        positions: vec![
            position("DHR", "Stocks", dec!(60), dec!(100)),
            position("O", "Real Estate", dec!(60), dec!(50)),
        ],
        cash: dec!(1000),
        classes: vec![
            class("Stocks", dec!(0.6), dec!(0.65)),
            class("Real Estate", dec!(0.3), dec!(0.2)),
            class("Cash", dec!(0.1), dec!(0.15)),
        ],
        lots: vec![
            Sale { quantity: dec!(60), price: dec!(100), basis: dec!(80), term: Term::Long },
            Sale { quantity: dec!(60), price: dec!(50), basis: dec!(55), term: Term::Short },
        ],
        rates: Some(Rates { short_term: dec!(0.35), long_term: dec!(0.15) }),
        trades: vec![(
            "O".to_owned(),
            Trade {
                side: Side::Sell,
                quantity: dec!(20),
                price: dec!(50),
                commission: dec!(1),
                rate: dec!(0.0005),
                impact_coefficient: Decimal::ZERO,
            },
        )],
        ..Inputs::default()
    }
}

fn row<'a>(rows: &'a [Measure], key: &str) -> &'a Measure {
    rows.iter().find(|row| row.key == key).unwrap_or_else(|| panic!("no row `{key}`"))
}

fn exact(rows: &[Measure], key: &str) -> Decimal {
    match row(rows, key).value {
        Some(Figure::Exact(value)) => value,
        other => panic!("{key}: {other:?}"),
    }
}

fn number(rows: &[Measure], key: &str) -> f64 {
    match row(rows, key).value {
        Some(Figure::Number(value)) => value,
        ref other => panic!("{key}: {other:?}, {:?}", row(rows, key).note),
    }
}

#[test]
fn every_equation_has_a_row_even_of_nothing() {
    for inputs in [Inputs::default(), inputs()] {
        let rows = report(&inputs);
        for equation in 3..=47 {
            assert!(rows.iter().any(|row| row.equation == equation), "({equation}) is missing");
        }
        assert!(rows.is_sorted_by_key(|row| row.equation));
        for row in &rows {
            assert!(row.value.is_some() || row.note.is_some(), "`{}` says nothing", row.key);
        }
        let mut keys: Vec<&str> = rows.iter().map(|row| row.key.as_str()).collect();
        keys.sort_unstable();
        assert!(keys.windows(2).all(|pair| pair[0] != pair[1]), "a key is there twice");
    }
}

#[test]
fn money_is_exact_and_what_is_missing_says_so() {
    let rows = report(&inputs());
    assert_eq!(exact(&rows, "value"), dec!(10000));
    assert_eq!(exact(&rows, "weight.DHR"), dec!(0.6));
    assert_eq!(exact(&rows, "total_cost"), dec!(1.5));
    assert_eq!(exact(&rows, "net_gain"), dec!(900));
    assert_eq!(exact(&rows, "tax_separate"), dec!(180));
    assert_eq!(exact(&rows, "tax_netted"), dec!(135));
    assert_eq!(exact(&rows, "harvesting_potential"), dec!(300));
    assert_eq!(exact(&rows, "turnover_two_sided"), dec!(0.1));
    assert_eq!(row(&rows, "corridor_breaches").value, Some(Figure::Number(1.0)));
    let sharpe = row(&rows, "sharpe");
    assert_eq!(sharpe.value, None);
    assert_eq!(sharpe.note.as_deref(), Some("needs the prices file (`--prices`)"));
}

#[test]
fn with_all_files_only_what_no_file_holds_is_missing() {
    let (prices, benchmark) = (Prices::read(STOCKS).unwrap(), Benchmark::read(INDEX).unwrap());
    let risk_free = RiskFree::read(FUNDS).unwrap();
    let mut inputs = inputs();
    inputs.prices = Some(&prices);
    inputs.benchmark = Some(&benchmark);
    inputs.risk_free = Some(&risk_free);
    inputs.fills = fills::read(FILLS).unwrap();
    let rows = report(&inputs);
    let missing: Vec<&str> = rows.iter().filter(|r| r.value.is_none()).map(|r| r.key.as_str()).collect();
    assert_eq!(missing, ["misfit", "spread_cost", "certainty_equivalent_cost", "tax_drag", "tax_alpha"]);
    assert_eq!(exact(&rows, "shortfall_as_gain"), dec!(-15));
    assert_eq!(exact(&rows, "shortfall"), dec!(17));
    assert_eq!(exact(&rows, "slippage"), dec!(7.5));
    assert_eq!(exact(&rows, "turnover_per_asset"), dec!(0));
    // wᵀΣw and the series of the mixture are two ways to one variance.
    let spans = prices.complete_days(&["DHR", "O"]).unwrap().mixture(&[0.6, 0.3]);
    let returns: Vec<f64> = spans.iter().map(|s| s.value).collect();
    let of_series = portfolio::measures::sample::variance(&returns).unwrap() * 252.0;
    assert!((number(&rows, "variance") - of_series).abs() < 1e-12);
    assert!(number(&rows, "tracking_error") > 0.0 && number(&rows, "beta") > 0.0);
}

#[test]
fn a_decimal_is_written_as_text_and_a_float_as_a_number() {
    let rows = report(&inputs());
    let written = serde_json::to_value(row(&rows, "value")).unwrap();
    assert_eq!(written["value"], "10000");
    assert!(serde_json::to_value(row(&rows, "herfindahl")).unwrap()["value"].is_f64());
    assert_eq!(serde_json::to_value(row(&rows, "sharpe")).unwrap()["value"], serde_json::Value::Null);
}

#[test]
fn the_class_whose_target_is_zero_is_named() {
    let mut inputs = inputs();
    inputs.classes[1].target = Decimal::ZERO;
    let rows = report(&inputs);
    let row = rows.iter().find(|row| row.key == "relative_drift").unwrap();
    let note = "the target of Real Estate is zero, so drift relative to it does not exist";
    assert_eq!((row.value, row.note.as_deref()), (None, Some(note)));
}
