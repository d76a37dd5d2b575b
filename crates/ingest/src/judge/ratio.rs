//! Is a move that of a split: the price stands at a ratio of small whole numbers of the one before.
//!
//! In: the logarithm of a ratio of prices, the market's move taken out, and the security's daily move. Out: the ratio `from:to` of shares. Invariant: a move
//! that volatility explains is none; the tolerance never spans two ratios.

/// Shares after for shares before, of splits that happen; those into one share backwards too.
///
/// # Source
/// Common ratios of US splits; smaller ones, such as 5:4, are as large as a bad day and can't be told from one by a price.
const RATIOS: [(u32, u32); 16] = [
    (3, 2),
    (2, 1),
    (5, 2),
    (3, 1),
    (4, 1),
    (5, 1),
    (6, 1),
    (7, 1),
    (8, 1),
    (10, 1),
    (12, 1),
    (15, 1),
    (20, 1),
    (25, 1),
    (30, 1),
    (50, 1),
];
/// A price may be off its ratio by so many daily moves.
const DAILY_MOVES_OFF: f64 = 5.0;
/// It may be off by this at most, a logarithm.
const OFF_MAX: f64 = 0.06;

/// A ratio of shares: `from` became `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ratio {
    pub(super) from: u32,
    pub(super) to: u32,
}

/// The split that a move looks like.
pub(super) fn of_move(log_return: f64, daily_move: f64) -> Option<Ratio> {
    let off_max = (DAILY_MOVES_OFF * daily_move).min(OFF_MAX);
    RATIOS.into_iter().find_map(|(many, few)| {
        let size = libm::log(f64::from(many) / f64::from(few));
        if (log_return + size).abs() <= off_max {
            Some(Ratio { from: few, to: many })
        } else if few == 1 && (log_return - size).abs() <= off_max {
            Some(Ratio { from: many, to: few })
        } else {
            None
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn splits_and_reverse_splits_are_known_by_their_ratio() {
        let of = |ratio: f64| of_move(libm::log(ratio), 0.015);
        assert_eq!(of(0.5), Some(Ratio { from: 1, to: 2 }));
        assert_eq!(of(0.1434), Some(Ratio { from: 1, to: 7 }));
        assert_eq!(of(10.2), Some(Ratio { from: 10, to: 1 }));
        assert_eq!(of(0.6667), Some(Ratio { from: 2, to: 3 }));
        for other in [0.8, 0.56, 0.43, 1.3, 1.62] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn no_move_looks_like_two_splits() {
        for pair in RATIOS.windows(2) {
            let log = |(many, few): (u32, u32)| libm::log(f64::from(many) / f64::from(few));
            assert!(log(pair[1]) - log(pair[0]) > 2.0 * OFF_MAX, "{pair:?}");
        }
    }
}
