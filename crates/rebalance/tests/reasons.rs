//! What a plan says of itself is the true reason: small households with one thing in the way each.

#![allow(clippy::unwrap_used)]

use explain::Depth;
use portfolio::Plan;
use rebalance::{Options, cycle};
use serde_json::{Value, json};

/// A class `Stocks` in VTI and `Bonds` in BND, both bought at the price of today in one account.
fn household(stocks: u32, bonds: u32, cash: f64, targets: &Value, wishes: &[&str]) -> Value {
    let lot = |id: &str, shares: u32| json!([{"lot_id": id, "quantity": shares, "acquisition_date": "2020-01-02", "cost_basis_per_share": 10}]);
    json!({
        "as_of": "2026-11-20", "target_allocation": targets, "preferences": wishes,
        "securities": [
            {"ticker": "VTI", "asset_class": "Stocks", "current_price": 10, "kind": "etf", "spread_bps": 1},
            {"ticker": "BND", "asset_class": "Bonds", "current_price": 10, "kind": "etf", "spread_bps": 1}],
        "accounts": [{"account_id": "a", "kind": "taxable", "cash": cash, "holdings": [
            {"ticker": "VTI", "lots": lot("V1", stocks)}, {"ticker": "BND", "lots": lot("B1", bonds)}]}]
    })
}

fn plan(document: &Value) -> Plan {
    cycle(&document.to_string(), &Options { depth: Depth::Full, ..Options::default() }).unwrap().plan
}

/// Reason and text of the note on a class that stays off its target.
fn off(plan: &Plan, class: &str) -> (String, String) {
    let notes = plan.more["off_target"].as_array().unwrap();
    let note = notes.iter().find(|n| n["class"] == class).unwrap_or_else(|| panic!("{class}: {notes:?}"));
    (note["reason"].as_str().unwrap().to_owned(), note["text"].as_str().unwrap().to_owned())
}

#[test]
fn too_little_for_an_order_is_said_so() {
    let document = household(60, 40, 0.9, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]);
    let idle = plan(&document);
    assert!(idle.trades.is_empty());
    let told = "Doing nothing is the best plan: what would be worth trading is less than the least size of an order.";
    assert!(idle.summary_rationale.contains(told), "{}", idle.summary_rationale);
    assert_eq!(off(&idle, "Cash").0, "order.below_minimum");
    let mut whole = household(600, 400, 9.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]);
    whole["securities"][0]["quantity_increment"] = json!(1);
    whole["securities"][1]["quantity_increment"] = json!(1);
    let idle = plan(&whole);
    assert!(idle.trades.is_empty());
    assert_eq!(off(&idle, "Cash").0, "order.increment");
    assert!(
        idle.summary_rationale.contains("less than the step in which it trades."),
        "{}",
        idle.summary_rationale
    );
}

#[test]
fn where_trading_costs_more_it_is_said_so() {
    let mut document = household(600, 400, 30.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]);
    for security in 0..2 {
        document["securities"][security]["commission"] = json!(25);
    }
    let idle = plan(&document);
    assert!(idle.trades.is_empty());
    assert!(
        idle.summary_rationale.contains("any trade would cost more than it brings"),
        "{}",
        idle.summary_rationale
    );
    assert_eq!(off(&idle, "Cash").0, "cost.trading");
}

#[test]
fn a_rule_that_holds_everything_is_no_cost() {
    let document = household(700, 300, 0.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &["no_sells"]);
    let idle = plan(&document);
    assert!(
        idle.summary_rationale.contains("the best plan that keeps every rule."),
        "{}",
        idle.summary_rationale
    );
    assert!(!idle.summary_rationale.contains("cost more than it brings"), "{}", idle.summary_rationale);
    assert_eq!(off(&idle, "Stocks").0, "preference.no_sells");
}

#[test]
fn cash_names_what_is_not_bought_and_why() {
    let wishes = ["do_not_buy_ticker_VTI", "do_not_buy_ticker_BND"];
    let told = plan(&household(500, 400, 1000.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &wishes));
    let (reason, text) = off(&told, "Cash");
    assert_eq!(reason, "preference.do_not_buy");
    assert!(
        text.contains("What would be bought for it, Stocks, is not: its securities are not to be bought"),
        "{text}"
    );
    // Bonds alone could be bought, and are as far above their target as is worth it.
    let told = plan(&household(500, 400, 1000.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &wishes[..1]));
    let (reason, text) = off(&told, "Cash");
    assert_eq!(reason, "preference.do_not_buy", "{text}");
}

#[test]
fn a_class_that_the_plan_buys_past_its_target_is_balanced() {
    let mut document =
        household(500, 0, 5000.0, &json!({"Stocks": 0.7, "Bonds": 0.3}), &["do_not_buy_ticker_VTI"]);
    document["accounts"][0]["holdings"].as_array_mut().unwrap().truncate(1);
    let told = plan(&document);
    assert_eq!(off(&told, "Bonds").0, "target.balanced");
    assert_eq!(off(&told, "Stocks").0, "preference.do_not_buy");
}

