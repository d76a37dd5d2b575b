//! What an order desk would hold back.

use portfolio::plan::Finding;

use crate::rules::Case;

/// Every warning of the desk.
pub(crate) fn warnings(_case: &Case<'_>) -> Vec<Finding> {
    Vec::new()
}

/// Whether an order desk refuses.
#[must_use]
pub fn refuses(code: &str) -> bool {
    code.is_empty()
}
