//! What the stream has told, for whoever asks.
//!
//! In: messages, in their order, and the securities that are wanted. Out: [`Told`], a copy of what is the case. Invariants: of a security nothing counts
//! but what was told since it was subscribed to, so that a gap is never read as silence; a trade that was withdrawn is forgotten, and its
//! security is to be asked for; a halt lasts until it is told to be over, or a trade after it is told, whatever the line does
//! meanwhile; what is kept does not grow.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;

use super::bodies::Snapshot;
use super::messages::{Message, Status};
use crate::cell::shown;

/// Lines for people that wait at most.
const LINES_MAX: usize = 1_000;

/// What the stream has told.
#[derive(Debug, Default)]
pub(super) struct Heard {
    wanted: BTreeSet<String>,
    /// How often something was subscribed to.
    serial: u64,
    /// Securities that are subscribed to, and since which serial; none while the line is away.
    covered: BTreeMap<String, u64>,
    of: BTreeMap<String, Last>,
    halted: BTreeMap<String, Timestamp>,
    doubtful: BTreeSet<String>,
    lines: Vec<String>,
}

/// The last that was told of a security, and the number of its trade.
#[derive(Debug, Default)]
struct Last {
    snapshot: Snapshot,
    number: Option<u64>,
}

/// What is the case now.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// Securities whose trades and quotes come, and since when, as a serial that only grows.
    pub(super) covered: BTreeMap<String, u64>,
    /// What was told of them since.
    pub(super) of: BTreeMap<String, Snapshot>,
    /// Securities that don't trade, and since when.
    pub(super) halted: BTreeMap<String, Timestamp>,
    /// Securities of which it does not know the last trade any more; told once.
    pub(super) doubtful: BTreeSet<String>,
    /// Lines for people, each told once.
    pub(super) lines: Vec<String>,
}

impl Heard {
    /// Wants to hear of these and of no others; whether that is something new.
    pub(super) fn want(&mut self, wanted: BTreeSet<String>) -> bool {
        let is_new = wanted != self.wanted;
        self.halted.retain(|symbol, _| wanted.contains(symbol));
        self.wanted = wanted;
        is_new
    }

    /// What is wanted.
    pub(super) fn wanted(&self) -> &BTreeSet<String> {
        &self.wanted
    }

    /// What is subscribed to.
    pub(super) fn covered(&self) -> impl Iterator<Item = &String> {
        self.covered.keys()
    }

    /// These are subscribed to, and no others.
    pub(super) fn cover(&mut self, symbols: &BTreeSet<String>) {
        self.serial += 1;
        self.covered.retain(|symbol, _| symbols.contains(symbol));
        self.of.retain(|symbol, _| symbols.contains(symbol));
        for symbol in symbols.intersection(&self.wanted) {
            self.covered.entry(symbol.clone()).or_insert(self.serial);
        }
    }

    /// The line is away: what was told says nothing of now.
    pub(super) fn away(&mut self) {
        self.covered.clear();
        self.of.clear();
        self.doubtful.clear();
    }

    /// A line for people.
    pub(super) fn tell(&mut self, line: String) {
        if self.lines.len() < LINES_MAX && !self.lines.contains(&line) {
            self.lines.push(line);
        }
    }

    /// Takes in a message. What is about the conversation itself is somebody else's.
    pub(super) fn take(&mut self, message: Message) {
        match message {
            Message::Trade { symbol, number, trade } => {
                self.traded(&symbol, trade.at);
                let Some(last) = self.last(&symbol) else { return };
                if last.snapshot.trade.as_ref().is_none_or(|before| before.at <= trade.at) {
                    last.snapshot.trade = Some(trade);
                    last.number = number;
                }
            }
            Message::Quote { symbol, quote } => {
                let Some(last) = self.last(&symbol) else { return };
                if last.snapshot.quote.as_ref().is_none_or(|before| before.at <= quote.at) {
                    last.snapshot.quote = Some(quote);
                }
            }
            Message::Day { symbol, day } => {
                let Some(last) = self.last(&symbol) else { return };
                if last.snapshot.day.as_ref().is_none_or(|before| before.at <= day.at) {
                    last.snapshot.day = Some(day);
                }
            }
            Message::Status { symbol, status } => self.status(&symbol, &status),
            Message::Withdrawn { symbol, number } => {
                let Some(last) = self.last(&symbol) else { return };
                if last.number == Some(number) {
                    last.snapshot.trade = None;
                    last.number = None;
                    self.doubtful.insert(symbol);
                }
            }
            Message::OtherTrade
            | Message::Connected
            | Message::Authenticated
            | Message::Subscribed { .. }
            | Message::Refused { .. } => {}
        }
    }

