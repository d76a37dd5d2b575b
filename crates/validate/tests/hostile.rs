//! No plan, however senseless or large, makes the validation panic or pass.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use portfolio::plan::{ProposedPlan, ProposedTrade, read_plan};
use portfolio::{Decimal, Portfolio, Side};
use proptest::prelude::*;
use rust_decimal::dec;
use serde_json::json;
use tax::plan_tax::Rates;
use validate::validate;

/// A household at the limits of what a document may state, with every kind of wish.
fn at_the_limits() -> Portfolio {
    let document = json!({
        "as_of": "2026-11-20",
        "target_allocation": {"A": 1},
        "preferences": [
            "minimize_short_term_gains", "avoid_short_term_gains", "prioritize_qualified_dividends",
            "maintain_cash_balance_of_10000000000000_usd", "max_daily_trade_volume_pct_20",
            "esg_minimum_score_AAA", "exclude_tobacco", "prefer_etfs_over_mutual_funds",
            "always_hold_ticker_X", "concentrate_up_to_10_pct_in_ticker_X", "max_concentration_pct_5",
            "max_sector_exposure_pct_1", "volatility_cap_pct_1", "avoid_trades_below_10000000000000_usd",
            "min_holding_months_1200", "prefer_ticker_X", "sell_lot_first_1", "do_not_sell_lot_2", "no_sells",
            "max_realized_gains_0_usd", "max_tax_0_usd", "max_trade_frequency_1_per_year",
            "min_holding_months_1200_unless_necessary", "execute_between_0945_1530_ET"
        ],
        "securities": [
            {"ticker": "X", "asset_class": "A", "current_price": 1_000_000_000, "kind": "stock", "sector": "S",
             "spread_bps": 10000, "commission": 1_000_000, "impact_coefficient": 1000, "expense_ratio": 1,
             "quantity_increment": "0.000000000001", "average_daily_volume_usd": 1, "pays_dividends": true,
             "price_as_of": "9999-12-31"},
            {"ticker": "Y", "asset_class": "B", "current_price": "0.000001", "kind": "mutual_fund"}
        ],
        "accounts": [{"account_id": "a", "cash": -1, "settled_cash": 0, "holdings": [
            {"ticker": "X", "lots": [
                {"lot_id": "1", "quantity": "0.0000000001", "cost_basis_per_share": 1_000_000_000},
                {"lot_id": "2", "quantity": 1000, "cost_basis_per_share": 0, "acquisition_date": "2026-11-20"}]},
            {"ticker": "Y", "lots": [{"lot_id": "3", "quantity": 0, "cost_basis_per_share": 1}]}]}],
        "risk_model": {"factors": ["f"], "factor_covariance": [[1000]], "exposures": {"X": [1000], "Y": [-1000]},
                       "specific_variance": {"X": 1000, "Y": 0}},
        "asset_location": {"enabled": true, "tax_drag": {"A": 1}},
    });
    portfolio::read(&document.to_string()).unwrap_or_else(|e| panic!("{e}"))
}

#[test]
fn the_largest_quantities_in_thousands_of_rows() {
    let portfolio = at_the_limits();
    let row = |action: &str, ticker: &str, lot: &str| {
        json!({"action": action, "account_id": "a", "ticker": ticker, "lot_id": lot, "estimated_price": 1e20,
               "quantity": "999999999999999.9999999999999"})
    };
    let mut trades = Vec::new();
    for _ in 0..2_000 {
        trades.extend([
            row("BUY", "X", "-"),
            row("SELL", "X", "1"),
            row("SELL", "X", "2"),
            row("BUY", "Y", "-"),
        ]);
    }
    for trades in [&trades[..], &trades[..1], &trades[1..2], &trades[2..3], &trades[3..4]] {
        let plan = read_plan(&json!({"trades": trades}).to_string()).unwrap();
        let report = validate(&portfolio, &Rates::default(), &plan, None);
        assert!(!report.passed());
        assert!(
            report
                .verdict
                .violations
                .iter()
                .any(|v| v.code.starts_with("order.") || v.code.starts_with("position."))
        );
    }
}

#[test]
fn rows_without_any_sense() {
    let portfolio = at_the_limits();
    let text = r#"{"trades": [{}, null, 7, "SELL", [], {"action": {}, "quantity": [1]},
        {"action": "SELL", "ticker": "X", "quantity": 1, "lot_id": 5},
        {"action": "BUY", "ticker": "X", "quantity": -1e400},
        {"action": "BUY", "ticker": "\u0000", "quantity": 1e14, "account_id": "💥"}]}"#;
    let report = validate(&portfolio, &Rates::default(), &read_plan(text).unwrap(), None);
    let count = |code: &str| report.verdict.violations.iter().filter(|v| v.code == code).count();
    assert_eq!((count("order.malformed"), count("position.unknown_lot")), (8, 1));
    assert!(report.orders.is_empty() && report.gains.is_empty());
}

fn any_row() -> impl Strategy<Value = ProposedTrade> {
    let name = |names: &'static [&'static str]| {
        proptest::option::weighted(0.9, proptest::sample::select(names)).prop_map(|n| n.map(str::to_owned))
    };
    let quantity = (any::<i64>(), 0u32..28).prop_map(|(n, scale)| Decimal::new(n, scale));
    let quantity = prop_oneof![quantity, Just(Decimal::MAX), Just(Decimal::MIN), Just(dec!(1e14))];
    (
        proptest::option::of(proptest::sample::select(&[Side::Buy, Side::Sell][..])),
        name(&["a", "b", ""]),
        name(&["X", "Y", "Z"]),
        name(&["1", "2", "3", "4"]),
        proptest::option::of(quantity.clone()),
        proptest::option::of(quantity),
    )
        .prop_map(|(action, account_id, ticker, lot_id, quantity, estimated_price)| ProposedTrade {
            action,
            account_id,
            ticker,
            lot_id,
            quantity,
            estimated_price,
            rationale: None,
            excerpt: String::new(),
        })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_rows_give_a_report(trades in proptest::collection::vec(any_row(), 1..12)) {
        let portfolio = at_the_limits();
        let plan = ProposedPlan { trades, ..ProposedPlan::default() };
        let report = validate(&portfolio, &Rates::default(), &plan, None);
        let moment = validate::Moment { now: "2026-11-20T15:00:00Z".parse().unwrap(), rebalances: Vec::new() };
        let later = validate(&portfolio, &Rates::default(), &plan, Some(&moment));
        prop_assert!(later.verdict.violations.len() >= report.verdict.violations.len());
        prop_assert_eq!(report.passed(), report.verdict.violations.is_empty());
    }
}
