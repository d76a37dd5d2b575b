//! Where the service's prices come from, and what time it is there.
//!
//! In: what a configuration says, and the books. Out: a [`Market`] that goes on where the books stand: quotes and splits, and what the past teaches and
//! companies did, taken in by a keeper. Invariants: of a source nothing is told twice; one that does not answer holds up nothing that is on record.

mod alpaca;
mod simulated;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use ingest::alpaca::Listener;
use ingest::judge::PriceAge;
use ingest::{Action, Days, PriceFolder, Split};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp, ToSpan};
use portfolio::exchange::{eastern, session_from};
use rebalance::books::{Books, Household};
use rebalance::id::HouseholdId;
use rebalance::keeping::sources::of_interest;
use rebalance::keeping::{Feed, Keeper, Quote};

use super::configuration::{Installation, MarketWord};
use crate::books::OpenBooks;
use crate::failure::Failure;
use crate::keeping;

/// How far back the past is asked for: what a judge of prices and the volatility of a market remember.
const PAST_DAYS: i64 = 200;
/// After how long what was not answered is asked again.
const ASKED_AGAIN: SignedDuration = SignedDuration::from_hours(1);
/// Closes that were held back are told one by one up to so many.
const HELD_TOLD_MAX: usize = 5;
/// How many days before and after today are asked for what companies do.
const ACTION_DAYS: i64 = 7;

/// A market.
pub(crate) struct Market {
    feed: Box<dyn Feed>,
    /// Whoever listens to the stream of the source, where it has one; the next feed goes on with it.
    listener: Option<Arc<Listener>>,
    listed: BTreeSet<String>,
    /// Versions of documents of which everything is listed.
    seen: BTreeMap<HouseholdId, u64>,
    /// Whether there is a past to learn from: a simulated market begins with its first tick, and tells its splits as they come.
    has_past: bool,
    /// Whether the past was asked for.
    learnt: bool,
    /// When it is asked again what it did not answer: the past, what companies did.
    asked_again: Option<Timestamp>,
    /// What it told was perhaps not taken in: it begins anew from what the books have.
    lost: bool,
    /// The day in New York on which it was asked what companies did.
    acted: Option<Date>,
    /// Faults of the source that were told.
    told: BTreeSet<String>,
}

impl Market {
    /// The market of a configuration, for everything that the households list. Quotes that the books have are not told again.
    pub(crate) fn open(
        books: &OpenBooks,
        service: &Installation,
        keeper: &Keeper<'_>,
        now: Timestamp,
    ) -> Result<Market, Failure> {
        Market::going_on(books, service, keeper, now, None)
    }

    /// The same, with whoever listens already.
    fn going_on(
        books: &OpenBooks,
        service: &Installation,
        keeper: &Keeper<'_>,
        now: Timestamp,
        mut listener: Option<Arc<Listener>>,
    ) -> Result<Market, Failure> {
        let age = match service.market_data {
            MarketWord::Simulated => PriceAge::default(),
            MarketWord::Csv => service.csv.age,
            MarketWord::Alpaca => service.alpaca_data.age,
        };
        keeper.ask_of_prices(age).map_err(|error| keeping::failed(books, &error))?;
        let (feed, listed): (Box<dyn Feed>, _) = match service.market_data {
            MarketWord::Simulated => {
                let (feed, listed) = simulated::feed(books, &service.simulated, now, now)?;
                (Box::new(feed), listed)
            }
            MarketWord::Csv => {
                let folder = &service.csv.folder;
                if !folder.is_dir() {
                    let name = folder.display();
                    let said = service.said.at("csv.folder");
                    return Err(Failure::usage(format!(
                        "{said}: there is no folder `{name}`; make it, and put files of prices there"
                    )));
                }
                let wanted = wanted(books)?;
                let known = keeper.known(&wanted, &PriceFolder::name_of(folder));
                let known = known.map_err(|error| keeping::failed(books, &error))?;
                (Box::new(PriceFolder::new(folder, wanted.clone(), known)), wanted)
            }
            MarketWord::Alpaca => {
                let wanted = wanted(books)?;
                let data = &service.alpaca_data;
                let feed;
                (feed, listener) = alpaca::feed(books, data, keeper, wanted.clone(), listener)?;
                (Box::new(feed), wanted)
            }
        };
        let has_past = service.market_data != MarketWord::Simulated;
        let (seen, told) = (BTreeMap::new(), BTreeSet::new());
        let (learnt, lost, acted, asked_again) = (false, false, None, None);
        Ok(Market { feed, listener, listed, seen, has_past, learnt, asked_again, lost, acted, told })
    }

    /// The same for what the households list now, where that is more, or from what the books have, where something was lost; what was told to
    /// people is not told again.
    pub(crate) fn widened(
        &mut self,
        books: &OpenBooks,
        service: &Installation,
        keeper: &Keeper<'_>,
        households: &[Household],
        now: Timestamp,
    ) -> Result<(), Failure> {
        if self.lost || !self.covers(books, households)? {
            let next = Market::going_on(books, service, keeper, now, self.listener.clone())?;
            *self = Market { told: std::mem::take(&mut self.told), asked_again: self.asked_again, ..next };
        }
        Ok(())
    }

    /// What it told last was not taken in: it is to be told again.
    pub(crate) fn lose(&mut self) {
        self.lost = true;
    }

    /// Whether it lists what these households do; a document that has been looked at is not looked at again.
    fn covers(&mut self, books: &OpenBooks, households: &[Household]) -> Result<bool, Failure> {
        for household in households {
            if self.seen.get(&household.id) == Some(&household.portfolio_version) {
                continue;
            }
            if !listed(books, household)?.is_subset(&self.listed) {
                return Ok(false);
            }
            self.seen.insert(household.id, household.portfolio_version);
        }
        Ok(true)
    }

