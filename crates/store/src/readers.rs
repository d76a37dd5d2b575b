//! Connections that read, kept at hand between two questions.
//!
//! In: whoever has a question. Out: a connection, in the order of asking, to no more askers at once than there are connections. A pool asks a connection
//! whether it lives each time it takes it back, and does so on a thread of its own: most of a small question was that. Invariants: a connection is put
//! back only by who has had an answer on it, with no look begun; every other goes to its pool, which finds out what is the matter with it, and one in the
//! middle of a look is closed.

use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::database::Database;
use crate::failure::Failure;
use crate::work::Work;

/// The connections of one database.
pub(crate) struct Readers {
    places: Semaphore,
    at_hand: Mutex<Vec<(Instant, Work)>>,
}

impl Readers {
    pub(crate) fn new(database: &Database) -> Readers {
        Readers { places: Semaphore::new(database.readers()), at_hand: Mutex::default() }
    }

    /// A connection that reads; it waits for one as long as the database says.
    pub(crate) async fn take(&self, database: &Database) -> Result<Reader<'_>, Failure> {
        let place = tokio::time::timeout(database.patience(), self.places.acquire()).await;
        let Ok(Ok(place)) = place else { return Err(database.too_long()) };
        let last = self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).pop();
        // The last one put back is the first one taken, so that what is too old here is the rest of a crowd.
        let work = match last.filter(|(since, _)| since.elapsed() < database.keeps()) {
            Some((_, work)) => work,
            None => database.read().await?,
        };
        Ok(Reader { readers: self, work: Some(work), looks: false, _place: place })
    }

    /// Gives all that are at hand to their pool.
    pub(crate) fn close(&self) {
        self.at_hand.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }
}

/// A connection that reads.
pub(crate) struct Reader<'a> {
    readers: &'a Readers,
    work: Option<Work>,
    looks: bool,
    _place: SemaphorePermit<'a>,
}

impl Reader<'_> {
    pub(crate) fn work(&mut self) -> Result<&mut Work, Failure> {
        // It is there until it is put back, which takes the reader.
        self.work.as_mut().ok_or_else(|| sqlx::Error::PoolClosed.into())
    }

    /// Begins to look at one moment.
    pub(crate) async fn begin(&mut self) -> Result<(), Failure> {
        self.looks = true;
        self.work()?.begin().await
    }

    /// Ends what was begun.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        self.work()?.end().await?;
        self.looks = false;
        Ok(())
    }

    /// Keeps it at hand for the next question.
    pub(crate) fn put_back(mut self) {
        if let Some(work) = self.work.take() {
            let mut at_hand = self.readers.at_hand.lock().unwrap_or_else(PoisonError::into_inner);
            at_hand.push((Instant::now(), work));
        }
    }
}

impl Drop for Reader<'_> {
    fn drop(&mut self) {
        if let Some(work) = self.work.as_mut().filter(|_| self.looks) {
            work.forsake();
        }
    }
}
