//! `equipoise drift FILE`: has it drifted, does it matter, and what goes into the answer.

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `drift`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Portfolio document (JSON), or - for stdin
    file: String,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let text = input::text(&arguments.file)?;
    let portfolio =
        portfolio::read(&text).map_err(|error| Failure::document(input::name(&arguments.file), &error))?;
    let report = monitor::monitor(&portfolio);
    match arguments.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::page(&page::drift::page(&report))?,
    }
    Ok(Exit::Done)
}
