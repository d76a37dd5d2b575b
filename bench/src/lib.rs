//! Portfolio documents of any size, for benchmarks and for whoever judges plans.
//!
//! Answers: what does a portfolio look like that presses on this part of the optimiser? In: the name of a
//! family, a seed, a [`Size`]. Out: a portfolio document. The families that have public cases resemble them
//! in classes, prices, lots, gains and preferences; the others press on what no case presses on.
//!
//! Invariant: the same name, seed and size give the same bytes, on every machine; no two figures of a
//! document need to make sense together, but every document is one that `portfolio::read` accepts.

mod chance;
mod clock;
mod draft;
pub mod families;
mod funds;
mod lots;
mod risk;
pub mod soundness;
mod stocks;
mod tick;
mod wishes;

pub use clock::cpu_time;
pub use families::{Family, Size};
pub use tick::after_a_tick;
