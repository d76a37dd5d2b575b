//! What a page shows of a household beside its holdings: its tax, what happens next, all of them in a table, what can be wished.

use jiff::SignedDuration;
use portfolio::Decimal;
use serde_json::{Value, json};

use crate::rooms::{Served, TEXT};

fn usd(value: &Value) -> Decimal {
    value.as_str().unwrap().parse().unwrap()
}

#[test]
fn the_tax_of_the_year_is_netted_and_a_proposal_adds_to_it() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}", served.smith.id);
    let with = TEXT.replace(
        "\"ordinary_rate\": 0.3}",
        "\"ordinary_rate\": 0.3, \"realized_ytd\": {\"short_term\": -500.25, \"long_term\": 2000}, \
         \"carryforward\": {\"short_term\": 100, \"long_term\": 0}}, \"preferences\": [\"max_tax_900_usd\"]",
    );
    let put = ann.with("if-match", "\"1\"").ask("PUT", &format!("{path}/document"), Some(&with));
    assert_eq!(put.status, 200, "{put:?}");
    let proposal = served.rooms.proposal(&served.smith);
    let tax = ann.get(&format!("{path}/tax?proposal={proposal}")).json();
    assert_eq!(tax["year"], 2026);
    assert_eq!(tax["realised"], json!({"short_term_usd": "-500.25", "long_term_usd": "2000"}));
    assert_eq!(tax["carried_in"], json!({"short_term_usd": "100", "long_term_usd": "0"}));
    assert_eq!(tax["net"], json!({"short_term_usd": "-600.25", "long_term_usd": "2000"}));
    assert_eq!(tax["netted"]["long_term_gain_usd"], "1399.75", "{tax:#}");
    // 1,399.75 at 15 %
    assert_eq!(
        (tax["estimated_usd"].as_str(), tax["rates"]["long_term"].as_str()),
        (Some("209.96"), Some("0.15"))
    );
    assert_eq!(tax["limits"], json!({"tax_max_usd": "900", "gains_max_usd": null}));
    let added = &tax["proposal"];
    let lots = added["lots"].as_array().unwrap();
    assert!(!lots.is_empty() && lots.iter().all(|lot| lot["term"] == "long"), "{added:#}");
    let gains: Decimal = lots.iter().map(|lot| usd(&lot["gain_usd"])).sum();
    assert_eq!(gains, usd(&added["realised"]["long_term_usd"]));
    assert_eq!(usd(&added["net"]["long_term_usd"]), Decimal::from(2000) + gains);
    let plan = ann.get(&format!("/api/v1/proposals/{proposal}")).json()["plan"].clone();
    let told = plan["objective"]["tax_usd"].as_f64().unwrap();
    let ours: f64 = added["tax_usd"].as_str().unwrap().parse().unwrap();
    assert!((told - ours).abs() < 0.006, "{told} {ours}");
    // A proposal of another household is none of this one, whoever asks.
    let other = served.rooms.proposal(&served.jones);
    served.rooms.grant(&served.rooms.person("ann"), rebalance::books::access::Role::Auditor, None);
    let ann = served.signed_in("ann");
    assert_eq!(ann.get(&format!("{path}/tax?proposal={other}")).status, 404);
    assert_eq!(ann.get(&format!("{path}/tax?proposal=x")).status, 404);
    assert_eq!(ann.get(&format!("{path}/tax?colour=red")).code(), "invalid");
}

