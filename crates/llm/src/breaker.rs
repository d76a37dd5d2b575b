//! Whether a model should be asked at all just now.
//!
//! In: how its last calls ended, and the time. Out: yes, no, or one call to see. Invariant: after
//! `failures_max` failures in a row nobody is sent there for `rest`; then one caller tries, and only its
//! success lets the others back.

use std::time::Duration;

/// When a breaker opens and for how long.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BreakerSettings {
    /// Failures in a row that open it.
    pub failures_max: u32,
    /// How long it stays open.
    pub rest: Duration,
}

impl Default for BreakerSettings {
    fn default() -> BreakerSettings {
        BreakerSettings { failures_max: 5, rest: Duration::from_secs(30) }
    }
}

/// The breaker of one model.
#[derive(Debug, Clone)]
pub struct Breaker {
    settings: BreakerSettings,
    failures: u32,
    open_until: Option<Duration>,
}

impl Breaker {
    /// A breaker that lets everybody through.
    #[must_use]
    pub fn new(settings: BreakerSettings) -> Breaker {
        Breaker { settings, failures: 0, open_until: None }
    }

    /// Whether a call may be made `now`. Where the rest is over, the first who asks is let through and the
    /// others wait for another rest or for its success.
    pub fn admits(&mut self, now: Duration) -> bool {
        match self.open_until {
            Some(until) if now < until => false,
            Some(_) => {
                self.open_until = Some(now + self.settings.rest);
                true
            }
            None => true,
        }
    }

    /// How long until it lets somebody try, if it is open.
    #[must_use]
    pub fn rests_for(&self, now: Duration) -> Option<Duration> {
        self.open_until.and_then(|until| until.checked_sub(now))
    }

    /// A call ended well.
    pub fn succeeded(&mut self) {
        self.failures = 0;
        self.open_until = None;
    }

    /// A call ended in a fault of the provider.
    pub fn failed(&mut self, now: Duration) {
        self.failures = self.failures.saturating_add(1);
        if self.failures >= self.settings.failures_max {
            self.open_until = Some(now + self.settings.rest);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secs(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn it_opens_rests_and_lets_one_try() {
        let mut breaker = Breaker::new(BreakerSettings { failures_max: 2, rest: secs(10) });
        breaker.failed(secs(0));
        assert!(breaker.admits(secs(0)));
        breaker.failed(secs(1));
        assert!(!breaker.admits(secs(5)));
        assert_eq!(breaker.rests_for(secs(5)), Some(secs(6)));
        assert!(breaker.admits(secs(11)), "one may try");
        assert!(!breaker.admits(secs(11)), "and only one");
        breaker.failed(secs(12));
        assert!(!breaker.admits(secs(21)), "it failed again");
        assert!(breaker.admits(secs(22)));
        breaker.succeeded();
        assert!(breaker.admits(secs(22)) && breaker.admits(secs(22)));
    }

    #[test]
    fn failures_have_to_be_in_a_row() {
        let mut breaker = Breaker::new(BreakerSettings { failures_max: 2, rest: secs(10) });
        breaker.failed(secs(0));
        breaker.succeeded();
        breaker.failed(secs(1));
        assert!(breaker.admits(secs(1)));
    }
}
