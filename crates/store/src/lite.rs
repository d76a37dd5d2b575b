//! A SQLite file that is read on the thread that asks.
//!
//! In: SQL with `$1`, `$2`, … and its values. Out: rows. Whoever writes has a driver that is asynchronous, which hands every statement and every row of
//! an answer from thread to thread; most of what a small question cost was that. Both are the same SQLite, linked once. Invariants: nothing is written
//! here (`query_only`); what is read are whole commits (WAL); a statement has ended when its rows are handed out.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rebalance::books::BooksError;
use rusqlite::types::{ToSqlOutput, Value as Held, ValueRef};
use rusqlite::{Connection, OpenFlags, Statement, ToSql};

use crate::failure::Failure;
use crate::value::{Value, decimal_text};

/// Statements that a connection keeps prepared.
const PREPARED: usize = 128;

/// A connection that reads.
pub(crate) struct Lite(Connection);

impl Lite {
    /// Opens a file that is there; `wait` is how long to wait for another program that holds it.
    pub(crate) fn open(path: &Path, wait: Duration) -> Result<Lite, Failure> {
        // The log of writes has to be mapped, so that opening for reading alone would not do.
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.busy_timeout(wait)?;
        connection.pragma_update(None, "query_only", "ON")?;
        connection.set_prepared_statement_cache_capacity(PREPARED);
        Ok(Lite(connection))
    }

    pub(crate) fn rows(&self, sql: &str, values: &[Value]) -> Result<Vec<LiteRow>, Failure> {
        let mut all = Vec::new();
        self.each(sql, values, &mut |row| {
            all.push(row);
            Ok(true)
        })?;
        Ok(all)
    }

    /// Row after row, until there are no more or one is answered with `false`.
    pub(crate) fn each(
        &self,
        sql: &str,
        values: &[Value],
        take: &mut dyn FnMut(LiteRow) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let mut statement = self.0.prepare_cached(sql)?;
        let columns: Arc<[String]> = statement.column_names().into_iter().map(str::to_owned).collect();
        bind(&mut statement, values)?;
        let mut rows = statement.raw_query();
        while let Some(row) = rows.next()? {
            let values = (0..columns.len()).map(|place| row.get(place)).collect::<Result<_, _>>()?;
            if !take(LiteRow { columns: Arc::clone(&columns), values })? {
                break;
            }
        }
        Ok(())
    }

    pub(crate) fn script(&self, sql: &str) -> Result<(), Failure> {
        Ok(self.0.execute_batch(sql)?)
    }
}

/// Binds values to the places that name them: for SQLite `$2` is a name, whose number is that of its first mention.
fn bind(statement: &mut Statement<'_>, values: &[Value]) -> Result<(), Failure> {
    for place in 1..=statement.parameter_count() {
        let number =
            statement.parameter_name(place).and_then(|name| name.strip_prefix('$')?.parse::<usize>().ok());
        let value = number.and_then(|number| values.get(number.checked_sub(1)?));
        let Some(value) = value else {
            let detail = format!("a statement names no value at its place {place}");
            return Err(BooksError::Damaged { detail }.into());
        };
        statement.raw_bind_parameter(place, value)?;
    }
    Ok(())
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        let text = |text: String| ToSqlOutput::Owned(Held::Text(text));
        let int = |int: i64| ToSqlOutput::Owned(Held::Integer(int));
        let some = match self {
            Value::Id(v) => v.map(|v| text(v.to_string())),
            Value::Text(v) => v.as_ref().map(|v| ToSqlOutput::Borrowed(ValueRef::Text(v.as_bytes()))),
            Value::Int(v) => v.map(int),
            Value::Money(v) => v.map(|v| text(decimal_text(v))),
            Value::Time(v) => v.map(|v| int(v.as_microsecond())),
            Value::Date(v) => v.map(|v| text(v.to_string())),
            Value::Bool(v) => v.map(|v| int(v.into())),
            Value::Bytes(v) => v.as_ref().map(|v| ToSqlOutput::Borrowed(ValueRef::Blob(v))),
        };
        Ok(some.unwrap_or(ToSqlOutput::Owned(Held::Null)))
    }
}

