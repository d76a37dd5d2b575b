//! A share of a count, with its interval.
//!
//! # Source
//! E. B. Wilson, "Probable inference, the law of succession, and statistical inference", JASA 22 (1927): the interval stays within
//! 0 and 1 and holds for few cases, where the usual one does not.

use serde::Serialize;

/// So many of so many.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub(crate) struct Share {
    /// Those that count.
    pub(crate) count: usize,
    /// All.
    pub(crate) of: usize,
    /// The share; none of nothing.
    pub(crate) share: Option<f64>,
    /// Its 95 % interval.
    pub(crate) interval_95: Option<[f64; 2]>,
}

/// The 97.5 % quantile of the normal distribution.
const Z: f64 = 1.959_963_984_540_054;

impl Share {
    /// `count` of `of`.
    pub(crate) fn new(count: usize, of: usize) -> Share {
        #[expect(clippy::cast_precision_loss, reason = "counts of an evaluation are small")]
        let (k, n) = (count as f64, of as f64);
        if of == 0 {
            return Share { count, of, share: None, interval_95: None };
        }
        let share = k / n;
        let z2 = Z * Z;
        let middle = (share + z2 / (2.0 * n)) / (1.0 + z2 / n);
        let half = Z / (1.0 + z2 / n) * (share * (1.0 - share) / n + z2 / (4.0 * n * n)).sqrt();
        let interval = [(middle - half).max(0.0), (middle + half).min(1.0)];
        Share { count, of, share: Some(share), interval_95: Some(interval) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_is_wilsons() {
        // 16 of 24, by hand: 0.467 to 0.820.
        let share = Share::new(16, 24);
        let [low, high] = share.interval_95.unwrap();
        assert!((low - 0.467).abs() < 5e-4 && (high - 0.820).abs() < 5e-4, "{low} {high}");
        let none = Share::new(0, 10).interval_95.unwrap();
        assert!(none[0].abs() < 1e-12 && none[1] > 0.2, "{none:?}");
        assert_eq!(Share::new(0, 0).share, None);
    }
}
