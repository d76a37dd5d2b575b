//! `equipoise approve ID --as NAME`: a person approves a proposal.
//!
//! In: books, a proposal, who approves. Out: that it is approved, or why not (exit 1). In a demonstration that no service
//! keeps, the plan is executed on paper at once, and where a person is the broker, tickets are written; elsewhere the service
//! that keeps the books sends it to the broker.

use rebalance::books::Books;
use rebalance::keeping::Answer;
use rebalance::life::{Recommendation, State};

use super::demo::held;
use crate::books::{OpenBooks, Place};
use crate::carrying::{Carried, carry};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::service::brokers;
use crate::service::configuration::BrokerWord;
use crate::{output, page};

/// Arguments of `approve`.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Id of the proposal
    proposal: String,
    /// Who approves
    #[arg(long = "as", value_name = "NAME")]
    name: String,
    /// Hash of the plan that you looked at; another plan is not approved then
    #[arg(long, value_name = "H")]
    plan_hash: Option<String>,
    #[command(flatten)]
    place: Place,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments) -> Result<Exit, Failure> {
    let books = OpenBooks::open(&arguments.place)?;
    let found = books.proposal(&arguments.proposal)?;
    let earlier = books.store.reading().approvals(found.id()).map_err(|error| books.failed(&error))?;
    let name = match earlier.as_slice() {
        [] => &books.person(&arguments.name)?.name,
        _ => &books.known(&arguments.name)?.name,
    };
    let world = Outside::of(&books)?;
    let answer = keeping::apart(&books, &world, |keeper| {
        keeper
            .approve(found.id(), name, arguments.plan_hash.as_deref())
            .map_err(|error| keeping::failed(&books, &error))
    })?;
    let broker = brokers::on_record(&books)?;
    let exit = match answer {
        Answer::Refused(refusal) => {
            output::page(&page::paragraph(&format!("not approved: {}", refusal.reason), 0))?;
            Exit::CheckFailed
        }
        Answer::OneMore => {
            output::page("approved; a second person has to approve as well\n")?;
            Exit::Done
        }
        // What is outside of the program is the service's, which has its keys and listens to it.
        _ if broker == BrokerWord::Manual || (broker == BrokerWord::Paper && world.is_simulated()) => {
            output::page(&format!("approved by {name}\n"))?;
            executed(&books, &world, &found, broker)?;
            Exit::Done
        }
        _ => {
            output::page(&format!("approved by {name}; the service sends it to the broker\n"))?;
            Exit::Done
        }
    };
    books.checkpoint()?;
    Ok(exit)
}

/// Carries the plan as far as it goes, and shows what that changed.
fn executed(
    books: &OpenBooks,
    world: &Outside,
    found: &Recommendation,
    broker: BrokerWord,
) -> Result<(), Failure> {
    let household = found.kept().household;
    let before = held(books, household)?;
    let states = [State::Approved, State::ExecutionInProgress, State::ExecutionFailed];
    // A person who executes by hand plans anew when all is typed in.
    let states = if broker == BrokerWord::Manual { &states[..2] } else { &states[..] };
    match carry(books, world, found, states)? {
        Carried::ByTheService => return output::page("the service carries it out\n"),
        Carried::Here(_) => {}
    }
    if let Some(reason) = books.halted()? {
        return output::page(&format!("nothing is sent while trading is halted: {reason}\n"));
    }
    if books.store.reading().orders(found.id()).map_err(|error| books.failed(&error))?.is_empty() {
        return output::page(
            "nothing was sent: outside the hours of the market or of the household, or its prices can't be traded on\n",
        );
    }
    if broker == BrokerWord::Manual {
        return output::page("`equipoise tickets` lists what is to be executed\n");
    }
    let after = held(books, household)?;
    if before == after {
        return output::page(
            "nothing is booked of its orders so far; `equipoise orders` says how they stand\n",
        );
    }
    let name =
        books.households()?.into_iter().find(|h| h.id == household).map_or_else(String::new, |h| h.name);
    output::page(&page::title(&format!("Books of {name}, before and after")))?;
    output::page(&page::proposal::changed(&before, &after))
}