#[test]
fn a_plan_to_the_edge_measures_from_the_weights_aimed_for() {
    for (to, told) in
        [("edge", "at the edge of the bands"), ("midway", "half way from the targets to the edge")]
    {
        let mut document = household(700, 300, 0.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]);
        document["monitoring"] = json!({"trade_to": to});
        let plan = plan(&document);
        assert!(!plan.trades.is_empty());
        let mut texts: Vec<String> = plan.trades.iter().map(|t| t.rationale.clone()).collect();
        let notes = plan.more["off_target"].as_array().unwrap();
        texts.extend(notes.iter().map(|n| n["text"].as_str().unwrap().to_owned()));
        for text in &texts {
            assert!(!text.contains(" its target"), "{text}");
        }
        assert!(texts[0].contains("above the weight aimed for and is"), "{}", texts[0]);
        assert!(plan.summary_rationale.contains(told), "{}", plan.summary_rationale);
    }
}

#[test]
fn a_text_says_the_distances_that_the_table_shows() {
    // Thirds: by largest remainders the table shows 33.34, 33.33 and 33.33 %, which add up to 100.
    let targets = json!({"Stocks": 0.5, "Bonds": 0.25, "Gold": 0.25});
    let mut document = household(100, 100, 0.0, &targets, &["no_sells"]);
    document["securities"].as_array_mut().unwrap().push(
        json!({"ticker": "GLD", "asset_class": "Gold", "current_price": 10, "kind": "etf", "spread_bps": 1}),
    );
    document["accounts"][0]["holdings"].as_array_mut().unwrap().push(
        json!({"ticker": "GLD", "lots": [{"lot_id": "G1", "quantity": 100, "cost_basis_per_share": 10}]}),
    );
    let told = plan(&document);
    let shown = portfolio::money::percents(&["Bonds", "Gold", "Stocks", "Cash"].map(|class| {
        portfolio::Decimal::try_from(told.after.weights.get(class).copied().unwrap_or_default()).unwrap()
    }));
    for (class, shown) in ["Bonds", "Gold"].into_iter().zip(shown) {
        let off = format!("{class} stays {:.2} % above", shown - portfolio::Decimal::from(25));
        assert!(told.summary_rationale.contains(&off) || self::off(&told, class).1.contains(&off), "{off}");
    }
    assert!(
        told.summary_rationale.contains("Bonds is 8.34 % above its target"),
        "{}",
        told.summary_rationale
    );
    assert!(told.summary_rationale.contains("Gold is 8.33 % above its target"), "{}", told.summary_rationale);
}

#[test]
fn better_than_nothing_is_no_profit() {
    let told = plan(&household(700, 300, 0.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]));
    assert!(told.summary_rationale.contains("is no profit"), "{}", told.summary_rationale);
    assert!(!told.summary_rationale.contains("worth"), "{}", told.summary_rationale);
    assert!(
        !told.summary_rationale.contains("objective"),
        "no word of the optimiser: {}",
        told.summary_rationale
    );
}

/// The alarm advises to act, and nothing can be done: no sentence says "Act".
#[test]
fn where_nothing_can_be_done_nobody_is_told_to_act() {
    let targets = json!({"Stocks": 0.6, "Bonds": 0.4});
    let mut document =
        household(800, 200, 0.0, &targets, &["no_sells", "min_holding_months_24_unless_necessary"]);
    let idle = plan(&document);
    assert!(idle.trades.is_empty());
    let told = &idle.summary_rationale;
    assert!(told.starts_with("Bonds is 20.00 % below its target"), "{told}");
    let wish = "Bonds would stay 20.00 % below its target, outside its band of";
    assert!(told.contains(wish) && !told.contains("Act:"), "{told}");
    document["preferences"] = json!([]);
    assert!(plan(&document).summary_rationale.starts_with("Act: "));
}

/// No class is outside its band, and the plan trades: it is not said that there is no need to.
#[test]
fn a_plan_within_the_bands_is_told_as_one() {
    let traded = plan(&household(610, 390, 0.0, &json!({"Stocks": 0.6, "Bonds": 0.4}), &[]));
    assert!(!traded.trades.is_empty());
    let told = &traded.summary_rationale;
    assert!(told.starts_with("No class is outside its band; nearest to its edge, "), "{told}");
    assert!(told.contains(". The plan trades within the bands. Sells "), "{told}");
}

/// A plan of five hundred stocks says of how many trades it tells the next best.
#[test]
fn what_is_not_weighed_is_counted() {
    let document = include_str!("../../../examples/direct-500.json");
    let plan = cycle(document, &Options { depth: Depth::Full, ..Options::default() }).unwrap().plan;
    let weighed = plan.trades.iter().filter(|t| t.rationale.contains(" Without ")).count();
    assert_eq!(plan.more["alternatives"], json!({"weighed": weighed, "of": plan.trades.len()}));
    assert!(weighed > 50 && weighed < plan.trades.len(), "{weighed}");
}
