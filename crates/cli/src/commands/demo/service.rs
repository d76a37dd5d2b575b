//! The demonstration: three sample households kept through a simulated day, as a terminal shows it.
//!
//! In: a folder for the books, a seed, whether proposals are approved at once. Out: every step with the time it took, the proposals
//! with their reasons, and either how to answer them or what became of them. Invariant: what is shown is what is on record.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use jiff::Timestamp;
use portfolio::Decimal;
use rebalance::books::Books;
use rebalance::id::{HouseholdId, RecommendationId};
use rebalance::keeping::{Answer, Done, Feed, Keeper, Taken, World};
use rebalance::life::{Policy, State};
use rebalance::stage::Stage;
use serde_json::Value;

use super::{market, plans};
use crate::books::{OpenBooks, Place};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::keeping::{self, Outside};
use crate::{output, page};

/// The samples that are kept.
pub(super) const KEPT: [&str; 3] = ["household", "design-prompt", "design-holdings"];
/// Ticks that are lived at most.
const TICKS: i32 = 12;
/// Real time between two ticks.
const PACE: Duration = Duration::from_millis(250);
/// Who approves.
pub(super) const APPROVER: &str = "demo";

/// What is asked for.
pub(super) struct Demonstration<'a> {
    pub(super) folder: Option<&'a Path>,
    pub(super) auto_approve: bool,
    pub(super) seed: u64,
}

/// The times of one proposal.
#[derive(Default)]
struct Times {
    stages: BTreeMap<Stage, Duration>,
    watch: Duration,
    review: Option<Duration>,
    place: Duration,
    fill: Duration,
    settle: Duration,
}

/// What is told while the households are kept.
struct Telling<'a> {
    books: &'a OpenBooks,
    names: BTreeMap<HouseholdId, String>,
    times: BTreeMap<RecommendationId, Times>,
    offered: Vec<RecommendationId>,
}

/// Runs the demonstration.
pub(super) fn run(asked: &Demonstration<'_>) -> Result<Exit, Failure> {
    let folder = asked.folder.map_or_else(fresh_folder, Path::to_owned);
    let books = OpenBooks::open_or_make(&Place::in_folder(&folder))?;
    if !books.households()?.is_empty() {
        return Err(Failure::usage(format!(
            "{}: there are books already; name a new folder for the demonstration",
            folder.display()
        )));
    }
    let world = Outside::simulated(market::start());
    output::page(&page::title("Three households in a simulated market"))?;
    output::page(&page::paragraph(&format!("books in {}", folder.display()), 0))?;
    enrol(&books, &world, asked.seed)?;
    let names = books.households()?.into_iter().map(|household| (household.id, household.name)).collect();
    let mut telling = Telling { books: &books, names, times: BTreeMap::new(), offered: Vec::new() };
    keeping::kept(&books, &world, asked.seed, |keeper| live(keeper, &world, asked, &mut telling))?;
    world.keep(&books)?;
    telling.proposals(&folder, asked.auto_approve)?;
    verified(&books, &folder)
}

/// A new folder among the temporary files.
pub(super) fn fresh_folder() -> PathBuf {
    let name: [u8; 6] = crate::books::drawn();
    let name: String = name.iter().map(|byte| format!("{byte:02x}")).collect();
    std::env::temp_dir().join(format!("equipoise-demo-{name}"))
}

/// The document of a sample as it is kept: money that was to come in has come.
pub(super) fn sample(name: &str) -> Result<String, Failure> {
    let text = plans::SAMPLES.iter().find(|(n, ..)| *n == name).map_or("", |(_, _, text)| text);
    arrived(text).map_err(|error| Failure::usage(format!("the sample `{name}` can't be read ({error})")))
}

fn arrived(text: &str) -> Result<String, serde_json::Error> {
    let mut document: Value = serde_json::from_str(text)?;
    let Ok(read) = portfolio::read(text) else { return Ok(text.to_owned()) };
    for account in read.accounts.iter().filter(|account| account.flow > Decimal::ZERO) {
        if let Some(flows) = document["cash_flow"].as_object_mut() {
            flows.remove(&account.account_id);
        }
        let accounts = document["accounts"].as_array_mut().into_iter().flatten();
        for held in accounts.filter(|held| held["account_id"] == account.account_id.as_str()) {
            held["cash"] = serde_json::from_str(&(account.cash + account.flow).to_string())?;
        }
    }
    serde_json::to_string(&document)
}

