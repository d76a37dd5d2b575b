//! An approved plan at a broker: what is sent, what comes back, and whether both sides hold the same.
//!
//! In: a [`Ticket`] per row of an approved plan. Out: what the broker [`Told`] of it: whether it stands, and every execution under
//! the broker's own name for it. One file per broker in [`brokers`], behind one trait, [`Broker`].
//!
//! | file | what it answers |
//! | --- | --- |
//! | [`broker`] | what every broker is asked and keeps |
//! | [`brokers`] | paper, a person (`manual`), Alpaca, any broker over FIX |
//! | [`limit`](mod@limit) | the limit of an order around the price that was decided on |
//! | [`reconcile`](mod@reconcile) | do broker and books hold the same, to the share and the cent |
//! | [`faulty`] | a broker whose calls go wrong, to test what that leaves |
//!
//! Invariants: a ticket is known by its name, so that one that is sent twice is executed once; nothing here decides what
//! is traded, writes a record, or can reach a model.

pub mod broker;
pub mod brokers;
pub mod faulty;
pub mod limit;
pub mod reconcile;

pub use broker::{
    Abilities, Allocation, Broker, BrokerError, Execution, Holdings, LotChoice, Position, Standing, Ticket,
    Told, Wake,
};
pub use faulty::{Fault, Faulty};
pub use reconcile::{Difference, reconcile};
