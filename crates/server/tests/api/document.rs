//! Documents that are sent along, and what is said of the whole API.

use crate::rooms::{Served, TEXT};

#[test]
fn a_document_that_is_sent_along_is_measured_and_planned_for() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let drift = ann.post("/api/v1/drift", TEXT).json();
    assert_eq!((drift["value_usd"].as_str(), drift["act"].as_bool()), (Some("54325.25"), Some(true)));
    let plan = ann.post("/api/v1/plans", TEXT).json();
    assert_eq!(
        (plan["status"].as_str(), plan["validation"]["passed"].as_bool()),
        (Some("optimal"), Some(true)),
        "{plan:#}"
    );
    let wrong = ann.post("/api/v1/plans", &TEXT.replace("\"quantity\": 60", "\"quantity\": -60"));
    assert_eq!(
        (wrong.status, wrong.json()["path"].as_str()),
        (422, Some("accounts[0].holdings[0].lots[0].quantity")),
        "{wrong:?}"
    );
}

#[test]
fn words_are_read_with_the_names_of_the_household() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let ask = |text: &str| {
        ann.post(
            "/api/v1/preferences",
            &serde_json::json!({"text": text, "household": served.smith.id.to_string()}).to_string(),
        )
    };
    let read = ask("keep five grand in cash, and sing me a song").json();
    assert_eq!(read["tokens"], serde_json::json!(["maintain_cash_balance_of_5000_usd"]));
    assert!(read["not_understood"][0].as_str().unwrap().contains("song"), "{read:#}");
    let others = ann.post(
        "/api/v1/preferences",
        &serde_json::json!({"text": "x", "household": served.jones.id.to_string()}).to_string(),
    );
    assert_eq!(others.status, 404);
}

/// The document that clients are generated from changes only where somebody looks at the change: `EQUIPOISE_WRITE=1` writes it anew.
#[test]
fn the_document_of_the_api_is_the_one_that_is_kept() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/openapi.json");
    let made = server::openapi().to_pretty_json().unwrap() + "\n";
    if std::env::var_os("EQUIPOISE_WRITE").is_some() {
        std::fs::write(&path, &made).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        kept == made,
        "docs/openapi.json is not what the code says; look at the change, then: EQUIPOISE_WRITE=1 cargo test -p server"
    );
    let served = Served::new();
    let told: serde_json::Value = served.nobody().get("/openapi.json").json();
    assert_eq!(told, serde_json::from_str::<serde_json::Value>(&made).unwrap());
    assert_eq!(told["openapi"], "3.1.0");
    let operations =
        told["paths"].as_object().unwrap().values().flat_map(|item| item.as_object().unwrap().values());
    let mut names: Vec<&str> = operations.filter_map(|operation| operation["operationId"].as_str()).collect();
    let count = names.len();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), count, "a client has one function for each: {names:?}");
}

#[test]
fn whoever_operates_it_is_told_how_it_is() {
    let served = Served::new();
    let nobody = served.nobody();
    assert_eq!(nobody.get("/livez").status, 204);
    assert_eq!(nobody.get("/readyz").json()["database"], "ok");
    served.signed_in("ann").get(&format!("/api/v1/households/{}", served.smith.id));
    let figures = nobody.get("/metrics").body;
    let expected = r#"equipoise_http_requests_total{route="/api/v1/households/{household}",method="GET",status="200"} 1"#;
    assert!(figures.contains(expected), "{figures}");
    assert!(!figures.contains(&served.smith.id.to_string()) && !figures.contains("smith"), "{figures}");
}
