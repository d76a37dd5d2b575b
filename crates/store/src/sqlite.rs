//! The books in a SQLite file.
//!
//! In: a path. Out: one connection that writes and others that read. Invariants: a writer begins with `BEGIN IMMEDIATE`, so that
//! two never find out halfway; what is committed has reached the disk (`synchronous=FULL`); readers see whole commits (WAL).

use std::path::{Path, PathBuf};
use std::time::Duration;

use rebalance::books::BooksError;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{Connection, Row};

use crate::failure::Failure;
use crate::lite::Lite;
use crate::work::Work;

/// Connections to one file.
pub(crate) struct Sqlite {
    writer: SqlitePool,
    path: PathBuf,
    wait: Duration,
}

/// Connections that read at the same time.
pub(crate) const READERS: u32 = 8;

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
        let writer = writer(wait).connect_with(options).await?;
        Ok(Sqlite { writer, path: path.to_owned(), wait })
    }

    pub(crate) async fn write(&self) -> Result<Work, Failure> {
        Ok(Work::Sqlite(self.writer.begin_with("BEGIN IMMEDIATE").await?))
    }

    pub(crate) fn read(&self) -> Result<Work, Failure> {
        Lite::open(&self.path, self.wait).map(Work::SqliteReads)
    }

    /// How long whoever asks waits for a connection.
    pub(crate) fn patience(&self) -> Duration {
        patience(self.wait)
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
        self.writer.close().await;
    }
}

/// Whoever waits for a connection waits for other work of this process, which ends: longer than for another program.
fn patience(wait: Duration) -> Duration {
    wait.saturating_mul(4).max(Duration::from_secs(30))
}

/// A file is no line that may have been cut, so that the connection is not asked whether it lives. One whose unit of work could not be ended is closed and
/// not used again: on a full disk SQLite may have ended it by itself.
fn writer(wait: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(1)
        .acquire_timeout(patience(wait))
        .test_before_acquire(false)
        .after_release(|connection, _| {
            let is_idle = !connection.is_in_transaction();
            Box::pin(async move { Ok(is_idle) })
        })
}
