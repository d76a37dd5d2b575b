//! `equipoise retry ID`: a new plan over what the broker left undone, for a proposal whose execution has failed.
//!
//! In: books and a proposal. Out: what was and was not done, and the plan that waits for approval now; or that nothing is left to do, or why there is none (exit 1).
//! The service does the same by itself in the next hours of the market; this does it now, where none leads.

use portfolio::exchange;
use rebalance::books::{Books, Closing};
use rebalance::keeping::World;
use rebalance::life::State;

use crate::books::{OpenBooks, Place};
use crate::carrying::{Carried, carry};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::Outside;
use crate::{output, page};

/// Arguments of `retry`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the proposal
    proposal: String,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let found = books.proposal(&arguments.proposal)?;
    let id = found.id();
    let refused = |why: &str| {
        output::page(&page::paragraph(&format!("not tried again: {why}"), 0))?;
        Ok(Exit::CheckFailed)
    };
    if found.state() != State::ExecutionFailed {
        return refused(&format!(
            "it is {}; only what is Execution_Failed can be tried again",
            found.state()
        ));
    }
    if let Some(closing) = reading.closing(found.kept().cycle).map_err(failed)? {
        return refused(&format!(
            "its cycle has ended ({}); the household is watched, and a new proposal follows where one is needed",
            closing.word()
        ));
    }
    let orders = reading.orders(id).map_err(failed)?;
    let placed = books.placed(orders, None)?;
    output::page(&page::title("What was done, and what was not"))?;
    output::page(&page::orders::list(&placed))?;
    let world = Outside::of(&books)?;
    let carried = carry(&books, &world, &found, &[State::ExecutionFailed])?;
    books.checkpoint()?;
    let after = books.proposal(&arguments.proposal)?;
    match (after.state(), carried) {
        (State::PendingApproval, _) => {
            let attempt = reading.attempts(id).map_err(failed)?.pop();
            let household = reading.household(after.kept().household).map_err(failed)?;
            let name = household.map_or_else(String::new, |household| household.name);
            output::page("\n")?;
            output::page(&page::proposal::proposal(&name, &after, attempt.as_ref(), &[]))?;
            Ok(Exit::Done)
        }
        (_, Carried::ByTheService) => {
            output::page("a service leads: it plans anew as soon as the household may trade\n")?;
            Ok(Exit::Done)
        }
        (_, Carried::Here(0)) => {
            let session = exchange::session_at(world.now()).ok().flatten();
            refused(if session.is_some() {
                "the household may not trade at this hour (its window), or its prices can't be traded on"
            } else {
                "the market is closed; try again when it is open"
            })
        }
        (_, Carried::Here(_)) => match reading.closing(after.kept().cycle).map_err(failed)? {
            Some(Closing::Finished) => Ok(Exit::Done),
            _ => refused("what is told above keeps it from a new plan"),
        },
    }
}
