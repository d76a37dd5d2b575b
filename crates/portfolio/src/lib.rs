//! What is held and wanted: the documents that people and programs hand in, read strictly and
//! kept exactly, and the plan documents that come out.
//!
//! In: JSON text. Out: a [`Portfolio`] whose every name, number and date has been checked, or
//! every fault found, each with its path. Money and quantities are decimals from the first byte
//! to the last; no binary float is ever in between.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`document`] | is this text a portfolio document, and if not, where is it wrong |
//! | [`household`] | who holds what: accounts, positions, lots, securities |
//! | [`preference`] | what does the investor wish: the tokens and what they set |
//! | [`plan`] | the trades, their figures and their hash |
//! | [`exchange`] | when does the US stock market trade |
//! | [`schedule`] | when may a household trade |
//! | [`money`] | how decimals are read, rounded and bounded |
//! | [`spreadsheet`] | how is a text a cell that no spreadsheet takes for a formula |
//! | [`nearest`] | which known name was probably meant |
//! | [`measures`] | the risk, drift, cost and tax figures (3)–(47) |

pub mod document;
pub mod exchange;
pub mod household;
pub mod measures;
pub mod money;
pub mod nearest;
pub mod plan;
pub mod preference;
pub mod schedule;
pub mod seen;
pub mod spreadsheet;

pub use document::{DocumentError, Fault, read};
pub use household::{
    Account, AccountKind, Class, DriftMetric, Lambdas, Lot, Portfolio, Position, Rating, Security,
    SecurityKind, Side, Transaction,
};
pub use plan::{Plan, Trade};
pub use preference::{Token, Wishes};
pub use rust_decimal::Decimal;
