//! Books that stop at a step, to test what a crash leaves.
//!
//! In: books, and where to stop. Out: books that behave alike until then and refuse every step from then on, as a process that
//! was killed writes nothing more. A crash comes before a step is written, or after it and before anybody hears of it: both
//! look the same to who asked, and a recovery has to cope with both.

use std::sync::atomic::{AtomicU64, Ordering};

use super::entry::Entry;
use super::failure::BooksError;
use super::turns::Turns;
use super::{Books, Reading, Receipt};

/// Where to stop.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// The step with this number, from 1, is not written.
    Before(u64),
    /// The step with this number is written, and whoever wrote it does not hear of it.
    After(u64),
}

/// Books that stop.
pub struct Halting<'a> {
    books: &'a dyn Books,
    stop: Stop,
    steps: AtomicU64,
}

impl<'a> Halting<'a> {
    /// These books until they stop.
    #[must_use]
    pub fn new(books: &'a dyn Books, stop: Stop) -> Halting<'a> {
        Halting { books, stop, steps: AtomicU64::new(0) }
    }
}

impl Books for Halting<'_> {
    fn record(&self, entry: &Entry) -> Result<Receipt, BooksError> {
        let step = self.steps.fetch_add(1, Ordering::SeqCst) + 1;
        match self.stop {
            Stop::Before(at) if step >= at => Err(BooksError::Stopped { step }),
            Stop::After(at) if step > at => Err(BooksError::Stopped { step }),
            Stop::After(at) if step == at => {
                self.books.record(entry)?;
                Err(BooksError::Stopped { step })
            }
            _ => self.books.record(entry),
        }
    }

    fn reading(&self) -> &dyn Reading {
        self.books.reading()
    }

    fn turns(&self) -> &dyn Turns {
        self.books.turns()
    }
}
