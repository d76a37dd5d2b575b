//! Model portfolios: who may make, see and publish them, and what is told of households that somebody may not see.

use serde_json::{Value, json};

use crate::client::Client;
use crate::rooms::{Served, TEXT};

const GROWTH: &str = "/api/v1/model-portfolios/Growth%20%26%20more";

fn target(stocks: &str, bonds: &str) -> Value {
    json!({"target_allocation": {"Stocks": stocks, "Bonds": bonds}})
}

/// What it would do, and then publishes it.
fn publish(client: &Client, target: &Value) -> (Value, Value) {
    let effect = client.post(&format!("{GROWTH}/effect"), &json!({"target": target}).to_string());
    assert_eq!(effect.status, 200, "{effect:?}");
    let effect = effect.json();
    let body = json!({"target": target, "effect": effect["effect"], "about": "for the young"});
    let published = client.ask("PUT", GROWTH, Some(&body.to_string()));
    assert_eq!(published.status, 200, "{published:?}");
    (effect, published.json())
}

#[test]
fn its_maker_publishes_what_was_looked_at_and_who_follows_takes_it_over() {
    let served = Served::new();
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let (smith, jones) = (
        format!("/api/v1/households/{}", served.smith.id),
        format!("/api/v1/households/{}", served.jones.id),
    );
    let (effect, published) = publish(&ann, &target("0.7", "0.3"));
    assert_eq!((&effect["present"], &effect["households"]), (&json!(0), &json!([])));
    assert_eq!(published["version"], 1);
    let follow = r#"{"model_portfolio": "Growth & more"}"#;
    assert_eq!(bob.ask("PUT", &format!("{smith}/model-portfolio"), Some(follow)).status, 404);
    for (client, path) in [(&ann, &smith), (&bob, &jones)] {
        let follows = client.ask("PUT", &format!("{path}/model-portfolio"), Some(follow));
        assert_eq!(follows.status, 204, "{follows:?}");
    }
    let shown = bob.get(GROWTH).json();
    assert_eq!(
        (&shown["followers"], &shown["may_publish"], &shown["maker"]),
        (&json!(2), &json!(false), &json!("ann"))
    );
    assert_eq!(shown["target"]["target_allocation"], json!({"Stocks": "0.7", "Bonds": "0.3"}));
    let household = ann.get(&smith).json();
    assert_eq!(
        household["model_portfolio"],
        json!({"name": "Growth & more", "version": 1, "published": 1, "refused": null})
    );

    // Bob neither looks what it would do to ann's household, nor publishes.
    let asked = json!({"target": target("0.1", "0.9")}).to_string();
    assert_eq!(bob.post(&format!("{GROWTH}/effect"), &asked).status, 403);
    let body = json!({"target": target("0.1", "0.9"), "effect": "x"}).to_string();
    assert_eq!(bob.ask("PUT", GROWTH, Some(&body)).status, 403);
    // Nor does ann without having looked.
    let stale = ann.ask("PUT", GROWTH, Some(&body));
    assert_eq!((stale.status, stale.code().as_str()), (409, "changed"));

    // Of bob's household ann learns that there is one more.
    let (effect, published) = publish(&ann, &target("0.2", "0.8"));
    assert_eq!(
        (&effect["present"], &effect["unseen"], &published["unseen"]),
        (&json!(1), &json!(1), &json!(1))
    );
    let of_smith = &effect["households"][0];
    assert_eq!(of_smith["name"], "smith");
    assert_eq!(of_smith["after"]["worst_class"], "Bonds");
    assert_eq!(of_smith["refused"], Value::Null);
    assert_eq!(
        published["households"],
        json!([{"household": served.smith.id.to_string(), "name": "smith", "outcome": "taken", "why": null}])
    );
    for (client, path) in [(&ann, &smith), (&bob, &jones)] {
        assert_eq!(
            client.get(&format!("{path}/document")).json()["target_allocation"]["Stocks"].to_string(),
            "0.2"
        );
    }

    // Another target by hand is refused while it follows.
    let version = ann.get(&smith).json()["portfolio_version"].to_string();
    let by_hand = |version: &str| {
        ann.with("if-match", &format!("\"{version}\"")).ask("PUT", &format!("{smith}/document"), Some(TEXT))
    };
    let refused = by_hand(&version);
    assert_eq!((refused.status, refused.code().as_str()), (409, "follows_model_portfolio"));
    assert_eq!(ann.ask("DELETE", &format!("{smith}/model-portfolio"), None).status, 204);
    assert_eq!(by_hand(&version).status, 200);
    assert_eq!(ann.get(&smith).json()["model_portfolio"], Value::Null);
}

#[test]
fn what_is_no_target_or_no_model_is_told_with_its_place() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let effect =
        |target: Value| ann.post(&format!("{GROWTH}/effect"), &json!({"target": target}).to_string());
    let short = effect(json!({"target_allocation": {"Stocks": 0.6}}));
    assert_eq!((short.status, short.json()["path"].as_str()), (422, Some("target.target_allocation")));
    assert!(short.body.contains("the weights sum to 0.6"), "{short:?}");
    for bad in [
        json!({}),
        json!([]),
        json!("x"),
        json!({"cash": 5}),
        json!({"target_allocation": {"Stocks": "NaN"}}),
    ] {
        assert_eq!(effect(bad.clone()).status, 422, "{bad}");
    }
    let follow = format!("/api/v1/households/{}/model-portfolio", served.smith.id);
    let none = ann.ask("PUT", &follow, Some(r#"{"model_portfolio": "nobody's"}"#));
    assert_eq!((none.status, none.json()["path"].as_str()), (422, Some("model_portfolio")));
    assert_eq!(ann.get(GROWTH).status, 404);
    // What has no bonds can't follow, and keeps its target.
    publish(&ann, &json!({"target_allocation": {"Timber": 1}}));
    let refused = ann.ask("PUT", &follow, Some(r#"{"model_portfolio": "Growth & more"}"#));
    assert_eq!(refused.status, 422, "{refused:?}");
    assert!(refused.body.contains("Timber"), "{refused:?}");
    // Who has no household sees nothing of it.
    served.rooms.person("eve");
    let eve = served.signed_in("eve");
    assert_eq!((eve.get("/api/v1/model-portfolios").status, eve.get(GROWTH).status), (404, 404));
    assert_eq!(ann.get("/api/v1/model-portfolios").json()["items"][0]["name"], "Growth & more");
}
