//! Every address as everybody, against the household of somebody else: nobody sees what is not theirs, nor whether it exists.

use rebalance::books::access::Role;
use serde_json::{Value, json};

use crate::client::{Client, Reply};
use crate::rooms::{Served, TEXT};

/// Addresses that anybody may ask.
const OPEN: [&str; 8] = [
    "/api/v1/session/provider",
    "/api/v1/session/provider/return",
    "/api/v1/session",
    "/api/v1/session/guest",
    "/api/v1/welcome",
    "/livez",
    "/readyz",
    "/metrics",
];
/// Addresses that are about nobody else: what they answer is one's own.
const OWN: [&str; 28] = [
    "GET /api/v1/session",
    "DELETE /api/v1/session",
    "POST /api/v1/session/proof",
    "GET /api/v1/households",
    "POST /api/v1/households",
    "GET /api/v1/preferences",
    "POST /api/v1/imports",
    "GET /api/v1/households/table",
    "GET /api/v1/proposals",
    "GET /api/v1/prices",
    "GET /api/v1/grants",
    "GET /api/v1/keys",
    "POST /api/v1/keys",
    "GET /api/v1/events",
    "POST /api/v1/drift",
    "POST /api/v1/plans",
    "POST /api/v1/validate",
    "GET /api/v1/prices/held",
    "GET /api/v1/trading",
    "GET /api/v1/orders",
    "GET /api/v1/tickets",
    "GET /api/v1/costs",
    "GET /api/v1/fills",
    "GET /api/v1/house-rules",
    "GET /api/v1/model-portfolios",
    "POST /api/v1/model-portfolios/{model}/effect",
    "PUT /api/v1/model-portfolios/{model}",
    "DELETE /api/v1/model-portfolios/{model}",
];

/// Every address with its methods.
fn addresses() -> Vec<(String, String)> {
    let document: Value = serde_json::to_value(server::openapi()).unwrap();
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for method in item
            .as_object()
            .unwrap()
            .keys()
            .filter(|key| ["get", "put", "post", "delete", "patch"].contains(&key.as_str()))
        {
            all.push((method.to_uppercase(), path.clone()));
        }
    }
    assert!(all.len() > 35, "{all:?}");
    all
}

/// A body that each address takes.
fn body(method: &str, path: &str, household: &str) -> Option<String> {
    let body = match (method, path) {
        ("GET" | "DELETE", _) => return None,
        (_, "/api/v1/trading/halt") => json!({"reason": "x"}),
        (_, path) if path.ends_with("/1099-b") => json!({"csv": "x"}),
        (_, "/api/v1/fills") => json!({"fills": [{"order": "rec-x-1-0", "ended": "x"}]}),
        (_, path) if path.ends_with("/believe") => json!({"price_usd": "1"}),
        (_, path) if path.ends_with("/cash-flows") => {
            json!({"account_id": "joint", "what": "deposit", "usd": "1"})
        }
        (_, path) if path.ends_with("/pause") => json!({"why": "x"}),
        (_, path) if path.ends_with("/approve") => json!({"plan_hash": "0"}),
        (_, path) if path.ends_with("/reject") => json!({"reason": "x"}),
        (_, path) if path.ends_with("/what-if") => json!({"trades": []}),
        (_, path) if path.ends_with("/plan") => json!({"plan_hash": "0", "trades": []}),
        (_, path) if path.ends_with("/snooze") => json!({"class": "Stocks", "until": "2026-12-01T00:00:00Z"}),
        (_, path) if path.ends_with("/password") => json!({"password": "taken over!!"}),
        (_, "/api/v1/people") => json!({"name": "mallory"}),
        (_, "/api/v1/grants") => json!({"person": "mallory", "role": "investor", "household": household}),
        (_, "/api/v1/preferences") => json!({"text": "no tobacco", "household": household}),
        (_, path) if path.ends_with("/document") || path.ends_with("/reconciliation") => {
            return Some(TEXT.to_owned());
        }
        (_, path) if path.ends_with("/model-portfolio") => json!({"model_portfolio": "x"}),
        (_, "/api/v1/house-rules/proposal") => json!({"rules": {}, "over": 0}),
        (_, "/api/v1/house-rules/proposal/confirm") => json!({"proposal": "x"}),
        _ => json!({}),
    };
    Some(body.to_string())
}

/// Somebody asks, with names put in.
fn ask(client: &Client, method: &str, path: &str, names: &[(&str, &str)], household: &str) -> Reply {
    let filled =
        names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(&format!("{{{name}}}"), value));
    client.with("if-match", "\"1\"").ask(method, &filled, body(method, path, household).as_deref())
}

/// What is told, without the name of the request.
fn told(reply: &Reply) -> (u16, Value) {
    let mut problem: Value = serde_json::from_str(&reply.body).unwrap_or_default();
    if let Some(problem) = problem.as_object_mut() {
        problem.remove("request_id");
    }
    (reply.status, problem)
}

