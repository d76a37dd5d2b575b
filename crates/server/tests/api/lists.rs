//! Lists, filtered and sorted; and of each only what is one's own.

use rebalance::books::access::Role;
use serde_json::{Value, json};

use crate::orders::{filled, items, sent};
use crate::rooms::Served;

#[test]
fn proposals_by_state_time_and_order() {
    let served = Served::new();
    let first = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    ann.post(&format!("/api/v1/proposals/{first}/reject"), r#"{"reason": "no"}"#);
    let ids = |query: &str| -> Vec<String> {
        items(&ann, &format!("/api/v1/proposals?{query}"))
            .iter()
            .map(|one| one["id"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(ids("state=Rejected"), [first.as_str()]);
    assert_eq!(ids("state=Pending_Approval,Rejected"), [first.as_str()]);
    assert_eq!(ids("state=Pending_Approval"), Vec::<String>::new());
    assert_eq!(ids("since=2026-11-25T00:00:00Z&sort=oldest"), [first]);
    assert_eq!(ids("since=2027-01-01T00:00:00Z"), Vec::<String>::new());
    assert_eq!(ann.get("/api/v1/proposals?state=Rejected,Lost").json()["path"], "state");
    assert_eq!(ann.get("/api/v1/proposals?sort=best").code(), "invalid");
}

#[test]
fn households_by_name_owner_and_what_waits() {
    let served = Served::new();
    served.rooms.grant(&served.rooms.person("aud"), Role::Auditor, None);
    let auditor = served.signed_in("aud");
    served.rooms.proposal(&served.smith);
    let names = |query: &str| -> Vec<String> {
        let all = items(&auditor, &format!("/api/v1/households?{query}"));
        all.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(""), ["jones", "smith"]);
    assert_eq!(names("name=MIT"), ["smith"]);
    assert_eq!(names("owner=bob"), ["jones"]);
    assert_eq!(names("owner=nobody"), Vec::<String>::new());
    assert_eq!(names("sort=newest").len(), 2);
    let both = [names("open_proposal=true"), names("open_proposal=false")].concat();
    assert_eq!(both.len(), 2);
    assert!(names("open_proposal=true").contains(&"smith".to_owned()));
    assert_eq!(served.signed_in("bob").get("/api/v1/households?name=smith").json()["items"], json!([]));
}

#[test]
fn fills_and_bookings_by_security_and_day() {
    let (served, ann) = sent();
    let fills: Vec<Value> = items(&ann, "/api/v1/tickets").iter().map(filled).collect();
    ann.post("/api/v1/fills", &json!({ "fills": fills }).to_string());
    served.rooms.advance(&served.smith);
    let told = items(&ann, "/api/v1/fills");
    assert_eq!(told.len(), fills.len());
    assert_eq!(told[0]["household"], served.smith.id.to_string());
    assert_eq!(items(&ann, "/api/v1/fills?ticker=SPY&sort=oldest").len(), fills.len());
    for none in ["ticker=AGG", "account_id=x", "since=2027-01-01T00:00:00Z"] {
        assert_eq!(items(&ann, &format!("/api/v1/fills?{none}")), Vec::<Value>::new(), "{none}");
    }
    assert_eq!(items(&served.signed_in("bob"), "/api/v1/fills"), Vec::<Value>::new());
    let booked = |query: &str| {
        items(&ann, &format!("/api/v1/households/{}/transactions?{query}", served.smith.id)).len()
    };
    assert_eq!((booked(""), booked("action=SELL&ticker=SPY&account_id=joint")), (fills.len(), fills.len()));
    assert_eq!(
        (booked("action=BUY"), booked("since=2026-11-26"), booked("since=2026-11-25")),
        (0, 0, fills.len())
    );
}

#[test]
fn the_log_is_read_part_by_part_and_tells_of_nobody_else() {
    let served = Served::new();
    served.rooms.proposal(&served.smith);
    served.rooms.grant(&served.rooms.person("aud"), Role::Auditor, None);
    let (ann, auditor) = (served.signed_in("ann"), served.signed_in("aud"));
    let all = items(&auditor, "/api/v1/audit/records?limit=1000");
    let (mut parts, mut after) = (Vec::new(), String::new());
    loop {
        let part = auditor.get(&format!("/api/v1/audit/records?limit=7{after}")).json();
        parts.extend(part["items"].as_array().unwrap().iter().map(|one| one["record"].as_u64().unwrap()));
        match part["next"].as_str() {
            Some(next) => after = format!("&after={next}"),
            None => break,
        }
    }
    let numbers: Vec<u64> = all.iter().map(|one| one["record"].as_u64().unwrap()).collect();
    assert_eq!(parts, numbers);
    assert!(
        numbers.iter().enumerate().all(|(place, number)| *number == place as u64),
        "whoever may see all sees all"
    );
    assert!(all.iter().any(|one| one["kind"] == "person_made"), "what is about nobody is among them");
    let own = items(&ann, "/api/v1/audit/records?limit=1000");
    assert!(!own.is_empty() && own.len() < all.len());
    assert!(
        own.iter().all(|one| one["body"].is_string() && !one["body"].as_str().unwrap().contains("jones")),
        "{own:#?}"
    );
    let plans = items(&ann, &format!("/api/v1/audit/records?kind=plan&household={}", served.smith.id));
    assert!(!plans.is_empty() && plans.iter().all(|one| one["kind"] == "plan"));
    assert_eq!(ann.get(&format!("/api/v1/audit/records?household={}", served.jones.id)).status, 404);
    served.rooms.person("stranger");
    assert_eq!(served.signed_in("stranger").get("/api/v1/audit/records").status, 404);
    assert_eq!(auditor.get("/api/v1/audit/records?after=x").json()["path"], "after");
}
