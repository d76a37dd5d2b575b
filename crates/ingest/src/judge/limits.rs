//! What a judge of prices takes for ordinary: its limits, with where each comes from.
//!
//! In: nothing, or how old a price may be. Out: [`Limits`]. Invariant: every limit has a default that stands here and is told in docs/market-data.md.

use jiff::Timestamp;
use portfolio::exchange::{OutOfCalendar, previous_session};
use serde::{Deserialize, Serialize};

/// How old a price may be that somebody trades on.
///
/// # Source
/// Seconds: tax.md 8.8. The last close: house decision (2026-11-26).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PriceAge {
    /// So many seconds.
    Secs(i64),
    /// It is of the close of the last session that is over, or later: the newest that there is of prices that are told once a day.
    LastClose,
}

/// Of a live source.
///
/// # Source
/// tax.md 8.8.
impl Default for PriceAge {
    fn default() -> PriceAge {
        PriceAge::Secs(15 * 60)
    }
}

impl PriceAge {
    /// Why a price of a time is too old now; `None` where it is not.
    ///
    /// # Errors
    /// [`OutOfCalendar`].
    pub fn fault(self, as_of: Timestamp, now: Timestamp) -> Result<Option<String>, OutOfCalendar> {
        match self {
            PriceAge::Secs(most) => {
                let age = now.duration_since(as_of).as_secs();
                let words = || format!("{} minutes old, and {} are the most", age / 60, most / 60);
                Ok((age > most).then(words))
            }
            PriceAge::LastClose => {
                let last = previous_session(now)?;
                let words = || format!("older than the close of {}, the last session that is over", last.day);
                Ok((as_of < last.closes).then(words))
            }
        }
    }
}

/// Limits of a judge. Moves are logarithms of a ratio of prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// What is older is stale, for trading. Where it is of seconds, so is a print that was made longer before it was received: a
    /// live source repeats itself; a file of closes is read whenever it is there.
    pub age: PriceAge,
    /// Below this no move is suspicious, however quiet a security is.
    pub move_min: f64,
    /// A move of so many of a security's own daily moves is suspicious on ordinary volume.
    pub moves_max: f64,
    /// How many more are allowed where the volume is e times the ordinary one: news brings trade with it, a wrong print does not.
    pub moves_per_log_volume: f64,
    /// The limit where a source tells no volume.
    pub moves_max_unknown_volume: f64,
    /// No volume makes more than this ordinary.
    pub moves_max_ever: f64,
    /// Where at least this part of a round's prices has jumped on ordinary volume, the round itself is suspicious and
    /// [`Limits::moves_max_in_suspicious_round`] holds.
    pub jumped_part_max: f64,
    /// See [`Limits::jumped_part_max`].
    pub moves_max_in_suspicious_round: f64,
    /// A common move of a market larger than this is taken for none: markets halt before.
    pub common_move_max: f64,
    /// Later prints, each of another time, that confirm a held-back price within a session; one of a later session does too.
    pub confirmations: u32,
}

impl Default for Limits {
    /// # Source
    /// Age: tax.md 8.8. Common move: the halts of the whole market end at 20 % (NYSE rule 7.12). The others are house decisions
    /// (2026-11-26), measured on the closes of 505 stocks of 2013 to 2015 (`tests/judge_of_real_prices.rs`): 96 % of listed
    /// bad prints of 4 % and more are caught, and 0.07 % of the prices of clean days are held back.
    fn default() -> Limits {
        Limits {
            age: PriceAge::default(),
            move_min: 0.02,
            moves_max: 4.0,
            moves_per_log_volume: 6.0,
            moves_max_unknown_volume: 8.0,
            moves_max_ever: 25.0,
            jumped_part_max: 0.08,
            moves_max_in_suspicious_round: 2.7,
            common_move_max: 0.25,
            confirmations: 2,
        }
    }
}
