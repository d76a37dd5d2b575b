//! A person chooses another plan, asks for one, and tries again; what is told of the stages.

use portfolio::Decimal;
use rebalance::books::Books;
use rebalance::keeping::Taken;
use rebalance::keeping::blotter::{Line, What};
use rebalance::life::Policy;
use serde_json::{Value, json};

use crate::client::Client;
use crate::rooms::{Served, TEXT};

/// A server with a proposal of ann's that waits: her, and its address.
fn waiting() -> (Served, Client, String) {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    (served, ann, format!("/api/v1/proposals/{id}"))
}

/// The rows of an alternative, as a page sends them back.
fn asked(alternative: &Value, hash: &Value) -> String {
    json!({"plan_hash": hash, "trades": alternative["trades"]}).to_string()
}

/// Its rows with the first one at half.
fn halved(shown: &Value) -> Value {
    let mut rows = shown["items"][0]["trades"].clone();
    for row in rows.as_array_mut().unwrap() {
        let quantity: Decimal = row["quantity"].as_str().unwrap().parse().unwrap();
        row["quantity"] = json!((quantity / Decimal::from(2)).round_dp(4).normalize().to_string());
    }
    rows
}

#[test]
fn alternatives_are_of_the_same_portfolio_and_say_what_differs() {
    let (_served, ann, path) = waiting();
    let proposal = ann.get(&path).json();
    let shown = ann.get(&format!("{path}/alternatives")).json();
    assert_eq!(shown["plan_hash"], proposal["plan_hash"]);
    let items = shown["items"].as_array().unwrap();
    assert_eq!(
        (items[0]["kind"].as_str(), &items[0]["plan_hash"]),
        (Some("recommended"), &proposal["plan_hash"])
    );
    let kinds: Vec<&str> = items.iter().map(|one| one["kind"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"do_nothing") && kinds.len() > 2, "{kinds:?}");
    let mut ids: Vec<&str> = items.iter().map(|one| one["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), items.len(), "an id names one");
    let best: Decimal = items[0]["figures"]["objective"].as_str().unwrap().parse().unwrap();
    for one in &items[1..] {
        let other: Decimal = one["figures"]["objective"].as_str().unwrap().parse().unwrap();
        assert!(other >= best, "{one:#}");
        assert_eq!(one["figures"]["drift_before"], items[0]["figures"]["drift_before"]);
        assert!(!one["differs"].as_str().unwrap().is_empty());
        let judged =
            ann.post(&format!("{path}/what-if"), &json!({"trades": one["trades"]}).to_string()).json();
        assert_eq!(judged["tax_usd"], one["figures"]["tax_usd"], "{one:#}");
    }
}

#[test]
fn an_alternative_takes_the_place_of_what_waits() {
    let (served, ann, path) = waiting();
    let shown = ann.get(&format!("{path}/alternatives")).json();
    let other = shown["items"]
        .as_array()
        .unwrap()
        .iter()
        .find(|one| one["kind"] != "recommended" && one["kind"] != "do_nothing");
    let other = other.unwrap();
    let stale = ann.post(&format!("{path}/plan"), &asked(other, &json!("0".repeat(64))));
    assert_eq!((stale.status, stale.code()), (409, "approval.plan_hash".to_owned()));
    let before = ann.get(&path).json();
    let made = ann.post(&format!("{path}/plan"), &asked(other, &shown["plan_hash"]));
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    assert_eq!((made["state"].as_str(), &made["plan_hash"]), (Some("Pending_Approval"), &other["plan_hash"]));
    assert_eq!(made["expires_at"], before["expires_at"], "a change makes nothing stand longer");
    assert!(made["edited_by"].is_string());
    let plan = &made["plan"];
    assert_eq!(
        (plan["planner"].as_str(), plan["validation"]["passed"].as_bool()),
        (Some("person"), Some(true))
    );
    assert!(
        plan["bound"].as_f64().unwrap() <= plan["objective"]["total"].as_f64().unwrap() + 1e-9,
        "{plan:#}"
    );
    assert!(plan["summary_rationale"].as_str().unwrap().contains("A person changed this plan"), "{plan:#}");
    let old = ann.get(&path).json();
    assert_eq!((old["state"].as_str(), old["rejection"].as_str()), (Some("Rejected"), Some("superseded")));
    // The old one can't be approved any more; the new one can, by its own hash.
    let approval = |hash: &Value| json!({"plan_hash": hash}).to_string();
    assert_eq!(ann.post(&format!("{path}/approve"), &approval(&old["plan_hash"])).code(), "life.state");
    let new = format!("/api/v1/proposals/{}", made["id"].as_str().unwrap());
    // The watch goes on with the new one: the next look leaves it as it is.
    served.rooms.look(&served.smith);
    let done = ann.post(&format!("{new}/approve"), &approval(&made["plan_hash"]));
    assert_eq!((done.status, done.json()["outcome"].as_str()), (200, Some("approved")), "{done:?}");
    assert_eq!(ann.post(&format!("{new}/plan"), &asked(other, &made["plan_hash"])).code(), "life.state");
}

#[test]
fn rows_that_break_a_rule_are_told_and_change_nothing() {
    let (_served, ann, path) = waiting();
    let shown = ann.get(&format!("{path}/alternatives")).json();
    let row =
        json!({"action": "SELL", "account_id": "joint", "ticker": "SPY", "lot_id": "L1", "quantity": "1000"});
    let body = |trades: Value| json!({"plan_hash": shown["plan_hash"], "trades": trades}).to_string();
    let wrong = ann.post(&format!("{path}/plan"), &body(json!([row])));
    assert_eq!((wrong.status, wrong.code()), (422, "plan.invalid".to_owned()), "{wrong:?}");
    let findings = wrong.json()["findings"].clone();
    assert!(findings[0]["code"].is_string() && findings[0]["detail"].is_string(), "{findings:#}");
    assert_eq!(ann.post(&format!("{path}/plan"), &body(json!([]))).json()["path"], "trades");
    assert_eq!(ann.post(&format!("{path}/plan"), r#"{"trades": []}"#).json()["path"], "plan_hash");
    assert_eq!(ann.post(&format!("{path}/plan"), "{").json()["path"], "trades");
    let same = ann.post(&format!("{path}/plan"), &asked(&shown["items"][0], &shown["plan_hash"]));
    assert_eq!((same.status, same.code()), (409, "life.same_plan".to_owned()), "{same:?}");
    assert_eq!(ann.get(&path).json()["state"], "Pending_Approval");
}

#[test]
fn a_plan_that_was_changed_by_hand_may_need_somebody_else() {
    let (served, ann, path) = waiting();
    let policy = Policy { second_if_edited: true, ..Policy::default() };
    served.rooms.ask_of_approvals(&served.smith, &policy);
    let shown = ann.get(&format!("{path}/alternatives")).json();
    let body = json!({"plan_hash": shown["plan_hash"], "trades": halved(&shown)}).to_string();
    let made = ann.post(&format!("{path}/plan"), &body);
    assert_eq!(made.status, 201, "{made:?}");
    let made = made.json();
    let rows = made["plan"]["trades"].as_array().unwrap();
    assert!(
        rows.iter().all(|row| row["rationale"].as_str().unwrap().contains("A person chose this")),
        "{rows:#?}"
    );
    let new = format!("/api/v1/proposals/{}/approve", made["id"].as_str().unwrap());
    let approval = json!({"plan_hash": made["plan_hash"]}).to_string();
    assert_eq!(ann.post(&new, &approval).json()["outcome"], "one_more");
}

#[test]
fn a_plan_is_made_when_somebody_asks_for_one_or_it_is_said_why_not() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}/propose", served.smith.id);
    served.rooms.quotes();
    let made = ann.post(&path, "").json();
    assert_eq!(
        (made["outcome"].as_str(), made["proposal"]["state"].as_str()),
        (Some("new"), Some("Pending_Approval")),
        "{made:#}"
    );
    let again = ann.post(&path, "").json();
    assert_eq!(
        (again["outcome"].as_str(), &again["proposal"]["id"]),
        (Some("open"), &made["proposal"]["id"])
    );
    served.rooms.look(&served.smith);
    let proposal = format!("/api/v1/proposals/{}", made["proposal"]["id"].as_str().unwrap());
    assert_eq!(ann.get(&proposal).json()["state"], "Pending_Approval", "the watch leaves it alone");
    ann.post(&format!("{proposal}/reject"), r#"{"reason": "not now"}"#);
    // What is at its targets has nothing to do.
    let held = TEXT.replace(
        "\"Stocks\": 0.60, \"Bonds\": 0.40",
        "\"Stocks\": 0.832486, \"Bonds\": 0.165669, \"Cash\": 0.001845",
    );
    let document = format!("/api/v1/households/{}/document", served.smith.id);
    let put =
        ann.with("if-match", ann.get(&document).header("etag").unwrap()).ask("PUT", &document, Some(&held));
    assert_eq!(put.status, 200, "{put:?}");
    let none = ann.post(&path, "").json();
    assert_eq!(
        (none["outcome"].as_str(), none["proposal"].is_null()),
        (Some("nothing_to_do"), true),
        "{none:#}"
    );
    assert!(!none["why"].as_str().unwrap().is_empty());
    ann.post(&format!("/api/v1/households/{}/pause", served.smith.id), r#"{"why": "holiday"}"#);
    let paused = ann.post(&path, "").json();
    assert_eq!(paused["outcome"], "paused");
    assert!(paused["why"].as_str().unwrap().contains("holiday"));
}

#[test]
fn a_class_is_left_alone_for_a_while() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}/snooze", served.smith.id);
    let told = |body: &str| ann.post(&path, body);
    assert_eq!(told(r#"{"class": "Stocks", "until": "2026-12-01T00:00:00Z"}"#).status, 204);
    assert_eq!(told(r#"{"class": "Stocks"}"#).status, 204);
    assert_eq!(told(r#"{"class": "Gold", "until": "2026-12-01T00:00:00Z"}"#).json()["path"], "class");
    assert_eq!(told(r#"{"class": "Stocks", "until": "2026-01-01T00:00:00Z"}"#).status, 422);
}

#[test]
fn what_a_broker_left_undone_is_planned_again_and_nothing_else_is() {
    let (served, ann, path) = waiting();
    assert_eq!(ann.post(&format!("{path}/retry"), "").code(), "life.state");
    let hash = ann.get(&path).json()["plan_hash"].clone();
    ann.post(&format!("{path}/approve"), &json!({"plan_hash": hash}).to_string());
    served.rooms.advance(&served.smith);
    // A person who is the broker says of each order that nothing comes of it.
    let id = path.rsplit('/').next().unwrap().parse().unwrap();
    for order in served.rooms.store.reading().orders(id).unwrap() {
        served.rooms.type_in(&[Line {
            order: order.client_order_id,
            what: What::Ended("no line to the exchange".to_owned()),
        }]);
        served.rooms.advance_to(&served.smith, Taken::Failed);
    }
    assert_eq!(ann.get(&path).json()["state"], "Execution_Failed");
    let again = ann.post(&format!("{path}/retry"), "");
    let told = again.json();
    assert_eq!((again.status, told["outcome"].as_str()), (200, Some("offered")), "{told:#}");
    assert_eq!(told["proposal"]["attempt"], 2);
    assert_ne!(told["proposal"]["plan_hash"], hash);
}

#[test]
fn the_stages_of_a_proposal_follow_one_another() {
    let (served, ann, path) = waiting();
    served.rooms.later(jiff::SignedDuration::from_secs(90));
    let hash = ann.get(&path).json()["plan_hash"].clone();
    let done = ann.post(&format!("{path}/approve"), &json!({"plan_hash": hash}).to_string());
    assert_eq!(done.status, 200, "{done:?}");
    let stages = ann.get(&format!("{path}/timeline")).json()["stages"].as_array().unwrap().clone();
    let names: Vec<&str> = stages.iter().map(|stage| stage["stage"].as_str().unwrap()).collect();
    assert_eq!(
        names,
        [
            "data aggregation",
            "search for the best plan",
            "validation",
            "explanation",
            "review and approval",
            "order placement"
        ]
    );
    assert_eq!(
        (stages[4]["took_ms"].as_u64(), stages[4]["budget_ms"].as_u64()),
        (Some(90_000), Some(900_000))
    );
    assert!(stages[5]["ended_at"].is_null(), "it waits to be sent");
    assert_eq!(stages[4]["ended_at"], stages[5]["begun_at"]);
}

#[test]
fn the_log_is_verified_for_whoever_may_look_at_it() {
    let served = Served::new();
    let found = served.signed_in("ann").post("/api/v1/audit/verify", "");
    assert_eq!((found.status, found.json()["sound"].as_bool()), (200, Some(true)), "{found:?}");
    served.rooms.person("mallory");
    assert_eq!(served.signed_in("mallory").post("/api/v1/audit/verify", "").status, 404);
}
