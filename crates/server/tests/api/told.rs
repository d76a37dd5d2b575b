//! What a person tells of a household beside its document: money in and out, what the broker holds; and what its record is asked.

use serde_json::{Value, json};

use crate::rooms::{Served, TEXT};

#[test]
fn money_comes_in_is_asked_for_and_goes_out_to_the_cent() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}/cash-flows", served.smith.id);
    let tell = |what: &str, usd: &str| {
        ann.post(&path, &json!({"account_id": "joint", "what": what, "usd": usd}).to_string())
    };
    let told = tell("deposit", "1000.05");
    assert_eq!(told.status, 201, "{told:?}");
    let view = |cash: &str, out: &str, version: u64| json!({"account_id": "joint", "cash_usd": cash, "to_pay_out_usd": out, "portfolio_version": version});
    assert_eq!(told.json(), view("1100.3", "0", 2));
    assert_eq!(tell("withdraw", "5000").json(), view("1100.3", "5000", 3));
    assert_eq!(tell("keep", "4000").json(), view("1100.3", "1000", 4));
    assert_eq!(tell("paid", "1000").json(), view("100.3", "0", 5));
    let booked = ann.get(&format!("/api/v1/households/{}/transactions", served.smith.id)).json();
    let cash: Vec<&Value> = booked["items"].as_array().unwrap().iter().map(|one| &one["cash"]).collect();
    assert_eq!(cash, [&json!("1000.05"), &json!("-1000")], "{booked:#}");
    for (what, usd, path) in [
        ("paid", "5000", "usd"),
        ("keep", "1", "usd"),
        ("deposit", "0.001", "usd"),
        ("deposit", "-1", "usd"),
        ("deposit", "1e3", "usd"),
        ("stolen", "1", "what"),
    ] {
        let refused = tell(what, usd);
        assert_eq!(
            (refused.status, refused.json()["path"].as_str()),
            (422, Some(path)),
            "{what} {usd}: {refused:?}"
        );
    }
    let nowhere = ann.post(&path, r#"{"account_id": "x", "what": "deposit", "usd": "1"}"#);
    assert_eq!(nowhere.json()["path"], "account_id", "{nowhere:?}");
}

#[test]
fn what_was_reconciled_last_is_on_record() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}/reconciliation", served.smith.id);
    assert_eq!(ann.get(&path).code(), "never_reconciled");
    let found = ann.post(&path, TEXT);
    assert_eq!((found.status, found.json()["agrees"].as_bool()), (200, Some(false)), "{found:?}");
    let last = ann.get(&path).json();
    assert_eq!(last["against"], found.json()["against"]);
    assert_eq!(last["at"], "2026-11-25T15:00:00Z");
    assert_eq!(ann.post(&path, "{}").status, 422, "that is no document");
}

#[test]
fn a_plan_is_made_again_and_examined() {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    assert_eq!(ann.get(&format!("/api/v1/proposals/{id}/replay")).json()["outcome"], "same");
    let none = ann.get(&format!("/api/v1/proposals/{id}/replay?attempt=7"));
    assert_eq!(none.json()["path"], "attempt", "{none:?}");
    for path in [format!("/api/v1/proposals/{id}"), format!("/api/v1/households/{}", served.smith.id)] {
        let page = ann.get(&format!("{path}/examination"));
        assert_eq!((page.status, page.body.as_str()), (200, format!("<p>{id}</p>\n").as_str()));
        assert!(page.header("content-disposition").unwrap().starts_with("attachment"));
        assert!(page.header("content-security-policy").unwrap().contains("sandbox"));
    }
}

#[test]
fn a_plan_that_is_sent_along_is_judged() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let document: Value = serde_json::from_str(TEXT).unwrap();
    let judged =
        |plan: Value| ann.post("/api/v1/validate", &json!({"document": document, "plan": plan}).to_string());
    let fine = judged(json!({"trades": []})).json();
    assert_eq!(fine["passed"], true, "{fine:#}");
    let row =
        json!({"action": "SELL", "account_id": "joint", "ticker": "SPY", "lot_id": "none", "quantity": "1"});
    let wrong = judged(json!({"trades": [row]})).json();
    assert_eq!(wrong["violations"][0]["code"], "position.unknown_lot", "{wrong:#}");
    assert_eq!(ann.post("/api/v1/validate", r#"{"document": {}, "plan": {"trades": []}}"#).status, 422);
}
