//! The books: what a cycle leaves behind, and how it is written so that no crash loses or repeats anything.
//!
//! In: an [`Entry`], which is a step's result, its records for the audit log and its outgoing events as one value. Out: it is
//! written as a whole, or nothing of it is. What keeps the books is behind the traits of this file; `store` has it in SQLite
//! or PostgreSQL. Calls block; nothing here knows of a clock, so every time is an argument.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`entry`] | one step as it is written: changes, records, events |
//! | [`records`] | what goes into the audit log |
//! | [`people`], [`households`], [`portfolios`], [`prices`], [`drift`] | who holds and wants what, and how far it has drifted |
//! | [`cycles`], [`proposals`], [`orders`], [`blotter`], [`bookings`] | what was begun, proposed, ordered, filled, booked |
//! | [`listed`] | what a list of recommendations shows of each |
//! | [`recipe`] | how a plan was made, so that it can be made again |
//! | [`turns`] | whose turn is it: leases, claims of events |
//! | [`access`], [`allowed`] | who may come in, and what for; what somebody may do with a household |
//! | [`settings`] | settings by scope and name |
//! | [`failure`] | why the books could not be read or written |
//! | [`halting`] | books that stop at a step, to test what a crash leaves |
//!
//! Invariants: a change of something that has a version is written only over the version it was made from; a household has
//! one open cycle at most; an event is taken in once by each consumer; a write by who is no longer the leader fails.

pub mod access;
pub mod allowed;
pub mod blotter;
pub mod bookings;
pub mod cycles;
pub mod drift;
pub mod entry;
pub mod failure;
pub mod halting;
pub mod households;
pub mod listed;
pub mod orders;
pub mod people;
pub mod portfolios;
pub mod prices;
pub mod proposals;
pub mod recipe;
pub mod records;
pub mod settings;
pub mod turns;

use jiff::Timestamp;

use crate::id::{CycleId, HouseholdId, PersonId, PortfolioId, RecommendationId};
use crate::life::{Approval, Recommendation, State};

pub use access::{Access, AccessChange};
pub use allowed::Allowed;
pub use blotter::{BlotterLine, Typed, TypedFill};
pub use bookings::{Booking, Gain, Treatment, Washed};
pub use cycles::{Closing, OpenedCycle};
pub use drift::DriftPoint;
pub use entry::{Change, Entry};
pub use failure::BooksError;
pub use halting::{Halting, Stop};
pub use households::Household;
pub use listed::{Listed, ListedOffer, Listing};
pub use orders::{Fill, Order, OrderState, Sent};
pub use people::Person;
pub use portfolios::{Balance, HeldLot, Imported, KeptPortfolio};
pub use prices::PricePoint;
pub use proposals::Attempt;
pub use recipe::Recipe;
pub use records::Record;
pub use settings::Setting;
pub use turns::{Claim, Event, Fence, Lease, Seen, Turns};

/// Where the books are kept.
pub trait Books: Send + Sync {
    /// Writes an entry, all of it or nothing.
    ///
    /// # Errors
    /// [`BooksError`]; nothing was written, or it is not known ([`BooksError::Unreachable`]): read before trying again.
    fn record(&self, entry: &Entry) -> Result<Receipt, BooksError>;

    /// What is written.
    fn reading(&self) -> &dyn Reading;

    /// Whose turn it is.
    fn turns(&self) -> &dyn Turns;
}

/// What became of an entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Receipt {
    /// It was written.
    Written {
        /// Place of its first record in the audit log, from 0.
        first_record: u64,
        /// Records in which secrets were masked: whoever wrote them has a leak to mend.
        masked: u32,
    },
    /// The event that it answers was taken in before; nothing was written.
    SeenBefore,
}

