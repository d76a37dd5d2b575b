//! Prices of Alpaca's Market Data API: the last trade with bid and ask, daily bars, and what companies did.
//!
//! In: an [`Agent`] with keys, which feed is asked, the tickers that are wanted and what is known of them, and the time. Out: a [`Feed`].
//!
//! | file | what it answers |
//! | --- | --- |
//! | `door` | one question, what its status means, and how long nothing is asked |
//! | `bodies` | snapshots and bars, with numbers as they are written |
//! | `news` | what of a snapshot is told |
//! | `splits` | which splits there are, and what else companies did, as they were asked for |
//! | `happenings` | corporate actions |
//! | `listener` | the stream: one conversation over a websocket |
//! | `messages` | what the stream says |
//! | `heard` | what is the case after what it said |
//!
//! # Invariants
//! - A number of the API is a decimal as it is written. Zero and crossed ones are handed over; the judge finds them.
//! - A trade is told once. A quote that is newer than the trade and holds it between a bid and an ask that lie close together says that the price is
//!   of the time of the quote.
//! - On no day is anything told before it is known which splits there are; one that is told late is heard of within an hour.
//! - The stream changes when a price is known, never which one: of a security that it covers nothing is asked but at its beginning, every five minutes and in
//!   doubt; of every other one, at each tick.
//! - A security that is halted is silent until it trades again.
//! - A symbol that is not taken, and a record that can't be read, cost the others nothing; each is told once.
//!
//! # Source
//! Alpaca's Market Data API 1.1: `/v2/stocks/snapshots`, `/v2/stocks/bars`, `/v1/corporate-actions`.

mod bodies;
mod door;
mod happenings;
mod heard;
mod listener;
mod messages;
mod news;
mod splits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use outward::{Agent, Key};
use portfolio::Decimal;
use portfolio::exchange::session;

use self::bodies::Snapshot;
use self::door::{Door, Reply};
use self::heard::Told;
pub use self::listener::{Listener, told_in};
use self::splits::Happened;
use crate::action::Action;
use crate::bar::{BARS_MAX, Bar};
use crate::cell::shown;
use crate::fault::Fault;
use crate::feed::{Days, Feed, FeedError, Known, Quote, Split};

/// Symbols of one question.
const SYMBOLS_MAX: usize = 100;
/// Pages of one question.
const PAGES_MAX: usize = 1_000;
/// Different faults that are told at most.
const TOLD_MAX: usize = 1_000;
/// How long what was asked for counts while the stream tells what is new: a message that was lost is made up for within it.
const ASKED_ANYWAY: SignedDuration = SignedDuration::from_mins(5);

/// Which feed is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tape {
    /// Trades of one exchange, which anybody with keys may see.
    Iex,
    /// Trades of all exchanges, for those who pay.
    Sip,
}

impl Tape {
    /// Its name in the API.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Tape::Iex => "iex",
            Tape::Sip => "sip",
        }
    }
}

/// Reads a page; where the next one is, or what of it can't be read.
type Reading<'a> = dyn FnMut(&[u8]) -> Result<Option<String>, String> + 'a;

/// Prices of Alpaca.
#[derive(Debug)]
pub struct Alpaca {
    door: Door,
    listener: Option<Arc<Listener>>,
    tape: Tape,
    source: String,
    wanted: BTreeSet<String>,
    /// What was asked for last, of each security.
    looked: BTreeMap<String, Looked>,
    known: BTreeMap<String, Known>,
    asked: Option<Timestamp>,
    /// Time and price of the trade that was told last, and as of when.
    trades: BTreeMap<String, (Timestamp, Decimal, Timestamp)>,
    /// Symbols that it does not take, or tells nothing of.
    unknown: BTreeSet<String>,
    /// What companies did, as it was answered last.
    happened: Option<Happened>,
    /// When it was known last which splits there are, and those that wait for their first price.
    splits_known: Option<Timestamp>,
    waiting: Vec<Split>,
    splits: Vec<Split>,
    faults: Vec<Fault>,
    told: BTreeSet<String>,
}

