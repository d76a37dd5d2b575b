//! What time is it in New York, and when is a time in New York.
//!
//! In: an instant, or a date and time in New York. Out: the other. Invariant: the two rules of daylight saving that
//! have been in force since 1987 are spelt out, so that no time zone database has to be on the machine. A time that
//! does not exist in spring is taken an hour later; one that exists twice in autumn is the first.

use std::sync::LazyLock;

use jiff::Timestamp;
use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;

/// The first year of the present rule.
const PRESENT_FROM: i16 = 2007;

/// From the first Sunday of April to the last of October.
static BEFORE: LazyLock<TimeZone> = LazyLock::new(|| rule("EST5EDT,M4.1.0,M10.5.0"));
/// From the second Sunday of March to the first of November.
static PRESENT: LazyLock<TimeZone> = LazyLock::new(|| rule("EST5EDT,M3.2.0,M11.1.0"));

/// Date and time of day in New York.
///
/// # Source
/// 15 U.S.C. 260a as of 1986 (Pub. L. 99-359), and as amended by the Energy Policy Act of 2005, s.110, since 2007.
#[must_use]
pub fn eastern(at: Timestamp) -> DateTime {
    // Both rules have winter time at the turn of a year, so it is all one by which zone the year is told.
    zone(PRESENT.to_datetime(at).year()).to_datetime(at)
}

/// The instant of a date and time of day in New York.
///
/// Beyond the ends of time, the nearest instant there is.
#[must_use]
pub fn instant(new_york: DateTime) -> Timestamp {
    let end = if new_york.year() < 0 { Timestamp::MIN } else { Timestamp::MAX };
    zone(new_york.year()).to_timestamp(new_york).unwrap_or(end)
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
        return written.parse::<Date>().ok().map(close_of);
    }
    written.parse::<DateTime>().ok().map(instant)
}

/// 16:00 in New York.
#[must_use]
pub fn close_of(day: Date) -> Timestamp {
    instant(day.to_datetime(Time::constant(16, 0, 0, 0)))
}

fn zone(year: i16) -> &'static TimeZone {
    if year < PRESENT_FROM { &BEFORE } else { &PRESENT }
}

fn rule(posix: &str) -> TimeZone {
    TimeZone::posix(posix).expect("a fixed and valid POSIX rule")
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn summer_and_winter() {
        for (utc, new_york) in [
            ("2026-11-20T14:45:00Z", date(2026, 11, 20).at(9, 45, 0, 0)),
            ("2026-07-01T13:45:00Z", date(2026, 7, 1).at(9, 45, 0, 0)),
            ("2026-11-01T05:59:59Z", date(2026, 11, 1).at(1, 59, 59, 0)),
            ("2026-11-01T06:00:00Z", date(2026, 11, 1).at(1, 0, 0, 0)),
            ("2026-03-08T07:00:00Z", date(2026, 3, 8).at(3, 0, 0, 0)),
            // The rule before 2007: April to October.
            ("2006-03-20T14:30:00Z", date(2006, 3, 20).at(9, 30, 0, 0)),
            ("2006-04-03T13:30:00Z", date(2006, 4, 3).at(9, 30, 0, 0)),
            ("2006-10-30T14:30:00Z", date(2006, 10, 30).at(9, 30, 0, 0)),
            ("2007-01-01T04:59:59Z", date(2006, 12, 31).at(23, 59, 59, 0)),
        ] {
            assert_eq!(eastern(utc.parse().unwrap()), new_york, "{utc}");
        }
        assert_eq!(instant(date(2026, 11, 20).at(9, 30, 0, 0)), "2026-11-20T14:30:00Z".parse().unwrap());
        assert_eq!(instant(date(2026, 3, 8).at(2, 30, 0, 0)), "2026-03-08T07:30:00Z".parse().unwrap());
        assert_eq!(instant(date(2026, 11, 1).at(1, 30, 0, 0)), "2026-11-01T05:30:00Z".parse().unwrap());
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        assert_eq!(instant(DateTime::MAX), Timestamp::MAX);
        assert!(eastern(Timestamp::MIN) < eastern(Timestamp::MAX));
        assert!(instant(DateTime::MIN) < instant(DateTime::MAX));
    }
}
