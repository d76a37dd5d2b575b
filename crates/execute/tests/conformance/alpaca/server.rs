//! A server that behaves as Alpaca's Trading API does, and misbehaves on request.
//!
//! In: requests over HTTP. Out: answers as the OpenAPI has them. Invariants: every request, and every answer that is not meant to be wrong, is
//! held against the OpenAPI, and a fault fails the test when the server is dropped; a name is one order, for good; an order of the
//! day is executed inside its limit, and not after its end.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use portfolio::exchange::{self, eastern};
use portfolio::{Decimal, Side};
use serde_json::{Value, json};
use tungstenite::{Message, WebSocket};

use super::schemas;

/// The keys that are taken.
pub(crate) const KEY_ID: &str = "PK-TEST-IDENTIFIER";
pub(crate) const SECRET_KEY: &str = "secret-of-the-test-server";

/// How one request goes wrong.
#[derive(Debug, Clone)]
pub(crate) enum Wrong {
    /// This answer, and nothing is done.
    Answer(u16, &'static str, String),
    /// This answer, after it was done.
    DoneThen(u16, &'static str, String),
    /// Nothing is said for so long, after it was done.
    DoneThenSilence(Duration),
    /// The connection is closed, after it was done or not.
    Cut(bool),
    /// Half of the answer.
    Half,
    /// The fills of the last so many orders are not told yet.
    NoFills,
}

#[derive(Default)]
pub(crate) struct State {
    pub(crate) now: Timestamp,
    pub(crate) orders: Vec<Value>,
    pub(crate) fills: Vec<Value>,
    pub(crate) account: Value,
    pub(crate) configurations: Value,
    pub(crate) positions: Value,
    /// How far the clock is ahead of the machine's, and what replaces the calendar.
    pub(crate) clock_ahead: SignedDuration,
    pub(crate) calendar: Option<Value>,
    /// USD that a purchase at a limit may cost.
    pub(crate) buying_power: Decimal,
    /// Whether an order that is taken back waits for the exchange.
    pub(crate) cancels_slowly: bool,
    /// Method and path, in the order in which they came.
    pub(crate) requests: Vec<String>,
    /// Who is told of orders, as they happen.
    listeners: Vec<Sender<Told>>,
    /// How many streams have begun.
    pub(crate) streams: usize,
    /// Whether the stream says nothing to whoever begins one.
    pub(crate) is_mute: bool,
    wrong: VecDeque<(&'static str, Wrong)>,
    faults: Vec<String>,
}

/// A server of one account.
pub(crate) struct Server {
    pub(crate) address: String,
    state: Arc<Mutex<State>>,
}

/// What a stream is told to say.
enum Told {
    Text(String),
    End,
}

struct Sent {
    method: String,
    path: String,
    query: Vec<(String, String)>,
    is_allowed: bool,
    body: Option<Value>,
}

struct Answer {
    status: u16,
    headers: &'static str,
    body: String,
}

impl Server {
    pub(crate) fn new(now: Timestamp) -> Server {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let recorded: Value = serde_json::from_str(include_str!("recorded/account.json")).unwrap();
        let mut account = recorded["test_get_account"][0].clone();
        // The specification has numbers where the recorded body has texts.
        account["options_approved_level"] = json!(1);
        account["options_trading_level"] = json!(1);
        let state = State {
            now,
            account,
            configurations: recorded["test_get_account_configurations"][0].clone(),
            positions: json!([]),
            buying_power: Decimal::from(1_000_000),
            ..State::default()
        };
        let state = Arc::new(Mutex::new(state));
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

    /// The next request that begins with this goes wrong, such as `POST /v2/orders`.
    pub(crate) fn next(&self, request: &'static str, wrong: Wrong) {
        self.state().wrong.push_back((request, wrong));
    }

    /// The market executes so many shares of an order, as far as it may.
    pub(crate) fn executes(&self, client_order_id: &str, quantity: Decimal, price: Decimal, at: Timestamp) {
        let mut state = self.state();
        let state = &mut *state;
        let named = state.orders.iter_mut().find(|order| order["client_order_id"] == client_order_id);
        let Some(order) = named else { return };
        let decimal = |value: &Value| value.as_str().map_or(Decimal::ZERO, |text| text.parse().unwrap());
        let open = ["new", "accepted", "partially_filled", "pending_cancel"];
        let is_inside = order["limit_price"].is_null()
            || if order["side"] == "buy" {
                price <= decimal(&order["limit_price"])
            } else {
                price >= decimal(&order["limit_price"])
            };
        if !open.contains(&order["status"].as_str().unwrap()) || !is_inside {
            return;
        }
        let (all, before) = (decimal(&order["qty"]), decimal(&order["filled_qty"]));
        let quantity = quantity.min(all - before);
        let filled = before + quantity;
        let serial = state.fills.len();
        let stamp = eastern(at).strftime("%Y%m%d%H%M%S000").to_string();
        order["filled_qty"] = json!(filled.to_string());
        order["filled_avg_price"] = json!(price.to_string());
        order["status"] = json!(if filled == all { "filled" } else { "partially_filled" });
        order["updated_at"] = json!(at);
        state.fills.push(json!({
            "id": format!("{stamp}::{}", uuid(9_000 + serial)),
            "activity_type": "FILL",
            "type": if filled == all { "fill" } else { "partial_fill" },
            "transaction_time": at,
            "price": price.to_string(),
            "qty": quantity.to_string(),
            "side": order["side"],
            "symbol": order["symbol"],
            "leaves_qty": (all - filled).to_string(),
            "cum_qty": filled.to_string(),
            "order_id": order["id"],
            "order_status": order["status"],
        }));
        let event = if filled == all { "fill" } else { "partial_fill" };
        let told = json!({"stream": "trade_updates", "data": {"event": event, "execution_id": uuid(9_000 + serial),
            "price": price.to_string(), "qty": quantity.to_string(), "timestamp": at, "order": order}});
        state.tell(&told.to_string());
    }

    /// Every stream says this.
    pub(crate) fn says(&self, text: &str) {
        self.state().tell(text);
    }

    /// Every stream ends.
    pub(crate) fn hangs_up(&self) {
        self.state().listeners.drain(..).for_each(|listener| drop(listener.send(Told::End)));
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let faults = self.state.lock().map(|state| state.faults.clone()).unwrap_or_default();
            assert!(faults.is_empty(), "against the OpenAPI: {faults:#?}");
        }
    }
}

fn uuid(number: usize) -> String {
    format!("61e69015-8549-4bfd-b9c3-{number:012x}")
}

/// One connection with one request.
fn served(mut stream: TcpStream, state: &Mutex<State>) {
    let mut first = [0; 11];
    if matches!(stream.peek(&mut first), Ok(11)) && &first == b"GET /stream" {
        streamed(stream, state);
        return;
    }
    let Some(sent) = read(&mut stream) else { return };
    let line = format!("{} {}", sent.method, sent.path);
    let wrong = {
        let mut state = state.lock().unwrap();
        state.requests.push(line.clone());
        let at = state.wrong.iter().position(|(request, _)| line.starts_with(request));
        at.and_then(|at| state.wrong.remove(at)).map(|(_, wrong)| wrong)
    };
    let done = || {
        let mut state = state.lock().unwrap();
        let faults = schemas::faults_of_request(&sent.method, &sent.path, &sent.query, sent.body.as_ref());
        state.faults.extend(faults);
        let (status, body) = state.answered(&sent, matches!(wrong, Some(Wrong::NoFills)));
        if status < 300 {
            let faults = schemas::faults_of_answer(&sent.method, &sent.path, status, body.as_ref());
            state.faults.extend(faults);
        }
        Answer { status, headers: "", body: body.map_or(String::new(), |body| body.to_string()) }
    };
    let answer = match &wrong {
        None | Some(Wrong::NoFills | Wrong::Half) => done(),
        Some(Wrong::Answer(status, headers, body)) => Answer { status: *status, headers, body: body.clone() },
        Some(Wrong::DoneThen(status, headers, body)) => {
            done();
            Answer { status: *status, headers, body: body.clone() }
        }
        Some(Wrong::DoneThenSilence(time)) => {
            done();
            std::thread::sleep(*time);
            return;
        }
        Some(Wrong::Cut(is_done)) => {
            if *is_done {
                done();
            }
            return;
        }
    };
    let Answer { status, headers, body } = answer;
    let length = match status {
        204 => String::new(),
        _ => format!("content-type: application/json\r\ncontent-length: {}\r\n", body.len()),
    };
    let sent = if matches!(wrong, Some(Wrong::Half)) { &body[..body.len() / 2] } else { body.as_str() };
    let head = format!("HTTP/1.1 {status} Said\r\nconnection: close\r\n{headers}{length}\r\n");
    let _ = stream.write_all(head.as_bytes());
    let _ = stream.write_all(sent.as_bytes());
}

/// A stream: keys, what is listened to, and then what happens. Its frames are binary, as those of the paper host are.
fn streamed(tcp: TcpStream, state: &Mutex<State>) {
    let Ok(mut socket) = tungstenite::accept(tcp) else { return };
    let heard = |socket: &mut WebSocket<TcpStream>| {
        let message = socket.read().ok()?;
        serde_json::from_slice::<Value>(&message.into_data()).ok()
    };
    if state.lock().unwrap().is_mute {
        while heard(&mut socket).is_some() {}
        return;
    }
    let say = |socket: &mut WebSocket<TcpStream>, value: &str| {
        socket.send(Message::Binary(value.as_bytes().to_vec().into())).is_ok()
    };
    let Some(keys) = heard(&mut socket) else { return };
    let keys_are_right =
        keys == json!({"action": "authenticate", "data": {"key_id": KEY_ID, "secret_key": SECRET_KEY}});
    let status = if keys_are_right { "authorized" } else { "unauthorized" };
    let answer = json!({"stream": "authorization", "data": {"status": status, "action": "authenticate"}});
    if !say(&mut socket, &answer.to_string()) || !keys_are_right {
        return;
    }
    let Some(wanted) = heard(&mut socket) else { return };
    assert_eq!(wanted, json!({"action": "listen", "data": {"streams": ["trade_updates"]}}));
    let (listener, told) = channel();
    {
        let mut state = state.lock().unwrap();
        state.listeners.push(listener);
        state.streams += 1;
    }
    let answer = json!({"stream": "listening", "data": {"streams": ["trade_updates"]}});
    let mut goes_on = say(&mut socket, &answer.to_string());
    while goes_on {
        goes_on = matches!(told.recv(), Ok(Told::Text(text)) if say(&mut socket, &text));
    }
}

fn read(stream: &mut TcpStream) -> Option<Sent> {
    stream.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
    let head_length = loop {
        if let Some(at) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break at + 4;
        }
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return None,
        }
    };
    let head = String::from_utf8(bytes[..head_length].to_vec()).unwrap();
    let mut lines = head.lines();
    let mut first = lines.next().unwrap().split(' ');
    let (method, target) = (first.next().unwrap().to_owned(), first.next().unwrap().to_owned());
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(':'))
        .map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()))
        .collect();
    let header = |name: &str| headers.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
    let length: usize = header("content-length").map_or(0, |text| text.parse().unwrap());
    while bytes.len() < head_length + length {
        match stream.read(&mut part) {
            Ok(count) if count > 0 => bytes.extend_from_slice(&part[..count]),
            _ => return None,
        }
    }
    let body = (length > 0).then(|| serde_json::from_slice(&bytes[head_length..]).unwrap());
    let (path, query) = target.split_once('?').unwrap_or((&target, ""));
    let query = query.split('&').filter(|pair| !pair.is_empty());
    let query = query.map(|pair| pair.split_once('=').unwrap());
    Some(Sent {
        method,
        path: path.to_owned(),
        query: query.map(|(name, value)| (decoded(name), decoded(value))).collect(),
        is_allowed: header("apca-api-key-id") == Some(KEY_ID)
            && header("apca-api-secret-key") == Some(SECRET_KEY),
        body,
    })
}

