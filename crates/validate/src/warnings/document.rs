//! Repeats what was noticed while the document was read, such as a kind that had to be assumed, so
//! that one list shows everything.
//!
//! Source: model.md, row `concentration.security` (a missing kind) and the codes `document.*` of
//! the reader.

use portfolio::plan::Finding;

use crate::rules::Case;
use crate::wording::finding;

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let warnings = &case.plan.facts.portfolio.warnings;
    warnings.iter().map(|w| finding(w.code, w.place.as_str(), w.detail.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_kind_that_was_assumed() {
        assert_eq!(Fixture::new().run(check, &[]), NONE);
        let f = Fixture::new().set("/securities/0/kind", json!(null));
        assert_eq!(f.run(check, &[]), ["document.kind_assumed AAA: no kind is given; it counts as a stock"]);
    }
}
