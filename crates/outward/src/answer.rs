//! What came back: a status, headers, a body, and when the other side wants to be asked again.
//!
//! Invariant: whatever stands in a header, the wait is finite, not negative and at most [`AFTER_MAX`]; nonsense is none.

use std::time::Duration;

use jiff::Timestamp;

use crate::agent::Fault;
use crate::retry_after;

/// Longer waits are cut to it.
pub const AFTER_MAX: Duration = Duration::from_secs(24 * 3600);

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Its headers, names in lower case, as far as they are text.
    pub headers: Vec<(String, String)>,
    /// Its body; a fault where the status came and the body did not, or not all of it.
    pub body: Result<Vec<u8>, Fault>,
}

impl Answer {
    /// A header by its name in lower case; the first of several.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// How long to wait before the next request, where the other side says so in `Retry-After`.
    #[must_use]
    pub fn after(&self, now: Timestamp) -> Option<Duration> {
        let wait = retry_after::wait(self.header("retry-after"), None, now)?;
        Some(wait.min(AFTER_MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(written: &str) -> Option<Duration> {
        let headers = vec![("retry-after".to_owned(), written.to_owned())];
        let answer = Answer { status: 429, headers, body: Ok(Vec::new()) };
        answer.after("2026-11-26T08:00:00Z".parse().unwrap())
    }

    #[test]
    fn seconds_and_dates_are_read_and_nonsense_is_none() {
        assert_eq!(after(" 7 "), Some(Duration::from_secs(7)));
        assert_eq!(after("Thu, 26 Nov 2026 08:00:30 GMT"), Some(Duration::from_secs(30)));
        assert_eq!(after("Thu, 26 Nov 2026 07:00:00 GMT"), Some(Duration::ZERO));
        assert_eq!(after("99999999999"), Some(AFTER_MAX));
        for nonsense in ["", "soon", "-3", "NaN", "Thu, 99 Nov 2026 08:00:30 GMT"] {
            assert_eq!(after(nonsense), None, "{nonsense}");
        }
    }
}
