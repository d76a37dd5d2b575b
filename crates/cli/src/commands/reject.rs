//! `equipoise reject ID --as NAME --reason WORDS`: a person rejects a proposal.
//!
//! In: books, a proposal, who rejects and why. Out: that it has ended, or why not (exit 1).

use rebalance::keeping::Answer;

use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::{output, page};

/// Arguments of `reject`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the proposal
    proposal: String,
    /// Who rejects
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    /// Why, for the record
    #[arg(long, value_name = "WORDS")]
    reason: String,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let found = books.proposal(&arguments.proposal)?;
    let name = &books.person(&arguments.name)?.name;
    let world = Outside::of(&books)?;
    let exit = keeping::apart(&books, &world, |keeper| {
        let answer = keeper
            .reject(found.id(), name, &arguments.reason)
            .map_err(|error| keeping::failed(&books, &error))?;
        match answer {
            Answer::Refused(refusal) => {
                output::page(&page::paragraph(&format!("not rejected: {}", refusal.reason), 0))?;
                Ok(Exit::CheckFailed)
            }
            _ => {
                output::page(&format!("rejected by {name}; the same drift is not proposed again at once\n"))?;
                Ok(Exit::Done)
            }
        }
    })?;
    books.checkpoint()?;
    Ok(exit)
}
