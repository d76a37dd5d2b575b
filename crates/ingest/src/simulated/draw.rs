//! Chance that is counted and not kept: what is drawn depends on what it is for.
//!
//! In: a seed, a ticker, a purpose and the number of a tick. Out: a [`Draw`] of its own for them. Invariant: a draw shares nothing with one for another
//! ticker, purpose or tick, so that neither a further security nor a further fault changes any other price; and it is the same on every machine.

/// A splitmix64 generator.
#[derive(Debug, Clone)]
pub(super) struct Draw(u64);

impl Draw {
    pub(super) fn of(seed: u64, ticker: &str, purpose: &str, step: u64) -> Draw {
        let mut draw = Draw(seed);
        for part in [name(ticker), name(purpose), step] {
            draw.0 = draw.next() ^ part;
        }
        draw
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(super) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// True in a part `p` of the cases.
    pub(super) fn happens(&mut self, p: f64) -> bool {
        p > 0.0 && self.unit() < p
    }

    /// About normal, with mean 0 and deviation 1, within 6: the sum of twelve uniform numbers. Wide moves are what jumps are for.
    pub(super) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }

    /// A whole number from `low` to `high`, both included.
    pub(super) fn whole(&mut self, low: u32, high: u32) -> u32 {
        let many = u64::from(high.max(low) - low) + 1;
        low + u32::try_from(self.next() % many).unwrap_or(0)
    }
}

/// FNV-1a.
fn name(text: &str) -> u64 {
    text.bytes()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_is_for_tells_draws_apart() {
        let first = |seed, ticker, purpose, step| Draw::of(seed, ticker, purpose, step).next();
        let one = first(1, "A", "own", 1);
        assert_eq!(one, first(1, "A", "own", 1));
        for other in [
            first(2, "A", "own", 1),
            first(1, "B", "own", 1),
            first(1, "A", "gap", 1),
            first(1, "A", "own", 2),
        ] {
            assert_ne!(one, other);
        }
    }

    #[test]
    fn it_is_spread_as_it_should_be() {
        let normals: Vec<f64> = (0..20_000).map(|step| Draw::of(1, "A", "own", step).normal()).collect();
        let mean = normals.iter().sum::<f64>() / 20_000.0;
        let variance = normals.iter().map(|z| z * z).sum::<f64>() / 20_000.0;
        assert!(mean.abs() < 0.03 && (variance - 1.0).abs() < 0.05, "{mean} {variance}");
        let mut draw = Draw::of(1, "A", "own", 1);
        let wholes: std::collections::BTreeSet<u32> = (0..200).map(|_| draw.whole(5, 8)).collect();
        assert_eq!(wholes.into_iter().collect::<Vec<_>>(), [5, 6, 7, 8]);
        assert!(!draw.happens(0.0) && draw.happens(1.0));
    }
}
