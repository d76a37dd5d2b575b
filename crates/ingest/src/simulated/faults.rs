//! What goes wrong with prices, and how often: gaps, jumps, splits, halts, and prints that are old, crossed or zero.
//!
//! In: [`Chances`] and a draw for each purpose. Out: what happens on a tick, if anything. Invariant: at most one thing is wrong with a print; an old one is at
//! least [`STALE_SECS`] old and of the shares of today.

use portfolio::Decimal;

use super::draw::Draw;
use super::path::Elapsed;
use super::settings::Chances;
use super::truth::Kind;
use crate::feed::Quote;

/// Least age of an old print, seconds.
const STALE_SECS: i64 = 1_800;
/// Shortest and longest halt, minutes.
const HALT_MINUTES: (u32, u32) = (5, 30);
/// Above this price shares are split, below the next they are put together, USD.
const SPLIT_ABOVE: f64 = 100.0;
const JOIN_BELOW: f64 = 5.0;

impl Chances {
    /// A move at the opening, a log return.
    pub(super) fn gap(&self, draw: &mut Draw) -> Option<f64> {
        draw.happens(self.gaps_per_session).then(|| self.gap_volatility * draw.normal())
    }

    /// A move between two ticks, a log return.
    pub(super) fn jump(&self, draw: &mut Draw, time: Elapsed) -> Option<f64> {
        draw.happens(self.jumps_per_year * time.years).then(|| self.jump_volatility * draw.normal())
    }

    /// How long trading is halted from a tick on, seconds.
    pub(super) fn halt(&self, draw: &mut Draw, time: Elapsed) -> Option<i64> {
        let (least, most) = HALT_MINUTES;
        draw.happens(self.halts_per_year * time.years).then(|| i64::from(draw.whole(least, most)) * 60)
    }

    /// Shares before and after a split at the opening of a session.
    pub(super) fn split(&self, draw: &mut Draw, usd: f64) -> Option<(u32, u32)> {
        let happens = draw.happens(self.splits_per_session);
        let ratio = if usd < JOIN_BELOW {
            (10, 1)
        } else if usd > SPLIT_ABOVE {
            (1, draw.whole(2, 4))
        } else {
            (2, 3)
        };
        happens.then_some(ratio)
    }
}

/// The good quotes of a security that an old print may repeat.
#[derive(Debug, Clone, Default)]
pub(super) struct Prints {
    recent: Option<Quote>,
    old: Option<Quote>,
}

impl Prints {
    /// What is told in place of a good quote, and what is wrong with it.
    pub(super) fn print(&mut self, good: Quote, chances: &Chances, draw: &mut Draw) -> (Quote, Option<Kind>) {
        self.remember(&good);
        let drawn = draw.unit();
        let (stale, crossed) = (chances.stale, chances.stale + chances.crossed);
        if drawn < stale {
            return match &self.old {
                Some(old) => (
                    Quote { received_at: good.received_at, ..old.clone() },
                    Some(Kind::Stale { as_of: old.as_of }),
                ),
                None => (good, None), // nothing is old yet
            };
        }
        if drawn < crossed {
            return (Quote { bid: good.ask, ask: good.bid, ..good }, Some(Kind::Crossed));
        }
        if drawn < crossed + chances.zero {
            let zero = Decimal::ZERO;
            return (Quote { bid: zero, ask: zero, last: zero, ..good }, Some(Kind::Zero));
        }
        (good, None)
    }

    /// After a split older prices are of other shares.
    pub(super) fn forget(&mut self) {
        *self = Prints::default();
    }

    fn remember(&mut self, good: &Quote) {
        let age = |quote: &Quote| good.as_of.duration_since(quote.as_of).as_secs();
        match &self.recent {
            Some(recent) if age(recent) < STALE_SECS => {}
            _ => self.old = self.recent.replace(good.clone()),
        }
    }
}
