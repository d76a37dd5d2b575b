//! Do broker and books hold the same: to the share and to the cent.
//!
//! In: what both say of one account. Out: every [`Difference`]; none where they agree. Invariant: nothing is rounded away but parts of a
//! cent; what only one side holds is a difference from 0.

use std::collections::BTreeMap;
use std::fmt;

use portfolio::Decimal;
use portfolio::money::{cents, written};

use crate::broker::Holdings;

/// Something that the broker holds otherwise than the books.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Cash, USD.
    Cash {
        /// At the broker.
        broker: Decimal,
        /// In our books.
        books: Decimal,
    },
    /// Shares of a ticker.
    Shares {
        /// Of what.
        ticker: String,
        /// At the broker.
        broker: Decimal,
        /// In our books.
        books: Decimal,
    },
    /// What the shares of a ticker cost, USD: the same shares, and other lots of them.
    Basis {
        /// Of what.
        ticker: String,
        /// At the broker.
        broker: Decimal,
        /// In our books.
        books: Decimal,
    },
}

impl Difference {
    /// The tax on a difference in basis at a rate, USD: what a sale of everything costs more by the broker's books than by ours.
    #[must_use]
    pub fn tax_effect(&self, rate: Decimal) -> Option<Decimal> {
        match self {
            Difference::Basis { broker, books, .. } => Some(cents((books - broker).saturating_mul(rate))),
            _ => None,
        }
    }
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Difference::Cash { broker, books } => {
                write!(f, "cash: the broker has {} USD, the books {} USD", written(*broker), written(*books))
            }
            Difference::Shares { ticker, broker, books } => {
                let (broker, books) = (broker.normalize(), books.normalize());
                write!(f, "{ticker}: the broker has {broker} shares, the books {books}")
            }
            Difference::Basis { ticker, broker, books } => {
                let (broker, books) = (written(*broker), written(*books));
                write!(
                    f,
                    "{ticker}: the shares cost {broker} USD at the broker and {books} USD in the books; it has relieved other lots"
                )
            }
        }
    }
}

/// Every difference of one account: cash first, then by ticker.
#[must_use]
pub fn reconcile(broker: &Holdings, books: &Holdings) -> Vec<Difference> {
    let mut found = Vec::new();
    let (at_broker, in_books) = (cents(broker.cash), cents(books.cash));
    if at_broker != in_books {
        found.push(Difference::Cash { broker: at_broker, books: in_books });
    }
    let mut sides: BTreeMap<&str, [(Decimal, Option<Decimal>); 2]> = BTreeMap::new();
    for (side, holdings) in [broker, books].into_iter().enumerate() {
        for position in &holdings.positions {
            let both = sides.entry(&position.ticker).or_default();
            let (quantity, basis) = &mut both[side];
            *quantity = quantity.saturating_add(position.quantity);
            *basis = position.basis.map(|usd| basis.unwrap_or_default().saturating_add(usd));
        }
    }
    for (ticker, [(broker, broker_basis), (books, books_basis)]) in sides {
        let ticker = ticker.to_owned();
        if broker != books {
            found.push(Difference::Shares { ticker, broker, books });
        } else if let (Some(broker), Some(books)) = (broker_basis.map(cents), books_basis.map(cents))
            && broker != books
        {
            found.push(Difference::Basis { ticker, broker, books });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::broker::Position;
    use rust_decimal::dec;

    fn holdings(cash: Decimal, positions: &[(&str, Decimal, Option<Decimal>)]) -> Holdings {
        let position = |(ticker, quantity, basis): &(&str, Decimal, Option<Decimal>)| Position {
            ticker: (*ticker).to_owned(),
            quantity: *quantity,
            basis: *basis,
        };
        Holdings { cash, positions: positions.iter().map(position).collect() }
    }

    #[test]
    fn the_same_is_no_difference() {
        let one = holdings(dec!(10.001), &[("SPY", dec!(1.50), Some(dec!(600.004)))]);
        let other = holdings(dec!(10), &[("SPY", dec!(1.5), Some(dec!(600)))]);
        assert_eq!(reconcile(&one, &other), []);
        let unsaid = holdings(dec!(10), &[("SPY", dec!(1.5), None)]);
        assert_eq!(reconcile(&unsaid, &other), []);
    }

    #[test]
    fn every_difference_is_told() {
        let broker = holdings(dec!(9.99), &[("SPY", dec!(2), Some(dec!(800))), ("NEW", dec!(1), None)]);
        let books = holdings(
            dec!(10),
            &[("SPY", dec!(2), Some(dec!(900))), ("AGG", dec!(3), None), ("GONE", dec!(0), None)],
        );
        let found = reconcile(&broker, &books);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        assert_eq!(
            told,
            [
                "cash: the broker has 9.99 USD, the books 10.00 USD",
                "AGG: the broker has 0 shares, the books 3",
                "NEW: the broker has 1 shares, the books 0",
                "SPY: the shares cost 800.00 USD at the broker and 900.00 USD in the books; it has relieved other lots",
            ]
        );
        assert_eq!(found[3].tax_effect(dec!(0.15)), Some(dec!(15.00)));
        assert_eq!(found[0].tax_effect(dec!(0.15)), None);
    }
}