fn decoded(text: &str) -> String {
    let (mut out, mut bytes) = (Vec::new(), text.bytes());
    while let Some(byte) = bytes.next() {
        match byte {
            b'%' => {
                let digits = [bytes.next().unwrap(), bytes.next().unwrap()];
                out.push(u8::from_str_radix(std::str::from_utf8(&digits).unwrap(), 16).unwrap());
            }
            byte => out.push(byte),
        }
    }
    String::from_utf8(out).unwrap()
}

fn reason(code: u64, message: &str) -> Option<Value> {
    Some(json!({"code": code, "message": message}))
}

impl State {
    fn tell(&mut self, text: &str) {
        self.listeners.retain(|listener| listener.send(Told::Text(text.to_owned())).is_ok());
    }

    fn answered(&mut self, sent: &Sent, without_fills: bool) -> (u16, Option<Value>) {
        if !sent.is_allowed {
            return (401, reason(40_110_000, "request is not authorized"));
        }
        let of = |name: &str| sent.query.iter().find(|(it, _)| it == name).map(|(_, value)| value.as_str());
        match (sent.method.as_str(), sent.path.as_str()) {
            ("POST", "/v2/orders") => self.placed(sent.body.as_ref().unwrap()),
            ("GET", "/v2/orders:by_client_order_id") => {
                let named =
                    self.orders.iter().find(|it| it["client_order_id"] == of("client_order_id").unwrap());
                match named {
                    Some(order) => (200, Some(order.clone())),
                    None => (404, reason(40_410_000, "order not found")),
                }
            }
            ("DELETE", path) => self.taken_back(path.rsplit('/').next().unwrap()),
            ("GET", "/v2/account/activities") if without_fills => (200, Some(json!([]))),
            ("GET", "/v2/account/activities") => {
                let after: Timestamp = of("after").unwrap().parse().unwrap();
                let size: usize = of("page_size").unwrap().parse().unwrap();
                let at =
                    |fill: &Value| fill["transaction_time"].as_str().unwrap().parse::<Timestamp>().unwrap();
                let mut fills: Vec<&Value> = self.fills.iter().filter(|fill| at(fill) > after).collect();
                fills.sort_by_key(|fill| at(fill));
                let behind = of("page_token")
                    .map_or(0, |token| 1 + fills.iter().position(|fill| fill["id"] == token).unwrap());
                (200, Some(fills.into_iter().skip(behind).take(size).cloned().collect()))
            }
            ("GET", "/v2/account") => (200, Some(self.account.clone())),
            ("GET", "/v2/account/configurations") => (200, Some(self.configurations.clone())),
            ("GET", "/v2/positions") => (200, Some(self.positions.clone())),
            ("GET", "/v2/clock") => {
                let now = Timestamp::now() + self.clock_ahead;
                let open = exchange::session_at(now).unwrap();
                let next = exchange::next_session(now).unwrap();
                let closes = open.map_or(next.closes, |session| session.closes);
                (
                    200,
                    Some(
                        json!({"timestamp": now, "is_open": open.is_some(), "next_open": next.opens, "next_close": closes}),
                    ),
                )
            }
            ("GET", "/v2/calendar") => {
                let day = |name: &str| {
                    let at: Timestamp = of(name).unwrap().parse().unwrap();
                    jiff::tz::TimeZone::UTC.to_datetime(at).date()
                };
                let days = day("start").series(jiff::Span::new().days(1)).take_while(|it| *it <= day("end"));
                let days = days.filter_map(|day| exchange::session(day).unwrap());
                let days: Value = days
                    .map(|session| {
                        let (opens, closes) = (eastern(session.opens), eastern(session.closes));
                        json!({"date": session.day, "open": opens.strftime("%H:%M").to_string(),
                            "close": closes.strftime("%H:%M").to_string(), "session_open": "0400",
                            "session_close": "2000", "settlement_date": session.day})
                    })
                    .collect();
                (200, Some(self.calendar.clone().unwrap_or(days)))
            }
            _ => (404, reason(40_410_000, "endpoint not found")),
        }
    }

