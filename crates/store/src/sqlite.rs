//! The books in a SQLite file.
//!
//! In: a path. Out: one connection that writes and several that read. Invariants: a writer begins with `BEGIN IMMEDIATE`, so that
//! two never find out halfway; what is committed has reached the disk (`synchronous=FULL`); readers see whole commits (WAL).

use std::path::Path;
use std::time::Duration;

use rebalance::books::BooksError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Row};

use crate::failure::Failure;
use crate::work::Work;

/// Connections to one file.
pub(crate) struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// Connections that read at the same time.
const READERS: u32 = 8;

impl Sqlite {
    /// Opens the file, and makes it where there is none.
    ///
    /// `wait` is how long to wait for another program that holds it; `pages_max` is a limit of its size in pages of 4 KiB.
    pub(crate) async fn open(path: &Path, wait: Duration, pages_max: Option<u32>) -> Result<Sqlite, Failure> {
        let mut options = SqliteConnectOptions::new()
            .filename(path)
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            // What is deleted is overwritten: the key of an erased household is gone from the file, too.
            .pragma("secure_delete", "ON")
            .busy_timeout(wait);
        if let Some(pages) = pages_max {
            options = options.pragma("max_page_count", pages.to_string());
        }
        let writer = pool(1, wait).connect_with(options.clone()).await?;
        let readers = pool(READERS, wait).connect_lazy_with(options.pragma("query_only", "ON"));
        Ok(Sqlite { writer, readers })
    }

    pub(crate) async fn write(&self) -> Result<Work, Failure> {
        Ok(Work::Sqlite(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    pub(crate) async fn read(&self) -> Result<Work, Failure> {
        Ok(Work::Sqlite(self.readers.begin().await?))
    }

    pub(crate) async fn read_once(&self) -> Result<Work, Failure> {
        Ok(Work::SqliteOnce(self.readers.acquire().await?))
    }

    /// Brings the pages that were written over (`secure_delete`) into the file, and the log of writes to nothing.
    pub(crate) async fn overwrite(&self) -> Result<(), Failure> {
        let mut writer = self.writer.acquire().await?;
        let done = sqlx::query("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(&mut *writer).await?;
        // Where somebody reads it does less than was asked, and says so in a row.
        if done.try_get::<i64, _>(0)? == 0 {
            return Ok(());
        }
        let detail = "somebody reads it, so that what was deleted stays in its log of writes".to_owned();
        Err(BooksError::Locked { detail }.into())
    }

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whoever waits for a connection waits for other work of this process, which ends: longer than for another program. A file is no line that may have been
/// cut, so that no connection is asked whether it lives. One whose unit of work could not be ended is closed and not used again: on a full disk
/// SQLite may have ended it by itself.
fn pool(most: u32, wait: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(wait.saturating_mul(4).max(Duration::from_secs(30)))
        .test_before_acquire(false)
        .after_release(|connection, _| {
            let is_idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_idle) })
        })
}
