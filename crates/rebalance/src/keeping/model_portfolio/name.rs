//! What a model portfolio may be called.
//!
//! In: a name, and those that are there. Out: that it is one, or why not. Invariants: what a person takes for the name of one is not that of another;
//! books are never asked for what can be nobody's name.

use portfolio::seen::{is_invisible, likeness};

use super::super::failure::KeepingError;
use super::ModelPortfolio;

/// Longest name of a model portfolio, characters.
const NAME_CHARS_MAX: usize = 100;

/// Whether a model portfolio can be called that.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty()
        && name.trim() == name
        && name.chars().count() <= NAME_CHARS_MAX
        && !name.chars().any(|c| c.is_control() || is_invisible(c))
}

/// Fails where no model portfolio can be called that.
pub(super) fn must_be_one(name: &str) -> Result<(), KeepingError> {
    if is_name(name) {
        return Ok(());
    }
    Err(KeepingError::Named {
        detail: format!(
            "a model portfolio needs a name of 1 to {NAME_CHARS_MAX} characters that can be seen, without space around it"
        ),
    })
}

/// Fails where one is there that a person would take for it.
pub(super) fn must_differ(name: &str, known: &[ModelPortfolio]) -> Result<(), KeepingError> {
    let like = known.iter().find(|model| model.name != name && likeness(&model.name) == likeness(name));
    match like {
        None => Ok(()),
        Some(model) => Err(KeepingError::Named {
            detail: format!(
                "there is a model portfolio `{}` already, which looks the same; take another name",
                model.name
            ),
        }),
    }
}
