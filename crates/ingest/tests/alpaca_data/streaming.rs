//! A server that streams as Alpaca does, and misbehaves on request.
//!
//! In: conversations over a websocket, one at a time as most subscriptions allow. Out: what a test says, to whoever listens. Invariant: what is asked has the
//! shapes of the documentation; a fault fails the test when the server is dropped.

use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tungstenite::handshake::server::{Request, Response};
use tungstenite::{Error, Message, WebSocket};

use super::server::{KEY_ID, SECRET_KEY};

/// So often a conversation looks at what is to be said.
const TURN: Duration = Duration::from_millis(10);
/// So long is waited for what has to come.
const PATIENCE: Duration = Duration::from_secs(20);

#[derive(Default)]
pub(crate) struct Told {
    /// What the next conversation is answered instead of `connected`, or instead of `authenticated`.
    pub(crate) at_first: Option<String>,
    pub(crate) to_keys: Option<String>,
    /// Symbols of trades that the subscription allows.
    pub(crate) limit: Option<usize>,
    /// Channels that this feed does not have.
    pub(crate) without: Vec<&'static str>,
    /// Symbols that are not taken.
    pub(crate) not_taken: Vec<&'static str>,
    /// Channels with their symbols, of the conversation that is on.
    pub(crate) channels: BTreeMap<String, BTreeSet<String>>,
    /// Conversations that were begun, and those that are on.
    pub(crate) begun: usize,
    pub(crate) on: usize,
    to_say: Vec<String>,
    is_to_end: bool,
    faults: Vec<String>,
}

pub(crate) struct Streaming {
    pub(crate) address: String,
    told: Arc<Mutex<Told>>,
}

impl Streaming {
    pub(crate) fn new() -> Streaming {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let told: Arc<Mutex<Told>> = Arc::default();
        let behind = Arc::clone(&told);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let told = Arc::clone(&behind);
                std::thread::spawn(move || talked(stream, &told));
            }
        });
        Streaming { address, told }
    }

    pub(crate) fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap()
    }

    /// Says this to whoever listens.
    pub(crate) fn say(&self, text: &str) {
        self.told().to_say.push(text.to_owned());
        self.until("it is said", |told| told.to_say.is_empty());
    }

    /// Ends the conversation in the middle.
    pub(crate) fn end(&self) {
        self.told().is_to_end = true;
        self.until("it has ended", |told| told.on == 0);
    }

    /// Waits until it is so.
    pub(crate) fn until(&self, what: &str, is_so: impl Fn(&Told) -> bool) {
        let since = Instant::now();
        while !is_so(&self.told()) {
            assert!(since.elapsed() < PATIENCE, "{what}: waited in vain");
            std::thread::sleep(TURN);
        }
    }

    /// Waits until trades of these are subscribed to, and of no others.
    pub(crate) fn until_subscribed(&self, symbols: &[&str]) {
        let wanted: BTreeSet<String> = symbols.iter().map(|it| (*it).to_owned()).collect();
        self.until("subscribed", |told| told.on == 1 && told.channels.get("trades") == Some(&wanted));
    }
}

impl Drop for Streaming {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = self.told.lock().map(|told| told.faults.clone()).unwrap_or_default();
            assert!(faults.is_empty(), "against the documentation: {faults:#?}");
        }
    }
}

