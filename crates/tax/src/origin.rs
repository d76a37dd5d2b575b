//! What is the basis of shares that were not bought, and since when are they held.
//!
//! In: how the shares came (purchase, inheritance, gift), the sale date and the amounts per share
//! or in all, USD. Out: the [`SaleResult`] of a sale. The invariant is that a gift sold between its two
//! bases has neither gain nor loss.

use jiff::civil::Date;
use rust_decimal::Decimal;

use crate::holding::{Term, plus_days, term};

/// How shares came to their holder. Amounts are USD for the shares in question.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Bought.
    Purchase {
        /// Trade date.
        acquired: Date,
        /// Cost.
        cost: Decimal,
    },
    /// Inherited: always long-term.
    Inheritance {
        /// Fair market value at death, or on the alternate valuation date.
        value: Decimal,
    },
    /// A gift: the donor's basis and period, but for a loss at most the value at the gift.
    Gift {
        /// Date of the gift.
        given: Date,
        /// Fair market value then.
        value: Decimal,
        /// When the donor acquired them.
        donor_acquired: Date,
        /// The donor's basis.
        donor_basis: Decimal,
    },
}

/// The gain of a sale (negative for a loss), USD, and its term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SaleResult {
    /// Proceeds less the basis that applies.
    pub gain: Decimal,
    /// Short-term or long-term.
    pub term: Term,
}

/// The result of selling shares of that origin on `sold` for `proceeds`.
///
/// # Source
/// IRC s.1014(a), 1223(9) (inheritance); s.1015(a), 1223(2) (gift). That the period starts the day
/// after the gift where its value is the basis is confirmed by secondary sources only, and Reg.
/// 1.1015-1(a)(2), no gain and no loss between the bases, is unconfirmed.
#[must_use]
pub fn result_of_sale(origin: Origin, sold: Date, proceeds: Decimal) -> SaleResult {
    match origin {
        Origin::Purchase { acquired, cost } => {
            SaleResult { gain: proceeds.saturating_sub(cost), term: term(acquired, sold) }
        }
        Origin::Inheritance { value } => {
            SaleResult { gain: proceeds.saturating_sub(value), term: Term::Long }
        }
        Origin::Gift { given, value, donor_acquired, donor_basis } => {
            let loss_basis = donor_basis.min(value);
            let (gain, since) = if proceeds >= donor_basis || loss_basis == donor_basis {
                (proceeds.saturating_sub(donor_basis), donor_acquired)
            } else {
                (proceeds.saturating_sub(loss_basis).min(Decimal::ZERO), given)
            };
            SaleResult { gain, term: term(since, sold) }
        }
    }
}

/// Since when shares of that origin count as held, as a lot's holding start; for an inheritance a
/// day that makes any sale from `today` on long-term. Of a gift this is the donor's date, which
/// holds where the donor's basis does.
#[must_use]
pub fn holding_start(origin: Origin, today: Date) -> Date {
    match origin {
        Origin::Purchase { acquired, .. } => acquired,
        Origin::Inheritance { .. } => plus_days(today, -367),
        Origin::Gift { donor_acquired, .. } => donor_acquired,
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn usd(value: i64) -> Decimal {
        Decimal::new(value, 0)
    }

    #[test]
    fn hp_7_inherited_shares_are_long_term_at_once() {
        let inherited = Origin::Inheritance { value: usd(80) };
        let sold = date(2026, 2, 20);
        let result = result_of_sale(inherited, sold, usd(79));
        assert_eq!(result, SaleResult { gain: usd(-1), term: Term::Long });
        assert_eq!(term(holding_start(inherited, sold), sold), Term::Long);
    }

    #[test]
    fn hp_8_a_gift_has_two_bases() {
        let gift = Origin::Gift {
            given: date(2026, 1, 10),
            value: usd(60),
            donor_acquired: date(2020, 1, 2),
            donor_basis: usd(100),
        };
        let at = |price| result_of_sale(gift, date(2026, 3, 1), usd(price));
        assert_eq!(at(40), SaleResult { gain: usd(-20), term: Term::Short });
        assert_eq!(at(80).gain, usd(0));
        assert_eq!(at(120), SaleResult { gain: usd(20), term: Term::Long });
    }

    #[test]
    fn a_gift_that_had_risen_keeps_the_donors_basis_for_losses_too() {
        let gift = Origin::Gift {
            given: date(2026, 1, 10),
            value: usd(150),
            donor_acquired: date(2020, 1, 2),
            donor_basis: usd(100),
        };
        let result = result_of_sale(gift, date(2026, 3, 1), usd(90));
        assert_eq!(result, SaleResult { gain: usd(-10), term: Term::Long });
    }
}
