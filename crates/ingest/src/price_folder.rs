//! Prices from a folder of files that people have: daily files of Stooq or Yahoo, one long table, or times with bid and ask.
//!
//! In: a folder, the tickers that are wanted, what is known of them already, and the time. Out: a [`Feed`] of the rows that are new. Files may grow or be
//! replaced at any time. docs/market-data.md says what they look like.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `file_name` | which ticker is a file about |
//! | `columns` | what does each column hold |
//! | `rows` | which prices does a file hold, and which rows are wrong |
//! | `happenings` | which splits and dividends |
//! | `watched` | which files have changed, up to their last whole line |
//!
//! # Invariants
//! - Of each ticker the rows after the last one that was told are told, in their order, a day at a time; at first only the newest. A row that changes what
//!   was told last is told again; other changes of the past are history.
//! - A row of a day is as of the close of its session. Nothing is told before its time.
//! - A fault is told once, by file, row and column, and takes nothing else with it. A file that can't be read is read again once it has changed.

mod columns;
mod file_name;
mod happenings;
mod rows;
mod watched;

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::exchange::{OutOfCalendar, eastern, session};

use self::file_name::Kind;
use self::rows::{Print, Prints, Written};
use self::watched::Stamp;
use crate::action::Action;
use crate::bar::{BARS_MAX, Bar};
use crate::fault::{Fault, Place};
use crate::feed::{Days, Feed, FeedError, Known, QUOTES_MAX, Quote, Split};

/// Most faults that are remembered so that they are told once.
const TOLD_MAX: usize = 10_000;

/// A folder of price files.
#[derive(Debug)]
pub struct PriceFolder {
    folder: PathBuf,
    source: String,
    wanted: BTreeSet<String>,
    known: BTreeMap<String, Known>,
    asked: Option<Timestamp>,
    files: BTreeMap<String, File>,
    /// Files that can't be read whatever is done but changing them, as they were.
    spoiled: BTreeMap<String, Stamp>,
    split: BTreeSet<(String, Date)>,
    splits: Vec<Split>,
    faults: Vec<Fault>,
    told: BTreeSet<String>,
    /// Whether it was told that there are rows of a time to come.
    waits_told: bool,
}

/// A file as it was read last.
#[derive(Debug)]
struct File {
    stamp: Stamp,
    read_at: Timestamp,
    /// Something behind its last whole line waits.
    unfinished: bool,
    prints: BTreeMap<String, BTreeMap<Timestamp, Print>>,
    actions: Vec<Action>,
}

impl PriceFolder {
    /// The files of `folder`, as far as they are about `wanted`. Nothing is read yet.
    #[must_use]
    pub fn new(folder: &Path, wanted: BTreeSet<String>, known: BTreeMap<String, Known>) -> PriceFolder {
        PriceFolder {
            folder: folder.to_owned(),
            source: PriceFolder::name_of(folder),
            wanted,
            known,
            asked: None,
            files: BTreeMap::new(),
            spoiled: BTreeMap::new(),
            split: BTreeSet::new(),
            splits: Vec::new(),
            faults: Vec::new(),
            told: BTreeSet::new(),
            waits_told: false,
        }
    }

    /// The name of the source that a folder is.
    #[must_use]
    pub fn name_of(folder: &Path) -> String {
        let name = folder.file_name().map_or_else(|| ".".to_owned(), |it| it.to_string_lossy().into_owned());
        format!("csv:{name}")
    }

