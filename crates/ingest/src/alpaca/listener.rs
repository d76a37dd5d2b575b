//! Listening to the stream of prices, in a thread of its own, for as long as somebody wants it.
//!
//! In: an address with keys, which feed, and the securities that are wanted, which may change. Out: [`Told`], what is the case now. Invariants: there is one
//! conversation at a time, since most subscriptions allow no second one; a security counts as covered once the other side says so, and
//! no longer than the line is there; what the subscription does not allow, and a line that is away, cost nothing but that those securities are
//! asked for at each tick; keys stand in no line for people.
//!
//! # Source
//! Alpaca's documentation "WebSocket Stream": `connected`, `auth`, `authenticated`, `subscribe`, and the errors 400 to 500. A request that
//! would go beyond the limit of symbols (405) changes nothing.

use std::collections::BTreeSet;
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use outward::{Address, Fault, Key, Limits, Stream};
use serde_json::json;

use super::heard::{Heard, Told};
use super::messages::{self, Message};
use super::{Tape, is_symbol};
use crate::cell::shown;

/// The largest message that is read.
const MESSAGE_BYTES_MAX: u64 = 4 << 20;
/// So often is it asked whether to stop, and whether others are wanted.
const TURN: Duration = Duration::from_millis(250);
/// After so long a silence the other side is asked whether it is there.
const PING_AFTER: Duration = Duration::from_secs(20);
/// After so long a silence it is not.
const GONE_AFTER: Duration = Duration::from_secs(60);
/// The wait before the first new try; it doubles with each.
const AGAIN_FIRST: Duration = Duration::from_millis(500);
/// The longest wait before a new try.
const AGAIN_MAX: Duration = Duration::from_secs(60);
/// Symbols of one request.
const PORTION: usize = 400;

/// Whoever listens; it ends when this is dropped.
#[derive(Debug)]
pub struct Listener {
    shared: Arc<Shared>,
}

#[derive(Debug, Default)]
struct Shared {
    heard: Mutex<Heard>,
    /// Counts changes of what is wanted.
    changes: AtomicU64,
    is_over: AtomicBool,
}

/// Where to, with what, and how long.
struct Way {
    address: Address,
    keys: (Key, Key),
    path: String,
    limits: Limits,
}

/// How a conversation ended.
enum End {
    /// Nobody listens any more.
    Over,
    /// It may be tried again.
    Away(String),
    /// It would end the same way for as long as keys and subscription are these.
    ForGood(String),
}

impl Listener {
    /// Listens from now on; nothing is wanted yet.
    ///
    /// # Errors
    /// The system's, where it gives no thread.
    pub fn open(address: Address, keys: (Key, Key), tape: Tape, limits: Limits) -> io::Result<Listener> {
        let shared: Arc<Shared> = Arc::default();
        let path = format!("/v2/{}", tape.word());
        let way = Way { address, keys, path, limits: Limits { bytes_max: MESSAGE_BYTES_MAX, ..limits } };
        let behind = Arc::clone(&shared);
        std::thread::Builder::new().name("prices".to_owned()).spawn(move || listen(&way, &behind))?;
        Ok(Listener { shared })
    }

    /// Wants to hear of these, and of no others any more. What is no symbol of Alpaca's is left out.
    pub fn want(&self, tickers: &BTreeSet<String>) {
        let wanted = tickers.iter().filter(|ticker| is_symbol(ticker)).cloned().collect();
        if self.shared.heard().want(wanted) {
            self.shared.changes.fetch_add(1, Ordering::SeqCst);
        }
    }

    /// What is the case now; its lines and doubts are told once.
    pub(super) fn told(&self) -> Told {
        self.shared.heard().told()
    }

    /// There was a trade at this time, as somebody else has seen.
    pub(super) fn traded(&self, symbol: &str, at: Timestamp) {
        self.shared.heard().traded(symbol, at);
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
    }
}

impl Shared {
    fn heard(&self) -> MutexGuard<'_, Heard> {
        self.heard.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn is_over(&self) -> bool {
        self.is_over.load(Ordering::SeqCst)
    }
}