fn talked(tcp: TcpStream, told: &Mutex<Told>) {
    let mut path = String::new();
    #[allow(clippy::result_large_err, reason = "the library's own type")]
    let seen = |request: &Request, response: Response| {
        request.uri().path().clone_into(&mut path);
        Ok(response)
    };
    let Ok(mut socket) = tungstenite::accept_hdr(tcp, seen) else { return };
    socket.get_ref().set_read_timeout(Some(TURN)).unwrap();
    let (is_second, at_first) = {
        let mut told = told.lock().unwrap();
        if path != "/v2/iex" {
            told.faults.push(format!("`{path}` was asked for"));
        }
        told.begun += 1;
        told.on += 1;
        (told.on > 1, told.at_first.take())
    };
    let on = On(told);
    if is_second {
        let _ = socket.send(error(406, "connection limit exceeded"));
        return;
    }
    {
        let mut told = told.lock().unwrap();
        told.channels.clear();
        told.is_to_end = false;
    }
    if let Some(text) = at_first {
        let _ = socket.send(Message::text(text));
        return;
    }
    let _ = socket.send(Message::text(r#"[{"T":"success","msg":"connected"}]"#));
    let mut is_known = false;
    loop {
        let (say, is_to_end) = {
            let mut told = told.lock().unwrap();
            (if is_known { std::mem::take(&mut told.to_say) } else { Vec::new() }, told.is_to_end)
        };
        for text in say {
            if socket.send(Message::text(text)).is_err() {
                return;
            }
        }
        if is_to_end {
            return drop(on);
        }
        let Some(asked) = heard(&mut socket) else { return };
        for request in asked {
            let (answer, goes_on) = answered(&request, &mut is_known, told);
            let was_sent = socket.send(answer).is_ok();
            if !was_sent || !goes_on {
                return;
            }
        }
    }
}

/// That a conversation is on, until it is over.
struct On<'a>(&'a Mutex<Told>);

impl Drop for On<'_> {
    fn drop(&mut self) {
        self.0.lock().unwrap().on -= 1;
    }
}

/// What is asked by now; nothing where the conversation is over.
fn heard(socket: &mut WebSocket<TcpStream>) -> Option<Vec<Value>> {
    match socket.read() {
        Ok(Message::Text(text)) => Some(vec![serde_json::from_str(&text).unwrap()]),
        Ok(Message::Close(_)) => None,
        Ok(_) => Some(Vec::new()),
        Err(Error::Io(error)) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
            Some(Vec::new())
        }
        Err(_) => None,
    }
}

fn error(code: u16, words: &str) -> Message {
    Message::text(json!([{"T": "error", "code": code, "msg": words}]).to_string())
}

/// What is answered to a request, and whether the conversation goes on.
fn answered(request: &Value, is_known: &mut bool, told: &Mutex<Told>) -> (Message, bool) {
    let mut told = told.lock().unwrap();
    if !*is_known {
        if let Some(text) = told.to_keys.take() {
            return (Message::text(text), false);
        }
        *is_known = *request == json!({"action": "auth", "key": KEY_ID, "secret": SECRET_KEY});
        let answer = Message::text(r#"[{"T":"success","msg":"authenticated"}]"#);
        return if *is_known { (answer, true) } else { (error(402, "auth failed"), false) };
    }
    let Some(fields) = request.as_object() else { return (error(400, "invalid syntax"), true) };
    let action = fields.get("action").and_then(Value::as_str).unwrap_or_default();
    if !["subscribe", "unsubscribe"].contains(&action) {
        told.faults.push(format!("`{action}` is no action"));
        return (error(400, "invalid syntax"), true);
    }
    let mut channels = told.channels.clone();
    for (channel, symbols) in fields.iter().filter(|(name, _)| *name != "action") {
        if !["trades", "quotes", "bars", "updatedBars", "dailyBars", "statuses", "lulds"]
            .contains(&channel.as_str())
        {
            told.faults.push(format!("`{channel}` is no channel"));
        }
        if told.without.contains(&channel.as_str()) {
            return (error(410, "invalid subscribe action for this feed"), true);
        }
        for symbol in symbols.as_array().unwrap() {
            let symbol = symbol.as_str().unwrap();
            if told.not_taken.contains(&symbol) {
                return (error(400, "invalid syntax"), true);
            }
            let known = channels.entry(channel.clone()).or_default();
            if action == "subscribe" {
                known.insert(symbol.to_owned());
            } else {
                known.remove(symbol);
            }
        }
    }
    if told.limit.is_some_and(|limit| channels.get("trades").is_some_and(|trades| trades.len() > limit)) {
        return (error(405, "symbol limit exceeded"), true);
    }
    let of = |name: &str| channels.get(name).cloned().unwrap_or_default();
    let answer = json!([{"T": "subscription", "trades": of("trades"), "quotes": of("quotes"), "bars": [], "updatedBars": [],
        "dailyBars": of("dailyBars"), "statuses": of("statuses"), "lulds": [], "corrections": of("trades"), "cancelErrors": of("trades")}]);
    told.channels = channels;
    (Message::text(answer.to_string()), true)
}
