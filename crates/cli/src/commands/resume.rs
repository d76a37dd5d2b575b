//! `equipoise resume --as NAME`: what was halted goes on.
//!
//! In: books, who says so. Out: that orders are sent again, or that nothing was halted.

use rebalance::books::Books;
use rebalance::life::State;

use crate::books::{OpenBooks, Place};
use crate::carrying::{Carried, carry};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::output;
use crate::service::brokers;
use crate::service::configuration::BrokerWord;

/// Arguments of `resume`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Who says so
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let Some(reason) = books.halted()? else {
        output::page("trading is not halted\n")?;
        return Ok(Exit::Done);
    };
    let name = &books.person(&arguments.name)?.name;
    let world = Outside::of(&books)?;
    keeping::apart(&books, &world, |keeper| {
        keeper.lift_halt(name).map_err(|error| keeping::failed(&books, &error))
    })?;
    output::page(&format!("trading goes on, says {name}; it was halted: {reason}\n"))?;
    let carried = carried(&books, &world);
    books.checkpoint()?;
    carried.map(|()| Exit::Done)
}

/// Where a person is the broker and no service leads, tickets that waited are written at once.
fn carried(books: &OpenBooks, world: &Outside) -> Result<(), Failure> {
    if brokers::on_record(books)? != BrokerWord::Manual {
        return Ok(());
    }
    let states = [State::Approved, State::ExecutionInProgress];
    let mut failure = None;
    for state in states {
        let found = books.store.reading().recommendations(state).map_err(|error| books.failed(&error))?;
        for proposal in found {
            // One household's trouble is none of another's.
            match carry(books, world, &proposal, &states) {
                Ok(Carried::ByTheService) => return Ok(()),
                Ok(Carried::Here(_)) => {}
                Err(error) => failure = Some(error),
            }
        }
    }
    failure.map_or(Ok(()), Err)
}
