//! What holding the books against a broker has found, between the server, the program around it and the log.
//!
//! In: what the program around the server compares. Out: every difference, as it is told and as it stands on record. Invariant: what is read
//! back of the log is what was told.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the records of it are about, and their kind.
pub const RECONCILIATION: &str = "reconciliation";

/// A household, held against what its broker holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reconciled {
    /// Name of the household.
    pub household: String,
    /// Whose word the books were held against.
    pub against: String,
    /// Whether both hold the same.
    pub agrees: bool,
    /// Orders of which more may come: what they do is no difference.
    pub open_orders: usize,
    /// Account by account.
    pub accounts: Vec<ReconciledAccount>,
    /// When.
    #[schema(value_type = Option<String>, format = DateTime)]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<Timestamp>,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReconciledAccount {
    /// Which.
    pub account_id: String,
    /// The broker has it.
    pub at_broker: bool,
    /// The books have it.
    pub in_books: bool,
    /// Whether both hold the same.
    pub agrees: bool,
    /// Where they do not.
    pub differences: Vec<HeldOtherwise>,
}

/// A difference. Figures are decimals in text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct HeldOtherwise {
    /// `cash`, `shares` or `basis`.
    pub what: String,
    /// Of which security; absent for cash.
    pub ticker: Option<String>,
    /// What the broker has: USD, or shares.
    pub broker: String,
    /// What the books have.
    pub books: String,
    /// The broker's less that of the books.
    pub difference: String,
    /// In words.
    pub words: String,
    /// For a difference in basis: more tax by the broker's basis if everything were sold, USD.
    pub more_tax_usd: Option<MoreTax>,
}

/// More tax by the broker's basis than by ours; negative is less.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MoreTax {
    /// If the gain is long-term.
    pub long_term: String,
    /// If it is short-term.
    pub short_term: String,
}
