//! Approving, as far as the server asks for more than the household does.

use jiff::SignedDuration;
use portfolio::Decimal;
use rebalance::books::access::Role;
use rebalance::life::Policy;
use serde_json::{Value, json};

use crate::rooms::{PASSWORD, Served};

#[test]
fn an_approval_asks_for_a_password_of_late_and_of_just_now_for_real_money() {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/proposals/{id}");
    let shown = ann.get(&path).json();
    assert_eq!(shown["state"], "Pending_Approval", "{shown:#}");
    let approval = serde_json::json!({"plan_hash": shown["plan_hash"]}).to_string();
    let approve = || ann.post(&format!("{path}/approve"), &approval);
    let prove = || ann.post("/api/v1/session/proof", &format!(r#"{{"password": "{PASSWORD}"}}"#)).status;
    served.rooms.later(SignedDuration::from_mins(16));
    assert_eq!(approve().code(), "proof_needed", "a quarter of an hour is over");
    assert_eq!(prove(), 204);
    served.rooms.go_live();
    served.rooms.later(SignedDuration::from_mins(3));
    assert_eq!(ann.get("/api/v1/session").json()["live"], serde_json::json!(["joint"]));
    assert_eq!(approve().code(), "proof_needed", "three minutes are too long for real money");
    assert_eq!(prove(), 204);
    // Prices have to be of now as well.
    served.rooms.proposal(&served.smith);
    let done = approve();
    assert_eq!((done.status, done.json()["outcome"].as_str()), (200, Some("approved")), "{done:?}");
    assert_eq!(approve().code(), "life.state");
}

#[test]
fn a_rejection_needs_a_reason_and_ends_it() {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/proposals/{id}/reject");
    assert_eq!(ann.post(&path, r#"{"reason": " "}"#).json()["path"], "reason");
    let done = ann.post(&path, r#"{"reason": "not before the holidays"}"#).json();
    assert_eq!(
        (done["state"].as_str(), done["rejection"].as_str()),
        (Some("Rejected"), Some("by_person")),
        "{done:#}"
    );
    let again = ann.post(&path, r#"{"reason": "still not"}"#);
    assert_eq!((again.status, again.code()), (409, "life.state".to_owned()));
}

#[test]
fn whoever_looks_is_told_why_an_approval_would_be_refused() {
    let served = Served::new();
    let id = served.rooms.proposal(&served.smith);
    let ann = served.signed_in("ann");
    let path = format!("/api/v1/proposals/{id}");
    let shown = ann.get(&path).json();
    assert_eq!((shown["state"].as_str(), shown["refused"].is_null()), (Some("Pending_Approval"), true));
    // The market is open and nobody has told a price for too long: what is told beforehand is what the approval is told.
    served.rooms.later(SignedDuration::from_mins(20));
    let prove = format!(r#"{{"password": "{PASSWORD}"}}"#);
    assert_eq!(ann.post("/api/v1/session/proof", &prove).status, 204);
    let told = ann.get(&path).json()["refused"].clone();
    let approval = serde_json::json!({"plan_hash": shown["plan_hash"]}).to_string();
    let refused = ann.post(&format!("{path}/approve"), &approval);
    assert_eq!((refused.status, refused.code()), (409, told["code"].as_str().unwrap().to_owned()));
    assert_eq!(
        (&told["code"], &told["words"]),
        (&"approval.price_unknown".into(), &refused.json()["detail"])
    );
    served.rooms.quotes();
    assert!(ann.get(&path).json()["refused"].is_null(), "there are prices again");
    assert_eq!(ann.post(&format!("{path}/approve"), &approval).status, 200);
    assert!(ann.get(&path).json()["refused"].is_null(), "nothing waits for an approval");
}

#[test]
fn who_has_approved_and_who_may_is_told_by_name_to_whom_knows_their_roles_alone() {
    let served = Served::new();
    for (name, role) in [("cleo", Role::Approver), ("dan", Role::Adviser), ("fay", Role::Auditor)] {
        let person = served.rooms.person(name);
        served.rooms.grant(&person, role, Some(&served.smith));
    }
    let policy = Policy { second_above_usd: Some(Decimal::ZERO), ..Policy::default() };
    served.rooms.ask_of_approvals(&served.smith, &policy);
    let path = format!("/api/v1/proposals/{}", served.rooms.proposal(&served.smith));
    let seen = |name: &str| served.signed_in(name).get(&path).json();
    let names = |view: &Value, list: &str| -> Vec<String> {
        let all = view[list].as_array().cloned().unwrap_or_default();
        all.iter().map(|one| one["name"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(names(&seen("ann"), "may_approve"), ["ann", "cleo"], "the owner knows who has a role");
    assert_eq!(names(&seen("dan"), "may_approve"), ["ann"], "others know the owner");
    assert_eq!(names(&seen("cleo"), "may_approve"), ["ann", "cleo"], "and themselves");
    let cleo = served.signed_in("cleo");
    let approval = json!({"plan_hash": cleo.get(&path).json()["plan_hash"]}).to_string();
    let done = cleo.post(&format!("{path}/approve"), &approval);
    assert_eq!(done.json()["outcome"], "one_more", "{done:?}");
    for (name, approvers) in [("ann", &["cleo"][..]), ("cleo", &["cleo"]), ("dan", &[]), ("fay", &[])] {
        let view = seen(name);
        assert_eq!((&view["approvals_needed"], &view["approvals_given"]), (&json!(2), &json!(1)), "{name}");
        assert_eq!(names(&view, "approvers"), approvers, "{name}");
        assert_eq!(names(&view, "may_approve"), ["ann"], "{name}");
    }
    let actors = |name: &str| served.signed_in(name).get(&format!("{path}/records")).body;
    assert!(actors("ann").contains(r#""actor_name":"cleo""#), "{}", actors("ann"));
    assert!(!actors("fay").contains(r#""actor_name":"cleo""#), "an auditor reads ids");
}
