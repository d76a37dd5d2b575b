//! Which lots does a sale take.
//!
//! In: the open lots of one security in one account (conventions apply account by account, IRC
//! s.1012(c)(1)), how many shares are sold, and a [`Method`]. Out: [`Draw`]s in order. The
//! invariant is that the draws add up to the shares sold and never take more than a lot holds.

mod average;

use std::cmp::{Ordering, Reverse};

use jiff::civil::Date;
use rust_decimal::Decimal;
use serde::Serialize;

pub use average::{AverageError, AverageSale, Pool, average};

use crate::holding::{Term, term};

/// In which order lots are sold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// Earliest acquired first: the default of the law where no lot is identified.
    #[default]
    Fifo,
    /// Latest acquired first.
    Lifo,
    /// Highest basis per share first.
    Hifo,
    /// Lowest basis per share first.
    Lofo,
    /// The lot that the order names; where it names none, earliest acquired first.
    Specific,
}

impl Method {
    /// Every method, in the order of the command line's help.
    pub const ALL: [Self; 5] = [Self::Fifo, Self::Lifo, Self::Hifo, Self::Lofo, Self::Specific];

    /// The word on the command line.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fifo => "fifo",
            Self::Lifo => "lifo",
            Self::Hifo => "hifo",
            Self::Lofo => "lofo",
            Self::Specific => "specific",
        }
    }
}

/// A word that is no relief method.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{given}` is no lot relief method: use fifo, lifo, hifo, lofo or specific")]
pub struct UnknownMethod {
    /// What was given.
    pub given: String,
}

impl std::str::FromStr for Method {
    type Err = UnknownMethod;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|method| method.name() == word)
            .ok_or_else(|| UnknownMethod { given: word.to_owned() })
    }
}

/// An open lot, as far as the choice needs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Open {
    /// When it was acquired (the trade date; a tacked holding period does not change the order).
    pub acquired: Date,
    /// Since when it counts as held, for the term.
    pub holding_start: Date,
    /// Shares held, > 0.
    pub shares: Decimal,
    /// Basis of all of them, USD.
    pub basis: Decimal,
}

impl Open {
    /// Basis per share in USD.
    fn unit(&self) -> Decimal {
        self.basis.checked_div(self.shares).unwrap_or(Decimal::MAX)
    }
}

/// Shares taken from one lot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Draw {
    /// The lot, as an index into the lots given.
    pub lot: usize,
    /// Shares taken from it.
    pub shares: Decimal,
}

/// A sale of more than is held: a short sale, which a cash account can't make.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{wanted} shares are sold but only {held} are held")]
pub struct ShortSale {
    /// Shares to be sold.
    pub wanted: Decimal,
    /// Shares held.
    pub held: Decimal,
}

/// The lots that a sale of `shares` takes, given in the order in which they came in.
///
/// Among equals the earliest acquired goes first (the latest for LIFO), and of lots acquired on one
/// day the one given first.
///
/// # Errors
/// [`ShortSale`] where the lots hold less than `shares`.
///
/// # Source
/// Reg. 1.1012-1(c)(1)(i) (FIFO), (c)(3) and (c)(8) (identification; the others are standing
/// instructions to identify lots so).
pub fn draw(lots: &[Open], shares: Decimal, method: Method) -> Result<Vec<Draw>, ShortSale> {
    let mut order: Vec<usize> = (0..lots.len()).collect();
    let age = |lot: &usize| (lots[*lot].acquired, *lot);
    match method {
        Method::Fifo | Method::Specific => order.sort_by_key(age),
        Method::Lifo => order.sort_by_key(|lot| Reverse(age(lot))),
        Method::Hifo => order.sort_by_key(|lot| (Reverse(lots[*lot].unit()), age(lot))),
        Method::Lofo => order.sort_by_key(|lot| (lots[*lot].unit(), age(lot))),
    }
    take(lots, &order, shares)
}

