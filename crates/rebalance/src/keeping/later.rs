//! What time alone changes in a portfolio: sales settle, and a tax year ends.
//!
//! In: a portfolio as it was read, and a later day. Out: what is settled, where the tax of the year stands, and whose tables count, on that day. Invariants: cash
//! is what it was; nothing is settled before every sale that the portfolio can know of is; a loss is neither lost nor counted twice when a
//! year ends.

use jiff::civil::Date;
use portfolio::{Decimal, Portfolio};
use tax::calendar::is_settlement_day;
use tax::settlement::settlement_days;

use super::document::{self, HeldAccount, TaxPosition};
use crate::household_rates::netted;

/// What is held on a later day: all cash is settled once a trade of the portfolio's own day has.
pub(super) fn held_on(read: &Portfolio, day: Date) -> Vec<HeldAccount> {
    let mut accounts = document::held(read);
    if have_settled(read.as_of, day) {
        for account in &mut accounts {
            account.settled_cash = account.settled_cash.map(|_| account.cash);
        }
    }
    accounts
}

/// Whether trades up to and including `traded` have settled by the beginning of `day`. A day that the calendar does not know settles nothing.
fn have_settled(traded: Date, day: Date) -> bool {
    let after = traded.series(jiff::Span::new().days(1)).skip(1).take_while(|next| *next <= day);
    let settling = after.filter(|next| is_settlement_day(*next).unwrap_or(false));
    settling.take(settlement_days(traded)).count() == settlement_days(traded)
}

/// Where the tax stands on a later day. Where a year has ended, what was realised has been netted: gains are taxed, and of a loss
/// what is not deducted is carried on.
///
/// # Source
/// [`netted`].
pub(super) fn tax_on(read: &Portfolio, before: TaxPosition, day: Date) -> TaxPosition {
    let mut position = before;
    for _ in read.as_of.year()..day.year() {
        let (realised, carried) = (position.realised, position.carried);
        let netted = netted(&read.tax, realised.0 - carried.0, realised.1 - carried.1);
        let carried = (netted.short_term_carried, netted.long_term_carried);
        position = TaxPosition { realised: (Decimal::ZERO, Decimal::ZERO), carried };
    }
    position
}

/// The year whose tables count on a later day, where that is another than before: a household that looks its rates up by the year of its document goes on with
/// the year, as far as there are tables. Its income and its status are taken to be what they were, until a document says otherwise.
///
/// # Source
/// House decision (2026-11-26): brackets move with every year, and the income that was told last is the best that is known of the next.
pub(super) fn tables_on(read: &Portfolio, day: Date) -> Option<i16> {
    let before = read.tax.year?;
    if day.year() <= read.as_of.year() || before > read.as_of.year() {
        return None;
    }
    tax::brackets::years().filter(|year| *year <= day.year()).max().filter(|year| *year > before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::dec;

    fn read(as_of: &str, tax: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "{as_of}", "target_allocation": {{"Cash": 1}}, "securities": [], "tax": {tax},
                "accounts": [{{"account_id": "a", "kind": "taxable", "cash": 100, "settled_cash": 40, "holdings": []}}]}}"#
        );
        portfolio::read(&text).unwrap()
    }

    #[test]
    fn cash_settles_a_settlement_day_later() {
        for (as_of, day, settled) in [
            ("2026-11-20", date(2026, 11, 20), dec!(40)),
            ("2026-11-20", date(2026, 11, 22), dec!(40)),
            ("2026-11-20", date(2026, 11, 23), dec!(100)),
            ("2026-11-21", date(2026, 11, 23), dec!(100)),
            // Thanksgiving.
            ("2026-11-25", date(2026, 11, 26), dec!(40)),
            ("2026-11-25", date(2026, 11, 27), dec!(100)),
            ("2024-05-23", date(2024, 5, 24), dec!(40)),
            ("2024-05-23", date(2024, 5, 28), dec!(100)),
        ] {
            assert_eq!(held_on(&read(as_of, "{}"), day)[0].settled_cash, Some(settled), "{as_of} {day}");
        }
    }

    #[test]
    fn the_tables_of_a_new_year_count_as_far_as_there_are_any() {
        let year = |as_of: &str, tax: &str, day: Date| tables_on(&read(as_of, tax), day);
        let of =
            |year: i16| format!(r#"{{"year": {year}, "filing_status": "single", "ordinary_income": 90000}}"#);
        assert_eq!(year("2025-12-31", &of(2025), date(2025, 12, 31)), None);
        assert_eq!(year("2025-12-31", &of(2025), date(2026, 1, 2)), Some(2026));
        assert_eq!(year("2024-06-03", &of(2024), date(2026, 1, 2)), Some(2026));
        let newest = tax::brackets::years().max().unwrap();
        let end = format!("{newest}-12-31");
        assert_eq!(year(&end, &of(newest), date(newest + 1, 1, 4)), None, "there are no tables of it yet");
        assert_eq!(year("2025-12-31", &of(2026), date(2026, 1, 2)), None, "it was said ahead");
        assert_eq!(year("2025-12-31", "{}", date(2026, 1, 2)), None, "nothing is looked up");
    }

    #[test]
    fn a_new_year_begins_with_what_is_carried_on() {
        let position = |tax: &str, day: Date| {
            let read = read("2026-12-31", tax);
            tax_on(&read, TaxPosition::of(&read.tax), day)
        };
        let loss = r#"{"realized_ytd": {"short_term": -10000, "long_term": 4000}, "carryforward": {"short_term": 500, "long_term": 0}}"#;
        let zero = Decimal::ZERO;
        let within = TaxPosition { realised: (dec!(-10000), dec!(4000)), carried: (dec!(500), zero) };
        assert_eq!(position(loss, date(2026, 12, 31)), within);
        let next = |short, long| TaxPosition { realised: (zero, zero), carried: (short, long) };
        assert_eq!(position(loss, date(2027, 1, 2)), next(dec!(3500), zero));
        assert_eq!(position(loss, date(2028, 1, 2)), next(dec!(500), zero));
        let separate = loss.replacen('{', r#"{"ordinary_loss_limit": 1500, "#, 1);
        assert_eq!(position(&separate, date(2027, 1, 2)), next(dec!(5000), zero));
        let gain = r#"{"realized_ytd": {"short_term": 10, "long_term": 4000}}"#;
        assert_eq!(position(gain, date(2027, 1, 2)), next(zero, zero));
    }
}
