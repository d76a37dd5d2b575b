//! The pages of `equipoise plan` and `drift`: their tables add up, and say what a plan leaves alone.

#![allow(clippy::unwrap_used)]

#[path = "program/run.rs"]
mod program;

use program::run;

#[test]
fn what_a_plan_keeps_is_a_table_and_a_tax_of_nothing_is_written() {
    let document = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 0.6, "Bonds": 0.4},
        "tax": {"short_term_rate": 0.12, "long_term_rate": 0},
        "securities": [
            {"ticker": "VTI", "asset_class": "Stocks", "current_price": 10, "kind": "etf"},
            {"ticker": "BND", "asset_class": "Bonds", "current_price": 10, "kind": "etf"}],
        "preferences": ["do_not_sell_lot_V2"],
        "accounts": [{"account_id": "broker", "kind": "taxable", "cash": 0, "holdings": [
            {"ticker": "VTI", "lots": [
                {"lot_id": "V1", "quantity": 400, "acquisition_date": "2020-01-02", "cost_basis_per_share": 5},
                {"lot_id": "V2", "quantity": 300, "acquisition_date": "2020-01-02", "cost_basis_per_share": 5}]},
            {"ticker": "BND", "lots": [
                {"lot_id": "B1", "quantity": 300, "acquisition_date": "2020-01-02", "cost_basis_per_share": 9}]}]}]}"#;
    let page = run(&["plan", "-"], document).out;
    let sale = page.lines().find(|line| line.starts_with("SELL VTI")).unwrap();
    assert_eq!(sale.split_whitespace().nth(6), Some("$0.00"), "{sale}");
    let bought = page.lines().find(|line| line.starts_with("BUY BND")).unwrap();
    assert_eq!(bought.split_whitespace().nth(6), Some("–"), "{bought}");
    assert!(page.contains("2 lots are not sold at all; --all says why."), "{page}");
    let all = run(&["plan", "-", "--all"], document).out;
    let row = all.lines().find(|line| line.starts_with("V2 ")).unwrap();
    let cells: Vec<&str> = row.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
    assert_eq!(cells, ["V2", "VTI", "broker", "this lot is not to be sold", "$0.00"]);
    assert!(all.contains("Not sold") && !all.contains("--all says why"), "{all}");
    assert_eq!((run(&["plan", "-"], document).code, run(&["plan", "-"], document).err.as_str()), (0, ""));
    let json = run(&["plan", "-", "--format", "json"], document).json();
    assert_eq!(json["not_sold"][0]["why"], "this lot is not to be sold");
}

#[test]
fn every_class_off_its_target_is_told_why_where_all_is_asked_for() {
    let path = format!("{}/../rebalance/tests/true_reasons/cash_esg.json", env!("CARGO_MANIFEST_DIR"));
    let page = run(&["plan", &path, "--all"], "").out;
    let section = page.split("Off target\n").nth(1).unwrap().split("Not sold").next().unwrap();
    for class in ["Bonds", "US Stocks", "Cash", "Gold"] {
        assert_eq!(section.matches(&format!("  {class} stays ")).count(), 1, "{class}: {page}");
    }
    assert!(!run(&["plan", &path], "").out.contains("Off target\n"));
}

/// Whoever adds up a column finds its total, to the cent.
#[test]
fn the_columns_of_the_orders_add_up() {
    for case in ["tracking-p4", "whole-p2", "withdraw-p3"] {
        let path = format!("{}/../../cases/{case}/portfolio.json", env!("CARGO_MANIFEST_DIR"));
        let page = run(&["plan", &path, "--all"], "").out;
        // Amount, gains, tax and cost stand to the right of the names.
        let cells = |line: &str| -> Vec<i64> {
            let all: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
            let cents = |cell: &str| -> i64 {
                match cell.replace(['$', ',', '.'], "").replace('−', "-").as_str() {
                    "–" => 0,
                    digits => digits.parse().unwrap_or_else(|_| panic!("{cell} in {line}")),
                }
            };
            all[all.len() - 5..].iter().map(|cell| cents(cell)).collect()
        };
        let orders = page.lines().filter(|l| l.starts_with("SELL ") || l.starts_with("BUY "));
        let sums = orders.map(cells).reduce(|a, b| a.iter().zip(&b).map(|(x, y)| x + y).collect()).unwrap();
        let total = page.lines().filter(|l| l.starts_with("Total ")).nth(1).unwrap();
        assert_eq!(sums, cells(total), "{case}: {page}");
    }
}

#[test]
fn the_values_of_the_classes_add_up() {
    for case in ["household-p1", "whole-p3", "withdraw-p4"] {
        let path = format!("{}/../../cases/{case}/portfolio.json", env!("CARGO_MANIFEST_DIR"));
        let page = run(&["drift", &path], "").out;
        let cents = |line: &str| -> Option<i64> {
            let cell = line.split_whitespace().find(|word| word.contains('$'))?;
            cell.replace(['$', ',', '.'], "").replace('−', "-").parse().ok()
        };
        let table = page.lines().skip_while(|l| !l.starts_with("Class ")).skip(2);
        let rows: Vec<&str> = table.take_while(|l| !l.starts_with('─')).collect();
        let (total, classes) = rows.split_last().unwrap();
        assert_eq!(classes.iter().filter_map(|l| cents(l)).sum::<i64>(), cents(total).unwrap(), "{page}");
    }
}

