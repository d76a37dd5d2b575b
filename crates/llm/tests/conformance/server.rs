//! A provider's server, as bad as it has to be: it sends the bytes that it is told to, when it is told to.
//!
//! In: what to serve, request by request; the last is served again. Out: an address, and the requests as they came.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// How a body is sent.
#[derive(Debug, Clone)]
pub(crate) enum Manner {
    /// All of it.
    Whole,
    /// As many bytes, and then the line goes dead; the length that was announced is that of all of it.
    CutAfter(usize),
    /// A few bytes at a time, for ever.
    Dripping(Duration),
    /// As many bytes, and then silence.
    SilentAfter(usize),
    /// Without end, as fast as can be.
    Endless,
}

/// One reply.
#[derive(Debug, Clone)]
pub(crate) struct Served {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
    pub(crate) manner: Manner,
}

impl Served {
    /// A body of JSON.
    pub(crate) fn json(status: u16, body: impl Into<Vec<u8>>) -> Served {
        Served {
            status,
            headers: vec![("content-type".to_owned(), "application/json".to_owned())],
            body: body.into(),
            manner: Manner::Whole,
        }
    }

    /// A stream of events.
    pub(crate) fn events(body: impl Into<Vec<u8>>) -> Served {
        Served {
            headers: vec![("content-type".to_owned(), "text/event-stream; charset=utf-8".to_owned())],
            ..Served::json(200, body)
        }
    }

    /// With one more header.
    pub(crate) fn header(mut self, name: &str, value: &str) -> Served {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    /// Sent in this manner.
    pub(crate) fn sent(self, manner: Manner) -> Served {
        Served { manner, ..self }
    }
}

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Received {
    pub(crate) path: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Received {
    /// The value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap()
    }
}

/// A running server; it ends with the test.
pub(crate) struct Server {
    pub(crate) url: String,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Server {
    /// Starts one.
    pub(crate) fn serving(replies: Vec<Served>) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let received = Arc::new(Mutex::new(Vec::new()));
        let kept = received.clone();
        std::thread::spawn(move || {
            for (place, stream) in listener.incoming().enumerate() {
                let reply = replies[place.min(replies.len() - 1)].clone();
                let kept = kept.clone();
                // A client that goes away is nothing to a server.
                std::thread::spawn(move || stream.and_then(|stream| serve(stream, &reply, &kept)));
            }
        });
        Server { url, received }
    }

    /// What has come so far.
    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap().clone()
    }
}

fn serve(mut stream: TcpStream, reply: &Served, kept: &Mutex<Vec<Received>>) -> std::io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut line = String::new();
    reader.read_line(&mut line)?;
    let path = line.split(' ').nth(1).unwrap_or_default().to_owned();
    let mut headers = Vec::new();
    loop {
        line.clear();
        reader.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.push((name.to_lowercase(), value.trim().to_owned()));
    }
    let length =
        headers.iter().find(|(name, _)| name == "content-length").map(|(_, value)| value.parse().unwrap());
    let mut body = vec![0; length.unwrap_or(0)];
    reader.read_exact(&mut body)?;
    kept.lock().unwrap().push(Received { path, headers, body });

    let mut head = format!("HTTP/1.1 {} Fixture\r\nconnection: close\r\n", reply.status);
    for (name, value) in &reply.headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    if !matches!(reply.manner, Manner::Endless | Manner::Dripping(_)) {
        head.push_str(&format!("content-length: {}\r\n", reply.body.len()));
    }
    stream.write_all(head.as_bytes())?;
    stream.write_all(b"\r\n")?;
    match &reply.manner {
        Manner::Whole => stream.write_all(&reply.body),
        Manner::CutAfter(count) => stream.write_all(&reply.body[..*count]),
        Manner::SilentAfter(count) => {
            stream.write_all(&reply.body[..*count])?;
            stream.flush()?;
            std::thread::sleep(Duration::from_secs(20));
            Ok(())
        }
        Manner::Dripping(every) => loop {
            for byte in &reply.body {
                stream.write_all(std::slice::from_ref(byte))?;
                std::thread::sleep(*every);
            }
        },
        Manner::Endless => loop {
            stream.write_all(&reply.body)?;
        },
    }
}
