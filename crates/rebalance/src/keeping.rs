//! How a household is kept: from a tick of the market to a plan that a person answers, and on to what was filled.
//!
//! In: quotes, the time, answers of people, a broker. Out: entries in the books, one per step, each with its result, its record and
//! its event. There is one path for a start and for a recovery: [`Keeper::advance`] looks at what is on record and takes the
//! next step, until nothing is left to do but to wait.
//!
//! | file | what it does, where the record stands so |
//! | --- | --- |
//! | [`enrolment`] | a household and its document come into the books |
//! | [`prices`] | quotes are judged and written down; a document at the prices on record |
//! | [`sources`] | how old prices may be, what the past teaches, what companies did |
//! | `remembered` | settings of the market, parsed once |
//! | `later` | what time alone changes: sales settle, a tax year ends |
//! | [`splits`] | a split that a source told is applied to what is held, no orders being at the broker |
//! | [`slippage`] | what fills teach about the spread of a security |
//! | `volatility` | σ of the market, from the VIX or from closes that were taken |
//! | `look` | no cycle is open, or it waits: drift is measured, the watch decides, a cycle begins |
//! | `plan` | `Pending_Generation`: the cycle is run, and what was asked and proposed is written down |
//! | `reprompt` | a model's answers that the validator refused, each on record as a plan that failed |
//! | `offer` | `Pending_Validation`: the plan is judged and explained on record, and shown to a person |
//! | [`answer`] | `Pending_Approval`: a person approves or rejects, time runs out, the portfolio changes |
//! | [`change`] | the same, where a person changes the plan: another proposal takes its place |
//! | [`wanted`] | a person asks for a plan now |
//! | [`outlook`] | what happens next, and when |
//! | `send` | `Approved`: orders are written down under their names, before any is sent |
//! | [`news`] | when an order is looked at again |
//! | `fill` | `Execution_In_Progress`: the broker is asked after each order, each fill is taken in and booked once |
//! | `parcel` | rows of a plan that are one order at the broker, and what each gets of what is executed |
//! | `turn` | whose turn it is: sales first, purchases as the cash is there; the order is sent |
//! | `purse`, [`desk`], `hours` | what the cash pays for; limits on orders; when orders may be at the market |
//! | [`blotter`] | what a person types in of orders who is the broker |
//! | [`correction`] | a fill that was typed in was wrong |
//! | `progress` | the orders of a plan with their fills, and what is held after them |
//! | [`halt`] | the kill switch |
//! | [`house_rules`] | what nobody may trade, by a rulebook that two persons change |
//! | [`model_portfolio`] | a target that households follow |
//! | [`holding`] | what is held now, to be held against what a broker says |
//! | `finish` | every order has ended: the next version of the portfolio; a new plan over what is left |
//! | [`standing`] | a person pauses, goes on, is quiet about a class, asks for more or less |
//! | [`flows`] | money comes in or is to go out |
//! | [`settle`](mod@settle) | what a fill does to cash and lots |
//! | [`document`] | the next text of a portfolio document |
//! | `watching` | what a watch remembers, in the books |
//! | [`world`] | time and chance |
//!
//! Invariants: a step is written before the next one acts; a step that is called again after a crash, written or not, leads to the
//! same books; a household has one open cycle; nothing is sent that was not approved on record.

pub mod answer;
pub mod blotter;
pub mod change;
pub mod correction;
pub mod desk;
pub mod document;
pub mod enrolment;
mod failure;
mod fill;
mod finish;
pub mod flows;
pub mod halt;
pub mod holding;
mod hours;
pub mod house_rules;
mod later;
mod look;
pub mod model_portfolio;
pub mod news;
mod offer;
pub mod outlook;
mod parcel;
mod plan;
pub mod prices;
mod progress;
mod purse;
mod remembered;
mod reprompt;
mod send;
pub mod settle;
pub mod slippage;
pub mod sources;
pub mod splits;
pub mod standing;
mod turn;
mod volatility;
pub mod wanted;
mod washed;
mod watching;
pub mod world;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use execute::Broker;
use monitor::watch::Outcome;

