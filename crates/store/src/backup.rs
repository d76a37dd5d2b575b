//! Everything out, and everything in again: one form for both databases, so that one command backs up either and books can
//! move from SQLite to PostgreSQL or back.
//!
//! In: open books and where to write. Out: a text of one JSON value a line: a head, for each table its name with its columns and
//! then its rows, and an end with the number of rows and the SHA-256 of all lines before it. Invariants: a backup is of one
//! moment, while others go on writing; it is restored into empty books only, and as a whole or not at all.
//!
//! | kind | in the backup |
//! | --- | --- |
//! | text, id, day, decimal | as text; decimals in their shortest form |
//! | whole number, yes or no | its digits; 1 or 0 |
//! | time | microseconds since 1970-01-01T00:00Z |
//! | bytes | hexadecimal |

use std::io::{BufRead, Write};

use jiff::Timestamp;
use rebalance::books::BooksError;
use serde_json::{Value as Json, json};
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::schema;
use crate::store::Store;
use crate::value::{Value, values_of};
use crate::work::Work;

/// All tables, each after those that it refers to. Who was signed in has to sign in again: `sessions`, `sign_in_tries` and `answers` stay out.
const TABLES: [&str; 35] = [
    "people",
    "households",
    "portfolios",
    "accounts",
    "holdings",
    "lots",
    "targets",
    "preferences",
    "prices",
    "drift",
    "cycles",
    "recommendations",
    "offers",
    "offered_facts",
    "attempts",
    "trades",
    "approvals",
    "orders",
    "fills",
    "transactions",
    "realised_gains",
    "settings",
    "outbox",
    "inbox",
    "leases",
    "audit_head",
    "audit_records",
    "audit_nodes",
    "audit_checkpoints",
    "audit_keys",
    "blotter",
    "passwords",
    "api_keys",
    "grants",
    "washes",
];
const FORM: u64 = 1;

/// What a backup holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Summary {
    /// Rows of all tables.
    pub rows: u64,
    /// Records of the audit log.
    pub records: u64,
}

/// Why there is no backup, or nothing was restored.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// The books.
    #[error(transparent)]
    Books(#[from] BooksError),
    /// The file.
    #[error("the backup can't be read or written: {0}")]
    File(#[from] std::io::Error),
    /// Something is in the books already.
    #[error("table {table} of these books is not empty; restore into new ones")]
    NotEmpty {
        /// Where.
        table: String,
    },
    /// A line that is not what it has to be.
    #[error("line {line} of the backup: {why}; nothing was restored")]
    Line {
        /// From 1.
        line: u64,
        /// What is wrong.
        why: String,
    },
    /// Cut off, or a bit is wrong.
    #[error("the backup is cut off or damaged: its end does not match what is in it; nothing was restored")]
    Damaged,
}

impl From<Failure> for BackupError {
    fn from(failure: Failure) -> BackupError {
        BackupError::Books(failure.into_books())
    }
}

impl Store {
    /// Writes everything to `out`, as it is at one moment.
    ///
    /// # Errors
    /// [`BackupError`].
    pub fn back_up(&self, out: &mut dyn Write, now: Timestamp) -> Result<Summary, BackupError> {
        self.look(async |work| export(work, out, now).await)
    }

    /// Reads everything from `from` into these books, which have to be empty.
    ///
    /// # Errors
    /// [`BackupError`]; nothing was written.
    pub fn restore(&self, from: &mut dyn BufRead) -> Result<Summary, BackupError> {
        self.change_once(async |work| import(work, from).await)
    }
}

/// Lines on their way out, counted and hashed.
struct Lines<'a> {
    out: &'a mut dyn Write,
    hash: Sha256,
    rows: u64,
}

impl Lines<'_> {
    fn write(&mut self, line: &Json) -> Result<(), std::io::Error> {
        let text = format!("{line}\n");
        self.hash.update(text.as_bytes());
        self.out.write_all(text.as_bytes())
    }
}

async fn export(work: &mut Work, out: &mut dyn Write, now: Timestamp) -> Result<Summary, BackupError> {
    let mut lines = Lines { out, hash: Sha256::new(), rows: 0 };
    lines.write(
        &json!({"equipoise_backup": FORM, "tables_version": schema::newest(), "at": now.to_string()}),
    )?;
    let mut records = 0;
    for table in TABLES {
        let before = lines.rows;
        export_table(work, table, &mut lines).await?;
        if table == "audit_records" {
            records = lines.rows - before;
        }
    }
    let digest: String = lines.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    lines.write(&json!({"rows": lines.rows, "sha256": digest}))?;
    lines.out.flush()?;
    Ok(Summary { rows: lines.rows, records })
}

