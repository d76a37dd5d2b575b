//! What can't be a price, whatever it was before: zero, crossed, off its market, of another time.
//!
//! In: one quote. Out: a finding, or none. Invariant: it depends on nothing but the quote.

use portfolio::Decimal;
use rust_decimal::dec;

use super::finding::{Code, Finding};
use super::limits::{Limits, PriceAge};
use crate::feed::Quote;

/// How far the last trade may lie below the bid or above the ask, a part of that.
///
/// # Source
/// House decision (2026-11-26): the price collar of an order desk.
const OFF_MARKET_MAX: Decimal = dec!(0.03);

/// The first thing that makes a quote no price.
pub(super) fn fault(quote: &Quote, limits: &Limits) -> Option<Finding> {
    let Quote { bid, ask, last, .. } = quote;
    let found = |code, words: String| Some(Finding { code, ticker: quote.ticker.clone(), words });
    if [bid, ask, last].iter().any(|usd| **usd <= Decimal::ZERO) {
        return found(Code::Zero, format!("a price of zero or less: bid {bid}, ask {ask}, last {last}"));
    }
    if bid > ask {
        return found(Code::Crossed, format!("more is bid ({bid}) than asked ({ask})"));
    }
    if is_above(*bid, *last) || is_above(*last, *ask) {
        let most = (OFF_MARKET_MAX * dec!(100)).normalize();
        return found(
            Code::OffMarket,
            format!("the last trade, at {last}, lies more than {most} % outside of {bid} to {ask}"),
        );
    }
    if quote.as_of > quote.received_at {
        let words = format!("it was made at {}, after it was received at {}", quote.as_of, quote.received_at);
        return found(Code::FromTheFuture, words);
    }
    if let PriceAge::Secs(most) = limits.age {
        let age_secs = quote.received_at.duration_since(quote.as_of).as_secs();
        if age_secs > most {
            let words = format!(
                "the print of {} was {} minutes old when it was received, and {} are the most",
                quote.as_of,
                age_secs / 60,
                most / 60
            );
            return found(Code::Stale, words);
        }
    }
    None
}

/// Whether `usd` is more than the tolerated part above `most`; what can't be computed is.
fn is_above(usd: Decimal, most: Decimal) -> bool {
    most.checked_mul(Decimal::ONE + OFF_MARKET_MAX).is_some_and(|most| usd > most)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::Timestamp;

    #[test]
    fn what_can_not_be_a_price_is_none() {
        let at: Timestamp = "2026-11-27T15:00:00Z".parse().unwrap();
        let good = Quote {
            ticker: "SPY".to_owned(),
            bid: dec!(99.99),
            ask: dec!(100.01),
            last: dec!(100),
            volume: None,
            as_of: at,
            received_at: at,
            source: "test".to_owned(),
        };
        let said = |quote: Quote| fault(&quote, &Limits::default()).map(|found| found.to_string());
        assert_eq!(said(good.clone()), None);
        assert_eq!(
            said(Quote { last: dec!(0), ..good.clone() }).unwrap(),
            "price.zero SPY: a price of zero or less: bid 99.99, ask 100.01, last 0"
        );
        assert_eq!(
            said(Quote { bid: dec!(100.02), ..good.clone() }).unwrap(),
            "price.crossed SPY: more is bid (100.02) than asked (100.01)"
        );
        assert_eq!(
            said(Quote { last: dec!(103.02), ..good.clone() }).unwrap(),
            "price.off_market SPY: the last trade, at 103.02, lies more than 3 % outside of 99.99 to 100.01"
        );
        assert_eq!(said(Quote { last: dec!(103.01), ..good.clone() }), None);
        assert!(said(Quote { last: dec!(97.07), ..good.clone() }).unwrap().starts_with("price.off_market"));
        let old = "2026-11-27T14:44:59Z".parse().unwrap();
        assert_eq!(
            said(Quote { as_of: old, ..good.clone() }).unwrap(),
            "price.stale SPY: the print of 2026-11-27T14:44:59Z was 15 minutes old when it was received, and 15 are the most"
        );
        let later = "2026-11-27T15:00:01Z".parse().unwrap();
        assert!(said(Quote { as_of: later, ..good }).unwrap().starts_with("price.from_the_future"));
    }
}
