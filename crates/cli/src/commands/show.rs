//! `equipoise show ID`: a proposal with its trades, its reasons and its orders.
//!
//! In: books and the id of a proposal. Out: a page, or the plan document as it is on record.

use rebalance::books::Books;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{self, Format};
use crate::page;

/// Arguments of `show`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the proposal
    proposal: String,
    #[command(flatten)]
    place: Place,
    /// Page for people, or the plan document
    #[arg(long, value_enum, default_value_t = Format::Table)]
    format: Format,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let failed = |error| books.failed(&error);
    let found = books.proposal(&arguments.proposal)?;
    let reading = books.store.reading();
    let attempt = reading.attempts(found.id()).map_err(failed)?.pop();
    match (arguments.format, attempt) {
        (Format::Json, Some(attempt)) => output::raw(&(attempt.document + "\n"))?,
        (Format::Json, None) => {
            return Err(Failure::usage(format!("{}: no plan is on record yet", found.id())));
        }
        (Format::Table, attempt) => {
            let household = reading.household(found.kept().household).map_err(failed)?;
            let name = household.map_or_else(String::new, |household| household.name);
            let orders = reading.orders(found.id()).map_err(failed)?;
            let placed = books.placed(orders, None)?;
            output::page(&page::proposal::proposal(&name, &found, attempt.as_ref(), &placed))?;
        }
    }
    Ok(Exit::Done)
}
