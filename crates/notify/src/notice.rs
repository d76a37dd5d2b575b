//! What is told: a line, a text, and facts for a program.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// What is told.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Notice {
    /// Its name, the same at every try and for every channel.
    pub id: String,
    /// What it is about, as a stable word such as `proposal.waiting`.
    pub kind: String,
    /// When that happened.
    pub at: Timestamp,
    /// One line for people.
    pub subject: String,
    /// The whole for people.
    pub text: String,
    /// The same for programs.
    pub facts: Value,
}
