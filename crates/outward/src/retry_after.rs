//! When somebody wants to be asked again.
//!
//! In: the headers `Retry-After` (seconds, or a date) and `retry-after-ms`, and the moment now. Out: how
//! long to wait. Invariant: whatever stands there, the wait is finite and not negative; nonsense is none.
//!
//! # Source
//! RFC 9110, 10.2.3; `retry-after-ms` is sent by OpenAI and Anthropic beside it and is finer.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;

/// Longer waits are no waits: whoever reads this decides by a deadline that is far below.
const WAIT_MAX: Duration = Duration::from_secs(7 * 24 * 3600);

/// The wait that the headers ask for.
#[must_use]
pub fn wait(retry_after: Option<&str>, retry_after_ms: Option<&str>, now: Timestamp) -> Option<Duration> {
    let finer = retry_after_ms.and_then(|text| seconds(text, 1e-3));
    finer.or_else(|| retry_after.and_then(|text| seconds(text, 1.0).or_else(|| until(text, now))))
}

fn seconds(text: &str, unit: f64) -> Option<Duration> {
    let count: f64 = text.trim().parse().ok()?;
    (count.is_finite() && count >= 0.0)
        .then(|| Duration::try_from_secs_f64(count * unit).unwrap_or(WAIT_MAX).min(WAIT_MAX))
}

fn until(text: &str, now: Timestamp) -> Option<Duration> {
    let then = rfc2822::parse(text.trim()).ok()?.timestamp();
    let wait = Duration::try_from(then.duration_since(now)).unwrap_or(Duration::ZERO); // it is past already
    Some(wait.min(WAIT_MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Option<Duration> {
        wait(Some(text), None, "2026-11-26T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_dates_are_read() {
        assert_eq!(at("7"), Some(Duration::from_secs(7)));
        assert_eq!(at(" 1.5 "), Some(Duration::from_millis(1500)));
        assert_eq!(at("Thu, 26 Nov 2026 08:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(at("Thu, 26 Nov 2026 07:00:00 GMT"), Some(Duration::ZERO));
        let ms = wait(Some("7"), Some("250"), "2026-11-26T08:00:00Z".parse().unwrap());
        assert_eq!(ms, Some(Duration::from_millis(250)));
    }

    #[test]
    fn nonsense_is_no_wait_and_no_panic() {
        for text in ["", "soon", "-3", "NaN", "inf", "Thu, 99 Nov 2026 08:00:30 GMT"] {
            assert_eq!(at(text), None, "{text}");
        }
        assert_eq!(at("1e300"), Some(WAIT_MAX));
    }
}
