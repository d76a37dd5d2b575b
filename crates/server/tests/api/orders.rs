//! Orders over all households, tickets, fills that a person types in, and what it all has cost.

use jiff::SignedDuration;
use portfolio::Decimal;
use rebalance::books::Books;
use rebalance::books::access::Role;
use rebalance::keeping::{Taken, World};
use serde_json::{Value, json};

use crate::client::Client;
use crate::rooms::Served;

/// A server whose household has orders that a person is to execute: its owner, signed in.
pub(crate) fn sent() -> (Served, Client) {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    let hash = ann.get(&format!("/api/v1/proposals/{id}")).json()["plan_hash"].clone();
    let approval = json!({ "plan_hash": hash }).to_string();
    assert_eq!(ann.post(&format!("/api/v1/proposals/{id}/approve"), &approval).status, 200);
    served.rooms.advance(&served.smith);
    (served, ann)
}

pub(crate) fn items(client: &Client, path: &str) -> Vec<Value> {
    let reply = client.get(path);
    assert_eq!(reply.status, 200, "{path}: {reply:?}");
    reply.json()["items"].as_array().unwrap().clone()
}

fn decimal(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

/// A ticket, filled to the last share at its limit.
pub(crate) fn filled(ticket: &Value) -> Value {
    let price = if ticket["limit"].is_null() { &ticket["asked"] } else { &ticket["limit"] };
    json!({"order": ticket["client_order_id"], "quantity": ticket["left"], "price": price,
           "execution_id": format!("X-{}", ticket["client_order_id"].as_str().unwrap())})
}

#[test]
fn a_ticket_is_filled_and_booked_and_what_it_cost_is_told() {
    let (served, ann) = sent();
    let tickets = items(&ann, "/api/v1/tickets");
    assert!(!tickets.is_empty());
    assert!(
        tickets.iter().all(|ticket| ticket["household_name"] == "smith" && ticket["action"] == "SELL"),
        "sales come first"
    );
    let told = json!({"fills": tickets.iter().map(filled).collect::<Vec<_>>()}).to_string();
    let taken = ann.post("/api/v1/fills", &told);
    assert_eq!(taken.status, 200, "{taken:?}");
    assert!(taken.json()["items"].as_array().unwrap().iter().all(|one| one["is_new"] == true));
    let again = ann.post("/api/v1/fills", &told).json();
    assert!(again["items"].as_array().unwrap().iter().all(|one| one["is_new"] == false), "it counts once");
    assert_eq!(
        items(&ann, "/api/v1/tickets"),
        Vec::<Value>::new(),
        "what was typed in is not executed again"
    );
    served.rooms.advance(&served.smith);
    let done = items(&ann, "/api/v1/orders?state=filled");
    assert_eq!(done.len(), tickets.len());
    assert!(done.iter().all(|order| order["left"] == "0" && order["fills"].as_array().unwrap().len() == 1));
    let costs = ann.get("/api/v1/costs").json();
    let sum: Decimal =
        costs["items"].as_array().unwrap().iter().map(|one| decimal(&one["notional_usd"])).sum();
    assert!(sum > Decimal::ZERO);
    assert_eq!(sum, decimal(&costs["totals"]["notional_usd"]), "{costs:#}");
}

#[test]
fn what_is_filled_while_a_plan_is_executed_is_told_from_a_time_on() {
    let (served, ann) = sent();
    let part = |name: &str| {
        let mut fill = filled(&items(&ann, "/api/v1/tickets")[0]);
        (fill["quantity"], fill["execution_id"]) = (json!("1"), json!(name));
        let taken = ann.post("/api/v1/fills", &json!({ "fills": [fill] }).to_string());
        assert_eq!(taken.status, 200, "{taken:?}");
        served.rooms.advance(&served.smith);
    };
    part("X-early");
    served.rooms.later(SignedDuration::from_mins(1));
    let since = World::now(served.rooms.as_ref());
    part("X-late");
    let proposal = items(&ann, "/api/v1/fills")[0]["proposal"].clone();
    let moved = ann.get(&format!("/api/v1/proposals/{}", proposal.as_str().unwrap())).json();
    assert_eq!(moved["state"], "Execution_In_Progress", "{moved:#}");
    let told = items(&ann, &format!("/api/v1/fills?since={since}"));
    let names: Vec<&str> = told.iter().map(|fill| fill["execution_id"].as_str().unwrap()).collect();
    assert_eq!(names, ["X-late"], "{told:#?}");
    assert_eq!(items(&ann, "/api/v1/fills").len(), 2);
}

#[test]
fn a_file_of_tickets_comes_back_filled_in() {
    let (_served, ann) = sent();
    let file = ann.get("/api/v1/tickets?format=csv");
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let ticket = items(&ann, "/api/v1/tickets")[0].clone();
    let cells =
        format!(",0,{},{},,CSV-1,,\n", ticket["left"].as_str().unwrap(), ticket["limit"].as_str().unwrap());
    let with = file.body.replacen(",0,,,,,,\n", &cells, 1);
    assert_ne!(with, file.body);
    // A row that slipped is told with its column, and nothing is taken.
    let slipped = with.replace(ticket["ticker"].as_str().unwrap(), "XXX");
    let refused = ann.post("/api/v1/fills", &json!({ "csv": slipped }).to_string());
    assert_eq!(refused.status, 422);
    assert!(refused.json()["detail"].as_str().unwrap().contains("column ticker: `XXX`"), "{refused:?}");
    let taken = ann.post("/api/v1/fills", &json!({ "csv": with }).to_string());
    assert_eq!(taken.json()["items"][0]["execution_id"], "CSV-1", "{taken:?}");
}

#[test]
fn a_wrong_line_takes_all_with_it_and_every_fault_has_its_place() {
    let (_served, ann) = sent();
    let ticket = items(&ann, "/api/v1/tickets")[0].clone();
    let good = filled(&ticket);
    let mut far = good.clone();
    (far["price"], far["execution_id"]) = (json!("1"), json!("X-far"));
    far["quantity"] = json!("0.5");
    let told = json!({"fills": [good, {"order": "rec-nothing", "ended": "no buyer"}]}).to_string();
    let refused = ann.post("/api/v1/fills", &told);
    assert_eq!((refused.status, refused.json()["path"].as_str()), (422, Some("fills[1].order")));
    assert_eq!(refused.json()["findings"][0]["code"], "fill.refused");
    let refused = ann.post("/api/v1/fills", &json!({ "fills": [far] }).to_string());
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("`accept_price`") && !detail.contains("--"), "{detail}");
    let finding = &refused.json()["findings"][0];
    assert_eq!(
        (&finding["where"], &finding["code"]),
        (&json!("fills[0].price"), &json!("fill.needs_acceptance"))
    );
    let mut dear = good.clone();
    dear["fees"] = json!("900");
    let refused = ann.post("/api/v1/fills", &json!({ "fills": [dear] }).to_string());
    let detail = refused.json()["detail"].as_str().unwrap().to_owned();
    assert!(detail.contains("fees of 900 USD") && detail.contains("`accept_price`"), "{detail}");
    let finding = &refused.json()["findings"][0];
    assert_eq!(
        (&finding["where"], &finding["code"]),
        (&json!("fills[0].fees"), &json!("fill.needs_acceptance"))
    );
    let mut wrong = Vec::new();
    for (field, value) in [
        ("quantity", "100000"),
        ("price", "-1"),
        ("fees", "-1"),
        ("at", "1999-01-04T15:00:00Z"),
        ("execution_id", " "),
    ] {
        let mut fill = good.clone();
        fill[field] = json!(value);
        let refused = ann.post("/api/v1/fills", &json!({ "fills": [fill] }).to_string());
        assert_eq!(refused.status, 422, "{refused:?}");
        wrong.push((refused.json()["path"].clone(), refused.json()["findings"][0]["code"].clone()));
    }
    let at = |field: &str| (json!(format!("fills[0].{field}")), json!("fill.refused"));
    assert_eq!(wrong, [at("quantity"), at("price"), at("fees"), at("at"), at("execution_id")]);
    let nothing = ann.post("/api/v1/fills", &json!({"fills": [{"order": "x"}]}).to_string());
    assert_eq!(nothing.json()["path"], "fills[0]");
    assert_eq!(ann.post("/api/v1/fills", "{}").json()["path"], "fills");
    assert_eq!(items(&ann, "/api/v1/tickets")[0]["left"], ticket["left"], "nothing was taken");
}

