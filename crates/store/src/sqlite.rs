//! The books in a SQLite file.
//!
//! In: a path. Out: one connection that writes and several that read. Invariants: a writer begins with `BEGIN IMMEDIATE`, so that
//! two never find out halfway; what is committed has reached the disk (`synchronous=FULL`); readers see whole commits (WAL).

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};

use crate::failure::Failure;
use crate::work::Work;

/// Connections to one file.
pub(crate) struct Sqlite {
    writer: SqlitePool,
    readers: SqlitePool,
}

/// Connections that read at the same time.
const READERS: u32 = 4;

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

    pub(crate) async fn close(&self) {
        self.readers.close().await;
        self.writer.close().await;
    }
}

/// Whoever waits for a connection waits for other work of this process, which ends: longer than for another program.
fn pool(most: u32, wait: Duration) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(most)
        .acquire_timeout(wait.saturating_mul(4).max(Duration::from_secs(30)))
}