/// What is written. Lists are in the order of their making, unless something else is said.
#[expect(clippy::missing_errors_doc, reason = "each fails alike: the books can't be read, see BooksError")]
pub trait Reading: Send + Sync {
    /// A person by name.
    fn person(&self, name: &str) -> Result<Option<Person>, BooksError>;
    /// Everybody, by name.
    fn people(&self) -> Result<Vec<Person>, BooksError>;
    /// A household.
    fn household(&self, id: HouseholdId) -> Result<Option<Household>, BooksError>;
    /// A household by its name.
    fn household_named(&self, name: &str) -> Result<Option<Household>, BooksError>;
    /// All households, by name.
    fn households(&self) -> Result<Vec<Household>, BooksError>;
    /// The households of an owner, by name.
    fn households_of(&self, owner: PersonId) -> Result<Vec<Household>, BooksError>;
    /// The portfolio of a household as it is now.
    fn portfolio(&self, household: HouseholdId) -> Result<Option<KeptPortfolio>, BooksError>;
    /// One version of a portfolio.
    fn portfolio_version(&self, id: PortfolioId) -> Result<Option<KeptPortfolio>, BooksError>;
    /// Cash per account of one version of a portfolio, by account.
    fn balances(&self, portfolio: PortfolioId) -> Result<Vec<Balance>, BooksError>;
    /// Lots of one version of a portfolio, by account, ticker and lot.
    fn lots(&self, portfolio: PortfolioId) -> Result<Vec<HeldLot>, BooksError>;
    /// The newest price of a ticker that was known at this time.
    fn price(&self, ticker: &str, at: Timestamp) -> Result<Option<PricePoint>, BooksError>;
    /// The newest price of each of these tickers that was known at this time, as far as there is one.
    fn prices(&self, tickers: &[String], at: Timestamp) -> Result<Vec<PricePoint>, BooksError>;
    /// Drift of a household from this time on.
    fn drift(&self, household: HouseholdId, since: Timestamp) -> Result<Vec<DriftPoint>, BooksError>;
    /// Cycles that have not ended: what a start has to carry on with.
    fn open_cycles(&self) -> Result<Vec<OpenedCycle>, BooksError>;
    /// The cycle of a household that has not ended.
    fn open_cycle(&self, household: HouseholdId) -> Result<Option<OpenedCycle>, BooksError>;
    /// How a cycle ended, if it has.
    fn closing(&self, cycle: CycleId) -> Result<Option<Closing>, BooksError>;
    /// A recommendation.
    fn recommendation(&self, id: RecommendationId) -> Result<Option<Recommendation>, BooksError>;
    /// The recommendation of a cycle.
    fn recommendation_of(&self, cycle: CycleId) -> Result<Option<Recommendation>, BooksError>;
    /// Recommendations in this state, of all households.
    fn recommendations(&self, state: State) -> Result<Vec<Recommendation>, BooksError>;
    /// A list of recommendations.
    fn listed(&self, wanted: &Listing) -> Result<Vec<Listed>, BooksError>;
    /// Who has approved which plan of these recommendations, by recommendation and time.
    fn approvers(
        &self,
        of: &[RecommendationId],
    ) -> Result<Vec<(RecommendationId, String, PersonId)>, BooksError>;
    /// The attempts of a recommendation, with their trades.
    fn attempts(&self, id: RecommendationId) -> Result<Vec<Attempt>, BooksError>;
    /// The approvals of a recommendation, of every plan.
    fn approvals(&self, id: RecommendationId) -> Result<Vec<Approval>, BooksError>;
    /// The orders of a recommendation.
    fn orders(&self, id: RecommendationId) -> Result<Vec<Order>, BooksError>;
    /// An order by its name.
    fn order(&self, client_order_id: &str) -> Result<Option<Order>, BooksError>;
    /// Orders at a broker that have not ended, by account and name.
    fn open_orders(&self, broker: &str) -> Result<Vec<Order>, BooksError>;
    /// Orders that were written down from this time on, of all households.
    fn orders_since(&self, at: Timestamp) -> Result<Vec<Order>, BooksError>;
    /// How many orders were sent for the first time from this time on, of all households.
    fn orders_sent_since(&self, at: Timestamp) -> Result<u64, BooksError>;
    /// The fills of an order, as they stand after every correction.
    fn fills(&self, client_order_id: &str) -> Result<Vec<Fill>, BooksError>;
    /// The fills of all orders of a recommendation, as they stand after every correction.
    fn fills_of(&self, id: RecommendationId) -> Result<Vec<Fill>, BooksError>;
    /// What was typed in of an order.
    fn blotter(&self, client_order_id: &str) -> Result<Vec<BlotterLine>, BooksError>;
    /// The fill that was typed in under this name, of whichever order.
    fn blotter_fill(&self, execution_id: &str) -> Result<Option<BlotterLine>, BooksError>;
    /// What was booked for a household; a fill that was corrected with what took it back.
    fn bookings(&self, household: HouseholdId) -> Result<Vec<Booking>, BooksError>;
    /// What was realised for a household, as it stands after every correction.
    fn gains(&self, household: HouseholdId) -> Result<Vec<Gain>, BooksError>;
    /// Losses of a household that do not count, and what replaces the shares.
    fn washes(&self, household: HouseholdId) -> Result<Vec<Washed>, BooksError>;
    /// A setting.
    fn setting(&self, scope: &str, name: &str) -> Result<Option<Setting>, BooksError>;
    /// The settings of a scope, by name.
    fn settings_of(&self, scope: &str) -> Result<Vec<Setting>, BooksError>;
    /// The settings of a name, by scope.
    fn settings_named(&self, name: &str) -> Result<Vec<Setting>, BooksError>;
    /// A setting, unless it still has this version.
    fn setting_unless(&self, scope: &str, name: &str, version: u64) -> Result<Option<Setting>, BooksError>;
    /// Events that nobody has dealt with.
    fn pending_events(&self) -> Result<u64, BooksError>;
    /// How many records the audit log holds.
    fn record_count(&self) -> Result<u64, BooksError>;
}

/// A person that is made if there is none of that name, so that `--as NAME` has an identity; the entry that makes it.
///
/// # Errors
/// [`BooksError`].
pub fn person_or_new(
    books: &dyn Books,
    name: &str,
    id: PersonId,
    at: Timestamp,
) -> Result<Person, BooksError> {
    if let Some(known) = books.reading().person(name)? {
        return Ok(known);
    }
    let person = Person { id, name: name.to_owned(), made_at: at };
    let entry = Entry::new(Record::of_person(&person)).with(Change::Person(person.clone()));
    match books.record(&entry) {
        Ok(_) => Ok(person),
        // Somebody else has just made it.
        Err(BooksError::Exists { what }) => books.reading().person(name)?.ok_or(BooksError::Exists { what }),
        Err(error) => Err(error),
    }
}