#[test]
fn a_dry_run_tells_what_would_be_taken_and_takes_nothing() {
    let (served, ann) = sent();
    let ticket = items(&ann, "/api/v1/tickets")[0].clone();
    let name = ticket["client_order_id"].as_str().unwrap();
    let proposal = items(&ann, "/api/v1/orders")[0]["proposal"].as_str().unwrap().to_owned();
    let records = || ann.get(&format!("/api/v1/proposals/{proposal}/records")).body;
    let held = || {
        let reading = served.rooms.store.reading();
        (
            reading.bookings(served.smith.id).unwrap(),
            reading.gains(served.smith.id).unwrap(),
            reading.record_count().unwrap(),
        )
    };
    let state = || (records(), held(), items(&ann, "/api/v1/tickets"), items(&ann, "/api/v1/fills"));
    let told = |lines: Value, dry_run: bool| {
        let taken = ann.post("/api/v1/fills", &json!({"fills": lines, "dry_run": dry_run}).to_string());
        assert_eq!(taken.status, 200, "{taken:?}");
        let taken = taken.json();
        assert_eq!(taken["dry_run"], dry_run);
        taken["items"][0].clone()
    };
    // What is typed in first.
    let mut fill = filled(&ticket);
    fill["execution_id"] = json!("X-1");
    fill["at"] = json!(World::now(served.rooms.as_ref()).to_string());
    let before = state();
    let would = told(json!([fill]), true);
    assert_eq!(state(), before);
    assert_eq!(told(json!([fill]), false), would);
    assert_ne!(state(), before);
    served.rooms.advance(&served.smith);
    // And what corrects it.
    let price = decimal(&fill["price"]) + Decimal::ONE;
    let right = json!([{"order": name, "corrects": "X-1", "quantity": "1", "price": price.to_string(), "fees": "0.5", "execution_id": "X-2"}]);
    let before = state();
    let would = told(right.clone(), true);
    assert_eq!(state(), before);
    let outcome = &would["outcome"];
    assert_eq!(outcome["filled"]["after"], "1", "{would:#}");
    assert_eq!(decimal(&outcome["cash_usd"]["after"]), price - Decimal::new(5, 1));
    assert_eq!(outcome["lot_id"], ticket["lot_id"]);
    for figure in ["cash_usd", "realised_usd", "tax_usd"] {
        let of = |which: &str| decimal(&outcome[figure][which]);
        assert_eq!(of("after") - of("before"), of("difference"), "{would:#}");
    }
    assert_eq!(told(right.clone(), false), would);
    assert_ne!(state(), before);
    // The same again is on record, and comes to nothing more.
    assert_eq!((&told(right, true)["is_new"], &would["is_new"]), (&json!(false), &json!(true)));
    // What stands against it is told as it would be.
    let slip = json!([{"order": name, "corrects": "X-2", "quantity": "1", "price": "0.5"}]);
    let refused = |dry_run: bool| {
        let reply = ann.post("/api/v1/fills", &json!({"fills": slip, "dry_run": dry_run}).to_string());
        (reply.status, reply.json()["path"].clone(), reply.json()["findings"].clone())
    };
    assert_eq!(refused(true), refused(false));
    assert_eq!((refused(true).0, &refused(true).1), (422, &json!("fills[0].price")));
}

