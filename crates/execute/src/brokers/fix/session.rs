//! The session layer: numbers without a gap in both directions, whether anybody is there, and how it begins and ends.
//!
//! In: messages as they come, the time, and what is to be sent. Out: bytes to send, what was [`Heard`], and whether the line is over. It touches no
//! network. Invariants: a message counts once, in the order of its number, and only after it is in the journal; a gap is asked for and
//! filled before anything behind it counts; **no order, cancel or question of ours is ever sent again by the session**: whoever asks for
//! it gets a gap fill, and the books ask by the order's name before they send it again.
//!
//! # Source
//! FIX 4.4, volume 2: session protocol. "Aged" messages may be gap-filled instead of resent: an order here always is.

use std::time::{Duration, Instant};

use jiff::Timestamp;
use outward::Key;

use super::journal::{Journal, JournalError};
use super::message::{Draft, Message, quoted};
use super::utc;

/// The wait for a logon, for a logout, and for a gap to be filled.
const ANSWER: Duration = Duration::from_secs(10);

/// Who speaks, and how.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    pub(super) sender: String,
    pub(super) target: String,
    pub(super) heartbeat: Duration,
    pub(super) reset_on_logon: bool,
    /// Name and password, where they are asked for.
    pub(super) name: Option<Key>,
    pub(super) password: Option<Key>,
}

/// What came that is not the session's own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Heard {
    /// An `ExecutionReport` (8).
    Report(Message),
    /// An `OrderCancelReject` (9).
    CancelRejected(Message),
    /// A message of ours was not taken: `Reject` (3) or `BusinessMessageReject` (j).
    Rejected(Message),
    /// The counterparty never got our messages from this number up to, not with, the other.
    Lost {
        /// The first.
        from: u64,
        /// The first that it may have.
        to: u64,
    },
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phase {
    /// There is no line.
    Down,
    /// Our logon is sent.
    LoggingOn,
    /// Both have logged on.
    Up,
    /// Our logout is sent.
    LoggingOut,
}

/// What follows.
#[derive(Debug, Default)]
pub(super) struct Done {
    pub(super) send: Vec<Vec<u8>>,
    pub(super) heard: Vec<Heard>,
    /// Why the line is over.
    pub(super) over: Option<String>,
}

/// Messages of theirs that are missing.
#[derive(Debug, Clone, Copy)]
struct Gap {
    /// When they were asked for, or one of them came.
    asked: Instant,
    /// The number behind the last one that is known to be missing.
    to: u64,
}

/// A session between us and a broker.
#[derive(Debug)]
pub(super) struct Session {
    terms: Terms,
    journal: Journal,
    phase: Phase,
    /// When something came last, and when something was sent.
    came: Instant,
    sent: Instant,
    /// When the phase began.
    since: Instant,
    /// Whether somebody was asked whether they are there.
    is_asked: bool,
    /// What is missing of theirs.
    gap: Option<Gap>,
    /// How far their clock is ahead of ours, at the logon.
    pub(super) ahead_ms: Option<i64>,
}

impl Session {
    /// A session that goes on where its journal is.
    pub(super) fn new(terms: Terms, journal: Journal, now: Instant) -> Session {
        let (phase, is_asked, gap) = (Phase::Down, false, None);
        Session { terms, journal, phase, came: now, sent: now, since: now, is_asked, gap, ahead_ms: None }
    }

    pub(super) fn phase(&self) -> Phase {
        self.phase
    }

    /// A line is there: logs on.
    pub(super) fn begin(&mut self, now: Instant, clock: Timestamp) -> Result<Done, JournalError> {
        if self.terms.reset_on_logon {
            self.journal.begin_anew(clock)?;
        }
        (self.phase, self.came, self.is_asked, self.gap) = (Phase::LoggingOn, now, false, None);
        self.since = now;
        let logon = Draft::new("A")
            .with(98, "0")
            .with_number(108, self.terms.heartbeat.as_secs())
            .with_some(141, self.terms.reset_on_logon.then_some("Y"))
            .with_some(553, self.terms.name.as_ref().map(Key::sent))
            .with_some(554, self.terms.password.as_ref().map(Key::sent));
        let mut done = Done::default();
        self.say(&logon, None, &mut done, now, clock)?;
        Ok(done)
    }

    /// The line is gone.
    pub(super) fn ended(&mut self) {
        self.phase = Phase::Down;
    }

