//! Only a plan that breaks no rule is stamped, and the stamp holds what was checked.

#![allow(clippy::unwrap_used, reason = "a test stops where something is not as it should be")]

use portfolio::plan::read_plan;
use portfolio::{Portfolio, Side};
use rust_decimal::dec;
use tax::plan_tax::Rates;
use validate::{Moment, Report, stamp, validate};

fn household(preferences: &str) -> Portfolio {
    let document = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 0.5, "Bonds": 0.4, "Cash": 0.1},
        "preferences": [PREFERENCES], "cash": 1000,
        "holdings": [
            {"ticker": "S", "asset_class": "Stocks", "current_price": 10, "kind": "etf", "lots": [
                {"lot_id": "L1", "quantity": 700, "acquisition_date": "2020-01-02", "cost_basis_per_share": 9},
                {"lot_id": "L2", "quantity": 50, "type": "short-term", "cost_basis_per_share": 12}]}],
        "securities": [{"ticker": "B", "asset_class": "Bonds", "current_price": 20, "kind": "etf",
                        "spread_bps": 10, "expense_ratio": 0.001}]}"#;
    portfolio::read(&document.replace("PREFERENCES", preferences)).unwrap()
}

const GOOD: &str = r#"{"trades": [
    {"action": "SELL", "ticker": "S", "lot_id": "L1", "quantity": 250, "rationale": "too much in stocks"},
    {"action": "BUY", "ticker": "B", "quantity": "120", "estimated_price": 20.01}]}"#;

fn report(preferences: &str, plan: &str) -> Report {
    validate(&household(preferences), &Rates::default(), &read_plan(plan).unwrap(), None)
}

#[test]
fn a_good_plan_is_stamped_with_its_names_resolved() {
    let portfolio = household("");
    let plan = read_plan(GOOD).unwrap();
    let validated = stamp(&portfolio, &Rates::default(), &plan, None).unwrap();
    let [sell, buy] = validated.trades() else { panic!("{validated:?}") };
    assert_eq!((sell.account_id.as_str(), sell.lot_id.as_deref()), ("default", Some("L1")));
    assert_eq!((sell.estimated_price.0, sell.rationale.as_str()), (dec!(10), "too much in stocks"));
    assert_eq!((buy.action, buy.quantity.0, buy.estimated_price.0), (Side::Buy, dec!(120), dec!(20.01)));
    assert!(validated.report().passed());
}

#[test]
fn a_plan_that_breaks_a_rule_comes_back_with_its_report() {
    let refused = stamp(&household("\"no_sells\""), &Rates::default(), &read_plan(GOOD).unwrap(), None);
    let codes: Vec<String> = refused.unwrap_err().verdict.violations.into_iter().map(|v| v.code).collect();
    assert_eq!(codes, ["preference.no_sells"]);
}

#[test]
fn the_schedule_is_judged_where_there_is_a_clock() {
    let portfolio = household("\"execute_between_0945_1530_ET\"");
    let plan = read_plan(GOOD).unwrap();
    let at = |now: &str| Moment { now: now.parse().unwrap(), rebalances: Vec::new() };
    assert!(stamp(&portfolio, &Rates::default(), &plan, None).is_ok());
    assert!(stamp(&portfolio, &Rates::default(), &plan, Some(&at("2026-11-20T15:00:00Z"))).is_ok());
    assert!(stamp(&portfolio, &Rates::default(), &plan, Some(&at("2026-11-20T23:00:00Z"))).is_err());
}

#[test]
fn every_figure_by_hand() {
    let r = report("", GOOD);
    // 250 · (10 − 9) long-term at 15 %; half of 10 bp of 2,400; 0.1 % of 2,400; V = 8,500.
    assert_eq!(r.terms.long_term_net, dec!(250));
    assert_eq!((r.terms.tax_usd, r.terms.cost_usd, r.terms.fee_usd), (dec!(37.5), dec!(1.2), dec!(2.4)));
    assert_eq!((r.terms.turnover_usd, r.terms.cash_usd), (dec!(4900), dec!(1098.8)));
    assert_eq!(r.cash_after["default"], dec!(1098.8));
    assert_eq!(r.orders[0].gain_long, dec!(250));
    assert_eq!((r.gains[0].lot_id.as_str(), r.gains[0].gain, r.gains[0].long), ("L1", dec!(250), true));
    assert_eq!(r.weights_before.keys().collect::<Vec<_>>(), ["Cash", "Stocks"]);
    let usd = |class: &str| (r.weights_after[class] * dec!(8500)).round_dp(20);
    assert_eq!((usd("Stocks"), usd("Bonds"), usd("Cash")), (dec!(5000), dec!(2400), dec!(1100)));
    // (5000 − 4250)² + (2400 − 3400)² + (1100 − 850)² over V².
    assert_eq!((r.terms.drift * dec!(72250000)).round_dp(15), dec!(1625000));
    let l = dec!(3) * r.terms.drift + (dec!(3.6) + dec!(37.5)) / dec!(8500);
    assert!((r.terms.objective - l).abs() < dec!(1e-20));
}

#[test]
fn what_the_desk_would_refuse_is_a_warning() {
    let plan = GOOD.replace("20.01", "25");
    let r = report("", &plan);
    assert!(r.passed());
    let refused: Vec<&str> = r.refusals().map(|w| w.code.as_str()).collect();
    assert_eq!(refused, ["desk.price_collar", "desk.price_band"]);
}

#[test]
fn the_same_input_gives_the_same_report() {
    assert_eq!(report("\"no_sells\"", GOOD), report("\"no_sells\"", GOOD));
}
