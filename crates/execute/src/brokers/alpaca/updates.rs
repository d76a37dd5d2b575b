//! News of orders as they happen, over a websocket: they wake whoever looks, and count for nothing else.
//!
//! In: an account. Out: a [`Wake`] for each order of which something is told, and one for everything whenever the stream begins, since what
//! happened before it was told to nobody. Invariants: nothing is taken from a message but whose it is; a message that can't be read wakes
//! for everything; a stream that is away is tried again, more slowly each time, for as long as it is wanted. So a lost message, a
//! doubled one or a wrong one changes no order: how it stands is fetched by REST.
//!
//! # Source
//! Alpaca's documentation of its websocket streaming, and `alpaca/trading/stream.py` of its Python library: `authenticate`, `listen` to
//! `trade_updates`; the paper host sends binary frames. The stream is not part of the OpenAPI.

use std::time::{Duration, Instant};

use outward::{Fault, Limits, Stream};
use serde::Deserialize;
use serde_json::json;

use super::bodies::unreadable;
use super::calls::Door;
use super::{Alpaca, NAME};
use crate::broker::{BrokerError, Wake};

/// Where the stream is.
const PATH: &str = "/stream";
/// What is listened to.
const TRADE_UPDATES: &str = "trade_updates";
/// The largest message that is read: one order is far below.
const MESSAGE_BYTES_MAX: u64 = 256 * 1024;
/// So often is it asked whether to stop.
const TURN: Duration = Duration::from_millis(250);
/// After so long a silence the other side is asked whether it is there.
const PING_AFTER: Duration = Duration::from_secs(20);
/// After so long a silence it is not.
const GONE_AFTER: Duration = Duration::from_secs(60);
/// The wait before the first new try; it doubles with each.
const AGAIN_FIRST: Duration = Duration::from_millis(500);
/// The longest wait before a new try.
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// A message, as far as it is read.
#[derive(Deserialize)]
struct Message {
    stream: String,
    #[serde(default)]
    data: Data,
}

#[derive(Default, Deserialize)]
struct Data {
    status: Option<String>,
    #[serde(default)]
    streams: Vec<String>,
    order: Option<Named>,
}

#[derive(Deserialize)]
struct Named {
    client_order_id: String,
}

impl Alpaca {
    /// Listens to what happens in an account, in this thread, until `stop` says so (asked four times a second).
    ///
    /// # Errors
    /// [`BrokerError::NoAccount`], and [`BrokerError::Keys`] where keys are missing or not taken: those are not tried again. Every other
    /// error is a [`Wake::Away`], and the stream is tried again.
    pub fn listen(
        &self,
        account_id: &str,
        stop: &dyn Fn() -> bool,
        wake: &mut dyn FnMut(Wake),
    ) -> Result<(), BrokerError> {
        let door = self.door(account_id)?;
        let mut again = AGAIN_FIRST;
        while !stop() {
            let error = match begun(door, stop) {
                Ok(Some(mut stream)) => {
                    wake(Wake::Everything);
                    let began = Instant::now();
                    let ended = heard(&mut stream, stop, wake);
                    // One that ends as it begins, as with a second program on the same keys, is not tried again at once for ever.
                    if began.elapsed() >= AGAIN_MAX {
                        again = AGAIN_FIRST;
                    }
                    match ended {
                        Ok(()) => return Ok(()),
                        Err(fault) => away(&fault),
                    }
                }
                Ok(None) => return Ok(()),
                Err(error @ BrokerError::Keys { .. }) => return Err(error),
                Err(error) => error,
            };
            wake(Wake::Away { error });
            let since = Instant::now();
            while since.elapsed() < again && !stop() {
                std::thread::sleep(TURN.min(again));
            }
            again = again.saturating_mul(2).min(AGAIN_MAX);
        }
        Ok(())
    }
}

/// A stream that tells of orders; `None` where it is not wanted any more.
fn begun(door: &Door, stop: &dyn Fn() -> bool) -> Result<Option<Stream>, BrokerError> {
    let limits = Limits { bytes_max: MESSAGE_BYTES_MAX, ..door.limits() };
    let opened = Stream::open(door.address(), PATH, limits);
    let mut stream = opened.map_err(|fault| match fault {
        Fault::NoStream { status: 401 | 403 } => door.not_taken("it opened no stream for them"),
        fault => away(&fault),
    })?;
    let (id, secret) = door.keys();
    let keys = json!({"action": "authenticate", "data": {"key_id": id.sent(), "secret_key": secret.sent()}});
    let Some(answer) = answered(&mut stream, &keys.to_string(), "authorization", limits, stop)? else {
        return Ok(None);
    };
    if answer.status.as_deref() != Some("authorized") {
        return Err(door.not_taken("the stream does not authorise them"));
    }
    let wanted = json!({"action": "listen", "data": {"streams": [TRADE_UPDATES]}});
    let Some(answer) = answered(&mut stream, &wanted.to_string(), "listening", limits, stop)? else {
        return Ok(None);
    };
    if answer.streams.iter().all(|name| name != TRADE_UPDATES) {
        return Err(unreadable(format!("the stream does not tell of `{TRADE_UPDATES}`")));
    }
    Ok(Some(stream))
}

/// Says something and waits for the answer of a kind; `None` where it is not wanted any more.
fn answered(
    stream: &mut Stream,
    said: &str,
    kind: &str,
    limits: Limits,
    stop: &dyn Fn() -> bool,
) -> Result<Option<Data>, BrokerError> {
    stream.say(said).map_err(|fault| away(&fault))?;
    let since = Instant::now();
    while !stop() {
        if since.elapsed() >= limits.time {
            return Err(away(&Fault::Silent { secs: limits.time.as_secs() }));
        }
        let Some(message) = stream.hear(TURN).map_err(|fault| away(&fault))? else { continue };
        let Ok(message) = serde_json::from_slice::<Message>(&message) else {
            return Err(unreadable(format!("the stream's answer, `{kind}` was waited for")));
        };
        if message.stream == kind {
            return Ok(Some(message.data));
        }
    }
    Ok(None)
}

/// Wakes for every message, until it is to stop or the stream ends.
fn heard(stream: &mut Stream, stop: &dyn Fn() -> bool, wake: &mut dyn FnMut(Wake)) -> Result<(), Fault> {
    let mut asked = false;
    while !stop() {
        match stream.hear(TURN)? {
            Some(message) => wake_for(&message, wake),
            None if stream.quiet() >= GONE_AFTER => return Err(Fault::Silent { secs: GONE_AFTER.as_secs() }),
            None if stream.quiet() >= PING_AFTER && !asked => {
                stream.ping()?;
                asked = true;
                continue;
            }
            None => {}
        }
        asked &= stream.quiet() >= PING_AFTER;
    }
    Ok(())
}

fn wake_for(message: &[u8], wake: &mut dyn FnMut(Wake)) {
    match serde_json::from_slice::<Message>(message) {
        Ok(Message { stream, data: Data { order: Some(order), .. } }) if stream == TRADE_UPDATES => {
            wake(Wake::Order { client_order_id: order.client_order_id });
        }
        Ok(Message { stream, .. }) if stream != TRADE_UPDATES => {}
        Ok(_) | Err(_) => wake(Wake::Everything),
    }
}

fn away(fault: &Fault) -> BrokerError {
    BrokerError::Unreachable { broker: NAME.to_owned(), detail: format!("the stream of orders: {fault}") }
}
