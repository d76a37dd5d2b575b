//! The books held against the log: does every row say what its records say, and is there no row that no record tells of?
//!
//! In: open books. Out: a [`Ledger`]: how many rows were compared, each that differs, what is wrong with the keys. The tables can be edited
//! by whoever has the database; the records can't, so they are what is right. Invariants: all is of one moment; nothing is written; a row of
//! a household whose records can't be read is not judged, and how many such households there are is told.
//!
//! | file | what it answers |
//! | --- | --- |
//! | `sheet.rs` | rows of one kind against what was told of them |
//! | `keyring.rs` | the keys, and what is wrong with them |
//! | `holdings.rs` | portfolios: documents, cash, lots, wishes |
//! | `proposals.rs` | proposals, their plans and trades, approvals |
//! | `execution.rs` | orders, fills with their corrections, bookings, realised gains, losses that do not count |
//!
//! People and households are here. Not compared: prices, drift, the prices that an offer was shown with, how cycles closed, settings, what was typed in but for corrections, who may
//! sign in.

mod execution;
mod holdings;
mod keyring;
mod proposals;
mod sheet;

use std::collections::BTreeMap;
use std::fmt;

use audit::leaf::KeyId;
use audit::{Guard, Reading};
use jiff::Timestamp;
use rebalance::books::BooksError;
use sha2::{Digest, Sha256};

use self::execution::{Execution, each};
use self::holdings::Holdings;
use self::proposals::Proposals;
use self::sheet::{Fact, Found, Sheet, Told, cell};
use crate::failure::Failure;
use crate::log;
use crate::row::Row;
use crate::store::Store;
use crate::work::Work;

pub(crate) use self::keyring::Keyring;

/// What came of holding the books against the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ledger {
    /// Rows that were compared, those among them that should be there and are not.
    pub rows: u64,
    /// What differs: of each household the first 1,000.
    pub differences: Vec<Difference>,
    /// How many differ altogether.
    pub differing: u64,
    /// What is wrong with the keys of households.
    pub keys: Vec<KeyFault>,
    /// Households that were erased: their rows can't be compared.
    pub erased: u64,
}

impl Ledger {
    /// Whether nothing is wrong.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.differing == 0 && self.keys.is_empty()
    }
}

/// A row that is not what the log says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Which row: its kind and its name.
    pub what: String,
    /// Whose, where it is somebody's.
    pub household: Option<String>,
    /// How it differs.
    pub how: How,
}

/// How a row differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum How {
    /// A fact of it is another.
    Differs {
        /// Which.
        fact: &'static str,
        /// As the row has it.
        books: String,
        /// As the record has it.
        log: String,
        /// Number of the record.
        record: u64,
    },
    /// The row is gone.
    Missing {
        /// Number of the record that tells of it.
        record: u64,
    },
    /// No record tells of the row.
    Untold,
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let what = &self.what;
        match &self.how {
            How::Differs { fact, books, log, record } => {
                write!(f, "{what}: the books say {fact} {books}, the log says {log}, record {record}")
            }
            How::Missing { record } => {
                write!(f, "{what}: the books do not have it, the log tells of it, record {record}")
            }
            How::Untold => write!(f, "{what}: the books have it, and no record of the log tells of it"),
        }
    }
}

/// Something that is wrong with a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeyFault {
    /// Whose key, where that is known.
    pub household: Option<String>,
    /// In words.
    pub words: String,
}

impl Store {
    /// Holds the rows of the books against the records of the log, as both are at one moment.
    ///
    /// # Errors
    /// [`BooksError`]: they could not be read. That something differs is in the ledger.
    pub fn held_against_log(&self) -> Result<Ledger, BooksError> {
        self.look(async |work| {
            let keyring = Keyring::read(work, &self.sealing).await?;
            let mut telling = Telling::new();
            let mut next = 0;
            loop {
                let rows = log::records(work, next, log::PAGE).await?;
                let Some(last) = rows.last().map(|row| row.sequence) else { break };
                for row in &rows {
                    telling.take(row, &keyring);
                }
                next = last.saturating_add(1);
            }
            telling.compare(work, &keyring, &self.sealing.guard).await
        })
    }
}

/// What the log tells, gathered record by record.
struct Telling {
    people: Sheet,
    households: Sheet,
    holdings: Holdings,
    proposals: Proposals,
    execution: Execution,
    /// For each key that records stand under the first of them, and how many.
    used: BTreeMap<KeyId, (u64, u64)>,
    /// Keys that were destroyed on record, with their households.
    erased: BTreeMap<String, String>,
}

