//! Which token is taken.
//!
//! In: a score for each token, which of them may come, a temperature and dice. Out: one of them. Invariants: at temperature 0 the best,
//! of equal ones the first; above it a draw that the dice alone decide.

use crate::network::exponential;

/// How tokens are chosen.
#[derive(Debug, Clone)]
pub(crate) struct Choice {
    temperature: f32,
    dice: fastrand::Rng,
}

impl Choice {
    pub(crate) fn new(temperature: f64, seed: u64) -> Choice {
        #[expect(clippy::cast_possible_truncation, reason = "a temperature is no exact thing")]
        let temperature = temperature as f32;
        Choice { temperature, dice: fastrand::Rng::with_seed(seed) }
    }

    /// The token, with its place among the scores for its number; none where none may come.
    pub(crate) fn of(&mut self, scores: &[f32], may: impl Fn(u32) -> bool) -> Option<u32> {
        let allowed = || (0_u32..).zip(scores).filter(|(token, _)| may(*token));
        let better = |best: Option<(u32, f32)>, (token, score): (u32, &f32)| match best {
            Some((_, highest)) if *score > highest => Some((token, *score)),
            None => Some((token, *score)),
            best => best,
        };
        let (best, highest) = allowed().fold(None, better)?;
        if self.temperature <= 0.0 || !self.temperature.is_finite() {
            return Some(best);
        }
        let weight = |score: f32| f64::from(exponential((score - highest) / self.temperature));
        let total: f64 = allowed().map(|(_, score)| weight(*score)).sum();
        let mut left = self.dice.f64() * total;
        for (token, score) in allowed() {
            left -= weight(*score);
            if left < 0.0 {
                return Some(token);
            }
        }
        Some(best)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cold_takes_the_best_that_may_come() {
        let mut cold = Choice::new(0.0, 1);
        assert_eq!(cold.of(&[1.0, 3.0, 3.0, 2.0], |_| true), Some(1));
        assert_eq!(cold.of(&[1.0, 3.0, 3.0, 2.0], |token| token != 1), Some(2));
        assert_eq!(cold.of(&[f32::NAN, 1.0], |token| token == 1), Some(1));
        assert_eq!(cold.of(&[1.0], |_| false), None);
    }

    #[test]
    fn warm_draws_by_the_scores_and_the_seed() {
        let drawn = |seed| {
            let mut warm = Choice::new(1.0, seed);
            (0..2000).map(|_| warm.of(&[0.0, 1.0, 9.0], |token| token < 2).unwrap()).collect::<Vec<_>>()
        };
        assert_eq!(drawn(7), drawn(7));
        assert_ne!(drawn(7), drawn(8));
        // e / (1 + e) = 73 % of 2,000 are 1,462, give or take 20.
        let ones = drawn(7).iter().filter(|token| **token == 1).count();
        assert!((1362..1562).contains(&ones), "{ones}");
        assert!(drawn(7).iter().all(|token| *token < 2));
    }
}
