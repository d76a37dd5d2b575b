//! When does a trade settle, and what may a cash account do before it has.
//!
//! In: trade dates; the settled cash and the trades of a cash account in order. Out: settlement
//! dates and [`Finding`]s. The invariant is that holding periods and tax years never come from
//! here: those go by the trade date.

mod cash_account;

use jiff::civil::{Date, date};

pub use cash_account::{CashTrade, Finding, Shares, review};

use crate::calendar::{UnknownYear, is_settlement_day, is_trading_day};

/// The first trade date that settles on the next settlement day.
const T_PLUS_1_FROM: Date = date(2024, 5, 28);

/// Why a trade has no settlement date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SettlementError {
    /// The market was closed.
    #[error("{day} is no trading day: give the day on which the trade was made")]
    NotATradingDay {
        /// The day given.
        day: Date,
    },
    /// The calendar does not reach so far.
    #[error(transparent)]
    UnknownYear(#[from] UnknownYear),
}

/// The day on which a trade of `traded` settles: one settlement day later, two before 28 May 2024.
///
/// It is also the last day on which the lots of the sale may be identified.
///
/// # Errors
/// [`SettlementError`] for a day without trading or beyond the calendar.
///
/// # Source
/// 17 CFR 240.15c6-1(a); Reg. 1.1012-1(c)(8) (the deadline).
pub fn settlement_date(traded: Date) -> Result<Date, SettlementError> {
    if !is_trading_day(traded)? {
        return Err(SettlementError::NotATradingDay { day: traded });
    }
    let mut missing = settlement_days(traded);
    let mut day = traded;
    while missing > 0 {
        day = day.tomorrow().map_err(|_| UnknownYear { year: day.year() })?;
        if is_settlement_day(day)? {
            missing -= 1;
        }
    }
    Ok(day)
}

/// How many settlement days after its trade date a trade settles.
///
/// # Source
/// 17 CFR 240.15c6-1(a).
#[must_use]
pub fn settlement_days(traded: Date) -> usize {
    if traded >= T_PLUS_1_FROM { 1 } else { 2 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn set_1_and_hp_10_a_holiday_and_a_weekend_are_skipped() {
        assert_eq!(settlement_date(date(2026, 7, 2)), Ok(date(2026, 7, 6)));
    }

    #[test]
    fn t_plus_1_began_on_28_may_2024() {
        assert_eq!(settlement_date(date(2024, 5, 24)), Ok(date(2024, 5, 29)));
        assert_eq!(settlement_date(date(2024, 5, 28)), Ok(date(2024, 5, 29)));
        assert_eq!(settlement_date(date(2025, 10, 10)), Ok(date(2025, 10, 14)));
        assert_eq!(settlement_date(date(2025, 10, 13)), Ok(date(2025, 10, 14)));
        assert_eq!(settlement_date(date(2025, 1, 8)), Ok(date(2025, 1, 9)));
    }

    #[test]
    fn days_without_trading_and_beyond_the_calendar_are_errors() {
        let saturday = date(2026, 7, 4);
        assert_eq!(settlement_date(saturday), Err(SettlementError::NotATradingDay { day: saturday }));
        let beyond = Err(SettlementError::UnknownYear(UnknownYear { year: 2028 }));
        assert_eq!(settlement_date(date(2027, 12, 31)), beyond);
    }
}