impl Telling {
    fn new() -> Telling {
        Telling {
            people: Sheet::of("person"),
            households: Sheet::of("household"),
            holdings: Holdings::new(),
            proposals: Proposals::new(),
            execution: Execution::new(),
            used: BTreeMap::new(),
            erased: BTreeMap::new(),
        }
    }

    /// One that does not open tells nothing; verification names it.
    fn take(&mut self, row: &audit::Row, keyring: &Keyring) {
        self.used.entry(row.key_id).or_insert((row.sequence, 0)).1 += 1;
        let Some(key) = keyring.open.get(&row.key_id) else { return };
        let Ok(Reading::Open(contents)) = row.read(Some(key)) else { return };
        let Ok(at) = Timestamp::from_microsecond(row.time_micros) else { return };
        let kind = row.kind.as_str();
        let is_read = matches!(
            kind,
            "person_made"
                | "household_opened"
                | "cycle_started"
                | "move"
                | "approval"
                | "proposal"
                | "plan"
                | "order"
                | "fill"
                | "fill_reversed"
                | "wash_sale"
                | "cash_flow"
                | "erasure"
        );
        let body =
            if is_read { serde_json::from_slice(&contents.original) } else { Ok(serde_json::Value::Null) };
        let body = body.unwrap_or_default();
        let told = Told { sequence: row.sequence, at, contents: &contents, body };
        match kind {
            "person_made" => {
                if let Some(id) = told.fact("person") {
                    self.people.line(id, told.sequence, "").tell("name", told.fact("name"));
                }
            }
            "household_opened" => {
                let id = &contents.household;
                let line = self.households.line(id.clone(), told.sequence, id);
                line.tell("name", told.fact("household"));
                line.tell("owner", Some(contents.actor.clone()));
            }
            "portfolio" => self.holdings.portfolio(&told),
            "cycle_started" => self.proposals.begun(&told),
            "move" | "approval" => self.proposals.moved(&told),
            "proposal" => self.proposals.proposed(&told),
            "plan" => self.proposals.plan(&told),
            "order" => self.execution.order(&told),
            "fill" => self.execution.fill(&told),
            "fill_reversed" => self.execution.reversed(&told),
            "wash_sale" => self.execution.wash_sale(&told),
            "cash_flow" => self.execution.cash_flow(&told),
            audit::kind::word::ERASURE => {
                if let (Some(key), Some(household)) = (told.fact("key"), told.fact("household")) {
                    self.erased.insert(key, household);
                }
            }
            _ => {}
        }
    }

    async fn compare(mut self, work: &mut Work, keyring: &Keyring, guard: &Guard) -> Result<Ledger, Failure> {
        let rows = work.rows("SELECT id, name FROM households", &[]).await?;
        let named = |row: &Row| Ok::<_, BooksError>((row.id("id")?.to_string(), row.text("name")?));
        let households = rows.iter().map(named).collect::<Result<BTreeMap<_, _>, _>>()?;
        let keys = keyring.faults(&self.used, &self.erased, &households);
        let closed =
            keyring.closed(households.keys().map(String::as_str).chain([audit::HOUSE]), &self.erased);
        let mut found = Found { closed, ..Found::default() };
        work.each("SELECT * FROM people", &mut |row| {
            let (name, facts) = person(&row);
            self.people.hold(&name, audit::HOUSE, &facts, &mut found);
            Ok(true)
        })
        .await?;
        let sql = "SELECT *, id AS household_id FROM households";
        each(work, sql, &mut self.households, &mut found, household).await?;
        self.people.close(&mut found);
        self.households.close(&mut found);
        self.holdings.compare(work, guard, &mut found).await?;
        self.proposals.compare(work, guard, &mut found).await?;
        self.execution.compare(work, &mut found).await?;
        let erased: std::collections::BTreeSet<&String> = self.erased.values().collect();
        Ok(Ledger {
            rows: found.rows,
            differences: found.differences,
            differing: found.differing,
            keys,
            erased: erased.len() as u64,
        })
    }
}

fn person(row: &Row) -> (String, Vec<Fact>) {
    (cell(row.id_or_none("id")), vec![("name", cell(row.text_or_none("name")))])
}

fn household(row: &Row) -> (String, Vec<Fact>) {
    let facts = vec![("name", cell(row.text_or_none("name"))), ("owner", cell(row.id_or_none("owner_id")))];
    (cell(row.id_or_none("id")), facts)
}

/// What stands for a long text in a comparison.
fn fingerprint(bytes: &[u8]) -> String {
    let digest: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("of SHA-256 {digest}")
}

/// The fingerprint of a text as the log would have taken it: what looks like a secret is masked there.
fn as_recorded(guard: &Guard, bytes: &[u8]) -> String {
    guard.examined(bytes).map_or_else(|_| fingerprint(bytes), |examined| fingerprint(&examined.bytes))
}