async fn export_table(work: &mut Work, table: &str, lines: &mut Lines<'_>) -> Result<(), BackupError> {
    let columns = columns(work, table).await?;
    let names: Vec<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    lines.write(&json!({"table": table, "columns": names}))?;
    let texts: Vec<String> = columns.iter().map(Column::as_text).collect();
    let sql = format!("SELECT {} FROM {table} ORDER BY {}", texts.join(", "), order(&columns));
    let mut failed = None;
    work.each(&sql, &mut |row| {
        let cells = names.iter().map(|name| row.text_or_none(name)).collect::<Result<Vec<_>, _>>()?;
        lines.rows += 1;
        failed = lines.write(&json!(cells)).err();
        Ok(failed.is_none())
    })
    .await?;
    failed.map_or(Ok(()), |error| Err(error.into()))
}

/// The first columns of a table are those of its key; by the columns themselves, not by what is made of them.
fn order(columns: &[Column]) -> String {
    let first: Vec<String> = columns.iter().take(3).map(|c| format!("{}.{}", c.table, c.name)).collect();
    first.join(", ")
}

/// A column of a table.
struct Column {
    table: String,
    name: String,
    kind: Kind,
}

/// How a column becomes a text, and a text a column.
enum Kind {
    Sqlite(String),
    Postgres(String),
}

impl Column {
    fn as_text(&self) -> String {
        let name = &self.name;
        let text = match &self.kind {
            Kind::Sqlite(kind) => match kind.as_str() {
                "BLOB" => format!("CASE WHEN {name} IS NULL THEN NULL ELSE lower(hex({name})) END"),
                "INTEGER" => format!("CAST({name} AS TEXT)"),
                _ => name.clone(),
            },
            Kind::Postgres(kind) => match kind.as_str() {
                "bytea" => format!("encode({name}, 'hex')"),
                "boolean" => format!("{name}::int::text"),
                "numeric" => format!("trim_scale({name})::text"),
                "timestamp with time zone" => format!("(extract(epoch FROM {name}) * 1000000)::bigint::text"),
                _ => format!("{name}::text"),
            },
        };
        format!("{text} AS {name}")
    }

    fn parameter(&self, place: usize) -> String {
        match &self.kind {
            Kind::Sqlite(kind) => match kind.as_str() {
                "BLOB" => format!("unhex(${place})"),
                "INTEGER" => format!("CAST(${place} AS INTEGER)"),
                _ => format!("${place}"),
            },
            Kind::Postgres(kind) => match kind.as_str() {
                "bytea" => format!("decode(${place}::text, 'hex')"),
                "boolean" => format!("${place}::text::int::boolean"),
                "timestamp with time zone" => {
                    format!("'epoch'::timestamptz + ${place}::text::bigint * interval '1 microsecond'")
                }
                kind => format!("${place}::text::{kind}"),
            },
        }
    }
}

async fn columns(work: &mut Work, table: &str) -> Result<Vec<Column>, Failure> {
    let lite = work.is_sqlite();
    let sql = if lite {
        "SELECT name, type AS kind FROM pragma_table_info($1) ORDER BY cid"
    } else {
        "SELECT column_name::text AS name, data_type::text AS kind FROM information_schema.columns \
         WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
    };
    let rows = work.rows(sql, values_of![table]).await?;
    let column = |row: &crate::row::Row| {
        let kind = row.text("kind")?;
        let kind = if lite { Kind::Sqlite(kind) } else { Kind::Postgres(kind) };
        Ok::<_, BooksError>(Column { table: table.to_owned(), name: row.text("name")?, kind })
    };
    Ok(rows.iter().map(column).collect::<Result<_, _>>()?)
}

/// Lines on their way in, counted and hashed.
struct Source<'a> {
    from: &'a mut dyn BufRead,
    hash: Sha256,
    line: u64,
}

impl Source<'_> {
    /// The next line, and the hash of all lines before it.
    fn next(&mut self) -> Result<(Json, String), BackupError> {
        let before = self.hash.clone().finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        let mut text = String::new();
        self.line += 1;
        if self.from.read_line(&mut text)? == 0 {
            return Err(BackupError::Damaged);
        }
        self.hash.update(text.as_bytes());
        let line = serde_json::from_str(&text).map_err(|e| self.wrong(e.to_string()))?;
        Ok((line, before))
    }

    fn wrong(&self, why: impl Into<String>) -> BackupError {
        BackupError::Line { line: self.line, why: why.into() }
    }
}

