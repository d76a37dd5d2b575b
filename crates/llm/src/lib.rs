//! The gateway to generative models. It knows no finance.
//!
//! In: a [`Request`]: messages, a schema, limits. Out: a [`Reply`] whose [`Verdict`] says what became of it, with the record of
//! who answered and what it cost. Invariants: a key is never shown; an answer is checked here by the whole schema,
//! whatever a provider promises; every limit of the configuration holds.
//!
//! | question | file |
//! | --- | --- |
//! | what is asked, what comes back | `request.rs`, `verdict.rs`, `gateway/record.rs` |
//! | which model is asked, how often, for how long | `gateway.rs`, `gateway/attempts.rs`, `breaker.rs`, `backoff.rs` |
//! | what an answer has to look like | crate `reply_schema`, `json_text.rs` |
//! | who answers | `providers.rs`, `providers/`, one file each |
//! | what the model inside the program needs | `weights.rs`; the model itself is crate `embedded_model` |
//! | how it goes over the wire | `chat_completions.rs`, `messages_format.rs`, `exchange.rs`, `transport.rs`, `status.rs` |
//! | what it costs | `usage.rs`, `price.rs` with its table, `ledger.rs`, over restarts `ledger/file.rs` |
//! | what is configured | `configuration.rs`, `model_name.rs`; keys are those of crate `outward` |
//! | how other programs use it | `face.rs` |
//!
//! Calls block: the command line needs nothing else, and a server runs them on threads meant for that.

pub mod backoff;
pub mod breaker;
pub mod chat_completions;
pub mod clock;
pub mod configuration;
pub mod exchange;
#[cfg(feature = "face")]
pub mod face;
pub mod fault;
pub mod gateway;
pub mod json_text;
pub mod ledger;
pub mod messages_format;
pub mod model_name;
pub mod price;
pub mod providers;
pub mod request;
mod status;
pub mod transport;
pub mod usage;
mod usd;
pub mod verdict;
pub mod weights;

pub use configuration::Configuration;
pub use gateway::{AskError, Gateway, Reply};
pub use model_name::ModelName;
pub use reply_schema as schema;
pub use reply_schema::ReplySchema;
pub use request::{Message, Request};
pub use status::Said;
pub use verdict::Verdict;
