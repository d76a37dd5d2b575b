//! A sale at a loss beside a purchase of what may be identical with it but is in another group: another
//! class of the fund or issuer, or a fund on the same index.
//!
//! Source: model.md, `Identical group`, which fixes that the document's groups alone bind a plan; the
//! table of `tax::identity`. Purchases and loss sales of
//! the last 30 days count as well as those of the plan.

use std::collections::BTreeSet;

use portfolio::Decimal;
use portfolio::household::Action;
use portfolio::plan::Finding;
use tax::identity::{Relation, relation};

use crate::facts::Facts;
use crate::facts::wash::in_window;
use crate::rules::Case;
use crate::rules::sold_at_a_loss;
use crate::wording::finding;

/// Its name in every report.
pub(crate) const CODE: &str = "wash_sale.same_index";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    let facts = case.plan.facts;
    let sold: BTreeSet<usize> =
        sold_at_a_loss(case.plan).map(|sale| facts.position_of(sale.lot).security).collect();
    let bought: BTreeSet<usize> = case.plan.purchases().map(|order| order.security).collect();
    let mut found = Vec::new();
    for security in sold {
        let others = bought.iter().map(|other| name(facts, *other)).chain(recent(facts, false));
        found.extend(tell(facts, security, others, "is sold at a loss", "bought"));
    }
    for security in bought {
        found.extend(tell(facts, security, recent(facts, true), "is bought", "sold at a loss"));
    }
    found.sort();
    found.dedup();
    found
}

/// One finding per other ticker on the index of `security`, where that is in another group.
fn tell<'b>(
    facts: &Facts<'_>,
    security: usize,
    others: impl Iterator<Item = &'b str>,
    done: &str,
    other_done: &str,
) -> Vec<Finding> {
    let this = &facts.portfolio.securities[security];
    let mut found = Vec::new();
    for other in others.filter(|other| *other != this.ticker) {
        let group = facts.security(other).map_or(other, |s| &facts.portfolio.securities[s].identical_group);
        if group == this.identical_group {
            continue;
        }
        let beside = format!("it {done} and {other} {other_done} within 30 days");
        let detail = match relation(&this.ticker, other) {
            Relation::Identical { ground, certainty } => format!(
                "{beside}; each is a {ground}, which counts as identical ({certainty}) and washes the loss: name one \
                 `identical_group` for both, as plans go by the groups of the document alone"
            ),
            Relation::SameIndex { index } => format!(
                "{beside}; both are funds on the {index}, and whether that is substantially identical is not settled: \
                 ask a tax adviser, or name one `identical_group` for both, as plans go by the groups of the document \
                 alone"
            ),
            Relation::Same | Relation::Different => continue,
        };
        found.push(finding(CODE, this.ticker.as_str(), detail));
    }
    found
}

/// Tickers on record in the window: sold at a loss, or bought.
fn recent<'b>(facts: &'b Facts<'_>, loss: bool) -> impl Iterator<Item = &'b str> {
    let p = facts.portfolio;
    let wanted = move |action: Action, gain: Option<Decimal>| match action {
        Action::Sell => loss && gain.is_some_and(|gain| gain < Decimal::ZERO),
        Action::Buy | Action::Reinvest => !loss,
    };
    p.transactions
        .iter()
        .filter(move |t| wanted(t.action, t.realised_gain) && in_window(p.as_of, t.date))
        .map(|t| t.ticker.as_str())
}

fn name<'b>(facts: &'b Facts<'_>, security: usize) -> &'b str {
    &facts.portfolio.securities[security].ticker
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    fn funds() -> Fixture {
        let rename = |f: Fixture, n: usize, h: &str, ticker: &str| {
            f.set(&format!("/securities/{n}/ticker"), json!(ticker)).set(h, json!(ticker))
        };
        rename(Fixture::new(), 0, "/accounts/0/holdings/0/ticker", "SPY")
            .set("/securities/2/ticker", json!("IVV"))
    }

    #[test]
    fn two_funds_on_one_index() {
        let f = funds();
        assert_eq!(f.run(check, &["SELL tax SPY A1 10", "BUY ira IVV 5"]), NONE);
        assert_eq!(
            f.run(check, &["SELL tax SPY A3 10", "BUY ira IVV 5"]),
            [
                "wash_sale.same_index SPY: it is sold at a loss and IVV bought within 30 days; both are funds on the \
                 S&P 500, and whether that is substantially identical is not settled: ask a tax adviser, or name one \
                 `identical_group` for both, as plans go by the groups of the document alone"
            ]
        );
        let grouped = f.set("/securities/2/identical_group", json!("SPY"));
        assert_eq!(grouped.run(check, &["SELL tax SPY A3 10", "BUY ira IVV 5"]), NONE);
    }

    #[test]
    fn classes_of_one_fund_or_issuer_are_told_as_what_they_are() {
        let pair = |sold: &str, bought: &str| {
            let f = Fixture::new().set("/securities/0/ticker", json!(sold));
            let f = f
                .set("/accounts/0/holdings/0/ticker", json!(sold))
                .set("/securities/2/ticker", json!(bought));
            let (sale, purchase) = (format!("SELL tax {sold} A3 10"), format!("BUY ira {bought} 5"));
            f.run(check, &[&sale, &purchase])
        };
        let fund = pair("VOO", "VFIAX");
        assert!(fund[0].contains("each is a share class of one fund, which counts as identical"), "{fund:?}");
        let issuer = pair("GOOG", "GOOGL");
        assert!(issuer[0].contains("each is a share class of one issuer"), "{issuer:?}");
        assert!(!issuer[0].contains("funds on"), "{issuer:?}");
        assert_eq!(pair("VOO", "VTI"), NONE);
    }

    #[test]
    fn what_was_done_before_counts() {
        let row = |action: &str, gain: i32| {
            json!([{"date": "2026-11-01", "account_id": "tax", "ticker": "VOO", "action": action, "quantity": 1,
                    "price": 90, "realized_gain": gain}])
        };
        let bought = funds().set("/transactions", row("BUY", 0));
        assert_eq!(bought.run(check, &["SELL tax SPY A3 10"]).len(), 1);
        let lost = funds().set("/transactions", row("SELL", -5));
        assert_eq!(lost.run(check, &["BUY ira IVV 5"]).len(), 1);
    }
}
