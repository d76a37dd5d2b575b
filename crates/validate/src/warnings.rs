//! What a person should know that breaks no rule.

use portfolio::plan::Finding;

use crate::rules::Case;

/// Every warning.
pub(crate) fn warnings(_case: &Case<'_>) -> Vec<Finding> {
    Vec::new()
}
