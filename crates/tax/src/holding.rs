//! Since when is a lot held, and is a sale of it short-term or long-term.
//!
//! In: trade dates (never settlement dates). Out: dates and a [`Term`]. The invariant is that every
//! function is total: a date at the end of the calendar saturates and nothing panics.

use jiff::civil::Date;
use jiff::{SignedDuration, civil};
use serde::Serialize;

/// Whether a gain is taxed as short-term or long-term.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
pub enum Term {
    /// Held not more than one year.
    #[serde(rename = "short-term")]
    Short,
    /// Held more than one year.
    #[serde(rename = "long-term")]
    Long,
}

impl Term {
    /// `short-term` or `long-term`, the words that portfolio documents use for a lot.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Short => "short-term",
            Self::Long => "long-term",
        }
    }
}

/// The first day on which a lot acquired on `acquired` is long-term: the day after, plus one
/// calendar year, 29 February becoming 1 March. Past the end of the calendar it is the last day.
///
/// # Source
/// IRC s.1222(1)-(4); Rev. Rul. 66-7 (calendar months, month ends) and 70-598 (the day of
/// acquisition is left out, the day of sale counts). Rule 1.5 of the tax facts.
#[must_use]
pub fn long_term_from(acquired: Date) -> Date {
    let Ok(start) = acquired.tomorrow() else {
        return Date::MAX;
    };
    let Some(year) = start.year().checked_add(1) else {
        return Date::MAX;
    };
    Date::new(year, start.month(), start.day())
        .or_else(|_| Date::new(year, 3, 1)) // 29 February
        .unwrap_or(Date::MAX)
}

/// Whether a lot acquired on `acquired` is long-term when sold on `as_of`, both trade dates.
///
/// # Source
/// [`long_term_from`]; Rev. Rul. 66-97 (trade date at both ends).
#[must_use]
pub fn is_long_term(acquired: Date, as_of: Date) -> bool {
    as_of >= long_term_from(acquired)
}

/// The last acquisition date whose lots are long-term when sold on `as_of`: for many lots and one day, so that each
/// takes a comparison.
#[must_use]
pub fn last_long_term(as_of: Date) -> Date {
    // A year and a day, with one more for 29 February.
    let mut last = plus_days(as_of, -368);
    while let Ok(next) = last.tomorrow() {
        if !is_long_term(next, as_of) {
            break;
        }
        last = next;
    }
    last
}

/// The [`Term`] of a sale on `sold` of a lot held since `holding_start` (the acquisition date,
/// or the tacked one of a wash-sale replacement or gift).
#[must_use]
pub fn term(holding_start: Date, sold: Date) -> Term {
    if is_long_term(holding_start, sold) { Term::Long } else { Term::Short }
}

/// The day `months` calendar months before `date`, the day of month clamped to the end of a
/// shorter month (31 March less one month is the last day of February).
///
/// # Source
/// Rule `holding_period.minimum` of the rebalancing model.
#[must_use]
pub fn months_before(date: Date, months: u32) -> Date {
    let index = i64::from(date.year()) * 12 + i64::from(date.month()) - 1 - i64::from(months);
    let (year, month) = (index.div_euclid(12), index.rem_euclid(12) + 1);
    let (Ok(year), Ok(month)) = (i16::try_from(year), i8::try_from(month)) else {
        return Date::MIN;
    };
    let Ok(first) = Date::new(year, month, 1) else {
        return Date::MIN;
    };
    civil::date(year, month, date.day().min(first.days_in_month()))
}

/// Whether a lot acquired on `acquired` has been held `months` calendar months on `as_of`.
///
/// # Source
/// Rule `holding_period.minimum` of the rebalancing model.
#[must_use]
pub fn min_holding_satisfied(acquired: Date, as_of: Date, months: u32) -> bool {
    acquired <= months_before(as_of, months)
}

/// The date from which a wash-sale replacement counts as held: its own acquisition, earlier by as
/// many days as the shares sold at a loss were held (`loss_holding_start` to `loss_sold`).
///
/// Days between the sale and the replacement are not counted; chains add up because
/// `loss_holding_start` may itself be tacked.
///
/// # Source
/// IRC s.1223(3); the convention 1.8 of the tax facts, which agrees with Reg. 1.1091-1(h) Ex. 3.
#[must_use]
pub fn tacked_start(replacement_acquired: Date, loss_sold: Date, loss_holding_start: Date) -> Date {
    plus_days(replacement_acquired, -days_between(loss_holding_start, loss_sold).max(0))
}

