//! When may a household trade: how often, in which hours, and from when on.
//!
//! In: the wishes of a portfolio, and a [`Moment`]: the clock and the rebalances before it, as arguments. Out: which
//! of the wishes are used up ([`used_up`]), whether a time lies in the window ([`in_window`]), and the first instant
//! at which the market is open and no wish is in the way ([`opening`](mod@opening)). The rules `schedule.frequency`
//! and `schedule.window` and whoever watches a household ask the same functions. Invariant: nothing here reads a
//! clock; periods are those of the calendar in New York, weeks from Monday.

pub mod opening;

use std::collections::BTreeSet;
use std::fmt;

use jiff::civil::{Date, DateTime, Time};
use jiff::{Timestamp, ToSpan};

use crate::exchange::eastern;
use crate::household::Portfolio;
use crate::preference::Period;

pub use opening::{Held, Opening, opening};

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

/// A `max_trade_frequency_N_per_P` that allows no further rebalance in its period.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedUp {
    /// N.
    pub most: u32,
    /// P.
    pub period: Period,
    /// The rebalances of the period, ascending; two of one day are two.
    pub days: Vec<Date>,
    /// The first day of the next period.
    pub free_from: Date,
}

/// Told as a sentence without its end: `1 rebalance this month (2026-11-02) and 1 is the most`.
impl fmt::Display for UsedUp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let listed: BTreeSet<String> = self.days.iter().map(ToString::to_string).collect();
        let listed = listed.into_iter().collect::<Vec<_>>().join(", ");
        let (count, one) = (self.days.len(), self.period.word());
        let plural = if count == 1 { "" } else { "s" };
        write!(f, "{count} rebalance{plural} this {one} ({listed}) and {} is the most", self.most)
    }
}

/// The frequencies that are used up at a moment; `monitoring.last_rebalance` counts.
///
/// # Source
/// model.md, row `schedule.frequency`; the periods are a house decision.
#[must_use]
pub fn used_up(portfolio: &Portfolio, moment: &Moment) -> Vec<UsedUp> {
    let today = moment.eastern().date();
    let mut on_record = moment.rebalances.clone();
    if let Some(last) = portfolio.monitoring.last_rebalance.filter(|day| !on_record.contains(day)) {
        on_record.push(last);
    }
    on_record.retain(|day| *day <= today);
    on_record.sort_unstable();
    let of_wish = |(most, period): &(u32, Period)| {
        let same = |day: &&Date| same_period(*period, **day, today);
        let days: Vec<Date> = on_record.iter().filter(same).copied().collect();
        let used = days.len() >= usize::try_from(*most).unwrap_or(usize::MAX);
        used.then(|| UsedUp { most: *most, period: *period, days, free_from: next_period(*period, today) })
    };
    portfolio.wishes.frequency.iter().filter_map(of_wish).collect()
}

/// Whether two days lie in one period.
#[must_use]
pub fn same_period(period: Period, a: Date, b: Date) -> bool {
    first_day(period, a) == first_day(period, b)
}

/// The first day of the period after that of `day`; the last day there is where time ends before.
#[must_use]
pub fn next_period(period: Period, day: Date) -> Date {
    let span = match period {
        Period::Day => 1.day(),
        Period::Week => 1.week(),
        Period::Month => 1.month(),
        Period::Quarter => 3.months(),
        Period::Year => 1.year(),
    };
    first_day(period, day).saturating_add(span)
}

fn first_day(period: Period, day: Date) -> Date {
    let back = |days: i8| day.saturating_sub(i64::from(days).days());
    match period {
        Period::Day => day,
        Period::Week => back(day.weekday().to_monday_zero_offset()),
        Period::Month => day.first_of_month(),
        Period::Quarter => {
            let months = (day.month() - 1) % 3;
            day.first_of_month().saturating_sub(i64::from(months).months())
        }
        Period::Year => day.first_of_year(),
    }
}

/// Whether a time of day lies in a window of minutes after midnight; both ends, to the second, belong to it.
///
/// # Source
/// model.md, row `schedule.window`.
#[must_use]
pub fn in_window((from, to): (u16, u16), time: Time) -> bool {
    let second = i32::from(time.hour()) * 3600 + i32::from(time.minute()) * 60 + i32::from(time.second());
    (i32::from(from) * 60..=i32::from(to) * 60).contains(&second)
}

/// A minute of the day as people write it: `09:45`.
#[must_use]
pub fn clock(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn periods_follow_the_calendar() {
        let day = date(2026, 11, 26); // a Thursday
        for (period, next) in [
            (Period::Day, date(2026, 11, 27)),
            (Period::Week, date(2026, 11, 30)),
            (Period::Month, date(2026, 12, 1)),
            (Period::Quarter, date(2027, 1, 1)),
            (Period::Year, date(2027, 1, 1)),
        ] {
            assert_eq!(next_period(period, day), next, "{period:?}");
        }
        // A week may lie in two years.
        assert!(same_period(Period::Week, date(2026, 12, 31), date(2027, 1, 3)));
        assert!(!same_period(Period::Week, date(2027, 1, 3), date(2027, 1, 4)));
    }

    #[test]
    fn the_ends_of_time_are_no_panic() {
        for (period, _) in Period::ALL {
            assert!(next_period(period, Date::MAX) <= Date::MAX);
            assert!(same_period(period, Date::MIN, Date::MIN));
        }
    }

    proptest! {
        /// The next period begins after the day, the day before it is still the old one.
        #[test]
        fn a_period_ends_where_the_next_begins(days in 0_i32..40_000, period in 0_usize..5) {
            let (period, _) = Period::ALL[period];
            let day = date(1999, 12, 28).saturating_add(days.days());
            let next = next_period(period, day);
            prop_assert!(next > day);
            prop_assert!(same_period(period, day, next.yesterday().unwrap()));
            prop_assert!(!same_period(period, day, next));
        }
    }
}
