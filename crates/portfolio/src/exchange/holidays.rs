//! Which days the rules of the exchanges close, and on which they close early.
//!
//! In: a day from [`super::YEAR_MIN`] on. Out: the name of the holiday, or of the day that ends at 13:00. Invariant:
//! a rule applies from the year in which it was made; a day is named for the holiday that it is observed for.
//!
//! Source: NYSE rule 7.2 (a holiday on a Saturday is kept on Friday, unless unusual business conditions exist such as
//! the end of a month or of a year; one on a Sunday on Monday) and the exchanges' yearly notices of holidays and hours.

use jiff::ToSpan;
use jiff::civil::{Date, Weekday, date};

/// The first year in which Juneteenth closed the market.
const JUNETEENTH_FROM: i16 = 2022;
/// The first year in which a Wednesday before Independence Day ended early, and no longer the Friday after it.
const EVE_ON_WEDNESDAY_FROM: i16 = 2013;

/// The holiday that is observed on `day`.
pub(super) fn holiday(day: Date) -> Option<&'static str> {
    use Weekday::{Monday, Thursday};
    let year = day.year();
    match day.month() {
        // On a Saturday it would fall on the last day of the year, which is not given up.
        1 if day == observed(date(year, 1, 1)) => Some("New Year's Day"),
        1 if is_nth(day, 3, Monday) => Some("Martin Luther King Jr. Day"),
        2 if is_nth(day, 3, Monday) => Some("Washington's Birthday"),
        3 | 4 if day == good_friday(year) => Some("Good Friday"),
        5 if is_nth(day, -1, Monday) => Some("Memorial Day"),
        6 if year >= JUNETEENTH_FROM && day == observed(date(year, 6, 19)) => Some("Juneteenth"),
        7 if day == observed(date(year, 7, 4)) => Some("Independence Day"),
        9 if is_nth(day, 1, Monday) => Some("Labor Day"),
        11 if is_nth(day, 4, Thursday) => Some("Thanksgiving Day"),
        12 if day == observed(date(year, 12, 25)) => Some("Christmas Day"),
        _ => None,
    }
}

/// Why a trading day ends at 13:00.
pub(super) fn early_close(day: Date) -> Option<&'static str> {
    use Weekday::{Friday, Wednesday};
    let weekday = day.weekday();
    let present = day.year() >= EVE_ON_WEDNESDAY_FROM;
    match (day.month(), day.day()) {
        // A Friday would be the holiday itself, observed, or lie before a Saturday's.
        (7, 3) if weekday != Friday && (present || weekday != Wednesday) => {
            Some("the eve of Independence Day")
        }
        (7, 5) if weekday == Friday && !present => Some("the day after Independence Day"),
        (11, _) if weekday == Friday && is_nth(day.saturating_sub(1.day()), 4, Weekday::Thursday) => {
            Some("the day after Thanksgiving")
        }
        (12, 24) if weekday != Friday => Some("Christmas Eve"),
        _ => None,
    }
}

/// Whether `day` is the nth such weekday of its month; the last one for -1.
fn is_nth(day: Date, n: i8, weekday: Weekday) -> bool {
    day.nth_weekday_of_month(n, weekday).is_ok_and(|nth| nth == day)
}

/// Saturday's is observed on Friday, Sunday's on Monday.
fn observed(holiday: Date) -> Date {
    match holiday.weekday() {
        Weekday::Saturday => holiday.saturating_sub(1.day()),
        Weekday::Sunday => holiday.saturating_add(1.day()),
        _ => holiday,
    }
}

/// Two days before Easter.
///
/// # Source
/// The anonymous Gregorian computus (Nature, 20 April 1876; Meeus, Astronomical Algorithms, ch. 8).
fn good_friday(year: i16) -> Date {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let g = (8 * b + 13) / 25;
    let h = (19 * a + b - b / 4 - g + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let days_of_march = h + l - 7 * m + 22;
    date(year, 3, 1).saturating_add((days_of_march - 1 - 2).days())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn easter_at_its_ends() {
        // The earliest and the latest there can be in these centuries, and some between.
        for (year, month, day) in [
            (2008, 3, 21),
            (2038, 4, 23),
            (2000, 4, 21),
            (2024, 3, 29),
            (2025, 4, 18),
            (2027, 3, 26),
            (2076, 4, 17),
        ] {
            assert_eq!(good_friday(year), date(year, month, day));
            assert_eq!(good_friday(year).weekday(), Weekday::Friday);
        }
    }

    #[test]
    fn a_new_year_on_a_saturday_closes_nothing() {
        for year in [2000, 2005, 2011, 2022, 2028] {
            let new_year = date(year, 1, 1);
            assert_eq!(new_year.weekday(), Weekday::Saturday);
            assert_eq!(holiday(new_year.yesterday().unwrap()), None, "{year}");
            assert_eq!(holiday(date(year, 1, 3)), None, "{year}");
        }
        assert_eq!(holiday(date(2023, 1, 2)), Some("New Year's Day"));
    }

    #[test]
    fn the_eve_of_independence_day_changed_in_2013() {
        assert_eq!(early_close(date(2002, 7, 3)), None);
        assert_eq!(early_close(date(2002, 7, 5)), Some("the day after Independence Day"));
        assert_eq!(early_close(date(2013, 7, 3)), Some("the eve of Independence Day"));
        assert_eq!(early_close(date(2013, 7, 5)), None);
        assert_eq!(early_close(date(2026, 7, 2)), None);
        assert_eq!(holiday(date(2026, 7, 3)), Some("Independence Day"));
    }
}
