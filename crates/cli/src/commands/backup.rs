//! `equipoise backup --out FILE`: everything in the books, as it is at one moment, in one file.
//!
//! In: books. Out: a file for its owner alone, from which `restore` makes the books again in either database. The log is signed
//! first, so that the backup is covered by a checkpoint. Invariant: keys are not in it, but for those of households under the
//! master key; without that file it stays closed.

use std::path::Path;

use store::BackupError;

use crate::books::{OpenBooks, Place, now};
use crate::command_line::note;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Arguments of `backup`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
    /// The file; one that is there is not replaced
    #[arg(long, value_name = "FILE")]
    out: String,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let out = &arguments.out;
    if Path::new(out).exists() {
        return Err(Failure::usage(format!(
            "{out}: is there already; a backup is never replaced, name another file"
        )));
    }
    let books = OpenBooks::open(&arguments.place)?;
    books.checkpoint()?;
    let summary = output::private_file(out, &mut |mut file| {
        books.store.back_up(&mut file, now()).map_err(|error| match error {
            BackupError::Books(error) => books.failed(&error),
            BackupError::File(error) => output::unwritten(out, &error),
            other => Failure::input(out, &other),
        })
    })?;
    output::page(&format!("{out}: {} rows, {} of them records of the log\n", summary.rows, summary.records))?;
    note(format!(
        "the keys ({}) are not in it; keep them elsewhere, without them it can't be read",
        books.settings.keys
    ));
    Ok(Exit::Done)
}
