//! The API as somebody meets it who speaks HTTP: a real server on a real socket, over books in SQLite.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

mod answered;
mod approval;
mod changed;
mod client;
mod details;
mod document;
mod events;
mod guest;
mod harm;
mod house_rules;
mod household;
mod large;
mod lists;
mod model_portfolios;
mod once;
mod operation;
mod orders;
mod page;
mod people;
mod rooms;
mod sign_in;
mod sign_on;
mod tax_forms;
mod told;
mod walk;
