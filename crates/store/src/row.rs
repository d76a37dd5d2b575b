//! A row that was read, the same for both databases.
//!
//! In: the name of a column. Out: its value, or [`BooksError::Damaged`] where it is not what the schema says.

use jiff::Timestamp;
use jiff::civil::Date;
use rebalance::books::BooksError;
use rust_decimal::Decimal;
use sqlx::postgres::PgRow;
use sqlx::sqlite::SqliteRow;
use sqlx::{Row as _, ValueRef};
use uuid::Uuid;

use crate::lite::LiteRow;
use crate::value::{PgDate, PgTime};

/// A row.
pub(crate) enum Row {
    /// Of SQLite, by whoever writes.
    Sqlite(SqliteRow),
    /// Of SQLite, by whoever reads.
    Lite(LiteRow),
    /// Of PostgreSQL.
    Postgres(PgRow),
}

/// What a column holds that can't be.
pub(crate) fn damaged(column: &str, why: impl std::fmt::Display) -> BooksError {
    BooksError::Damaged { detail: format!("column {column}: {why}") }
}

/// Bytes of a fixed length.
pub(crate) fn fixed<const N: usize>(row: &Row, column: &str) -> Result<[u8; N], BooksError> {
    let bytes = row.bytes(column)?;
    bytes.try_into().map_err(|bytes: Vec<u8>| damaged(column, format!("{} bytes", bytes.len())))
}

macro_rules! columns {
    ($(#[$doc:meta] $name:ident / $optional:ident -> $out:ty: |$lite:ident: $lite_kind:ty| $from_lite:expr, |$pg:ident: $pg_kind:ty| $from_pg:expr;)+) => {$(
        #[$doc]
        pub(crate) fn $name(&self, column: &str) -> Result<$out, BooksError> {
            match self {
                Row::Sqlite(row) => {
                    let $lite: $lite_kind = row.try_get(column).map_err(|e| damaged(column, e))?;
                    $from_lite.map_err(|e| damaged(column, e))
                }
                Row::Lite(row) => {
                    let $lite: $lite_kind = row.get(column).map_err(|e| damaged(column, e))?;
                    $from_lite.map_err(|e| damaged(column, e))
                }
                Row::Postgres(row) => {
                    let $pg: $pg_kind = row.try_get(column).map_err(|e| damaged(column, e))?;
                    Ok($from_pg)
                }
            }
        }

        /// The same, where it may be absent.
        #[allow(dead_code, reason = "every kind has both forms")]
        pub(crate) fn $optional(&self, column: &str) -> Result<Option<$out>, BooksError> {
            if self.is_null(column)? { Ok(None) } else { self.$name(column).map(Some) }
        }
    )+};
}

type Never = std::convert::Infallible;

impl Row {
    fn is_null(&self, column: &str) -> Result<bool, BooksError> {
        match self {
            Row::Sqlite(row) => row.try_get_raw(column).map(|v| v.is_null()),
            Row::Lite(row) => return row.is_null(column).map_err(|e| damaged(column, e)),
            Row::Postgres(row) => row.try_get_raw(column).map(|v| v.is_null()),
        }
        .map_err(|e| damaged(column, e))
    }

    columns! {
        /// A UUID.
        id / id_or_none -> Uuid: |v: &str| Uuid::try_parse(v), |v: Uuid| v;
        /// A text.
        text / text_or_none -> String: |v: String| Ok::<_, Never>(v), |v: String| v;
        /// A whole number.
        int / int_or_none -> i64: |v: i64| Ok::<_, Never>(v), |v: i64| v;
        /// Money, a quantity, a weight, without zeros behind its last digit.
        money / money_or_none -> Decimal: |v: &str| Decimal::from_str_exact(v).map(|v| v.normalize()), |v: Decimal| v.normalize();
        /// A moment.
        time / time_or_none -> Timestamp: |v: i64| Timestamp::from_microsecond(v), |v: PgTime| v.0;
        /// A day.
        date / date_or_none -> Date: |v: &str| v.parse::<Date>(), |v: PgDate| v.0;
        /// Yes or no.
        flag / flag_or_none -> bool: |v: i64| Ok::<_, Never>(v != 0), |v: bool| v;
        /// Bytes.
        bytes / bytes_or_none -> Vec<u8>: |v: Vec<u8>| Ok::<_, Never>(v), |v: Vec<u8>| v;
    }

    /// A whole number that can't be negative.
    pub(crate) fn count(&self, column: &str) -> Result<u64, BooksError> {
        u64::try_from(self.int(column)?).map_err(|e| damaged(column, e))
    }

    /// A whole number that is small.
    pub(crate) fn small(&self, column: &str) -> Result<u32, BooksError> {
        u32::try_from(self.int(column)?).map_err(|e| damaged(column, e))
    }

    /// A word that has to be one of ours.
    pub(crate) fn word<T>(
        &self,
        column: &str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<T, BooksError> {
        let word = self.text(column)?;
        read(&word).ok_or_else(|| damaged(column, format!("`{word}` is no word that belongs there")))
    }
}
