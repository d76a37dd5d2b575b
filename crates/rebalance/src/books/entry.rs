//! One step as it is written: its changes, its records for the audit log, its outgoing events.
//!
//! In: the parts. Out: a value that is written as a whole or not at all ([`super::Books::record`]). Invariant: there is no
//! entry without a record, and no move of a recommendation without its record and its event.

use serde_json::json;

use super::access::AccessChange;
use super::blotter::BlotterLine;
use super::bookings::{Booking, Gain, Washed};
use super::cycles::{Closing, OpenedCycle};
use super::drift::DriftPoint;
use super::households::Household;
use super::orders::{Fill, Order};
use super::people::Person;
use super::portfolios::Imported;
use super::prices::PricePoint;
use super::proposals::Attempt;
use super::records::{Record, move_facts};
use super::settings::Setting;
use super::turns::{Claim, Event, Fence, Seen};
use crate::id::{CycleId, EventId};
use crate::life::{Moved, Recommendation};

/// The topic of events that tell of a move.
pub const MOVED: &str = "recommendation.moved";

/// In such an event, the word for a cycle that was given up, where a state stands for a move.
pub const GIVEN_UP: &str = "Given_Up";

/// One change.
#[derive(Debug, Clone)]
pub enum Change {
    /// A new person.
    Person(Person),
    /// A household: new where its version is 0, else changed from this version on.
    Household(Household),
    /// The next version of a portfolio.
    Portfolio(Box<Imported>),
    /// A price.
    Price(PricePoint),
    /// A look at the drift.
    Drift(DriftPoint),
    /// A cycle begins.
    CycleOpened(OpenedCycle),
    /// A cycle ends.
    CycleClosed(CycleId, Closing),
    /// A recommendation begins.
    Begun(Recommendation),
    /// A recommendation has moved: made by [`Entry::moved`] only.
    #[non_exhaustive]
    Moved {
        /// The move.
        moved: Box<Moved>,
    },
    /// A plan was proposed.
    Attempt(Attempt),
    /// An order: new where its version is 0, else changed from this version on (its state, how it is sent, the broker's name for it).
    Order(Order),
    /// A fill.
    Fill(Fill),
    /// A line that a person typed in.
    Blotter(BlotterLine),
    /// A booking.
    Booking(Booking),
    /// A realised gain.
    Gain(Gain),
    /// A loss that does not count, of a gain that is booked.
    Washed(Washed),
    /// A setting, over the version before its own.
    Setting(Setting),
    /// Who may come in.
    Access(Box<AccessChange>),
    /// A claimed event was dealt with.
    Settled(Claim),
}

/// One step as it is written.
#[derive(Debug, Clone)]
pub struct Entry {
    changes: Vec<Change>,
    records: Vec<Record>,
    events: Vec<Event>,
    seen: Option<Seen>,
    fence: Option<Fence>,
}

impl Entry {
    /// An entry with its first record.
    #[must_use]
    pub fn new(record: Record) -> Entry {
        Entry { changes: Vec::new(), records: vec![record], events: Vec::new(), seen: None, fence: None }
    }

    /// A move of a recommendation, with its record and its event.
    #[must_use]
    pub fn moved(moved: Moved, actor: &str, event: EventId) -> Entry {
        let record = Record::of_move(&moved, actor);
        Entry::told(moved, record, event)
    }

    /// The same by a person, whose name is on record with it.
    #[must_use]
    pub fn moved_by(moved: Moved, person: &Person, through: Option<&str>, event: EventId) -> Entry {
        let record = Record::of_move_by(&moved, person, through);
        Entry::told(moved, record, event)
    }

    fn told(moved: Moved, record: Record, event: EventId) -> Entry {
        let told = Event {
            id: event,
            topic: MOVED.to_owned(),
            key: moved.after().kept().household.to_string(),
            payload: move_facts(&moved).to_string(),
        };
        Entry::new(record).with(Change::Moved { moved: Box::new(moved) }).telling(told)
    }

    /// The start of a cycle and of its recommendation.
    #[must_use]
    pub fn started(cycle: OpenedCycle, recommendation: Recommendation, actor: &str) -> Entry {
        let body = json!({
            "cycle": cycle.id.to_string(),
            "recommendation": recommendation.id().to_string(),
            "portfolio": cycle.portfolio.to_string(),
            "trigger": cycle.trigger,
        });
        let record = Record::new("cycle_started", cycle.household, actor, cycle.at, body.to_string());
        let record = record.about(&recommendation.id());
        Entry::new(record).with(Change::CycleOpened(cycle)).with(Change::Begun(recommendation))
    }

    /// With one more change.
    #[must_use]
    pub fn with(mut self, change: Change) -> Entry {
        self.changes.push(change);
        self
    }

    /// With one more record.
    #[must_use]
    pub fn recording(mut self, record: Record) -> Entry {
        self.records.push(record);
        self
    }

    /// With everything of another entry behind its own; what that one answers and is written under is left out.
    #[must_use]
    pub fn and(mut self, other: Entry) -> Entry {
        self.changes.extend(other.changes);
        self.records.extend(other.records);
        self.events.extend(other.events);
        self
    }

    /// With one more event.
    #[must_use]
    pub fn telling(mut self, event: Event) -> Entry {
        self.events.push(event);
        self
    }

    /// Written once per event taken in.
    #[must_use]
    pub fn taking_in(mut self, seen: Seen) -> Entry {
        self.seen = Some(seen);
        self
    }

    /// Written only while this lease is held.
    #[must_use]
    pub fn under(mut self, fence: Fence) -> Entry {
        self.fence = Some(fence);
        self
    }

    /// Its changes, in their order.
    #[must_use]
    pub fn changes(&self) -> &[Change] {
        &self.changes
    }

    /// Its records, in their order; at least one.
    #[must_use]
    pub fn records(&self) -> &[Record] {
        &self.records
    }

    /// Its events, in their order.
    #[must_use]
    pub fn events(&self) -> &[Event] {
        &self.events
    }

    /// The event that it answers.
    #[must_use]
    pub fn seen(&self) -> Option<&Seen> {
        self.seen.as_ref()
    }

    /// The lease that it is written under.
    #[must_use]
    pub fn fence(&self) -> Option<&Fence> {
        self.fence.as_ref()
    }

    /// The time of its first record.
    #[must_use]
    pub fn at(&self) -> jiff::Timestamp {
        self.records.first().map_or(jiff::Timestamp::UNIX_EPOCH, |record| record.at)
    }
}