    /// Reads what has changed.
    fn look(&mut self, now: Timestamp) -> Result<(), FeedError> {
        let there = watched::files(&self.folder).map_err(|error| FeedError::Unreadable {
            source_name: self.source.clone(),
            detail: format!("{}: {error}", self.folder.display()),
        })?;
        self.files.retain(|name, _| there.contains_key(name));
        self.spoiled.retain(|name, _| there.contains_key(name));
        for (name, (kind, stamp)) in there {
            if self.spoiled.get(&name) == Some(&stamp) {
                continue;
            }
            let before = self.files.get(&name).filter(|file| file.stamp == stamp);
            let is_settled = before.is_some_and(|file| now.duration_since(file.read_at).as_secs() >= 1);
            if before.is_some_and(|file| !file.unfinished || !is_settled) {
                continue;
            }
            let lines = match watched::lines(&self.folder.join(&name), &stamp, is_settled, now) {
                Ok(lines) => lines,
                Err(unreadable) => {
                    self.fault(Fault::of(&name, unreadable.to_string()));
                    if unreadable.is_lasting() {
                        self.spoiled.insert(name, stamp);
                    }
                    continue;
                }
            };
            self.spoiled.remove(&name);
            let mut file = File {
                stamp,
                read_at: now,
                unfinished: lines.unfinished,
                prints: BTreeMap::new(),
                actions: Vec::new(),
            };
            let faults = match kind {
                Kind::Prices(ticker) => {
                    let (name, ticker) = (name.as_str(), ticker.as_deref());
                    let written = Written { name, text: &lines.text, ticker, at: stamp.written() };
                    let read = Prints::read(&written, &self.wanted);
                    file.prints = read.of;
                    read.faults
                }
                Kind::Splits => {
                    let (actions, faults) = happenings::splits(&name, &lines.text, &self.wanted);
                    file.actions = actions;
                    faults
                }
                Kind::Dividends => {
                    let (actions, faults) = happenings::dividends(&name, &lines.text, &self.wanted);
                    file.actions = actions;
                    faults
                }
            };
            faults.into_iter().for_each(|fault| self.fault(fault));
            self.files.insert(name, file);
        }
        Ok(())
    }

    fn fault(&mut self, fault: Fault) {
        if self.told.len() < TOLD_MAX && self.told.insert(fault.to_string()) {
            self.faults.push(fault);
        }
    }

    /// Rows that are news by `now`, by time and ticker; at first only the newest of each ticker.
    fn news(&mut self, now: Timestamp) -> BTreeMap<(Timestamp, String), Print> {
        let mut news: BTreeMap<(Timestamp, String), Print> = BTreeMap::new();
        let mut faults = Vec::new();
        for (name, file) in &self.files {
            for (ticker, prints) in &file.prints {
                let heard = self.known.get(ticker).and_then(|known| known.heard);
                let to_come = prints.last_key_value().filter(|(at, _)| **at > now);
                if let Some((at, print)) = to_come.filter(|_| !self.waits_told) {
                    self.waits_told = true;
                    let message = format!(
                        "{ticker} has a row of {at}, which is to come; it waits until then, and so do others like it"
                    );
                    faults.push(Fault::at(&Place::row(name, print.row), message));
                }
                let due = match heard {
                    Some((at, _)) if at > now => continue,
                    Some((at, _)) => prints.range(at..=now),
                    None => prints.range(..=now),
                };
                let newest = if heard.is_some() { usize::MAX } else { 1 };
                for (at, print) in due.rev().take(newest) {
                    if let Some(other) = news.insert((*at, ticker.clone()), print.clone())
                        && other.last != print.last
                    {
                        let message = format!(
                            "{ticker} is {} at {at} here and {} in another file; this one counts",
                            print.last, other.last
                        );
                        faults.push(Fault::of(name, message));
                    }
                }
            }
        }
        // Of a ticker that nothing was told of and that stands in several files, the newest of all.
        let newest: BTreeMap<String, Timestamp> =
            news.keys().map(|(at, ticker)| (ticker.clone(), *at)).collect();
        let is_heard = |ticker: &str| self.known.get(ticker).is_some_and(|known| known.heard.is_some());
        // What was told last is no news; of several files that tell of that time it is the one that counts which is compared.
        let is_same = |ticker: &str, at: Timestamp, print: &Print| {
            let heard = self.known.get(ticker).and_then(|known| known.heard);
            heard.is_some_and(|(heard, last)| at == heard && last.is_none_or(|last| last == print.last))
        };
        news.retain(|(at, ticker), print| {
            (is_heard(ticker) || newest.get(ticker) == Some(at)) && !is_same(ticker, *at, print)
        });
        faults.into_iter().for_each(|fault| self.fault(fault));
        news
    }

