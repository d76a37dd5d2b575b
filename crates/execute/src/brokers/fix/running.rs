//! A session as it runs: a thread that keeps the line, and who asks something over it and waits.
//!
//! In: where the broker is, and what is to be sent. Out: what came back, or that nothing did. Invariants: one thread alone sends and receives; what came is
//! known to everybody in its order; whoever waits does so no longer than they were told to; a line that breaks is tried again, more slowly each time.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use jiff::Timestamp;
use outward::{Address, Limits, Line};

use super::journal::{Journal, JournalError, Remembered};
use super::message::{self, Draft, Message};
use super::orders::Orders;
use super::report::Report;
use super::session::{Done, Heard, Phase, Session, Terms};

/// So often is looked for what is to be sent.
const TURN: Duration = Duration::from_millis(20);
/// The wait before the first new try; it doubles with each.
const AGAIN_FIRST: Duration = Duration::from_millis(500);
/// The longest wait before a new try.
const AGAIN_MAX: Duration = Duration::from_secs(60);
/// A session that lasted as long is tried again at once.
const LASTED: Duration = Duration::from_secs(60);
/// The longest that the end of a session is waited for.
const ENDING: Duration = Duration::from_secs(2);
/// What came is kept for who waits, so many messages long.
const EVENTS_MAX: usize = 4_096;

/// Something that came or happened.
#[derive(Debug, Clone)]
pub(super) enum Event {
    /// A report that could be read.
    Report(Box<Report>),
    /// A report that could not, and perhaps the order's name in it.
    Unreadable(Option<String>),
    /// 9.
    CancelRejected(Message),
    /// 3 or j.
    Rejected(Message),
    /// They never got these numbers of ours, from the first to the one before the last.
    Lost(u64, u64),
    /// Both have logged on.
    Up,
    /// The line is over.
    Down(String),
}

/// How the line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Standing {
    /// It is being tried, for the first time.
    Trying,
    /// Both have logged on.
    Up,
    /// It is not there, and why.
    Down(String),
}

/// What everybody knows.
#[derive(Debug)]
pub(super) struct Known {
    pub(super) orders: Orders,
    /// Orders that were sent, whether or not they arrived.
    pub(super) sent: BTreeSet<String>,
    pub(super) standing: Standing,
    /// How far their clock is ahead of ours.
    pub(super) ahead_ms: Option<i64>,
    wanted: VecDeque<(u64, Draft, Option<String>)>,
    /// The numbers under which what was wanted was sent.
    numbers: BTreeMap<u64, u64>,
    /// What came, by a count that only grows.
    events: VecDeque<(u64, Event)>,
    count: u64,
    is_over: bool,
}

/// What the thread and who asks share.
#[derive(Debug)]
pub(super) struct Shared {
    known: Mutex<Known>,
    woken: Condvar,
}

/// Why nothing was heard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Unheard {
    /// It was not sent: there is no line.
    NoLine(String),
    /// It was perhaps sent, and nothing came.
    Silent(String),
}

/// A session that runs until it is dropped.
#[derive(Debug)]
pub(super) struct Running {
    pub(super) shared: Arc<Shared>,
    thread: Option<JoinHandle<()>>,
}

impl Running {
    /// Takes up the session of a journal, and keeps it.
    pub(super) fn start(
        address: Address,
        limits: Limits,
        terms: Terms,
        journal: Journal,
        remembered: Remembered,
    ) -> Running {
        let mut orders = Orders::default();
        for bytes in &remembered.reports {
            if let Ok(message) = Message::read(bytes) {
                let _ = taken_in(&mut orders, &message); // told when it came
            }
        }
        let known = Known {
            orders,
            sent: remembered.sent.into_iter().collect(),
            standing: Standing::Trying,
            ahead_ms: None,
            wanted: VecDeque::new(),
            numbers: BTreeMap::new(),
            events: VecDeque::new(),
            count: 0,
            is_over: false,
        };
        let shared = Arc::new(Shared { known: Mutex::new(known), woken: Condvar::new() });
        let for_thread = Arc::clone(&shared);
        let thread = std::thread::spawn(move || {
            let session = Session::new(terms, journal, Instant::now());
            Keeper { shared: &for_thread, session, address, limits }.keep();
        });
        Running { shared, thread: Some(thread) }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.shared.known().is_over = true;
        self.shared.woken.notify_all();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join(); // a thread that has panicked has ended
        }
    }
}

