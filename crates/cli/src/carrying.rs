//! An approved plan is carried as far as it goes now, by whoever answers: where no service leads, and nobody but us acts on these books.
//!
//! In: open books, a proposal. Out: each step, told as it is taken, or that a service does it. Invariant: it is led like a service leads, under
//! a lease, so that of two who would carry the same plan one does.

use std::time::Duration;

use rebalance::Planner;
use rebalance::books::Books;
use rebalance::keeping::{Keeper, World};
use rebalance::life::{Recommendation, State};

use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::service::turn::{self, Turn};
use crate::{output, page};

/// How long it is led without a service before it is renewed.
const HELD: Duration = Duration::from_secs(60);

/// How far it was carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    /// A service leads, and carries it on.
    ByTheService,
    /// Here, in so many steps.
    Here(usize),
}

/// Takes the steps of a proposal while it is in one of these states.
pub(crate) fn carry(
    books: &OpenBooks,
    world: &Outside,
    proposal: &Recommendation,
    states: &[State],
) -> Result<Carried, Failure> {
    let owner = turn::owner();
    let lease = turn::take(books, &owner, HELD).map_err(|error| books.failed(&error))?;
    let Some(lease) = lease else { return Ok(Carried::ByTheService) };
    let carried = Turn::led(books, &lease, HELD, |_| {
        keeping::kept_by(books, world, 0, Planner::Solver, |mut keeper| {
            keeper.fence = Some(lease.fence());
            steps(books, world, &keeper, proposal, states)
        })
    });
    turn::release(books, &lease).map_err(|error| books.failed(&error))?;
    carried.map(Carried::Here)
}

fn steps(
    books: &OpenBooks,
    world: &Outside,
    keeper: &Keeper<'_>,
    proposal: &Recommendation,
    states: &[State],
) -> Result<usize, Failure> {
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let household = proposal.kept().household;
    let name = reading.household(household).map_err(failed)?.map_or_else(String::new, |it| it.name);
    let mut taken = 0;
    loop {
        let state = reading.recommendation(proposal.id()).map_err(failed)?.map(|found| found.state());
        let open = reading.open_cycle(household).map_err(failed)?;
        let is_on = open.is_some_and(|open| open.id == proposal.kept().cycle);
        if !is_on || !state.is_some_and(|state| states.contains(&state)) {
            return Ok(taken);
        }
        let begun = world.stopwatch();
        let done = keeper.advance(household).map_err(|error| keeping::failed(books, &error))?;
        let Some(done) = done else { return Ok(taken) };
        let took = world.stopwatch().saturating_sub(begun);
        output::page(&page::proposal::step(world.now(), &name, &done, took))?;
        taken += 1;
    }
}