    fn placed(&mut self, body: &Value) -> (u16, Option<Value>) {
        let decimal = |name: &str| body[name].as_str().map(|text| text.parse::<Decimal>().unwrap());
        let (quantity, limit) = (decimal("qty").unwrap(), decimal("limit_price"));
        if self.orders.iter().any(|order| order["client_order_id"] == body["client_order_id"]) {
            return (422, reason(40_010_001, "client_order_id must be unique"));
        }
        if self.account["trading_blocked"] == true {
            return (403, reason(40_310_000, "trading is blocked for this account"));
        }
        if !quantity.fract().is_zero() && (limit.is_some() || body["time_in_force"] != "day") {
            return (422, reason(42_210_000, "fractional orders must be market orders for the day"));
        }
        let digits = if limit.is_some_and(|limit| limit < Decimal::ONE) { 4 } else { 2 };
        if limit.is_some_and(|limit| limit.scale() > digits) {
            return (
                422,
                reason(42_210_000, "sub-penny increment does not fulfill minimum pricing criteria"),
            );
        }
        let side = if body["side"] == "buy" { Side::Buy } else { Side::Sell };
        let cost = quantity * limit.unwrap_or(Decimal::ONE);
        if side == Side::Buy && cost > self.buying_power {
            return (403, reason(40_310_000, "insufficient buying power"));
        }
        let order = json!({
            "id": uuid(self.orders.len()),
            "client_order_id": body["client_order_id"],
            "created_at": self.now, "updated_at": self.now, "submitted_at": self.now,
            "filled_at": null, "expired_at": null, "canceled_at": null, "failed_at": null,
            "replaced_at": null, "replaced_by": null, "replaces": null,
            "asset_id": uuid(77), "symbol": body["symbol"], "asset_class": "us_equity",
            "notional": null, "qty": quantity.to_string(), "filled_qty": "0", "filled_avg_price": null,
            "order_class": "", "order_type": body["type"], "type": body["type"], "side": body["side"],
            "time_in_force": body["time_in_force"],
            "limit_price": body.get("limit_price").cloned().unwrap_or(Value::Null),
            "stop_price": null, "status": "accepted", "extended_hours": false, "legs": null,
            "trail_percent": null, "trail_price": null, "hwm": null,
        });
        self.orders.push(order.clone());
        (200, Some(order))
    }

    fn taken_back(&mut self, id: &str) -> (u16, Option<Value>) {
        let slowly = self.cancels_slowly;
        let Some(order) = self.orders.iter_mut().find(|order| order["id"] == id) else {
            return (404, reason(40_410_000, "order not found"));
        };
        let status = order["status"].as_str().unwrap().to_owned();
        if ["filled", "canceled", "expired", "rejected", "pending_cancel", "replaced"]
            .contains(&status.as_str())
        {
            return (422, reason(42_210_000, &format!("order is already in \"{status}\" state")));
        }
        order["status"] = json!(if slowly { "pending_cancel" } else { "canceled" });
        (204, None)
    }
}