    /// Lets the keeper learn from the past, once, and tells it what companies did, once a day. Lines for a person. What is not answered is asked
    /// again an hour later: prices come first.
    pub(crate) fn teach(
        &mut self,
        books: &OpenBooks,
        keeper: &Keeper<'_>,
        now: Timestamp,
    ) -> Result<Vec<String>, Failure> {
        let failed = |error| keeping::failed(books, &error);
        let today = eastern(now).date();
        let mut lines = Vec::new();
        if !self.has_past || self.asked_again.is_some_and(|again| now < again) {
            return Ok(lines);
        }
        self.asked_again = now.checked_add(ASKED_AGAIN).ok();
        let mut actions = Vec::new();
        if self.acted != Some(today) || !self.learnt {
            // Asked once for both: what happens these days, and the splits of the past that is learnt from.
            let back = if self.learnt { ACTION_DAYS } else { PAST_DAYS };
            let days = Days { first: moved(today, -back), last: moved(today, ACTION_DAYS) };
            actions = self.feed.actions(&self.listed, days, now).map_err(|error| outside(&error))?;
        }
        if self.acted != Some(today) {
            let of_now = moved(today, -ACTION_DAYS);
            let of_now: Vec<Action> = actions.iter().filter(|it| it.day() >= of_now).cloned().collect();
            let new = keeper.take_in_actions(&of_now).map_err(failed)?;
            lines.extend(new.iter().map(ToString::to_string));
            self.acted = Some(today);
        }
        if !self.learnt {
            let unlearnt = keeper.unlearnt(&self.listed).map_err(failed)?;
            let days = Days { first: moved(today, -PAST_DAYS), last: today };
            let bars = self.feed.bars(&unlearnt, days, now).map_err(|error| outside(&error))?;
            let splits: Vec<Split> = actions.into_iter().filter_map(split).collect();
            let splits: Vec<Split> = splits.into_iter().filter(|it| it.day <= today).collect();
            if let Some(learnt) = keeper.learn(&bars, &splits).map_err(failed)? {
                lines.push(format!(
                    "learnt what is ordinary for {} securities from {} closes of {} to {}",
                    learnt.tickers, learnt.bars, learnt.first, learnt.last
                ));
                let held = learnt.held.iter().take(HELD_TOLD_MAX);
                lines.extend(held.map(|finding| format!("not learnt from: {finding}")));
                let more = learnt.held.len().saturating_sub(HELD_TOLD_MAX);
                if more > 0 {
                    lines.push(format!("not learnt from: {more} more closes, which are on record"));
                }
            }
            self.learnt = true;
        }
        self.asked_again = None;
        Ok(lines)
    }

    /// Splits of which the quotes so far are the first in new shares, each once; to be applied before those quotes.
    pub(crate) fn splits(&mut self) -> Vec<Split> {
        self.feed.splits()
    }

    /// What became known since the last call; nothing where that is all. Whoever gets some asks again.
    pub(crate) fn quotes(&mut self, now: Timestamp) -> Result<Vec<Quote>, Failure> {
        self.feed.quotes(now).map_err(|error| outside(&error))
    }

    /// What is wrong with the source, each told once.
    pub(crate) fn faults(&mut self) -> Vec<String> {
        let faults = self.feed.faults().into_iter().map(|fault| fault.to_string());
        faults.filter(|fault| self.told.insert(fault.clone())).collect()
    }
}

/// What the households list, and what says how much the market moves.
fn wanted(books: &OpenBooks) -> Result<BTreeSet<String>, Failure> {
    let mut wanted: BTreeSet<String> = of_interest().map(str::to_owned).collect();
    for household in books.households()? {
        wanted.extend(listed(books, &household)?);
    }
    Ok(wanted)
}

/// What a household lists.
fn listed(books: &OpenBooks, household: &Household) -> Result<BTreeSet<String>, Failure> {
    let kept = books.store.reading().portfolio(household.id).map_err(|error| books.failed(&error))?;
    let Some(kept) = kept else { return Ok(BTreeSet::new()) };
    let read = portfolio::read(&kept.text).map_err(|error| Failure::document(&household.name, &error))?;
    Ok(read.securities.into_iter().map(|security| security.ticker).collect())
}

fn split(action: Action) -> Option<Split> {
    match action {
        Action::Split(split) => Some(split),
        _ => None,
    }
}

fn outside(error: &ingest::FeedError) -> Failure {
    Failure::outside(error.to_string())
}

fn moved(day: Date, by: i64) -> Date {
    day.saturating_add(by.days())
}

/// This instant where the market is open then, else its next opening.
pub(crate) fn open_from(at: Timestamp) -> Timestamp {
    session_from(at).map_or(at, |session| session.opens.max(at))
}

/// A later instant of a market's own time.
pub(crate) fn later(at: Timestamp, by: std::time::Duration, speed: u32) -> Timestamp {
    let by = by.checked_mul(speed).and_then(|by| SignedDuration::try_from(by).ok());
    at.saturating_add(by.unwrap_or(SignedDuration::ZERO)).unwrap_or(Timestamp::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_night_and_days_off_are_skipped_and_an_open_hour_is_not() {
        let from = |at: &str| open_from(at.parse().unwrap()).to_string();
        assert_eq!(from("2026-11-23T15:00:00Z"), "2026-11-23T15:00:00Z");
        assert_eq!(from("2026-11-23T21:00:00Z"), "2026-11-24T14:30:00Z", "the close is outside");
        // Thanksgiving.
        assert_eq!(from("2026-11-25T22:00:00Z"), "2026-11-27T14:30:00Z");
    }
}
