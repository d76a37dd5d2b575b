//! Forbids trading more in a day than `max_daily_trade_volume_pct_N` of V.
//!
//! Source: model.md, row `turnover.limit`: all orders, and the BUYs and SELLs already on record for
//! `as_of`.

use portfolio::household::Action;
use portfolio::plan::Finding;

use super::{CENT, Case, HOUSEHOLD};
use crate::booked::sum;
use crate::wording::{finding, pct, usd};

/// Its name in every report.
pub(crate) const CODE: &str = "turnover.limit";

/// Every violation.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let p = case.plan.facts.portfolio;
    let Some(limit) = p.wishes.turnover_max.filter(|_| !case.plan.rows.is_empty()) else {
        return Vec::new();
    };
    let today = p.transactions.iter().filter(|t| t.date == p.as_of && t.action != Action::Reinvest);
    let today = sum(today.map(|t| t.quantity.saturating_mul(t.price)));
    let traded = case.plan.turnover().saturating_add(today);
    let most = limit.saturating_mul(case.plan.facts.value);
    if traded <= most.saturating_add(CENT) {
        return Vec::new();
    }
    let detail = format!(
        "{} is traded, {} of it earlier on the day, and {} is the most ({} of the portfolio)",
        usd(traded),
        usd(today),
        usd(most),
        pct(limit)
    );
    vec![finding(CODE, HOUSEHOLD, detail)]
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn the_plan_and_what_was_traded_today() {
        // V = 50,000 USD.
        let f = Fixture::new().wish("max_daily_trade_volume_pct_2");
        let plan = ["SELL tax AAA A1 5", "BUY tax CCC 25"];
        assert_eq!(f.run(check, &plan), NONE);
        let f = f.set(
            "/transactions",
            json!([{"date": "2026-11-20", "account_id": "tax", "ticker": "X", "action": "BUY", "quantity": 1, "price": 7},
                   {"date": "2026-11-19", "account_id": "tax", "ticker": "X", "action": "BUY", "quantity": 1, "price": 9}]),
        );
        assert_eq!(
            f.run(check, &plan),
            ["turnover.limit household: 1,007.00 USD is traded, 7.00 USD of it earlier on the day, and \
              1,000.00 USD is the most (2 % of the portfolio)"]
        );
        assert_eq!(f.run(check, &[]), NONE);
    }
}
