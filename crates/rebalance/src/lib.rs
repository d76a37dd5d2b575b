//! One cycle of a rebalance, in flow order: drift, proposal, validation, explanation, document.
//!
//! In: the text of a portfolio document. Out: a [`Cycle`]: what was read, how far it has drifted, the
//! plan document and what the validator says of it. All in memory: no clock, no file, no network.
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`cycle`](mod@cycle) | the flow itself; read this first |
//! | [`household_rates`] | which tax rates count |
//! | [`instructions`](mod@instructions) | what the document's own words would ask for, shown and not applied |
//! | [`necessity`] | a wish "unless necessary": kept if it can be, lifted if it must be |
//! | [`rationale`] | the words of a plan |
//! | [`plan_document`] | the document that comes out |
//! | [`life`] | the states of a recommendation, its approval, what may follow what |
//! | [`books`] | how every step is written with its record and its event, and read again |
//! | [`id`] | names of what is in the books |
//!
//! Invariant: a plan that the validator refuses never leaves [`cycle()`] as a plan.

pub mod books;
pub mod cycle;
pub mod household_rates;
pub mod id;
pub mod instructions;
pub mod life;
pub mod necessity;
pub mod plan_document;
pub mod rationale;

pub use explain::Depth;

pub use cycle::{Cycle, CycleError, Options, Verdict, cycle};