/// The lots whose sale at `price` on `sold` adds the least tax, at flat rates on each character:
/// losses first, by the tax that each share saves.
///
/// HIFO is not this: a lower basis held long-term may cost less than a higher one held short-term.
///
/// # Errors
/// [`ShortSale`] where the lots hold less than `shares`.
pub fn draw_least_tax(
    lots: &[Open],
    shares: Decimal,
    price: Decimal,
    sold: Date,
    rates: [Decimal; 2],
) -> Result<Vec<Draw>, ShortSale> {
    let [short, long] = rates;
    let tax_per_share = |lot: &Open| {
        let rate = if term(lot.holding_start, sold) == Term::Long { long } else { short };
        price.saturating_sub(lot.unit()).saturating_mul(rate)
    };
    let mut order: Vec<usize> = (0..lots.len()).collect();
    order.sort_by(|a, b| -> Ordering {
        let by_tax = tax_per_share(&lots[*a]).cmp(&tax_per_share(&lots[*b]));
        by_tax.then(lots[*a].acquired.cmp(&lots[*b].acquired)).then(a.cmp(b))
    });
    take(lots, &order, shares)
}

/// Takes `shares` from the lots in `order`.
fn take(lots: &[Open], order: &[usize], shares: Decimal) -> Result<Vec<Draw>, ShortSale> {
    let mut missing = shares;
    let mut draws = Vec::new();
    for lot in order {
        if missing <= Decimal::ZERO {
            break;
        }
        let taken = missing.min(lots[*lot].shares);
        draws.push(Draw { lot: *lot, shares: taken });
        missing -= taken;
    }
    if missing > Decimal::ZERO {
        return Err(ShortSale { wanted: shares, held: shares - missing });
    }
    Ok(draws)
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn d(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn lot(acquired: Date, shares: &str, unit: &str) -> Open {
        let basis = d(shares) * d(unit);
        Open { acquired, holding_start: acquired, shares: d(shares), basis }
    }

    fn gain(lots: &[Open], draws: &[Draw], price: &str) -> Decimal {
        draws.iter().map(|x| x.shares * (d(price) - lots[x.lot].unit())).sum()
    }

    #[test]
    fn lot_1_without_identification_the_earliest_lot_is_sold() {
        let lots = [lot(date(2023, 1, 5), "10", "100"), lot(date(2025, 9, 1), "10", "130")];
        let draws = draw(&lots, d("5"), Method::Fifo).unwrap();
        assert_eq!(draws, [Draw { lot: 0, shares: d("5") }]);
        assert_eq!(gain(&lots, &draws, "120"), d("100"));
        assert_eq!(term(lots[0].holding_start, date(2026, 3, 2)), Term::Long);
    }

    #[test]
    fn lot_2_an_identified_lot_is_sold_instead() {
        let identified = [lot(date(2025, 9, 1), "10", "130")];
        let draws = draw(&identified, d("5"), Method::Specific).unwrap();
        assert_eq!(gain(&identified, &draws, "120"), d("-50"));
        assert_eq!(term(identified[0].holding_start, date(2026, 3, 2)), Term::Short);
    }

    #[test]
    fn lot_3_highest_basis_is_not_least_tax() {
        let lots = [lot(date(2024, 1, 5), "100", "50"), lot(date(2025, 12, 1), "100", "54")];
        let (sold, rates) = (date(2026, 3, 2), [d("0.408"), d("0.238")]);
        let highest = draw(&lots, d("100"), Method::Hifo).unwrap();
        assert_eq!(highest[0].lot, 1);
        assert_eq!(gain(&lots, &highest, "60") * rates[0], d("244.80"));
        let least = draw_least_tax(&lots, d("100"), d("60"), sold, rates).unwrap();
        assert_eq!(least[0].lot, 0);
        assert_eq!(gain(&lots, &least, "60") * rates[1], d("238.00"));
    }

    #[test]
    fn set_4_more_than_is_held_is_a_short_sale() {
        let lots = [lot(date(2025, 1, 5), "50", "10")];
        let error = draw(&lots, d("60"), Method::Fifo).unwrap_err();
        assert_eq!(error, ShortSale { wanted: d("60"), held: d("50") });
    }

    #[test]
    fn ties_go_to_the_earliest_lot_and_to_the_latest_for_lifo() {
        let day = date(2025, 1, 5);
        let lots = [lot(day, "1", "10"), lot(day, "1", "10"), lot(date(2024, 1, 5), "1", "10")];
        let order =
            |method| -> Vec<usize> { draw(&lots, d("3"), method).unwrap().iter().map(|x| x.lot).collect() };
        assert_eq!(order(Method::Fifo), [2, 0, 1]);
        assert_eq!(order(Method::Hifo), [2, 0, 1]);
        assert_eq!(order(Method::Lofo), [2, 0, 1]);
        assert_eq!(order(Method::Lifo), [1, 0, 2]);
    }
}
