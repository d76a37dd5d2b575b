//! From when on may a household trade.
//!
//! In: its wishes and a moment. Out: now; or the first instant at which the market is open, the window of the
//! household lies open and no frequency is used up, with what is in the way now; or never, with what can't be met.
//! Invariant: at the instant that is told nothing is in the way, and at none between now and then.

use std::fmt;

use jiff::Timestamp;
use jiff::civil::{Date, Time};

use super::{Moment, UsedUp, clock, used_up};
use crate::exchange::{self, OutOfCalendar, Session, eastern};
use crate::household::Portfolio;

/// Whether trades may be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Opening {
    /// They may.
    Now,
    /// Not before an instant.
    From {
        /// The first instant at which they may.
        at: Timestamp,
        /// What is in the way now.
        held: Held,
    },
    /// What the household asks for is met at no time.
    Never {
        /// What can't be met.
        held: Held,
    },
}

/// What is in the way of trading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Held {
    /// As often as the household allows was traded.
    Frequency(UsedUp),
    /// The market is closed.
    Closed {
        /// Why: a holiday, the weekend, or `its hours`.
        why: &'static str,
    },
    /// Outside `execute_between_HHMM_HHMM_ET`: minutes after midnight in New York.
    Window {
        /// Its first minute.
        from: u16,
        /// Its last.
        to: u16,
    },
}

impl fmt::Display for Held {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Held::Frequency(used) => used.fmt(f),
            Held::Closed { why: HOURS } => f.write_str("the market is closed at this hour"),
            Held::Closed { why } => write!(f, "the market is closed for {why}"),
            Held::Window { from, to } => {
                write!(f, "trades are sent from {} to {} in New York", clock(*from), clock(*to))
            }
        }
    }
}

/// Why the market is closed on a day on which it trades.
const HOURS: &str = "its hours";
/// Sessions that are looked through for one that a window meets; the shortest and the longest are among them.
const SESSIONS_MAX: usize = 260;

/// When trades of this household may be sent.
///
/// # Errors
/// [`OutOfCalendar`] where the market's calendar ends before.
///
/// # Source
/// model.md, rows `schedule.frequency` and `schedule.window`.
pub fn opening(portfolio: &Portfolio, moment: &Moment) -> Result<Opening, OutOfCalendar> {
    let window = portfolio.wishes.window;
    let today = moment.eastern().date();
    let used = used_up(portfolio, moment);
    if let Some(none) = used.iter().find(|used| used.most == 0) {
        return Ok(Opening::Never { held: Held::Frequency(none.clone()) });
    }
    let free_from = used.iter().map(|used| used.free_from).max();
    let begin =
        free_from.map_or(moment.now, |day| moment.now.max(eastern::instant(day.to_datetime(Time::MIN))));
    let mut session = exchange::session_from(begin)?;
    for _ in 0..SESSIONS_MAX {
        if let Some(at) = first_instant(&session, window, begin) {
            return Ok(match in_the_way(used, window, moment.now, today)? {
                None => Opening::Now,
                Some(held) => Opening::From { at, held },
            });
        }
        session = exchange::session_from(session.closes)?;
    }
    let (from, to) = window.unwrap_or_default(); // without a window the first session will do
    Ok(Opening::Never { held: Held::Window { from, to } })
}

/// The first instant of a session that lies in the window and not before `begin`.
fn first_instant(session: &Session, window: Option<(u16, u16)>, begin: Timestamp) -> Option<Timestamp> {
    let at = begin.max(session.opens);
    let Some((from, to)) = window else { return session.contains(at).then_some(at) };
    let of_day = |minute: u16| time(minute).map(|time| eastern::instant(session.day.to_datetime(time)));
    let at = at.max(of_day(from)?);
    // Both ends belong to a window, to the second.
    let in_window = of_day(to).is_none_or(|last| at.as_second() <= last.as_second());
    (in_window && session.contains(at)).then_some(at)
}

/// The first thing that is in the way now: frequency, market, window.
fn in_the_way(
    used: Vec<UsedUp>,
    window: Option<(u16, u16)>,
    now: Timestamp,
    today: Date,
) -> Result<Option<Held>, OutOfCalendar> {
    if let Some(used) = used.into_iter().max_by_key(|used| used.free_from) {
        return Ok(Some(Held::Frequency(used)));
    }
    if exchange::session_at(now)?.is_none() {
        return Ok(Some(Held::Closed { why: exchange::closed_for(today)?.unwrap_or(HOURS) }));
    }
    let outside = window.filter(|window| !super::in_window(*window, eastern(now).time()));
    Ok(outside.map(|(from, to)| Held::Window { from, to }))
}