#[test]
fn orders_of_others_are_not_there_and_can_not_be_told_of() {
    let (served, ann) = sent();
    let ticket = items(&ann, "/api/v1/tickets")[0].clone();
    let bob = served.signed_in("bob");
    for path in ["/api/v1/orders", "/api/v1/orders?open=true", "/api/v1/tickets", "/api/v1/costs"] {
        assert_eq!(items(&bob, path), Vec::<Value>::new(), "{path}");
    }
    assert_eq!(bob.get("/api/v1/tickets?format=csv").body.lines().count(), 1);
    let told = |order: &Value| {
        let mut fill = filled(&ticket);
        fill["order"] = order.clone();
        let reply = bob.post("/api/v1/fills", &json!({ "fills": [fill] }).to_string()).json();
        reply["detail"].as_str().unwrap().replace(order.as_str().unwrap(), "…")
    };
    assert_eq!(
        told(&ticket["client_order_id"]),
        told(&json!("rec-nothing")),
        "what is not theirs is not there"
    );
    // Who sees and may not change is told so.
    served.rooms.grant(&served.rooms.person("aud"), Role::Auditor, Some(&served.smith));
    let auditor = served.signed_in("aud");
    assert_eq!(items(&auditor, "/api/v1/tickets").len(), items(&ann, "/api/v1/tickets").len());
    let refused = auditor.post("/api/v1/fills", &json!({ "fills": [filled(&ticket)] }).to_string());
    assert_eq!((refused.status, refused.code()), (403, "forbidden".to_owned()));
}

#[test]
fn orders_are_filtered_and_sorted() {
    let (served, ann) = sent();
    let all = items(&ann, "/api/v1/orders");
    assert!(all.len() >= 2, "{all:#?}");
    let mut oldest = items(&ann, "/api/v1/orders?sort=oldest");
    oldest.reverse();
    assert_eq!(oldest, all);
    for (filter, field) in
        [("ticker", "ticker"), ("account_id", "account_id"), ("state", "state"), ("broker", "broker")]
    {
        let wanted = all[0][field].as_str().unwrap();
        let found = items(&ann, &format!("/api/v1/orders?{filter}={wanted}"));
        let same = all.iter().filter(|order| order[field] == wanted).count();
        assert_eq!(found.len(), same, "{filter}");
        assert!(found.iter().all(|order| order[field] == wanted));
    }
    assert_eq!(items(&ann, &format!("/api/v1/orders?household={}", served.smith.id)).len(), all.len());
    assert_eq!(ann.get(&format!("/api/v1/orders?household={}", served.jones.id)).status, 404);
    assert_eq!(items(&ann, "/api/v1/orders?open=false"), Vec::<Value>::new());
    assert_eq!(ann.get("/api/v1/orders?state=lost").json()["path"], "state");
    let first = ann.get("/api/v1/orders?limit=1").json();
    let next = first["next"].as_str().unwrap();
    assert_eq!(items(&ann, &format!("/api/v1/orders?after={next}"))[..], all[1..]);
    served.rooms.advance_to(&served.smith, Taken::Failed);
}
