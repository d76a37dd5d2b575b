//! Settings: a text by scope and name.

use jiff::Timestamp;

/// A setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Setting {
    /// What it is about, such as `server` or a household.
    pub scope: String,
    /// Its name.
    pub name: String,
    /// Its value. Secrets don't belong here.
    pub value: String,
    /// Changes so far, this one included: 1 for a new one.
    pub version: u64,
    /// When it was set.
    pub at: Timestamp,
}
