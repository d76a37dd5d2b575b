//! Something of a provider that is fetched when it is needed and kept for a while.
//!
//! In: how it is fetched, how old it may be. Out: it, or why it can't be had. Invariants: nobody waits for a lock while somebody fetches; that it could not
//! be had is remembered for some seconds, so that a provider that does not answer is not waited for by everybody who asks.

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::provider::SignOnError;

/// How long a failure is remembered.
const FAILED: Duration = Duration::from_secs(5);

/// Something that is kept.
#[derive(Debug)]
pub(crate) struct Kept<T>(Mutex<State<T>>);

#[derive(Debug)]
struct State<T> {
    had: Option<(Instant, T)>,
    failed: Option<(Instant, SignOnError)>,
}

impl<T> Default for Kept<T> {
    fn default() -> Kept<T> {
        Kept(Mutex::new(State { had: None, failed: None }))
    }
}

impl<T: Clone> Kept<T> {
    /// It, not older than this; fetched where it is not there. Who comes at once may fetch it at once.
    pub(crate) fn get(
        &self,
        age_max: Duration,
        fetch: impl FnOnce() -> Result<T, SignOnError>,
    ) -> Result<T, SignOnError> {
        if let Some(known) = self.known(age_max, Instant::now()) {
            return known;
        }
        let fetched = fetch();
        let mut state = self.state();
        match &fetched {
            Ok(value) => *state = State { had: Some((Instant::now(), value.clone())), failed: None },
            Err(error) => state.failed = Some((Instant::now(), error.clone())),
        }
        fetched
    }

    fn known(&self, age_max: Duration, now: Instant) -> Option<Result<T, SignOnError>> {
        let state = self.state();
        let is_within = |at: Instant, most: Duration| now.saturating_duration_since(at) < most;
        if let Some((_, value)) = state.had.as_ref().filter(|(at, _)| is_within(*at, age_max)) {
            return Some(Ok(value.clone()));
        }
        let failed = state.failed.as_ref().filter(|(at, _)| is_within(*at, FAILED));
        failed.map(|(_, error)| Err(error.clone()))
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn down() -> SignOnError {
        SignOnError::Unreached("nobody answers".to_owned())
    }

    #[test]
    fn what_was_fetched_is_kept_and_a_failure_is_remembered_for_a_while() {
        let kept = Kept::<u8>::default();
        let hour = Duration::from_secs(3600);
        assert_eq!(kept.get(hour, || Err(down())), Err(down()));
        assert_eq!(kept.get(hour, || panic!("it was asked just now")), Err(down()));
        let later = Instant::now() + FAILED;
        assert!(kept.known(hour, later).is_none(), "then it is asked again");
        let kept = Kept::default();
        assert_eq!(kept.get(hour, || Ok(1)), Ok(1));
        assert_eq!(kept.get(hour, || panic!("it is kept")), Ok(1));
        assert_eq!(kept.get(Duration::ZERO, || Err(down())), Err(down()), "a newer one can't be had");
        assert_eq!(kept.get(hour, || panic!("it is kept")), Ok(1), "the one before is not lost by that");
    }

    #[test]
    fn nobody_waits_for_a_lock_while_it_is_fetched() {
        let kept = Kept::default();
        let hour = Duration::from_secs(3600);
        // Were the lock held over the first fetch, the second would never come to an end.
        let outer = kept.get(hour, || {
            assert_eq!(kept.get(hour, || Ok(2)), Ok(2));
            Ok(1)
        });
        assert_eq!(outer, Ok(1));
    }
}
