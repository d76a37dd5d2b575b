//! What a judge of prices takes for ordinary: its limits, with where each comes from.
//!
//! In: nothing. Out: [`Limits`]. Invariant: every limit has a default that stands here and is told in docs/market-data.md.

/// Limits of a judge. Moves are logarithms of a ratio of prices.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limits {
    /// A print that was made longer than this before it was received is stale, and so is a price for trading, seconds.
    pub age_secs_max: i64,
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
            age_secs_max: 15 * 60,
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