    /// Sends something of ours, an order under its name; its number comes back.
    pub(super) fn tell(
        &mut self,
        draft: &Draft,
        order: Option<&str>,
        now: Instant,
        clock: Timestamp,
    ) -> Result<(u64, Done), JournalError> {
        let mut done = Done::default();
        let number = self.say(draft, order, &mut done, now, clock)?;
        Ok((number, done))
    }

    /// Begins to end it.
    pub(super) fn log_out(&mut self, now: Instant, clock: Timestamp) -> Result<Done, JournalError> {
        let mut done = Done::default();
        self.say(&Draft::new("5"), None, &mut done, now, clock)?;
        (self.phase, self.since) = (Phase::LoggingOut, now);
        Ok(done)
    }

    /// What time alone asks for.
    pub(super) fn tick(&mut self, now: Instant, clock: Timestamp) -> Result<Done, JournalError> {
        let mut done = Done::default();
        let (quiet, beat) = (now.saturating_duration_since(self.came), self.terms.heartbeat);
        match self.phase {
            Phase::Down => {}
            Phase::LoggingOn | Phase::LoggingOut => {
                if now.saturating_duration_since(self.since) >= ANSWER {
                    let what = if self.phase == Phase::LoggingOn { "logon" } else { "logout" };
                    done.over = Some(format!("no answer to the {what} came within {} s", ANSWER.as_secs()));
                }
            }
            Phase::Up if quiet >= beat * 2 + beat / 5 => {
                done.over = Some(format!("nothing came for {} s", quiet.as_secs()));
            }
            Phase::Up => {
                if quiet >= beat + beat / 5 && !self.is_asked {
                    self.say(&Draft::new("1").with(112, "are you there"), None, &mut done, now, clock)?;
                    self.is_asked = true;
                }
                if now.saturating_duration_since(self.sent) >= beat {
                    self.say(&Draft::new("0"), None, &mut done, now, clock)?;
                }
                if let Some(gap) = self.gap.filter(|gap| now.saturating_duration_since(gap.asked) >= ANSWER) {
                    self.ask_for_gap(gap.to, &mut done, now, clock)?;
                }
            }
        }
        Ok(done)
    }

    /// A message came.
    pub(super) fn take(
        &mut self,
        message: Message,
        bytes: &[u8],
        now: Instant,
        clock: Timestamp,
    ) -> Result<Done, JournalError> {
        let mut done = Done::default();
        (self.came, self.is_asked) = (now, false);
        let parties = (message.get(49), message.get(56));
        if parties != (Some(self.terms.target.as_str()), Some(self.terms.sender.as_str())) {
            self.refuse("the comp ids (49, 56) are not those of this session", &mut done, now, clock)?;
            return Ok(done);
        }
        let Some(number) = message.number(34).filter(|number| *number > 0) else {
            self.refuse("a message has no number (34)", &mut done, now, clock)?;
            return Ok(done);
        };
        if self.phase == Phase::LoggingOn {
            match message.kind() {
                "A" => {}
                "5" => {
                    let words = message.words().unwrap_or_else(|| "without a word".to_owned());
                    done.over = Some(format!("the broker refuses the session: {words}"));
                    return Ok(done);
                }
                other => {
                    done.over = Some(format!("the broker answered the logon with `{}`", quoted(other)));
                    return Ok(done);
                }
            }
        }
        // Whoever resets does so whatever the numbers are.
        if message.kind() == "4" && !message.is(123) {
            self.reset_to(&message, &mut done, now, clock)?;
            return Ok(done);
        }
        if message.kind() == "A" && message.is(141) && !self.terms.reset_on_logon {
            let words = "the broker begins the numbers anew: agree on it, and write `reset_on_logon = true`";
            self.refuse(words, &mut done, now, clock)?;
            return Ok(done);
        }
        let expected = self.journal.next_in;
        if number < expected {
            if !message.is(43) {
                let words = format!("MsgSeqNum too low, expecting {expected} but received {number}");
                self.refuse(&words, &mut done, now, clock)?;
            }
            return Ok(done); // a duplicate that says so
        }
        if number > expected {
            match message.kind() {
                // The session's own are answered at once, and come again in the gap.
                "A" => self.logged_on(&message, now, clock),
                "2" => self.fill_gap(&message, &mut done, now, clock)?,
                "5" => return self.left(&message, done, now, clock),
                _ => {}
            }
            let to = number.saturating_add(1);
            match &mut self.gap {
                Some(gap) => gap.to = gap.to.max(to),
                None => self.ask_for_gap(to, &mut done, now, clock)?,
            }
            return Ok(done);
        }
        let kept = (message.kind() == "8").then_some(bytes);
        if message.kind() == "4" {
            let to = message.number(36).filter(|to| *to > expected);
            let Some(to) = to else {
                self.refuse("a gap fill (4) leads back", &mut done, now, clock)?;
                return Ok(done);
            };
            self.journal.skips_to(to)?;
        } else {
            self.journal.received(kept)?;
        }
        let missing = self.gap.filter(|gap| gap.to > self.journal.next_in);
        self.gap = missing.map(|gap| Gap { asked: now, ..gap });
        self.counted(message, done, now, clock)
    }

