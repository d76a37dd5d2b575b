//! The books in a database, open.
//!
//! In: where they are, and what seals the audit log. Out: [`Books`]. The rest of the program is made of threads, and the
//! driver is not, so a small runtime of its own is kept here and every call blocks until it is done.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use jiff::Timestamp;
use rebalance::books::{Books, BooksError, Claim, Entry, Lease, Reading, Receipt, Turns};
use tokio::runtime::{Builder, Runtime};

use crate::commit;
use crate::database::{Address, Database};
use crate::failure::Failure;
use crate::journal::Sealing;
use crate::readers::Readers;
use crate::work::Work;
use crate::{leases, outbox, schema};

/// How to open the books.
pub struct Opening {
    /// Where they are.
    pub address: Address,
    /// What seals the audit log.
    pub sealing: Sealing,
    /// How long to wait for somebody who holds what is needed.
    pub wait: Duration,
    /// A limit of a SQLite file in pages of 4 KiB; `None` = the disk.
    pub pages_max: Option<u32>,
}

impl Opening {
    /// With the usual patience and no limit.
    #[must_use]
    pub fn new(address: Address, sealing: Sealing) -> Opening {
        Opening { address, sealing, wait: Duration::from_secs(5), pages_max: None }
    }
}

/// The books in a database.
///
/// Calls block, so they belong on threads for blocking work: a call from inside an asynchronous task panics.
pub struct Store {
    runtime: Runtime,
    database: Database,
    readers: Readers,
    pub(crate) sealing: Sealing,
    written: AtomicU64,
}

/// Times that a unit of work is done again when the database chose it to make way.
const AGAIN_MAX: u32 = 10;

impl Store {
    /// Opens the books, makes them where there are none, and brings their tables up to date.
    ///
    /// # Errors
    /// [`BooksError`].
    pub fn open(opening: Opening, now: Timestamp) -> Result<Store, BooksError> {
        let runtime = Builder::new_multi_thread().worker_threads(1).enable_all().thread_name("store").build();
        let runtime = runtime.map_err(|e| BooksError::Unreachable { detail: e.to_string() })?;
        let database = runtime
            .block_on(Database::open(&opening.address, opening.wait, opening.pages_max))
            .map_err(Failure::into_books)?;
        let (readers, sealing) = (Readers::new(&database), opening.sealing);
        let store = Store { runtime, database, readers, sealing, written: AtomicU64::new(0) };
        store.change(&async |work| schema::migrate(work, now).await)?;
        Ok(store)
    }

    /// A unit of work that only reads.
    pub(crate) fn look<T, E: From<Failure>, O: From<E>>(
        &self,
        question: impl AsyncFnOnce(&mut Work) -> Result<T, E>,
    ) -> Result<T, O> {
        let answer: Result<T, E> = self.runtime.block_on(async {
            let mut reader = self.readers.take(&self.database).await?;
            reader.begin().await?;
            let answer = question(reader.work()?).await;
            reader.end().await?;
            reader.put_back();
            answer
        });
        Ok(answer?)
    }

    /// Statements that read, each of what is there when it is asked: one, or more about what is never changed once it is written.
    pub(crate) fn ask<T>(
        &self,
        question: impl AsyncFnOnce(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, BooksError> {
        let answer: Result<T, Failure> = self.runtime.block_on(async {
            let mut reader = self.readers.take(&self.database).await?;
            let answer = question(reader.work()?).await;
            if answer.is_ok() {
                reader.put_back();
            }
            answer
        });
        answer.map_err(Failure::into_books)
    }

    /// Writes over what was deleted from a table, as far as the database can.
    pub(crate) fn overwrite(&self, table: &'static str) -> Result<(), BooksError> {
        self.runtime.block_on(self.database.overwrite(table)).map_err(Failure::into_books)
    }

    /// A unit of work that writes and can't be done again.
    pub(crate) fn change_once<T, E: From<Failure>>(
        &self,
        write: impl AsyncFnOnce(&mut Work) -> Result<T, E>,
    ) -> Result<T, E> {
        self.runtime.block_on(async {
            let mut work = self.database.write().await?;
            let done = write(&mut work).await?;
            work.commit().await?;
            self.written.fetch_add(1, Ordering::SeqCst);
            Ok(done)
        })
    }

    /// How often something was written by this program since it opened the books; what others write is not counted.
    #[must_use]
    pub fn written(&self) -> u64 {
        self.written.load(Ordering::SeqCst)
    }

    /// A unit of work that writes, done again where the database chose it to make way.
    pub(crate) fn change<T>(
        &self,
        write: &impl AsyncFn(&mut Work) -> Result<T, Failure>,
    ) -> Result<T, BooksError> {
        let mut tries = 0;
        loop {
            tries += 1;
            let done = self.runtime.block_on(async {
                let mut work = self.database.write().await?;
                let done = write(&mut work).await?;
                work.commit().await?;
                self.written.fetch_add(1, Ordering::SeqCst);
                Ok(done)
            });
            match done {
                Ok(done) => return Ok(done),
                Err(Failure::Again(_)) if tries < AGAIN_MAX => {}
                Err(failure) => return Err(failure.into_books()),
            }
        }
    }
}

impl Books for Store {
    fn record(&self, entry: &Entry) -> Result<Receipt, BooksError> {
        // Where an entry was seen before, nothing but that was looked up, and committing it changes nothing.
        self.change(&async |work| commit::write(work, &self.sealing, entry).await)
    }

    fn reading(&self) -> &dyn Reading {
        self
    }

    fn turns(&self) -> &dyn Turns {
        self
    }
}

impl Turns for Store {
    fn lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, BooksError> {
        self.change(&async |work| leases::take(work, name, owner, now, until).await)
    }

    fn release(&self, lease: &Lease) -> Result<(), BooksError> {
        self.change(&async |work| leases::release(work, lease).await)
    }

    fn claim(
        &self,
        topic: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Claim>, BooksError> {
        self.change(&async |work| outbox::claim(work, topic, owner, now, until, most).await)
    }

    fn put_back(&self, claim: &Claim, not_before: Timestamp, why: &str) -> Result<(), BooksError> {
        self.change(&async |work| outbox::put_back(work, claim, not_before, why).await)
    }

    fn settle(&self, claim: &Claim, at: Timestamp) -> Result<(), BooksError> {
        self.change(&async |work| outbox::settle(work, claim, at).await)
    }

    fn lay_aside(&self, claim: &Claim, at: Timestamp, why: &str) -> Result<(), BooksError> {
        self.change(&async |work| outbox::lay_aside(work, claim, at, why).await)
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.runtime.block_on(async {
            self.readers.close();
            self.database.close().await;
        });
    }
}
