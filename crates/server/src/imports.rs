//! What an import is asked and what it finds, between the server and the program around it.
//!
//! In: files as somebody sends them. Out: a portfolio document and everything that a person has to know or say first. Invariant: nothing is
//! kept; no row is left out without being told.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Files of one format, and what a person says beside them.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ImportAsked {
    /// Whose files: `csv` (the lot table of our own), `schwab` (positions and lot details), `ibkr_flex` (Interactive Brokers' Flex query as
    /// XML).
    pub format: String,
    /// The files.
    #[schema(min_items = 1, max_items = 50)]
    pub files: Vec<FileAsked>,
    /// The household's document: accounts that are imported are replaced in it, everything else stays.
    #[serde(default)]
    pub into: Option<String>,
    /// Targets and wishes: a fragment or another portfolio document, of which everything but what is held counts.
    #[serde(default)]
    pub targets: Option<String>,
    /// What the files don't say of accounts.
    #[serde(default)]
    pub accounts: Vec<AccountAsked>,
    /// The asset class of tickers.
    #[serde(default)]
    pub classes: BTreeMap<String, String>,
    /// Name of the household.
    #[serde(default)]
    pub household: Option<String>,
    /// Day of the document, `YYYY-MM-DD`; the latest that the files tell of where nothing is said.
    #[serde(default)]
    pub as_of: Option<String>,
    /// Go on where positions and lots disagree: the lots count.
    #[serde(default)]
    pub accept_differences: bool,
    /// Go on without what a document can't say, such as options.
    #[serde(default)]
    pub skip_unsupported: bool,
    /// Put cash below 0, such as after fees or of a margin debt, into the document as it is.
    #[serde(default)]
    pub accept_overdraft: bool,
}

/// A file.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct FileAsked {
    /// Its name, for messages.
    pub name: String,
    /// What is in it.
    pub text: String,
}

/// What a person says of an account.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountAsked {
    /// The end of its number (3 characters or more), or its whole id.
    pub account: String,
    /// What it is to be called.
    #[serde(default)]
    pub account_id: Option<String>,
    /// How it is taxed: `taxable`, `traditional`, `roth`.
    #[serde(default)]
    pub kind: Option<String>,
    /// Whose it is.
    #[serde(default)]
    pub owner: Option<String>,
}

/// What an import has found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, ToSchema)]
pub struct Imported {
    /// The portfolio document; absent where something stands against it.
    pub document: Option<String>,
    /// Its day.
    pub as_of: Option<String>,
    /// What is wrong with the files, or with the document that would come of them.
    pub faults: Vec<FaultFound>,
    /// What is held and a document can't say; it stands against the document until it is skipped.
    pub unsupported: Vec<String>,
    /// Where the files disagree; it stands against the document until it is accepted.
    pub differences: Vec<DifferenceFound>,
    /// What somebody should say or look at.
    pub missing: Vec<MissingFound>,
    /// What else is worth knowing.
    pub notes: Vec<String>,
    /// Lots in the document.
    pub lots: u32,
    /// Accounts in the document.
    pub accounts: Vec<String>,
}

/// A fault.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct FaultFound {
    /// The file.
    pub file: String,
    /// Row or line, from 1; absent for the whole file.
    pub row: Option<u64>,
    /// The column.
    pub column: Option<String>,
    /// What is wrong, and what to do.
    pub message: String,
}

/// Two statements that disagree.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct DifferenceFound {
    /// The account, masked.
    pub account: String,
    /// The security; absent for the whole account.
    pub ticker: Option<String>,
    /// What was compared.
    pub compared: String,
    /// What the positions say, a decimal in text.
    pub stated: String,
    /// What the lots make, a decimal in text.
    pub found: String,
}

/// Something that nobody has said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct MissingFound {
    /// `class` (of a ticker), `account_kind`, `cash` (of an account), `targets`.
    pub code: String,
    /// Of what: a ticker or an account; empty for the whole.
    pub of: String,
    /// In words, with what counts until somebody says it.
    pub words: String,
}