fn enrol(books: &OpenBooks, world: &Outside, seed: u64) -> Result<(), Failure> {
    keeping::kept(books, world, seed, |keeper| {
        for name in KEPT {
            keeper
                .enrol(name, APPROVER, Policy::default(), &sample(name)?)
                .map_err(|error| keeping::failed(books, &error))?;
        }
        Ok(())
    })
}

/// The day, tick by tick, until the last tick is over, or every household has a proposal that a person is to answer.
fn live(
    keeper: &Keeper<'_>,
    world: &Outside,
    asked: &Demonstration<'_>,
    telling: &mut Telling<'_>,
) -> Result<(), Failure> {
    let books = telling.books;
    let read =
        KEPT.map(|name| portfolio::read(&sample(name)?).map_err(|error| Failure::document(name, &error)));
    let read = read.into_iter().collect::<Result<Vec<_>, _>>()?;
    let mut market = market::of(&read, asked.seed)?;
    for number in 0..TICKS {
        let at = market::tick_at(number);
        world.set(at);
        let quotes = market.quotes(at).map_err(|error| Failure::usage(error.to_string()))?;
        keeper.take_in_splits(&market.splits()).map_err(|error| keeping::failed(books, &error))?;
        keeper.take_in(&quotes).map_err(|error| keeping::failed(books, &error))?;
        telling.all(keeper, world)?;
        if asked.auto_approve {
            telling.approve_all(keeper, world)?;
        } else if telling.offered.len() == telling.names.len() {
            break; // the prices that a person is shown are those of this moment
        }
        std::thread::sleep(PACE);
    }
    Ok(())
}

impl Telling<'_> {
    /// Every step that can be taken now, told as it is taken.
    fn all(&mut self, keeper: &Keeper<'_>, world: &Outside) -> Result<(), Failure> {
        let households: Vec<HouseholdId> = self.names.keys().copied().collect();
        for household in households {
            loop {
                let begun = Instant::now();
                let done = keeper.advance(household).map_err(|error| keeping::failed(self.books, &error))?;
                let Some(done) = done else { break };
                self.told(&done, world.now(), begun.elapsed())?;
                if done.step == Taken::Rested {
                    break;
                }
            }
        }
        Ok(())
    }

    fn told(&mut self, done: &Done, at: Timestamp, took: Duration) -> Result<(), Failure> {
        let name = self.names.get(&done.household).map_or("", String::as_str);
        output::page(&page::proposal::step(at, name, done, took))?;
        let Some(id) = done.recommendation else { return Ok(()) };
        let times = self.times.entry(id).or_default();
        for (stage, took) in &done.took {
            *times.stages.entry(*stage).or_default() += *took;
        }
        match done.step {
            Taken::Began => times.watch += took,
            Taken::Sent | Taken::Ordered => times.place += took,
            Taken::Filled => times.fill += took,
            Taken::Executed | Taken::Failed => times.settle += took,
            Taken::Offered if !self.offered.contains(&id) => self.offered.push(id),
            _ => {}
        }
        Ok(())
    }

    /// Approves what waits, executes it, and shows the books before and after.
    fn approve_all(&mut self, keeper: &Keeper<'_>, world: &Outside) -> Result<(), Failure> {
        let books = self.books;
        let reading = books.store.reading();
        for id in self.offered.clone() {
            let found = reading.recommendation(id).map_err(|error| books.failed(&error))?;
            let Some(found) = found else { continue };
            if found.state() != State::PendingApproval {
                continue;
            }
            let household = found.kept().household;
            let name = self.names.get(&household).cloned().unwrap_or_default();
            self.proposal(id)?;
            let before = held(books, household)?;
            let begun = Instant::now();
            let answer =
                keeper.approve(id, APPROVER, None).map_err(|error| keeping::failed(books, &error))?;
            let review = begun.elapsed();
            self.times.entry(id).or_default().review = Some(review);
            let words = match &answer {
                Answer::Approved => format!("{name}: approved by {APPROVER}"),
                Answer::Refused(refusal) => format!("{name}: not approved: {}", refusal.reason),
                other => format!("{name}: {other:?}"),
            };
            output::page(&page::paragraph(&words, 0))?;
            self.all(keeper, world)?;
            output::page(&page::title(&format!("Books of {name}, before and after")))?;
            output::page(&page::proposal::changed(&before, &held(books, household)?))?;
            self.timeline(id)?;
        }
        Ok(())
    }

    fn proposal(&self, id: RecommendationId) -> Result<(), Failure> {
        let failed = |error| self.books.failed(&error);
        let reading = self.books.store.reading();
        let Some(found) = reading.recommendation(id).map_err(failed)? else { return Ok(()) };
        let attempt = reading.attempts(id).map_err(failed)?.pop();
        let name = self.names.get(&found.kept().household).map_or("", String::as_str);
        output::page("\n")?;
        output::page(&page::proposal::proposal(name, &found, attempt.as_ref(), &[]))
    }

    /// The stages of a proposal against their budgets.
    fn timeline(&self, id: RecommendationId) -> Result<(), Failure> {
        let Some(times) = self.times.get(&id) else { return Ok(()) };
        let secs = Duration::from_secs;
        let mut rows = vec![("drift monitoring", times.watch, secs(7_200))];
        rows.extend(times.stages.iter().map(|(stage, took)| (stage.name(), *took, stage.budget())));
        if let Some(review) = times.review {
            rows.push(("review and approval", review, secs(900)));
            rows.push(("order placement", times.place, secs(30)));
            rows.push(("trade execution", times.fill, secs(300)));
            rows.push(("settlement and update", times.settle, secs(172_800)));
        }
        output::page(&page::title("Stages, against the budgets of the design document"))?;
        output::page(&page::proposal::timeline(&rows))?;
        output::page("\n")
    }

    /// What waits at the end, and how to answer it.
    fn proposals(&self, folder: &Path, approved: bool) -> Result<(), Failure> {
        if approved {
            return Ok(());
        }
        for id in &self.offered {
            self.proposal(*id)?;
            self.timeline(*id)?;
        }
        let Some(id) = self.offered.first() else { return output::page("nothing was proposed\n") };
        let folder = folder.display();
        output::page(&page::title("What you can do now"))?;
        for command in [
            format!("equipoise approve {id} --as NAME --folder {folder}"),
            format!("equipoise reject {id} --as NAME --reason WORDS --folder {folder}"),
            format!("equipoise show {id} --folder {folder}"),
            format!("equipoise proposals --folder {folder}"),
        ] {
            output::page(&format!("  {command}\n"))?;
        }
        Ok(())
    }
}