    /// Splits whose day has come with the prices that were told so far.
    fn find_splits(&mut self) {
        for action in self.files.values().flat_map(|file| &file.actions) {
            let Action::Split(split) = action else { continue };
            let Some(known) = self.known.get(&split.ticker) else { continue };
            let told_to = known.heard.map(|(at, _)| eastern(at).date());
            let is_due = told_to.is_some_and(|day| split.day <= day);
            let is_news = known.shares_of.is_some_and(|day| day < split.day);
            if is_due && is_news && self.split.insert((split.ticker.clone(), split.day)) {
                self.splits.push(split.clone());
            }
        }
    }
}

impl Feed for PriceFolder {
    fn source(&self) -> &str {
        &self.source
    }

    fn quotes(&mut self, now: Timestamp) -> Result<Vec<Quote>, FeedError> {
        if let Some(last) = self.asked.filter(|last| now < *last) {
            return Err(FeedError::Backwards { source_name: self.source.clone(), last, now });
        }
        self.look(now)?;
        self.asked = Some(now);
        let news = self.news(now);
        let Some(day) = news.keys().next().map(|(at, _)| eastern(*at).date()) else {
            self.find_splits();
            return Ok(Vec::new());
        };
        let mut quotes = Vec::new();
        for ((as_of, ticker), print) in news.into_iter().take(QUOTES_MAX) {
            if eastern(as_of).date() != day {
                break;
            }
            self.known.entry(ticker.clone()).or_default().heard = Some((as_of, Some(print.last)));
            let Print { bid, ask, last, volume, .. } = print;
            let source = self.source.clone();
            quotes.push(Quote { ticker, bid, ask, last, volume, as_of, received_at: now, source });
        }
        self.find_splits();
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
        self.look(now)?;
        let mut bars: BTreeMap<(Date, &str), Bar> = BTreeMap::new();
        for (ticker, prints) in self.files.values().flat_map(|file| &file.prints) {
            if !tickers.contains(ticker) {
                continue;
            }
            for (at, print) in prints.range(..=now) {
                let day = print.of_day.unwrap_or_else(|| eastern(*at).date());
                if days.contain(day) && is_over(day, now)? && bars.len() < BARS_MAX {
                    let bar = bar(ticker, day, print, &self.source);
                    bars.entry((day, ticker)).and_modify(|it| it.goes_on(&bar)).or_insert(bar);
                }
            }
        }
        Ok(bars.into_values().collect())
    }

    fn actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Action>, FeedError> {
        self.look(now)?;
        let all = self.files.values().flat_map(|file| &file.actions);
        let wanted = all.filter(|it| tickers.contains(it.ticker()) && days.contain(it.day()));
        let mut actions: Vec<Action> = wanted.cloned().collect();
        actions.sort_by(|a, b| (a.day(), a.ticker()).cmp(&(b.day(), b.ticker())));
        Ok(actions)
    }

    fn faults(&mut self) -> Vec<Fault> {
        std::mem::take(&mut self.faults)
    }
}

/// Whether the session of a day is over; a day without one has none that could be.
fn is_over(day: Date, now: Timestamp) -> Result<bool, OutOfCalendar> {
    Ok(session(day)?.is_some_and(|session| session.closes <= now))
}

fn bar(ticker: &str, day: Date, print: &Print, source: &str) -> Bar {
    let Print { open, high, low, last, volume, .. } = *print;
    let (ticker, source) = (ticker.to_owned(), source.to_owned());
    Bar { ticker, day, open, high, low, close: last, volume, source }
}
