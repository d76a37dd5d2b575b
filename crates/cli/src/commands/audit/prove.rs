//! `equipoise audit prove RECORD`: one record with all that it takes to check it on another machine, offline.
//!
//! In: the number of a record, what of it the reader gets to see. Out: a file of a few kilobytes. A log of which no checkpoint covers
//! the record yet is signed now.

use audit::{Field, Openings, SignedCheckpoint, proof};
use clap::ValueEnum;

use crate::books::{OpenBooks, Opened, Place};
use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Arguments of `audit prove`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Number of the record, as `audit log` shows it
    record: u64,
    #[command(flatten)]
    place: Place,
    /// What the reader of the proof gets to see, with commas between; everything where nothing is said
    #[arg(long, value_name = "FIELDS", value_enum, value_delimiter = ',')]
    open: Option<Vec<Part>>,
    /// The file; without it stdout
    #[arg(long, value_name = "FILE")]
    out: Option<String>,
}

/// A part of a record that can be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Household,
    Subject,
    Actor,
    Original,
    /// Only that the record was there, when, and of what kind
    Nothing,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let record = books.record(arguments.record)?;
    if record.contents.is_none() {
        note(format!(
            "record {}: erased; the proof shows that it was there, when, and of what kind",
            arguments.record
        ));
    }
    let checkpoint = covering(&books, arguments.record)?;
    let proof = proven(&books, &record, &checkpoint, &fields(arguments.open.as_deref()))?;
    match &arguments.out {
        None => output::raw(&proof)?,
        Some(out) => {
            output::file(out, &proof)?;
            note(format!(
                "{out}: proves record {}; check it with `equipoise audit check {out} --key {}`",
                arguments.record,
                books.trust().log.to_text()
            ));
        }
    }
    Ok(Exit::Done)
}

/// The text of a proof of a record with everything of it that can be opened.
pub(crate) fn everything(books: &OpenBooks, record: u64) -> Result<String, Failure> {
    let record = books.record(record)?;
    let checkpoint = covering(books, record.row.sequence)?;
    proven(books, &record, &checkpoint, &Field::ALL)
}

/// The same without signing anything; none where no checkpoint covers the record yet.
pub(crate) fn signed_already(books: &OpenBooks, record: &Opened) -> Result<Option<String>, Failure> {
    let checkpoint = signed(books, record.row.sequence)?;
    checkpoint.map(|checkpoint| proven(books, record, &checkpoint, &Field::ALL)).transpose()
}

fn fields(parts: Option<&[Part]>) -> Vec<Field> {
    let field = |part: &Part| match part {
        Part::Household => Some(Field::Household),
        Part::Subject => Some(Field::Subject),
        Part::Actor => Some(Field::Actor),
        Part::Original => Some(Field::Original),
        Part::Nothing => None,
    };
    parts.map_or_else(|| Field::ALL.to_vec(), |parts| parts.iter().filter_map(field).collect())
}

/// The last signed checkpoint that covers a record; one is made where there is none.
pub(super) fn covering(books: &OpenBooks, record: u64) -> Result<SignedCheckpoint, Failure> {
    signed(books, record)?.map_or_else(|| books.checkpoint(), Ok)
}

/// The last signed checkpoint, where it covers a record.
fn signed(books: &OpenBooks, record: u64) -> Result<Option<SignedCheckpoint>, Failure> {
    let checkpoints = books.store.checkpoints().map_err(|error| books.failed(&error))?;
    Ok(checkpoints.into_iter().next_back().filter(|signed| signed.unverified().size > record))
}

/// The text of a proof.
pub(super) fn proven(
    books: &OpenBooks,
    record: &Opened,
    checkpoint: &SignedCheckpoint,
    fields: &[Field],
) -> Result<String, Failure> {
    let refused =
        |error: &dyn std::fmt::Display| Failure { exit: Exit::CheckFailed, lines: vec![error.to_string()] };
    let needs = proof::proof_needs(record.row.sequence, checkpoint).map_err(|error| refused(&error))?;
    let nodes = books.store.nodes(&needs).map_err(|error| books.failed(&error))?;
    let opened =
        record.contents.as_ref().map_or_else(Openings::default, |contents| contents.openings(fields));
    audit::prove(&record.row.leaf(), opened, checkpoint, &nodes, &books.trust())
        .map_err(|error| refused(&error))
}
