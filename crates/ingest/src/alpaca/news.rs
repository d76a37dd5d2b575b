//! What of a snapshot is news.
//!
//! In: the trade, the quote and the day's bar of a security, and what was told of it before. Out: a [`Quote`], or nothing. Invariants: a trade is told
//! once; a price that no document can hold is a fault; nothing is told as of a time at which nobody stood by it.

use jiff::{SignedDuration, Timestamp};
use portfolio::Decimal;
use portfolio::exchange::eastern;
use portfolio::money::PRICE_MAX;
use rust_decimal::dec;

use super::Alpaca;
use super::bodies::Snapshot;
use crate::feed::Quote;

/// A quote that is older than a trade by more says nothing of it.
const QUOTE_BEFORE_TRADE: SignedDuration = SignedDuration::from_mins(1);
/// A trade that was made so long after it was asked for was on its way while the answer was; it is told as of the question.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(60);
/// How far bid and ask may lie apart, a part of the price, to say that an older trade still holds.
///
/// # Source
/// House decision (2026-11-26): wider quotes of a single exchange say nothing of where the market is.
const CLOSE_TOGETHER: Decimal = dec!(0.005);

impl Alpaca {
    /// The quote of a snapshot, where it is news.
    pub(super) fn news(&mut self, ticker: &str, snapshot: &Snapshot, now: Timestamp) -> Option<Quote> {
        let trade = snapshot.trade.as_ref().filter(|trade| trade.is_valid())?;
        // Nobody stands on a side that is 0, and a quote long before the trade says nothing of it: the trade stands for itself then.
        let quote = snapshot.quote.as_ref().filter(|quote| {
            quote.bid > Decimal::ZERO
                && quote.ask > Decimal::ZERO
                && trade.at.duration_since(quote.at) <= QUOTE_BEFORE_TRADE
        });
        let (bid, ask, quoted_at) = match quote {
            Some(quote) => (quote.bid, quote.ask, Some(quote.at)),
            None => (trade.price, trade.price, None),
        };
        let last = trade.price;
        if last > PRICE_MAX {
            self.fault(format!(
                "tells {last} USD for `{ticker}`, which no document can hold; it is left out"
            ));
            return None;
        }
        let is_close =
            ask.checked_sub(bid).zip(last.checked_mul(CLOSE_TOGETHER)).is_some_and(|(a, b)| a <= b);
        let holds = bid > Decimal::ZERO && bid <= last && last <= ask && is_close;
        let made = quoted_at.filter(|at| holds && *at > trade.at).unwrap_or(trade.at);
        let on_its_way = made > now && made.duration_since(now) <= ON_ITS_WAY;
        let as_of = if on_its_way { now } else { made };
        let before = self.trades.get(ticker);
        let is_told = before
            .is_some_and(|(at, price, told)| *at == trade.at && *price == last && (!holds || as_of <= *told));
        let heard = self.known.get(ticker).and_then(|known| known.heard);
        let is_heard = before.is_none()
            && heard.is_some_and(|(at, price)| {
                as_of < at || as_of == at && price.is_none_or(|price| price == last)
            });
        if is_told || is_heard {
            return None;
        }
        self.trades.insert(ticker.to_owned(), (trade.at, last, as_of));
        let day = eastern(as_of).date();
        let volume = snapshot.day.as_ref().filter(|bar| eastern(bar.at).date() == day).map(|bar| bar.volume);
        let volume = volume.filter(|shares| *shares > Decimal::ZERO);
        let (ticker, source) = (ticker.to_owned(), self.source.clone());
        Some(Quote { ticker, bid, ask, last, volume, as_of, received_at: now, source })
    }
}
