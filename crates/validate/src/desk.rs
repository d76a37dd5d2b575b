//! What an order desk would hold back: one file per check, one line of [`TABLE`] each.
//!
//! In: a plan, booked. Out: warnings with a code `desk.*`, never violations: a plan with them may be
//! shown, and where the table says `Refuse` it may not be sent before they are dealt with.
//! Invariant: each check has a default that stands here, and what a document's `policy` gives wins.

mod buying_power;
mod duplicate_order;
mod free_riding;
mod good_faith;
mod odd_lot;
mod order_notional;
mod orders_max;
mod position_committed;
mod price_band;
mod price_collar;
mod restricted;
mod settled_cash;
mod settlement;
mod stale_price;

use portfolio::Decimal;
use portfolio::plan::Finding;

use crate::rules::{Case, Check};

/// What a finding of the desk means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Severity {
    /// Worth knowing; the order may be sent.
    Warn,
    /// The order is not sent.
    Refuse,
}

/// A check of the desk.
#[derive(Debug, Clone, Copy)]
pub struct Rule {
    /// Its name in every report.
    pub code: &'static str,
    /// What a finding means.
    pub severity: Severity,
    /// Where its limit comes from, and what it is without.
    pub default: &'static str,
    check: Check,
}

/// Every check of the desk.
///
/// # Source
/// tax.md 4.6, 4.7, 8.7–8.10; interface.md, `policy`; house decisions for the defaults.
pub const TABLE: [Rule; 14] = [
    Rule {
        code: restricted::CODE,
        severity: Severity::Refuse,
        default: "policy.restricted; none",
        check: restricted::check,
    },
    Rule {
        code: price_collar::CODE,
        severity: Severity::Refuse,
        default: "policy.price_collar_pct; 3 %",
        check: price_collar::check,
    },
    Rule {
        code: price_band::CODE,
        severity: Severity::Refuse,
        default: "Tier 2 of the LULD plan around the document's price",
        check: price_band::check,
    },
    Rule {
        code: stale_price::CODE,
        severity: Severity::Refuse,
        default: "policy.price_age_max_minutes; 15 with a clock, 390 (a session) before the close of as_of without",
        check: stale_price::check,
    },
    Rule {
        code: duplicate_order::CODE,
        severity: Severity::Refuse,
        default: "always",
        check: duplicate_order::check,
    },
    Rule {
        code: buying_power::CODE,
        severity: Severity::Refuse,
        default: "always, where orders are open",
        check: buying_power::check,
    },
    Rule {
        code: position_committed::CODE,
        severity: Severity::Refuse,
        default: "always, where orders are open",
        check: position_committed::check,
    },
    Rule {
        code: settled_cash::CODE,
        severity: Severity::Warn,
        default: "always, where settled_cash is given",
        check: settled_cash::check,
    },
    Rule {
        code: good_faith::CODE,
        severity: Severity::Refuse,
        default: "always, where settled_cash is given",
        check: good_faith::check,
    },
    Rule {
        code: free_riding::CODE,
        severity: Severity::Refuse,
        default: "always, where the account's cash is below 0",
        check: free_riding::check,
    },
    Rule { code: settlement::CODE, severity: Severity::Warn, default: "always", check: settlement::check },
    Rule {
        code: order_notional::CODE,
        severity: Severity::Refuse,
        default: "policy.order_notional_max; 1,000,000 USD",
        check: order_notional::check,
    },
    Rule {
        code: orders_max::CODE,
        severity: Severity::Refuse,
        default: "policy.orders_max; 500",
        check: orders_max::check,
    },
    Rule {
        code: odd_lot::CODE,
        severity: Severity::Warn,
        default: "the round lot of the price's tier",
        check: odd_lot::check,
    },
];

/// Every warning of the desk.
pub(crate) fn warnings(case: &Case<'_>) -> Vec<Finding> {
    TABLE.iter().flat_map(|rule| (rule.check)(case)).collect()
}

/// Whether an order desk would refuse to send what a finding of this code is about.
#[must_use]
pub fn refuses(code: &str) -> bool {
    TABLE.iter().any(|rule| rule.code == code && rule.severity == Severity::Refuse)
}

/// A row that states a price.
#[derive(Debug, Clone, Copy)]
pub(crate) struct PricedRow {
    account: usize,
    security: usize,
    /// USD per share.
    estimated: Decimal,
}

impl PricedRow {
    /// `account/ticker`.
    fn place(&self, case: &Case<'_>) -> String {
        case.plan.facts.position_name(self.account, self.security)
    }
}

/// The rows that make sense and state a price.
pub(crate) fn priced_rows<'b>(case: &'b Case<'_>) -> impl Iterator<Item = PricedRow> + 'b {
    case.plan.rows.iter().filter_map(|trade| {
        let estimated = trade.estimated_price?;
        let row = crate::booked::Row::read(case.plan.facts, trade)?;
        Some(PricedRow { account: row.account, security: row.security, estimated })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_refuses_refuses() {
        assert!(refuses("desk.restricted"));
        assert!(!refuses("desk.odd_lot") && !refuses("order.malformed"));
        assert!(TABLE.iter().all(|rule| rule.code.starts_with("desk.")));
    }
}
