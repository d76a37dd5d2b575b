//! Forbids any short-term gain in a taxable account under `avoid_short_term_gains`.
//!
//! Source: model.md, row `tax.short_term_forbidden`.

use portfolio::plan::Finding;

use super::{CENT, Case};
use crate::wording::{finding, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "tax.short_term_forbidden";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    if !facts.portfolio.wishes.short_term_forbidden {
        return Vec::new();
    }
    let mut found = Vec::new();
    for sale in &case.plan.sales {
        if sale.gain > CENT && facts.lot_taxable(sale.lot) && !facts.long_term[sale.lot] {
            let when = match facts.portfolio.lots[sale.lot].acquired {
                Some(acquired) => format!("it is long-term from {}", tax::holding::long_term_from(acquired)),
                None => "its date is not known".to_owned(),
            };
            let detail = format!("a short-term gain of {}; {when}", usd(sale.gain));
            found.push(finding(CODE, facts.lot_name(sale.lot), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_short_term_gain() {
        let f = Fixture::new().wish("avoid_short_term_gains");
        assert_eq!(f.run(check, &["SELL tax AAA A1 5", "SELL tax AAA A3 5", "SELL ira BBB I1 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax AAA A2 5"]),
            ["tax.short_term_forbidden tax/AAA/A2: a short-term gain of 100.00 USD; \
              it is long-term from 2027-06-02"]
        );
    }
}