impl Shared {
    pub(super) fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'a>(&self, known: MutexGuard<'a, Known>, wait: Duration) -> MutexGuard<'a, Known> {
        self.woken.wait_timeout(known, wait).unwrap_or_else(PoisonError::into_inner).0
    }

    /// Waits until both have logged on, or the line was tried once more and is not there.
    pub(super) fn line(&self, until: Instant) -> Result<(), Unheard> {
        let mut known = self.known();
        let begun = known.count;
        loop {
            let news = known.since(begun).any(|event| matches!(event, Event::Down(_)));
            let left = until.saturating_duration_since(Instant::now());
            match &known.standing {
                Standing::Up => return Ok(()),
                Standing::Down(why) if news || left.is_zero() => return Err(Unheard::NoLine(why.clone())),
                Standing::Trying if left.is_zero() => {
                    return Err(Unheard::NoLine("it has not answered yet".to_owned()));
                }
                _ => {}
            }
            known = self.wait(known, left.min(Duration::from_millis(250)));
        }
    }

    /// Sends something, an order under its name, and waits for what `answer` takes for its answer; the number under which it was sent is told to it.
    pub(super) fn ask<T>(
        &self,
        draft: Draft,
        order: Option<&str>,
        wait: Duration,
        answer: impl Fn(&Event, u64) -> Option<T>,
    ) -> Result<T, Unheard> {
        let until = Instant::now() + wait;
        self.line(until)?;
        let mut known = self.known();
        let begun = known.count;
        known.count += 1;
        let ticket = known.count;
        known.wanted.push_back((ticket, draft, order.map(str::to_owned)));
        self.woken.notify_all();
        let silent = || Unheard::Silent(format!("no answer within {} s", wait.as_secs()));
        loop {
            if let Some(number) = known.numbers.get(&ticket).copied() {
                let found = known.since(begun).find_map(|event| answer(event, number));
                let lost = known.since(begun).find_map(|event| match event {
                    Event::Down(why) => Some(format!("the line broke: {why}")),
                    Event::Lost(from, to) if (*from..*to).contains(&number) => {
                        Some("it never arrived".to_owned())
                    }
                    _ => None,
                });
                match (found, lost) {
                    (Some(found), _) => {
                        known.numbers.remove(&ticket);
                        return Ok(found);
                    }
                    (None, Some(why)) => {
                        known.numbers.remove(&ticket);
                        return Err(Unheard::Silent(why));
                    }
                    (None, None) => {}
                }
            } else if let Standing::Down(why) = &known.standing {
                let why = why.clone();
                known.wanted.retain(|(wanted, _, _)| *wanted != ticket);
                return Err(Unheard::NoLine(why));
            }
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                let was_sent = known.numbers.remove(&ticket).is_some();
                known.wanted.retain(|(wanted, _, _)| *wanted != ticket);
                return Err(if was_sent {
                    silent()
                } else {
                    Unheard::NoLine("nothing could be sent".to_owned())
                });
            }
            known = self.wait(known, left);
        }
    }

    /// What came behind a count, and the count behind it; waits a while for it. Whether something was missed, since it is not kept for ever.
    pub(super) fn news(&self, after: u64, wait: Duration) -> (Vec<Event>, u64, bool) {
        let mut known = self.known();
        if known.since(after).next().is_none() {
            known = self.wait(known, wait);
        }
        let first = known.events.front().map_or(known.count, |(count, _)| *count);
        let missed = known.events.len() >= EVENTS_MAX && first > after.saturating_add(1);
        (known.since(after).cloned().collect(), known.count, missed)
    }
}

impl Known {
    /// What came behind a count.
    fn since(&self, count: u64) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(move |(at, _)| *at > count).map(|(_, event)| event)
    }

    fn happened(&mut self, event: Event) {
        self.count += 1;
        if self.events.len() >= EVENTS_MAX {
            self.events.pop_front();
        }
        self.events.push_back((self.count, event));
    }
}

/// Takes a report in; what can't be read holds its order.
pub(super) fn taken_in(orders: &mut Orders, message: &Message) -> Event {
    match Report::of(message) {
        Ok(report) => {
            orders.take_in(&report);
            Event::Report(Box::new(report))
        }
        Err(why) => {
            let name = [41, 11].iter().find_map(|tag| message.get(*tag)).map(str::to_owned);
            if let Some(name) = &name {
                orders.hold(name, why);
            }
            Event::Unreadable(name)
        }
    }
}

