//! The books in PostgreSQL.
//!
//! In: an address. Out: connections. Invariants: a unit of work that writes runs at `READ COMMITTED`, where every change of
//! something with a version names the version that it was made from, and the head of the audit log is locked where records are written; a unit
//! that reads sees one moment (`REPEATABLE READ`).

use std::str::FromStr;
use std::time::Duration;

use rebalance::books::BooksError;
use sqlx::postgres::{PgConnectOptions, PgConnection, PgPool, PgPoolOptions};
use sqlx::{AssertSqlSafe, Connection};

use crate::failure::Failure;
use crate::work::Work;

/// Connections to one database.
pub(crate) struct Postgres {
    pool: PgPool,
}

/// Connections at the same time, whoever writes among them.
const CONNECTIONS: u32 = 12;
/// Connections that read at the same time.
pub(crate) const READERS: u32 = 8;
/// For how long a connection that was answered on is taken to live.
pub(crate) const ALIVE: Duration = Duration::from_secs(1);
const VERSION_MIN: i64 = 14;
/// How long to wait for a connection.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

impl Postgres {
    /// Opens the database at `address`, `postgres://USER@HOST/NAME`.
    pub(crate) async fn open(address: &str, wait: Duration) -> Result<Postgres, Failure> {
        let options = PgConnectOptions::from_str(address)?.application_name("equipoise");
        let options = options.options([("lock_timeout", format!("{}ms", wait.as_millis().max(1)))]);
        // A pool tries again for as long as it waits; alone a connection says at once what is wrong.
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(PATIENCE);
        let postgres = Postgres { pool: pool.connect_lazy_with(options) };
        postgres.check_version().await?;
        Ok(postgres)
    }

    /// Older versions take the parts of a time as binary floats.
    async fn check_version(&self) -> Result<(), Failure> {
        let mut work = self.read().await?;
        let row = work.row("SELECT current_setting('server_version_num')::bigint AS number", &[]).await?;
        let number = row.map(|row| row.int("number")).transpose()?.unwrap_or(0);
        if number >= VERSION_MIN * 10_000 {
            return Ok(());
        }
        let detail =
            format!("PostgreSQL {} is too old: version {VERSION_MIN} or later is needed", number / 10_000);
        Err(BooksError::Schema { detail }.into())
    }

    pub(crate) async fn write(&self) -> Result<Work, Failure> {
        Ok(Work::Postgres(self.pool.begin().await.map_err(unreached)?))
    }

    pub(crate) async fn read(&self) -> Result<Work, Failure> {
        Ok(Work::PostgresReads(self.pool.acquire().await.map_err(unreached)?))
    }

    /// Writes a table anew, without rows that were deleted.
    pub(crate) async fn overwrite(&self, table: &'static str) -> Result<(), Failure> {
        let mut connection = self.pool.acquire().await.map_err(unreached)?;
        sqlx::query(AssertSqlSafe(format!("VACUUM FULL {table}"))).execute(&mut *connection).await?;
        Ok(())
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}

/// Locks are waited for much more briefly than connections, so it is the server that is missing.
pub(crate) fn unreached(error: sqlx::Error) -> Failure {
    match error {
        sqlx::Error::PoolTimedOut => {
            let detail = format!("no connection within {} seconds", PATIENCE.as_secs());
            BooksError::Unreachable { detail }.into()
        }
        other => other.into(),
    }
}
