//! On which days do the US markets trade, and on which do trades settle.
//!
//! In: a date. Out: yes or no, from `data/market_holidays.csv`. The invariant is that a year that
//! is not in the table is an error: a holiday is never guessed.
//!
//! The table follows the exchanges' rules (a test computes them anew) and one closure that no rule
//! gives; on Columbus and Veterans Day markets trade but trades do not settle, the banks being
//! closed. All of it is unconfirmed: no exchange calendar was read.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use jiff::civil::{Date, Weekday};

/// The market is closed and nothing settles.
const CLOSED: &str = "closed";
/// The market is open but nothing settles.
const NO_SETTLEMENT: &str = "no_settlement";
/// The market is closed but trades settle.
const CLOSED_SETTLES: &str = "closed_settles";

/// A year for which the holidays are not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no market holidays are known for {year}: the calendar has {} to {}", known().0, known().1)]
pub struct UnknownYear {
    /// The year that was asked for.
    pub year: i16,
}

/// Whether the US stock markets trade on `date`.
///
/// # Errors
/// [`UnknownYear`].
pub fn is_trading_day(date: Date) -> Result<bool, UnknownYear> {
    let kind = kind_of(date)?;
    Ok(!is_weekend(date) && !matches!(kind, Some(CLOSED | CLOSED_SETTLES)))
}

/// Whether trades settle on `date`.
///
/// # Errors
/// [`UnknownYear`].
pub fn is_settlement_day(date: Date) -> Result<bool, UnknownYear> {
    let kind = kind_of(date)?;
    Ok(!is_weekend(date) && !matches!(kind, Some(CLOSED | NO_SETTLEMENT)))
}

/// The holidays of a year as the table has them: date, kind and name.
pub fn holidays(year: i16) -> impl Iterator<Item = (Date, &'static str, &'static str)> {
    let of_year = HOLIDAYS.iter().filter(move |(date, _)| date.year() == year);
    of_year.map(|(date, (kind, name))| (*date, kind.as_str(), name.as_str()))
}

fn kind_of(date: Date) -> Result<Option<&'static str>, UnknownYear> {
    let (first, last) = known();
    if !(first..=last).contains(&date.year()) {
        return Err(UnknownYear { year: date.year() });
    }
    Ok(HOLIDAYS.get(&date).map(|(kind, _)| kind.as_str()))
}

fn is_weekend(date: Date) -> bool {
    matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday)
}

/// The first and last year of the table.
fn known() -> (i16, i16) {
    let year = |entry: Option<(&Date, _)>| entry.map_or(0, |(date, _)| date.year());
    (year(HOLIDAYS.first_key_value()), year(HOLIDAYS.last_key_value()))
}

static HOLIDAYS: LazyLock<BTreeMap<Date, (String, String)>> = LazyLock::new(|| {
    csv::Reader::from_reader(include_str!("../data/market_holidays.csv").as_bytes())
        .deserialize()
        .map(|row| {
            let (date, kind, name): (String, String, String) = row.expect("the embedded calendar is valid");
            (date.parse().expect("the embedded calendar has dates"), (kind, name))
        })
        .collect()
});

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    /// The nth `weekday` of a month; the last one for n = -1.
    fn nth(year: i16, month: i8, n: i8, weekday: Weekday) -> Date {
        date(year, month, 1).nth_weekday_of_month(n, weekday).unwrap()
    }

    /// Saturday is observed on Friday, Sunday on Monday.
    fn observed(day: Date) -> Date {
        match day.weekday() {
            Weekday::Saturday => day.yesterday().unwrap(),
            Weekday::Sunday => day.tomorrow().unwrap(),
            _ => day,
        }
    }

    /// Easter Sunday less two days (the anonymous Gregorian algorithm).
    fn good_friday(year: i16) -> Date {
        let y = i32::from(year);
        let (a, b, c) = (y % 19, y / 100, y % 100);
        let g = (8 * b + 13) / 25;
        let h = (19 * a + b - b / 4 - g + 15) % 30;
        let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
        let m = (a + 11 * h + 22 * l) / 451;
        let month = (h + l - 7 * m + 114) / 31;
        let day = (h + l - 7 * m + 114) % 31 + 1;
        let easter = date(year, i8::try_from(month).unwrap(), i8::try_from(day).unwrap());
        crate::holding::plus_days(easter, -2)
    }

    #[test]
    fn the_table_is_what_the_rules_of_the_exchanges_give() {
        use Weekday::{Monday, Thursday};
        for year in 2024..=2027 {
            let mut rules = vec![
                nth(year, 1, 3, Monday),
                nth(year, 2, 3, Monday),
                good_friday(year),
                nth(year, 5, -1, Monday),
                observed(date(year, 6, 19)),
                observed(date(year, 7, 4)),
                nth(year, 9, 1, Monday),
                nth(year, 11, 4, Thursday),
                observed(date(year, 12, 25)),
            ];
            let new_year = date(year, 1, 1);
            if new_year.weekday() != Weekday::Saturday {
                rules.push(observed(new_year)); // a Saturday's is not made up for
            }
            rules.sort();
            let closed = holidays(year).filter(|day| day.1 == CLOSED).map(|day| day.0);
            assert_eq!(closed.collect::<Vec<_>>(), rules, "{year}");
            let banks = holidays(year).filter(|day| day.1 == NO_SETTLEMENT).map(|day| day.0);
            let expected = [nth(year, 10, 2, Monday), date(year, 11, 11)];
            assert_eq!(banks.collect::<Vec<_>>(), expected, "{year}");
        }
    }

    #[test]
    fn an_unknown_year_is_an_error() {
        let error = is_trading_day(date(2028, 1, 3)).unwrap_err();
        assert_eq!(error.to_string(), "no market holidays are known for 2028: the calendar has 2024 to 2027");
        assert_eq!(is_trading_day(date(2026, 7, 3)), Ok(false));
        assert_eq!(is_trading_day(date(2026, 7, 4)), Ok(false));
        assert_eq!(is_settlement_day(date(2026, 10, 12)), Ok(false));
        assert_eq!(is_trading_day(date(2026, 10, 12)), Ok(true));
    }
}
