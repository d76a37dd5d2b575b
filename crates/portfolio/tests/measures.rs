//! The measures against the values that named libraries give, to 1e-9.
//!
//! `tests/data/measures/expected.csv` is written by `tests/reference/measures.py`, in whose head the
//! libraries, their versions and the command stand. Every row of it must be computed here, and
//! every figure computed here must have a row.

#![allow(clippy::unwrap_used, reason = "a test that can't read its data should fail")]

use std::collections::BTreeMap;

use portfolio::measures::series::{Benchmark, Paired, Prices, RiskFree, pair};
use portfolio::measures::{
    Covariance, Undefined, concentration, cost, drawdown, drift, drift_path, execution, mixture, omega,
    reward, sample, tail, tracking,
};

const YEAR: f64 = 252.0;
const TAIL: f64 = 0.05;
const TOLERANCE: f64 = 1e-9;
const ETFS: &str = include_str!("data/measures/etf_returns.csv");
const INDEX: &str = include_str!("data/measures/sp500_index.csv");
const STOCKS: &str = include_str!("data/measures/stocks_with_gaps.csv");
const FUNDS: &str = include_str!("data/measures/fed_funds.csv");
const EXPECTED: &str = include_str!("data/measures/expected.csv");

type Figures = BTreeMap<(String, String), Result<f64, Undefined>>;

#[test]
fn every_measure_agrees_with_its_reference() {
    let mut figures = Figures::new();
    etfs(&mut figures);
    index(&mut figures);
    gaps(&mut figures);
    let losses = [-0.01, -0.02, -0.005, -0.03, -0.015];
    of_path(&mut figures, "all_losses", &losses, 0.0);
    of_rate(&mut figures, "all_losses", &losses, &[0.0; 5]);
    degenerate(&mut figures);
    weights(&mut figures);

    let mut checked = 0;
    for record in csv::Reader::from_reader(EXPECTED.as_bytes()).records() {
        let record = record.unwrap();
        let key = (record[0].to_owned(), record[1].to_owned());
        let ours = figures.remove(&key).unwrap_or_else(|| panic!("{key:?} is not computed here"));
        match (ours, record[2].parse::<f64>()) {
            (Ok(ours), Ok(theirs)) => assert!(
                (ours - theirs).abs() <= TOLERANCE * theirs.abs().max(1.0),
                "{key:?}: {ours} and {theirs} by {}",
                &record[3]
            ),
            (Err(_), Err(_)) => {}
            (ours, _) => panic!("{key:?}: {ours:?} and `{}` by {}", &record[2], &record[3]),
        }
        checked += 1;
    }
    assert!(figures.is_empty(), "without a reference: {:?}", figures.keys());
    assert!(checked > 120, "only {checked} rows");
}

fn put(figures: &mut Figures, case: &str, measure: &str, value: Result<f64, Undefined>) {
    assert!(figures.insert((case.to_owned(), measure.to_owned()), value).is_none(), "{case} {measure} twice");
}

/// Columns of the file of returns, by date.
fn etf_columns() -> (Vec<jiff::civil::Date>, Vec<f64>, Vec<f64>) {
    let mut columns = (Vec::new(), Vec::new(), Vec::new());
    for record in csv::Reader::from_reader(ETFS.as_bytes()).records() {
        let record = record.unwrap();
        columns.0.push(record[0].parse().unwrap());
        columns.1.push(record[1].parse().unwrap());
        columns.2.push(record[2].parse().unwrap());
    }
    columns
}

fn etfs(figures: &mut Figures) {
    let (dates, agg, vti) = etf_columns();
    let rates = RiskFree::read(FUNDS).unwrap();
    let free: Vec<f64> = dates.iter().map(|date| rates.at(*date, YEAR).unwrap()).collect();
    let mixed: Vec<f64> = agg.iter().zip(&vti).map(|(a, v)| 0.4 * a + 0.6 * v).collect();
    of_path(figures, "etf_40_60", &mixed, 0.0002);
    of_rate(figures, "etf_40_60", &mixed, &free);
    of_benchmark(figures, "etf_40_60", &mixed, &vti, &free);
    let sigma = Covariance::of_returns(&[&agg, &vti]).unwrap().over(YEAR);
    let means = [reward::annual_mean(&agg, YEAR).unwrap(), reward::annual_mean(&vti, YEAR).unwrap()];
    let mut figure = |measure: &str, value| put(figures, "etf_40_60", measure, value);
    figure("expected_return", mixture::expected_return(&[0.4, 0.6], &means));
    figure("variance", mixture::variance(&[0.4, 0.6], &sigma));
    figure("volatility", mixture::volatility(&[0.4, 0.6], &sigma));
    figure("misfit", drift::misfit(&[0.4, 0.6], &[0.55, 0.4], &sigma));
}

