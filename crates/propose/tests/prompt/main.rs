//! Prompts and the answers to them, as the rest of the program and a model see them.

#![allow(clippy::unwrap_used)]

mod aliases;
mod bars;
mod choice;
mod facts;
mod injection;
mod mending;
mod sizes;
mod snapshots;
mod world;
