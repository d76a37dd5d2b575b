//! Forbids a plan whose objective is higher than that of doing nothing, while doing nothing breaks
//! no rule.
//!
//! Source: model.md, row `math.not_improved`. Compared to a cent of V, and to 1e-9 (house decision): between
//! plans that close nobody is better off.

use portfolio::plan::Finding;
use rust_decimal::dec;

use super::{CENT, Case, HOUSEHOLD};
use crate::booked::Booked;
use crate::report::Terms;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "math.not_improved";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let Some((nothing, before)) = case.nothing else { return Vec::new() };
    let a_cent = case.plan.facts.weight(CENT).max(dec!(0.000000001));
    if case.terms.objective <= before.objective.saturating_add(a_cent) || !keeps_every_rule(nothing, before) {
        return Vec::new();
    }
    let detail = format!(
        "the objective is {} and {} without any trade; doing nothing is better",
        case.terms.objective.round_dp(9).normalize(),
        before.objective.round_dp(9).normalize()
    );
    vec![finding(CODE, HOUSEHOLD, detail)]
}

/// Whether doing nothing breaks no rule.
fn keeps_every_rule(nothing: &Booked<'_>, before: &Terms) -> bool {
    super::violations(&Case { plan: nothing, terms: before, nothing: None, moment: None }).is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn worse_than_nothing() {
        // Targets: 60 % US Stocks, 30 % Bonds, 10 % cash; held: 40 %, 30 %, 30 %.
        let f = Fixture::new();
        assert_eq!(f.run(check, &["BUY tax CCC 50"]), NONE);
        assert_eq!(f.run(check, &[]), NONE);
        assert_eq!(
            f.run(check, &["SELL ira BBB I1 100"]),
            ["math.not_improved household: the objective is 0.42 and 0.24 without any trade; \
              doing nothing is better"]
        );
    }

    #[test]
    fn worse_and_yet_needed() {
        let f = Fixture::new().wish("maintain_cash_balance_of_16000_usd");
        assert_eq!(f.run(check, &["SELL ira BBB I1 100"]), NONE);
    }
}
