//! Which of several services on one database does the work: the one that holds the lead, until it stops renewing it.
//!
//! In: open books. Out: a [`Turn`] whose lead a thread of its own renews, so that a long cycle does not lose it. Invariant: what is
//! written under a lead that was passed on fails in the database, whatever this process believes; this thread only saves it the trouble.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::{SignedDuration, Timestamp};
use rebalance::books::{Books, BooksError, Lease};

use crate::books::{OpenBooks, drawn, now};

/// What is led.
const LEAD: &str = "leader";

/// A name that no other process has.
pub(crate) fn owner() -> String {
    let name: String = drawn::<6>().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{}-{name}", std::process::id())
}

/// The lead for so long, where nobody else holds it.
pub(crate) fn take(books: &OpenBooks, owner: &str, held: Duration) -> Result<Option<Lease>, BooksError> {
    let at = now();
    books.store.turns().lease(LEAD, owner, at, later(at, held))
}

/// Hands the lead on to whoever asks next.
pub(crate) fn release(books: &OpenBooks, lease: &Lease) -> Result<(), BooksError> {
    books.store.turns().release(lease)
}

fn later(at: Timestamp, by: Duration) -> Timestamp {
    at.saturating_add(SignedDuration::try_from(by).unwrap_or(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX)
}

/// A lead that is being renewed.
pub(crate) struct Turn {
    lost: AtomicBool,
    over: Mutex<bool>,
    woken: Condvar,
}

impl Turn {
    /// Leads: renews the lease in the background while `work` is done.
    pub(crate) fn led<T>(
        books: &OpenBooks,
        lease: &Lease,
        held: Duration,
        work: impl FnOnce(&Turn) -> T,
    ) -> T {
        let turn = Turn { lost: AtomicBool::new(false), over: Mutex::new(false), woken: Condvar::new() };
        std::thread::scope(|scope| {
            scope.spawn(|| turn.renew(books, lease, held));
            // However the work ends, the thread has to.
            struct End<'a>(&'a Turn);
            impl Drop for End<'_> {
                fn drop(&mut self) {
                    *self.0.over.lock().unwrap_or_else(PoisonError::into_inner) = true;
                    self.0.woken.notify_all();
                }
            }
            let end = End(&turn);
            work(end.0)
        })
    }

    /// Whether somebody else leads by now.
    pub(crate) fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    fn renew(&self, books: &OpenBooks, lease: &Lease, held: Duration) {
        let mut renewed = Instant::now();
        loop {
            let over = self.over.lock().unwrap_or_else(PoisonError::into_inner);
            let waited = self.woken.wait_timeout_while(over, held / 3, |over| !*over);
            if *waited.unwrap_or_else(PoisonError::into_inner).0 {
                return;
            }
            match take(books, &lease.owner, held) {
                Ok(Some(same)) if same.token == lease.token => renewed = Instant::now(),
                // A database that can't be reached for a moment has not given the lead to anybody else.
                Err(_) if renewed.elapsed() < held => {}
                _ => {
                    self.lost.store(true, Ordering::Release);
                    return;
                }
            }
        }
    }
}