fn index(figures: &mut Figures) {
    let recent: String =
        INDEX.lines().skip(1).filter(|line| *line >= "2018").map(|l| format!("{l}\n")).collect();
    let prices = Prices::read(&format!("date,SP500\n{recent}")).unwrap();
    let spans = prices.complete_days(&["SP500"]).unwrap().mixture(&[1.0]);
    let paired = pair(&spans, None, Some(&RiskFree::read(FUNDS).unwrap()), YEAR);
    assert_eq!(paired.dropped, 0);
    of_path(figures, "sp500", &paired.returns, 0.0);
    of_rate(figures, "sp500", &paired.returns, &paired.risk_free);
}

/// A stock with missing days, an index with other missing days.
fn gaps(figures: &mut Figures) {
    let missing = ["2014-02-03", "2014-02-04", "2015-06-01"];
    let levels: String = INDEX
        .lines()
        .filter(|line| !missing.iter().any(|day| line.starts_with(day)))
        .map(|line| format!("{line}\n"))
        .collect();
    let benchmark = Benchmark::read(&levels).unwrap();
    let days = Prices::read(STOCKS).unwrap().complete_days(&["O"]).unwrap();
    assert_eq!(days.dropped, 16);
    let spans = days.mixture(&[1.0]);
    let all: Vec<f64> = spans.iter().map(|span| span.value).collect();
    of_path(figures, "realty_income", &all, 0.0);
    let Paired { returns, benchmark, risk_free, dropped } =
        pair(&spans, Some(&benchmark), Some(&RiskFree::read(FUNDS).unwrap()), YEAR);
    put(figures, "realty_income", "pairs", Ok(f64::from(u32::try_from(returns.len()).unwrap())));
    put(figures, "realty_income", "dropped", Ok(f64::from(u32::try_from(dropped).unwrap())));
    of_rate(figures, "realty_income_paired", &returns, &risk_free);
    of_benchmark(figures, "realty_income_paired", &returns, &benchmark, &risk_free);
}

fn of_path(figures: &mut Figures, case: &str, returns: &[f64], threshold: f64) {
    let dollars = drawdown::path(returns, 1000.0).unwrap();
    let mut figure = |measure: &str, value| put(figures, case, measure, value);
    figure("annual_mean", reward::annual_mean(returns, YEAR));
    figure("annual_growth", reward::annual_growth(returns, YEAR));
    figure("deviation", sample::deviation(returns));
    figure("value_at_risk", tail::value_at_risk(returns, TAIL));
    figure("value_at_risk_interpolated", tail::value_at_risk_interpolated(returns, TAIL));
    figure("conditional_value_at_risk", tail::conditional_value_at_risk(returns, TAIL));
    figure("expected_shortfall", tail::expected_shortfall(returns, TAIL));
    figure("maximum_drawdown_amount", drawdown::maximum_drawdown_amount(&dollars));
    figure("maximum_drawdown", drawdown::maximum_drawdown(&dollars));
    figure("calmar", drawdown::calmar(returns, YEAR));
    figure("calmar_of_amount", drawdown::calmar_of_amount(returns, YEAR, 1000.0));
    figure("ulcer_index", drawdown::ulcer_index(&dollars));
    // The start has no drawdown, so that leaving it out only changes what the sum is divided by.
    let observed = f64::from(u32::try_from(returns.len()).unwrap());
    let widened = ((observed + 1.0) / observed).sqrt();
    figure("ulcer_index_of_observations", drawdown::ulcer_index(&dollars).map(|u| u * widened));
    figure("omega", omega::omega(returns, threshold));
    figure("omega_by_integrals", omega::omega(returns, threshold));
}

fn of_rate(figures: &mut Figures, case: &str, returns: &[f64], risk_free: &[f64]) {
    let mut figure = |measure: &str, value| put(figures, case, measure, value);
    figure("sharpe", reward::sharpe(returns, risk_free, YEAR));
    figure("sharpe_of_excess", reward::sharpe_of_excess(returns, risk_free, YEAR));
    figure("sortino", reward::sortino(returns, risk_free, YEAR));
    figure("sortino_by_quantstats", reward::sortino(returns, risk_free, YEAR));
    figure("sortino_of_losses", reward::sortino_of_losses(returns, risk_free, YEAR));
}

