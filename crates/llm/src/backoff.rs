//! How long to wait before the next attempt.
//!
//! In: how many attempts failed, what the provider asks for, and a generator of random numbers that the
//! caller seeded. Out: a wait. Invariants: never shorter than the provider asks, never longer than the cap
//! where it asks for nothing; the same seed gives the same waits.
//!
//! # Source
//! Exponential back-off with equal jitter: half of the wait is fixed and half is drawn, so that many callers who
//! failed together do not come back together.

use std::time::Duration;

/// The waits between attempts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Backoff {
    /// Wait after the first failure.
    pub first: Duration,
    /// Longest wait of our own choice.
    pub cap: Duration,
}

impl Default for Backoff {
    fn default() -> Backoff {
        Backoff { first: Duration::from_millis(500), cap: Duration::from_secs(20) }
    }
}

impl Backoff {
    /// The wait after the `failures`-th failure (1 or more).
    pub fn wait(&self, failures: u32, asked: Option<Duration>, dice: &mut fastrand::Rng) -> Duration {
        let doubled = self.first.saturating_mul(1 << failures.saturating_sub(1).min(20));
        let most = doubled.min(self.cap);
        let drawn = most.mul_f64(0.5 + 0.5 * dice.f64());
        // A little is added to what the provider asks, for the same reason that waits are drawn.
        asked.map_or(drawn, |asked| asked + self.first.mul_f64(dice.f64() * 0.5))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_a_cap_and_are_repeatable() {
        let backoff = Backoff::default();
        let waits = |seed| {
            let mut dice = fastrand::Rng::with_seed(seed);
            (1..=40).map(|n| backoff.wait(n, None, &mut dice)).collect::<Vec<_>>()
        };
        assert_eq!(waits(3), waits(3));
        assert_ne!(waits(3), waits(4));
        for (wait, most) in waits(3).iter().zip([0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 20.0, 20.0]) {
            assert!(wait.as_secs_f64() >= most / 2.0 && wait.as_secs_f64() <= most, "{wait:?} of {most}");
        }
        assert!(waits(3).iter().all(|wait| *wait <= backoff.cap));
    }

    #[test]
    fn what_the_provider_asks_is_kept() {
        let mut dice = fastrand::Rng::with_seed(1);
        let asked = Duration::from_secs(33);
        let wait = Backoff::default().wait(1, Some(asked), &mut dice);
        assert!(wait >= asked && wait < asked + Duration::from_secs(1), "{wait:?}");
    }
}
