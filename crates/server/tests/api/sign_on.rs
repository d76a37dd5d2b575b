//! Signing in with a provider: what the browser brings back is of this browser, once, and of somebody who is known here.

use std::sync::atomic::Ordering;

use rebalance::books::Books;
use serde_json::json;
use server::{Settings, Vouched};

use crate::client::Reply;
use crate::rooms::Served;

const RETURN: &str = "/api/v1/session/provider/return";

fn served() -> Served {
    let served = Served::new();
    vouch(&served, "ann", "u-1");
    served
}

/// From now on the provider vouches for this one, who has just shown it who they are.
fn vouch(served: &Served, name: &str, subject: &str) {
    *served.rooms.vouched.lock().unwrap() = Some(Vouched {
        issuer: "https://provider.example.org".to_owned(),
        subject: subject.to_owned(),
        name: name.to_owned(),
        shown_at: Some(server::House::now(served.rooms.as_ref())),
    });
}

/// A browser that went to the provider: its cookie and the state that it went with.
fn gone(served: &Served) -> (String, String) {
    let away = served.nobody().get("/api/v1/session/provider");
    assert_eq!(away.status, 303, "{away:?}");
    assert!(away.header("location").unwrap().starts_with("https://provider.example.org/authorize"));
    let set = away.header("set-cookie").unwrap();
    for part in ["__Host-", "Secure", "HttpOnly", "SameSite=Lax", "Max-Age=600"] {
        assert!(set.contains(part), "{set}");
    }
    let cookie = set.split(';').next().unwrap().to_owned();
    let state = cookie.split_once('=').unwrap().1.split('.').next().unwrap().to_owned();
    (cookie, state)
}

fn back(served: &Served, cookie: &str, query: &str) -> Reply {
    served.nobody().with("cookie", cookie).get(&format!("{RETURN}?{query}"))
}

#[test]
fn somebody_whom_the_provider_vouches_for_is_signed_in() {
    let served = served();
    let (cookie, state) = gone(&served);
    let done =
        back(&served, &cookie, &format!("code=code&state={state}&iss=https%3A%2F%2Fprovider.example.org"));
    assert_eq!((done.status, done.header("location")), (303, Some("/")), "{done:?}");
    assert_eq!(
        served.rooms.signed.load(Ordering::SeqCst),
        1,
        "what was written is signed before it is answered"
    );
    let set: Vec<&str> = done
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .map(|(_, value)| value.as_str())
        .collect();
    assert!(
        set.iter().any(|one| one.starts_with("__Host-equipoise-sign-on=;") && one.contains("Max-Age=0")),
        "{set:?}"
    );
    let session = set.iter().find(|one| one.starts_with("__Host-equipoise=")).unwrap();
    let ann = served.nobody().with("cookie", session.split(';').next().unwrap());
    assert_eq!(ann.get("/api/v1/session").json()["name"], "ann");
    // Who has just shown the provider who they are has shown it here as well.
    let key = r#"{"label": "x", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#;
    assert_eq!(ann.post("/api/v1/keys", key).status, 201);
    assert_eq!(served.nobody().get("/api/v1/welcome").json()["provider"], true);
}

#[test]
fn a_provider_that_takes_its_time_holds_up_few_sign_ins_and_nobody_else() {
    let served = Served::with(Settings { work_max: 1, ..Settings::default() });
    vouch(&served, "ann", "u-1");
    let held_up = served.rooms.held_up.lock().unwrap();
    let nobody = served.nobody();
    let away: Vec<_> = (0..4)
        .map(|_| {
            let browser = nobody.clone();
            std::thread::spawn(move || browser.get("/api/v1/session/provider").status)
        })
        .collect();
    while served.rooms.gone.load(Ordering::SeqCst) < 4 {
        assert!(away.iter().all(|browser| !browser.is_finished()), "they wait for the provider");
        std::thread::yield_now();
    }
    assert_eq!(nobody.get("/api/v1/session/provider").code(), "busy", "a fifth does not wait");
    assert_eq!(nobody.get("/api/v1/welcome").status, 200, "nor does anybody who asks for something else");
    drop(held_up);
    assert!(away.into_iter().all(|browser| browser.join().unwrap() == 303));
}