async fn import(work: &mut Work, from: &mut dyn BufRead) -> Result<Summary, BackupError> {
    let mut source = Source { from, hash: Sha256::new(), line: 0 };
    check_head(&mut source)?;
    work.execute("DELETE FROM audit_head", &[]).await?;
    for table in TABLES {
        let sql = format!("SELECT 1 AS one FROM {table} LIMIT 1");
        if work.row(&sql, &[]).await?.is_some() {
            return Err(BackupError::NotEmpty { table: table.to_owned() });
        }
    }
    let mut summary = Summary { rows: 0, records: 0 };
    let mut into: Option<Filling> = None;
    loop {
        let (line, hash) = source.next()?;
        if let Some(cells) = line.as_array() {
            let Some(into) = &into else { return Err(source.wrong("a row before any table")) };
            into.insert(work, cells, &source).await?;
            summary.rows += 1;
            summary.records += u64::from(into.table == "audit_records");
        } else if line.get("table").is_some() {
            into = Some(Filling::read(work, &line, &source).await?);
        } else if line.get("rows").and_then(Json::as_u64) == Some(summary.rows)
            && line["sha256"] == json!(hash)
        {
            break;
        } else {
            return Err(BackupError::Damaged);
        }
    }
    if !work.is_sqlite() {
        let sql = "SELECT setval(pg_get_serial_sequence('outbox', 'number'), coalesce(max(number), 0) + 1, false) FROM outbox";
        work.rows(sql, &[]).await?;
    }
    Ok(summary)
}

fn check_head(source: &mut Source<'_>) -> Result<(), BackupError> {
    let (head, _) = source.next()?;
    if head.get("equipoise_backup").and_then(Json::as_u64) != Some(FORM) {
        return Err(source.wrong("this is no backup of equipoise, or of a newer form"));
    }
    let version = head.get("tables_version").and_then(Json::as_u64).unwrap_or(0);
    if version != schema::newest() {
        let why = format!(
            "the backup has tables of version {version}, this program {}; restore it with the program that made \
                           it, then open the books with this one",
            schema::newest()
        );
        return Err(source.wrong(why));
    }
    Ok(())
}

/// The table that rows go into.
struct Filling {
    table: String,
    columns: usize,
    sql: String,
}

impl Filling {
    async fn read(work: &mut Work, line: &Json, source: &Source<'_>) -> Result<Filling, BackupError> {
        let table = line["table"].as_str().unwrap_or_default();
        if !TABLES.contains(&table) {
            return Err(source.wrong(format!("`{table}` is no table of these books")));
        }
        let ours = columns(work, table).await?;
        let names: Vec<&str> =
            line["columns"].as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        if names != ours.iter().map(|c| c.name.as_str()).collect::<Vec<_>>() {
            return Err(source.wrong(format!("{table} has other columns here")));
        }
        let places: Vec<String> =
            ours.iter().enumerate().map(|(n, column)| column.parameter(n + 1)).collect();
        let sql = format!("INSERT INTO {table} ({}) VALUES ({})", names.join(", "), places.join(", "));
        Ok(Filling { table: table.to_owned(), columns: ours.len(), sql })
    }

    async fn insert(&self, work: &mut Work, cells: &[Json], source: &Source<'_>) -> Result<(), BackupError> {
        let value = |cell: &Json| match cell {
            Json::Null => Ok(Value::Text(None)),
            Json::String(text) => Ok(Value::from(text)),
            other => Err(source.wrong(format!("`{other}` is neither a text nor null"))),
        };
        if cells.len() != self.columns {
            return Err(source.wrong(format!(
                "{} cells for {} columns of {}",
                cells.len(),
                self.columns,
                self.table
            )));
        }
        let values = cells.iter().map(value).collect::<Result<Vec<_>, _>>()?;
        work.execute(&self.sql, &values).await?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_table_of_the_migrations_is_backed_up_after_those_it_refers_to() {
        for text in [
            concat!(
                include_str!("../migrations/sqlite/0001_books.sql"),
                include_str!("../migrations/sqlite/0003_blotter.sql"),
                include_str!("../migrations/sqlite/0004_access.sql"),
                include_str!("../migrations/sqlite/0005_washes.sql")
            ),
            concat!(
                include_str!("../migrations/postgres/0001_books.sql"),
                include_str!("../migrations/postgres/0003_blotter.sql"),
                include_str!("../migrations/postgres/0004_access.sql"),
                include_str!("../migrations/postgres/0005_washes.sql")
            ),
        ] {
            let made = text.lines().filter_map(|line| line.strip_prefix("CREATE TABLE ")?.strip_suffix(" ("));
            let passing = ["sessions", "sign_in_tries", "answers"];
            assert_eq!(made.filter(|table| !passing.contains(table)).collect::<Vec<_>>(), TABLES);
        }
    }
}
