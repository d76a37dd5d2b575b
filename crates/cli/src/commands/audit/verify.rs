//! `equipoise audit verify`: is every record what it was, do the books say what the records say, and what is the first that does not?
//!
//! In: books; perhaps a checkpoint that was kept outside. Out: what was found; exit 1 where something is wrong. Invariant: without a
//! checkpoint from outside nothing claims that the end was not cut off. Nothing is written.

use audit::{Report, Trust};
use rebalance::books::{Books, BooksError};
use serde_json::json;
use store::Ledger;

use super::examination::counted;
use super::verifier;
use crate::books::{OpenBooks, Place, kept_outside};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};

/// Arguments of `audit verify`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// A file of checkpoints, or one signed checkpoint, that was kept elsewhere
    #[arg(long, value_name = "FILE")]
    since: Option<String>,
    /// The key of the log from a place that one trusts, or a file with it; without it the one of the books
    #[arg(long, value_name = "VKEY")]
    key: Option<String>,
    /// Words for people, or JSON
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// What was found, with what the log itself does not know.
pub(crate) struct Findings {
    report: Report,
    /// The books held against the records.
    ledger: Ledger,
    /// What the head of the log says, where that is not how many records there are.
    head: Option<u64>,
    /// Where the file of checkpoints lies, if that is beside the books.
    beside: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let trust = match &arguments.key {
        Some(key) => Trust::in_log(verifier(key)?),
        None => books.trust(),
    };
    let findings = Findings::of(&books, &trust, arguments.since.as_deref())?;
    match arguments.format {
        Format::Table => output::page(&findings.page())?,
        Format::Json => output::json(&findings.json())?,
    }
    Ok(if findings.are_sound() { Exit::Done } else { Exit::CheckFailed })
}

/// Differences that a page tells; JSON has more.
const TOLD_MAX: usize = 20;

/// What can't even be read is not sound; everything else that went wrong is of the books.
fn damaged(books: &OpenBooks, error: &BooksError) -> Failure {
    match error {
        BooksError::Damaged { detail } => {
            Failure { exit: Exit::CheckFailed, lines: vec![format!("not sound: {detail}")] }
        }
        _ => books.failed(error),
    }
}

/// What came of holding the books against the records, in words.
fn compared(ledger: &Ledger) -> String {
    let mut page = String::new();
    for fault in &ledger.keys {
        page += &format!("not sound: {}\n", fault.words);
    }
    for difference in ledger.differences.iter().take(TOLD_MAX) {
        page += &format!("not sound: {difference}\n");
    }
    let told = ledger.differences.len().min(TOLD_MAX) as u64;
    if ledger.differing > told {
        page += &format!("and {} more differences between the books and the log\n", ledger.differing - told);
    }
    page += &format!("{} rows of the books were held against the records of the log\n", ledger.rows);
    if ledger.erased > 0 {
        page += &format!(
            "rows of {} can't be compared: erased\n",
            counted(usize::try_from(ledger.erased).unwrap_or(usize::MAX), "household")
        );
    }
    page
}

/// How much differs, and of nobody what.
fn in_numbers(ledger: &Ledger) -> String {
    let mut words = format!("{} rows of the books were held against the records of the log\n", ledger.rows);
    if !ledger.is_sound() {
        words += &format!(
            "not sound: {} of them differ, and {} keys of households are not as they should be; `equipoise audit verify` and an examination name them\n",
            ledger.differing,
            ledger.keys.len()
        );
    }
    words
}

/// The head of the log where it can't be that of the records that were read, which may have become more meanwhile.
fn disagreeing(before: u64, records: u64, after: u64) -> Option<u64> {
    if records < before { Some(before) } else { (records > after).then_some(after) }
}

