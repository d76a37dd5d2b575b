//! What is a broker: the trait that each one implements, and what goes to and fro.
//!
//! In: a [`Ticket`]. Out: [`Told`]. Invariant: what [`Broker`] states of names; a conformance test can hold every broker to it.

use jiff::Timestamp;
use portfolio::{Decimal, Side};

/// An order as it is sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    /// Its name with us and the broker, the same however often it is sent.
    pub client_order_id: String,
    /// Where.
    pub account_id: String,
    /// What.
    pub ticker: String,
    /// Which way.
    pub side: Side,
    /// Which lot of a sale.
    pub lot_id: Option<String>,
    /// Shares.
    pub quantity: Decimal,
    /// When it was written down, before it was sent for the first time.
    pub at: Timestamp,
}

/// Where an order stands at the broker.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// The broker has it, and more may be filled.
    Open,
    /// All of it is filled.
    Filled,
    /// The broker does not take it.
    Refused {
        /// In the broker's words.
        why: String,
    },
    /// It ended before all of it was filled.
    Cancelled {
        /// In the broker's words.
        why: String,
    },
}

/// A part of an order that was executed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Execution {
    /// The broker's name for it: told twice it is one.
    pub execution_id: String,
    /// Shares.
    pub quantity: Decimal,
    /// USD per share.
    pub price: Decimal,
    /// USD.
    pub fees: Decimal,
    /// When.
    pub at: Timestamp,
}

/// What a broker told of an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// The broker's name for the order.
    pub broker_order_id: String,
    /// Where it stands.
    pub standing: Standing,
    /// Every execution so far, in order.
    pub executions: Vec<Execution>,
}

/// Why a broker told nothing. Whether the order arrived is not known; it can be sent again under its name.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BrokerError {
    /// It can't be reached.
    #[error("the broker `{broker}` can't be reached: {detail}; the order is sent again under the same name")]
    Unreachable {
        /// Which.
        broker: String,
        /// What happened.
        detail: String,
    },
    /// There is no price to fill at.
    #[error("the broker `{broker}` has no price of `{ticker}`; the order waits for one")]
    NoPrice {
        /// Which.
        broker: String,
        /// Of what.
        ticker: String,
    },
}

/// A broker.
///
/// # What every broker keeps
/// - **A name is one order.** [`Broker::place`] with a name that it knows executes nothing again and tells how the order stands.
/// - **An execution has a name** that never changes, and an order's executions never sum to more than its quantity.
/// - **An end is an end.** Once an order is filled, refused or cancelled, nothing more is executed of it.
pub trait Broker: Sync {
    /// Its name, as it stands in the books.
    fn name(&self) -> &str;

    /// Sends an order, or asks after one that was sent.
    ///
    /// # Errors
    /// [`BrokerError`]; the call can be made again.
    fn place(&self, ticket: &Ticket) -> Result<Told, BrokerError>;
}