#[test]
fn who_has_shown_nothing_of_late_is_signed_in_and_approves_nothing() {
    let served = served();
    served.rooms.vouched.lock().unwrap().as_mut().unwrap().shown_at = None;
    let (cookie, state) = gone(&served);
    let done = back(&served, &cookie, &format!("code=code&state={state}"));
    let session = done.headers.iter().find(|(_, value)| value.starts_with("__Host-equipoise=")).unwrap();
    let ann = served.nobody().with("cookie", session.1.split(';').next().unwrap());
    let key = r#"{"label": "x", "rights": ["read"], "until": "2026-12-01T00:00:00Z"}"#;
    assert_eq!(ann.post("/api/v1/keys", key).code(), "proof_needed");
    let anew = served.nobody().get("/api/v1/session/provider?again=true");
    assert!(anew.header("location").unwrap().ends_with("anew=true"));
}

#[test]
fn what_comes_back_is_of_this_browser_and_once() {
    let served = served();
    let (cookie, state) = gone(&served);
    let refused = |cookie: &str, query: &str| {
        let reply = back(&served, cookie, query);
        assert_eq!((reply.status, reply.code().as_str()), (401, "sign_on_refused"), "{query}: {reply:?}");
        assert!(!reply.headers.iter().any(|(name, _)| name == "set-cookie"), "{reply:?}");
    };
    refused("x=1", &format!("code=code&state={state}"));
    refused(&cookie, "code=code&state=state-of-another-browser");
    refused(&cookie, "code=code");
    refused("__Host-equipoise-sign-on=x", "code=code&state=x");
    assert_eq!(back(&served, &cookie, &format!("code=code&state={state}")).status, 303);
    refused(&cookie, &format!("code=code&state={state}"));
    let (cookie, state) = gone(&served);
    refused(&cookie, &format!("error=access_denied&state={state}"));
    let (cookie, state) = gone(&served);
    refused(&cookie, &format!("code=forged&state={state}"));
    let (cookie, state) = gone(&served);
    assert_eq!(back(&served, &cookie, &format!("code=down&state={state}")).status, 503);
}

#[test]
fn a_name_belongs_to_the_first_subject_that_came_with_it() {
    let served = served();
    let sign_in = |name: &str, subject: &str| {
        vouch(&served, name, subject);
        let (cookie, state) = gone(&served);
        back(&served, &cookie, &format!("code=code&state={state}")).status
    };
    assert_eq!(sign_in("nobody here", "u-9"), 401, "nobody is made by signing in");
    assert!(served.rooms.store.reading().person("nobody here").unwrap().is_none());
    assert_eq!((sign_in("ann", "u-1"), sign_in("ann", "u-1")), (303, 303));
    assert_eq!(sign_in("ann", "u-2"), 401, "somebody else who was given ann's old name");
    assert_eq!((sign_in("bob", "u-3"), sign_in("ann", "u-1")), (303, 303));
    // Somebody who keeps the people has let the name go: it belongs to the next one who comes with it.
    let ann = served.rooms.store.reading().person("ann").unwrap().unwrap();
    let unbind =
        || server::unbind(&served.rooms.store, ann.id, ann.id, server::House::now(served.rooms.as_ref()));
    assert!(unbind().unwrap());
    assert!(!unbind().unwrap(), "nothing is left to be undone");
    assert_eq!((sign_in("ann", "u-2"), sign_in("ann", "u-1"), sign_in("ann", "u-2")), (303, 401, 303));
    assert!(unbind().unwrap());
    assert_eq!((sign_in("ann", "u-1"), sign_in("ann", "u-2")), (303, 401));
}

#[test]
fn where_no_provider_is_configured_there_is_no_such_address() {
    let served = Served::new();
    for path in ["/api/v1/session/provider", RETURN] {
        assert_eq!(served.nobody().get(path).status, 404);
    }
    assert_eq!(served.nobody().get("/api/v1/welcome").json()["provider"], json!(false));
}