    /// What is the case now; lines and doubts are told once.
    pub(super) fn told(&mut self) -> Told {
        Told {
            covered: self.covered.clone(),
            of: self.of.iter().map(|(symbol, last)| (symbol.clone(), last.snapshot.clone())).collect(),
            halted: self.halted.clone(),
            doubtful: std::mem::take(&mut self.doubtful),
            lines: std::mem::take(&mut self.lines),
        }
    }

    /// There was a trade at this time: a halt from before it is over.
    pub(super) fn traded(&mut self, symbol: &str, at: Timestamp) {
        if self.halted.get(symbol).is_some_and(|since| *since < at) {
            self.resumed(symbol);
        }
    }

    fn resumed(&mut self, symbol: &str) {
        self.halted.remove(symbol);
        self.tell(format!("`{}` trades again", shown(symbol)));
    }

    fn status(&mut self, symbol: &str, status: &Status) {
        if !self.wanted.contains(symbol) {
            return;
        }
        match status.is_halted {
            Some(true) => {
                self.halted.insert(symbol.to_owned(), status.at);
                let words = if status.words.is_empty() { "no reason is given" } else { &status.words };
                self.tell(format!(
                    "`{}` has not traded since {} ({}); it has no new price until it does",
                    shown(symbol),
                    status.at,
                    words
                ));
            }
            Some(false) if self.halted.get(symbol).is_some_and(|since| *since <= status.at) => {
                self.resumed(symbol);
            }
            Some(false) | None => {}
        }
    }

    fn last(&mut self, symbol: &str) -> Option<&mut Last> {
        let is_covered = self.covered.contains_key(symbol);
        is_covered.then(|| self.of.entry(symbol.to_owned()).or_default())
    }
}

impl Snapshot {
    /// The newer parts of two. A day's bar has the same time all day: the one with more volume is newer.
    pub(super) fn or_newer(&self, other: &Snapshot) -> Snapshot {
        fn newer<T: Clone, K: PartialOrd>(
            one: Option<&T>,
            other: Option<&T>,
            age: impl Fn(&T) -> K,
        ) -> Option<T> {
            match (one, other) {
                (Some(one), Some(other)) if age(one) >= age(other) => Some(one.clone()),
                (one, other) => other.or(one).cloned(),
            }
        }
        Snapshot {
            trade: newer(self.trade.as_ref(), other.trade.as_ref(), |it| it.at),
            quote: newer(self.quote.as_ref(), other.quote.as_ref(), |it| it.at),
            day: newer(self.day.as_ref(), other.day.as_ref(), |it| (it.at, it.volume)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_trade_from_after_a_halt_ends_it() {
        let at = |text: &str| -> Timestamp { format!("2026-11-24T15:{text}Z").parse().unwrap() };
        let mut heard = Heard::default();
        heard.want(BTreeSet::from(["SPY".to_owned()]));
        let status = Status { at: at("30:10"), is_halted: Some(true), words: String::new() };
        heard.take(Message::Status { symbol: "SPY".to_owned(), status });
        // As somebody tells who looked at it before the halt was told.
        heard.traded("SPY", at("30:09"));
        heard.traded("SPY", at("30:10"));
        assert_eq!(heard.told().halted.len(), 1);
        heard.traded("SPY", at("30:11"));
        let told = heard.told();
        assert_eq!((told.halted.len(), told.lines), (0, vec!["`SPY` trades again".to_owned()]));
    }
}