    /// A message whose turn it is.
    fn counted(
        &mut self,
        message: Message,
        mut done: Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<Done, JournalError> {
        match message.kind() {
            // A logon that comes again in a gap begins nothing.
            "A" if self.phase == Phase::LoggingOn => self.logged_on(&message, now, clock),
            "A" | "0" | "4" => {}
            "1" => {
                let answer = Draft::new("0").with_some(112, message.get(112));
                self.say(&answer, None, &mut done, now, clock)?;
            }
            "2" => self.fill_gap(&message, &mut done, now, clock)?,
            "5" => return self.left(&message, done, now, clock),
            "3" | "j" => done.heard.push(Heard::Rejected(message)),
            "8" => done.heard.push(Heard::Report(message)),
            "9" => done.heard.push(Heard::CancelRejected(message)),
            other => {
                let refusal = Draft::new("j")
                    .with_some(45, message.get(34))
                    .with(372, other)
                    .with(380, "3")
                    .with(58, "unsupported message type");
                self.say(&refusal, None, &mut done, now, clock)?;
            }
        }
        Ok(done)
    }

    fn logged_on(&mut self, message: &Message, now: Instant, clock: Timestamp) {
        if self.phase == Phase::LoggingOn {
            (self.phase, self.since) = (Phase::Up, now);
            let theirs = message.get(52).and_then(utc::read);
            self.ahead_ms = theirs.map(|theirs| theirs.as_millisecond() - clock.as_millisecond());
        }
    }

    /// They end it.
    fn left(
        &mut self,
        message: &Message,
        mut done: Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<Done, JournalError> {
        if self.phase != Phase::LoggingOut {
            self.say(&Draft::new("5"), None, &mut done, now, clock)?;
        }
        let words = message.words().map(|words| format!(": {words}")).unwrap_or_default();
        done.over = Some(format!("the broker ended the session{words}"));
        Ok(done)
    }

    /// They miss messages of ours. None of them is sent again.
    fn fill_gap(
        &mut self,
        message: &Message,
        done: &mut Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<(), JournalError> {
        let Some(from) = message.number(7).filter(|from| *from > 0 && *from < self.journal.next_out) else {
            return self.refuse("a resend is asked for (2) of what was never sent", done, now, clock);
        };
        let to = self.journal.next_out;
        let fill =
            Draft::new("4").with(43, "Y").with(122, &utc::written(clock)).with(123, "Y").with_number(36, to);
        done.send.push(fill.bytes(&self.terms.sender, &self.terms.target, from, &utc::written(clock)));
        done.heard.push(Heard::Lost { from, to });
        self.sent = now;
        Ok(())
    }

    fn ask_for_gap(
        &mut self,
        to: u64,
        done: &mut Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<(), JournalError> {
        let ask = Draft::new("2").with_number(7, self.journal.next_in).with(16, "0");
        self.say(&ask, None, done, now, clock)?;
        self.gap = Some(Gap { asked: now, to });
        Ok(())
    }

    /// A reset (4 without 123): their numbers go on at another, which is never one that was used.
    fn reset_to(
        &mut self,
        message: &Message,
        done: &mut Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<(), JournalError> {
        match message.number(36).filter(|to| *to >= self.journal.next_in) {
            Some(to) => self.journal.skips_to(to),
            None => self.refuse("a reset (4) leads back", done, now, clock),
        }
    }

    /// What can't be gone on with: said, and the line is over.
    fn refuse(
        &mut self,
        words: &str,
        done: &mut Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<(), JournalError> {
        self.say(&Draft::new("5").with(58, words), None, done, now, clock)?;
        done.over = Some(words.to_owned());
        Ok(())
    }

    fn say(
        &mut self,
        draft: &Draft,
        order: Option<&str>,
        done: &mut Done,
        now: Instant,
        clock: Timestamp,
    ) -> Result<u64, JournalError> {
        let number = self.journal.sends(order)?;
        done.send.push(draft.bytes(&self.terms.sender, &self.terms.target, number, &utc::written(clock)));
        self.sent = now;
        Ok(number)
    }
}
