//! Requests that are sent twice.

use std::sync::Barrier;

use crate::rooms::Served;

#[test]
fn a_request_with_a_key_is_done_once() {
    let served = Served::new();
    let ann = served.signed_in("ann").with("idempotency-key", "k-1");
    let grant =
        |role: &str| format!(r#"{{"person": "bob", "role": "{role}", "household": "{}"}}"#, served.smith.id);
    let first = ann.post("/api/v1/grants", &grant("auditor"));
    let again = ann.post("/api/v1/grants", &grant("auditor"));
    assert_eq!((first.status, again.status, &first.body), (201, 201, &again.body));
    assert_eq!(
        (first.header("idempotency-replayed"), again.header("idempotency-replayed")),
        (None, Some("true"))
    );
    assert_eq!(ann.get("/api/v1/grants").json()["items"].as_array().unwrap().len(), 1);
    assert_eq!(ann.post("/api/v1/grants", &grant("adviser")).code(), "idempotency_key_reused");
    // Somebody else's key is another one.
    let bob = served.signed_in("bob").with("idempotency-key", "k-1");
    let of_jones = format!(r#"{{"person": "ann", "role": "auditor", "household": "{}"}}"#, served.jones.id);
    assert_eq!(bob.post("/api/v1/grants", &of_jones).status, 201);
    // What was refused is refused alike; without anybody there is no key.
    let wrong = ann.with("idempotency-key", "k-2");
    let (one, two) =
        (wrong.post("/api/v1/grants", &grant("king")), wrong.post("/api/v1/grants", &grant("king")));
    assert_eq!((one.status, two.status, two.code()), (422, 422, one.code()));
    assert_eq!(
        served.nobody().with("idempotency-key", "k-3").post("/api/v1/grants", &grant("auditor")).status,
        401
    );
}

#[test]
fn of_many_at_once_one_is_done() {
    let served = Served::new();
    let ann = served.signed_in("ann").with("idempotency-key", "k-9");
    let body = format!(r#"{{"person": "bob", "role": "auditor", "household": "{}"}}"#, served.smith.id);
    let barrier = Barrier::new(8);
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let asked: Vec<_> = (0..8)
            .map(|_| {
                scope.spawn(|| {
                    barrier.wait();
                    ann.post("/api/v1/grants", &body).status
                })
            })
            .collect();
        asked.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert!(statuses.iter().all(|status| matches!(status, 201 | 409)), "{statuses:?}");
    assert_eq!(ann.get("/api/v1/grants").json()["items"].as_array().unwrap().len(), 1, "{statuses:?}");
}
