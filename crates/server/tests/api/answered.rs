//! What is told of answers, how often somebody may ask, how old prices are, and the description for people.

use std::time::Duration;

use jiff::SignedDuration;
use server::{Rate, Settings};

use crate::rooms::Served;

#[test]
fn an_answer_is_told_by_its_template_and_nobody_is_in_it() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    let traced = ann.with("traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    let reply = traced.get(&format!("/api/v1/households/{}/lots?limit=2", served.smith.id));
    served.nobody().get("/api/v1/households");
    served.nobody().get("/no/such/thing.txt");
    let told = served.rooms.answered.lock().unwrap().clone();
    let [signed_in, lots, refused, nowhere] = told.as_slice() else { panic!("{told:#?}") };
    assert_eq!((signed_in.route.as_str(), signed_in.status), ("/api/v1/session", 201));
    assert_eq!((lots.route.as_str(), lots.caller), ("/api/v1/households/{household}/lots", "person"));
    assert_eq!(Some(lots.request_id.as_str()), reply.header("x-request-id"));
    assert_eq!((lots.trace.id[0], lots.trace.parent.unwrap()[0]), (0x0a, 0xb7));
    assert_eq!((refused.status, refused.caller, refused.trace.parent), (401, "nobody", None));
    assert_eq!(nowhere.route, "none");
    let all = format!("{told:?}");
    for secret in [served.smith.id.to_string().as_str(), "ann", "limit", "thing.txt"] {
        assert!(!all.contains(secret), "{secret}: {all}");
    }
}

#[test]
fn who_asks_too_often_is_told_when_to_come_back_and_others_are_not_held_up() {
    let rate = Rate { per_minute: 1, burst: 4 };
    let served = Served::with(Settings { rate: Some(rate), ..Settings::default() });
    // Two requests of this machine; from the first answer on each session has a measure of its own.
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let asked: Vec<u16> = (0..7).map(|_| ann.get("/api/v1/session").status).collect();
    assert_eq!(asked.iter().filter(|status| **status == 200).count(), 4, "{asked:?}");
    let refused = ann.get("/api/v1/session");
    assert_eq!((refused.status, refused.code().as_str()), (429, "too_often"), "{refused:?}");
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!(wait > 0 && Duration::from_secs(wait) <= Duration::from_secs(61), "{wait}");
    assert_eq!(bob.get("/api/v1/session").status, 200);
    // Tokens that let nobody in buy nothing.
    let forged = |number: u32| {
        let client = served.nobody().with("authorization", &format!("Bearer forged-{number}"));
        client.get("/api/v1/session").status
    };
    let tried: Vec<u16> = (0..6).map(forged).collect();
    assert_eq!(tried.last(), Some(&429), "{tried:?}");
    assert_eq!(served.nobody().get("/livez").status, 204, "who watches over it is never refused");
}

#[test]
fn a_token_that_was_made_up_buys_nothing_where_anybody_is_answered() {
    let rate = Rate { per_minute: 1, burst: 4 };
    let served = Served::with(Settings { rate: Some(rate), ..Settings::default() });
    let ann = served.signed_in("ann");
    assert_eq!(
        ann.get("/api/v1/welcome").json()["session"]["name"],
        "ann",
        "a measure of its own from now on"
    );
    // Each is answered with 200, and sent twice: had it a measure of its own by then, nobody would ever be refused.
    let made_up = |number: u32| {
        let client = served.nobody().with("cookie", &format!("__Host-equipoise=made-up-{number}"));
        [client.get("/api/v1/welcome").status, client.get("/api/v1/welcome").status]
    };
    let tried: Vec<u16> = (0..3).flat_map(made_up).collect();
    assert_eq!(tried, [200, 200, 429, 429, 429, 429]);
    assert_eq!(served.nobody().get("/readyz").status, 429, "it reads prices");
    assert_eq!(ann.get("/api/v1/welcome").status, 200);
    let told = served.rooms.answered.lock().unwrap().clone();
    let callers: Vec<&str> = told.iter().map(|one| one.caller).collect();
    assert_eq!(callers[..4], ["nobody", "person", "nobody", "nobody"], "{told:#?}");
}

#[test]
fn readyz_says_how_old_prices_are() {
    let served = Served::new();
    let ready = || served.nobody().get("/readyz").json();
    assert!(ready()["newest_price_age_secs"].is_null());
    served.rooms.quotes();
    served.rooms.later(SignedDuration::from_secs(90));
    assert_eq!(
        (ready()["newest_price_age_secs"].as_i64(), ready()["oldest_price_age_secs"].as_i64()),
        (Some(90), Some(90))
    );
}

#[test]
fn the_api_is_described_for_people_without_a_script() {
    let served = Served::new();
    let page = served.nobody().get("/docs");
    assert_eq!((page.status, page.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let policy = page.header("content-security-policy").unwrap();
    assert!(
        policy.starts_with("default-src 'none'; style-src 'self'") && !policy.contains("unsafe"),
        "{policy}"
    );
    assert!(page.body.contains("/api/v1/households/{household}/lots") && !page.body.contains("<script"));
    let style = served.nobody().get("/docs/style.css");
    assert_eq!((style.status, style.header("content-type")), (200, Some("text/css; charset=utf-8")));
    assert_eq!(served.nobody().get("/docs/other").status, 404);
}
