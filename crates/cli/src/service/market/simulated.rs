//! A simulated market that goes on where the books stand.
//!
//! In: what a configuration says, and the books. Out: the feed and what it lists. Invariant: after a restart the
//! same market goes on: what is listed, from which price and when, is on record.

use std::collections::BTreeSet;

use ingest::simulated::{Listed, Settings as SimulatedSettings, Simulated};
use jiff::Timestamp;
use rebalance::books::{Books, Change, Entry, Household, Reading, Record, Setting};
use rebalance::keeping::Feed;
use serde::{Deserialize, Serialize};

use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::service::configuration::Simulation;

/// Under which a simulated market is on record.
const SCOPE: &str = "market";
const NAME: &str = "simulated";

/// A simulated market as it is on record.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Kept {
    seed: u64,
    tick_secs: u32,
    begun: Timestamp,
    listed: Vec<Listed>,
}

/// The simulated market of everything that the households list, from `begun` on where it is new. Quotes that the books have are not
/// told again.
pub(super) fn feed(
    books: &OpenBooks,
    asked: &Simulation,
    begun: Timestamp,
    now: Timestamp,
) -> Result<(Simulated, BTreeSet<String>), Failure> {
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let known = reading.setting(SCOPE, NAME).map_err(failed)?;
    let kept: Option<Kept> = match &known {
        Some(setting) => Some(serde_json::from_str(&setting.value).map_err(|error| {
            Failure::usage(format!("{}: the market on record can't be read ({error})", books.settings.name))
        })?),
        None => None,
    };
    let mut market = kept.clone().unwrap_or(Kept {
        seed: asked.seed,
        tick_secs: asked.tick_secs,
        begun,
        listed: Vec::new(),
    });
    for household in books.households()? {
        list(books, reading, &household, &mut market.listed)?;
    }
    if market.listed.is_empty() {
        return Err(Failure::usage(format!(
            "{}: no household lists anything; name one in the configuration (`[[households]]`)",
            books.settings.name
        )));
    }
    if kept.as_ref() != Some(&market) {
        keep(books, &market, known.map_or(0, |setting| setting.version) + 1, now)?;
    }
    let settings = SimulatedSettings {
        seed: market.seed,
        tick_secs: market.tick_secs,
        factor_volatility: 0.16,
        listed: market.listed.clone(),
        shocks: Vec::new(),
        chances: Default::default(),
    };
    let wrong = |error: String| Failure::usage(format!("the simulated market: {error}"));
    let mut feed = Simulated::new(settings, market.begun).map_err(|error| wrong(error.to_string()))?;
    let listed: BTreeSet<String> = market.listed.iter().map(|it| it.ticker.clone()).collect();
    let tickers: Vec<String> = listed.iter().cloned().collect();
    let prices = reading.prices(&tickers, now).map_err(failed)?;
    let told = prices.into_iter().filter(|it| it.source == feed.source()).map(|it| it.received_at);
    if let Some(seen) = told.max() {
        // What the books have already.
        while !feed.quotes(seen).map_err(|error| wrong(error.to_string()))?.is_empty() {}
        feed.splits();
    }
    Ok((feed, listed))
}

/// What a household lists and nobody has listed yet.
fn list(
    books: &OpenBooks,
    reading: &dyn Reading,
    household: &Household,
    listed: &mut Vec<Listed>,
) -> Result<(), Failure> {
    let kept = reading.portfolio(household.id).map_err(|error| books.failed(&error))?;
    let Some(kept) = kept else { return Ok(()) };
    let read = portfolio::read(&kept.text).map_err(|error| Failure::document(&household.name, &error))?;
    for security in &read.securities {
        if listed.iter().all(|known| known.ticker != security.ticker) {
            listed.push(Listed::of(security));
        }
    }
    Ok(())
}

fn keep(books: &OpenBooks, market: &Kept, version: u64, at: Timestamp) -> Result<(), Failure> {
    let value = serde_json::to_string(market).map_err(|error| Failure::outside(error.to_string()))?;
    let body = serde_json::json!({"scope": SCOPE, "name": NAME, "value": market}).to_string();
    let (kind, actor) = ("settings".to_owned(), "service".to_owned());
    let record = Record { kind, at, household: None, subject: String::new(), actor, body };
    let setting = Setting { scope: SCOPE.to_owned(), name: NAME.to_owned(), value, version, at };
    let entry = Entry::new(record).with(Change::Setting(setting));
    books.store.record(&entry).map_err(|error| books.failed(&error))?;
    Ok(())
}
