//! What a judge remembers of one security: its last good price, how far it moves in a day, how much of it is traded, what is held back.
//!
//! In: prices that were taken, day by day. Out: by how many of its daily moves a new price is off. Invariant: prices are decimals; what is
//! measured on them (moves, volumes) is a binary float, and the same on every machine.

use jiff::Timestamp;
use jiff::civil::Date;
use portfolio::Decimal;
use portfolio::exchange::{OutOfCalendar, eastern, trading_days};
use portfolio::money::float;
use serde::{Deserialize, Serialize};

use super::finding::Code;
use crate::feed::{Quote, Split};

/// Daily move of a security of which no return is known, and how many returns this counts for.
const MOVE_AT_FIRST: f64 = 0.02;
const RETURNS_AT_FIRST: u32 = 10;
/// Returns, or volumes, that an average remembers.
const REMEMBERED: u32 = 60;
/// The least daily move that is taken for one.
const MOVE_MIN: f64 = 0.004;
/// A return counts for so many daily moves at most, so that one wild day does not make the next one ordinary.
const MOVES_COUNTED_MAX: f64 = 2.0;
/// A volume counts for so much, as a logarithm off the ordinary one.
const LOG_VOLUME_COUNTED_MAX: f64 = 1.0;
/// √(π/2): the standard deviation of a normal return for its mean size.
const DEVIATION_OF_MEAN_SIZE: f64 = 1.253_314_137_315_500_3;
/// Volumes before one is said to be out of the ordinary.
const VOLUMES_MIN: u32 = 10;

/// A price that was taken.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Good {
    /// USD per share.
    pub price: Decimal,
    /// When it was made.
    pub as_of: Timestamp,
    /// When it became known.
    pub received_at: Timestamp,
    /// From whom.
    pub source: String,
}

/// A price that waits for others to confirm it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct HeldBack {
    pub(super) code: Code,
    /// The newest price at that level.
    pub(super) price: Decimal,
    /// The first print of it.
    pub(super) first_at: Timestamp,
    /// The newest print of it.
    pub(super) last_at: Timestamp,
    /// Later prints that agree with the first.
    pub(super) confirmations: u32,
}

/// One security.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Standing {
    pub(super) good: Good,
    /// The last price of the session before, and its day.
    close: Option<(Date, Decimal)>,
    /// How far it moves in a day, a standard deviation of logarithms, the market's move taken out.
    daily_move: f64,
    returns: u32,
    /// The logarithm of the shares of an ordinary session.
    log_volume: f64,
    volumes: u32,
    /// Shares of this session so far.
    volume: Option<Decimal>,
    pub(super) held: Option<HeldBack>,
    /// What is wrong with the newest quote, where it was none that could be weighed: it stands until the next one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) doubt: Option<(Code, String)>,
    /// The first day of the newest split.
    split: Option<Date>,
}

impl Standing {
    /// A security whose first price is taken: there is nothing to hold it against.
    pub(super) fn first(quote: &Quote) -> Standing {
        Standing {
            good: good(quote),
            close: None,
            daily_move: MOVE_AT_FIRST,
            returns: 0,
            log_volume: 0.0,
            volumes: 0,
            volume: quote.volume,
            held: None,
            doubt: None,
            split: None,
        }
    }

    /// The day of its last good price.
    pub(super) fn day(&self) -> Date {
        eastern(self.good.as_of).date()
    }

    /// Takes a price.
    pub(super) fn take(&mut self, quote: &Quote) {
        self.good = good(quote);
        self.volume = quote.volume;
        self.held = None;
    }

    /// Takes the price that is held back.
    pub(super) fn accept(&mut self) -> Option<Good> {
        let held = self.held.take()?;
        self.good = Good { price: held.price, as_of: held.last_at, ..self.good.clone() };
        Some(self.good.clone())
    }

    /// How far it moves in a day.
    pub(super) fn daily_move(&self) -> f64 {
        self.daily_move.max(MOVE_MIN)
    }

    /// Trading days from its last good price to another time, 1 at least: within a day it moves as in a day.
    pub(super) fn days_to(&self, at: Timestamp) -> Result<f64, OutOfCalendar> {
        Ok(f64::from(trading_days(self.day(), eastern(at).date())?.max(1)))
    }

    /// The logarithm of the volume for an ordinary session's; nothing while too few are known.
    pub(super) fn volume_off(&self, quote: &Quote) -> Option<f64> {
        if self.volumes < VOLUMES_MIN {
            return None;
        }
        Some(log_of(quote.volume?)? - self.log_volume)
    }

    /// The return of the session that its last good price closes, where that is the one of `day`.
    pub(super) fn session_return(&self, day: Date) -> Option<f64> {
        let (_, before) = self.close.filter(|_| self.day() == day)?;
        log_return(before, self.good.price)
    }

    /// A session has ended in which the market moved by `common`: what is ordinary is learnt from it.
    pub(super) fn close_session(&mut self, day: Date, common: f64) -> Result<(), OutOfCalendar> {
        if self.day() != day {
            return Ok(());
        }
        if let (Some(log_return), Some((from, _))) = (self.session_return(day), self.close) {
            let days = f64::from(trading_days(from, day)?.max(1));
            let most = MOVES_COUNTED_MAX * self.daily_move();
            let size = ((log_return - common).abs() / days.sqrt()).min(most) * DEVIATION_OF_MEAN_SIZE;
            self.returns = self.returns.saturating_add(1);
            let weight = 1.0 / f64::from((self.returns + RETURNS_AT_FIRST).min(REMEMBERED));
            self.daily_move += weight * (size - self.daily_move);
        }
        if let Some(log_volume) = self.volume.take().and_then(log_of) {
            self.volumes = self.volumes.saturating_add(1);
            let off = log_volume - self.log_volume;
            let counted = if self.volumes == 1 {
                off
            } else {
                off.clamp(-LOG_VOLUME_COUNTED_MAX, LOG_VOLUME_COUNTED_MAX)
            };
            self.log_volume += counted / f64::from(self.volumes.min(REMEMBERED));
        }
        self.close = Some((day, self.good.price));
        Ok(())
    }

    /// A split makes what is remembered one of new shares, once. Whether it did.
    pub(super) fn split(&mut self, split: &Split) -> bool {
        if split.from == 0 || split.to == 0 || self.split.is_some_and(|known| split.day <= known) {
            return false;
        }
        self.split = Some(split.day);
        // Prices of the day are in new shares already.
        if self.day() >= split.day {
            return false;
        }
        let in_new = |price: Decimal| {
            let scaled = price.checked_mul(Decimal::from(split.from));
            scaled.and_then(|scaled| scaled.checked_div(Decimal::from(split.to))).unwrap_or(price)
        };
        self.good.price = in_new(self.good.price);
        self.close = self.close.map(|(day, close)| (day, in_new(close)));
        self.log_volume += libm::log(f64::from(split.to) / f64::from(split.from));
        self.held = None;
        true
    }
}

fn good(quote: &Quote) -> Good {
    Good {
        price: quote.last,
        as_of: quote.as_of,
        received_at: quote.received_at,
        source: quote.source.clone(),
    }
}

fn log_of(positive: Decimal) -> Option<f64> {
    (positive > Decimal::ZERO).then(|| libm::log(float(positive)))
}

/// The logarithm of a ratio of prices.
pub(super) fn log_return(from: Decimal, to: Decimal) -> Option<f64> {
    Some(log_of(to)? - log_of(from)?)
}
