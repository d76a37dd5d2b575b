//! `equipoise audit key`: the key that others check proofs of this log with. It may be known to everybody.

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Arguments of `audit key`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    output::raw(&(books.trust().log.to_text() + "\n"))?;
    Ok(Exit::Done)
}
