//! Bookings: what changed in an account, what was realised by it, and which losses do not count now.

use jiff::civil::Date;
use portfolio::Decimal;
pub use tax::wash_sale::Treatment;

use crate::id::{HouseholdId, TransactionId};

/// A booked transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Booking {
    /// Its name.
    pub id: TransactionId,
    /// Whose.
    pub household: HouseholdId,
    /// Where.
    pub account_id: String,
    /// Trade date.
    pub date: Date,
    /// `BUY`, `SELL`, `REINVEST`, `DEPOSIT` and the like; `REVERSED_BUY` and `REVERSED_SELL` take back what a corrected fill booked.
    pub action: String,
    /// What, unless it is cash.
    pub ticker: Option<String>,
    /// Which lot.
    pub lot_id: Option<String>,
    /// Shares; 0 for cash.
    pub quantity: Decimal,
    /// USD per share; 0 for cash.
    pub price: Decimal,
    /// USD.
    pub fees: Decimal,
    /// USD into (positive) or out of the account.
    pub cash: Decimal,
    /// The fill that it books: (broker, execution id); a fill is booked once.
    pub fill: Option<(String, String)>,
}

/// A realised gain or loss.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gain {
    /// The sale.
    pub transaction: TransactionId,
    /// Which lot was sold.
    pub lot_id: String,
    /// Whose.
    pub household: HouseholdId,
    /// Day of purchase, where known.
    pub acquired: Option<Date>,
    /// Day of sale.
    pub sold: Date,
    /// Shares.
    pub quantity: Decimal,
    /// USD.
    pub proceeds: Decimal,
    /// USD.
    pub basis: Decimal,
    /// USD, negative for a loss, before the wash-sale part of it.
    pub gain: Decimal,
    /// Whether it is long-term.
    pub long_term: bool,
    /// Wash-sale part of a loss, USD, positive: 0 while the plan is at the broker, then what [`Washed`] adds up to.
    pub disallowed: Decimal,
}

/// A loss, or a part of one, that does not count now, and the shares that replace those sold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Washed {
    /// The sale.
    pub sale: TransactionId,
    /// The lot that it took shares of.
    pub lot_id: String,
    /// Whose.
    pub household: HouseholdId,
    /// The lot that replaces them, as it is held from then on; it replaces nothing else.
    pub replacement: String,
    /// Shares.
    pub shares: Decimal,
    /// USD, positive.
    pub disallowed: Decimal,
    /// Where the loss went.
    pub treatment: Treatment,
}
