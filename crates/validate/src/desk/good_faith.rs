//! Selling what was bought today while proceeds of a sale of today have not settled: sell, buy,
//! sell on one day.
//!
//! Source: tax.md 4.7, SET-2 (under T+1 a good-faith violation needs all three on one day).

use portfolio::household::Action;
use portfolio::plan::Finding;

use crate::rules::Case;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "desk.good_faith";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let p = facts.portfolio;
    let mut found = Vec::new();
    for sale in &case.plan.sales {
        let account = &p.accounts[facts.position_of(sale.lot).account];
        let bought_today = p.lots[sale.lot].acquired == Some(p.as_of);
        let sold_today = p.transactions.iter().any(|t| {
            t.action == Action::Sell
                && t.date == p.as_of
                && t.account_id.as_deref().is_none_or(|name| name == account.account_id)
        });
        if account.settled_cash.is_some() && bought_today && sold_today {
            let detail = "bought today, perhaps with the proceeds of a sale of today, which settles a business \
                          day later; sell it after that";
            found.push(finding(CODE, facts.lot_name(sale.lot), detail));
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
    fn set_2_sell_buy_sell() {
        let sold_on = |day: &str| {
            Fixture::new()
                .set("/accounts/0/settled_cash", json!(0))
                .set("/accounts/0/holdings/1/lots/0/acquisition_date", json!(day))
                .set(
                    "/transactions",
                    json!([{"date": day, "account_id": "tax", "ticker": "X", "action": "SELL", "quantity": 1, "price": 9}]),
                )
        };
        assert_eq!(sold_on("2026-11-19").run(check, &["SELL tax BBB B1 5"]), NONE);
        assert_eq!(sold_on("2026-11-20").run(check, &["SELL tax AAA A1 5"]), NONE);
        assert_eq!(
            sold_on("2026-11-20").run(check, &["SELL tax BBB B1 5"]),
            [
                "desk.good_faith tax/BBB/B1: bought today, perhaps with the proceeds of a sale of today, which \
              settles a business day later; sell it after that"
            ]
        );
    }
}
