//! A queue between who must not wait and who may have to: requests that were answered, and whoever is told of them.
//!
//! In: one after another. Out: the same, on a thread of its own. Invariants: nobody waits to put something in: what does not fit is left out and counted;
//! who ends waits some seconds for what is in it, whatever the other side does.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

/// Entries that wait at most.
const WAITING_MAX: usize = 4_096;
/// How long the end waits for what is in it.
const ENDING: Duration = Duration::from_secs(5);

/// How many entries were left out since somebody asked.
#[derive(Debug, Clone, Default)]
pub(super) struct LeftOut(Arc<AtomicU64>);

impl LeftOut {
    /// More were.
    pub(super) fn add(&self, more: usize) {
        self.0.fetch_add(u64::try_from(more).unwrap_or(u64::MAX), Ordering::Relaxed);
    }

    /// How many were; from now on they are counted anew.
    pub(super) fn take(&self) -> u64 {
        self.0.swap(0, Ordering::Relaxed)
    }
}

/// A queue with somebody who takes what comes.
pub(super) struct Queue<T> {
    waiting: Option<SyncSender<T>>,
    left_out: LeftOut,
    /// Nothing ever comes of it, but its end, when the one who takes has ended.
    ended: Mutex<Receiver<()>>,
}

impl<T: Send + 'static> Queue<T> {
    /// To somebody who takes until nobody puts anything in any more.
    pub(super) fn to(
        name: &str,
        take: impl FnOnce(&Receiver<T>, &LeftOut) + Send + 'static,
    ) -> std::io::Result<Queue<T>> {
        let (waiting, received) = sync_channel(WAITING_MAX);
        let (running, ended) = channel();
        let left_out = LeftOut::default();
        let counted = left_out.clone();
        std::thread::Builder::new().name(name.to_owned()).spawn(move || {
            let _running: std::sync::mpsc::Sender<()> = running;
            take(&received, &counted);
        })?;
        Ok(Queue { waiting: Some(waiting), left_out, ended: Mutex::new(ended) })
    }

    /// One more; left out where there is no room.
    pub(super) fn put(&self, one: T) {
        if self.waiting.as_ref().is_none_or(|waiting| waiting.try_send(one).is_err()) {
            self.left_out.add(1);
        }
    }
}

impl<T> Drop for Queue<T> {
    fn drop(&mut self) {
        self.waiting = None;
        let ended = self.ended.lock().unwrap_or_else(PoisonError::into_inner);
        // Who has not taken everything by then is left behind.
        let _ = ended.recv_timeout(ENDING);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_waits_and_what_does_not_fit_is_counted() {
        let (go, held_up) = channel::<()>();
        let (told, heard) = channel();
        let queue = Queue::to("test", move |received, left_out| {
            // It comes to an end when the test lets go.
            let _ = held_up.recv();
            told.send((received.iter().collect::<Vec<usize>>(), left_out.take())).unwrap();
        })
        .unwrap();
        for number in 0..WAITING_MAX + 3 {
            queue.put(number);
        }
        drop(go);
        drop(queue);
        let (taken, left_out) = heard.recv().unwrap();
        assert_eq!(taken, (0..WAITING_MAX).collect::<Vec<_>>(), "what was put in is taken before the end");
        assert_eq!(left_out, 3);
    }
}
