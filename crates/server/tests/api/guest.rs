//! Who looks around in a demonstration, and what is told before anybody is signed in.

use jiff::SignedDuration;

use crate::rooms::Served;

#[test]
fn nobody_is_a_guest_where_it_is_no_demonstration() {
    let served = Served::new();
    let nobody = served.nobody();
    let refused = nobody.post("/api/v1/session/guest", "");
    assert_eq!((refused.status, refused.code()), (404, "not_found".to_owned()));
    let welcome = nobody.get("/api/v1/welcome").json();
    assert_eq!(
        (welcome["guest"].as_bool(), welcome["session"].is_null()),
        (Some(false), true),
        "{welcome:#}"
    );
}

#[test]
fn a_guest_comes_in_and_is_never_asked_for_a_password() {
    let served = Served::new();
    served.rooms.demonstrate("ann");
    let id = served.rooms.proposal(&served.smith);
    let nobody = served.nobody();
    assert_eq!(nobody.get("/api/v1/welcome").json()["guest"], true);
    let reply = nobody.post("/api/v1/session/guest", "");
    assert_eq!((reply.status, reply.json()["guest"].as_bool()), (201, Some(true)), "{reply:?}");
    let guest = nobody.with("cookie", reply.header("set-cookie").unwrap().split(';').next().unwrap());
    let session = guest.get("/api/v1/session").json();
    assert_eq!((session["name"].as_str(), session["guest"].as_bool()), (Some("ann"), Some(true)));
    served.rooms.later(SignedDuration::from_mins(16));
    served.rooms.proposal(&served.smith);
    let path = format!("/api/v1/proposals/{id}");
    let approval = serde_json::json!({"plan_hash": guest.get(&path).json()["plan_hash"]}).to_string();
    let done = guest.post(&format!("{path}/approve"), &approval);
    assert_eq!((done.status, done.json()["outcome"].as_str()), (200, Some("approved")), "{done:?}");
}

#[test]
fn where_money_is_real_there_are_no_guests() {
    let served = Served::new();
    served.rooms.demonstrate("ann");
    let nobody = served.nobody();
    let reply = nobody.post("/api/v1/session/guest", "");
    let guest = nobody.with("cookie", reply.header("set-cookie").unwrap().split(';').next().unwrap());
    served.rooms.go_live();
    assert_eq!(nobody.post("/api/v1/session/guest", "").status, 404);
    let welcome = guest.get("/api/v1/welcome").json();
    assert_eq!((welcome["guest"].as_bool(), welcome["real_money"].as_bool()), (Some(false), Some(true)));
    assert_eq!(welcome["session"]["guest"], false, "{welcome:#}");
    served.rooms.later(SignedDuration::from_mins(16));
    let grant = format!(r#"{{"person": "bob", "role": "auditor", "household": "{}"}}"#, served.smith.id);
    assert_eq!(guest.post("/api/v1/grants", &grant).code(), "proof_needed");
}

#[test]
fn a_page_is_told_at_its_beginning_who_is_signed_in_and_what_time_it_is() {
    let served = Served::new();
    let welcome = served.signed_in("ann").get("/api/v1/welcome").json();
    assert_eq!(welcome["session"]["name"], "ann");
    assert_eq!(
        (welcome["simulated"].as_bool(), welcome["now"].as_str(), welcome["real_money"].as_bool()),
        (Some(true), Some("2026-11-25T15:00:00Z"), Some(false)),
        "{welcome:#}"
    );
    let wrong = served.nobody().with("cookie", "__Host-equipoise=AAAA").get("/api/v1/welcome");
    assert_eq!((wrong.status, wrong.json()["session"].is_null()), (200, true));
}
