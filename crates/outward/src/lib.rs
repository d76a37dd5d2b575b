//! How does this program speak to others: HTTP and websockets over encrypted connections, with keys that nobody sees; knows no finance.
//!
//! In: an [`Address`], [`Limits`], [`Key`]s and a request. Out: an [`Answer`], a [`Stream`], a [`Line`], or a [`Fault`]. Invariants: what leaves this machine is
//! encrypted and goes to the address that was named, for no redirect is followed; nothing waits longer nor is larger than its
//! limits; nothing is sent twice; a key stands in no text of this crate.
//!
//! | file | what it answers |
//! | --- | --- |
//! | [`address`] | where: https, or http on this machine |
//! | [`key`] | a secret that is sent and never shown |
//! | [`trust`] | whose certificates are believed: those that this machine trusts |
//! | [`agent`] | one request and what came back |
//! | [`answer`] | status, headers and body |
//! | [`reason`] | why it is no success, in the words of whoever gave it |
//! | [`retry_after`] | when somebody wants to be asked again |
//! | [`line`](mod@line) | bytes to and fro, for what is neither HTTP nor a websocket |
//! | [`patience`] | how long nothing is asked after too many requests |
//! | [`stream`] | a conversation over a websocket |

pub mod address;
pub mod agent;
pub mod answer;
pub mod key;
pub mod line;
pub mod patience;
pub mod reason;
pub mod retry_after;
pub mod stream;
pub mod trust;

pub use address::{Address, AddressError};
pub use agent::{Agent, Fault, Limits, Request};
pub use answer::Answer;
pub use key::Key;
pub use line::Line;
pub use patience::Patience;
pub use reason::Reason;
pub use stream::Stream;
pub use trust::NoRoots;

/// As what the program makes itself known.
pub const NAME: &str = concat!("equipoise/", env!("CARGO_PKG_VERSION"));
