//! What has happened, as it happens.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpStream;

use serde_json::Value;

use crate::client::Client;
use crate::rooms::Served;

/// Listens, from behind a record on.
fn listening(client: &Client, cookie: &str, last: Option<u64>) -> BufReader<TcpStream> {
    let mut stream = client.connected();
    let last = last.map(|last| format!("last-event-id: {last}\r\n")).unwrap_or_default();
    let head = format!("GET /api/v1/events HTTP/1.1\r\nhost: localhost\r\ncookie: {cookie}\r\n{last}\r\n");
    stream.write_all(head.as_bytes()).unwrap();
    let mut lines = BufReader::new(stream);
    let mut line = String::new();
    while lines.read_line(&mut line).unwrap() > 2 {
        line.clear();
    }
    lines
}

/// The data of the next event.
fn next(lines: &mut BufReader<TcpStream>) -> (String, Value) {
    let (mut name, mut line) = (String::new(), String::new());
    loop {
        line.clear();
        assert!(lines.read_line(&mut line).unwrap() > 0, "the stream ended");
        if let Some(told) = line.trim_end().strip_prefix("event: ") {
            name = told.to_owned();
        }
        if let Some(data) = line.trim_end().strip_prefix("data: ") {
            return (name, serde_json::from_str(data).unwrap());
        }
    }
}

fn cookie_of(served: &Served, name: &str) -> String {
    let body = format!(r#"{{"name": "{name}", "password": "{}"}}"#, crate::rooms::PASSWORD);
    let reply = served.nobody().post("/api/v1/session", &body);
    reply.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
}

#[test]
fn who_listens_hears_of_their_own_and_misses_nothing() {
    let served = Served::new();
    let (ann, bob) = (served.signed_in("ann"), served.signed_in("bob"));
    let cookie = cookie_of(&served, "ann");
    let mut lines = listening(&ann, &cookie, None);
    let pause = |client: &Client, household: &str, why: &str| {
        let path = format!("/api/v1/households/{household}/pause");
        let body = format!(r#"{{"why": "{why}", "until": "2026-12-01T00:00:00Z"}}"#);
        assert_eq!(client.post(&path, &body).status, 204);
    };
    let (smith, jones) = (served.smith.id.to_string(), served.jones.id.to_string());
    pause(&bob, &jones, "not hers");
    pause(&ann, &smith, "hers");
    let (name, first) = next(&mut lines);
    assert_eq!((name.as_str(), first["household"].as_str()), ("changed", Some(smith.as_str())), "{first}");
    assert!(!first.to_string().contains("hers"), "an event tells that, not what: {first}");
    pause(&ann, &smith, "again");
    let (_, second) = next(&mut lines);
    assert!(second["rev"].as_u64() > first["rev"].as_u64());
    drop(lines);
    // Who comes back hears what was missed.
    let mut again = listening(&ann, &cookie, first["rev"].as_u64());
    assert_eq!(next(&mut again).1["rev"], second["rev"]);
    let mut unknown = listening(&ann, &cookie, Some(1_000_000));
    assert_eq!(next(&mut unknown).0, "reset");
}
