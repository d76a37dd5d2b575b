//! Which database the books are in.
//!
//! In: an address. Out: units of work. Everything above this file is the same for both.

use std::path::PathBuf;
use std::time::Duration;

use rebalance::books::BooksError;

use crate::failure::Failure;
use crate::postgres::{self, Postgres};
use crate::sqlite::{self, Sqlite};
use crate::work::Work;

/// Where the books are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A file of SQLite's.
    Sqlite(PathBuf),
    /// A database of PostgreSQL's: `postgres://USER@HOST:PORT/NAME`.
    Postgres(String),
}

impl Address {
    /// Reads an address: `sqlite:PATH` or `postgres://…`.
    ///
    /// # Errors
    /// [`BooksError::Unreachable`] for anything else. The text is not shown, since it may hold a password.
    pub fn read(text: &str) -> Result<Address, BooksError> {
        if let Some(path) =
            text.strip_prefix("sqlite:").map(|p| p.strip_prefix("//").unwrap_or(p)).filter(|p| !p.is_empty())
        {
            return Ok(Address::Sqlite(PathBuf::from(path)));
        }
        if text.starts_with("postgres://") || text.starts_with("postgresql://") {
            return Ok(Address::Postgres(text.to_owned()));
        }
        let detail =
            "the address of a database is `sqlite:PATH` or `postgres://USER@HOST/NAME`, and this is neither"
                .to_owned();
        Err(BooksError::Unreachable { detail })
    }
}

/// An open database.
pub(crate) enum Database {
    /// SQLite.
    Sqlite(Sqlite),
    /// PostgreSQL.
    Postgres(Postgres),
}

impl Database {
    pub(crate) async fn open(
        address: &Address,
        wait: Duration,
        pages_max: Option<u32>,
    ) -> Result<Database, Failure> {
        Ok(match address {
            Address::Sqlite(path) => {
                let opened = Sqlite::open(path, wait, pages_max).await;
                Database::Sqlite(opened.map_err(|failure| failure.at(&path.display().to_string()))?)
            }
            Address::Postgres(address) => Database::Postgres(Postgres::open(address, wait).await?),
        })
    }

    /// A unit of work that writes.
    pub(crate) async fn write(&self) -> Result<Work, Failure> {
        match self {
            Database::Sqlite(database) => database.write().await,
            Database::Postgres(database) => database.write().await,
        }
    }

    /// A connection that reads.
    pub(crate) async fn read(&self) -> Result<Work, Failure> {
        match self {
            Database::Sqlite(database) => database.read(),
            Database::Postgres(database) => database.read().await,
        }
    }

    /// How many may read at once.
    pub(crate) fn readers(&self) -> usize {
        match self {
            Database::Sqlite(_) => sqlite::READERS as usize,
            Database::Postgres(_) => postgres::READERS as usize,
        }
    }

    /// For how long a connection that is at hand is not asked whether it lives: that of a file can't be cut.
    pub(crate) fn keeps(&self) -> Duration {
        match self {
            Database::Sqlite(_) => Duration::MAX,
            Database::Postgres(_) => postgres::ALIVE,
        }
    }

    /// That whoever reads has waited for so long.
    pub(crate) fn too_long(&self) -> Failure {
        match self {
            Database::Sqlite(_) => sqlx::Error::PoolTimedOut.into(),
            Database::Postgres(_) => postgres::unreached(sqlx::Error::PoolTimedOut),
        }
    }

    /// How long whoever reads waits for a connection.
    pub(crate) fn patience(&self) -> Duration {
        match self {
            Database::Sqlite(database) => database.patience(),
            Database::Postgres(_) => postgres::PATIENCE,
        }
    }

    /// Writes over what was deleted from a table, as far as the database can.
    pub(crate) async fn overwrite(&self, table: &'static str) -> Result<(), Failure> {
        match self {
            Database::Sqlite(database) => database.overwrite().await,
            Database::Postgres(database) => database.overwrite(table).await,
        }
    }

    pub(crate) async fn close(&self) {
        match self {
            Database::Sqlite(database) => database.close().await,
            Database::Postgres(database) => database.close().await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_one_of_two_and_a_wrong_one_is_not_shown() {
        assert_eq!(Address::read("sqlite:books.db").unwrap(), Address::Sqlite("books.db".into()));
        assert_eq!(Address::read("sqlite:///var/books.db").unwrap(), Address::Sqlite("/var/books.db".into()));
        assert!(matches!(Address::read("postgres://me@host/x").unwrap(), Address::Postgres(_)));
        for wrong in ["", "sqlite:", "mysql://me:secret@host/x"] {
            let message = Address::read(wrong).unwrap_err().to_string();
            assert!(
                message.contains("postgres://USER@HOST/NAME") && !message.contains("secret"),
                "{message}"
            );
        }
    }
}
