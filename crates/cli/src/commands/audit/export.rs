//! `equipoise audit export`: the log taken along, as lines of JSON that `audit check` verifies; or what an examiner reads.
//!
//! In: books. Out: a file, for its owner alone. Invariant: the leaves are those that are stored, not computed anew, so that a record that
//! was changed is found in the export as well.

use std::io::Write;

use audit::export::{Line, Sealed};
use audit::{Field, NodeId, Nodes, Openings};
use rebalance::life::State;

use super::examination;
use crate::books::{OpenBooks, Opened, Place};
use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::{Failure, tell};
use crate::output;

/// Arguments of `audit export`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The file
    #[arg(long, value_name = "FILE")]
    out: String,
    /// With the sealed originals, from which the log can be restored with its keys
    #[arg(long)]
    sealed: bool,
    /// With the originals in the clear, as far as they can be opened
    #[arg(long)]
    opened: bool,
    /// A page of HTML in place of lines: who recommended, approved and placed each order of a proposal, or of all
    #[arg(long, value_name = "PROPOSAL", num_args = 0..=1, default_missing_value = "", conflicts_with_all = ["sealed", "opened"])]
    examination: Option<String>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let out = &arguments.out;
    match arguments.examination.as_deref() {
        None => {
            books.checkpoint()?;
            let records = output::private_file(out, &mut |file| lines(arguments, &books, file))?;
            let key = books.trust().log.to_text();
            note(format!(
                "{out}: {records} records; check it with `equipoise audit check {out} --key {key}`"
            ));
        }
        Some(id) => {
            let proposals = if id.is_empty() { every_proposal(&books)? } else { vec![books.proposal(id)?] };
            let (page, differences) = examination::page(&books, &proposals)?;
            output::private_file(out, &mut |file| {
                file.write_all(page.as_bytes()).map_err(|error| output::unwritten(out, &error))
            })?;
            note(format!("{out}: {}", examination::counted(proposals.len(), "proposal")));
            if !differences.is_empty() {
                tell(&differences);
                return Ok(Exit::CheckFailed);
            }
        }
    }
    Ok(Exit::Done)
}

fn every_proposal(books: &OpenBooks) -> Result<Vec<rebalance::life::Recommendation>, Failure> {
    use rebalance::books::Books;
    let mut all = Vec::new();
    for state in State::ALL {
        all.extend(books.store.reading().recommendations(state).map_err(|error| books.failed(&error))?);
    }
    all.sort_by_key(rebalance::life::Recommendation::id);
    Ok(all)
}

/// Writes the lines; how many records there are.
fn lines(arguments: &Arguments, books: &OpenBooks, file: &mut dyn Write) -> Result<u64, Failure> {
    let mut write = |line: &Line| {
        file.write_all(line.to_text().as_bytes()).map_err(|error| output::unwritten(&arguments.out, &error))
    };
    write(&Line::header(&books.trust()))?;
    for checkpoint in books.store.checkpoints().map_err(|error| books.failed(&error))? {
        write(&Line::checkpoint(&checkpoint))?;
    }
    let sealed = if arguments.sealed { Sealed::Included } else { Sealed::LeftOut };
    let mut records = 0;
    books.each_page(&mut |page: Vec<Opened>| {
        let ids: Vec<NodeId> =
            page.iter().map(|record| NodeId { level: 0, index: record.row.sequence }).collect();
        let leaves = books.store.nodes(&ids).map_err(|error| books.failed(&error))?;
        for (record, id) in page.iter().zip(ids) {
            let leaf = leaves.node(id).ok_or_else(|| Failure {
                exit: Exit::CheckFailed,
                lines: vec![format!(
                    "record {}: its leaf is missing; run `equipoise audit verify`",
                    id.index
                )],
            })?;
            let opened = match &record.contents {
                Some(contents) if arguments.opened => contents.openings(&Field::ALL),
                _ => Openings::default(),
            };
            write(&Line::record(&record.row, leaf, sealed, opened))?;
            records += 1;
        }
        Ok(())
    })?;
    write(&Line::End { records })?;
    Ok(records)
}
