//! What a security did in a session: its close, and what else a source tells of the day.
//!
//! In: what a source says. Out: a [`Bar`]. Invariant: prices are unadjusted where the source has them so, and are told as written; a bar is history, to
//! learn what is ordinary from, and never a price to trade on.

use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::{self, OutOfCalendar};

use crate::feed::Quote;

/// Most bars that one call hands over, of all tickers together.
pub const BARS_MAX: usize = 1_000_000;

/// One session of a security. Prices in USD per share.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bar {
    /// The security.
    pub ticker: String,
    /// The day in New York.
    pub day: Date,
    /// The first price, where the source tells it.
    pub open: Option<Decimal>,
    /// The highest price, where the source tells it.
    pub high: Option<Decimal>,
    /// The lowest price, where the source tells it.
    pub low: Option<Decimal>,
    /// The last price.
    pub close: Decimal,
    /// Shares traded, where the source tells it.
    pub volume: Option<Decimal>,
    /// Where it is from.
    pub source: String,
}

impl Bar {
    /// The same day goes on with a later price.
    pub(crate) fn goes_on(&mut self, later: &Bar) {
        self.high = self.high.max(later.high);
        self.low = [self.low, later.low].into_iter().flatten().min();
        self.close = later.close;
        self.volume = later.volume.or(self.volume);
    }

    /// The close as a quote of its time, of which bid and ask are not known; `None` where there was no session.
    ///
    /// # Errors
    /// [`OutOfCalendar`].
    pub fn as_quote(&self) -> Result<Option<Quote>, OutOfCalendar> {
        let session = exchange::session(self.day)?;
        Ok(session.map(|session| Quote {
            ticker: self.ticker.clone(),
            bid: self.close,
            ask: self.close,
            last: self.close,
            volume: self.volume,
            as_of: session.closes,
            received_at: session.closes,
            source: self.source.clone(),
        }))
    }
}
