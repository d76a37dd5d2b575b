//! The blotter: what people type in of orders that they execute themselves, line by line, in the order in which they did.
//!
//! Invariants: a line is never changed: a fill that was wrong stays, and a later line says what is right; a fill is corrected once, and then what
//! stands in its place; a line's number follows the one before, so that of two who type at once into one order one has to look again.

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
    /// A fill was wrong: this one stands in its place.
    Corrected {
        /// The name of the fill that was wrong.
        corrects: String,
        /// Its own name.
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
    /// A fill was wrong: nothing stands in its place.
    Cancelled {
        /// The name of the fill that was wrong.
        corrects: String,
        /// Why.
        why: String,
    },
}

/// A fill as it was typed in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedFill {
    /// Its name.
    pub execution_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD.
    pub fees: Decimal,
    /// When it was executed.
    pub at: Timestamp,
}

impl Typed {
    /// The fill of a line, where it tells one.
    #[must_use]
    pub fn fill(&self) -> Option<TypedFill> {
        match self.clone() {
            Typed::Fill { execution_id, quantity, price, fees, at }
            | Typed::Corrected { execution_id, quantity, price, fees, at, .. } => {
                Some(TypedFill { execution_id, quantity, price, fees, at })
            }
            Typed::Ended(_) | Typed::Cancelled { .. } => None,
        }
    }

    /// The name of the fill that was wrong, of a line that says so.
    #[must_use]
    pub fn corrects(&self) -> Option<&str> {
        match self {
            Typed::Corrected { corrects, .. } | Typed::Cancelled { corrects, .. } => Some(corrects),
            Typed::Fill { .. } | Typed::Ended(_) => None,
        }
    }
}

/// The fills that stand after every correction, each where the first of it was typed in.
#[must_use]
pub fn standing(lines: &[BlotterLine]) -> Vec<TypedFill> {
    let mut fills: Vec<TypedFill> = Vec::new();
    for line in lines {
        let place =
            line.typed.corrects().and_then(|name| fills.iter().position(|it| it.execution_id == name));
        match (place, line.typed.fill()) {
            (Some(place), Some(right)) => fills[place] = right,
            (Some(place), None) => drop(fills.remove(place)),
            (None, Some(fill)) => fills.push(fill),
            (None, None) => {}
        }
    }
    fills
}
