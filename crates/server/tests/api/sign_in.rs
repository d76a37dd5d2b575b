//! Signing in and out.

use jiff::SignedDuration;
use server::{COOKIE, Settings};

use crate::rooms::{PASSWORD, Served};

#[test]
fn a_person_signs_in_is_known_and_signs_out() {
    let served = Served::new();
    let nobody = served.nobody();
    assert_eq!(
        (nobody.get("/api/v1/session").status, nobody.get("/api/v1/session").code()),
        (401, "unauthenticated".to_owned())
    );
    let reply = nobody.post("/api/v1/session", &format!(r#"{{"name": "ann", "password": "{PASSWORD}"}}"#));
    let cookie = reply.header("set-cookie").unwrap().to_owned();
    assert!(cookie.starts_with(&format!("{COOKIE}=")), "{cookie}");
    for part in ["; Secure", "; HttpOnly", "; SameSite=Lax", "; Path=/"] {
        assert!(cookie.contains(part), "{cookie}");
    }
    assert!(!cookie.contains("Domain"), "{cookie}");
    assert_eq!(reply.json()["name"], "ann");
    let ann = nobody.with("cookie", cookie.split(';').next().unwrap());
    assert_eq!(ann.get("/api/v1/session").json()["how"], "session");
    let out = ann.ask("DELETE", "/api/v1/session", None);
    assert!(out.status == 204 && out.header("set-cookie").unwrap().contains("Max-Age=0"), "{out:?}");
    assert_eq!(ann.get("/api/v1/session").status, 401);
}

#[test]
fn a_name_nobody_has_is_refused_and_locked_like_one_that_somebody_has() {
    let served = Served::new();
    let nobody = served.nobody();
    let try_as = |name: &str| {
        nobody.post("/api/v1/session", &format!(r#"{{"name": "{name}", "password": "wrong password"}}"#))
    };
    let told = |name: &str| {
        let mut told = try_as(name).json();
        told["request_id"].take();
        told
    };
    assert_eq!(told("ann"), told("no-such-person"));
    assert_eq!(told("ann")["code"], "sign_in_refused");
    for _ in 0..3 {
        try_as("ann");
        try_as("no-such-person");
    }
    try_as("no-such-person");
    for name in ["ann", "ANN ", "no-such-person"] {
        let reply = try_as(name);
        assert_eq!((reply.status, reply.code()), (429, "sign_in_locked".to_owned()), "{name}");
        assert_eq!(reply.header("retry-after"), Some("900"));
    }
    // The right password does not help while it is locked, and does afterwards.
    let right = format!(r#"{{"name": "ann", "password": "{PASSWORD}"}}"#);
    assert_eq!(nobody.post("/api/v1/session", &right).status, 429);
    served.rooms.later(SignedDuration::from_mins(16));
    assert_eq!(nobody.post("/api/v1/session", &right).status, 201);
}

#[test]
fn a_session_ends_when_it_is_not_used_and_when_it_is_old() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    for _ in 0..12 {
        served.rooms.later(SignedDuration::from_mins(55));
        assert_eq!(ann.get("/api/v1/session").status, 200);
    }
    served.rooms.later(SignedDuration::from_mins(61));
    assert_eq!(ann.get("/api/v1/session").status, 401, "nobody used it for an hour");
    let again = served.signed_in("ann");
    for _ in 0..13 {
        served.rooms.later(SignedDuration::from_mins(55));
        again.get("/api/v1/session");
    }
    served.rooms.later(SignedDuration::from_mins(30));
    assert_eq!(again.get("/api/v1/session").status, 401, "it is older than twelve hours");
}

#[test]
fn what_needs_a_password_asks_for_it_after_a_quarter_of_an_hour() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let grant = format!(r#"{{"person": "bob", "role": "auditor", "household": "{}"}}"#, served.smith.id);
    served.rooms.later(SignedDuration::from_mins(16));
    assert_eq!(ann.post("/api/v1/grants", &grant).code(), "proof_needed");
    assert_eq!(
        ann.post("/api/v1/session/proof", r#"{"password": "wrong password"}"#).code(),
        "sign_in_refused"
    );
    assert_eq!(ann.post("/api/v1/session/proof", &format!(r#"{{"password": "{PASSWORD}"}}"#)).status, 204);
    assert_eq!(ann.post("/api/v1/grants", &grant).status, 201);
}

#[test]
fn the_page_of_somebody_else_and_another_host_are_refused() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let pause = format!("/api/v1/households/{}/pause", served.smith.id);
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let reply = ann.with(name, value).post(&pause, r#"{"why": "x"}"#);
        assert_eq!((reply.status, reply.code()), (403, "forbidden".to_owned()), "{name}");
    }
    let own = format!("http://{}", ann.address);
    assert_eq!(ann.with("origin", &own).post(&pause, r#"{"why": "holiday"}"#).status, 204);
    assert_eq!(ann.with("host", "evil.example").get("/api/v1/session").status, 421);
    let named = Served::with(Settings { hosts: vec!["books.example.org".to_owned()], ..Settings::default() });
    assert_eq!(named.signed_in("ann").with("host", "books.example.org").get("/api/v1/session").status, 200);
}
