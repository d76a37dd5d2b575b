//! One unit of work: statements that take effect together or not at all.
//!
//! In: SQL with `$1`, `$2`, … and its values; both databases read the same text. Out: rows, or how many were changed. Dropped
//! without [`Work::commit`] it leaves nothing behind.

use futures_util::TryStreamExt;
use sqlx::pool::PoolConnection;
use sqlx::{AssertSqlSafe, PgConnection, Postgres, Sqlite, SqliteConnection, Transaction};

use crate::failure::Failure;
use crate::lite::Lite;
use crate::row::Row;
use crate::value::{PgDate, PgTime, Value, decimal_text};

/// A transaction; or, for a single statement that reads, a connection alone.
pub(crate) enum Work {
    /// In SQLite.
    Sqlite(Transaction<'static, Sqlite>),
    /// In PostgreSQL.
    Postgres(Transaction<'static, Postgres>),
    /// A connection that reads in SQLite.
    SqliteReads(Lite),
    /// A connection that reads in PostgreSQL.
    PostgresReads(PoolConnection<Postgres>),
}

/// Values of one statement that inserts.
const VALUES_MAX: usize = 900;

/// What statements run on.
enum On<'a> {
    Sqlite(&'a mut SqliteConnection),
    Lite(&'a Lite),
    Postgres(&'a mut PgConnection),
}

impl Work {
    fn on(&mut self) -> On<'_> {
        match self {
            Work::Sqlite(work) => On::Sqlite(work),
            Work::Postgres(work) => On::Postgres(work),
            Work::SqliteReads(work) => On::Lite(work),
            Work::PostgresReads(work) => On::Postgres(work),
        }
    }

    /// Runs a statement; how many rows it changed.
    pub(crate) async fn execute(&mut self, sql: &str, values: &[Value]) -> Result<u64, Failure> {
        let safe = || AssertSqlSafe(sql.to_owned());
        match self.on() {
            // Whoever reads changes nothing: the database says so.
            On::Lite(work) => work.rows(sql, values).map(|_| 0),
            On::Sqlite(work) => {
                let query = values.iter().fold(sqlx::query(safe()), bind_sqlite);
                Ok(query.execute(work).await?.rows_affected())
            }
            On::Postgres(work) => {
                let query = values.iter().fold(sqlx::query(safe()), bind_postgres);
                Ok(query.execute(work).await?.rows_affected())
            }
        }
    }

    /// Inserts rows of as many values each, `into` being the table with its columns: a statement for many.
    pub(crate) async fn insert_all(&mut self, into: &str, rows: &[Vec<Value>]) -> Result<(), Failure> {
        let Some(width) = rows.first().map(Vec::len).filter(|width| *width > 0) else { return Ok(()) };
        for some in rows.chunks((VALUES_MAX / width).max(1)) {
            let row = |place: usize| {
                let values: Vec<String> = (1..=width).map(|n| format!("${}", place * width + n)).collect();
                format!("({})", values.join(", "))
            };
            let values: Vec<String> = (0..some.len()).map(row).collect();
            let sql = format!("INSERT INTO {into} VALUES {}", values.join(", "));
            self.execute(&sql, &some.concat()).await?;
        }
        Ok(())
    }

    /// Runs a query; its rows.
    pub(crate) async fn rows(&mut self, sql: &str, values: &[Value]) -> Result<Vec<Row>, Failure> {
        let safe = || AssertSqlSafe(sql.to_owned());
        match self.on() {
            On::Lite(work) => Ok(work.rows(sql, values)?.into_iter().map(Row::Lite).collect()),
            On::Sqlite(work) => {
                let query = values.iter().fold(sqlx::query(safe()), bind_sqlite);
                Ok(query.fetch_all(work).await?.into_iter().map(Row::Sqlite).collect())
            }
            On::Postgres(work) => {
                let query = values.iter().fold(sqlx::query(safe()), bind_postgres);
                Ok(query.fetch_all(work).await?.into_iter().map(Row::Postgres).collect())
            }
        }
    }

    /// Runs a query; its first row.
    pub(crate) async fn row(&mut self, sql: &str, values: &[Value]) -> Result<Option<Row>, Failure> {
        Ok(self.rows(sql, values).await?.into_iter().next())
    }

    /// Runs a query and hands over row after row, until there are no more or one is answered with `false`.
    pub(crate) async fn each(
        &mut self,
        sql: &str,
        take: &mut dyn FnMut(Row) -> Result<bool, Failure>,
    ) -> Result<(), Failure> {
        let safe = || AssertSqlSafe(sql.to_owned());
        match self.on() {
            On::Lite(work) => work.each(sql, &[], &mut |row| take(Row::Lite(row)))?,
            On::Sqlite(work) => {
                let mut rows = sqlx::query(safe()).fetch(work);
                while let Some(row) = rows.try_next().await? {
                    if !take(Row::Sqlite(row))? {
                        break;
                    }
                }
            }
            On::Postgres(work) => {
                let mut rows = sqlx::query(safe()).fetch(work);
                while let Some(row) = rows.try_next().await? {
                    if !take(Row::Postgres(row))? {
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    /// Runs several statements without values.
    pub(crate) async fn script(&mut self, sql: &'static str) -> Result<(), Failure> {
        match self.on() {
            On::Lite(work) => work.script(sql)?,
            On::Sqlite(work) => sqlx::raw_sql(sql).execute(work).await.map(drop)?,
            On::Postgres(work) => sqlx::raw_sql(sql).execute(work).await.map(drop)?,
        }
        Ok(())
    }

    /// Whether it speaks as SQLite does.
    pub(crate) fn is_sqlite(&self) -> bool {
        matches!(self, Work::Sqlite(_) | Work::SqliteReads(_))
    }

    /// ` FOR UPDATE` where rows have to be locked; in SQLite whoever writes is alone.
    pub(crate) fn locking(&self) -> &'static str {
        if self.is_sqlite() { "" } else { " FOR UPDATE" }
    }

    /// Begins to look at one moment, on a connection alone.
    pub(crate) async fn begin(&mut self) -> Result<(), Failure> {
        let begin =
            if self.is_sqlite() { "BEGIN" } else { "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY" };
        self.script(begin).await
    }

    /// Ends what [`Work::begin`] began; nothing was written.
    pub(crate) async fn end(&mut self) -> Result<(), Failure> {
        self.script("ROLLBACK").await
    }

    /// The connection is closed when it is dropped, in whatever state it is.
    pub(crate) fn forsake(&mut self) {
        match self {
            Work::PostgresReads(work) => work.close_on_drop(),
            // They end by themselves.
            Work::Sqlite(_) | Work::Postgres(_) | Work::SqliteReads(_) => {}
        }
    }

    /// Makes everything lasting.
    pub(crate) async fn commit(self) -> Result<(), Failure> {
        match self {
            Work::Sqlite(work) => work.commit().await?,
            Work::Postgres(work) => work.commit().await?,
            Work::SqliteReads(_) | Work::PostgresReads(_) => {}
        }
        Ok(())
    }
}

type SqliteQuery<'q> = sqlx::query::Query<'q, Sqlite, sqlx::sqlite::SqliteArguments>;
type PostgresQuery<'q> = sqlx::query::Query<'q, Postgres, sqlx::postgres::PgArguments>;

fn bind_sqlite<'q>(query: SqliteQuery<'q>, value: &Value) -> SqliteQuery<'q> {
    match value.clone() {
        Value::Id(v) => query.bind(v.map(|v| v.to_string())),
        Value::Text(v) => query.bind(v),
        Value::Int(v) => query.bind(v),
        Value::Money(v) => query.bind(v.map(decimal_text)),
        Value::Time(v) => query.bind(v.map(jiff::Timestamp::as_microsecond)),
        Value::Date(v) => query.bind(v.map(|v| v.to_string())),
        Value::Bool(v) => query.bind(v.map(i64::from)),
        Value::Bytes(v) => query.bind(v),
    }
}

fn bind_postgres<'q>(query: PostgresQuery<'q>, value: &Value) -> PostgresQuery<'q> {
    match value.clone() {
        Value::Id(v) => query.bind(v),
        Value::Text(v) => query.bind(v),
        Value::Int(v) => query.bind(v),
        Value::Money(v) => query.bind(v),
        Value::Time(v) => query.bind(v.map(PgTime)),
        Value::Date(v) => query.bind(v.map(PgDate)),
        Value::Bool(v) => query.bind(v),
        Value::Bytes(v) => query.bind(v),
    }
}