use crate::books::entry::{GIVEN_UP, MOVED};
use crate::books::{Books, Change, Closing, Entry, Event, Fence, Household, OpenedCycle, Receipt, Record};
use crate::cycle::{Cycle, Options};
use crate::id::{EventId, HouseholdId, RecommendationId};
use crate::life::{Rejection, State};
use crate::stage::Stage;
use news::Looks;

pub use answer::Answer;
pub use desk::Desk;
pub use execute::brokers::paper;
pub use failure::KeepingError;
pub use ingest::judge::{HeldPrice, PriceAge};
pub use ingest::{Action, Bar, Feed, Quote, Split};
pub use news::News;
pub use prices::Recorded;
pub use remembered::Market;
pub use world::World;

/// Plans that are made for one recommendation at most, retries after failed executions included.
pub const PLANS_MAX: u32 = 3;

/// Keeps households.
pub struct Keeper<'a> {
    /// Where everything is on record.
    pub books: &'a dyn Books,
    /// Time and chance.
    pub world: &'a dyn World,
    /// Who executes.
    pub broker: &'a dyn Broker,
    /// Limits on orders.
    pub desk: Desk,
    /// How a cycle is run; its clock and its listener are set here.
    pub options: Options<'a>,
    /// Written only while this lease is held.
    pub fence: Option<Fence>,
    /// What a stream of the broker tells, where there is one.
    pub news: Option<Arc<News>>,
    looks: Looks,
    /// The cycle that was run last, so that it need not be run again to be offered.
    made: Mutex<Option<Made>>,
    /// What is remembered of the market; keepers of the same books may share it.
    pub market: Arc<Market>,
}

/// A cycle that was run, and for what.
struct Made {
    recommendation: RecommendationId,
    attempt: u32,
    cycle: Cycle,
}

/// A step that was taken and is on record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Done {
    /// Whose.
    pub household: HouseholdId,
    /// What it belongs to.
    pub recommendation: Option<RecommendationId>,
    /// What was done.
    pub step: Taken,
    /// What there is to say.
    pub words: String,
    /// How long its stages took.
    pub took: Vec<(Stage, Duration)>,
}

/// What was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Taken {
    /// Drift was measured and nothing is to be done.
    Rested,
    /// A split was applied to what is held.
    Split,
    /// The document took over what its model portfolio wants.
    Followed,
    /// Drift was measured and a cycle has begun.
    Began,
    /// A plan was proposed.
    Planned,
    /// The plan waits for a person.
    Offered,
    /// The plan was refused by the validator.
    Invalidated,
    /// Who proposed is asked again.
    AskedAgain,
    /// The cycle has ended without a proposal or a trade.
    Closed(Closing),
    /// The proposal has ended without a trade.
    Rejected(Rejection),
    /// The orders are written down.
    Sent,
    /// The broker has told of an order.
    Ordered,
    /// A fill was booked.
    Filled,
    /// Every order is filled, and the portfolio is the next version.
    Executed,
    /// An order was refused or cancelled, and the portfolio is the next version.
    Failed,
    /// A plan over what is left waits for a person.
    OfferedAgain,
}

/// What a tick led to.
#[derive(Debug, Default)]
pub struct Tick {
    /// The steps, in their order.
    pub done: Vec<Done>,
    /// Households that could not be kept, each with why; the others were.
    pub faults: Vec<(HouseholdId, KeepingError)>,
}

