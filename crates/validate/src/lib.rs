//! May this plan be shown to a person.