fn listen(way: &Way, shared: &Shared) {
    let mut again = AGAIN_FIRST;
    while !shared.is_over() {
        // A line that covers nothing says nothing: there is none until something is wanted.
        if shared.heard().wanted().is_empty() {
            std::thread::sleep(TURN);
            continue;
        }
        let began = Instant::now();
        let end = Talk::begun(way, shared).map_or_else(|end| end, |mut talk| talk.heard());
        shared.heard().away();
        // One that ends as it begins, as beside a second program on the same keys, is not tried again at once for ever.
        if began.elapsed() >= AGAIN_MAX {
            again = AGAIN_FIRST;
        }
        match end {
            End::Over => return,
            End::Away(words) => shared.heard().tell(format!(
                "the stream of prices is away: {words}; it is tried again, and meanwhile prices are asked for at each tick"
            )),
            End::ForGood(words) => {
                shared.heard().tell(format!(
                    "there is no stream of prices: {words}; prices are asked for at each tick"
                ));
                return;
            }
        }
        let since = Instant::now();
        while since.elapsed() < again && !shared.is_over() {
            std::thread::sleep(TURN.min(again));
        }
        again = again.saturating_mul(2).min(AGAIN_MAX);
    }
}

/// A conversation.
struct Talk<'a> {
    stream: Stream,
    shared: &'a Shared,
    limits: Limits,
    /// The change of what is wanted that it has followed last.
    followed: Option<u64>,
    /// What is asked for beside trades and quotes: the day's bars and whether it trades.
    has_more: bool,
}

/// What became of a request.
enum Answer {
    Done,
    /// Its number, and its words.
    Refused(u16, String),
}

