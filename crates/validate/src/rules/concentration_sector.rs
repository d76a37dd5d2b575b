//! Forbids more of one sector than its cap.
//!
//! Source: model.md, row `concentration.sector`; a sector's own cap wins over the one of all
//! sectors.

use std::collections::BTreeMap;

use portfolio::Decimal;
use portfolio::plan::Finding;

use super::{Case, WEIGHT};
use crate::objective::held;
use crate::wording::{finding, pct, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "concentration.sector";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    if p.wishes.sector_cap.is_none() && p.wishes.sector_caps.is_empty() {
        return Vec::new();
    }
    let mut sectors: BTreeMap<&str, Decimal> = BTreeMap::new();
    for (n, value) in held(case.plan) {
        if let Some(sector) = p.securities[n].sector.as_deref().filter(|name| !name.is_empty()) {
            let sum = sectors.entry(sector).or_default();
            *sum = sum.saturating_add(value);
        }
    }
    let mut found = Vec::new();
    for (sector, value) in sectors {
        let Some(cap) = p.wishes.sector_caps.get(sector).copied().or(p.wishes.sector_cap) else { continue };
        let weight = case.plan.facts.weight(value);
        if weight > cap + WEIGHT {
            let over = usd(value.saturating_sub(cap.saturating_mul(case.plan.facts.value)));
            found.push(finding(CODE, sector, format!("{} is above {}, by {over}", pct(weight), pct(cap))));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_sector_and_one_of_its_own() {
        // V = 50,000 USD, of which AAA, the one of its sector, is 20,000.
        let f = Fixture::new().wish("max_sector_exposure_pct_40");
        assert_eq!(f.run(check, &[]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 5"]),
            ["concentration.sector Information Technology: 41 % is above 40 %, by 500.00 USD"]
        );
        let own = f.wish("max_sector_exposure_pct_41_in_Information_Technology");
        assert_eq!(own.run(check, &["BUY tax AAA 5"]), NONE);
    }
}
