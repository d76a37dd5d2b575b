//! A turn of leading: the market is looked at tick by tick, and in between what people answered is carried out.
//!
//! In: open books under a lease. Out: steps, told as they are taken, until the turn ends. Invariant: what a start does and what a recovery
//! does is the same: the next step of each household from what is on record.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Instant;

use jiff::Timestamp;
use rebalance::Planner;
use rebalance::books::{Books, BooksError, Household, Lease};
use rebalance::id::HouseholdId;
use rebalance::keeping::{Keeper, KeepingError, News, Taken, World};
use rebalance::life::{Recommendation, State};

use super::{Ended, Stopping, opening};
use crate::asking::Voice;
use crate::books::OpenBooks;
use crate::failure::{Failure, tell};
use crate::keeping::{self, Outside};
use crate::service::brokers::{self, Abroad, Sources};
use crate::service::configuration::{Installation, PlannerWord};
use crate::service::market::{self, Market};
use crate::service::notices::{Channels, Post};
use crate::service::stream;
use crate::service::turn::Turn;
use crate::{output, page};

/// What a turn works with.
pub(super) struct Leading<'a> {
    pub(super) books: &'a OpenBooks,
    pub(super) service: &'a Installation,
    pub(super) voice: Option<&'a Voice>,
    pub(super) channels: &'a Channels,
    pub(super) owner: &'a str,
    pub(super) lease: &'a Lease,
    pub(super) turn: &'a Turn,
    pub(super) stopping: &'a Stopping,
    pub(super) ticks: Option<u64>,
}

/// Leads until it is told to stop or somebody else leads.
pub(super) fn lead(leading: &Leading<'_>) -> Result<Ended, Failure> {
    let Leading { books, service, .. } = *leading;
    let world = world(books, service)?;
    brokers::choose(books, service, &leading.lease.fence())?;
    let abroad = Abroad::of(books, service.broker)?;
    let news = Arc::new(News::default());
    keeping::kept_by(books, &world, service.simulated.seed, Planner::Solver, |mut keeper| {
        keeper.fence = Some(leading.lease.fence());
        opening::open(books, &keeper, service)
    })?;
    let planner = match (leading.voice, service.planner) {
        (None, _) | (_, Some(PlannerWord::Solver)) => Planner::Solver,
        (Some(voice), Some(PlannerWord::Model)) => Planner::Model(voice),
        (Some(voice), _) => Planner::Hybrid(voice),
    };
    // One that speaks over a session of its own has one, whoever listens to it.
    let (sources, own);
    let broker = match &abroad {
        Some(abroad) => abroad.broker(),
        None => {
            sources = Sources::of(books);
            own = sources.broker(service.broker, service.simulated.seed)?;
            own.as_ref()
        }
    };
    keeping::kept_at(books, &world, broker, planner, |mut keeper| {
        keeper.fence = Some(leading.lease.fence());
        keeper.news = Some(Arc::clone(&news));
        let mut market = Market::open(books, service, &keeper, world.now())?;
        let mut led = Led {
            leading,
            world: &world,
            keeper: &keeper,
            signed: None,
            halted: None,
            troubled: BTreeMap::new(),
            crossed: BTreeSet::new(),
        };
        // Whoever does not answer holds up nothing but their own notices.
        let post = Post::new(books, leading.channels, leading.owner, leading.lease);
        post.beside(|| stream::beside(abroad.as_ref(), &news, || led.live(&mut market)))
    })
}

/// The time that the service lives in: that of a simulated market where it has one of its own.
fn world(books: &OpenBooks, service: &Installation) -> Result<Outside, Failure> {
    let world = Outside::of(books)?;
    match service.simulated.start {
        Some(start) if !world.is_simulated() => Ok(Outside::simulated(start)),
        None if world.is_simulated() => Err(Failure::usage(format!(
            "{}: these books live in the time of a simulated market; say `start` in `[simulated]`, or begin new books",
            books.settings.name
        ))),
        _ => Ok(world),
    }
}

/// A turn that is on.
struct Led<'a> {
    leading: &'a Leading<'a>,
    world: &'a Outside,
    keeper: &'a Keeper<'a>,
    /// How many records the last checkpoint covers.
    signed: Option<u64>,
    /// Why trading is halted, as it was told last.
    halted: Option<String>,
    /// What is wrong with households, told once.
    troubled: BTreeMap<HouseholdId, String>,
    /// Households whose last step met somebody else's.
    crossed: BTreeSet<HouseholdId>,
}

