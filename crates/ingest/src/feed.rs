//! What is a source of prices: the trait that every one implements, and what it hands over.
//!
//! In: the time up to which a caller wants to know. Out: quotes and splits in the order in which they became known.
//! Invariant: the rules that [`Feed`] states, which the tests of a source check.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::OutOfCalendar;
use serde::{Deserialize, Serialize};

use crate::action::Action;
use crate::bar::Bar;
use crate::fault::Fault;

/// Most quotes that one call hands over; whoever gets so many asks again.
pub const QUOTES_MAX: usize = 100_000;

/// A source of prices.
///
/// # What every source keeps, a simulated market, a file, or a broker's API
/// - **The caller has the clock.** A source hands over what became known after the call before and up to `now`, and nothing later; to ask for an
///   earlier time than before is an error that changes nothing.
/// - **Order.** Quotes ascend by `received_at`; of one ticker and time, the later in the list is the later. At most [`QUOTES_MAX`] come at once, and an empty
///   answer means that there are no more up to `now`.
/// - **Nothing is made up and nothing is left out.** A quote is handed over as the source told it, wrong ones too: zero, crossed, old. A ticker that is
///   halted or unknown is silent; no last price is repeated for it. Checking prices is another's task, and it has to see them.
/// - **Time is told, not guessed.** `as_of` is when the source says that the price was made, `received_at` when it became known here.
/// - **Prices are exact and unadjusted**: decimals as written, and per share of that day. A split comes by [`Feed::splits`] with the first
///   quotes in new shares.
/// - **History is apart**: [`Feed::bars`] and [`Feed::actions`] tell of days that are over, as often as they are asked, and change nothing about what
///   [`Feed::quotes`] tells next. What is wrong with the source itself is told by [`Feed::faults`], each once, and the rest goes on.
/// - **Each source has a name**, which every quote carries, so that a price on record says where it is from.
/// - **The same source gives the same bytes** for the same calls, where it can be asked twice at all (a file, a seed).
pub trait Feed {
    /// Its name, such as `simulated:7`; the same as in its quotes.
    fn source(&self) -> &str;

    /// Quotes that became known since the call before, up to `now`.
    ///
    /// # Errors
    /// [`FeedError`]; the call can be made again.
    fn quotes(&mut self, now: Timestamp) -> Result<Vec<Quote>, FeedError>;

    /// Splits of which the quotes handed over so far are the first in new shares, each told once. Whoever keeps holdings asks after each call
    /// of [`Feed::quotes`], before using them.
    fn splits(&mut self) -> Vec<Split>;

    /// Daily bars of these tickers, of sessions that were over by `now`, ascending by day and then by ticker; none of a ticker or a
    /// day that the source does not have.
    ///
    /// # Errors
    /// [`FeedError`]; the call can be made again.
    fn bars(&mut self, tickers: &BTreeSet<String>, days: Days, now: Timestamp)
    -> Result<Vec<Bar>, FeedError>;

    /// What companies did to these tickers on these days, as far as the source knows by `now`, ascending by day.
    ///
    /// # Errors
    /// [`FeedError`]; the call can be made again.
    fn actions(
        &mut self,
        tickers: &BTreeSet<String>,
        days: Days,
        now: Timestamp,
    ) -> Result<Vec<Action>, FeedError>;

    /// What is wrong with the source itself since the call before, each told once; the rest of it goes on.
    fn faults(&mut self) -> Vec<Fault> {
        Vec::new()
    }
}

/// Days from the first to the last, both included.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Days {
    /// The first.
    pub first: Date,
    /// The last.
    pub last: Date,
}

impl Days {
    /// Whether a day is one of them.
    #[must_use]
    pub fn contain(&self, day: Date) -> bool {
        self.first <= day && day <= self.last
    }
}

/// What a source said of a security.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Quote {
    /// The security.
    pub ticker: String,
    /// What is bid, USD per share.
    pub bid: Decimal,
    /// What is asked, USD per share.
    pub ask: Decimal,
    /// The last trade, USD per share.
    pub last: Decimal,
    /// Shares traded in the session so far, where the source tells it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub volume: Option<Decimal>,
    /// When the price was made, as the source says.
    pub as_of: Timestamp,
    /// When it became known here.
    pub received_at: Timestamp,
    /// Where it is from.
    pub source: String,
}

/// One share became `to / from` shares.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Split {
    /// The security.
    pub ticker: String,
    /// The first day on which it trades in new shares.
    pub day: Date,
    /// Shares before.
    pub from: u32,
    /// Shares after.
    pub to: u32,
}

/// What is known of a ticker before a source is asked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// The time of the newest price that was told, and that price where it is this source's.
    pub heard: Option<(Timestamp, Option<Decimal>)>,
    /// The day in whose shares prices and holdings are; splits of later days are news.
    pub shares_of: Option<Date>,
}

/// Why a source gave nothing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FeedError {
    /// An earlier time than in the call before.
    #[error("`{source_name}` was asked up to {last} before and can't go back to {now}")]
    Backwards {
        /// The source.
        source_name: String,
        /// The time of the call before.
        last: Timestamp,
        /// The time asked for.
        now: Timestamp,
    },
    /// It could not be read or reached.
    #[error("`{source_name}` could not be read: {detail}")]
    Unreadable {
        /// The source.
        source_name: String,
        /// Why, and what to do.
        detail: String,
    },
    /// A day that the calendar of the market does not have.
    #[error(transparent)]
    Calendar(#[from] OutOfCalendar),
}
