//! Model portfolios: who may make, see and publish them, and what is told of households that somebody may not see.

use rebalance::books::access::Role;
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
    assert_eq!(bob.get("/api/v1/households/table").json()["follows"], json!(["Growth & more"]));
    let shown = bob.get(GROWTH).json();
    assert_eq!(
        (&shown["followers"], &shown["may_publish"], &shown["maker"]),
        (&json!(2), &json!(false), &json!("ann"))
    );
    assert_eq!(shown["target"]["target_allocation"], json!({"Stocks": "0.7", "Bonds": "0.3"}));
    let household = ann.get(&smith).json();
    assert_eq!(
        household["model_portfolio"],
        json!({"name": "Growth & more", "version": 1, "published": 1, "refused": null, "is_offered": false})
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
    // His household is only offered it, since ann may not change it, until he has it follow anew.
    let stocks = |client: &Client, path: &str| {
        client.get(&format!("{path}/document")).json()["target_allocation"]["Stocks"].to_string()
    };
    assert_eq!((stocks(&ann, &smith), stocks(&bob, &jones)), ("0.2".to_owned(), "0.7".to_owned()));
    let household = bob.get(&jones).json();
    assert_eq!(
        household["model_portfolio"],
        json!({"name": "Growth & more", "version": 1, "published": 2, "refused": null, "is_offered": true})
    );
    let alerts = household["alerts"].to_string();
    assert!(alerts.contains("was published by somebody who may not change this household"), "{alerts}");
    served.rooms.look(&served.jones);
    assert_eq!(stocks(&bob, &jones), "0.7");
    let version = household["portfolio_version"].to_string();
    let own = bob.get(&format!("{jones}/document")).body;
    let same =
        bob.with("if-match", &format!("\"{version}\"")).ask("PUT", &format!("{jones}/document"), Some(&own));
    assert_eq!(same.status, 200, "{same:?}");
    let anew = bob.ask("PUT", &format!("{jones}/model-portfolio"), Some(follow));
    assert_eq!((anew.status, stocks(&bob, &jones).as_str()), (204, "0.2"));
    assert_eq!(bob.get(&jones).json()["model_portfolio"]["is_offered"], false);

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

#[test]
fn who_may_no_longer_change_a_household_changes_its_target_by_no_model_either() {
    let served = Served::new();
    let eve = served.rooms.person("eve");
    served.rooms.grant(&eve, Role::Adviser, Some(&served.smith));
    let (eve, ann) = (served.signed_in("eve"), served.signed_in("ann"));
    let smith = format!("/api/v1/households/{}", served.smith.id);
    publish(&eve, &target("0.7", "0.3"));
    let follow = r#"{"model_portfolio": "Growth & more"}"#;
    assert_eq!(eve.ask("PUT", &format!("{smith}/model-portfolio"), Some(follow)).status, 204);
    let change = target("0.1", "0.9");
    let effect = eve.post(&format!("{GROWTH}/effect"), &json!({"target": change}).to_string()).json();
    assert_eq!(effect["households"][0]["is_offered"], false);
    // She is no longer the adviser of this household, but of another one.
    served.rooms.withdraw("eve");
    let adviser = served.rooms.known("eve");
    served.rooms.grant(&adviser, Role::Adviser, Some(&served.jones));
    let body = json!({"target": change, "effect": effect["effect"]}).to_string();
    let stale = eve.ask("PUT", GROWTH, Some(&body));
    assert_eq!((stale.status, stale.code().as_str()), (409, "changed"), "what she looked at is no longer so");
    let (effect, published) = publish(&eve, &change);
    assert_eq!((&effect["households"], &published["unseen"]), (&json!([]), &json!(1)));
    let kept = ann.get(&format!("{smith}/document")).json();
    assert_eq!(kept["target_allocation"]["Stocks"].to_string(), "0.7");
    // Of those that she sees it is told one by one.
    served.rooms.grant(&adviser, Role::Auditor, Some(&served.smith));
    let (effect, published) = publish(&eve, &target("0.3", "0.7"));
    assert_eq!(effect["households"][0]["is_offered"], true);
    assert_eq!(published["households"][0]["outcome"], "offered");
    assert_eq!(ann.get(&smith).json()["model_portfolio"]["version"], 1);
}

#[test]
fn a_name_is_one_that_nobody_takes_for_another() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    publish(&ann, &target("0.7", "0.3"));
    let body = json!({"target": target("0.5", "0.5")}).to_string();
    for (name, words) in [
        ("growth%20%26%20MORE", "which looks the same"),
        ("Growth%20%20%26%20more", "which looks the same"),
        ("Core%E2%80%8B", "that can be seen"),
        ("%E2%80%AEeroC", "that can be seen"),
        ("x%00y", "that can be seen"),
        ("%20Core", "without space around it"),
    ] {
        let path = format!("/api/v1/model-portfolios/{name}");
        let refused = ann.post(&format!("{path}/effect"), &body);
        assert_eq!(refused.status, 422, "{name}: {refused:?}");
        assert!(refused.body.contains(words), "{name}: {refused:?}");
        assert_eq!(ann.get(&path).status, 404, "{name}");
    }
    let follow = format!("/api/v1/households/{}/model-portfolio", served.smith.id);
    assert_eq!(ann.ask("PUT", &follow, Some(r#"{"model_portfolio": "x\u0000y"}"#)).status, 422);
    // Who may make one is told so.
    let viewer = served.rooms.person("eve");
    served.rooms.grant(&viewer, Role::Auditor, Some(&served.smith));
    let may_make = |client: &Client| client.get("/api/v1/model-portfolios").json()["may_make"].clone();
    assert_eq!((may_make(&ann), may_make(&served.signed_in("eve"))), (json!(true), json!(false)));
}

#[test]
fn one_that_nobody_follows_can_be_removed_and_made_anew() {
    let served = Served::new();
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let remove = |client: &Client| client.ask("DELETE", GROWTH, None);
    assert_eq!(remove(&ann).status, 404);
    publish(&ann, &target("0.7", "0.3"));
    assert_eq!(remove(&bob).status, 403);
    let follow = format!("/api/v1/households/{}/model-portfolio", served.jones.id);
    let followed = Some(r#"{"model_portfolio": "Growth & more"}"#);
    assert_eq!(bob.ask("PUT", &follow, followed).status, 204);
    let refused = remove(&ann);
    assert_eq!((refused.status, refused.code().as_str()), (409, "model_portfolio_followed"));
    assert!(refused.body.contains("1 household follows the model portfolio"), "{refused:?}");
    assert_eq!(bob.ask("DELETE", &follow, None).status, 204);
    assert_eq!((remove(&ann).status, remove(&ann).status), (204, 404));
    assert_eq!(
        (ann.get(GROWTH).status, ann.get("/api/v1/model-portfolios").json()["items"].clone()),
        (404, json!([]))
    );
    assert_eq!(bob.ask("PUT", &follow, followed).status, 422);
    // Whoever publishes one of that name is its maker.
    let (effect, published) = publish(&bob, &target("0.5", "0.5"));
    assert_eq!((&effect["present"], &published["version"]), (&json!(2), &json!(3)));
    assert_eq!(bob.get(GROWTH).json()["maker"], "bob");
    assert_eq!(remove(&ann).status, 403);
}
