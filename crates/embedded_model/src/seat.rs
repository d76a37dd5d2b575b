//! Who may write: one answer at a time, so that memory has a bound, with what is kept from one to the next.
//!
//! In: somebody who waits for a while. Out: a [`Seat`], or none in that time. Invariants: all that is kept, the answer that is being
//! written included, is no more tokens than the model's context; what is kept changes how fast an answer comes and nothing else.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::Model;
use crate::conversation::Prompt;
use crate::network::{Kept, Measures};

/// The one seat, when nobody sits on it.
#[derive(Debug)]
pub(crate) struct Seats {
    free: Mutex<Option<Store>>,
    freed: Condvar,
}

/// What is kept of earlier conversations, the last one first: one for each system turn.
#[derive(Debug, Default)]
pub(crate) struct Store {
    kept: Vec<Kept>,
}

/// The right to write, until it is dropped.
#[derive(Debug)]
pub struct Seat<'a> {
    pub(crate) model: &'a Model,
    pub(crate) store: Store,
}

/// Conversations that are kept at most.
const KEPT_MAX: usize = 4;

impl Default for Seats {
    fn default() -> Seats {
        Seats { free: Mutex::new(Some(Store::default())), freed: Condvar::new() }
    }
}

impl Seats {
    /// What was left here; a thread that panicked took its own with it.
    fn free(&self) -> MutexGuard<'_, Option<Store>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Model {
    /// The seat, as soon as it is free; none where that takes longer than `wait`.
    #[must_use]
    pub fn seat(&self, wait: Duration) -> Option<Seat<'_>> {
        let waited = self.seats.freed.wait_timeout_while(self.seats.free(), wait, |free| free.is_none());
        let (mut free, _) = waited.unwrap_or_else(PoisonError::into_inner);
        free.take().map(|store| Seat { model: self, store })
    }
}

impl Drop for Seat<'_> {
    fn drop(&mut self) {
        *self.model.seats.free() = Some(std::mem::take(&mut self.store));
        self.model.seats.freed.notify_one();
    }
}

impl Store {
    /// What can be used of a prompt that may grow to `tokens_max`, cut to what it shares with it. The last token is always left to
    /// be read: what follows it is to be found.
    pub(crate) fn take(&mut self, prompt: &Prompt, tokens_max: usize, measures: &Measures) -> Kept {
        let shared = |kept: &Kept| kept.shared(&prompt.tokens).min(prompt.tokens.len().saturating_sub(1));
        let best = (0..self.kept.len()).max_by_key(|place| shared(&self.kept[*place]));
        // Less than the system turn is another conversation, whose own beginning may be wanted again.
        let best = best.filter(|place| shared(&self.kept[*place]) >= prompt.system);
        let mut kept = best.map_or_else(|| Kept::new(measures), |place| self.kept.remove(place));
        let length = shared(&kept);
        kept.cut(length);
        while self.kept.iter().map(Kept::len).sum::<usize>() + tokens_max > measures.context
            && self.kept.pop().is_some()
        {}
        kept
    }

    /// Keeps a conversation.
    pub(crate) fn put(&mut self, kept: Kept) {
        self.kept.insert(0, kept);
        self.kept.truncate(KEPT_MAX);
    }
}