impl Findings {
    /// Verifies books against checkpoints from outside: those of a file, else those of the books' own file of checkpoints.
    pub(crate) fn of(books: &OpenBooks, trust: &Trust, since: Option<&str>) -> Result<Findings, Failure> {
        let outside = match since {
            Some(path) => kept_outside(path, trust)?,
            None => books.outside(trust)?,
        };
        let head = || books.store.reading().record_count().map_err(|error| books.failed(&error));
        let before = head()?;
        let verified = books.store.verify(trust, &outside);
        let mut report = verified.map_err(|error| damaged(books, &error))?;
        let after = head()?;
        let ledger = books.store.held_against_log().map_err(|error| damaged(books, &error))?;
        let beside = since.is_none() && books.settings.checkpoints_beside;
        if beside && report.fault.is_none() {
            // Whoever cuts the end off the database can cut it off a file beside it.
            report.outside_size = None;
        }
        let file = beside && !outside.is_empty();
        Ok(Findings {
            head: disagreeing(before, report.records, after).filter(|_| report.fault.is_none()),
            beside: file.then(|| books.settings.checkpoints.display().to_string()),
            report,
            ledger,
        })
    }

    /// Whether nothing is wrong.
    pub(crate) fn are_sound(&self) -> bool {
        self.report.is_sound() && self.head.is_none() && self.ledger.is_sound()
    }

    /// In words.
    pub(crate) fn page(&self) -> String {
        self.told(&compared(&self.ledger))
    }

    /// The same around what is told of the books.
    fn told(&self, of_books: &str) -> String {
        let mut page = String::new();
        if let Some(head) = self.head {
            page += &format!(
                "not sound: the head of the log says {head} records; there are {}\n",
                self.report.records
            );
        }
        page += &format!("{}\n", self.report);
        page += of_books;
        if let Some(file) = &self.beside {
            page += &format!(
                "the checkpoints of {file} agree, but lie beside the database; keep a copy elsewhere, and give it as --since\n"
            );
        }
        if self.are_sound() {
            page +=
                "sound: every record is the one that was written, and the books say what the records say\n";
        }
        page
    }

    /// The same for whoever asks over HTTP, who may perhaps see one household only: of the books it tells how much differs, and not what.
    pub(crate) fn verified(&self) -> server::Verified {
        let report = &self.report;
        let fault = report.fault.as_ref();
        let first_bad = fault.and_then(audit::Fault::first_bad).map(|records| records.start);
        let of_checkpoints = report.checkpoint_faults.iter();
        server::Verified {
            sound: self.are_sound(),
            records: report.records,
            root: report.root.to_base64(),
            fault: fault.map(ToString::to_string),
            first_bad,
            checkpoint_faults: of_checkpoints
                .map(|(place, error)| format!("checkpoint {}: {error}", place + 1))
                .collect(),
            end_is_vouched_for: report.end_is_vouched_for(),
            uncovered: report.uncovered(),
            words: self.told(&in_numbers(&self.ledger)).lines().map(str::to_owned).collect(),
        }
    }

    fn json(&self) -> serde_json::Value {
        let report = &self.report;
        let fault = report.fault.as_ref().map(|fault| {
            let records =
                fault.first_bad().map(|records| json!({"from": records.start, "to": records.end - 1}));
            json!({"code": fault.code(), "first_bad": records, "words": fault.to_string()})
        });
        json!({
            "sound": self.are_sound(),
            "records": report.records,
            "root": report.root.to_base64(),
            "fault": fault,
            "checkpoint_faults": report.checkpoint_faults.iter().map(|(place, error)| json!({"checkpoint": place + 1, "words": error.to_string()})).collect::<Vec<_>>(),
            "head": self.head,
            "outside_size": report.outside_size,
            "end_is_vouched_for": report.end_is_vouched_for(),
            "covered_by_no_checkpoint": report.uncovered(),
            "closed": report.closed,
            "rows_compared": self.ledger.rows,
            "differing": self.ledger.differing,
            "differences": self.ledger.differences.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "keys": self.ledger.keys.iter().map(|fault| &fault.words).collect::<Vec<_>>(),
            "erased_households": self.ledger.erased,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_meanwhile_is_no_fault() {
        assert_eq!(disagreeing(4565, 4565, 4571), None);
        assert_eq!(disagreeing(4565, 4568, 4571), None);
        // A record is gone that the head knows of, or is there that it does not.
        assert_eq!(disagreeing(4571, 4565, 4571), Some(4571));
        assert_eq!(disagreeing(4565, 4566, 4565), Some(4565));
    }
}
