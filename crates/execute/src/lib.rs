//! An approved plan at a broker: what is sent, and what comes back.
//!
//! In: a [`Ticket`] per row of an approved plan. Out: what the broker [`Told`] of it: whether it stands, and every execution under
//! the broker's own name for it. One file per broker in [`brokers`], behind one trait, [`Broker`].
//!
//! Invariants: a ticket is known by its name, so that one that is sent twice is executed once; nothing here decides what
//! is traded, writes a record, or can reach a model.

pub mod broker;
pub mod brokers;

pub use broker::{Broker, BrokerError, Execution, Standing, Ticket, Told};
