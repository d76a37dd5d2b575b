//! What happens at Alpaca.
#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]
mod schemas;
mod server;
