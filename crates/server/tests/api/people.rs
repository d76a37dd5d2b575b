//! People, roles, keys of programs.

use jiff::SignedDuration;
use rebalance::books::access::Role;

use crate::rooms::{PASSWORD, Served};

#[test]
fn an_administrator_adds_people_and_nobody_else_does() {
    let served = Served::new();
    let eve = served.rooms.person("eve");
    served.rooms.grant(&eve, Role::Admin, None);
    let (eve, ann) = (served.signed_in("eve"), served.signed_in("ann"));
    let new = r#"{"name": "carol", "password": "a long enough one"}"#;
    assert_eq!(ann.post("/api/v1/people", new).status, 404);
    assert_eq!(ann.get("/api/v1/people").status, 404);
    let made = eve.post("/api/v1/people", new);
    assert_eq!(made.status, 201, "{made:?}");
    assert_eq!(eve.post("/api/v1/people", new).code(), "exists");
    let weak = eve.post("/api/v1/people", r#"{"name": "dan", "password": "short"}"#);
    assert_eq!((weak.status, weak.json()["path"].as_str()), (422, Some("password")));
    assert_eq!(eve.post("/api/v1/people", r#"{"name": " "}"#).json()["path"], "name");
    let names: Vec<String> = eve.get("/api/v1/people").json()["items"]
        .as_array()
        .unwrap()
        .iter()
        .map(|person| person["name"].as_str().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["ann", "bob", "carol", "eve"]);
    let signed_in =
        served.nobody().post("/api/v1/session", r#"{"name": "carol", "password": "a long enough one"}"#);
    assert_eq!(signed_in.status, 201);
    // An administrator sees no household for that.
    assert_eq!(eve.get("/api/v1/households").json()["items"].as_array().unwrap().len(), 0);
}

#[test]
fn a_new_password_ends_what_was_begun_with_the_old_one() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let id = ann.get("/api/v1/session").json()["person"].as_str().unwrap().to_owned();
    let path = format!("/api/v1/people/{id}/password");
    assert_eq!(
        served.signed_in("bob").ask("PUT", &path, Some(r#"{"password": "taken over!!"}"#)).status,
        404
    );
    assert_eq!(ann.ask("PUT", &path, Some(r#"{"password": "a better password"}"#)).status, 204);
    assert_eq!(ann.get("/api/v1/session").status, 401);
    let old = format!(r#"{{"name": "ann", "password": "{PASSWORD}"}}"#);
    assert_eq!(served.nobody().post("/api/v1/session", &old).status, 401);
}

#[test]
fn an_owner_invites_and_withdraws() {
    let served = Served::new();
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let smith = format!("/api/v1/households/{}", served.smith.id);
    let grant =
        |role: &str| format!(r#"{{"person": "bob", "role": "{role}", "household": "{}"}}"#, served.smith.id);
    assert_eq!(bob.get(&smith).status, 404);
    assert_eq!(bob.post("/api/v1/grants", &grant("investor")).status, 404, "nobody invites himself");
    let given = ann.post("/api/v1/grants", &grant("adviser"));
    assert_eq!(given.status, 201, "{given:?}");
    assert_eq!(bob.get(&smith).json()["rights"], serde_json::json!(["read", "write"]));
    let pause = format!("{smith}/pause");
    assert_eq!(bob.post(&pause, r#"{"why": "asked on the phone"}"#).status, 204);
    // What an adviser may not is told to one who sees the household.
    let records = bob.post("/api/v1/grants", &grant("approver"));
    assert_eq!(records.status, 404);
    let id = given.json()["id"].as_str().unwrap().to_owned();
    assert_eq!(bob.ask("DELETE", &format!("/api/v1/grants/{id}"), None).status, 404);
    assert_eq!(ann.ask("DELETE", &format!("/api/v1/grants/{id}"), None).status, 204);
    assert_eq!(bob.get(&smith).status, 404);
    assert_eq!(ann.post("/api/v1/grants", &grant("admin")).status, 422);
    let everywhere = ann.post("/api/v1/grants", r#"{"person": "bob", "role": "auditor"}"#);
    assert_eq!(everywhere.status, 404, "everywhere is for administrators");
}

#[test]
fn a_key_may_what_it_says_and_never_more_than_its_person() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let make = |rights: &str, until: &str| {
        ann.post(
            "/api/v1/keys",
            &format!(r#"{{"label": "night job", "rights": {rights}, "until": "{until}"}}"#),
        )
    };
    let made = make(r#"["read"]"#, "2026-12-01T00:00:00Z");
    assert_eq!(made.status, 201, "{made:?}");
    let secret = made.json()["secret"].as_str().unwrap().to_owned();
    let program = served.nobody().with("authorization", &format!("Bearer {secret}"));
    let smith = format!("/api/v1/households/{}", served.smith.id);
    assert_eq!(program.get(&smith).json()["rights"], serde_json::json!(["read"]));
    assert_eq!(program.post(&format!("{smith}/pause"), r#"{"why": "x"}"#).code(), "forbidden");
    assert_eq!(program.get(&format!("/api/v1/households/{}", served.jones.id)).status, 404);
    assert_eq!(
        program
            .post("/api/v1/keys", r#"{"label": "x", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#)
            .code(),
        "forbidden"
    );
    for (rights, until, path) in [
        (r#"["approve"]"#, "2026-12-01T00:00:00Z", "rights[0]"),
        (r#"["read", "administer"]"#, "2026-12-01T00:00:00Z", "rights[1]"),
        ("[]", "2026-12-01T00:00:00Z", "rights"),
        (r#"["read"]"#, "2026-11-01T00:00:00Z", "until"),
        (r#"["read"]"#, "2028-11-01T00:00:00Z", "until"),
    ] {
        assert_eq!(make(rights, until).json()["path"], path, "{rights} {until}");
    }
    let listed = ann.get("/api/v1/keys");
    assert!(
        !listed.body.contains(&secret) && listed.json()["items"][0]["label"] == "night job",
        "{listed:?}"
    );
    // Its secret is kept nowhere, not even for who asks again.
    let twice = ann.with("idempotency-key", "k-1");
    let again = r#"{"label": "twice", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#;
    assert_eq!(twice.post("/api/v1/keys", again).status, 201);
    assert_eq!(twice.post("/api/v1/keys", again).code(), "shown_once");
    assert_eq!(ann.get("/api/v1/keys").json()["items"].as_array().unwrap().len(), 2);
    let wrong = served.nobody().with("authorization", &format!("Bearer {secret}x"));
    assert_eq!(wrong.get(&smith).status, 401);
    let revoke = format!("/api/v1/keys/{}", made.json()["id"].as_str().unwrap());
    assert_eq!(served.signed_in("bob").ask("DELETE", &revoke, None).status, 404);
    assert_eq!(ann.ask("DELETE", &revoke, None).status, 204);
    assert_eq!(program.get(&smith).status, 401);
    let short =
        make(r#"["read", "write"]"#, "2026-11-25T16:00:00Z").json()["secret"].as_str().unwrap().to_owned();
    let short = served.nobody().with("authorization", &format!("Bearer {short}"));
    assert_eq!(short.get(&smith).status, 200);
    served.rooms.later(SignedDuration::from_mins(61));
    assert_eq!(short.get(&smith).status, 401);
}

#[test]
fn a_key_approves_where_an_administrator_has_granted_it_and_the_record_says_so() {
    let served = Served::new();
    let eve = served.rooms.person("eve");
    served.rooms.grant(&eve, Role::Admin, None);
    let (eve, ann) = (served.signed_in("eve"), served.signed_in("ann"));
    let id = served.rooms.proposal(&served.smith);
    let path = format!("/api/v1/proposals/{id}");
    let hash = ann.get(&path).json()["plan_hash"].as_str().unwrap().to_owned();
    let made = ann
        .post("/api/v1/keys", r#"{"label": "robot", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#);
    let made = made.json();
    let (key, secret) =
        (made["id"].as_str().unwrap().to_owned(), made["secret"].as_str().unwrap().to_owned());
    let robot = served.nobody().with("authorization", &format!("Bearer {secret}"));
    let body = format!(r#"{{"plan_hash": "{hash}"}}"#);
    assert_eq!(robot.post(&format!("{path}/approve"), &body).status, 403);
    let grant = format!("/api/v1/keys/{key}/approval");
    // Neither its person nor the key itself grants it.
    assert_eq!((ann.ask("PUT", &grant, None).status, robot.ask("PUT", &grant, None).status), (404, 404));
    assert_eq!((eve.ask("PUT", &grant, None).status, eve.ask("PUT", &grant, None).status), (204, 204));
    assert_eq!(ann.get("/api/v1/keys").json()["items"][0]["rights"], serde_json::json!(["read", "approve"]));
    let stale = robot.post(&format!("{path}/approve"), r#"{"plan_hash": "0"}"#);
    assert_eq!((stale.status, stale.code().as_str()), (409, "approval.plan_hash"));
    let refusal = ann.get(&format!("{path}/records")).body;
    assert!(refusal.contains(&format!("key {key}")), "of what was refused: {refusal}");
    let approved = robot.post(&format!("{path}/approve"), &body);
    assert_eq!(approved.status, 200, "{approved:?}");
    let records = ann.get(&format!("{path}/records")).body;
    assert_eq!(records.matches(&format!("key {key}")).count(), 2, "{records}");
}

#[test]
fn the_record_of_a_rejection_names_the_key_that_gave_it() {
    let served = Served::new();
    let eve = served.rooms.person("eve");
    served.rooms.grant(&eve, Role::Admin, None);
    let (eve, ann) = (served.signed_in("eve"), served.signed_in("ann"));
    let path = format!("/api/v1/proposals/{}", served.rooms.proposal(&served.smith));
    let made = ann
        .post("/api/v1/keys", r#"{"label": "robot", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#)
        .json();
    let (key, secret) = (made["id"].as_str().unwrap(), made["secret"].as_str().unwrap());
    assert_eq!(eve.ask("PUT", &format!("/api/v1/keys/{key}/approval"), None).status, 204);
    let robot = served.nobody().with("authorization", &format!("Bearer {secret}"));
    for status in [200, 409] {
        let answer = robot.post(&format!("{path}/reject"), r#"{"reason": "not today"}"#);
        assert_eq!(answer.status, status, "{answer:?}");
    }
    let records = ann.get(&format!("{path}/records")).body;
    assert_eq!(records.matches(&format!("key {key}")).count(), 2, "{records}");
}