impl<'a> Talk<'a> {
    /// A conversation with whoever took the keys.
    fn begun(way: &Way, shared: &'a Shared) -> Result<Talk<'a>, End> {
        let opened = Stream::open(&way.address, &way.path, way.limits);
        let stream = opened.map_err(|fault| match fault {
            Fault::NoStream { status: status @ (401 | 403) } => End::ForGood(format!(
                "it answered {status}; look at the keys, and at `feed`: without a subscription it is \"iex\""
            )),
            fault => away(&fault),
        })?;
        let mut talk = Talk { stream, shared, limits: way.limits, followed: None, has_more: true };
        talk.until(|message| match message {
            Message::Connected => Some(Ok(())),
            Message::Refused { code, words } => Some(Err(refused(*code, words))),
            _ => None,
        })??;
        let (id, secret) = &way.keys;
        talk.say(&json!({"action": "auth", "key": id.sent(), "secret": secret.sent()}))?;
        talk.until(|message| match message {
            Message::Authenticated => Some(Ok(())),
            Message::Refused { code: 403, .. } => None, // already authenticated
            Message::Refused { code, words } => Some(Err(refused(*code, words))),
            _ => None,
        })??;
        Ok(talk)
    }

    /// Listens, until it ends.
    fn heard(&mut self) -> End {
        let mut asked = false;
        loop {
            if self.shared.is_over() {
                return End::Over;
            }
            if let Err(end) = self.follow() {
                return end;
            }
            match self.stream.hear(TURN) {
                Ok(Some(text)) => {
                    for message in self.read(&text) {
                        if let Message::Refused { code, words } = &message
                            && *code != 403
                        {
                            return refused(*code, words);
                        }
                    }
                }
                Ok(None) if self.stream.quiet() >= GONE_AFTER => {
                    return away(&Fault::Silent { secs: GONE_AFTER.as_secs() });
                }
                Ok(None) if self.stream.quiet() >= PING_AFTER && !asked => {
                    if let Err(fault) = self.stream.ping() {
                        return away(&fault);
                    }
                    asked = true;
                    continue;
                }
                Ok(None) => {}
                Err(fault) => return away(&fault),
            }
            asked &= self.stream.quiet() >= PING_AFTER;
        }
    }

    /// Subscribes to what is wanted now, and no longer to what is not.
    fn follow(&mut self) -> Result<(), End> {
        let change = self.shared.changes.load(Ordering::SeqCst);
        if self.followed == Some(change) {
            return Ok(());
        }
        let (gone, new) = {
            let heard = self.shared.heard();
            let covered: BTreeSet<String> = heard.covered().cloned().collect();
            let gone: Vec<String> = covered.difference(heard.wanted()).cloned().collect();
            let new: Vec<String> = heard.wanted().difference(&covered).cloned().collect();
            (gone, new)
        };
        for portion in gone.chunks(PORTION) {
            if let Answer::Refused(code, words) = self.asked("unsubscribe", portion)? {
                return Err(refused(code, &words));
            }
        }
        let mut has_room = true;
        for portion in new.chunks(PORTION) {
            has_room &= self.subscribe(portion)?;
        }
        if !has_room {
            let mut heard = self.shared.heard();
            let (covered, wanted) = (heard.covered().count(), heard.wanted().len());
            heard.tell(format!(
                "the stream tells of {covered} of {wanted} securities, as many as the subscription allows; the others are asked for at each tick"
            ));
        }
        self.followed = Some(change);
        Ok(())
    }

    /// Subscribes to these, or to as many as are taken; whether there was room for all.
    fn subscribe(&mut self, symbols: &[String]) -> Result<bool, End> {
        let (code, words) = match self.asked("subscribe", symbols)? {
            Answer::Done => return Ok(true),
            Answer::Refused(code, words) => (code, words),
        };
        match (code, symbols) {
            // Not on this feed: without the rest, prices are still there.
            (410, symbols) if self.has_more => {
                self.has_more = false;
                self.shared.heard().tell(format!(
                    "the stream does not tell of halts and volumes ({}): a security that is halted shows by the age of its price",
                    shown(&words)
                ));
                self.subscribe(symbols)
            }
            (405, [] | [_]) => Ok(false),
            (400 | 405, [_, _, ..]) => {
                let (first, second) = symbols.split_at(symbols.len() / 2);
                // Where the first half is too much already, so is the second.
                Ok(self.subscribe(first)? && self.subscribe(second)?)
            }
            (400, [symbol]) => {
                self.shared.heard().tell(format!("the stream does not take `{symbol}`: {}", shown(&words)));
                Ok(true)
            }
            (code, _) => Err(refused(code, &words)),
        }
    }

    /// Asks for a change of what is subscribed to.
    fn asked(&mut self, action: &str, symbols: &[String]) -> Result<Answer, End> {
        let mut request = json!({"action": action, "trades": symbols, "quotes": symbols});
        if self.has_more {
            request["dailyBars"] = json!(symbols);
            request["statuses"] = json!(symbols);
        }
        self.say(&request)?;
        self.until(|message| match message {
            Message::Subscribed { .. } => Some(Answer::Done),
            Message::Refused { code, words } => Some(Answer::Refused(*code, words.clone())),
            _ => None,
        })
    }

    fn say(&mut self, said: &serde_json::Value) -> Result<(), End> {
        self.stream.say(&said.to_string()).map_err(|fault| away(&fault))
    }

    /// Waits for an answer; prices that come meanwhile count.
    fn until<T>(&mut self, mut answer: impl FnMut(&Message) -> Option<T>) -> Result<T, End> {
        let since = Instant::now();
        while !self.shared.is_over() {
            if since.elapsed() >= self.limits.time {
                return Err(away(&Fault::Silent { secs: self.limits.time.as_secs() }));
            }
            let Some(text) = self.stream.hear(TURN).map_err(|fault| away(&fault))? else { continue };
            if let Some(found) = self.read(&text).iter().find_map(&mut answer) {
                return Ok(found);
            }
        }
        Err(End::Over)
    }

    /// Takes in a message; what of it is about the conversation.
    fn read(&self, text: &[u8]) -> Vec<Message> {
        let mut heard = self.shared.heard();
        let read = match messages::read(text) {
            Ok(read) => read,
            Err(error) => {
                heard.tell(format!("a message of the stream can't be read and is left out ({error})"));
                return Vec::new();
            }
        };
        for odd in read.odd {
            heard.tell(odd);
        }
        let mut about = Vec::new();
        for message in read.messages {
            match message {
                Message::Subscribed { ref trades, ref quotes } => {
                    heard.cover(&trades.intersection(quotes).cloned().collect());
                    about.push(message);
                }
                Message::Connected | Message::Authenticated | Message::Refused { .. } => about.push(message),
                prices => heard.take(prices),
            }
        }
        about
    }
}

/// What a refusal means, where it is of the whole conversation.
fn refused(code: u16, words: &str) -> End {
    let words = shown(words);
    match code {
        402 | 411 => End::ForGood(format!("it does not take the keys ({code}: {words})")),
        409 => End::ForGood(format!(
            "the subscription does not have this feed ({code}: {words}); without one `feed` is \"iex\""
        )),
        406 => End::Away(format!(
            "another program listens with these keys ({code}: {words}), and most subscriptions allow one"
        )),
        407 => End::Away(format!("this machine was too slow for it ({code}: {words})")),
        code => End::Away(format!("it answered {code}: {words}")),
    }
}

fn away(fault: &Fault) -> End {
    End::Away(fault.to_string())
}

/// What a frame of the stream tells of these securities, each at most once.
#[must_use]
pub fn told_in(frame: &[u8], wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let mut heard = Heard::default();
    heard.want(wanted.clone());
    heard.cover(wanted);
    for message in messages::read(frame).map(|read| read.messages).unwrap_or_default() {
        heard.take(message);
    }
    heard.told().of.into_keys().collect()
}
