//! The tables, and how an older database gets the newer ones.
//!
//! In: a unit of work. Out: a database with every migration of this program, each run once, in its order. Invariant: a migration
//! that was released is never changed; one that differs from what was run here, or that this program does not know, stops
//! the opening before anything is touched.

use jiff::Timestamp;
use rebalance::books::BooksError;
use sha2::{Digest, Sha256};

use crate::failure::Failure;
use crate::value::values_of;
use crate::work::Work;

/// The text of a migration in both dialects.
struct Migration {
    version: u64,
    name: &'static str,
    sqlite: &'static str,
    postgres: &'static str,
}

/// All of them. A new one is two files and one line.
const MIGRATIONS: &[Migration] = &[
    Migration {
        version: 1,
        name: "books",
        sqlite: include_str!("../migrations/sqlite/0001_books.sql"),
        postgres: include_str!("../migrations/postgres/0001_books.sql"),
    },
    Migration {
        version: 2,
        name: "sent",
        sqlite: include_str!("../migrations/sqlite/0002_sent.sql"),
        postgres: include_str!("../migrations/postgres/0002_sent.sql"),
    },
    Migration {
        version: 3,
        name: "blotter",
        sqlite: include_str!("../migrations/sqlite/0003_blotter.sql"),
        postgres: include_str!("../migrations/postgres/0003_blotter.sql"),
    },
    Migration {
        version: 4,
        name: "access",
        sqlite: include_str!("../migrations/sqlite/0004_access.sql"),
        postgres: include_str!("../migrations/postgres/0004_access.sql"),
    },
    Migration {
        version: 5,
        name: "washes",
        sqlite: include_str!("../migrations/sqlite/0005_washes.sql"),
        postgres: include_str!("../migrations/postgres/0005_washes.sql"),
    },
    Migration {
        version: 6,
        name: "sent_under",
        sqlite: include_str!("../migrations/sqlite/0006_sent_under.sql"),
        postgres: include_str!("../migrations/postgres/0006_sent_under.sql"),
    },
    Migration {
        version: 7,
        name: "lists",
        sqlite: include_str!("../migrations/sqlite/0007_lists.sql"),
        postgres: include_str!("../migrations/postgres/0007_lists.sql"),
    },
    Migration {
        version: 8,
        name: "settings",
        sqlite: include_str!("../migrations/sqlite/0008_settings.sql"),
        postgres: include_str!("../migrations/postgres/0008_settings.sql"),
    },
    Migration {
        version: 9,
        name: "grants",
        sqlite: include_str!("../migrations/sqlite/0009_grants.sql"),
        postgres: include_str!("../migrations/postgres/0009_grants.sql"),
    },
    Migration {
        version: 10,
        name: "corrections",
        sqlite: include_str!("../migrations/sqlite/0010_corrections.sql"),
        postgres: include_str!("../migrations/postgres/0010_corrections.sql"),
    },
];

const HISTORY_SQLITE: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version INTEGER PRIMARY KEY, name TEXT NOT NULL, sha256 TEXT NOT NULL, at INTEGER NOT NULL) STRICT";
const HISTORY_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS migrations (
    version bigint PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, at timestamptz NOT NULL)";
/// One program at a time; the number is ours alone ("equipois" in ASCII).
const LOCK_POSTGRES: &str = "SELECT pg_advisory_xact_lock(7309475598860907891)";

/// The newest version that this program knows.
pub(crate) fn newest() -> u64 {
    MIGRATIONS.last().map_or(0, |m| m.version)
}

/// Brings the tables up to date.
pub(crate) async fn migrate(work: &mut Work, now: Timestamp) -> Result<(), Failure> {
    if work.is_sqlite() {
        work.script(HISTORY_SQLITE).await?;
    } else {
        work.script(LOCK_POSTGRES).await?;
        work.script(HISTORY_POSTGRES).await?;
    }
    let done = work.rows("SELECT version, name, sha256 FROM migrations ORDER BY version", &[]).await?;
    for row in &done {
        known(work, row.count("version")?, &row.text("name")?, &row.text("sha256")?)?;
    }
    for migration in MIGRATIONS.iter().skip(done.len()) {
        work.script(migration.text(work)).await?;
        let values = values_of![migration.version, migration.name, digest(migration.text(work)), now];
        work.execute("INSERT INTO migrations (version, name, sha256, at) VALUES ($1, $2, $3, $4)", values)
            .await?;
    }
    Ok(())
}

/// Is a migration that was run here one of ours, unchanged?
fn known(work: &Work, version: u64, name: &str, sha256: &str) -> Result<(), BooksError> {
    let Some(ours) = MIGRATIONS.iter().find(|m| m.version == version) else {
        return Err(BooksError::Schema {
            detail: format!(
                "the database has tables of version {version} ({name}), and this program knows up to {}; use the program that made \
             it, or a newer one",
                newest()
            ),
        });
    };
    if digest(ours.text(work)) != sha256 {
        return Err(BooksError::Schema {
            detail: format!(
                "the tables of version {version} ({name}) were made from another text than this program's; use the program that \
             made them"
            ),
        });
    }
    Ok(())
}

impl Migration {
    fn text(&self, work: &Work) -> &'static str {
        if work.is_sqlite() { self.sqlite } else { self.postgres }
    }
}

fn digest(text: &str) -> String {
    Sha256::digest(text.as_bytes()).iter().map(|byte| format!("{byte:02x}")).collect()
}