/// A row.
pub(crate) struct LiteRow {
    columns: Arc<[String]>,
    values: Vec<Held>,
}

impl LiteRow {
    fn value(&self, column: &str) -> Result<&Held, String> {
        let place = self.columns.iter().position(|known| known == column);
        place.and_then(|place| self.values.get(place)).ok_or_else(|| "there is no such column".to_owned())
    }

    pub(crate) fn is_null(&self, column: &str) -> Result<bool, String> {
        self.value(column).map(|value| *value == Held::Null)
    }

    pub(crate) fn get<'a, T: Kind<'a>>(&'a self, column: &str) -> Result<T, String> {
        let value = self.value(column)?;
        T::of(value).ok_or_else(|| format!("holds {}", value.data_type()))
    }
}

/// What a column of a strict table can be read as.
pub(crate) trait Kind<'a>: Sized {
    fn of(value: &'a Held) -> Option<Self>;
}

impl<'a> Kind<'a> for &'a str {
    fn of(value: &'a Held) -> Option<&'a str> {
        if let Held::Text(text) = value { Some(text) } else { None }
    }
}

impl Kind<'_> for String {
    fn of(value: &Held) -> Option<String> {
        if let Held::Text(text) = value { Some(text.clone()) } else { None }
    }
}

impl Kind<'_> for i64 {
    fn of(value: &Held) -> Option<i64> {
        if let Held::Integer(int) = value { Some(*int) } else { None }
    }
}

impl Kind<'_> for Vec<u8> {
    fn of(value: &Held) -> Option<Vec<u8>> {
        if let Held::Blob(bytes) = value { Some(bytes.clone()) } else { None }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::value::values_of;

    #[test]
    fn values_go_where_their_numbers_stand_and_nothing_is_written() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("books.db");
        let made = Connection::open(&path).unwrap();
        made.execute_batch("PRAGMA journal_mode = WAL; CREATE TABLE t (a INTEGER, b TEXT, c BLOB) STRICT; INSERT INTO t VALUES (1, 'x', x'00ff'), (2, 'y', NULL)").unwrap();
        let lite = Lite::open(&path, Duration::from_secs(1)).unwrap();
        let sql = "SELECT * FROM t WHERE b = $2 AND a = $1 AND a >= $1";
        let rows = lite.rows(sql, values_of![2_i64, "y"]).unwrap();
        assert_eq!(rows.len(), 1);
        assert_eq!((rows[0].get::<i64>("a"), rows[0].get::<&str>("b")), (Ok(2), Ok("y")));
        assert_eq!(rows[0].is_null("c"), Ok(true));
        assert!(rows[0].get::<i64>("b").is_err() && rows[0].get::<i64>("d").is_err());
        assert!(lite.rows(sql, values_of![2_i64]).is_err(), "a value is missing");
        let bytes = lite.rows("SELECT c FROM t WHERE a = $1", values_of![1_i64]).unwrap();
        assert_eq!(bytes[0].get::<Vec<u8>>("c"), Ok(vec![0, 255]));
        assert!(lite.rows("DELETE FROM t", &[]).is_err());
        let mut seen = 0;
        lite.each("SELECT a FROM t", &[], &mut |_| {
            seen += 1;
            Ok(false)
        })
        .unwrap();
        assert_eq!(seen, 1);
        // What was written is seen by the next statement, and a look sees one moment.
        lite.script("BEGIN").unwrap();
        assert_eq!(lite.rows("SELECT a FROM t", &[]).unwrap().len(), 2);
        made.execute_batch("INSERT INTO t VALUES (3, 'z', NULL)").unwrap();
        assert_eq!(lite.rows("SELECT a FROM t", &[]).unwrap().len(), 2);
        lite.script("ROLLBACK").unwrap();
        assert_eq!(lite.rows("SELECT a FROM t", &[]).unwrap().len(), 3);
    }
}
