//! What concerns every household at once: the kill switch, prices that somebody believes, settings; and how old prices are.

use jiff::SignedDuration;
use portfolio::Decimal;
use rebalance::books::access::Role;
use rebalance::keeping::{Quote, World};
use serde_json::json;

use crate::rooms::Served;

/// SPY at a third of what it was a minute ago.
fn leaps(served: &Served) {
    served.rooms.quotes();
    served.rooms.later(SignedDuration::from_mins(1));
    let at = World::now(served.rooms.as_ref());
    let price = Decimal::from(150);
    let quote = Quote {
        ticker: "SPY".to_owned(),
        bid: price,
        ask: price,
        last: price,
        volume: None,
        as_of: at,
        received_at: at,
        source: "test".to_owned(),
    };
    server::House::kept(served.rooms.as_ref(), &mut |keeper| {
        assert_eq!(keeper.take_in(std::slice::from_ref(&quote)).unwrap(), 0, "it is held back");
    })
    .unwrap();
}

#[test]
fn trading_is_halted_and_goes_on() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let halt = r#"{"reason": "prices look wrong"}"#;
    assert_eq!(
        ann.post("/api/v1/trading/halt", halt).status,
        404,
        "who owns a household does not stop them all"
    );
    served.rooms.grant(&served.rooms.person("eve"), Role::Admin, None);
    let eve = served.signed_in("eve");
    assert_eq!(eve.post("/api/v1/trading/halt", r#"{"reason": " "}"#).json()["path"], "reason");
    assert_eq!(eve.post("/api/v1/trading/halt", halt).status, 204);
    let told = ann.get("/api/v1/trading").json();
    assert_eq!(
        told,
        json!({"halted": true, "reason": "prices look wrong", "is_live": false, "yours": false})
    );
    served.rooms.later(SignedDuration::from_mins(16));
    assert_eq!(eve.post("/api/v1/trading/resume", "").code(), "proof_needed");
    let eve = served.signed_in("eve");
    assert_eq!(eve.post("/api/v1/trading/resume", "").status, 204);
    assert_eq!(ann.get("/api/v1/trading").json()["halted"], false);
    let key = r#"{"label": "x", "rights": ["read", "write"], "until": "2026-12-01T00:00:00Z"}"#;
    let secret = eve.post("/api/v1/keys", key).json()["secret"].as_str().unwrap().to_owned();
    let program = served.nobody().with("authorization", &format!("Bearer {secret}"));
    assert_eq!(program.post("/api/v1/trading/halt", halt).status, 404, "a program has no such right");
}

#[test]
fn a_price_that_is_held_back_counts_once_an_administrator_believes_it() {
    let served = Served::new();
    leaps(&served);
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let held = ann.get("/api/v1/prices/held").json()["items"].clone();
    assert_eq!(
        (held[0]["ticker"].as_str(), held[0]["price_usd"].as_str()),
        (Some("SPY"), Some("150")),
        "{held:#}"
    );
    assert_eq!(held[0]["good_price_usd"], "450");
    let stranger = served.rooms.person("stranger");
    assert_eq!(served.signed_in("stranger").get("/api/v1/prices/held").json()["items"], json!([]));
    drop(stranger);
    let belief = r#"{"price_usd": "150"}"#;
    assert_eq!(ann.post("/api/v1/prices/SPY/believe", belief).status, 404);
    served.rooms.grant(&served.rooms.person("eve"), Role::Admin, None);
    let eve = served.signed_in("eve");
    let other = eve.post("/api/v1/prices/SPY/believe", r#"{"price_usd": "151"}"#);
    assert_eq!((other.status, other.code()), (409, "other_price".to_owned()));
    assert_eq!(eve.post("/api/v1/prices/AGG/believe", belief).status, 404, "it is not held back");
    assert_eq!(eve.post("/api/v1/prices/SPY/believe", r#"{"price_usd": 150}"#).json()["path"], "price_usd");
    assert_eq!(eve.post("/api/v1/prices/SPY/believe", belief).status, 204);
    let prices = bob.get("/api/v1/prices").json();
    let spy = prices["items"].as_array().unwrap().iter().find(|one| one["ticker"] == "SPY").unwrap();
    assert_eq!(spy["price_usd"], "150", "{spy:#}");
    assert_eq!(bob.get("/api/v1/prices/held").json()["items"], json!([]));
}

#[test]
fn settings_are_for_who_keeps_the_installation() {
    let served = Served::new();
    assert_eq!(served.signed_in("ann").get("/api/v1/settings").status, 404);
    served.rooms.grant(&served.rooms.person("eve"), Role::Admin, None);
    let told = served.signed_in("eve").get("/api/v1/settings").json();
    assert_eq!(told["items"], json!([{"name": "broker", "value": "manual"}]));
}