impl Led<'_> {
    fn live(&mut self, market: &mut Market) -> Result<Ended, Failure> {
        let service = self.leading.service;
        let mut ticks = 0;
        let mut due = Instant::now();
        loop {
            if self.leading.turn.is_lost() {
                return Ok(Ended::Lost);
            }
            if self.leading.stopping.is_asked() || self.leading.ticks.is_some_and(|most| ticks >= most) {
                self.sign()?;
                return Ok(Ended::Done);
            }
            self.tell_halt();
            let done = if Instant::now() >= due {
                due = Instant::now() + service.tick;
                ticks += 1;
                self.tick(market, ticks == 1)
            } else {
                self.between()
            };
            match done {
                Ok(()) => {}
                Err(Trouble::Lost) => return Ok(Ended::Lost),
                // Of the database or the source of prices: told, and tried again.
                Err(Trouble::Told(failure)) => drop(failure.tell()),
            }
            let idle = self.leading.ticks.is_some_and(|most| ticks >= most);
            if !idle {
                let left = due.saturating_duration_since(Instant::now());
                self.leading.stopping.wait(left.min(service.poll));
            }
        }
    }

    /// Tells when trading is halted, and when it goes on. What can't be read now is told by the next step.
    fn tell_halt(&mut self) {
        let Ok(halted) = self.keeper.halted() else { return };
        if halted == self.halted {
            return;
        }
        tell(&[match &halted {
            Some(reason) => format!("trading is halted: {reason}; nothing is sent until `equipoise resume`"),
            None => "trading goes on".to_owned(),
        }]);
        self.halted = halted;
    }

    /// The market a tick later, and every step that follows from it.
    fn tick(&mut self, market: &mut Market, first: bool) -> Result<(), Trouble> {
        let Leading { books, service, .. } = *self.leading;
        if self.world.is_simulated() {
            if !first || self.world.is_on_record(books)? {
                let next = market::later(self.world.now(), service.tick, service.simulated.speed);
                let skips = service.simulated.skips_closed;
                self.world.set(if skips { market::open_from(next) } else { next });
            }
            self.world.keep(books)?;
        }
        let now = self.world.now();
        let households = books.households()?;
        // A source that does not answer holds up nothing that is on record.
        if let Err(trouble) = self.priced(market, &households, now) {
            match trouble {
                Trouble::Lost => return Err(trouble),
                Trouble::Told(failure) => drop(failure.tell()),
            }
        }
        for household in households {
            if self.leading.turn.is_lost() {
                return Err(Trouble::Lost);
            }
            if self.leading.stopping.is_asked() {
                break;
            }
            while self.step(household.id, &household.name)? {}
        }
        Ok(self.sign()?)
    }

    /// Everything that the source tells by now.
    fn priced(&self, market: &mut Market, households: &[Household], now: Timestamp) -> Result<(), Trouble> {
        let Leading { books, service, .. } = *self.leading;
        market.widened(books, service, self.keeper, households, now)?;
        let learnt = market.teach(books, self.keeper, now);
        let lines = learnt.unwrap_or_else(|failure| {
            failure.tell();
            Vec::new()
        });
        for line in lines {
            output::page(&page::paragraph(&format!("{}: {line}", page::proposal::time(now)), 0))?;
        }
        let told = loop {
            let quotes = match market.quotes(now) {
                Ok(quotes) => quotes,
                Err(failure) => break Err(failure),
            };
            let taken = self.keeper.take_in_splits(&market.splits()).and_then(|contradictions| {
                tell(&contradictions.iter().map(ToString::to_string).collect::<Vec<_>>());
                if quotes.is_empty() { Ok(0) } else { self.keeper.take_in(&quotes) }
            });
            if let Err(error) = taken {
                market.lose();
                return Err(self.trouble(&error));
            }
            if quotes.is_empty() {
                break Ok(());
            }
        };
        tell(&market.faults());
        Ok(told?)
    }

    /// What people have answered since, and what a broker has filled; nothing is watched in between.
    fn between(&mut self) -> Result<(), Trouble> {
        let books = self.leading.books;
        let (reading, failed) = (books.store.reading(), |error| books.failed(&error));
        let mut moved = false;
        for open in reading.open_cycles().map_err(failed)? {
            if self.leading.turn.is_lost() {
                return Err(Trouble::Lost);
            }
            if self.leading.stopping.is_asked() {
                break;
            }
            let found = reading.recommendation_of(open.id).map_err(failed)?;
            if let Some(found) = found.filter(|found| EXECUTING.contains(&found.state())) {
                moved |= self.executed(&found)?;
            }
        }
        if moved {
            self.sign()?;
        }
        Ok(())
    }

    /// Every step of a plan that is being executed; whether there was one. One that was given up is not.
    fn executed(&mut self, found: &Recommendation) -> Result<bool, Trouble> {
        let books = self.leading.books;
        let (reading, failed) = (books.store.reading(), |error| books.failed(&error));
        let Some(household) = reading.household(found.kept().household).map_err(failed)? else {
            return Ok(false);
        };
        let mut moved = false;
        loop {
            let open = reading.open_cycle(household.id).map_err(failed)?;
            let state = reading.recommendation(found.id()).map_err(failed)?.map(|found| found.state());
            let is_on = open.is_some_and(|open| open.id == found.kept().cycle);
            if !is_on || !state.is_some_and(|state| EXECUTING.contains(&state)) {
                return Ok(moved);
            }
            if !self.step(household.id, &household.name)? {
                return Ok(moved);
            }
            moved = true;
        }
    }

    /// The next step of a household; whether another may follow now. After a look that led to nothing none does: time goes on, and each look
    /// would count as a tick of the market.
    fn step(&mut self, household: HouseholdId, name: &str) -> Result<bool, Trouble> {
        let begun = self.world.stopwatch();
        match self.keeper.advance(household) {
            Ok(Some(done)) => {
                let took = self.world.stopwatch().saturating_sub(begun);
                output::page(&page::proposal::step(self.world.now(), name, &done, took))?;
                self.troubled.remove(&household);
                self.crossed.remove(&household);
                Ok(done.step != Taken::Rested)
            }
            Ok(None) => {
                self.crossed.remove(&household);
                Ok(false)
            }
            // Somebody has just answered: the next look sees it. What stays so is told.
            Err(KeepingError::Books(
                BooksError::Conflict { .. } | BooksError::Exists { .. } | BooksError::CycleOpen { .. },
            )) if self.crossed.insert(household) => Ok(false),
            Err(KeepingError::Books(
                error @ (BooksError::Conflict { .. }
                | BooksError::Exists { .. }
                | BooksError::CycleOpen { .. }),
            )) => {
                self.tell_of(household, format!("{name}: {error}; it is tried again"));
                Ok(false)
            }
            Err(KeepingError::Books(error)) => Err(self.trouble(&error.into())),
            Err(error) => {
                // Of this household alone: the others go on.
                self.tell_of(household, format!("{name}: {error}"));
                Ok(false)
            }
        }
    }

    /// Tells what is wrong with a household, once.
    fn tell_of(&mut self, household: HouseholdId, told: String) {
        if self.troubled.insert(household, told.clone()) != Some(told.clone()) {
            tell(&[told]);
        }
    }

    /// Signs what was written since the last time.
    fn sign(&mut self) -> Result<(), Failure> {
        let books = self.leading.books;
        let count = books.record_count()?;
        if self.signed != Some(count) {
            books.checkpoint()?;
            self.signed = Some(count);
        }
        Ok(())
    }

    fn trouble(&self, error: &KeepingError) -> Trouble {
        match error {
            KeepingError::Books(BooksError::Fenced { .. }) => Trouble::Lost,
            error => Trouble::Told(keeping::failed(self.leading.books, error)),
        }
    }
}

/// States in which a plan is on its way to the broker, or is planned anew over what the broker left.
const EXECUTING: [State; 3] = [State::Approved, State::ExecutionInProgress, State::ExecutionFailed];

/// Why a look at the market came to nothing.
enum Trouble {
    /// Somebody else leads.
    Lost,
    /// Something that may be over at the next one.
    Told(Failure),
}

impl From<Failure> for Trouble {
    fn from(failure: Failure) -> Trouble {
        Trouble::Told(failure)
    }
}
