//! How the price of one security moves, and what is quoted of it.
//!
//! In: moves of the common factor and a draw of its own, tick by tick. Out: a price, and a quote of whole cents around it. Invariant: only sums, products,
//! quotients and square roots are used, which are exact to the last bit everywhere; a price stays between two cents and a hundred million dollars.

use jiff::Timestamp;
use portfolio::Decimal;
use portfolio::money::float;

use super::draw::Draw;
use super::settings::Listed;
use crate::feed::Quote;

/// Trading days of a year.
const DAYS_OF_YEAR: f64 = 252.0;
/// Seconds of a whole session.
const SECS_OF_SESSION: f64 = 23_400.0;
/// The part of a day's variance that falls between sessions.
const OVERNIGHT: f64 = 0.2;
const PRICE_MIN: f64 = 0.02;
const PRICE_MAX: f64 = 1e8;

/// How much of a year's moving lies before a tick.
#[derive(Debug, Clone, Copy)]
pub(super) struct Elapsed {
    /// Years.
    pub(super) years: f64,
    /// Their square root.
    root: f64,
}

impl Elapsed {
    /// So many seconds of trading since the tick before, and a night where one lies between.
    pub(super) fn of(open_secs: u32, overnight: bool) -> Elapsed {
        let in_session = (1.0 - OVERNIGHT) * f64::from(open_secs) / SECS_OF_SESSION;
        let years = (in_session + if overnight { OVERNIGHT } else { 0.0 }) / DAYS_OF_YEAR;
        Elapsed { years, root: years.sqrt() }
    }
}

/// The log return that all securities share in a tick, before their betas.
pub(super) fn factor(seed: u64, step: u64, volatility: f64, time: Elapsed) -> f64 {
    volatility * time.root * Draw::of(seed, "", "factor", step).normal()
}

/// Where a price stands.
#[derive(Debug, Clone)]
pub(super) struct Path {
    usd: f64,
}

impl Path {
    pub(super) fn new(listed: &Listed) -> Path {
        Path { usd: float(listed.price) }
    }

    /// One tick of geometric Brownian motion, whose mean growth is the drift of the security.
    pub(super) fn step(
        &mut self,
        listed: &Listed,
        own: &mut Draw,
        factor: f64,
        factor_volatility: f64,
        time: Elapsed,
    ) {
        let shared = listed.beta * factor_volatility;
        let variance = shared * shared + listed.volatility * listed.volatility;
        let mean = (listed.drift - 0.5 * variance) * time.years;
        self.moved(mean + listed.beta * factor + listed.volatility * time.root * own.normal());
    }

    /// A move by a log return.
    pub(super) fn moved(&mut self, log_return: f64) {
        self.usd = (self.usd * exp(log_return)).clamp(PRICE_MIN, PRICE_MAX);
    }

    /// `from` shares became `to`.
    pub(super) fn split(&mut self, from: u32, to: u32) {
        self.usd = (self.usd * f64::from(from) / f64::from(to)).clamp(PRICE_MIN, PRICE_MAX);
    }

    pub(super) fn usd(&self) -> f64 {
        self.usd
    }

    /// The quote of a good tick: half of the spread to each side, outwards to the cent.
    pub(super) fn quote(&self, listed: &Listed, at: Timestamp, source: &str) -> Quote {
        let half = self.usd * listed.spread_bps / 20_000.0;
        let last = (self.usd * 100.0).round();
        let bid = ((self.usd - half) * 100.0).floor().clamp(1.0, last);
        let ask = ((self.usd + half) * 100.0).ceil().max(bid + 1.0);
        Quote {
            ticker: listed.ticker.clone(),
            bid: cents(bid),
            ask: cents(ask),
            last: cents(last),
            volume: None,
            as_of: at,
            received_at: at,
            source: source.to_owned(),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a whole number below 10^11")]
fn cents(whole: f64) -> Decimal {
    Decimal::new(whole as i64, 2)
}

/// e^x for |x| <= 1 (a larger one is held at that) by its series: the library's differs in the last bit from machine to machine.
fn exp(x: f64) -> f64 {
    let x = x.clamp(-1.0, 1.0);
    (1..=18).rev().fold(1.0, |sum, n| 1.0 + x / f64::from(n) * sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_series_is_the_exponential() {
        for n in -100..=100 {
            let x = f64::from(n) / 100.0;
            assert!((exp(x) / x.exp() - 1.0).abs() < 1e-14, "{x}");
        }
    }

    #[test]
    fn a_quote_is_whole_cents_around_the_price() {
        let listed = Listed { price: Decimal::new(10_000, 2), spread_bps: 4.0, ..Listed::market("A") };
        let at = Timestamp::UNIX_EPOCH;
        let quote = Path::new(&listed).quote(&listed, at, "s");
        assert_eq!(
            (quote.bid, quote.last, quote.ask),
            (Decimal::new(9998, 2), Decimal::new(10_000, 2), Decimal::new(10_002, 2))
        );
        let penny = Path { usd: PRICE_MIN }.quote(&listed, at, "s");
        assert_eq!(
            (penny.bid, penny.last, penny.ask),
            (Decimal::new(1, 2), Decimal::new(2, 2), Decimal::new(3, 2))
        );
    }

    #[test]
    fn a_price_stays_in_its_limits() {
        let mut path = Path { usd: 1.0 };
        (0..100).for_each(|_| path.moved(-5.0));
        assert_eq!(path.usd.to_bits(), PRICE_MIN.to_bits());
        (0..100).for_each(|_| path.moved(5.0));
        assert_eq!(path.usd.to_bits(), PRICE_MAX.to_bits());
    }
}