/// The thread of a session.
struct Keeper<'a> {
    shared: &'a Shared,
    session: Session,
    address: Address,
    limits: Limits,
}

impl Keeper<'_> {
    /// Keeps the line until nobody wants it any more.
    fn keep(&mut self) {
        let mut again = AGAIN_FIRST;
        while !self.shared.known().is_over {
            let begun = Instant::now();
            let why = self.one_line();
            self.session.ended();
            let mut known = self.shared.known();
            known.standing = Standing::Down(why.clone());
            known.happened(Event::Down(why));
            self.shared.woken.notify_all();
            if begun.elapsed() >= LASTED {
                again = AGAIN_FIRST;
            }
            let until = Instant::now() + again;
            while !known.is_over && Instant::now() < until {
                known = self.shared.wait(known, until.saturating_duration_since(Instant::now()));
            }
            again = again.saturating_mul(2).min(AGAIN_MAX);
        }
    }

    /// One line from its beginning to its end; tells why it ended.
    fn one_line(&mut self) -> String {
        let mut line = match Line::open(&self.address, self.limits) {
            Ok(line) => line,
            Err(fault) => return fault.to_string(),
        };
        let mut heard = Vec::new();
        let begun = self.session.begin(Instant::now(), Timestamp::now());
        let mut over = self.carried(begun, &mut line);
        let mut ending: Option<Instant> = None;
        while over.is_none() {
            if let Err(fault) = line.hear(TURN, &mut heard) {
                return fault.to_string();
            }
            while over.is_none()
                && let Some(next) = message::next(&mut heard)
            {
                // What is garbled counts as never sent: its number is missed by the next message.
                let Ok((message, bytes)) = next else { continue };
                let taken = self.session.take(message, &bytes, Instant::now(), Timestamp::now());
                over = self.carried(taken, &mut line);
            }
            if over.is_none() {
                let ticked = self.session.tick(Instant::now(), Timestamp::now());
                over = self.carried(ticked, &mut line);
            }
            if over.is_none() && self.session.phase() == Phase::Up {
                over = self.say_wanted(&mut line);
            }
            if over.is_none() && self.shared.known().is_over {
                match ending {
                    None if self.session.phase() == Phase::Up => {
                        ending = Some(Instant::now());
                        let said = self.session.log_out(Instant::now(), Timestamp::now());
                        over = self.carried(said, &mut line);
                    }
                    Some(since) if since.elapsed() < ENDING => {}
                    _ => over = Some("it is not wanted any more".to_owned()),
                }
            }
        }
        over.unwrap_or_default()
    }

    /// Sends what is wanted.
    fn say_wanted(&mut self, line: &mut Line) -> Option<String> {
        loop {
            let wanted = self.shared.known().wanted.pop_front();
            let (ticket, draft, order) = wanted?;
            match self.session.tell(&draft, order.as_deref(), Instant::now(), Timestamp::now()) {
                Ok((number, done)) => {
                    let mut known = self.shared.known();
                    known.numbers.insert(ticket, number);
                    known.sent.extend(order);
                    drop(known);
                    if let Some(over) = self.carried(Ok(done), line) {
                        return Some(over);
                    }
                }
                Err(error) => return Some(error.to_string()),
            }
        }
    }

    /// Sends what a step of the session asks for, and tells everybody what came of it; why the line is over, where it is.
    fn carried(&mut self, step: Result<Done, JournalError>, line: &mut Line) -> Option<String> {
        let done = match step {
            Ok(done) => done,
            Err(error) => return Some(error.to_string()),
        };
        let mut known = self.shared.known();
        for heard in done.heard {
            let event = match heard {
                Heard::Report(message) => taken_in(&mut known.orders, &message),
                Heard::CancelRejected(message) => Event::CancelRejected(message),
                Heard::Rejected(message) => Event::Rejected(message),
                Heard::Lost { from, to } => Event::Lost(from, to),
            };
            known.happened(event);
        }
        if self.session.phase() == Phase::Up && known.standing != Standing::Up && done.over.is_none() {
            known.standing = Standing::Up;
            known.ahead_ms = self.session.ahead_ms;
            known.happened(Event::Up);
        }
        drop(known);
        self.shared.woken.notify_all();
        for bytes in &done.send {
            if let Err(fault) = line.say(bytes) {
                return Some(fault.to_string());
            }
        }
        done.over
    }
}
