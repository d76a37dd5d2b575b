//! Where a test keeps its books: a place of its own in one of the databases.

use std::path::PathBuf;
use std::time::Duration;

use jiff::Timestamp;
use rebalance::books::BooksError;
use sqlx::{AssertSqlSafe, Connection, PgConnection, SqliteConnection};
use store::{Address, Opening, Store};
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::sealing::sealing;
use crate::server::server;

/// When these tests begin.
pub(crate) fn start() -> Timestamp {
    "2026-11-25T15:00:00Z".parse().unwrap()
}

pub(crate) struct Backend {
    address: Address,
    /// Keeps the file of SQLite's.
    folder: Option<TempDir>,
    runtime: Runtime,
}

/// A connection beside the books, of somebody else.
pub(crate) enum Stranger<'a> {
    Sqlite(&'a Runtime, SqliteConnection),
    Postgres(&'a Runtime, PgConnection),
}

impl Backend {
    pub(crate) fn sqlite() -> Backend {
        let folder = tempfile::tempdir().unwrap();
        let address = Address::Sqlite(folder.path().join("books.db"));
        Backend { address, folder: Some(folder), runtime: runtime() }
    }

    pub(crate) fn postgres() -> Option<Backend> {
        let address = Address::read(&server()?.database()).unwrap();
        Some(Backend { address, folder: None, runtime: runtime() })
    }

    pub(crate) fn is_sqlite(&self) -> bool {
        self.folder.is_some()
    }

    /// Another place in the same kind of database.
    pub(crate) fn another(&self) -> Backend {
        if self.is_sqlite() { Backend::sqlite() } else { Backend::postgres().unwrap() }
    }

    pub(crate) fn open(&self) -> Store {
        Store::open(opening(&self.address), start()).unwrap()
    }

    /// For another process.
    pub(crate) fn address(&self) -> String {
        match &self.address {
            Address::Sqlite(path) => format!("sqlite:{}", path.display()),
            Address::Postgres(address) => address.clone(),
        }
    }

    /// Books that wait for nobody, in a file of so many pages at most.
    pub(crate) fn open_with(&self, wait: Duration, pages_max: Option<u32>) -> Result<Store, BooksError> {
        let opening = Opening { wait, pages_max, ..opening(&self.address) };
        Store::open(opening, start())
    }

    pub(crate) fn stranger(&self) -> Stranger<'_> {
        match &self.address {
            Address::Sqlite(path) => {
                let path: PathBuf = path.clone();
                let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
                let connection = SqliteConnection::connect_with(&options);
                Stranger::Sqlite(&self.runtime, self.runtime.block_on(connection).unwrap())
            }
            Address::Postgres(address) => {
                let connection = PgConnection::connect(address);
                Stranger::Postgres(&self.runtime, self.runtime.block_on(connection).unwrap())
            }
        }
    }
}

pub(crate) fn opening(address: &Address) -> Opening {
    Opening::new(address.clone(), sealing())
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

impl Stranger<'_> {
    /// Runs SQL; what the database says against it.
    pub(crate) fn run(&mut self, sql: &str) -> Result<(), String> {
        let sql = AssertSqlSafe(sql.to_owned());
        let done = match self {
            Stranger::Sqlite(runtime, connection) => {
                runtime.block_on(sqlx::raw_sql(sql).execute(&mut *connection)).map(drop)
            }
            Stranger::Postgres(runtime, connection) => {
                runtime.block_on(sqlx::raw_sql(sql).execute(&mut *connection)).map(drop)
            }
        };
        done.map_err(|e| e.to_string())
    }

    /// Bytes that a question answers with, in SQLite.
    pub(crate) fn bytes(&mut self, sql: &'static str) -> Option<Vec<u8>> {
        let Stranger::Sqlite(runtime, connection) = self else { return None };
        runtime.block_on(sqlx::query_scalar(sql).fetch_optional(&mut *connection)).unwrap()
    }
}