impl<'a> Keeper<'a> {
    /// A keeper who writes under no lease.
    #[must_use]
    pub fn new(
        books: &'a dyn Books,
        world: &'a dyn World,
        broker: &'a dyn Broker,
        options: Options<'a>,
    ) -> Keeper<'a> {
        Keeper {
            books,
            world,
            broker,
            desk: Desk::default(),
            options,
            fence: None,
            news: None,
            looks: Looks::default(),
            made: Mutex::new(None),
            market: Arc::default(),
        }
    }

    /// Takes quotes in and then every step of every household that can be taken now.
    ///
    /// # Errors
    /// [`KeepingError`] where prices or the list of households can't be written or read. What goes wrong with one household
    /// stands in the [`Tick`].
    ///
    /// # Source
    /// Design document, sequence of a rebalance.
    pub fn tick(&self, quotes: &[Quote]) -> Result<Tick, KeepingError> {
        self.take_in(quotes)?;
        let mut tick = Tick::default();
        for household in self.books.reading().households()? {
            loop {
                match self.advance(household.id) {
                    Ok(Some(done)) => {
                        let rested = done.step == Taken::Rested;
                        tick.done.push(done);
                        // One look a tick: time goes on, and the next would count as another.
                        if rested {
                            break;
                        }
                    }
                    Ok(None) => break,
                    Err(error) => {
                        tick.faults.push((household.id, error));
                        break;
                    }
                }
            }
        }
        Ok(tick)
    }

    /// Takes the next step of a household, from whatever is on record; `None` where there is nothing but to wait.
    ///
    /// # Errors
    /// [`KeepingError`]; the call can be made again.
    pub fn advance(&self, household: HouseholdId) -> Result<Option<Done>, KeepingError> {
        let Some(household) = self.books.reading().household(household)? else {
            return Err(KeepingError::Unknown { what: format!("household `{household}`") });
        };
        let Some(open) = self.books.reading().open_cycle(household.id)? else {
            if let Some(done) = self.split_up(&household)? {
                return Ok(Some(done));
            }
            return match self.take_model_over(&household)? {
                Some(done) => Ok(Some(done)),
                None => self.look(&household),
            };
        };
        let Some(found) = self.books.reading().recommendation_of(open.id)? else {
            return Err(KeepingError::Unknown { what: format!("recommendation of cycle `{}`", open.id) });
        };
        match found.state() {
            State::PendingGeneration => self.plan(&household, &open, &found).map(Some),
            State::PendingValidation => self.offer(&household, &open, &found).map(Some),
            State::ValidationFailed => self.ask_again(&household, &open, &found).map(Some),
            State::PendingApproval => {
                if let Some(done) = self.split_up(&household)? {
                    return Ok(Some(done));
                }
                if let Some(done) = self.take_model_over(&household)? {
                    return Ok(Some(done));
                }
                match self.overtaken(&household, &found)? {
                    Some(done) => Ok(Some(done)),
                    None => self.look(&household),
                }
            }
            State::Approved => self.send(&household, &found),
            State::ExecutionInProgress => self.fill(&household, &found),
            State::ExecutionFailed => self.retry(&household, &open, &found),
            // An end closes its cycle in the same entry.
            State::Rejected(_) | State::ExecutedSuccessfully => Ok(None),
        }
    }

    /// Writes an entry under the lease.
    fn write(&self, entry: Entry) -> Result<Receipt, KeepingError> {
        let entry = match &self.fence {
            Some(fence) => entry.under(fence.clone()),
            None => entry,
        };
        Ok(self.books.record(&entry)?)
    }

    fn event(&self) -> EventId {
        EventId::new(self.world.now(), self.world.draw())
    }

    /// The end of a cycle, with what its watch has to know of it.
    fn closing(
        &self,
        household: &Household,
        open: &OpenedCycle,
        closing: Closing,
        outcome: Outcome,
        why: &str,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let mut watching = self.watching(household)?;
        watching.ended(outcome, now)?;
        let body = serde_json::json!({"cycle": open.id.to_string(), "how": closing.word(), "why": why});
        let record =
            Record::new("cycle_closed", household.id, "cycle", now, body.to_string()).about(&open.id);
        let entry = Entry::new(record).with(Change::CycleClosed(open.id, closing)).with(watching.kept(now)?);
        let given_up = self.books.reading().recommendation_of(open.id)?;
        let Some(found) = given_up.filter(|_| closing == Closing::GivenUp) else { return Ok(entry) };
        let facts = serde_json::json!({"recommendation": found.id().to_string(), "to": GIVEN_UP, "attempt": found.kept().attempt});
        let (topic, key) = (MOVED.to_owned(), household.id.to_string());
        Ok(entry.telling(Event { id: self.event(), topic, key, payload: facts.to_string() }))
    }
}

impl Done {
    fn of(
        household: &Household,
        id: Option<RecommendationId>,
        step: Taken,
        words: impl Into<String>,
    ) -> Done {
        Done { household: household.id, recommendation: id, step, words: words.into(), took: Vec::new() }
    }
}
