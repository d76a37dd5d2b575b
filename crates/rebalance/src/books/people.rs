//! People: who owns, approves and changes.

use jiff::Timestamp;

use crate::id::PersonId;

/// A person. Until people sign in, `--as NAME` makes one; signing in will fill it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Its name in the books.
    pub id: PersonId,
    /// What it is called, unique.
    pub name: String,
    /// When it was made.
    pub made_at: Timestamp,
}
