//! What an account holds, and bodies that were recorded elsewhere.

use execute::{Broker, BrokerError, Position};
use rust_decimal::dec;
use serde_json::{Value, json};

use super::server::Wrong;
use super::{schemas, subject};

fn recorded(text: &str, name: &str) -> Value {
    let all: Value = serde_json::from_str(text).unwrap();
    all[name][0].clone()
}

#[test]
fn cash_positions_and_debts_are_told_exactly() {
    let at = subject();
    let mut positions = recorded(include_str!("recorded/positions.json"), "test_get_all_positions");
    positions[0]["asset_marginable"] = json!(true);
    let mut short = positions[0].clone();
    (short["symbol"], short["side"], short["qty"]) = (json!("TSLA"), json!("short"), json!("-1.5"));
    short["cost_basis"] = json!("-300.123456789");
    positions.as_array_mut().unwrap().push(short);
    at.server.state().positions = positions;
    let held = at.broker.holdings("joint").unwrap().unwrap();
    assert_eq!(held.cash, dec!(-23140.2));
    let position =
        |ticker: &str, quantity, basis| Position { ticker: ticker.to_owned(), quantity, basis: Some(basis) };
    assert_eq!(
        held.positions,
        [position("AAPL", dec!(5), dec!(500)), position("TSLA", dec!(-1.5), dec!(-300.123456789))]
    );
    at.server.state().account["currency"] = json!("EUR");
    let error = at.broker.holdings("joint").unwrap_err().to_string();
    assert!(error.contains("kept in `EUR`"), "{error}");
}

#[test]
fn recorded_positions_without_a_newer_field_are_taken() {
    let at = subject();
    let positions = recorded(include_str!("recorded/positions.json"), "test_get_all_positions");
    at.server.next("GET /v2/positions", Wrong::Answer(200, "", positions.to_string()));
    assert_eq!(at.broker.holdings("joint").unwrap().unwrap().positions.len(), 1);
}

#[test]
fn half_of_what_is_held_is_not_told() {
    let at = subject();
    at.server.next("GET /v2/positions", Wrong::Answer(200, "", "[{\"symbol\":\"A\"}]".to_owned()));
    let error = at.broker.holdings("joint").unwrap_err().to_string();
    assert!(error.contains("`[0]`: missing field `qty`"), "{error}");
    at.server.next("GET /v2/positions", Wrong::Answer(500, "", String::new()));
    assert!(matches!(at.broker.holdings("joint"), Err(BrokerError::Unreachable { .. })));
}

/// The schemas find what they are to find; else that nothing is found would say nothing.
#[test]
fn the_specification_refuses_what_is_wrong() {
    let good = json!({"symbol": "SPY", "qty": "1", "side": "buy", "type": "market", "time_in_force": "day",
        "client_order_id": "o-1"});
    let faults = |body: &Value| schemas::faults_of_request("POST", "/v2/orders", &[], Some(body));
    assert_eq!(faults(&good), Vec::<String>::new());
    for (field, value) in [
        ("qty", json!(1)),
        ("side", json!("BUY")),
        ("time_in_force", json!("week")),
        ("type", json!(null)),
        ("client_order_id", json!("x".repeat(129))),
        ("lot_id", json!("L1")),
    ] {
        let mut body = good.clone();
        body[field] = value;
        assert!(!faults(&body).is_empty(), "{field}");
    }
    let asked = |name: &str, value: &str| {
        let query = [(name.to_owned(), value.to_owned())];
        schemas::faults_of_request("GET", "/v2/account/activities", &query, None)
    };
    assert!(asked("page_size", "100").is_empty() && asked("activity_types", "FILL,DIV").is_empty());
    assert!(!asked("page_size", "101").is_empty() && !asked("activity_types", "FILLS").is_empty());
    assert!(!asked("order_id", "x").is_empty() && !asked("after", "yesterday").is_empty());
    let unnamed = schemas::faults_of_request("GET", "/v2/orders:by_client_order_id", &[], None);
    assert!(!unnamed.is_empty());
    assert!(!schemas::faults_of_answer("GET", "/v2/clock", 200, Some(&json!({"is_open": 1}))).is_empty());
    let day = json!([{"date": "2026-11-27", "open": "09:30", "close": "13:00"}]);
    assert!(!schemas::faults_of_answer("GET", "/v2/calendar", 200, Some(&day)).is_empty());
}
