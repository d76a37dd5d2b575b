//! Is a dividend qualified, and what does an early sale cost.
//!
//! In: acquisition, sale and ex-dividend dates. Out: days held in the window, and USD. The
//! invariant is that the acquisition date is the real one: a tacked holding period does not count
//! (IRC s.246(c)(3)(B)).

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::holding::{days_between, plus_days};

/// What kind of stock pays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stock {
    /// More than 60 days in the 121 around the ex-date.
    Common,
    /// Preferred stock with dividends for more than 366 days: more than 90 in the 181.
    PreferredLongPeriod,
}

impl Stock {
    fn half_window(self) -> i64 {
        match self {
            Self::Common => 60,
            Self::PreferredLongPeriod => 90,
        }
    }

    /// Days that must be reached.
    #[must_use]
    pub fn days_needed(self) -> i64 {
        self.half_window() + 1
    }
}

/// Days that count: from the day after `acquired` to `sold`, within the window around `ex_date`,
/// less the days in `reduced_risk` (puts, short positions; first and last day of each span,
/// which must not overlap).
///
/// # Source
/// IRC s.1(h)(11)(B)(iii)(I), 246(c)(1)-(4).
#[must_use]
pub fn days_held(
    stock: Stock,
    acquired: Date,
    sold: Date,
    ex_date: Date,
    reduced_risk: &[(Date, Date)],
) -> i64 {
    let first = plus_days(acquired, 1).max(plus_days(ex_date, -stock.half_window()));
    let last = sold.min(plus_days(ex_date, stock.half_window()));
    let days = |from: Date, to: Date| (days_between(from, to) + 1).max(0);
    let lost: i64 = reduced_risk.iter().map(|(from, to)| days((*from).max(first), (*to).min(last))).sum();
    (days(first, last) - lost).max(0)
}

/// Whether a dividend with `ex_date` is received and qualified, on shares acquired and sold so.
///
/// # Source
/// As [`days_held`]; entitlement: owned at the close before the ex-date.
#[must_use]
pub fn is_qualified(stock: Stock, acquired: Date, sold: Date, ex_date: Date) -> bool {
    is_entitled(acquired, sold, ex_date)
        && days_held(stock, acquired, sold, ex_date, &[]) >= stock.days_needed()
}

/// Whether the holder gets the dividend: bought before the ex-date, not sold before it.
#[must_use]
pub fn is_entitled(acquired: Date, sold: Date, ex_date: Date) -> bool {
    acquired < ex_date && sold >= ex_date
}

/// The first day on which a sale leaves the dividend qualified; None where there is no dividend.
#[must_use]
pub fn qualified_from(stock: Stock, acquired: Date, ex_date: Date) -> Option<Date> {
    (acquired < ex_date).then(|| plus_days(acquired, stock.days_needed()).max(ex_date))
}

/// What it costs that a dividend is taxed as ordinary income instead of as qualified, USD.
#[must_use]
pub fn cost_of_disqualifying(dividend: Decimal, ordinary: Decimal, qualified: Decimal) -> Decimal {
    dividend.saturating_mul(ordinary.saturating_sub(qualified))
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn days(acquired: Date, sold: Date, ex_date: Date) -> i64 {
        days_held(Stock::Common, acquired, sold, ex_date, &[])
    }

    #[test]
    fn qd_1_publication_550_example_1() {
        let (bought, sold, ex) = (date(2024, 7, 5), date(2024, 8, 8), date(2024, 7, 12));
        assert_eq!(days(bought, sold, ex), 34);
        assert!(!is_qualified(Stock::Common, bought, sold, ex));
    }

    #[test]
    fn qd_2_publication_550_example_2_has_61_days_in_the_window() {
        let (bought, sold, ex) = (date(2024, 7, 11), date(2024, 9, 13), date(2024, 7, 12));
        assert_eq!(days(bought, sold, ex), 61);
        assert!(is_qualified(Stock::Common, bought, sold, ex));
    }

    #[test]
    fn qd_3_and_qd_4_the_61st_day() {
        let ex = date(2026, 6, 10);
        for (id, bought, sold, held) in [
            ("QD-3", date(2026, 6, 9), date(2026, 8, 9), 61),
            ("QD-3", date(2026, 6, 9), date(2026, 8, 8), 60),
            ("QD-4", date(2026, 4, 10), ex, 61),
            ("QD-4", date(2026, 4, 11), ex, 60),
        ] {
            assert_eq!(days(bought, sold, ex), held, "{id}");
            assert_eq!(is_qualified(Stock::Common, bought, sold, ex), held == 61, "{id}");
            let from = qualified_from(Stock::Common, bought, ex).unwrap();
            assert_eq!(sold >= from, held == 61, "{id}");
        }
    }

    #[test]
    fn qd_5_tacked_days_do_not_count() {
        // The lot's holding_start is 200 days earlier; only its own acquisition date is asked for.
        let ex = date(2026, 6, 10);
        let bought = plus_days(ex, -30);
        assert_eq!(days(bought, plus_days(ex, 30), ex), 60);
        assert!(!is_qualified(Stock::Common, bought, plus_days(ex, 30), ex));
        assert!(is_qualified(Stock::Common, bought, plus_days(ex, 31), ex));
    }

    #[test]
    fn qd_6_what_disqualifying_costs() {
        let dividend = Decimal::new(500, 0) * Decimal::new(80, 2);
        let cost = cost_of_disqualifying(dividend, Decimal::new(24, 2), Decimal::new(15, 2));
        assert_eq!(cost, Decimal::new(36, 0));
    }

    #[test]
    fn days_at_reduced_risk_and_without_entitlement_do_not_count() {
        let ex = date(2026, 6, 10);
        let hedge = [(date(2026, 7, 1), date(2026, 7, 10))];
        let held = days_held(Stock::Common, date(2026, 6, 9), date(2026, 8, 9), ex, &hedge);
        assert_eq!(held, 51);
        assert!(!is_entitled(ex, date(2026, 9, 1), ex));
        assert_eq!(qualified_from(Stock::Common, ex, ex), None);
        assert_eq!(Stock::PreferredLongPeriod.days_needed(), 91);
    }
}
