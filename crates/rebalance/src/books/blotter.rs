//! The blotter: what people type in of orders that they execute themselves, line by line, in the order in which they did.
//!
//! Invariant: a line is never changed; its number follows the one before, so that of two who type at once into one order one has
//! to look again.

use jiff::Timestamp;
use portfolio::Decimal;

use crate::id::PersonId;

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlotterLine {
    /// Of which order.
    pub client_order_id: String,
    /// Its place among the lines of the order, from 1.
    pub number: u32,
    /// What was typed in.
    pub typed: Typed,
    /// Who typed it in.
    pub person: PersonId,
    /// When.
    pub at: Timestamp,
}

/// What was typed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Typed {
    /// A fill.
    Fill {
        /// Its name: typed in twice it is one.
        execution_id: String,
        /// Shares.
        quantity: Decimal,
        /// USD per share.
        price: Decimal,
        /// USD.
        fees: Decimal,
        /// When it was executed.
        at: Timestamp,
    },
    /// Nothing more comes of the order, and why.
    Ended(String),
}
