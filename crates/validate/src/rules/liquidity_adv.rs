//! Forbids trading more of a ticker than a part of its average daily volume.
//!
//! Source: model.md, row `liquidity.adv` (56): both sides over the whole household, where a volume
//! is given.

use portfolio::plan::Finding;

use super::{CENT, Case};
use crate::booked::sum;
use crate::objective::held;
use crate::wording::{finding, pct, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "liquidity.adv";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let mut found = Vec::new();
    for (n, _) in held(case.plan) {
        let Some(volume) = p.securities[n].average_daily_volume_usd else { continue };
        let most = p.liquidity_fraction_of_adv.saturating_mul(volume);
        let of_it = case.plan.orders.iter().filter(|order| order.security == n);
        let traded = sum(of_it.map(|order| order.notional));
        if traded > most.saturating_add(CENT) {
            let part = pct(p.liquidity_fraction_of_adv);
            let detail = format!("{} is traded and {} is the most ({part} of a day)", usd(traded), usd(most));
            found.push(finding(CODE, p.securities[n].ticker.as_str(), detail));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn a_tenth_of_a_day() {
        let f = Fixture::new().set("/securities/2/average_daily_volume_usd", json!(10000));
        assert_eq!(f.run(check, &["BUY tax CCC 30", "BUY ira CCC 20"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax CCC 30", "BUY ira CCC 21"]),
            ["liquidity.adv CCC: 1,020.00 USD is traded and 1,000.00 USD is the most (10 % of a day)"]
        );
    }
}
