//! Conversations with a server of this test's own.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::time::{Duration, Instant};

use outward::{Address, Fault, Limits, Stream};
use tungstenite::{Message, WebSocket};

/// A server that does this with the first who comes.
fn server(does: impl FnOnce(TcpStream) + Send + 'static) -> Address {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    std::thread::spawn(move || does(listener.accept().unwrap().0));
    Address::read(&address).unwrap()
}

fn speaking(does: impl FnOnce(WebSocket<TcpStream>) + Send + 'static) -> Address {
    server(|tcp| does(tungstenite::accept(tcp).unwrap()))
}

const LIMITS: Limits =
    Limits { time: Duration::from_secs(1), connecting: Duration::from_secs(1), bytes_max: 1_000 };
const LONG: Duration = Duration::from_secs(5);

#[test]
fn texts_and_bytes_are_heard_and_silence_is_none() {
    let address = speaking(|mut socket| {
        assert_eq!(socket.read().unwrap(), Message::text("hello"));
        socket.send(Message::Ping(Vec::new().into())).unwrap();
        socket.send(Message::text("one")).unwrap();
        std::thread::sleep(Duration::from_millis(300));
        socket.send(Message::Binary(b"two".to_vec().into())).unwrap();
        // The end of the conversation is told, and not only noticed.
        while let Ok(message) = socket.read() {
            assert!(matches!(message, Message::Pong(_) | Message::Close(_)), "{message:?}");
        }
    });
    let mut stream = Stream::open(&address, "/stream", LIMITS).unwrap();
    stream.say("hello").unwrap();
    assert_eq!(stream.hear(LONG).unwrap().as_deref(), Some(b"one".as_slice()));
    assert_eq!(stream.hear(Duration::from_millis(50)).unwrap(), None);
    assert!(stream.quiet() >= Duration::from_millis(50));
    assert_eq!(stream.hear(Duration::ZERO).unwrap(), None);
    assert_eq!(stream.hear(LONG).unwrap().as_deref(), Some(b"two".as_slice()));
}

#[test]
fn a_ping_is_answered() {
    let address = speaking(|mut socket| while socket.read().is_ok() {});
    let mut stream = Stream::open(&address, "/stream", LIMITS).unwrap();
    std::thread::sleep(Duration::from_secs(1));
    stream.ping().unwrap();
    assert_eq!(stream.hear(Duration::from_millis(500)).unwrap(), None);
    assert!(stream.quiet() < Duration::from_secs(1), "{stream:?}");
}

#[test]
fn an_end_and_a_message_that_is_too_large_are_faults() {
    let address = speaking(|mut socket| {
        let _ = socket.send(Message::text("x".repeat(1_001)));
        let _ = socket.read();
    });
    let mut stream = Stream::open(&address, "/stream", LIMITS).unwrap();
    assert_eq!(stream.hear(LONG).unwrap_err(), Fault::TooLarge { bytes_max: 1_000 });
    let address = speaking(drop);
    let mut stream = Stream::open(&address, "/stream", LIMITS).unwrap();
    assert!(matches!(stream.hear(LONG), Err(Fault::Cut { .. })));
    let address = speaking(|mut socket| {
        socket.close(None).unwrap();
        while socket.read().is_ok() {}
    });
    let mut stream = Stream::open(&address, "/stream", LIMITS).unwrap();
    assert!(matches!(stream.hear(LONG), Err(Fault::Cut { .. })));
}

#[test]
fn who_opens_no_stream_is_told_apart() {
    let says = |answer: &'static str| {
        server(move |mut tcp| {
            let _ = tcp.read(&mut [0; 4096]);
            let _ = tcp.write_all(answer.as_bytes());
        })
    };
    let refused = says("HTTP/1.1 401 Unauthorized\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(Stream::open(&refused, "/stream", LIMITS).unwrap_err(), Fault::NoStream { status: 401 });
    let moved = says("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:9/\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(Stream::open(&moved, "/stream", LIMITS).unwrap_err(), Fault::NoStream { status: 302 });
    let noise = says("this is no HTTP\r\n\r\n");
    assert!(matches!(Stream::open(&noise, "/stream", LIMITS), Err(Fault::Cut { .. })));
    let began = Instant::now();
    let silent = server(|tcp| {
        std::thread::sleep(Duration::from_secs(4));
        drop(tcp);
    });
    assert_eq!(Stream::open(&silent, "/stream", LIMITS).unwrap_err(), Fault::Silent { secs: 1 });
    assert!(began.elapsed() < Duration::from_secs(3));
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let nobody = Address::read(&format!("http://{nobody}")).unwrap();
    assert!(matches!(Stream::open(&nobody, "/stream", LIMITS), Err(Fault::Unreached { .. })));
}

#[test]
fn who_can_not_encrypt_is_told_nothing() {
    let (told, heard) = std::sync::mpsc::channel();
    let plain = server(move |mut tcp| {
        let mut first = [0; 4096];
        let count = tcp.read(&mut first).unwrap_or(0);
        told.send(first[..count].to_vec()).unwrap();
        let _ = tcp.write_all(b"HTTP/1.1 101 Switching Protocols\r\n\r\n");
    });
    let address = Address::read(&plain.to_string().replace("http:", "https:")).unwrap();
    let refused = Stream::open(&address, "/stream", Limits { time: LONG, ..LIMITS });
    assert!(matches!(refused, Err(Fault::Unreached { .. })), "{refused:?}");
    if let Ok(first) = heard.recv_timeout(LONG) {
        assert!(!first.starts_with(b"GET"), "it was asked in the open");
    }
}