#[test]
fn nobody_is_let_in_anywhere() {
    let served = Served::new();
    let (nobody, smith) = (served.nobody(), served.smith.id.to_string());
    let wrong = [
        nobody.clone(),
        nobody.with("cookie", "__Host-equipoise=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"),
        nobody.with("authorization", "Bearer eqk_0190b2f05c1e7d3a9b1f3f6f5a0c2e11_AAAA"),
        nobody.with("authorization", "Basic YW5uOng="),
    ];
    for (method, path) in addresses() {
        if OPEN.contains(&path.as_str()) && !(path == "/api/v1/session" && method != "POST") {
            continue;
        }
        for client in &wrong {
            let reply = ask(client, &method, &path, &[("household", &smith)], &smith);
            assert_eq!(
                (reply.status, reply.code().as_str()),
                (401, "unauthenticated"),
                "{method} {path}: {reply:?}"
            );
        }
    }
}

#[test]
fn what_is_somebody_elses_is_not_there() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    // What there is of ann's: a role, a key.
    let bob = served.rooms.person("bob");
    let person = ann.get("/api/v1/session").json()["person"].as_str().unwrap().to_owned();
    let grant = ann.post(
        "/api/v1/grants",
        &format!(r#"{{"person": "ann", "role": "auditor", "household": "{}"}}"#, served.smith.id),
    );
    let key =
        ann.post("/api/v1/keys", r#"{"label": "x", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#);
    let (grant, key) =
        (grant.json()["id"].as_str().unwrap().to_owned(), key.json()["id"].as_str().unwrap().to_owned());
    let proposal = served.rooms.proposal(&served.smith);
    let smith = served.smith.id.to_string();
    let version = ann.get(&format!("/api/v1/households/{smith}")).json()["portfolio_version"].clone();
    let nothing = "0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11";
    let strangers =
        [None, Some(Role::Investor), Some(Role::Adviser), Some(Role::Approver), Some(Role::Auditor)];
    for (number, role) in strangers.into_iter().enumerate() {
        let name = format!("stranger {number}");
        let stranger = served.rooms.person(&name);
        if let Some(role) = role {
            served.rooms.grant(&stranger, role, Some(&served.jones));
        }
        let client = served.signed_in(&name);
        for (method, path) in addresses() {
            // Orders are named in what is sent: `orders.rs` asks for those of somebody else.
            if OPEN.contains(&path.as_str())
                || OWN.contains(&format!("{method} {path}").as_str())
                || (method == "POST" && path == "/api/v1/fills")
            {
                continue;
            }
            // An auditor of another household may see the log as a whole, which tells nothing about anybody.
            if ["/api/v1/audit/checkpoint", "/api/v1/audit/records", "/api/v1/audit/verify"]
                .contains(&path.as_str())
                && matches!(role, Some(Role::Auditor | Role::Investor))
            {
                continue;
            }
            let there = [
                ("household", smith.as_str()),
                ("person", &person),
                ("grant", &grant),
                ("key", &key),
                ("proposal", &proposal),
                ("record", "3"),
                ("ticker", "SPY"),
            ];
            let absent = [
                ("household", nothing),
                ("person", nothing),
                ("grant", nothing),
                ("key", nothing),
                ("proposal", nothing),
                ("record", "99999"),
                ("ticker", "NONE"),
            ];
            let theirs = told(&ask(&client, &method, &path, &there, &smith));
            let nobodys = told(&ask(&client, &method, &path, &absent, nothing));
            assert_eq!(theirs.0, 404, "{role:?} {method} {path}: {theirs:?}");
            assert_eq!(theirs, nobodys, "{role:?} {method} {path}: what is not there is told otherwise");
        }
    }
    drop(bob);
    // Nothing of it was done.
    assert_eq!(ann.get(&format!("/api/v1/proposals/{proposal}")).json()["state"], "Pending_Approval");
    assert_eq!(ann.get(&format!("/api/v1/households/{smith}")).json()["paused"], Value::Null);
    assert_eq!(ann.get(&format!("/api/v1/households/{smith}")).json()["portfolio_version"], version);
    assert_eq!(ann.get("/api/v1/grants").json()["items"].as_array().unwrap().len(), 1);
}

#[test]
fn who_may_see_may_not_do_more() {
    let served = Served::new();
    let smith = served.smith.id.to_string();
    let path = |rest: &str| format!("/api/v1/households/{smith}/{rest}");
    for (role, writes) in [(Role::Adviser, true), (Role::Approver, false), (Role::Auditor, false)] {
        let person = served.rooms.person(role.word());
        served.rooms.grant(&person, role, Some(&served.smith));
        let client = served.signed_in(role.word());
        assert_eq!(client.get(&path("lots")).status, 200, "{role:?}");
        let wrote = client.post(&path("pause"), r#"{"why": "x", "until": "2026-12-01T00:00:00Z"}"#);
        assert_eq!(wrote.status, if writes { 204 } else { 403 }, "{role:?}");
        if !writes {
            assert_eq!(wrote.code(), "forbidden");
        }
    }
}
