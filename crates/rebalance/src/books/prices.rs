//! Prices: what was known, from whom, and when.

use jiff::Timestamp;
use portfolio::Decimal;

/// A price as it was received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PricePoint {
    /// Of what.
    pub ticker: String,
    /// USD per share.
    pub price: Decimal,
    /// From whom.
    pub source: String,
    /// When it held.
    pub as_of: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
}
