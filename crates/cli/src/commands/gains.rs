//! `equipoise gains TRANSACTIONS.csv`: realised gains lot by lot with wash-sale adjustments.

use jiff::civil::Date;
use tax::identity::Identical;
use tax::relief::Method;
use tax::wash_sale::Policy;

use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::Format;
use crate::{input, output, page};

/// Arguments of `gains`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Transactions (CSV), or - for stdin
    file: String,
    /// Which lots a sale takes; without it, the lots that sales name, else first in, first out
    #[arg(long, value_name = "METHOD", value_parser = ["fifo", "lifo", "hifo", "lofo", "specific"])]
    method: Option<String>,
    /// Leave out what happened after this day
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// What counts as identical where the file names no group: the same ticker, classes of one fund or
    /// issuer too, or funds on one index too
    #[arg(long, value_name = "HOW FAR", value_parser = ["ticker", "class", "index"], default_value = "index")]
    identical: String,
    /// Tables for people or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let as_of = arguments.as_of.as_deref().map(date).transpose()?;
    let text = input::text(&arguments.file)?;
    let name = input::name(&arguments.file);
    let rows = tax::gains::read(&text).map_err(|faults| Failure::faults(name, &faults))?;
    let method = match &arguments.method {
        Some(word) => word.parse::<Method>().map_err(|error| Failure::usage(error.to_string()))?,
        None => tax::gains::default_method(&rows),
    };
    let identical = Identical::ALL.into_iter().find(|choice| choice.name() == arguments.identical);
    let policy = Policy { identical: identical.unwrap_or_default(), ..Policy::default() };
    let report = tax::gains::gains_under(&rows, method, as_of, policy)
        .map_err(|error| Failure::input(name, &error))?;
    match arguments.format {
        Format::Json => output::json(&report)?,
        Format::Table => output::page(&page::gains::page(&report))?,
    }
    Ok(Exit::Done)
}

fn date(text: &str) -> Result<Date, Failure> {
    text.parse().map_err(|_| {
        Failure::usage(format!("--as-of: `{text}` is no date; write YYYY-MM-DD, such as 2026-11-20"))
    })
}
