//! When a plan is looked at: the clock and the rebalances before it, as arguments.
//!
//! The schedule rules are judged only where a [`Moment`] is given: when a plan is proposed, approved
//! and sent. Invariant: nothing in this crate reads a clock.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// The clock, and what happened before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// Now.
    pub now: Timestamp,
    /// Days (US Eastern) on which this household was rebalanced before; the order is free.
    pub rebalances: Vec<Date>,
}

impl Moment {
    /// Date and time of day in New York.
    #[must_use]
    pub fn eastern(&self) -> DateTime {
        eastern(self.now)
    }
}

/// Date and time of day in New York.
pub(crate) fn eastern(at: Timestamp) -> DateTime {
    new_york().to_datetime(at)
}

/// US Eastern time: the rule of the Energy Policy Act of 2005, in force since 2007. Spelt out so
/// that no time zone database has to be on the machine.
pub(crate) fn new_york() -> TimeZone {
    TimeZone::posix("EST5EDT,M3.2.0,M11.1.0").expect("a fixed and valid POSIX rule")
}

/// A moment as a document writes it, of a price for one: a day alone stands for its close, a time without a zone is New
/// York's. None where the text tells no moment.
///
/// # Source
/// tax.md 8.8 (stale-price age).
#[must_use]
pub fn written_at(written: &str) -> Option<Timestamp> {
    if let Ok(at) = written.parse::<Timestamp>() {
        return Some(at);
    }
    if written.len() == 10 {
        return close_of(written.parse::<Date>().ok()?);
    }
    new_york().to_timestamp(written.parse::<DateTime>().ok()?).ok()
}

/// 16:00 in New York.
#[must_use]
pub fn close_of(day: Date) -> Option<Timestamp> {
    new_york().to_timestamp(day.to_datetime(Time::constant(16, 0, 0, 0))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn summer_and_winter() {
        let at = |text: &str| eastern(text.parse().unwrap());
        assert_eq!(at("2026-11-20T14:45:00Z"), date(2026, 11, 20).at(9, 45, 0, 0));
        assert_eq!(at("2026-07-01T13:45:00Z"), date(2026, 7, 1).at(9, 45, 0, 0));
        assert_eq!(at("2026-11-01T05:59:59Z"), date(2026, 11, 1).at(1, 59, 59, 0));
    }
}