/// Calendar days from `from` to `to`; negative where `to` is the earlier.
#[must_use]
pub fn days_between(from: Date, to: Date) -> i64 {
    to.duration_since(from).as_secs() / 86_400
}

/// `date` moved by `days`, saturating at the ends of the calendar.
#[must_use]
pub fn plus_days(date: Date, days: i64) -> Date {
    const CALENDAR_DAYS: i64 = 8_000_000; // more than there are from Date::MIN to Date::MAX
    date.saturating_add(SignedDuration::from_hours(days.clamp(-CALENDAR_DAYS, CALENDAR_DAYS) * 24))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn hp_1_to_hp_6_the_day_a_lot_turns_long_term() {
        for (id, acquired, last_short, first_long) in [
            ("HP-1", date(2024, 3, 15), date(2025, 3, 15), date(2025, 3, 16)),
            ("HP-2", date(2024, 2, 29), date(2025, 2, 28), date(2025, 3, 1)),
            ("HP-3", date(2023, 2, 28), date(2024, 2, 29), date(2024, 3, 1)),
            ("HP-4", date(2024, 2, 28), date(2025, 2, 28), date(2025, 3, 1)),
            ("HP-5", date(2023, 12, 31), date(2024, 12, 31), date(2025, 1, 1)),
            ("HP-6", date(2024, 8, 30), date(2025, 8, 30), date(2025, 8, 31)),
        ] {
            assert_eq!(term(acquired, last_short), Term::Short, "{id}");
            assert_eq!(term(acquired, first_long), Term::Long, "{id}");
            assert_eq!(long_term_from(acquired), first_long, "{id}");
        }
    }

    #[test]
    fn the_last_long_term_day_is_the_last_one_for_every_day_of_eight_years() {
        let mut as_of = date(2023, 1, 1);
        while as_of < date(2031, 1, 1) {
            let last = last_long_term(as_of);
            assert!(is_long_term(last, as_of), "{as_of}");
            assert!(!is_long_term(last.tomorrow().unwrap(), as_of), "{as_of}");
            as_of = as_of.tomorrow().unwrap();
        }
        assert_eq!(last_long_term(Date::MAX), Date::MAX);
    }

    #[test]
    fn hp_9_a_replacement_takes_over_the_days_of_the_loss_lot() {
        let tacked = tacked_start(date(2025, 3, 20), date(2025, 3, 11), date(2025, 1, 10));
        assert_eq!(tacked, date(2025, 1, 19));
        assert_eq!(days_between(date(2025, 1, 10), date(2025, 3, 11)), 60);
        assert_eq!(long_term_from(tacked), date(2026, 1, 20));
    }

    #[test]
    fn months_before_clamps_to_the_end_of_a_short_month() {
        assert_eq!(months_before(date(2025, 3, 31), 1), date(2025, 2, 28));
        assert_eq!(months_before(date(2024, 3, 31), 1), date(2024, 2, 29));
        assert_eq!(months_before(date(2026, 1, 15), 13), date(2024, 12, 15));
        assert_eq!(months_before(date(2026, 1, 15), 0), date(2026, 1, 15));
        assert!(min_holding_satisfied(date(2025, 2, 28), date(2025, 3, 31), 1));
        assert!(!min_holding_satisfied(date(2025, 3, 1), date(2025, 3, 31), 1));
    }

    #[test]
    fn the_ends_of_the_calendar_saturate() {
        assert_eq!(long_term_from(Date::MAX), Date::MAX);
        assert_eq!(long_term_from(date(9998, 12, 31)), Date::MAX);
        assert_eq!(months_before(Date::MIN, u32::MAX), Date::MIN);
        assert_eq!(plus_days(Date::MAX, i64::MAX), Date::MAX);
        assert_eq!(plus_days(Date::MIN, i64::MIN), Date::MIN);
        assert_eq!(tacked_start(Date::MIN, Date::MAX, Date::MIN), Date::MIN);
    }
}
