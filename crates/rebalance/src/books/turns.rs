//! Whose turn is it: leases, and claims of events.
//!
//! In: who asks, and the time. Out: a [`Lease`] or [`Claim`] with a number that grows with every holder (the fencing token).
//! Invariant: whoever's lease or claim was passed on can write nothing with it any more, however late it wakes up. Clocks of
//! several machines only decide when something is passed on, never whether it is done twice.

use jiff::Timestamp;

use super::failure::BooksError;
use crate::id::EventId;

/// An outgoing event: written with the step that it tells of, delivered later, at least once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Its name: whoever takes it in knows by it that it was taken in before.
    pub id: EventId,
    /// What it tells of, such as `recommendation.moved` or `notice.mail`.
    pub topic: String,
    /// Events of one key are delivered in their order.
    pub key: String,
    /// JSON.
    pub payload: String,
}

/// An event that somebody is dealing with until a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The event.
    pub event: Event,
    /// Grows with every claim of this event.
    pub token: u64,
    /// From then on somebody else may claim it.
    pub until: Timestamp,
    /// Claims so far, this one included.
    pub tries: u32,
}

/// That an event was taken in by a consumer: an entry with this is written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// Who takes it in.
    pub consumer: String,
    /// The event's name, ours or a stranger's.
    pub event: String,
}

/// A lease of something that only one may do at a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lease {
    /// Of what, such as `leader`.
    pub name: String,
    /// Whose.
    pub owner: String,
    /// Grows with every owner.
    pub token: u64,
    /// Until when.
    pub until: Timestamp,
}

impl Lease {
    /// What an entry written under this lease carries.
    #[must_use]
    pub fn fence(&self) -> Fence {
        Fence { name: self.name.clone(), token: self.token }
    }
}

/// An entry with this is written only while the lease has not been passed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fence {
    /// The lease.
    pub name: String,
    /// Its token.
    pub token: u64,
}

/// Leases and claims.
pub trait Turns: Send + Sync {
    /// Takes or renews a lease until a time; `None` while somebody else has it.
    ///
    /// # Errors
    /// [`BooksError`].
    fn lease(
        &self,
        name: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
    ) -> Result<Option<Lease>, BooksError>;

    /// Ends a lease early; that it was passed on already is no error.
    ///
    /// # Errors
    /// [`BooksError`].
    fn release(&self, lease: &Lease) -> Result<(), BooksError>;

    /// Claims up to `most` events of a topic that wait, oldest first, never a later one of a key before an earlier one.
    ///
    /// # Errors
    /// [`BooksError`].
    fn claim(
        &self,
        topic: &str,
        owner: &str,
        now: Timestamp,
        until: Timestamp,
        most: u32,
    ) -> Result<Vec<Claim>, BooksError>;

    /// Gives an event back, to be claimed again from a time on.
    ///
    /// # Errors
    /// [`BooksError::Fenced`] where the claim was passed on.
    fn put_back(&self, claim: &Claim, not_before: Timestamp, why: &str) -> Result<(), BooksError>;

    /// Deals with an event for good of which nothing follows; where something does, its entry has [`super::Change::Settled`].
    ///
    /// # Errors
    /// [`BooksError::Fenced`] where the claim was passed on.
    fn settle(&self, claim: &Claim, at: Timestamp) -> Result<(), BooksError>;

    /// Lays an event aside for a person to look at; later ones of its key go on.
    ///
    /// # Errors
    /// [`BooksError::Fenced`] where the claim was passed on.
    fn lay_aside(&self, claim: &Claim, at: Timestamp, why: &str) -> Result<(), BooksError>;
}
