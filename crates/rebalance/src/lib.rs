//! One cycle of a rebalance, in flow order: drift, proposal, validation, explanation, document.
//!
//! In: the text of a portfolio document and, perhaps, somebody who asks a model. Out: a [`Cycle`]: what was read, how far
//! it has drifted, the plan document and what the validator says of it. All in memory: no clock, no file, and no network
//! but through [`Ask`].
//!
//! | module | what it answers |
//! | --- | --- |
//! | [`cycle`](mod@cycle) | the flow itself, with the loop that asks a model again; read this first |
//! | [`attempt`], [`asked`] | what a model was asked, and what came of it |
//! | `by_model`, `by_choice` | a plan whose trades a model wrote; a plan that a model chose |
//! | [`by_person`](mod@by_person), [`alternatives`](mod@alternatives) | a plan that a person chose or changed; the plans to choose among |
//! | [`costs`] | what orders have cost, beside what their plans expected |
//! | [`tax_year`](mod@tax_year) | what was realised in a year, as the tax forms take it |
//! | [`household_rates`] | which tax rates count |
//! | [`instructions`](mod@instructions) | what the document's own words would ask for, shown and not applied |
//! | [`necessity`] | a wish "unless necessary": kept if it can be, lifted if it must be |
//! | [`rationale`] | the words of a plan |
//! | [`plan_document`] | the document that comes out |
//! | [`life`] | the states of a recommendation, its approval, what may follow what |
//! | [`keeping`] | how a household is kept: each tick and each step on record, one path for start and recovery |
//! | [`notices`] | who has to hear of a move, until each channel has taken it |
//! | [`stage`] | the stages of a cycle, for who times them |
//! | [`books`] | how every step is written with its record and its event, and read again |
//! | [`id`] | names of what is in the books |
//!
//! Invariant: a plan that the validator refuses never leaves [`cycle()`] as a plan.

pub mod alternatives;
pub mod asked;
pub mod attempt;
pub mod books;
mod by_choice;
mod by_model;
pub mod by_person;
pub mod costs;
pub mod cycle;
pub mod household_rates;
pub mod id;
pub mod instructions;
pub mod keeping;
pub mod life;
pub mod necessity;
pub mod notices;
pub mod plan_document;
pub mod rationale;
pub mod stage;
pub mod tax_year;

pub use explain::Depth;

pub use asked::{AgainstBest, Asked, Part};
pub use attempt::{Ask, Attempt, Planner};
pub use by_choice::Chosen;
pub use cycle::{ATTEMPTS_MAX, Cycle, CycleError, Options, Verdict, cycle};
