//! Households kept from the command line: their time, their broker, what goes wrong with them.
//!
//! In: open books. Out: a [`Keeper`] over them. Books of a demonstration say so themselves, and have the time of their simulated market;
//! in all others it is the machine's. Invariant: only a demonstration is executed on paper by whoever approves, and tickets are only written
//! where no service leads; elsewhere what is approved waits for the service that has the broker.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use execute::Broker;
use explain::Depth;
use jiff::Timestamp;
use jiff::civil::Date;
use rebalance::books::{Books, Change, Entry, Record, Setting};
use rebalance::keeping::document::to_come;
use rebalance::keeping::{Keeper, KeepingError, Market, World};
use rebalance::{Options, Planner};

use crate::books::{OpenBooks, drawn, now};
use crate::failure::Failure;
use crate::service::brokers::{self, Sources};

/// The setting by which books say that they are a demonstration, and what time it is in it.
const SCOPE: &str = "demo";
const CLOCK: &str = "clock";

/// Time and chance of these books.
pub(crate) struct Outside {
    /// The time of a simulated market; the machine's where there is none.
    simulated: Option<Mutex<Timestamp>>,
    begun: Instant,
}

impl Outside {
    /// Of a simulated market.
    pub(crate) fn simulated(at: Timestamp) -> Outside {
        Outside { simulated: Some(Mutex::new(at)), begun: Instant::now() }
    }

    /// As the books say.
    pub(crate) fn of(books: &OpenBooks) -> Result<Outside, Failure> {
        let setting = books.store.reading().setting(SCOPE, CLOCK).map_err(|error| books.failed(&error))?;
        let Some(setting) = setting else { return Ok(Outside::real()) };
        let at = setting.value.parse().map_err(|error| {
            Failure::usage(format!(
                "{}: the time of the demonstration on record is none ({error})",
                books.settings.name
            ))
        })?;
        Ok(Outside::simulated(at))
    }

    /// The machine's.
    fn real() -> Outside {
        Outside { simulated: None, begun: Instant::now() }
    }

    /// Refuses a document of a day that is to come.
    pub(crate) fn unless_to_come(&self, name: &str, as_of: Date) -> Result<(), Failure> {
        match to_come(as_of, [World::now(self), now()]) {
            Some(why) => Err(Failure::usage(format!("{name}: {why}"))),
            None => Ok(()),
        }
    }

    /// Whether this is a demonstration.
    pub(crate) fn is_simulated(&self) -> bool {
        self.simulated.is_some()
    }

    /// The simulated market goes on.
    pub(crate) fn set(&self, at: Timestamp) {
        if let Some(time) = &self.simulated {
            *time.lock().unwrap_or_else(PoisonError::into_inner) = at;
        }
    }

    /// Whether the time of a simulated market has been written down.
    pub(crate) fn is_on_record(&self, books: &OpenBooks) -> Result<bool, Failure> {
        let known = books.store.reading().setting(SCOPE, CLOCK).map_err(|error| books.failed(&error))?;
        Ok(known.is_some())
    }

    /// Writes the time of the simulated market down, for who comes later.
    pub(crate) fn keep(&self, books: &OpenBooks) -> Result<(), Failure> {
        let failed = |error| books.failed(&error);
        let at = self.now();
        let version = books.store.reading().setting(SCOPE, CLOCK).map_err(failed)?.map_or(0, |s| s.version);
        let (scope, name, value) = (SCOPE.to_owned(), CLOCK.to_owned(), at.to_string());
        let setting = Setting { scope, name, value, version: version + 1, at };
        let body = serde_json::json!({"scope": SCOPE, "name": CLOCK, "value": setting.value}).to_string();
        let (kind, actor) = ("settings".to_owned(), "demo".to_owned());
        let record = Record { kind, at, household: None, subject: String::new(), actor, body };
        books.store.record(&Entry::new(record).with(Change::Setting(setting))).map_err(failed)?;
        Ok(())
    }
}

impl World for Outside {
    fn now(&self) -> Timestamp {
        let simulated = self.simulated.as_ref();
        simulated.map_or_else(now, |time| *time.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn draw(&self) -> [u8; 10] {
        drawn()
    }

    fn stopwatch(&self) -> Duration {
        self.begun.elapsed()
    }
}

/// Does something with a keeper of these books, whose broker is the one that they name.
pub(crate) fn kept<T>(
    books: &OpenBooks,
    world: &Outside,
    seed: u64,
    then: impl FnOnce(&Keeper<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    kept_by(books, world, seed, Planner::Solver, |keeper| then(&keeper))
}

/// The same with whoever proposes the plans; the keeper may be put under a lease.
pub(crate) fn kept_by<T>(
    books: &OpenBooks,
    world: &Outside,
    seed: u64,
    planner: Planner<'_>,
    then: impl FnOnce(Keeper<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let sources = Sources::of(books);
    let broker = sources.broker(brokers::on_record(books)?, seed)?;
    kept_at(books, world, broker.as_ref(), planner, then)
}

/// The same at a broker that is there already.
pub(crate) fn kept_at<T>(
    books: &OpenBooks,
    world: &Outside,
    broker: &dyn Broker,
    planner: Planner<'_>,
    then: impl FnOnce(Keeper<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let options = Options { planner, depth: Depth::Full, ..Options::default() };
    then(Keeper::new(&books.store, world, broker, options))
}

/// Does something with a keeper who sends nothing and asks no broker, so that it can be done whatever is wrong with them.
pub(crate) fn apart<T>(
    books: &OpenBooks,
    world: &Outside,
    then: impl FnOnce(&Keeper<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    apart_with(books, world, Arc::default(), then)
}

/// The same, with what is remembered of the market on these books: a server asks at every request.
pub(crate) fn apart_with<T>(
    books: &OpenBooks,
    world: &Outside,
    market: Arc<Market>,
    then: impl FnOnce(&Keeper<'_>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let sources = Sources::of(books);
    let options = Options { depth: Depth::Full, ..Options::default() };
    let nobody = sources.nobody();
    let mut keeper = Keeper::new(&books.store, world, nobody.as_ref(), options);
    keeper.market = market;
    then(&keeper)
}

/// A household that could not be kept, as a person reads it.
pub(crate) fn failed(books: &OpenBooks, error: &KeepingError) -> Failure {
    match error {
        KeepingError::Books(error) => books.failed(error),
        KeepingError::Broker(_) => Failure::outside(error.to_string()),
        _ => Failure::usage(format!("{}: {error}", books.settings.name)),
    }
}
