//! Requests to a server of this test's own: what is sent, what comes back, and what goes wrong.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use outward::{Address, Agent, Fault, Key, Limits, Request};

/// A server that answers every connection with the same bytes, and tells what it was sent.
fn server(answer: Vec<u8>, holds: Duration) -> (String, Receiver<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (told, heard) = channel();
    std::thread::spawn(move || {
        for mut stream in listener.incoming().flatten() {
            let mut sent = Vec::new();
            let mut part = [0; 4096];
            stream.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
            loop {
                match stream.read(&mut part) {
                    Ok(count) if count > 0 => sent.extend_from_slice(&part[..count]),
                    _ => break,
                }
                let text = String::from_utf8_lossy(&sent).to_lowercase();
                let head = text.find("\r\n\r\n");
                let body = text
                    .find("content-length: ")
                    .map(|at| text[at + 16..].lines().next().unwrap().trim().parse::<usize>().unwrap());
                if head.is_some_and(|head| text.len() >= head + 4 + body.unwrap_or(0)) {
                    break;
                }
            }
            let _ = told.send(String::from_utf8_lossy(&sent).into_owned());
            std::thread::sleep(holds);
            let _ = stream.write_all(&answer);
        }
    });
    (address, heard)
}

fn agent(address: &str) -> Agent {
    let limits =
        Limits { time: Duration::from_secs(2), connecting: Duration::from_secs(1), bytes_max: 1_000 };
    Agent::new(Address::read(address).unwrap(), limits).unwrap()
}

fn answer(status: &str, headers: &str, body: &str) -> Vec<u8> {
    format!("HTTP/1.1 {status}\r\ncontent-length: {}\r\n{headers}\r\n{body}", body.len()).into_bytes()
}

#[test]
fn what_is_sent_arrives_and_what_comes_back_is_told() {
    let (address, heard) =
        server(answer("201 Created", "Retry-After: 3\r\nX-Request-ID: r-1\r\n", "{}"), Duration::ZERO);
    let agent = agent(&address).with_key("X-KEY", Key::new("secret-key").unwrap());
    let query = [("a b", "ü&="), ("c", "1")];
    let request = Request { path: "/v2/things:by_name", query: &query, headers: &[("x-more", "yes")] };
    let answer = agent.post(&request, "{\"q\":1}").unwrap();
    assert_eq!((answer.status, answer.body.as_deref()), (201, Ok("{}".as_bytes())));
    assert_eq!(answer.header("x-request-id"), Some("r-1"));
    assert_eq!(answer.after(jiff_now()), Some(Duration::from_secs(3)));
    let sent = heard.recv().unwrap();
    assert!(sent.starts_with("POST /v2/things:by_name?a%20b=%C3%BC%26%3D&c=1 HTTP/1.1\r\n"), "{sent}");
    assert!(sent.to_lowercase().contains("x-key: secret-key\r\n") && sent.contains("x-more: yes"), "{sent}");
    assert!(sent.ends_with("{\"q\":1}"), "{sent}");
    agent.delete(&Request { path: "v2/things/7", ..Request::default() }).unwrap();
    assert!(heard.recv().unwrap().starts_with("DELETE /v2/things/7 HTTP/1.1\r\n"));
    agent.get(&Request::default()).unwrap();
    assert!(heard.recv().unwrap().starts_with("GET / HTTP/1.1\r\n"));
}

fn jiff_now() -> jiff::Timestamp {
    jiff::Timestamp::UNIX_EPOCH
}

#[test]
fn no_redirect_is_followed() {
    let (other, reached) = server(answer("200 OK", "", ""), Duration::ZERO);
    for status in ["302 Found", "307 Temporary Redirect", "308 Permanent Redirect"] {
        let (address, _heard) = server(answer(status, &format!("Location: {other}\r\n"), ""), Duration::ZERO);
        let agent = agent(&address).with_key("x-key", Key::new("secret-key").unwrap());
        for answer in [agent.post(&Request::default(), "{}"), agent.get(&Request::default())] {
            assert_eq!(answer.unwrap().status.to_string(), status[..3]);
        }
    }
    assert!(reached.try_recv().is_err(), "a key went elsewhere");
}

#[test]
fn silence_ends_at_the_limit() {
    let (address, heard) = server(answer("200 OK", "", ""), Duration::from_secs(5));
    let began = Instant::now();
    assert_eq!(agent(&address).post(&Request::default(), "{}").unwrap_err(), Fault::Silent { secs: 2 });
    assert!(began.elapsed() < Duration::from_secs(4));
    assert!(heard.recv().is_ok() && heard.try_recv().is_err(), "it was sent once");
}

#[test]
fn the_status_of_a_body_that_is_cut_or_too_large_is_told() {
    let cut = b"HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\nhalf".to_vec();
    let (address, _heard) = server(cut, Duration::ZERO);
    let answered = agent(&address).get(&Request::default()).unwrap();
    assert_eq!(answered.status, 200);
    assert!(matches!(answered.body, Err(Fault::Cut { .. })), "{answered:?}");
    let (address, _heard) = server(answer("422 No", "", &"x".repeat(1_001)), Duration::ZERO);
    let answered = agent(&address).get(&Request::default()).unwrap();
    assert_eq!((answered.status, answered.body), (422, Err(Fault::TooLarge { bytes_max: 1_000 })));
}

#[test]
fn what_is_no_http_and_who_is_not_there_are_told_apart() {
    let (address, heard) = server(b"secret-key is no HTTP\r\n\r\n".to_vec(), Duration::ZERO);
    let cut = agent(&address)
        .with_key("x-key", Key::new("secret-key").unwrap())
        .post(&Request::default(), "{}")
        .unwrap_err();
    assert!(matches!(cut, Fault::Cut { .. }), "{cut:?}");
    assert!(!cut.to_string().contains("secret-key"), "{cut}");
    assert!(heard.recv().is_ok() && heard.try_recv().is_err(), "it was sent once");
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let away = agent(&format!("http://{closed}")).get(&Request::default()).unwrap_err();
    assert!(matches!(away, Fault::Unreached { .. }), "{away:?}");
    let header = [("x-bad", "a\r\nb")];
    let refused = agent(&address).get(&Request { headers: &header, ..Request::default() }).unwrap_err();
    assert!(matches!(refused, Fault::Unsendable { .. }), "{refused:?}");
    let shown = format!("{:?}", agent(&address).with_key("x-key", Key::new("secret-key").unwrap()));
    assert!(!shown.contains("secret-key"), "{shown}");
}
