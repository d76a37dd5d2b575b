//! Whoever means harm, or has a broken line.

use std::io::Write;
use std::time::{Duration, Instant};

use server::Settings;

use crate::client::read;
use crate::rooms::Served;

#[test]
fn what_is_too_large_is_refused_and_the_server_goes_on() {
    let served = Served::with(Settings { body_bytes_max: 100_000, ..Settings::default() });
    let ann = served.signed_in("ann");
    let large = format!(r#"{{"text": "{}"}}"#, "x".repeat(200_000));
    for path in ["/api/v1/preferences", "/api/v1/plans", "/api/v1/session"] {
        let reply = ann.post(path, &large);
        assert_eq!((reply.status, reply.code()), (413, "unreadable".to_owned()), "{path}");
    }
    let long = format!("GET /{} HTTP/1.1\r\nhost: localhost\r\n\r\n", "x".repeat(100_000));
    let many: String = (0..300).map(|n| format!("x-{n}: y\r\n")).collect();
    let many = format!("GET /livez HTTP/1.1\r\nhost: localhost\r\n{many}\r\n");
    for bomb in [long, many] {
        let status = ann.raw(bomb.as_bytes()).map(|reply| reply.status);
        assert!(matches!(status, None | Some(414 | 431)), "{status:?}");
    }
    for nonsense in [
        &b"\0\0\0\0\r\n\r\n"[..],
        b"GET\r\n\r\n",
        b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: nine\r\n\r\n",
    ] {
        let status = ann.raw(nonsense).map(|reply| reply.status);
        assert!(matches!(status, None | Some(400)), "{status:?}");
    }
    assert_eq!(served.nobody().get("/livez").status, 204);
}

#[test]
fn who_sends_a_head_too_slowly_is_let_go() {
    let served = Served::with(Settings { head_patience: Duration::from_millis(200), ..Settings::default() });
    let client = served.nobody();
    let mut slow = client.connected();
    slow.write_all(b"GET /livez HTTP/1.1\r\nhost: localhost\r\n").unwrap();
    let begun = Instant::now();
    let mut all = Vec::new();
    let _ = std::io::Read::read_to_end(&mut slow, &mut all);
    assert!(begun.elapsed() < Duration::from_secs(30), "the line is closed");
    assert!(!String::from_utf8_lossy(&all).contains("204"));
}

#[test]
fn what_is_no_json_is_told_where() {
    let served = Served::new();
    let ann = served.signed_in("ann");
    for (body, status, path) in [
        ("", 400, None),
        ("{\"text\": ", 400, None),
        ("[\"no tobacco\"]", 422, None),
        ("{\"text\": 5}", 422, Some("text")),
        ("{\"texts\": \"x\"}", 422, Some("texts")),
        ("{\"text\": \"x\"} more", 400, None),
        ("null", 422, None),
        ("1e999", 422, None),
    ] {
        let reply = ann.post("/api/v1/preferences", body);
        assert_eq!((reply.status, reply.json()["path"].as_str()), (status, path), "{body}: {reply:?}");
        assert_eq!(reply.header("content-type"), Some("application/problem+json"));
        assert_eq!(reply.header("x-request-id"), reply.json()["request_id"].as_str());
    }
    assert_eq!(ann.with("content-type", "text/plain").post("/api/v1/preferences", "{}").status, 415);
    assert_eq!(ann.ask("PATCH", "/api/v1/session", None).code(), "method_not_allowed");
    assert_eq!(ann.get("/api/v1/nothing").code(), "not_found");
    assert_eq!(ann.get("/api/v1/households/%00%ff").status, 404);
}

#[test]
fn every_answer_has_the_headers_that_keep_a_browser() {
    let served = Served::new();
    for path in ["/livez", "/api/v1/session", "/openapi.json", "/nothing"] {
        let reply = served.nobody().get(path);
        for (name, value) in [
            ("x-content-type-options", "nosniff"),
            ("referrer-policy", "no-referrer"),
            ("content-security-policy", "default-src 'none'; frame-ancestors 'none'"),
            ("cache-control", "no-store"),
        ] {
            assert_eq!(reply.header(name), Some(value), "{path}");
        }
    }
}

#[test]
fn what_was_begun_is_finished_when_it_stops() {
    let mut served = Served::new();
    let ann = served.signed_in("ann");
    let mut stream = ann.connected();
    let body = r#"{"name": "ann", "password": "wrong password"}"#;
    let head = format!(
        "POST /api/v1/session HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    stream.write_all(body.as_bytes()).unwrap();
    std::thread::sleep(Duration::from_millis(50));
    served.stop();
    assert_eq!(read(&mut stream).status, 401);
    assert!(std::net::TcpStream::connect(ann.address).is_err(), "nobody listens any more");
}

#[test]
fn passwords_do_not_go_over_an_open_line() {
    let listener = std::net::TcpListener::bind("0.0.0.0:0").unwrap();
    let served = Served::new();
    let house: std::sync::Arc<dyn server::House> = served.rooms.clone();
    let refused = server::start(house, listener, Settings::default());
    assert!(matches!(refused, Err(server::ServeError::OpenToOthers { .. })));
}
