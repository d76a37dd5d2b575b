//! The books in PostgreSQL.
//!
//! In: an address. Out: connections. Invariants: a unit of work that writes runs at `READ COMMITTED`, where every change of
//! something with a version names the version that it was made from, and the head of the audit log is locked last; a unit
//! that reads sees one moment (`REPEATABLE READ`).

use std::str::FromStr;
use std::time::Duration;

use sqlx::postgres::{PgConnectOptions, PgPool, PgPoolOptions};

use crate::failure::Failure;
use crate::work::Work;

/// Connections to one database.
pub(crate) struct Postgres {
    pool: PgPool,
}

/// Connections at the same time.
const CONNECTIONS: u32 = 8;

impl Postgres {
    /// Opens the database at `address`, `postgres://USER@HOST/NAME`.
    pub(crate) async fn open(address: &str, wait: Duration) -> Result<Postgres, Failure> {
        let options = PgConnectOptions::from_str(address)?.application_name("equipoise");
        let options = options.options([("lock_timeout", format!("{}ms", wait.as_millis().max(1)))]);
        let pool = PgPoolOptions::new().max_connections(CONNECTIONS).acquire_timeout(Duration::from_secs(30));
        Ok(Postgres { pool: pool.connect_with(options).await? })
    }

    pub(crate) async fn write(&self) -> Result<Work, Failure> {
        Ok(Work::Postgres(self.pool.begin().await?))
    }

    pub(crate) async fn read(&self) -> Result<Work, Failure> {
        Ok(Work::Postgres(self.pool.begin_with("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY").await?))
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }
}
