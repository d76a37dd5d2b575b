//! How long somebody is to be left alone who has answered that there were too many requests.
//!
//! In: answers, and a clock of the caller that only goes forward. Out: how long nothing is to be asked. Invariants: the wait that was asked for is kept, up
//! to [`ASKED_SECS_MAX`]; without one it doubles with each such answer in a row, from [`WAIT_SECS_FIRST`] to [`WAIT_SECS_MAX`]; it is never 0.
//!
//! # Source
//! Status 429 (RFC 6585, 4); the headers `Retry-After` and `X-RateLimit-Reset` (the second from which on requests are counted anew).

use std::time::Duration;

use jiff::Timestamp;

use crate::answer::Answer;

/// The wait after the first such answer that names none, seconds; it doubles with each.
pub const WAIT_SECS_FIRST: u64 = 2;
/// The longest wait of our own choice, seconds: such limits are of requests per minute.
pub const WAIT_SECS_MAX: u64 = 60;
/// The longest wait that is kept because it was asked for, seconds.
pub const ASKED_SECS_MAX: u64 = 15 * 60;

/// The status of too many requests.
const TOO_MANY: u16 = 429;

/// How long nothing is asked.
#[derive(Debug, Clone, Default)]
pub struct Patience {
    /// Until when, by the clock of the caller.
    until: Option<Duration>,
    /// Answers of too many requests since the last other one.
    count: u32,
}

impl Patience {
    /// How long nothing is to be asked yet; `None` where somebody may ask.
    #[must_use]
    pub fn left(&self, clock: Duration) -> Option<Duration> {
        self.until?.checked_sub(clock).filter(|left| !left.is_zero())
    }

    /// Takes note of an answer; how long to wait, where it says that there were too many requests. `now` is the time of day, which the headers are of.
    pub fn after(&mut self, answer: &Answer, clock: Duration, now: Timestamp) -> Option<Duration> {
        if answer.status != TOO_MANY {
            self.count = 0; // a wait that another request was told meanwhile stays
            return None;
        }
        let own = WAIT_SECS_FIRST.saturating_mul(1 << self.count.min(16)).min(WAIT_SECS_MAX);
        let asked = answer.after(now).map(|after| after.as_secs()).or_else(|| reset(answer, now));
        let wait = Duration::from_secs(asked.unwrap_or(own).clamp(1, ASKED_SECS_MAX));
        self.until = clock.checked_add(wait);
        self.count = self.count.saturating_add(1);
        Some(wait)
    }
}

/// Seconds until requests are counted anew, where it says so.
fn reset(answer: &Answer, now: Timestamp) -> Option<u64> {
    let at: i64 = answer.header("x-ratelimit-reset")?.trim().parse().ok()?;
    u64::try_from(at.saturating_sub(now.as_second())).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: &str = "2026-11-26T08:00:00Z";

    fn answer(status: u16, header: Option<(&str, &str)>) -> Answer {
        let headers = header.map(|(name, value)| (name.to_owned(), value.to_owned())).into_iter().collect();
        Answer { status, headers, body: Ok(Vec::new()) }
    }

    fn waits(patience: &mut Patience, clock: u64, header: Option<(&str, &str)>) -> u64 {
        let (now, clock) = (NOW.parse().unwrap(), Duration::from_secs(clock));
        patience.after(&answer(429, header), clock, now).unwrap().as_secs()
    }

    #[test]
    fn what_is_asked_for_is_kept_and_else_the_wait_doubles() {
        let mut patience = Patience::default();
        assert_eq!(patience.left(Duration::ZERO), None);
        let doubled: Vec<u64> = (0..7).map(|_| waits(&mut patience, 0, None)).collect();
        assert_eq!(doubled, [2, 4, 8, 16, 32, 60, 60]);
        assert_eq!(patience.left(Duration::from_secs(59)), Some(Duration::from_secs(1)));
        assert_eq!(patience.left(Duration::from_secs(60)), None);
        assert_eq!(waits(&mut patience, 60, Some(("retry-after", "7"))), 7);
        assert_eq!(waits(&mut patience, 60, Some(("x-ratelimit-reset", "1795680030"))), 30);
        assert_eq!(waits(&mut patience, 60, Some(("retry-after", "999999999"))), ASKED_SECS_MAX);
        assert_eq!(waits(&mut patience, 60, Some(("retry-after", "0"))), 1, "it is never asked at once");
    }

    #[test]
    fn another_answer_begins_anew_and_shortens_no_wait() {
        let mut patience = Patience::default();
        assert_eq!((waits(&mut patience, 5, None), waits(&mut patience, 5, None)), (2, 4));
        let other = patience.after(&answer(200, None), Duration::from_secs(6), NOW.parse().unwrap());
        assert_eq!((other, patience.left(Duration::from_secs(6))), (None, Some(Duration::from_secs(3))));
        assert_eq!(waits(&mut patience, 9, None), 2);
    }
}