/// What was answered of a security.
#[derive(Debug)]
struct Looked {
    at: Timestamp,
    /// Since when the stream covered it, where it did.
    serial: Option<u64>,
    snapshot: Snapshot,
}

/// Whether a text can be a symbol there.
fn is_symbol(ticker: &str) -> bool {
    (1..=12).contains(&ticker.len()) && ticker.bytes().all(|b| b.is_ascii_uppercase() || b == b'.')
}

impl Alpaca {
    /// The source behind an agent. Nothing is asked yet.
    #[must_use]
    pub fn new(
        agent: Agent,
        (id, secret): (Key, Key),
        tape: Tape,
        wanted: BTreeSet<String>,
        known: BTreeMap<String, Known>,
    ) -> Alpaca {
        Alpaca {
            door: Door::new(agent, id, secret),
            listener: None,
            looked: BTreeMap::new(),
            tape,
            source: Alpaca::name_of(tape),
            wanted,
            known,
            asked: None,
            trades: BTreeMap::new(),
            unknown: BTreeSet::new(),
            happened: None,
            splits_known: None,
            waiting: Vec::new(),
            splits: Vec::new(),
            faults: Vec::new(),
            told: BTreeSet::new(),
        }
    }

    /// The same, with whoever listens to the stream of the same feed.
    #[must_use]
    pub fn listening(mut self, listener: Arc<Listener>) -> Alpaca {
        listener.want(&self.wanted);
        self.listener = Some(listener);
        self
    }

    /// The name of the source.
    #[must_use]
    pub fn name_of(tape: Tape) -> String {
        format!("alpaca:{}", tape.word())
    }

    fn fault(&mut self, message: impl Into<String>) {
        let fault = Fault::of(&self.source, self.door.masked(&message.into()));
        if self.told.len() < TOLD_MAX && self.told.insert(fault.to_string()) {
            self.faults.push(fault);
        }
    }

    /// Symbols in portions, without those that can't be one, which are told.
    fn portions(&mut self, tickers: &BTreeSet<String>) -> Vec<Vec<String>> {
        // An index, such as ^VIX, has no trades anywhere.
        let others =
            self.wanted.iter().filter(|ticker| !is_symbol(ticker) && !ticker.starts_with(['^', '$']));
        let others: Vec<String> = others.map(|it| format!("`{}`", shown(it))).collect();
        if !others.is_empty() {
            self.fault(format!(
                "is not asked for {}: its symbols have 1 to 12 capital letters and points, such as BRK.B; they have no prices here",
                others.join(", ")
            ));
        }
        let asked = tickers.iter().filter(|it| is_symbol(it) && !self.unknown.contains(*it));
        let asked: Vec<String> = asked.cloned().collect();
        asked.chunks(SYMBOLS_MAX).map(<[String]>::to_vec).collect()
    }

