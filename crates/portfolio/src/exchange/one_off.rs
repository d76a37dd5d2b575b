//! Days that no rule closes or shortens: attacks, storms, mourning.
//!
//! In: a day. Out: what is known of it. A new one is a new row; without it the calendar believes that the market
//! trades, so whoever trades also asks the broker. Source: the exchanges' notices of those days.

use jiff::civil::{Date, Time, date};

/// Closed all day, ascending.
const CLOSED: [(Date, &str); 10] = [
    (date(2001, 9, 11), "the attacks of 11 September"),
    (date(2001, 9, 12), "the attacks of 11 September"),
    (date(2001, 9, 13), "the attacks of 11 September"),
    (date(2001, 9, 14), "the attacks of 11 September"),
    (date(2004, 6, 11), "mourning for Ronald Reagan"),
    (date(2007, 1, 2), "mourning for Gerald Ford"),
    (date(2012, 10, 29), "Hurricane Sandy"),
    (date(2012, 10, 30), "Hurricane Sandy"),
    (date(2018, 12, 5), "mourning for George H. W. Bush"),
    (date(2025, 1, 9), "mourning for Jimmy Carter"),
];

/// Open for other hours, ascending: opening and close in New York.
const HOURS: [(Date, Time, Time, &str); 2] = [
    (date(2002, 9, 11), Time::constant(12, 0, 0, 0), super::CLOSES, "the first anniversary of 11 September"),
    (date(2003, 12, 26), super::OPENS, super::CLOSES_EARLY, "the day after Christmas 2003"),
];

/// Why the market was closed.
pub(super) fn closed(day: Date) -> Option<&'static str> {
    let row = CLOSED.binary_search_by_key(&day, |(day, _)| *day).ok()?;
    Some(CLOSED[row].1)
}

/// Opening, close, and why they are not the regular ones.
pub(super) fn hours(day: Date) -> Option<(Time, Time, &'static str)> {
    let row = HOURS.binary_search_by_key(&day, |(day, ..)| *day).ok()?;
    let (_, opens, closes, why) = HOURS[row];
    Some((opens, closes, why))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_ascend_and_tell_what_no_rule_does() {
        assert!(CLOSED.is_sorted_by(|a, b| a.0 < b.0) && HOURS.is_sorted_by(|a, b| a.0 < b.0));
        for (day, _) in CLOSED {
            assert_eq!(super::super::holidays::holiday(day), None, "{day}");
        }
        for (day, ..) in HOURS {
            assert_eq!(super::super::holidays::early_close(day), None, "{day}");
        }
    }
}
