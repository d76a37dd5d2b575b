//! `equipoise metrics`: figures that can be worked out by hand, from a document and from its series.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::{Ran, run};

/// 25 VTI over two accounts, 25 BND, 1000 in cash: 4500. The lot of 2025-11-20 is held for exactly
/// one year, so it is short-term.
const HOUSEHOLD: &str = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 0.5, "Bonds": 0.25, "Cash": 0.25},
 "tax": {"short_term_rate": 0.24, "long_term_rate": 0.15},
 "accounts": [
  {"account_id": "joint", "kind": "taxable", "cash": 1000, "holdings": [{"ticker": "VTI", "lots": [
    {"lot_id": "L1", "quantity": 10, "acquisition_date": "2020-01-02", "cost_basis_per_share": 80},
    {"lot_id": "L2", "quantity": 5, "acquisition_date": "2025-11-20", "cost_basis_per_share": 120}]}]},
  {"account_id": "ira", "kind": "traditional", "cash": 0, "holdings": [
   {"ticker": "VTI", "lots": [
    {"lot_id": "L3", "quantity": 10, "acquisition_date": "2020-01-02", "cost_basis_per_share": 150}]},
   {"ticker": "BND", "lots": [
    {"lot_id": "L4", "quantity": 25, "acquisition_date": "2020-01-02", "cost_basis_per_share": 45}]}]}],
 "securities": [
  {"ticker": "VTI", "asset_class": "Stocks", "current_price": 100, "kind": "etf"},
  {"ticker": "BND", "asset_class": "Bonds", "current_price": 40, "kind": "etf"}]}"#;

const PRICES: &str = "date,VTI,BND\n2026-11-16,100,40\n2026-11-17,110,40\n2026-11-18,99,40\n";

/// The value of a figure; money is a text in JSON.
fn figure(ran: &Ran, key: &str) -> Option<f64> {
    let rows = ran.json();
    let row = rows.as_array().unwrap().iter().find(|row| row["key"] == key);
    let value = &row.unwrap_or_else(|| panic!("no row {key}"))["value"];
    value.as_f64().or_else(|| value.as_str().map(|text| text.parse().unwrap()))
}

fn close(ran: &Ran, key: &str, expected: f64) {
    let value = figure(ran, key).unwrap_or_else(|| panic!("{key} has no value"));
    assert!((value - expected).abs() < 1e-9, "{key}: {value}, expected {expected}");
}

/// Runs with files of these names and texts beside a document on stdin.
fn with_files(document: &str, files: &[(&str, &str)]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = vec!["metrics".to_owned(), "-".to_owned(), "--format".to_owned(), "json".to_owned()];
    for (option, text) in files {
        let path = folder.path().join(format!("{}.csv", option.trim_start_matches('-')));
        std::fs::write(&path, text).unwrap();
        arguments.extend([(*option).to_owned(), path.to_str().unwrap().to_owned()]);
    }
    run(&arguments.iter().map(String::as_str).collect::<Vec<_>>(), document)
}

#[test]
fn positions_are_merged_over_accounts_and_only_taxable_lots_have_gains() {
    let ran = with_files(HOUSEHOLD, &[]);
    close(&ran, "value", 4500.0);
    close(&ran, "weight.VTI", 2500.0 / 4500.0);
    close(&ran, "weight.BND", 1000.0 / 4500.0);
    close(&ran, "maximum_drift", 2500.0 / 4500.0 - 0.5);
    close(&ran, "long_term_gain", 200.0);
    close(&ran, "short_term_loss", -100.0);
    close(&ran, "harvesting_potential", 100.0);
    close(&ran, "liability", 0.15 * 200.0 - 0.24 * 100.0);
    let all = ran.json();
    let weights =
        all.as_array().unwrap().iter().filter(|row| row["key"].as_str().unwrap().starts_with("weight"));
    assert_eq!(weights.count(), 2);
    assert_eq!(figure(&ran, "volatility"), None, "there are no prices");
}

#[test]
fn series_and_fills_are_measured() {
    let benchmark = "date,close\n2026-11-16,10\n2026-11-17,11\n2026-11-18,9.9\n";
    let fills = "ticker,side,quantity,decision_price,exec_price\nVTI,BUY,10,100.00,100.50\n";
    let ran = with_files(HOUSEHOLD, &[("--prices", PRICES), ("--benchmark", benchmark), ("--fills", fills)]);
    let weight = 2500.0 / 4500.0;
    close(&ran, "beta", weight); // the benchmark moves as VTI does
    close(&ran, "volatility", weight * (0.02_f64 * 252.0).sqrt()); // returns of +0.1 and -0.1
    close(&ran, "shortfall", 5.0);
}

#[test]
fn misfit_is_the_variance_of_what_is_off_its_target() {
    let document = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1}, "cash": 0,
 "security_targets": {"A": 0.5, "B": 0.5}, "drift_metric": "squared",
 "risk_model": {"factors": ["market"], "factor_covariance": [[0.04]],
  "exposures": {"A": [1], "B": [2], "C": [3]}, "specific_variance": {"A": 0.01, "B": 0.01, "C": 0.5}},
 "securities": [{"ticker": "C", "asset_class": "Stocks", "current_price": 1, "kind": "etf"}],
 "holdings": [
  {"ticker": "A", "asset_class": "Stocks", "current_price": 10, "lots": [
    {"lot_id": "L1", "quantity": 6, "cost_basis_per_share": 9, "type": "long-term"}]},
  {"ticker": "B", "asset_class": "Stocks", "current_price": 10, "lots": [
    {"lot_id": "L2", "quantity": 4, "cost_basis_per_share": 9, "type": "long-term"}]}]}"#;
    let ran = with_files(document, &[]);
    close(&ran, "misfit", 0.04 * 0.01 + 2.0 * 0.01 * 0.01); // 0.1 of A too much, 0.1 of B too little
}

#[test]
fn the_page_groups_what_is_missing_by_its_reason() {
    let page = run(&["metrics", "-"], HOUSEHOLD).out;
    assert!(page.contains("$4,500.00"), "{page}");
    assert_eq!(page.matches("--prices").count(), 1, "{page}");
    assert!(!page.contains('\u{1b}'), "{page}");
}

#[test]
fn a_bad_series_is_told_with_its_file_and_line() {
    let ran = with_files(HOUSEHOLD, &[("--prices", &PRICES.replace("110", "a lot"))]);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(
        ran.err.starts_with("equipoise: ") && ran.err.contains("prices.csv: line 3, column `VTI`"),
        "{}",
        ran.err
    );
    let ran = run(&["metrics", "-", "--fills", "/nowhere.csv"], HOUSEHOLD);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("/nowhere.csv: can't be read"), "{}", ran.err);
}

#[test]
fn only_one_file_comes_from_stdin() {
    let ran = run(&["metrics", "-", "--prices", "-"], HOUSEHOLD);
    assert_eq!((ran.code, ran.out.as_str()), (2, ""));
    assert!(ran.err.contains("only one file can come from stdin"), "{}", ran.err);
}
