//! Drift history: how far a household was off, and whether that mattered.

use jiff::Timestamp;
use portfolio::Decimal;

use crate::id::{HouseholdId, PortfolioId};

/// The drift of a household at one moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DriftPoint {
    /// Whose.
    pub household: HouseholdId,
    /// Of which version of its portfolio.
    pub portfolio: PortfolioId,
    /// When.
    pub at: Timestamp,
    /// Sum of the absolute deviations of the class weights (18).
    pub absolute: Decimal,
    /// Largest of them.
    pub largest: Decimal,
    /// Classes outside their bands.
    pub breaches: u32,
    /// Whether a cycle was called for.
    pub act: bool,
    /// Why, or why not, in words.
    pub why: String,
}
