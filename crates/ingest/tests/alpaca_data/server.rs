//! A server that answers as Alpaca's Market Data API does, and misbehaves on request.
//!
//! In: questions over HTTP. Out: answers that a test has laid out, page by page. Invariant: every question, and every answer that is not meant to be
//! wrong, keeps the shapes of the API; a fault fails the test when the server is dropped.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use super::shapes;

pub(crate) const KEY_ID: &str = "PK-TEST-IDENTIFIER";
pub(crate) const SECRET_KEY: &str = "secret-of-the-test-server";

/// How the next question goes wrong.
pub(crate) enum Wrong {
    /// This status, these header lines, this body.
    Answer(u16, &'static str, &'static str),
    /// Nothing is said for so long.
    Silence(Duration),
    /// The connection is closed.
    Cut,
    /// Half of the answer.
    Half,
}

#[derive(Default)]
pub(crate) struct State {
    /// By symbol, the text of its snapshot.
    pub(crate) snapshots: BTreeMap<String, String>,
    /// Pages of `/v2/stocks/bars` and `/v1/corporate-actions`: what stands in them but for the way to the next one.
    pub(crate) bars: Vec<String>,
    pub(crate) actions: Vec<String>,
    /// Symbols for which a whole question is not taken.
    pub(crate) not_taken: BTreeSet<String>,
    /// Paths with their queries, as they came.
    pub(crate) questions: Vec<String>,
    pub(crate) wrong: VecDeque<(&'static str, Wrong)>,
    faults: Vec<String>,
}

pub(crate) struct Server {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

impl Server {
    pub(crate) fn new() -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let state: Arc<Mutex<State>> = Arc::default();
        let behind = Arc::clone(&state);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let state = Arc::clone(&behind);
                std::thread::spawn(move || served(stream, &state));
            }
        });
        Server { address, state }
    }

    pub(crate) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The next question to this path goes wrong.
    pub(crate) fn next(&self, path: &'static str, wrong: Wrong) {
        self.state().wrong.push_back((path, wrong));
    }

    /// The questions since the last time.
    pub(crate) fn questions(&self) -> Vec<String> {
        std::mem::take(&mut self.state().questions)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = self.state.lock().map(|state| state.faults.clone()).unwrap_or_default();
            assert!(faults.is_empty(), "against the API: {faults:#?}");
        }
    }
}

fn served(mut stream: TcpStream, state: &Mutex<State>) {
    let Some((target, is_allowed)) = read(&mut stream) else { return };
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query: Vec<(String, String)> = query
        .split('&')
        .filter_map(|pair| pair.split_once('='))
        .map(|(name, value)| {
            (name.to_owned(), value.replace("%2C", ",").replace("%5E", "^").replace("%3D", "="))
        })
        .collect();
    let (wrong, answer) = {
        let mut state = state.lock().unwrap();
        state.questions.push(format!(
            "{path} {}",
            query.iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join(" ")
        ));
        let at = state.wrong.iter().position(|(of, _)| *of == path);
        let wrong = at.and_then(|at| state.wrong.remove(at)).map(|(_, wrong)| wrong);
        state.faults.extend(shapes::of_question(path, &query));
        let answer = if is_allowed {
            state.answer(path, &query)
        } else {
            (401, "{\"message\": \"unauthorized.\"}".to_owned())
        };
        if answer.0 == 200 {
            state.faults.extend(shapes::of_answer(path, &answer.1));
        }
        (wrong, answer)
    };
    let (status, headers, body) = match &wrong {
        None | Some(Wrong::Half) => (answer.0, "", answer.1.as_str()),
        Some(Wrong::Answer(status, headers, body)) => (*status, *headers, *body),
        Some(Wrong::Silence(time)) => return std::thread::sleep(*time),
        Some(Wrong::Cut) => return,
    };
    let head = format!(
        "HTTP/1.1 {status} Said\r\nconnection: close\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    let sent = if matches!(wrong, Some(Wrong::Half)) { &body[..body.len() / 2] } else { body };
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(sent.as_bytes());
}

impl State {
    fn answer(&self, path: &str, query: &[(String, String)]) -> (u16, String) {
        let of = |name: &str| query.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str());
        let symbols: Vec<&str> = of("symbols").unwrap_or_default().split(',').collect();
        if let Some(symbol) = symbols.iter().find(|it| self.not_taken.contains(**it)) {
            return (400, format!("{{\"message\": \"invalid symbol: {symbol}\"}}"));
        }
        let page: usize =
            of("page_token").map_or(0, |token| token.trim_start_matches("page=").parse().unwrap());
        let paged = |pages: &[String], name: &str| {
            let held = pages.get(page).map_or("{}", String::as_str);
            let next = (page + 1 < pages.len()).then(|| format!("\"page={}\"", page + 1));
            let next = next.unwrap_or_else(|| "null".to_owned());
            (200, format!("{{\"{name}\": {held}, \"next_page_token\": {next}}}"))
        };
        match path {
            "/v2/stocks/snapshots" => {
                let known = self.snapshots.iter().filter(|(symbol, _)| symbols.contains(&symbol.as_str()));
                let all: Vec<String> = known.map(|(symbol, text)| format!("\"{symbol}\": {text}")).collect();
                (200, format!("{{{}}}", all.join(", ")))
            }
            "/v2/stocks/bars" => paged(&self.bars, "bars"),
            "/v1/corporate-actions" => paged(&self.actions, "corporate_actions"),
            _ => (404, "{}".to_owned()),
        }
    }
}

/// The target of a question, and whether its keys are the right ones.
fn read(stream: &mut TcpStream) -> Option<(String, bool)> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    while !bytes.ends_with(b"\r\n\r\n") {
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return None,
        }
    }
    let head = String::from_utf8(bytes).unwrap();
    let target = head.lines().next()?.split(' ').nth(1)?.to_owned();
    let has = |name: &str, value: &str| {
        head.lines().any(|line| {
            line.split_once(": ").is_some_and(|(n, v)| n.eq_ignore_ascii_case(name) && v == value)
        })
    };
    Some((target, has("apca-api-key-id", KEY_ID) && has("apca-api-secret-key", SECRET_KEY)))
}
