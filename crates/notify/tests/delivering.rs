//! Notices brought to a web server and a mail server of the test's own, with what can go wrong there.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::thread::JoinHandle;
use std::time::Duration;

use jiff::Timestamp;
use notify::{Channel, Mailbox, Notice, Undelivered, Webhook};
use serde_json::json;

fn notice() -> Notice {
    Notice {
        id: "0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11".to_owned(),
        kind: "proposal.waiting".to_owned(),
        at: "2026-11-26T15:00:00Z".parse().unwrap(),
        subject: "A plan waits for your approval\r\nBcc: everybody@example.org".to_owned(),
        text: "3 trades.\n.\nIt can be approved until tomorrow.\n".to_owned(),
        facts: json!({"trades": 3}),
    }
}

/// A server for one visitor.
fn once(talk: impl FnOnce(TcpStream) -> String + Send + 'static) -> (u16, JoinHandle<String>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    (port, std::thread::spawn(move || talk(listener.accept().unwrap().0)))
}

fn web(answer: &'static str) -> (u16, JoinHandle<String>) {
    once(move |mut visitor| {
        let (mut request, mut part) = (Vec::new(), [0; 4096]);
        loop {
            let text = String::from_utf8_lossy(&request).into_owned();
            let head = text.find("\r\n\r\n").map(|end| end + 4);
            let length = text
                .lines()
                .find_map(|line| line.to_lowercase().strip_prefix("content-length: ")?.parse().ok());
            if head.zip(length).is_some_and(|(head, length): (usize, usize)| request.len() >= head + length) {
                break;
            }
            let count = visitor.read(&mut part).unwrap();
            request.extend_from_slice(&part[..count]);
        }
        visitor.write_all(answer.as_bytes()).unwrap();
        String::from_utf8(request).unwrap()
    })
}

fn delivered(answer: &'static str) -> (Result<(), Undelivered>, String) {
    let (port, server) = web(answer);
    let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    let webhook = Webhook::new(&format!("http://127.0.0.1:{port}/hook?a=b"), secret).unwrap();
    let now: Timestamp = "2026-11-26T15:00:01Z".parse().unwrap();
    (Channel::Webhook(webhook).deliver(&notice(), now), server.join().unwrap())
}

#[test]
fn a_web_server_gets_a_signed_request() {
    let (done, request) = delivered("HTTP/1.1 204 No Content\r\n\r\n");
    assert_eq!(done, Ok(()));
    let lower = request.to_lowercase();
    assert!(request.starts_with("POST /hook?a=b HTTP/1.1\r\n"), "{request}");
    assert!(lower.contains("webhook-id: 0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11\r\n"));
    assert!(lower.contains("webhook-timestamp: 1795705201\r\n"), "{request}");
    assert!(lower.contains("webhook-signature: v1,"));
    let body = request.split_once("\r\n\r\n").unwrap().1;
    let body: serde_json::Value = serde_json::from_str(body).unwrap();
    assert_eq!((&body["type"], &body["data"]["facts"]["trades"]), (&json!("proposal.waiting"), &json!(3)));
}

#[test]
fn an_answer_says_whether_to_come_again() {
    let later = |answer| match delivered(answer).0 {
        Err(Undelivered::Later { after, .. }) => after,
        other => panic!("{other:?}"),
    };
    assert_eq!(later("HTTP/1.1 500 Oops\r\ncontent-length: 0\r\n\r\n"), None);
    let wait = later("HTTP/1.1 429 Slow\r\nretry-after: 7\r\ncontent-length: 0\r\n\r\n");
    assert_eq!(wait, Some(Duration::from_secs(7)));
    assert_eq!(
        later("HTTP/1.1 302 Found\r\nlocation: http://127.0.0.1:1/\r\ncontent-length: 0\r\n\r\n"),
        None
    );
    assert_eq!(later("garbage\r\n\r\n"), None);
    assert_eq!(later(""), None);
    assert!(matches!(
        delivered("HTTP/1.1 410 Gone\r\ncontent-length: 0\r\n\r\n").0,
        Err(Undelivered::Never { .. })
    ));
    let nobody = Webhook::new("http://127.0.0.1:1/", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").unwrap();
    let done = Channel::Webhook(nobody).deliver(&notice(), Timestamp::UNIX_EPOCH);
    assert!(matches!(done, Err(Undelivered::Later { .. })), "{done:?}");
}

/// A mail server that says `recipient` to the one it is for.
fn mail(recipient: &'static str) -> (u16, JoinHandle<String>) {
    once(move |mut visitor| {
        let mut lines = BufReader::new(visitor.try_clone().unwrap()).lines();
        let mut letter = String::new();
        let mut say = |text: &str| visitor.write_all(format!("{text}\r\n").as_bytes()).unwrap();
        say("220 test");
        while let Some(Ok(line)) = lines.next() {
            match line.get(..4).unwrap_or_default().to_uppercase().as_str() {
                "EHLO" => say("250-test\r\n250 8BITMIME"),
                "RCPT" => say(recipient),
                "DATA" => {
                    say("354 go on");
                    for line in lines.by_ref().map_while(Result::ok).take_while(|line| line != ".") {
                        letter.push_str(&line);
                        letter.push('\n');
                    }
                    say("250 taken");
                }
                "QUIT" => {
                    say("221 bye");
                    break;
                }
                _ => say("250 ok"),
            }
        }
        letter
    })
}

fn posted(recipient: &'static str) -> (Result<(), Undelivered>, String) {
    let (port, server) = mail(recipient);
    let to = ["Ann <ann@example.org>".to_owned(), "ben@example.org".to_owned()];
    let mailbox =
        Mailbox::new(&format!("smtp://127.0.0.1:{port}"), None, "Equipoise <e@example.org>", &to).unwrap();
    let channel = Channel::Mail(mailbox);
    let done = channel.deliver(&notice(), Timestamp::UNIX_EPOCH);
    drop(channel);
    (done, server.join().unwrap())
}

#[test]
fn a_mail_server_gets_a_letter_with_its_name() {
    let (done, letter) = posted("250 ok");
    assert_eq!(done, Ok(()));
    assert!(letter.contains("Message-ID: <0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11@example.org>\n"), "{letter}");
    assert!(
        letter.contains("Subject: A plan waits for your approval  Bcc: everybody@example.org\n"),
        "{letter}"
    );
    assert!(!letter.lines().any(|line| line.starts_with("Bcc:")), "{letter}");
    assert!(
        letter.contains("It can be approved until tomorrow."),
        "a line of one point ends no letter: {letter}"
    );
}

#[test]
fn a_mail_server_may_refuse_for_good_or_for_now() {
    assert!(matches!(posted("550 no such person").0, Err(Undelivered::Never { .. })));
    assert!(matches!(posted("451 later").0, Err(Undelivered::Later { .. })));
}
