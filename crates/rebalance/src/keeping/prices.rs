//! Prices in: what a source told, judged and written down; and the household at the prices that are on record.
//!
//! In: quotes of an [`ingest::Feed`]. Out: an entry with the prices that can be used and what was wrong with the others; and, from the
//! books alone, a document at the prices of now. Invariant: a portfolio is only ever priced from the books, so that whoever looks at it at
//! the same time sees the same.

use std::collections::BTreeMap;

use execute::brokers::paper;
use ingest::Quote;
use jiff::Timestamp;
use portfolio::exchange::eastern;
use portfolio::{Decimal, Portfolio};
use serde::Serialize;

use super::Keeper;
use super::document::{self, News};
use super::failure::KeepingError;
use crate::books::{Books, Change, Entry, Household, KeptPortfolio, PricePoint, Record, Seen};

/// The oldest print that is taken for a price, seconds before it was received.
const AGE_SECS_MAX: i64 = 15 * 60;

/// A household's document at the prices of now.
pub(super) struct LiveDocument {
    pub(super) text: String,
    pub(super) read: Portfolio,
}

#[derive(Serialize)]
struct Judged<'a> {
    taken: usize,
    refused: Vec<NoPrice<'a>>,
}

#[derive(Serialize)]
struct NoPrice<'a> {
    quote: &'a Quote,
    why: &'static str,
}

/// Why a quote is no price.
fn fault(quote: &Quote) -> Option<&'static str> {
    if quote.last <= Decimal::ZERO || quote.bid <= Decimal::ZERO {
        return Some("a price of zero or less");
    }
    if quote.bid > quote.ask {
        return Some("more is bid than asked");
    }
    if quote.as_of > quote.received_at {
        return Some("it was made after it was received");
    }
    let age = quote.received_at.duration_since(quote.as_of);
    (age.as_secs() > AGE_SECS_MAX).then_some("older than 15 minutes")
}

impl Keeper<'_> {
    /// Writes quotes down, once however often they are handed over: of each ticker the newest that can be used. How many prices
    /// that were.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn take_in(&self, quotes: &[Quote]) -> Result<usize, KeepingError> {
        let Some(last) = quotes.iter().max_by_key(|quote| quote.received_at) else { return Ok(0) };
        let batch = format!("{} {} {}", last.source, last.received_at, quotes.len());
        let mut newest: BTreeMap<&str, &Quote> = BTreeMap::new();
        let mut refused = Vec::new();
        for quote in quotes {
            match fault(quote) {
                Some(why) => refused.push(NoPrice { quote, why }),
                None => drop(newest.insert(&quote.ticker, quote)),
            }
        }
        let body = serde_json::to_string(&Judged { taken: newest.len(), refused })?;
        let at = self.world.now();
        let (kind, actor) = ("prices".to_owned(), "ingest".to_owned());
        let record = Record { kind, at, household: None, subject: String::new(), actor, body };
        let entry = newest.values().fold(Entry::new(record), |entry, quote| {
            entry.with(Change::Price(PricePoint {
                ticker: quote.ticker.clone(),
                price: quote.last,
                source: quote.source.clone(),
                as_of: quote.as_of,
                received_at: quote.received_at,
            }))
        });
        self.write(entry.taking_in(Seen { consumer: "prices".to_owned(), event: batch }))?;
        Ok(newest.len())
    }

    /// The household at the prices on record; none where it has no document.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn as_of_now(&self, household: &Household) -> Result<Option<Portfolio>, KeepingError> {
        let kept = self.books.reading().portfolio(household.id)?;
        let live = kept.map(|kept| self.live(&kept, self.world.now())).transpose()?;
        Ok(live.map(|live| live.read))
    }

    /// The portfolio at the prices on record.
    pub(super) fn live(&self, kept: &KeptPortfolio, at: Timestamp) -> Result<LiveDocument, KeepingError> {
        let read = portfolio::read(&kept.text)?;
        let prices = self.prices_of(&read, at)?;
        let accounts = document::held(&read);
        let day = eastern(at).date().max(read.as_of);
        let (realised, rebalanced, flows) = (None, None, None);
        let news =
            News { day, prices: &prices, accounts: &accounts, booked: &[], realised, rebalanced, flows };
        let text = document::written(&kept.text, &news)?;
        Ok(LiveDocument { read: portfolio::read(&text)?, text })
    }

    /// The newest price on record of each security; none of one that was never told.
    pub(super) fn prices_of(
        &self,
        read: &Portfolio,
        at: Timestamp,
    ) -> Result<BTreeMap<String, PricePoint>, KeepingError> {
        let tickers: Vec<String> = read.securities.iter().map(|security| security.ticker.clone()).collect();
        let points = self.books.reading().prices(&tickers, at)?;
        Ok(points.into_iter().map(|point| (point.ticker.clone(), point)).collect())
    }
}

/// Prices on record, for the paper broker.
pub struct Recorded<'a>(pub &'a dyn Books);

impl paper::Prices for Recorded<'_> {
    fn price(&self, ticker: &str, at: Timestamp) -> Option<Decimal> {
        self.0.reading().price(ticker, at).ok().flatten().map(|point| point.price)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn what_can_not_be_a_price_is_none() {
        let at: Timestamp = "2026-11-27T15:00:00Z".parse().unwrap();
        let good = Quote {
            ticker: "SPY".to_owned(),
            bid: dec!(99.99),
            ask: dec!(100.01),
            last: dec!(100),
            as_of: at,
            received_at: at,
            source: "test".to_owned(),
        };
        assert_eq!(fault(&good), None);
        assert_eq!(fault(&Quote { last: dec!(0), ..good.clone() }), Some("a price of zero or less"));
        assert_eq!(fault(&Quote { bid: dec!(100.02), ..good.clone() }), Some("more is bid than asked"));
        let old = "2026-11-27T14:44:59Z".parse().unwrap();
        assert_eq!(fault(&Quote { as_of: old, ..good.clone() }), Some("older than 15 minutes"));
        let later = "2026-11-27T15:00:01Z".parse().unwrap();
        assert_eq!(fault(&Quote { as_of: later, ..good }), Some("it was made after it was received"));
    }
}