#[test]
fn what_happens_next_is_told_with_its_time() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/households/{}", served.smith.id);
    let next = || ann.get(&path).json()["next"].clone();
    assert_eq!(next()["code"], "prices", "there is no price yet");
    assert_eq!(ann.get(&path).json()["alerts"][0]["code"], "price");
    served.rooms.quotes();
    assert_eq!(next()["code"], "lasting", "{:#}", next());
    let id = served.rooms.proposal(&served.smith);
    let waiting = next();
    let proposal = ann.get(&format!("/api/v1/proposals/{id}")).json();
    assert_eq!(
        (waiting["code"].as_str(), waiting["proposal"].as_str()),
        (Some("approval"), Some(id.as_str()))
    );
    assert_eq!(waiting["at"], proposal["expires_at"]);
    let seen = ann.get(&path).json();
    assert_eq!(seen["last_look_at"], proposal["begun_at"], "{seen:#}");
    served.rooms.later(SignedDuration::from_secs(90));
    assert_eq!(ann.get(&path).json()["oldest_price"]["age_secs"], 90);
    ann.post(&format!("/api/v1/proposals/{id}/reject"), r#"{"reason": "no"}"#);
    let quiet = next();
    assert_eq!(quiet["code"], "quiet", "{quiet:#}");
    assert!(quiet["at"].is_string());
    assert_eq!(ann.get(&path).json()["quiet"].as_array().unwrap().len(), 2);
    ann.post(&format!("{path}/pause"), r#"{"why": "holiday", "until": "2026-12-01T00:00:00Z"}"#);
    assert_eq!(
        (next()["code"].as_str(), next()["at"].as_str()),
        (Some("paused"), Some("2026-12-01T00:00:00Z"))
    );
}

#[test]
fn the_table_says_what_the_households_say() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let id = served.rooms.proposal(&served.smith);
    let smith = ann.get(&format!("/api/v1/households/{}", served.smith.id)).json();
    let table = ann.get("/api/v1/households/table").json();
    assert_eq!(table["id"], json!([served.smith.id.to_string()]), "bob's is not hers");
    for (column, field) in [("value_usd", "value_usd"), ("cash_usd", "cash_usd"), ("band_use", "band_use")] {
        assert_eq!(table[column][0], smith[field], "{column}");
    }
    assert_eq!(
        (table["classes_out"][0].as_u64(), table["proposal"][0].as_str()),
        (Some(2), Some(id.as_str()))
    );
    assert_eq!(
        (table["proposal_state"][0].as_str(), table["price_age_secs"][0].as_u64()),
        (Some("Pending_Approval"), Some(0))
    );
    // 83 % in stocks where 60 are wanted, and so too little in bonds: the larger use of a band is told with its side.
    let side = if table["worst_class"][0] == "Stocks" { "over" } else { "under" };
    assert_eq!(table["worst_side"][0].as_str(), Some(side), "{table:#}");
    let columns = table.as_object().unwrap().values().filter_map(Value::as_array);
    assert!(columns.clone().count() > 12 && columns.clone().all(|column| column.len() == 1), "{table:#}");
    // Another version is measured anew, and what has ended is no longer open.
    ann.post(&format!("/api/v1/proposals/{id}/reject"), r#"{"reason": "no"}"#);
    let path = format!("/api/v1/households/{}/document", served.smith.id);
    let tag = ann.get(&path).header("etag").unwrap().to_owned();
    let more = TEXT.replace("\"cash\": 100.25", "\"cash\": 1100.25");
    assert_eq!(ann.with("if-match", &tag).ask("PUT", &path, Some(&more)).status, 200);
    let table = ann.get("/api/v1/households/table").json();
    assert_eq!((table["cash_usd"][0].as_str(), table["proposal"][0].is_null()), (Some("1100.25"), true));
}

#[test]
fn every_token_can_be_chosen_without_knowing_its_spelling() {
    let served = Served::new();
    let all = served.signed_in("ann").get("/api/v1/preferences").json();
    let all = all["items"].as_array().unwrap();
    for one in all {
        let example = one["example"].as_str().unwrap();
        assert!(portfolio::preference::parse(example).is_ok(), "{example}");
        let kinds = ["tax", "risk", "esg", "assets", "transactions", "goals"];
        assert!(kinds.contains(&one["kind"].as_str().unwrap()), "{one:#}");
    }
    assert_eq!(all.len(), 32);
}

#[test]
fn whoever_opens_a_household_owns_it() {
    let served = Served::new();
    let bob = served.signed_in("bob");
    let text = TEXT.replace("smith", "brown");
    let opened = bob.post("/api/v1/households", &text);
    assert_eq!(opened.status, 201, "{opened:?}");
    let opened = opened.json();
    assert_eq!((opened["name"].as_str(), opened["owner"].as_str()), (Some("brown"), Some("bob")));
    assert_eq!(opened["portfolio_version"], 1);
    let id = opened["id"].as_str().unwrap();
    assert_eq!(served.signed_in("ann").get(&format!("/api/v1/households/{id}")).status, 404);
    assert_eq!(bob.post("/api/v1/households", &text).code(), "exists");
    assert_eq!(bob.post("/api/v1/households?name=the%20browns", &text).json()["name"], "the browns");
    assert_eq!(bob.post("/api/v1/households?name=%20", &text).json()["path"], "name");
    assert_eq!(
        bob.post("/api/v1/households?name=x", &text.replace("0.40", "0.5")).json()["path"],
        "target_allocation"
    );
    let key = bob
        .post("/api/v1/keys", r#"{"label": "x", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#)
        .json();
    let program =
        served.nobody().with("authorization", &format!("Bearer {}", key["secret"].as_str().unwrap()));
    assert_eq!(program.post("/api/v1/households?name=y", &text).code(), "forbidden");
}

#[test]
fn files_are_read_and_nothing_is_kept() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let ask = |body: Value| ann.post("/api/v1/imports", &body.to_string());
    let found = ask(json!({"format": "csv", "files": [{"name": "lots.csv", "text": "x"}]}));
    assert_eq!((found.status, &found.json()["notes"]), (200, &json!(["lots.csv"])), "{found:?}");
    assert_eq!(ask(json!({"format": "csv", "files": []})).json()["path"], "files");
    assert_eq!(ask(json!({"format": "pdf", "files": [{"name": "a", "text": ""}]})).json()["path"], "format");
    assert_eq!(ask(json!({"format": "csv", "files": [{"name": "a"}]})).json()["path"], "files[0]");
    assert_eq!(ask(json!({"format": "csv", "files": [], "file": 1})).code(), "invalid");
}

#[test]
fn what_people_hear_of_a_household_is_told() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let id = served.rooms.proposal(&served.smith);
    let path = format!("/api/v1/households/{}/notices", served.smith.id);
    let waiting = ann.get(&path).json();
    assert_eq!(
        (waiting["items"].as_array().unwrap().len(), &waiting["items"][0]["kind"]),
        (1, &json!("proposal.waiting"))
    );
    assert_eq!(
        (&waiting["items"][0]["proposal"], &waiting["items"][0]["channels"]),
        (&json!(id), &json!([]))
    );
    served.rooms.later(SignedDuration::from_hours(25));
    served.rooms.advance(&served.smith);
    let kinds: Vec<Value> = ann_again(&served).get(&path).json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["kind"].clone())
        .collect();
    assert_eq!(kinds, ["proposal.expired", "proposal.waiting"]);
}

/// Her session has ended meanwhile.
fn ann_again(served: &Served) -> crate::client::Client {
    served.signed_in("ann")
}
