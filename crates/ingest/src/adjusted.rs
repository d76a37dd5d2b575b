//! Are the closes of the past each in the shares of their own day, or has whoever tells them put them into new shares already?
//!
//! In: closes of one security and a split. Out: whether they were adjusted for it. Invariant: closes that were adjusted are not adjusted again; where
//! there is no close on one of the sides of the split there is nothing to tell it by, and they count as they were told: unadjusted.

use jiff::civil::Date;
use portfolio::Decimal;

use crate::feed::Split;

/// Whether closes were adjusted for a split: the first one from its day on lies nearer to the last one before than to where the split would have put
/// it.
///
/// # Source
/// House decision (2026-11-26): sites for charts (Yahoo, Stooq) adjust the whole past for every split, brokers and exchanges do not, and no file says
/// which. What a security moves in a day is far less than half of a split, as a logarithm; of small stock dividends, which it is not, either
/// answer changes little.
#[must_use]
pub fn is_adjusted(closes: impl IntoIterator<Item = (Date, Decimal)>, split: &Split) -> bool {
    let (mut before, mut after) = (None::<(Date, Decimal)>, None::<(Date, Decimal)>);
    for (day, close) in closes.into_iter().filter(|(_, close)| *close > Decimal::ZERO) {
        if day < split.day {
            before = before.filter(|(last, _)| *last > day).or(Some((day, close)));
        } else {
            after = after.filter(|(first, _)| *first <= day).or(Some((day, close)));
        }
    }
    let (Some((_, before)), Some((_, after))) = (before, after) else { return false };
    // Half-way between 1 and from / to lies √(from / to): after / before is held against it, squared.
    let square = |price: Decimal, shares: u32| price.checked_mul(price)?.checked_mul(Decimal::from(shares));
    let Some((after, before)) = square(after, split.to).zip(square(before, split.from)) else { return false };
    if split.to > split.from { after >= before } else { after <= before }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;
    use rust_decimal::dec;

    fn adjusted(before: Decimal, after: Decimal, from: u32, to: u32) -> bool {
        let split = Split { ticker: "SPY".to_owned(), day: date(2026, 11, 24), from, to };
        let closes = [
            (date(2026, 11, 20), dec!(1)),
            (date(2026, 11, 23), before),
            (date(2026, 11, 24), after),
            (date(2026, 11, 25), dec!(1)),
        ];
        let back: Vec<(Date, Decimal)> = closes.iter().rev().copied().collect();
        assert_eq!(is_adjusted(closes, &split), is_adjusted(back, &split), "in either order");
        is_adjusted(closes, &split)
    }

    #[test]
    fn closes_are_adjusted_where_the_split_does_not_show() {
        assert!(adjusted(dec!(225), dec!(228), 1, 2) && !adjusted(dec!(450), dec!(228), 1, 2));
        assert!(adjusted(dec!(225), dec!(200), 2, 3) && !adjusted(dec!(225), dec!(160), 2, 3));
        assert!(adjusted(dec!(12), dec!(11), 10, 1) && !adjusted(dec!(1.2), dec!(11), 10, 1));
        assert!(adjusted(dec!(1000000000), dec!(1000000000), 1, 100000));
    }

    #[test]
    fn without_both_sides_closes_count_as_they_were_told() {
        let split = Split { ticker: "SPY".to_owned(), day: date(2026, 11, 24), from: 1, to: 2 };
        let at = |day: i8, close: Decimal| (date(2026, 11, day), close);
        assert!(!is_adjusted([], &split));
        assert!(!is_adjusted([at(20, dec!(10)), at(23, dec!(10))], &split));
        assert!(!is_adjusted([at(24, dec!(10)), at(25, dec!(10))], &split));
        assert!(!is_adjusted([at(23, dec!(0)), at(25, dec!(10))], &split));
    }
}
