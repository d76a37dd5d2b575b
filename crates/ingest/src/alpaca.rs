//! Prices of Alpaca's Market Data API: the last trade with bid and ask, daily bars, and what companies did.
//!
//! In: an [`Agent`] with keys, which feed is asked, the tickers that are wanted and what is known of them, and the time. Out: a [`Feed`].
//!
//! | file | what it answers |
//! | --- | --- |
//! | `door` | one question, what its status means, and how long nothing is asked |
//! | `bodies` | snapshots and bars, with numbers as they are written |
//! | `happenings` | corporate actions |
//!
//! # Invariants
//! - A number of the API is a decimal as it is written. Zero and crossed ones are handed over; the judge finds them.
//! - A trade is told once. A quote that is newer than the trade and holds it between a bid and an ask that lie close together says that the price is
//!   of the time of the quote.
//! - On no day is anything told before it is known which splits there are; one that is told late is heard of within an hour.
//! - A symbol that is not taken, and a record that can't be read, cost the others nothing; each is told once.
//!
//! # Source
//! Alpaca's Market Data API 1.1: `/v2/stocks/snapshots`, `/v2/stocks/bars`, `/v1/corporate-actions`.

mod bodies;
mod door;
mod happenings;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};
use outward::{Agent, Key};
use portfolio::Decimal;
use portfolio::exchange::{eastern, session};
use portfolio::money::PRICE_MAX;
use rust_decimal::dec;

use self::bodies::Snapshot;
use self::door::{Door, Reply};
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
/// A quote that is older than a trade by more says nothing of it.
const QUOTE_BEFORE_TRADE: SignedDuration = SignedDuration::from_mins(1);
/// A trade that was made so long after it was asked for was on its way while the answer was; it is told as of the question.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(60);
/// How far bid and ask may lie apart, a part of the price, to say that an older trade still holds.
///
/// # Source
/// House decision (2026-11-26): wider quotes of a single exchange say nothing of where the market is.
const CLOSE_TOGETHER: Decimal = dec!(0.005);
/// How long what companies did counts as known: a split that is told late is heard of within it.
const ACTIONS_ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Days before and after those that are asked for, since the API sorts actions by another day than the first one of trading.
const PROCESSED_DAYS: i32 = 45;

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
    tape: Tape,
    source: String,
    wanted: BTreeSet<String>,
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

/// What companies did to these tickers on these days.
#[derive(Debug)]
struct Happened {
    at: Timestamp,
    tickers: BTreeSet<String>,
    days: Days,
    actions: Vec<Action>,
}

impl Happened {
    /// Whether it answers a question.
    fn answers(&self, tickers: &BTreeSet<String>, days: Days, now: Timestamp) -> bool {
        let is_new = is_of_the_hour(self.at, now);
        is_new
            && self.days.contain(days.first)
            && self.days.contain(days.last)
            && tickers.is_subset(&self.tickers)
    }
}

