//! What the prices of one moment have in common: the market's move, its volume, whether many have jumped at once.
//!
//! In: the prices of a round, each of another ticker, with what is remembered of it. Out: a [`Round`]. Invariant: medians, so that no
//! single price makes what it is held against.

use super::limits::Limits;

/// Fewer prices have no common move.
const MOVES_MIN: usize = 5;
/// Fewer volumes have no common one.
const VOLUMES_MIN: usize = 20;
/// Fewer prices say nothing of a round.
const ROUND_MIN: usize = 50;
/// A jump: so many daily moves on a volume below so much, a logarithm.
const JUMP_MOVES: f64 = 3.5;
const JUMP_LOG_VOLUME_MAX: f64 = 0.47;

/// A price beside what is remembered of its security.
#[derive(Debug, Clone, Copy)]
pub(super) struct Off {
    /// Since the last good price, a logarithm.
    pub(super) log_return: f64,
    /// How far it is expected to move in that time.
    pub(super) expected: f64,
    /// Its volume for an ordinary one, a logarithm.
    pub(super) log_volume: Option<f64>,
}

/// What the prices of a moment have in common.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Round {
    /// The move that all share, a logarithm.
    pub(super) common: f64,
    /// The volume that all share, a logarithm; nothing where too few are known.
    pub(super) log_volume: Option<f64>,
    /// Too many have jumped on ordinary volume.
    pub(super) is_suspicious: bool,
}

impl Round {
    pub(super) fn of(all: &[Off], limits: &Limits) -> Round {
        let common = if all.len() < MOVES_MIN { 0.0 } else { median(all.iter().map(|off| off.log_return)) };
        let common = if common.abs() > limits.common_move_max { 0.0 } else { common };
        let volumes: Vec<f64> = all.iter().filter_map(|off| off.log_volume).collect();
        let log_volume = (volumes.len() >= VOLUMES_MIN).then(|| median(volumes.into_iter()));
        let mut round = Round { common, log_volume, is_suspicious: false };
        let jumped = |off: &&Off| {
            round.moves(off) > JUMP_MOVES && round.volume(off).is_some_and(|v| v < JUMP_LOG_VOLUME_MAX)
        };
        let count = all.iter().filter(jumped).count();
        let part = count as f64 / all.len().max(1) as f64;
        round.is_suspicious = all.len() >= ROUND_MIN && part >= limits.jumped_part_max;
        round
    }

    /// By how many of its daily moves a price is off, the market's taken out.
    pub(super) fn moves(&self, off: &Off) -> f64 {
        (off.log_return - self.common).abs() / off.expected
    }

    /// Its volume for an ordinary one and for the market's, a logarithm.
    pub(super) fn volume(&self, off: &Off) -> Option<f64> {
        Some(off.log_volume? - self.log_volume?)
    }

    /// The most daily moves that are ordinary for a price.
    pub(super) fn moves_max(&self, off: &Off, limits: &Limits) -> f64 {
        let Some(volume) = self.volume(off) else { return limits.moves_max_unknown_volume };
        let ordinary = (limits.moves_max + limits.moves_per_log_volume * volume.max(QUIET))
            .clamp(limits.moves_max_in_suspicious_round, limits.moves_max_ever);
        if self.is_suspicious {
            let less = limits.moves_max_in_suspicious_round;
            ordinary.min(less + limits.moves_per_log_volume * MOVES_LESS * volume.max(0.0))
        } else {
            ordinary
        }
    }
}

/// A volume below e to this of the ordinary one speaks no more against a price.
const QUIET: f64 = -0.1;
/// In a suspicious round volume explains this part of what it does elsewhere.
const MOVES_LESS: f64 = 0.3;

fn median(all: impl Iterator<Item = f64>) -> f64 {
    let mut all: Vec<f64> = all.collect();
    all.sort_unstable_by(f64::total_cmp);
    let half = all.len() / 2;
    match (all.get(half.wrapping_sub(1)), all.get(half)) {
        (Some(low), Some(high)) if all.len().is_multiple_of(2) => f64::midpoint(*low, *high),
        (_, Some(middle)) => *middle,
        _ => 0.0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn off(log_return: f64) -> Off {
        Off { log_return, expected: 0.01, log_volume: None }
    }

    #[test]
    fn a_move_that_all_share_is_none_and_one_that_no_market_has_is_not_shared() {
        let all: Vec<Off> = (0..9).map(|n| off(-0.08 + f64::from(n) * 0.001)).collect();
        let round = Round::of(&all, &Limits::default());
        assert!((round.common + 0.076).abs() < 1e-12);
        assert!(round.moves(&all[0]) < 1.0);
        let scaled: Vec<Off> = all.iter().map(|o| off(o.log_return - 2.3)).collect();
        assert!(Round::of(&scaled, &Limits::default()).common.abs() < 1e-12);
        assert!(Round::of(&all[..4], &Limits::default()).common.abs() < 1e-12, "four have no common move");
    }

    #[test]
    fn medians() {
        let is = |all: &[f64], expected: f64| (median(all.iter().copied()) - expected).abs() < 1e-12;
        assert!(is(&[3.0, 1.0, 2.0], 2.0) && is(&[4.0, 1.0, 2.0, 3.0], 2.5) && is(&[], 0.0));
    }
}