/// What a household holds now.
pub(crate) fn held(
    books: &OpenBooks,
    household: HouseholdId,
) -> Result<BTreeMap<(String, String), Decimal>, Failure> {
    let failed = |error| books.failed(&error);
    let reading = books.store.reading();
    let Some(kept) = reading.portfolio(household).map_err(failed)? else { return Ok(BTreeMap::new()) };
    let balances = reading.balances(kept.id).map_err(failed)?;
    Ok(page::proposal::held(&balances, &reading.lots(kept.id).map_err(failed)?))
}

/// Signs the log and verifies it from the first record to the last.
fn verified(books: &OpenBooks, folder: &Path) -> Result<Exit, Failure> {
    books.checkpoint()?;
    let outside = books.outside(&books.trust())?;
    let report = books.store.verify(&books.trust(), &outside).map_err(|error| books.failed(&error))?;
    if let Some(fault) = &report.fault {
        output::page(&page::paragraph(&format!("the audit log does not verify: {fault}"), 0))?;
        return Ok(Exit::CheckFailed);
    }
    let words = format!(
        "The audit log verifies: {} records, signed. Again: equipoise audit verify --folder {}",
        report.records,
        folder.display()
    );
    output::page(&page::paragraph(&words, 0))?;
    Ok(Exit::Done)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_of_the_samples_has_come_in_and_is_no_more_than_it_was() {
        for (name, .., text) in plans::SAMPLES.iter().filter(|(name, ..)| KEPT.contains(name)) {
            let (told, kept) =
                (portfolio::read(text).unwrap(), portfolio::read(&sample(name).unwrap()).unwrap());
            assert!(kept.accounts.iter().all(|account| account.flow <= Decimal::ZERO), "{name}");
            for (before, after) in told.accounts.iter().zip(&kept.accounts) {
                assert_eq!(
                    before.cash + before.flow,
                    after.cash + after.flow,
                    "{name}: {}",
                    before.account_id
                );
            }
        }
    }
}
