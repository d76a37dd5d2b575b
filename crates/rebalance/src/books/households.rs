//! Households: whose money it is, and what it asks of an approval.

use jiff::Timestamp;

use crate::id::{HouseholdId, PersonId};
use crate::life::Policy;

/// A household.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Household {
    /// Its name in the books.
    pub id: HouseholdId,
    /// What it is called, unique; `household_id` of its documents.
    pub name: String,
    /// Whose it is.
    pub owner: PersonId,
    /// What it asks of an approval.
    pub policy: Policy,
    /// Nothing is started while it is paused.
    pub paused: bool,
    /// Changes so far; a change is written only over the version that it was made from.
    pub version: u64,
    /// Version of its portfolio, 0 where it has none yet.
    pub portfolio_version: u64,
    /// When it was opened.
    pub opened_at: Timestamp,
}