/// Whether what was known at a time is known still: of the same day, and not long ago.
fn is_of_the_hour(at: Timestamp, now: Timestamp) -> bool {
    now.duration_since(at) < ACTIONS_ASKED_AGAIN && eastern(at).date() == eastern(now).date()
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
        let is_one = |ticker: &str| {
            (1..=12).contains(&ticker.len()) && ticker.bytes().all(|b| b.is_ascii_uppercase() || b == b'.')
        };
        // An index, such as ^VIX, has no trades anywhere.
        let others = self.wanted.iter().filter(|ticker| !is_one(ticker) && !ticker.starts_with(['^', '$']));
        let others: Vec<String> = others.map(|it| format!("`{}`", shown(it))).collect();
        if !others.is_empty() {
            self.fault(format!(
                "is not asked for {}: its symbols have 1 to 12 capital letters and points, such as BRK.B; they have no prices here",
                others.join(", ")
            ));
        }
        let asked = tickers.iter().filter(|it| is_one(it) && !self.unknown.contains(*it));
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

    fn unreadable(&self, path: &str, detail: &str) -> FeedError {
        let detail = self.door.masked(&format!("the answer to `{path}`: {detail}"));
        FeedError::Unreadable { source_name: self.source.clone(), detail }
    }

    /// The quote of a snapshot, where it is news.
    fn news(&mut self, ticker: &str, snapshot: &Snapshot, now: Timestamp) -> Option<Quote> {
        let trade = snapshot.trade.as_ref().filter(|trade| trade.is_valid())?;
        // Nobody stands on a side that is 0, and a quote long before the trade says nothing of it: the trade stands for itself then.
        let quote = snapshot.quote.as_ref().filter(|quote| {
            quote.bid > Decimal::ZERO
                && quote.ask > Decimal::ZERO
                && trade.at.duration_since(quote.at) <= QUOTE_BEFORE_TRADE
        });
        let (bid, ask, quoted_at) = match quote {
            Some(quote) => (quote.bid, quote.ask, Some(quote.at)),
            None => (trade.price, trade.price, None),
        };
        let last = trade.price;
        if last > PRICE_MAX {
            self.fault(format!(
                "tells {last} USD for `{ticker}`, which no document can hold; it is left out"
            ));
            return None;
        }
        let is_close =
            ask.checked_sub(bid).zip(last.checked_mul(CLOSE_TOGETHER)).is_some_and(|(a, b)| a <= b);
        let holds = bid > Decimal::ZERO && bid <= last && last <= ask && is_close;
        let made = quoted_at.filter(|at| holds && *at > trade.at).unwrap_or(trade.at);
        let on_its_way = made > now && made.duration_since(now) <= ON_ITS_WAY;
        let as_of = if on_its_way { now } else { made };
        let before = self.trades.get(ticker);
        let is_told = before
            .is_some_and(|(at, price, told)| *at == trade.at && *price == last && (!holds || as_of <= *told));
        let heard = self.known.get(ticker).and_then(|known| known.heard);
        let is_heard = before.is_none()
            && heard.is_some_and(|(at, price)| {
                as_of < at || as_of == at && price.is_none_or(|price| price == last)
            });
        if is_told || is_heard {
            return None;
        }
        self.trades.insert(ticker.to_owned(), (trade.at, last, as_of));
        let day = eastern(as_of).date();
        let volume = snapshot.day.as_ref().filter(|bar| eastern(bar.at).date() == day).map(|bar| bar.volume);
        let volume = volume.filter(|shares| *shares > Decimal::ZERO);
        let (ticker, source) = (ticker.to_owned(), self.source.clone());
        Some(Quote { ticker, bid, ask, last, volume, as_of, received_at: now, source })
    }

    /// Which splits there are: on each day before anything is told, and every hour, since one may be told late.
    fn find_splits(&mut self, now: Timestamp) -> Result<(), FeedError> {
        let today = eastern(now).date();
        if self.splits_known.is_some_and(|at| is_of_the_hour(at, now)) {
            return Ok(());
        }
        let is_first = self.splits_known.is_none_or(|at| eastern(at).date() != today);
        let days = Days { first: self.oldest_shares(today), last: today };
        let wanted = self.wanted.clone();
        let found = match self.actions(&wanted, days, now) {
            Ok(found) => found,
            Err(error) if is_first => return Err(error),
            // It was known this morning; prices go on, and what looks like a split is held back by who judges them.
            Err(error) => {
                self.fault(format!("did not say whether there are further splits today: {error}"));
                Vec::new()
            }
        };
        for action in found {
            let Action::Split(split) = action else { continue };
            let since = self.known.get(&split.ticker).and_then(|known| known.shares_of);
            if since.is_some_and(|since| since < split.day) && !self.waiting.contains(&split) {
                self.waiting.push(split);
            }
        }
        self.splits_known = Some(now);
        Ok(())
    }

    /// The first day in whose shares anything is.
    fn oldest_shares(&self, today: Date) -> Date {
        self.known.values().filter_map(|known| known.shares_of).min().unwrap_or(today).min(today)
    }

    /// Asks what companies did to these tickers, and to all others that are wanted, on these days and on all since the first in whose shares anything is: so
    /// that who asks next has the answer.
    fn ask_actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Happened, FeedError> {
        let today = eastern(now).date();
        let days = Days { first: days.first.min(self.oldest_shares(today)), last: days.last.max(today) };
        let tickers: BTreeSet<String> = tickers.union(&self.wanted).cloned().collect();
        let around = |day: Date, by: i32| day.saturating_add(jiff::Span::new().days(by));
        let first = around(days.first, -PROCESSED_DAYS).to_string();
        let last = around(days.last, PROCESSED_DAYS).to_string();
        let query = [
            ("types", happenings::TYPES),
            ("start", first.as_str()),
            ("end", last.as_str()),
            ("limit", "1000"),
            ("sort", "asc"),
        ];
        let (mut actions, mut odd) = (Vec::new(), Vec::new());
        for symbols in self.portions(&tickers) {
            let mut read = |body: &[u8]| {
                let page = happenings::read(body)?;
                actions.extend(page.actions);
                odd.extend(page.odd);
                Ok(page.next)
            };
            self.about(&symbols, "/v1/corporate-actions", &query, now, &mut read)?;
        }
        odd.into_iter().for_each(|message| self.fault(message));
        actions.retain(|it| tickers.contains(it.ticker()) && days.contain(it.day()));
        actions.sort_by(|a, b| (a.day(), a.ticker(), a.code()).cmp(&(b.day(), b.ticker(), b.code())));
        actions.dedup();
        Ok(Happened { at: now, tickers, days, actions })
    }

    /// Splits whose first price is among those that were told.
    fn due_splits(&mut self, quotes: &[Quote]) {
        let is_due = |split: &Split| {
            quotes.iter().any(|it| it.ticker == split.ticker && eastern(it.as_of).date() >= split.day)
        };
        let (due, waiting) = std::mem::take(&mut self.waiting).into_iter().partition(is_due);
        self.waiting = waiting;
        self.splits.extend(due);
        for split in &self.splits {
            if let Some(known) = self.known.get_mut(&split.ticker) {
                known.shares_of = Some(split.day);
            }
        }
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
        // Once for a time, so that whoever asks until there is no more comes to an end; and not while it wants to be left alone.
        if self.asked == Some(now) || self.door.is_waiting(now) {
            return Ok(Vec::new());
        }
        self.find_splits(now)?;
        let mut snapshots: BTreeMap<String, Snapshot> = BTreeMap::new();
        let mut odd: Vec<(String, String)> = Vec::new();
        let query = [("feed", self.tape.word())];
        let mut silent = BTreeSet::new();
        for symbols in self.portions(&self.wanted.clone()) {
            let mut read = |body: &[u8]| {
                let read = bodies::snapshots(body)?;
                snapshots.extend(read.of);
                odd.extend(read.odd);
                Ok(None)
            };
            self.about(&symbols, "/v2/stocks/snapshots", &query, now, &mut read)?;
            silent.extend(symbols);
        }
        self.asked = Some(now);
        silent.retain(|symbol| !snapshots.contains_key(symbol) && !self.unknown.contains(symbol));
        for (symbol, message) in odd {
            silent.remove(&symbol);
            self.fault(message);
        }
        for symbol in silent {
            self.fault(format!(
                "tells nothing of `{symbol}`: mutual funds and what is not listed have no prices here"
            ));
        }
        let wanted = &self.wanted;
        snapshots.retain(|symbol, _| wanted.contains(symbol));
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
