//! What is told of a household, and how its document is changed.

use crate::rooms::{Served, TEXT};

#[test]
fn a_household_is_shown_with_every_digit() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let all = ann.get("/api/v1/households").json();
    assert_eq!(all["items"].as_array().unwrap().len(), 1, "bob's is not hers: {all:#}");
    let path = format!("/api/v1/households/{}", served.smith.id);
    let smith = ann.get(&path).json();
    assert_eq!((smith["name"].as_str(), smith["owner"].as_str()), (Some("smith"), Some("ann")));
    // 100.5 · 450 + 100 · 90 + 100.25
    assert_eq!((smith["value_usd"].as_str(), smith["cash_usd"].as_str()), (Some("54325.25"), Some("100.25")));
    assert_eq!(smith["breaches"], serde_json::json!(["Bonds", "Stocks"]));
    let drift = ann.get(&format!("{path}/drift")).json();
    let stocks = &drift["drift"]["classes"]
        .as_array()
        .unwrap()
        .iter()
        .find(|class| class["class"] == "Stocks")
        .unwrap()
        .clone();
    assert_eq!((stocks["target"].as_str(), stocks["breached"].as_bool()), (Some("0.6"), Some(true)));
    assert_eq!(ann.get(&format!("{path}/accounts")).json()["items"][0]["cash"], "100.25");
    let lots = ann.get(&format!("{path}/lots?limit=2")).json();
    assert_eq!(lots["items"].as_array().unwrap().len(), 2);
    let rest = ann.get(&format!("{path}/lots?limit=2&after={}", lots["next"].as_str().unwrap())).json();
    assert_eq!((rest["items"].as_array().unwrap().len(), rest["next"].as_str()), (1, None));
    let bases: Vec<_> = [&lots, &rest]
        .iter()
        .flat_map(|page| page["items"].as_array().unwrap())
        .map(|lot| lot["basis_per_share"].clone())
        .collect();
    assert!(bases.contains(&"445.123456".into()), "{bases:?}");
    // 60 shares at 450.00 that cost 440.10, bought years ago.
    let first = &lots["items"].as_array().unwrap().iter().find(|lot| lot["lot_id"] == "L1").unwrap().clone();
    assert_eq!(
        [&first["class"], &first["value_usd"], &first["gain_usd"], &first["term"]],
        ["Stocks", "27000", "594", "long"],
        "{first:#}"
    );
    for empty in ["transactions", "gains", "drift-history"] {
        assert_eq!(ann.get(&format!("{path}/{empty}")).json()["items"], serde_json::json!([]), "{empty}");
    }
    assert_eq!(ann.get(&format!("{path}/lots?limit=0")).code(), "invalid");
    assert_eq!(ann.get(&format!("{path}/lots?colour=red")).code(), "invalid");
    let prices = ann.get("/api/v1/prices").json();
    assert_eq!(prices["items"][0]["ticker"], "AGG");
}

#[test]
fn of_two_who_change_a_document_the_second_looks_again() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}/document", served.smith.id);
    let shown = ann.get(&path);
    assert_eq!((shown.header("etag"), shown.body.as_str()), (Some("\"1\""), TEXT));
    assert_eq!(ann.with("if-none-match", "\"1\"").get(&path).status, 304);
    let text = TEXT.replace("\"Stocks\": 0.60, \"Bonds\": 0.40", "\"Stocks\": 0.7, \"Bonds\": 0.3");
    assert_eq!(ann.ask("PUT", &path, Some(&text)).status, 428);
    let put = |tag: &str, text: &str| ann.with("if-match", tag).ask("PUT", &path, Some(text));
    let done = put("\"1\"", &text);
    assert_eq!(
        (done.status, done.header("etag"), done.json()["version"].as_u64()),
        (200, Some("\"2\""), Some(2))
    );
    assert_eq!(put("\"1\"", TEXT).status, 412);
    assert_eq!(ann.get(&path).body, text);
    let wrong = put("\"2\"", &text.replace("0.3}", "0.4}"));
    assert_eq!((wrong.status, wrong.json()["path"].as_str()), (422, Some("target_allocation")), "{wrong:?}");
    assert!(wrong.json()["detail"].as_str().unwrap().contains("sum to 1.1"), "{wrong:?}");
    assert_eq!(put("\"2\"", "{").status, 422);
    // What is held on a day that is to come is not known today.
    let to_come = text.replace("\"as_of\": \"2026-", "\"as_of\": \"2099-");
    assert_ne!(to_come, text);
    let others = to_come.replace("smith", "anew");
    for refused in [put("\"2\"", &to_come), ann.post("/api/v1/households", &others)] {
        assert_eq!((refused.status, refused.json()["path"].as_str()), (422, Some("as_of")), "{refused:?}");
        assert!(
            refused.json()["detail"].as_str().unwrap().contains("which is to come: today is"),
            "{refused:?}"
        );
    }
}

#[test]
fn a_household_is_paused_and_goes_on() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}", served.smith.id);
    assert_eq!(
        ann.post(&format!("{path}/pause"), r#"{"why": "holiday", "until": "2026-12-01T00:00:00Z"}"#).status,
        204
    );
    assert_eq!(
        ann.get(&path).json()["paused"],
        serde_json::json!({"until": "2026-12-01T00:00:00Z", "why": "holiday"})
    );
    assert_eq!(
        ann.post(&format!("{path}/pause"), r#"{"why": "x", "until": "2026-11-01T00:00:00Z"}"#).status,
        422
    );
    assert_eq!(ann.post(&format!("{path}/resume"), "").status, 204);
    assert_eq!(ann.get(&path).json()["paused"], serde_json::Value::Null);
}
