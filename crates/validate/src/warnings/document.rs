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

    #[test]
    fn a_wish_that_comes_to_nothing_names_the_other() {
        let f = Fixture::new().wish("sell_lot_first_A1").wish("do_not_sell_ticker_AAA");
        assert_eq!(
            f.run(check, &[]),
            [
                "document.preference_void sell_lot_first_A1: it can't be followed beside `do_not_sell_ticker_AAA`, \
                 which rules it out: drop one of them"
            ]
        );
        let f = Fixture::new().wish("minimize_short_term_gains").wish("avoid_short_term_gains");
        assert_eq!(
            f.run(check, &[]),
            ["document.preference_void minimize_short_term_gains: it changes nothing beside \
                 `avoid_short_term_gains`, which asks for as much or more"]
        );
        let f = Fixture::new().wish("prefer_ticker_CCC").wish("avoid_asset_class_US_Stocks");
        assert!(f.run(check, &[])[0].starts_with("document.preference_void prefer_ticker_CCC: it can't"));
    }
}
