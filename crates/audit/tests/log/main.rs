//! The log as a store would use it: written, attacked in every way, proven, exported, and checked by others.
//!
//! In: logs made from seeds, tampered with at random thousands of times. The invariants: every attack is found, the first bad
//! record is named as closely as the facts allow, and what can't be known is said to be unknown.

#![allow(clippy::unwrap_used, reason = "a test stops where something is missing")]

mod attacks;
mod exports;
mod forgeries;
mod other_tools;
mod page;
mod sample;
mod texts;
mod trees;
