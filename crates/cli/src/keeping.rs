//! Households kept from the command line: their time, their broker, what goes wrong with them.
//!
//! In: open books. Out: a [`Keeper`] over them. Books of a demonstration say so themselves, and have the time of their simulated market;
//! in all others it is the machine's. Invariant: only a demonstration is executed on paper by whoever approves; elsewhere what
//! is approved waits for the service that has the broker.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use explain::Depth;
use jiff::Timestamp;
use rebalance::books::{Books, Change, Entry, Record, Setting};
use rebalance::keeping::paper::{Paper, Settings, Terms};
use rebalance::keeping::{Keeper, KeepingError, Recorded, World};
use rebalance::{Options, Planner};

use crate::books::{OpenBooks, drawn, now};
use crate::failure::Failure;

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

/// Does something with a keeper of these books, whose broker is the one on paper.
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
    let recorded = Recorded(&books.store);
    let broker = Paper::new(Settings { seed, terms: terms(books)?, ..Settings::default() }, &recorded);
    let options = Options { planner, depth: Depth::Full, ..Options::default() };
    then(Keeper::new(&books.store, world, &broker, options))
}

/// What trading costs, as the households' own documents say; where two say it of one ticker, the smaller, so that nobody pays more
/// than was planned.
fn terms(books: &OpenBooks) -> Result<BTreeMap<String, Terms>, Failure> {
    let mut terms = BTreeMap::new();
    for household in books.households()? {
        let kept = books.store.reading().portfolio(household.id).map_err(|error| books.failed(&error))?;
        let Some(kept) = kept else { continue };
        let read = portfolio::read(&kept.text).map_err(|error| Failure::document(&household.name, &error))?;
        for security in read.securities {
            let (spread_bps, commission) = (security.spread_bps, security.commission);
            let known = terms.entry(security.ticker).or_insert(Terms { spread_bps, commission });
            known.spread_bps = known.spread_bps.min(spread_bps);
            known.commission = known.commission.min(commission);
        }
    }
    Ok(terms)
}

/// A household that could not be kept, as a person reads it.
pub(crate) fn failed(books: &OpenBooks, error: &KeepingError) -> Failure {
    match error {
        KeepingError::Books(error) => books.failed(error),
        KeepingError::Broker(_) => Failure::outside(error.to_string()),
        _ => Failure::usage(format!("{}: {error}", books.settings.name)),
    }
}