/// A minute of the day; `None` for 24:00 and beyond.
fn time(minute: u16) -> Option<Time> {
    let part = |n: u16| i8::try_from(n).ok();
    Time::new(part(minute / 60)?, part(minute % 60)?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::preference::Period;

    fn household(preferences: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "cash": 100, "target_allocation": {{"Cash": 1}}, "preferences": [{preferences}]}}"#
        );
        crate::read(&text).unwrap()
    }

    fn moment(now: &str, rebalances: &[&str]) -> Moment {
        Moment {
            now: now.parse().unwrap(),
            rebalances: rebalances.iter().map(|day| day.parse().unwrap()).collect(),
        }
    }

    fn told(preferences: &str, now: &str, rebalances: &[&str]) -> String {
        match opening(&household(preferences), &moment(now, rebalances)).unwrap() {
            Opening::Now => "now".to_owned(),
            Opening::From { at, held } => format!("{at}: {held}"),
            Opening::Never { held } => format!("never: {held}"),
        }
    }

    #[test]
    fn the_hours_of_the_market() {
        assert_eq!(told("", "2026-11-20T14:30:00Z", &[]), "now");
        assert_eq!(
            told("", "2026-11-20T14:29:59Z", &[]),
            "2026-11-20T14:30:00Z: the market is closed at this hour"
        );
        // The close of the Wednesday before Thanksgiving: Friday, which ends early.
        assert_eq!(
            told("", "2026-11-25T21:00:00Z", &[]),
            "2026-11-27T14:30:00Z: the market is closed at this hour"
        );
        assert_eq!(
            told("", "2026-11-26T16:00:00Z", &[]),
            "2026-11-27T14:30:00Z: the market is closed for Thanksgiving Day"
        );
        assert_eq!(
            told("", "2026-11-21T16:00:00Z", &[]),
            "2026-11-23T14:30:00Z: the market is closed for the weekend"
        );
    }

    #[test]
    fn a_window_that_an_early_close_misses_opens_on_the_next_day() {
        let afternoon = r#""execute_between_1400_1530_ET""#;
        assert_eq!(told(afternoon, "2026-11-25T20:30:00Z", &[]), "now");
        assert_eq!(
            told(afternoon, "2026-11-25T20:30:01Z", &[]),
            "2026-11-30T19:00:00Z: trades are sent from 14:00 to 15:30 in New York"
        );
        assert_eq!(
            told(r#""execute_between_0200_0929_ET""#, "2026-11-25T20:30:00Z", &[]),
            "never: trades are sent from 02:00 to 09:29 in New York"
        );
    }

    #[test]
    fn a_frequency_is_free_in_the_next_period() {
        let monthly = r#""max_trade_frequency_1_per_month", "execute_between_0945_1530_ET""#;
        assert_eq!(
            told(monthly, "2026-11-20T15:00:00Z", &["2026-11-02"]),
            "2026-12-01T14:45:00Z: 1 rebalance this month (2026-11-02) and 1 is the most"
        );
        assert_eq!(told(monthly, "2026-12-01T15:00:00Z", &["2026-11-02"]), "now");
        assert_eq!(
            told(
                r#""max_trade_frequency_2_per_week""#,
                "2026-11-20T15:00:00Z",
                &["2026-11-16", "2026-11-16"]
            ),
            "2026-11-23T14:30:00Z: 2 rebalances this week (2026-11-16) and 2 is the most"
        );
    }

    #[test]
    fn a_clock_that_is_wrong_is_an_error() {
        let refused = opening(&household(""), &moment("1970-01-01T00:00:00Z", &[])).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "the trading calendar has the years 2000 to 2099, and 1969-12-31 lies outside: check the clock or the date"
        );
    }

    proptest! {
        /// Whoever waits as told may trade then, and could not a second before; who is told never has a window that meets no session.
        #[test]
        fn waiting_helps_and_no_less_would(
            seconds in 1_700_000_000_i64..1_900_000_000,
            window in prop::option::of((560_u16..900, 1_u16..120)),
            most in prop::option::of((1_u32..3, 0_usize..5)),
            ago in prop::collection::vec(0_i64..40, 0..4),
        ) {
            let mut portfolio = household("");
            portfolio.wishes.window = window.map(|(from, length)| (from, from + length));
            portfolio.wishes.frequency = most.map(|(most, period)| (most, Period::ALL[period].0)).into_iter().collect();
            let now = Timestamp::from_second(seconds).unwrap();
            let days = ago.iter().map(|ago| eastern(Timestamp::from_second(seconds - ago * 86_400).unwrap()).date());
            let mut moment = Moment { now, rebalances: days.collect() };
            match opening(&portfolio, &moment).unwrap() {
                Opening::Now => {}
                // A window that has closed before the market opens.
                Opening::Never { held } => {
                    prop_assert!(portfolio.wishes.window.is_some_and(|(_, to)| to < 9 * 60 + 30), "{held}");
                }
                Opening::From { at, .. } => {
                    prop_assert!(at > now);
                    moment.now = at;
                    prop_assert_eq!(opening(&portfolio, &moment).unwrap(), Opening::Now);
                    moment.now = Timestamp::from_second(at.as_second() - 1).unwrap();
                    prop_assert!(opening(&portfolio, &moment).unwrap() != Opening::Now);
                }
            }
        }
    }
}
