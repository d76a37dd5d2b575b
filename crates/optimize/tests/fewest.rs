//! Of plans that are as good as each other, the one with the fewest orders is returned.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use optimize::{Options, Outcome, Solution, optimize};
use portfolio::Side;
use serde_json::{Value, json};
use tax::plan_tax::Rates;

fn solved(document: &Value) -> Solution {
    let portfolio = portfolio::read(&document.to_string()).unwrap_or_else(|e| panic!("{e}"));
    match optimize(&portfolio, &Rates::default(), &Options::default()) {
        Outcome::Planned(solution) => solution,
        Outcome::Infeasible(why) => panic!("{why:?}"),
    }
}

/// Three funds of a class that cost the same: any split of a purchase is as good as one order.
fn twins(commission: &str, spread_bps: &str) -> Value {
    let fund = |ticker: &str, class: &str| {
        json!({"ticker": ticker, "asset_class": class, "current_price": "97.31", "kind": "etf",
               "spread_bps": spread_bps, "commission": commission})
    };
    json!({
        "as_of": "2026-11-20", "target_allocation": {"Stocks": 0.6, "Bonds": 0.4},
        "accounts": [{"account_id": "ira", "kind": "traditional", "cash": 50_000, "holdings": [
            {"ticker": "A", "lots": [{"lot_id": "1", "quantity": 300, "cost_basis_per_share": 90}]},
            {"ticker": "B", "lots": [{"lot_id": "2", "quantity": 300, "cost_basis_per_share": 95}]}]}],
        "securities": [fund("A", "Stocks"), fund("B", "Stocks"), fund("C", "Stocks"),
                       fund("X", "Bonds"), fund("Y", "Bonds"), fund("Z", "Bonds")],
    })
}

#[test]
fn one_purchase_of_a_class_and_no_sale_beside_it() {
    for (commission, spread) in [("0", "0"), ("0", "2"), ("1.5", "2")] {
        let solution = solved(&twins(commission, spread));
        let sides: Vec<Side> = solution.rows.iter().map(|r| r.side).collect();
        assert_eq!(sides, [Side::Buy, Side::Buy], "commission {commission}, spread {spread}");
        assert!(solution.relative_gap <= 1e-5, "{}", solution.relative_gap);
        assert!(solution.bound <= solution.objective);
    }
}

/// A fund held, and bought, in two accounts: what one of them sells the other need not buy, and one purchase is enough.
#[test]
fn one_order_where_another_account_has_one_of_the_same_security() {
    let account = |id: &str, cash: u32, quantity: u32| {
        json!({"account_id": id, "kind": "traditional", "cash": cash, "holdings": [
            {"ticker": "A", "lots": [{"lot_id": id, "quantity": quantity, "cost_basis_per_share": 90}]}]})
    };
    let security =
        |ticker: &str, class: &str| json!({"ticker": ticker, "asset_class": class, "current_price": 100});
    let mut document = json!({
        "as_of": "2026-11-20", "target_allocation": {"Stocks": 0.6, "Bonds": 0.4},
        "accounts": [account("one", 9_000, 20), account("two", 9_000, 20), account("three", 9_000, 20)],
        "securities": [security("A", "Stocks"), security("B", "Bonds")],
    });
    for targets in [None, Some(json!({"A": 0.6, "B": 0.4}))] {
        if let Some(targets) = targets {
            document["security_targets"] = targets;
        }
        let solution = solved(&document);
        // 13,800 USD of A and 13,200 of B, of 9,000 in each account: two orders for each at the least.
        let rows: Vec<_> = solution.rows.iter().map(|r| (r.side, r.security, r.account)).collect();
        assert_eq!(rows.len(), 4, "{rows:?}");
        assert!(solution.rows.iter().all(|r| r.side == Side::Buy), "{rows:?}");
        assert!(solution.relative_gap <= 1e-5, "{}", solution.relative_gap);
    }
}
