//! A book out of portfolios.
//!
//! In: checked portfolios, in the order that their places shall have. Out: a [`Book`] in which nothing
//! has rung yet but what the documents' own prices ring. Invariants: targets and bands are those of the
//! one-household monitor; a class that is neither held nor wanted has no row, since it can't drift.

use std::collections::{BTreeMap, HashMap};

use portfolio::household::CASH;
use portfolio::money::float;
use portfolio::{Decimal, Portfolio};

use super::block::Block;
use super::{Book, Changes, EDGE, SECURITIES_MAX, short};
use crate::class_targets;
use crate::tolerance::tolerance;

/// Why portfolios make no book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BookError {
    /// More securities than a book tells apart.
    #[error("the households hold more than {SECURITIES_MAX} securities; make several books")]
    Securities,
    /// More households than a book counts.
    #[error("these are more than {} households; make several books", u32::MAX)]
    Households,
}

/// Securities by name, and the blocks so far.
#[derive(Default)]
struct Builder {
    tickers: Vec<String>,
    places: HashMap<String, u16>,
    prices: Vec<f64>,
    households: u32,
    full: Vec<Block>,
    open: Block,
}

impl Book {
    /// Puts portfolios together, at the prices that the last of them that lists a security states; the
    /// places of the securities are the order in which they first occur. Also what rings at once.
    ///
    /// # Errors
    /// [`BookError`].
    pub fn of<'a>(portfolios: impl IntoIterator<Item = &'a Portfolio>) -> Result<(Book, Changes), BookError> {
        let mut builder = Builder::default();
        for portfolio in portfolios {
            builder.add(portfolio)?;
        }
        let mut blocks = builder.full;
        blocks.push(builder.open);
        Ok(Book::assembled(builder.tickers, &builder.prices, blocks))
    }
}

impl Builder {
    fn add(&mut self, portfolio: &Portfolio) -> Result<(), BookError> {
        self.households = self.households.checked_add(1).ok_or(BookError::Households)?;
        if self.open.is_full() {
            self.full.push(std::mem::take(&mut self.open));
        }
        let wanted = class_targets(portfolio);
        let mut rows: BTreeMap<&str, BTreeMap<usize, Decimal>> =
            wanted.keys().map(|class| (class.as_str(), BTreeMap::new())).collect();
        for position in &portfolio.positions {
            let class = portfolio.securities[position.security].asset_class.as_str();
            let shares = rows.entry(class).or_default().entry(position.security).or_default();
            *shares += portfolio.position_quantity(position);
        }
        let of_cash = rows.remove(CASH).unwrap_or_default();
        for (class, held) in rows.into_iter().chain([(CASH, of_cash)]) {
            let target = wanted.get(class).copied().unwrap_or_default();
            let tau = float(tolerance(portfolio, class, target).tau.0) - EDGE;
            let target = float(target);
            let mut holdings = Vec::with_capacity(held.len());
            for (security, quantity) in held {
                let security = &portfolio.securities[security];
                let place = self.place(&security.ticker, float(security.price))?;
                holdings.push((place, short(float(quantity))));
            }
            self.open.row((short(target - tau), short(target + tau)), holdings);
        }
        self.open.close(float(portfolio.accounts.iter().map(|a| a.cash + a.flow).sum()));
        Ok(())
    }

    /// The place of a security, with its latest price.
    fn place(&mut self, ticker: &str, price: f64) -> Result<u16, BookError> {
        if let Some(place) = self.places.get(ticker) {
            self.prices[usize::from(*place)] = price;
            return Ok(*place);
        }
        let place = u16::try_from(self.tickers.len()).map_err(|_| BookError::Securities)?;
        self.places.insert(ticker.to_owned(), place);
        self.tickers.push(ticker.to_owned());
        self.prices.push(price);
        Ok(place)
    }
}
