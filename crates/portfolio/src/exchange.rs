//! When does the US stock market trade: the days and hours of the NYSE and of Nasdaq, which are the same.
//!
//! In: a day, or an instant. Out: the [`Session`] of that day with its opening and its close as instants, the one
//! before or after, or why there is none. Days and hours come from rules (`holidays`) and from a table of what no
//! rule gives (`one_off`); the time in New York from two fixed rules ([`eastern`](mod@eastern)), so that neither a
//! time zone database nor a list that ages has to be on the machine.
//!
//! Invariants: nothing here reads a clock; sessions do not overlap, and follow each other by day; a year outside
//! [`YEAR_MIN`] to [`YEAR_MAX`] is an error, never a guess. Halts and delays of minutes are no part of a calendar.

pub mod eastern;
mod holidays;
mod one_off;

use jiff::Timestamp;
use jiff::civil::{Date, Time, Weekday};

pub use eastern::eastern;

/// The first year whose days are known.
pub const YEAR_MIN: i16 = 2000;
/// The last year for which today's rules are taken to hold.
pub const YEAR_MAX: i16 = 2099;

/// The regular opening, New York.
const OPENS: Time = Time::constant(9, 30, 0, 0);
/// The regular close, New York.
const CLOSES: Time = Time::constant(16, 0, 0, 0);
/// The close before and after some holidays, New York.
const CLOSES_EARLY: Time = Time::constant(13, 0, 0, 0);

/// One day of trading.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Session {
    /// The day in New York.
    pub day: Date,
    /// The first instant of trading.
    pub opens: Timestamp,
    /// The first instant after trading.
    pub closes: Timestamp,
    /// Why its hours are not the regular ones, where they are not.
    pub short: Option<&'static str>,
}

impl Session {
    /// Whether the market trades at `at`: the opening belongs to the session, the close does not.
    #[must_use]
    pub fn contains(&self, at: Timestamp) -> bool {
        self.opens <= at && at < self.closes
    }
}

/// A day that the calendar does not have.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the trading calendar has the years {YEAR_MIN} to {YEAR_MAX}, and {day} lies outside: check the clock or the date"
)]
pub struct OutOfCalendar {
    /// The day in New York.
    pub day: Date,
}

/// The first instant of a day in New York.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn beginning_of(day: Date) -> Result<Timestamp, OutOfCalendar> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&day.year()) {
        return Err(OutOfCalendar { day });
    }
    Ok(eastern::instant(day.to_datetime(Time::midnight())))
}

/// The session of a day; `None` where the market is closed.
///
/// # Errors
/// [`OutOfCalendar`].
///
/// # Source
/// NYSE rule 7.2 and Nasdaq rule 1 of Equity 2, section 8 (hours and holidays); see `holidays` and `one_off`.
pub fn session(day: Date) -> Result<Option<Session>, OutOfCalendar> {
    if closed_for(day)?.is_some() {
        return Ok(None);
    }
    let (opens, closes, short) = match (one_off::hours(day), holidays::early_close(day)) {
        (Some((opens, closes, why)), _) => (opens, closes, Some(why)),
        (None, Some(why)) => (OPENS, CLOSES_EARLY, Some(why)),
        (None, None) => (OPENS, CLOSES, None),
    };
    let at = |time: Time| eastern::instant(day.to_datetime(time));
    Ok(Some(Session { day, opens: at(opens), closes: at(closes), short }))
}

/// Why the market is closed all day, such as `Good Friday`; `None` on a trading day.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn closed_for(day: Date) -> Result<Option<&'static str>, OutOfCalendar> {
    if !(YEAR_MIN..=YEAR_MAX).contains(&day.year()) {
        return Err(OutOfCalendar { day });
    }
    let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday).then_some("the weekend");
    Ok(weekend.or_else(|| holidays::holiday(day)).or_else(|| one_off::closed(day)))
}

/// The session that `at` lies in.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn session_at(at: Timestamp) -> Result<Option<Session>, OutOfCalendar> {
    Ok(session(eastern(at).date())?.filter(|session| session.contains(at)))
}

/// The session that `at` lies in or, where it lies in none, the next one.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn session_from(at: Timestamp) -> Result<Session, OutOfCalendar> {
    let mut day = eastern(at).date();
    loop {
        if let Some(session) = session(day)?.filter(|session| at < session.closes) {
            return Ok(session);
        }
        day = day.tomorrow().map_err(|_| OutOfCalendar { day })?;
    }
}

/// The first session that opens after `at`.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn next_session(at: Timestamp) -> Result<Session, OutOfCalendar> {
    let session = session_from(at)?;
    if at < session.opens { Ok(session) } else { session_from(session.closes) }
}

/// The last session that had closed by `at`.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn previous_session(at: Timestamp) -> Result<Session, OutOfCalendar> {
    let mut day = eastern(at).date();
    loop {
        if let Some(session) = session(day)?.filter(|session| session.closes <= at) {
            return Ok(session);
        }
        day = day.yesterday().map_err(|_| OutOfCalendar { day })?;
    }
}

/// Trading days after `from` up to and including `to`; none where `to` is not later.
///
/// # Errors
/// [`OutOfCalendar`].
pub fn trading_days(from: Date, to: Date) -> Result<u32, OutOfCalendar> {
    let (mut day, mut count) = (from, 0);
    if closed_for(from).and(closed_for(to)).is_err() {
        return Err(OutOfCalendar { day: if closed_for(from).is_err() { from } else { to } });
    }
    while day < to {
        day = day.tomorrow().map_err(|_| OutOfCalendar { day })?;
        count += u32::from(closed_for(day)?.is_none());
    }
    Ok(count)
}