fn cents(amount: &str) -> i64 {
    let digits: String =
        amount.replace('−', "-").chars().filter(|c| c.is_ascii_digit() || *c == '-').collect();
    digits.parse().unwrap_or_else(|_| panic!("{amount}"))
}

/// Amounts of the orders as the page shows them: side, ticker and cents.
fn amounts(page: &str) -> Vec<(String, String, i64)> {
    let orders = page.lines().filter(|l| l.starts_with("SELL ") || l.starts_with("BUY "));
    let amount = |line: &str| {
        let cells: Vec<&str> = line.split("  ").map(str::trim).filter(|cell| !cell.is_empty()).collect();
        let mut words = cells[0].split(' ').map(str::to_owned);
        (words.next().unwrap(), words.next().unwrap(), cents(cells[cells.len() - 5]))
    };
    let mut amounts: Vec<_> = orders.map(amount).collect();
    amounts.sort();
    amounts
}

/// Whoever adds up what the reasons say of the lots finds the amount of the order, and whoever adds that to the cash
/// and deducts the costs finds the cash that is left.
#[test]
fn lots_add_up_to_orders_and_orders_to_the_cash_after_costs() {
    for case in ["direct-p1", "tracking-p4", "household-p2", "rules-p4", "crowded-p2", "whole-p2"] {
        let path = format!("{}/../../cases/{case}/portfolio.json", env!("CARGO_MANIFEST_DIR"));
        let page = run(&["plan", &path, "--all"], "").out;
        let plan = run(&["plan", &path, "--format", "json"], "").json();
        let mut told = std::collections::BTreeMap::new();
        for trade in plan["trades"].as_array().unwrap() {
            let words = trade["rationale"].as_str().unwrap();
            let usd = words.split_once(" for ").unwrap().1.split_once(" USD").unwrap().0;
            let name = |field: &str| trade[field].as_str().unwrap().to_owned();
            *told.entry((name("action"), name("ticker"), name("account_id"))).or_insert(0) += cents(usd);
        }
        let mut told: Vec<_> = told.into_iter().map(|((side, ticker, _), usd)| (side, ticker, usd)).collect();
        told.sort();
        let amounts = amounts(&page);
        assert_eq!(told, amounts, "{case}");
        let document: serde_json::Value =
            serde_json::from_str(&std::fs::read_to_string(&path).unwrap()).unwrap();
        let cash: f64 =
            document["accounts"].as_array().unwrap().iter().filter_map(|a| a["cash"].as_f64()).sum();
        let moved: i64 = amounts.iter().map(|(side, _, usd)| if side == "SELL" { *usd } else { -usd }).sum();
        let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
        let amount = |after: &str| {
            let rest = words.split_once(after).unwrap_or_else(|| panic!("{case}: {words}")).1;
            cents(rest.split([';', ' ']).next().unwrap().trim_end_matches('.'))
        };
        let before = (cash * 100.0).round() as i64;
        assert_eq!(before + moved - amount("; costs "), amount("; cash after costs "), "{case}");
        let stated = plan["gains"]["cash_usd"].as_f64().unwrap();
        assert_eq!((stated * 100.0).round() as i64, amount("; cash after costs "), "{case}");
    }
}

/// A gain and a loss that cancel are no dash: there were some.
#[test]
fn what_cancels_adds_up_to_nothing_and_not_to_a_dash() {
    let document = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 0.5, "Bonds": 0.5},
        "securities": [
            {"ticker": "VTI", "asset_class": "Stocks", "current_price": 10, "kind": "etf"},
            {"ticker": "BND", "asset_class": "Bonds", "current_price": 10, "kind": "etf"}],
        "preferences": ["sell_lot_first_V1", "sell_lot_first_V2"],
        "accounts": [{"account_id": "broker", "kind": "taxable", "cash": 0, "holdings": [
            {"ticker": "VTI", "lots": [
                {"lot_id": "V1", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 5},
                {"lot_id": "V2", "quantity": 100, "acquisition_date": "2020-01-02", "cost_basis_per_share": 15},
                {"lot_id": "V3", "quantity": 200, "acquisition_date": "2020-01-02", "cost_basis_per_share": 5}]}]}]}"#;
    let page = run(&["plan", "-"], document).out;
    let sale = page.lines().find(|line| line.starts_with("SELL VTI")).unwrap();
    let cells: Vec<&str> = sale.split_whitespace().collect();
    assert_eq!(cells[2..], ["200", "$2,000.00", "–", "$0.00", "$0.00", "–"], "{page}");
    let total = page.lines().filter(|l| l.starts_with("Total ")).nth(1).unwrap();
    assert_eq!(total.split_whitespace().nth(3), Some("$0.00"), "{page}");
}