    /// Asks about symbols, page by page; where they are not taken, in halves, until it is known which.
    fn about(
        &mut self,
        symbols: &[String],
        path: &'static str,
        query: &[(&str, &str)],
        now: Timestamp,
        read: &mut Reading<'_>,
    ) -> Result<(), FeedError> {
        let joined = symbols.join(",");
        let mut page: Option<String> = None;
        for _ in 0..PAGES_MAX {
            let mut query: Vec<(&str, &str)> = [&[("symbols", joined.as_str())], query].concat();
            query.extend(page.as_deref().map(|page| ("page_token", page)));
            match self.door.asked(&self.source, path, &query, now)? {
                Reply::Answered(body) => {
                    let next = read(&body).map_err(|detail| self.unreadable(path, &detail))?;
                    if next.is_none() {
                        return Ok(());
                    }
                    if next == page {
                        return Err(self.unreadable(path, "a page leads to itself"));
                    }
                    page = next;
                }
                Reply::NotTaken(words) => match symbols {
                    [] | [_] => {
                        let what = symbols.first().map_or("nothing", String::as_str);
                        self.fault(format!("`{what}` is not taken, and is not asked for again: {words}"));
                        self.unknown.extend(symbols.iter().cloned());
                        return Ok(());
                    }
                    more => {
                        let (first, second) = more.split_at(more.len() / 2);
                        let (first, second) = (first.to_vec(), second.to_vec());
                        let query: Vec<(&str, &str)> = query
                            .into_iter()
                            .filter(|(name, _)| !["symbols", "page_token"].contains(name))
                            .collect();
                        self.about(&first, path, &query, now, read)?;
                        return self.about(&second, path, &query, now, read);
                    }
                },
            }
        }
        Err(self.unreadable(path, &format!("more than {PAGES_MAX} pages")))
    }

    /// What the stream has told by now.
    fn told(&mut self) -> Told {
        let Some(listener) = &self.listener else { return Told::default() };
        let mut told = listener.told();
        for line in std::mem::take(&mut told.lines) {
            self.fault(line);
        }
        for symbol in &told.doubtful {
            self.looked.remove(symbol);
        }
        told
    }

    /// Asks about every security of which the stream does not tell all that is new.
    fn look(&mut self, told: &Told, now: Timestamp) -> Result<(), FeedError> {
        let is_known = |ticker: &String| {
            let (Some(looked), Some(serial)) = (self.looked.get(ticker), told.covered.get(ticker)) else {
                return false;
            };
            looked.serial == Some(*serial) && now.duration_since(looked.at) < ASKED_ANYWAY
        };
        let asked: BTreeSet<String> = self.wanted.iter().filter(|it| !is_known(it)).cloned().collect();
        let query = [("feed", self.tape.word())];
        for symbols in self.portions(&asked) {
            let (mut found, mut odd) = (BTreeMap::new(), Vec::new());
            let mut read = |body: &[u8]| {
                let read = bodies::snapshots(body)?;
                found.extend(read.of);
                odd.extend(read.odd);
                Ok(None)
            };
            self.about(&symbols, "/v2/stocks/snapshots", &query, now, &mut read)?;
            let is_odd: BTreeSet<&String> = odd.iter().map(|(symbol, _)| symbol).collect();
            for symbol in symbols {
                let snapshot = found.remove(&symbol);
                if snapshot.is_none() && !is_odd.contains(&symbol) && !self.unknown.contains(&symbol) {
                    self.fault(format!(
                        "tells nothing of `{symbol}`: mutual funds and what is not listed have no prices here"
                    ));
                }
                let (serial, snapshot) = (told.covered.get(&symbol).copied(), snapshot.unwrap_or_default());
                self.looked.insert(symbol, Looked { at: now, serial, snapshot });
            }
            for (_, message) in odd {
                self.fault(message);
            }
        }
        Ok(())
    }

    /// What is the case of a security, where that is known and it trades.
    fn snapshot(&self, ticker: &str, told: &Told, now: Timestamp) -> Option<Snapshot> {
        let looked = self.looked.get(ticker)?;
        // What was asked for at another tick is old, unless the stream has told everything since.
        let is_of_now =
            looked.at == now || looked.serial.is_some() && looked.serial == told.covered.get(ticker).copied();
        if !is_of_now {
            return None;
        }
        let snapshot = match told.of.get(ticker) {
            Some(streamed) => looked.snapshot.or_newer(streamed),
            None => looked.snapshot.clone(),
        };
        if let Some(since) = told.halted.get(ticker) {
            let trade = snapshot.trade.as_ref().filter(|trade| trade.is_valid() && *since < trade.at)?;
            if let Some(listener) = &self.listener {
                listener.traded(ticker, trade.at);
            }
        }
        Some(snapshot)
    }

