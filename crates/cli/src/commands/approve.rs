//! `equipoise approve ID --as NAME`: a person approves a proposal.
//!
//! In: books, a proposal, who approves. Out: that it is approved, or why not (exit 1). In a demonstration that no service
//! keeps, the plan is executed on paper at once; elsewhere the service that keeps the books sends it to the broker.

use std::time::Duration;

use rebalance::id::HouseholdId;
use rebalance::keeping::{Answer, Keeper, World};

use super::demo::held;
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::service::turn;
use crate::{output, page};

/// How long a demonstration is led without a service.
const HELD: Duration = Duration::from_secs(60);

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
    let name = &books.person(&arguments.name)?.name;
    let world = Outside::of(&books)?;
    let household = found.kept().household;
    let exit = keeping::kept(&books, &world, 0, |keeper| {
        let answer = keeper
            .approve(found.id(), name, arguments.plan_hash.as_deref())
            .map_err(|error| keeping::failed(&books, &error))?;
        match answer {
            Answer::Refused(refusal) => {
                output::page(&page::paragraph(&format!("not approved: {}", refusal.reason), 0))?;
                return Ok(Exit::CheckFailed);
            }
            Answer::OneMore => output::page("approved; a second person has to approve as well\n")?,
            _ if world.is_simulated() => {
                let owner = turn::owner();
                let lease = turn::take(&books, &owner, HELD).map_err(|error| books.failed(&error))?;
                let Some(lease) = lease else {
                    output::page(&format!("approved by {name}; the service carries it out\n"))?;
                    return Ok(Exit::Done);
                };
                output::page(&format!("approved by {name}\n"))?;
                let executed = execute(keeper, &world, &books, household);
                turn::release(&books, &lease).map_err(|error| books.failed(&error))?;
                executed?;
            }
            _ => output::page(&format!("approved by {name}; the service sends it to the broker\n"))?,
        }
        Ok(Exit::Done)
    })?;
    books.checkpoint()?;
    Ok(exit)
}

/// Executes on paper, step by step.
fn execute(
    keeper: &Keeper<'_>,
    world: &Outside,
    books: &OpenBooks,
    household: HouseholdId,
) -> Result<(), Failure> {
    let before = held(books, household)?;
    let name =
        books.households()?.into_iter().find(|h| h.id == household).map_or_else(String::new, |h| h.name);
    loop {
        let begun = world.stopwatch();
        let done = keeper.advance(household).map_err(|error| keeping::failed(books, &error))?;
        let Some(done) = done else { break };
        output::page(&page::proposal::step(
            world.now(),
            &name,
            &done,
            world.stopwatch().saturating_sub(begun),
        ))?;
    }
    output::page(&page::title(&format!("Books of {name}, before and after")))?;
    output::page(&page::proposal::changed(&before, &held(books, household)?))
}
