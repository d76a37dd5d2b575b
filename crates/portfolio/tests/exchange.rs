//! The days and hours of the US stock market against calendars that others keep (`data/exchange/`), and the laws
//! that hold between sessions.

#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use jiff::civil::{Date, Weekday, date};
use jiff::{SignedDuration, Timestamp, ToSpan};
use portfolio::exchange::{
    self, Session, closed_for, eastern, next_session, previous_session, session, session_at, session_from,
    trading_days,
};
use proptest::prelude::*;

/// Every weekday of 2000 to 2028 that is not a whole day of trading.
fn published() -> BTreeMap<Date, String> {
    let text = include_str!("data/exchange/nyse_days.csv");
    let rows = text.lines().skip(1).map(|row| row.split_once(',').unwrap());
    rows.map(|(day, kind)| (day.parse().unwrap(), kind.to_owned())).collect()
}

fn hours(session: &Session) -> (String, String) {
    let time = |at: Timestamp| eastern(at).strftime("%H:%M").to_string();
    (time(session.opens), time(session.closes))
}

#[test]
fn every_day_of_29_years_is_as_published() {
    let published = published();
    assert_eq!(published.len(), 273 + 63);
    let mut sessions = 0;
    let mut day = date(2000, 1, 1);
    while day.year() <= 2028 {
        let weekend = matches!(day.weekday(), Weekday::Saturday | Weekday::Sunday);
        let expected = match published.get(&day).map(String::as_str) {
            _ if weekend => None,
            Some("closed") => None,
            Some("early") => Some(("09:30", "13:00")),
            None if day == date(2002, 9, 11) => Some(("12:00", "16:00")),
            None => Some(("09:30", "16:00")),
            Some(other) => panic!("{other}"),
        };
        let found = session(day).unwrap();
        let told = found.as_ref().map(hours);
        assert_eq!(told.as_ref().map(|(a, b)| (a.as_str(), b.as_str())), expected, "{day}");
        assert_eq!(found.is_none(), closed_for(day).unwrap().is_some(), "{day}");
        sessions += u32::from(found.is_some());
        day = day.tomorrow().unwrap();
    }
    assert_eq!(sessions, 7292);
    assert_eq!(trading_days(date(1999, 12, 31).tomorrow().unwrap(), date(2028, 12, 31)), Ok(7292));
}

#[test]
fn openings_are_instants_with_daylight_saving() {
    for (day, opens, closes) in [
        (date(2026, 1, 2), "2026-01-02T14:30:00Z", "2026-01-02T21:00:00Z"),
        (date(2026, 3, 6), "2026-03-06T14:30:00Z", "2026-03-06T21:00:00Z"),
        (date(2026, 3, 9), "2026-03-09T13:30:00Z", "2026-03-09T20:00:00Z"),
        (date(2026, 10, 30), "2026-10-30T13:30:00Z", "2026-10-30T20:00:00Z"),
        (date(2026, 11, 27), "2026-11-27T14:30:00Z", "2026-11-27T18:00:00Z"),
        // Before 2007 summer began in April.
        (date(2006, 3, 31), "2006-03-31T14:30:00Z", "2006-03-31T21:00:00Z"),
        (date(2006, 4, 3), "2006-04-03T13:30:00Z", "2006-04-03T20:00:00Z"),
    ] {
        let session = session(day).unwrap().unwrap();
        assert_eq!(session.opens, opens.parse().unwrap(), "{day}");
        assert_eq!(session.closes, closes.parse().unwrap(), "{day}");
    }
}

#[test]
fn a_closed_day_says_why() {
    for (day, why) in [
        (date(2026, 4, 3), "Good Friday"),
        (date(2026, 7, 3), "Independence Day"),
        (date(2022, 6, 20), "Juneteenth"),
        (date(2025, 1, 9), "mourning for Jimmy Carter"),
        (date(2012, 10, 30), "Hurricane Sandy"),
        (date(2026, 11, 22), "the weekend"),
    ] {
        assert_eq!(closed_for(day), Ok(Some(why)), "{day}");
    }
    assert_eq!(closed_for(date(2021, 6, 18)), Ok(None));
    assert_eq!(session(date(2026, 11, 27)).unwrap().unwrap().short, Some("the day after Thanksgiving"));
}

#[test]
fn years_that_are_not_known_are_errors() {
    let before = date(1999, 12, 31);
    let message = "the trading calendar has the years 2000 to 2099, and 1999-12-31 lies outside: check the clock or the date";
    assert_eq!(session(before).unwrap_err().to_string(), message);
    assert_eq!(trading_days(before, date(2001, 1, 1)).unwrap_err().to_string(), message);
    assert!(trading_days(date(2001, 1, 1), date(2100, 1, 1)).is_err());
    assert!(session_at(Timestamp::MIN).is_err() && session_at(Timestamp::MAX).is_err());
    assert!(session_from("2099-12-31T22:00:00Z".parse().unwrap()).is_err());
    assert!(previous_session("2000-01-03T14:00:00Z".parse().unwrap()).is_err());
    assert_eq!(exchange::YEAR_MIN, 2000);
}

/// The laws hold for every instant, near the edges of sessions above all.
fn laws_hold_at(at: Timestamp) {
    let (from, next, previous) =
        (session_from(at).unwrap(), next_session(at).unwrap(), previous_session(at).unwrap());
    assert!(previous.closes <= at && at < from.closes && at < next.opens, "{at}");
    assert_eq!(session_at(at).unwrap(), from.contains(at).then_some(from), "{at}");
    // Nothing lies between the one before and the one from here on, nor between that and the next.
    assert_eq!(previous_session(from.opens).unwrap(), previous, "{at}");
    assert_eq!(next_session(previous.opens).unwrap(), from, "{at}");
    assert_eq!(next == from, at < from.opens, "{at}");
    assert_eq!(trading_days(previous.day, from.day), Ok(1), "{at}");
    assert!(from.opens < from.closes && previous.closes < from.opens, "{at}");
}

proptest! {
    #[test]
    fn sessions_follow_each_other(seconds in 950_000_000_i64..4_000_000_000) {
        laws_hold_at(Timestamp::from_second(seconds).unwrap());
    }

    #[test]
    fn edges_belong_to_one_side(days in 0_i32..30_000) {
        let day = date(2000, 2, 1).saturating_add(days.days());
        if let Some(session) = session(day).unwrap() {
            let second = SignedDuration::from_nanos(1);
            for at in [session.opens - second, session.opens, session.closes - second, session.closes] {
                laws_hold_at(at);
                prop_assert_eq!(session.contains(at), session.opens <= at && at < session.closes);
            }
        }
    }
}
