//! A stream of numbers that is the same everywhere.
//!
//! In: the name of a family and a seed. Out: numbers that look random. Invariant: what is drawn depends on
//! name, seed and the order of the calls only; neighbouring seeds and different families share nothing.

/// A splitmix64 generator.
pub(crate) struct Chance(u64);

impl Chance {
    /// The stream of one document.
    pub(crate) fn new(family: &str, seed: u64) -> Chance {
        // FNV-1a over the name, so that two families with one seed are not alike.
        let name = family.bytes().fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3)
        });
        let mut chance = Chance(name ^ seed.wrapping_mul(0xD134_2543_DE82_EF95));
        chance.next();
        chance
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }

    /// Uniform in [0, 1).
    pub(crate) fn unit(&mut self) -> f64 {
        (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// Uniform between two numbers.
    pub(crate) fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * self.unit()
    }

    /// Uniform in the exponent: as often between 1 and 2 as between 10 and 20.
    pub(crate) fn magnitude(&mut self, low: f64, high: f64) -> f64 {
        self.between(low.ln(), high.ln()).exp()
    }

    /// A whole number from 0 to `n - 1`; 0 where `n` is 0.
    pub(crate) fn below(&mut self, n: usize) -> usize {
        ((self.unit() * n as f64) as usize).min(n.saturating_sub(1))
    }

    /// A whole number from `low` to `high`, both included.
    pub(crate) fn whole(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// A number of days from `low` to `high`, both included.
    pub(crate) fn days(&mut self, low: u32, high: u32) -> i64 {
        let span = f64::from(high - low + 1);
        i64::from(low) + (self.unit() * span) as i64
    }

    /// True in a part `p` of the cases.
    pub(crate) fn happens(&mut self, p: f64) -> bool {
        self.unit() < p
    }

    /// One of a few things.
    pub(crate) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// `count` different numbers below `n` (all of them where there are no more), in the order drawn.
    pub(crate) fn several(&mut self, count: usize, n: usize) -> Vec<usize> {
        let mut all: Vec<usize> = (0..n).collect();
        let drawn = count.min(n);
        for place in 0..drawn {
            let other = place + self.below(n - place);
            all.swap(place, other);
        }
        all.truncate(drawn);
        all
    }

    /// About normal, with mean 0 and deviation 1: the sum of twelve uniform numbers.
    pub(crate) fn normal(&mut self) -> f64 {
        (0..12).map(|_| self.unit()).sum::<f64>() - 6.0
    }
}

/// A number with so many digits after the point.
pub(crate) fn rounded(number: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (number * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn families_and_seeds_differ_and_a_seed_repeats_itself() {
        let first = |family, seed| Chance::new(family, seed).next();
        assert_eq!(first("etf", 1), first("etf", 1));
        assert_ne!(first("etf", 1), first("etf", 2));
        assert_ne!(first("etf", 1), first("whole", 1));
    }

    #[test]
    fn what_is_drawn_is_spread_and_different() {
        let mut chance = Chance::new("etf", 3);
        let mean = (0..10_000).map(|_| chance.unit()).sum::<f64>() / 10_000.0;
        assert!((mean - 0.5).abs() < 0.02, "{mean}");
        let mut drawn = chance.several(20, 20);
        drawn.sort_unstable();
        assert_eq!(drawn, (0..20).collect::<Vec<_>>());
        assert_eq!(chance.several(5, 3).len(), 3);
    }
}
