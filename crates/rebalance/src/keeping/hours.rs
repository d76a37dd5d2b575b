//! When orders may be at the market: the session of a day, inside the household's window.
//!
//! In: a window of minutes after midnight in New York, and a day. Out: the first instant of its hours and the first after them. Invariant:
//! nothing is sent outside of them, and what is open at their end is taken back.

use jiff::civil::{Date, Time};
use jiff::{SignedDuration, Timestamp};
use portfolio::exchange::{self, OutOfCalendar, eastern};

/// The hours of a day: from the first instant on, until before the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hours {
    pub(super) from: Timestamp,
    pub(super) until: Timestamp,
}

impl Hours {
    /// The hours of a day; `None` where the market is closed or the window lies outside of its session.
    pub(super) fn of(window: Option<(u16, u16)>, day: Date) -> Result<Option<Hours>, OutOfCalendar> {
        let Some(session) = exchange::session(day)? else { return Ok(None) };
        let Some((first, last)) = window else {
            return Ok(Some(Hours { from: session.opens, until: session.closes }));
        };
        let from = minute(day, first).map_or(session.closes, |from| session.opens.max(from));
        // The last minute belongs to a window, to the second.
        let behind = |last: Timestamp| last.saturating_add(SignedDuration::from_secs(1));
        let until = minute(day, last).and_then(|last| behind(last).ok());
        let until = until.map_or(session.closes, |until| session.closes.min(until));
        Ok((from < until).then_some(Hours { from, until }))
    }

    /// The hours that `at` lies in.
    pub(super) fn at(window: Option<(u16, u16)>, at: Timestamp) -> Result<Option<Hours>, OutOfCalendar> {
        let hours = Hours::of(window, eastern(at).date())?;
        Ok(hours.filter(|hours| hours.from <= at && at < hours.until))
    }
}

/// The instant of a minute of a day; `None` for 24:00.
fn minute(day: Date, minute: u16) -> Option<Timestamp> {
    let part = |n: u16| i8::try_from(n).ok();
    let time = Time::new(part(minute / 60)?, part(minute % 60)?, 0, 0).ok()?;
    Some(eastern::instant(day.to_datetime(time)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn a_window_narrows_a_session() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let monday = date(2026, 11, 30);
        let whole = Hours::of(None, monday).unwrap().unwrap();
        assert_eq!(whole, Hours { from: at("2026-11-30T14:30:00Z"), until: at("2026-11-30T21:00:00Z") });
        let window = Some((9 * 60 + 45, 15 * 60 + 30));
        let hours = Hours::of(window, monday).unwrap().unwrap();
        assert_eq!(hours, Hours { from: at("2026-11-30T14:45:00Z"), until: at("2026-11-30T20:30:01Z") });
        assert!(Hours::at(window, at("2026-11-30T20:30:00Z")).unwrap().is_some());
        assert!(Hours::at(window, at("2026-11-30T20:30:01Z")).unwrap().is_none());
        // The Friday after Thanksgiving closes at one.
        assert_eq!(Hours::of(Some((14 * 60, 15 * 60)), date(2026, 11, 27)).unwrap(), None);
        assert_eq!(Hours::of(None, date(2026, 11, 28)).unwrap(), None);
        assert_eq!(Hours::of(Some((0, 24 * 60)), monday).unwrap(), Some(whole));
    }
}