fn of_benchmark(figures: &mut Figures, case: &str, returns: &[f64], benchmark: &[f64], risk_free: &[f64]) {
    let mut figure = |measure: &str, value| put(figures, case, measure, value);
    figure("beta", reward::beta(returns, benchmark, risk_free));
    figure("treynor", reward::treynor(returns, benchmark, risk_free, YEAR));
    figure("information_ratio", reward::information_ratio(returns, benchmark, YEAR));
    figure("tracking_error", tracking::tracking_error(returns, benchmark, YEAR));
    figure("tracking_error_about_zero", tracking::tracking_error_about_zero(returns, benchmark, YEAR));
}

fn degenerate(figures: &mut Figures) {
    let (one, none) = ([-0.02], [0.0]);
    let mut figure = |measure: &str, value| put(figures, "one_point", measure, value);
    figure("sharpe", reward::sharpe(&one, &none, YEAR));
    figure("sharpe_of_excess", reward::sharpe_of_excess(&one, &none, YEAR));
    figure("beta", reward::beta(&one, &one, &none));
    figure("information_ratio", reward::information_ratio(&one, &none, YEAR));
    figure("tracking_error", tracking::tracking_error(&one, &none, YEAR));
    figure("deviation", sample::deviation(&one));
    figure("conditional_value_at_risk", tail::conditional_value_at_risk(&one, TAIL));
    figure("value_at_risk", tail::value_at_risk(&one, TAIL));
    figure("value_at_risk_interpolated", tail::value_at_risk_interpolated(&one, TAIL));
    figure("expected_shortfall", tail::expected_shortfall(&one, TAIL));
    figure("maximum_drawdown", drawdown::maximum_drawdown(&drawdown::path(&one, 1.0).unwrap()));
    figure("annual_mean", reward::annual_mean(&one, YEAR));
    figure("omega", omega::omega(&one, 0.0));

    let (constant, none) = ([0.001; 5], [0.0; 5]);
    let varied = [0.01, 0.02, -0.01, 0.0, 0.03];
    let mut figure = |measure: &str, value| put(figures, "constant", measure, value);
    figure("sharpe", reward::sharpe(&constant, &none, YEAR));
    figure("sharpe_of_excess", reward::sharpe_of_excess(&constant, &none, YEAR));
    figure("sortino", reward::sortino(&constant, &none, YEAR));
    figure("sortino_of_losses", reward::sortino_of_losses(&constant, &none, YEAR));
    figure("beta", reward::beta(&varied, &constant, &none));
    figure("omega", omega::omega(&constant, 0.0));
    figure("calmar", drawdown::calmar(&constant, YEAR));
    figure("calmar_of_amount", drawdown::calmar_of_amount(&constant, YEAR, 1000.0));
    figure("conditional_value_at_risk", tail::conditional_value_at_risk(&constant, TAIL));
    figure("deviation", sample::deviation(&constant));
    figure("maximum_drawdown", drawdown::maximum_drawdown(&drawdown::path(&constant, 1.0).unwrap()));
    figure("annual_growth", reward::annual_growth(&constant, YEAR));
    figure("expected_shortfall", tail::expected_shortfall(&constant, TAIL));
}

fn weights(figures: &mut Figures) {
    let (current, target) = ([0.46, 0.21, 0.30, 0.03], [0.40, 0.20, 0.35, 0.05]);
    let mut figure = |measure: &str, value| put(figures, "weights", measure, value);
    figure("absolute", drift::absolute(&current, &target));
    figure("relative", drift::relative(&current, &target));
    figure("squared", drift::squared(&current, &target));
    figure("maximum", drift::maximum(&current, &target));
    figure("herfindahl", concentration::herfindahl(&current));
    figure("herfindahl_drift", concentration::drift(&current, &target));
    let (years, path) = ([0.0, 0.1, 0.25, 0.7, 1.0], [0.02, 0.05, 0.04, 0.08, 0.01]);
    figure("time_weighted", drift_path::time_weighted(&years, &path, 0.03));
    figure("certainty_equivalent", cost::certainty_equivalent(&[12.5, 14.25, 9.75, 20.0, 11.0], 0.01));
    let order = execution::Arrival {
        price: 250.0,
        quantity: -1200.0,
        average_daily_volume: 3.1e6,
        daily_volatility: 0.013,
    };
    figure("expected_price", execution::expected_price(&order, 0.9));
}
