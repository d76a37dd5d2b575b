//! The books in a database: SQLite inside the program, or PostgreSQL beside it, by one address.
//!
//! In: entries ([`rebalance::books`]). Out: they are written as a whole or not at all, and read again. One text of SQL serves both
//! databases; what differs is in `sqlite.rs`, `postgres.rs`, `value.rs`, `row.rs` and the two folders of `migrations/`.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `store.rs` | the books, open: read this first |
//! | `commit.rs` | how an entry is written, in which order |
//! | `journal.rs`, `keys.rs` | the end of the audit log: records are sealed and written with their entry |
//! | `log.rs`, `erasure.rs` | the audit log read and verified again; a household's key destroyed |
//! | `ledger.rs` | the books held against the log, row by row |
//! | `database.rs`, `sqlite.rs`, `postgres.rs` | which database, how it is opened |
//! | `schema.rs` | the tables, and how older ones are brought up to date |
//! | `readers.rs`, `lite.rs` | connections that read, kept at hand; a SQLite file read on the thread that asks |
//! | `work.rs`, `value.rs`, `row.rs`, `failure.rs` | statements, what goes in, what comes out, what goes wrong |
//! | `people.rs` … `settings.rs` | the tables, one file per noun |
//! | `listed.rs` | lists of recommendations, a part at a time |
//! | `access.rs` | who may come in: passwords, sessions, keys, grants |
//! | `outbox.rs`, `inbox.rs`, `leases.rs` | events and turns |
//! | `reading.rs` | the questions of [`rebalance::books::Reading`] |
//! | `backup.rs` | everything out, and everything in again, from either database into either |
//!
//! Invariants: money and quantities are exact in both databases; the audit log can only be added to; nothing is lost and nothing
//! is done twice, whoever crashes when.

mod access;
mod approvals;
mod attempts;
mod backup;
mod blotter;
mod bookings;
mod commit;
mod cycles;
mod database;
mod drift;
mod erasure;
mod failure;
mod fills;
mod households;
mod inbox;
mod journal;
mod keys;
mod leases;
mod ledger;
mod listed;
mod lite;
mod log;
mod orders;
mod outbox;
mod people;
mod portfolios;
mod postgres;
mod prices;
mod proposals;
mod readers;
mod reading;
mod row;
mod schema;
mod settings;
mod sqlite;
mod store;
mod value;
mod work;

pub use backup::{BackupError, Summary};
pub use database::Address;
pub use erasure::{EraseError, Erasure};
pub use journal::Sealing;
pub use ledger::{Difference, How, KeyFault, Ledger};
pub use store::{Opening, Store};