    fn unreadable(&self, path: &str, detail: &str) -> FeedError {
        let detail = self.door.masked(&format!("the answer to `{path}`: {detail}"));
        FeedError::Unreadable { source_name: self.source.clone(), detail }
    }
}

impl Feed for Alpaca {
    fn source(&self) -> &str {
        &self.source
    }

    fn quotes(&mut self, now: Timestamp) -> Result<Vec<Quote>, FeedError> {
        if let Some(last) = self.asked.filter(|last| now < *last) {
            return Err(FeedError::Backwards { source_name: self.source.clone(), last, now });
        }
        // Once for a time, so that whoever asks until there is no more comes to an end.
        if self.asked == Some(now) {
            return Ok(Vec::new());
        }
        let is_waiting = self.door.is_waiting(now);
        if is_waiting && !self.knows_splits_of(now) {
            return Ok(Vec::new());
        }
        let told = self.told();
        if !is_waiting {
            self.find_splits(now)?;
            match self.look(&told, now) {
                Ok(()) => {}
                Err(error) if told.covered.is_empty() => return Err(error),
                // What the stream tells goes on.
                Err(error) => self.fault(error.to_string()),
            }
            self.asked = Some(now);
        }
        let snapshots: Vec<(String, Snapshot)> = self
            .wanted
            .iter()
            .filter_map(|ticker| Some((ticker.clone(), self.snapshot(ticker, &told, now)?)))
            .collect();
        let mut quotes: Vec<Quote> =
            snapshots.iter().filter_map(|(ticker, snapshot)| self.news(ticker, snapshot, now)).collect();
        quotes.sort_by(|a, b| (a.as_of, &a.ticker).cmp(&(b.as_of, &b.ticker)));
        self.due_splits(&quotes);
        Ok(quotes)
    }

    fn splits(&mut self) -> Vec<Split> {
        std::mem::take(&mut self.splits)
    }

    fn bars(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Bar>, FeedError> {
        let (first, last) = (days.first.to_string(), days.last.to_string());
        let query = [
            ("timeframe", "1Day"),
            ("start", first.as_str()),
            ("end", last.as_str()),
            ("limit", "10000"),
            ("adjustment", "raw"),
            ("feed", self.tape.word()),
            ("sort", "asc"),
        ];
        let mut bars: BTreeMap<(Date, String), Bar> = BTreeMap::new();
        let (source, mut odd) = (self.source.clone(), Vec::new());
        for symbols in self.portions(tickers) {
            let mut read = |body: &[u8]| {
                let page = bodies::bars(body, &source)?;
                odd.extend(page.odd);
                let wanted = page
                    .bars
                    .into_iter()
                    .filter(|bar| days.contain(bar.day) && tickers.contains(&bar.ticker));
                bars.extend(wanted.map(|bar| ((bar.day, bar.ticker.clone()), bar)));
                if bars.len() > BARS_MAX { Err(format!("more than {BARS_MAX} bars")) } else { Ok(page.next) }
            };
            self.about(&symbols, "/v2/stocks/bars", &query, now, &mut read)?;
        }
        odd.into_iter().for_each(|message| self.fault(message));
        let mut over = Vec::with_capacity(bars.len());
        for bar in bars.into_values() {
            if session(bar.day)?.is_some_and(|session| session.closes <= now) {
                over.push(bar);
            }
        }
        Ok(over)
    }

    fn actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Action>, FeedError> {
        let known = self.happened.take().filter(|known| known.answers(tickers, days, now));
        let happened = match known {
            Some(happened) => happened,
            None => self.ask_actions(tickers, days, now)?,
        };
        let asked =
            happened.actions.iter().filter(|it| tickers.contains(it.ticker()) && days.contain(it.day()));
        let asked = asked.cloned().collect();
        self.happened = Some(happened);
        Ok(asked)
    }

    fn faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}
