//! Orders in stocks and ETFs below a round lot: they may fill at other prices than the quote. One
//! finding for the plan.
//!
//! Source: tax.md 8.9, OMS-5 (tiers from 2025-11-03). The assigned tier is not in a document;
//! today's price stands for it.

use portfolio::Decimal;
use portfolio::SecurityKind;
use portfolio::plan::Finding;
use rust_decimal::dec;

use crate::booked::Order;
use crate::rules::{Case, HOUSEHOLD};
use crate::wording::{finding, shares};

/// Its name in every report.
pub(crate) const CODE: &str = "desk.odd_lot";

/// Every finding.
pub(crate) fn check(case: &Case<'_>) -> Vec<Finding> {
    const SHOWN: usize = 5;
    let p = case.plan.facts.portfolio;
    let listed =
        |order: &&Order| matches!(p.securities[order.security].kind, SecurityKind::Stock | SecurityKind::Etf);
    let lot = |order: &Order| round_lot(p.securities[order.security].price);
    let odd: Vec<String> = case
        .plan
        .orders
        .iter()
        .filter(listed)
        .filter(|order| order.quantity < Decimal::from(lot(order)))
        .map(|order| format!("{} {} of {}", case.plan.name(order), shares(order.quantity), lot(order)))
        .collect();
    if odd.is_empty() {
        return Vec::new();
    }
    let more = if odd.len() > SHOWN { format!(" and {} more", odd.len() - SHOWN) } else { String::new() };
    let shown = odd[..odd.len().min(SHOWN)].join(", ");
    vec![finding(
        CODE,
        HOUSEHOLD,
        format!("below a round lot: {shown}{more}; the quote need not hold for them"),
    )]
}

/// Shares of a round lot.
fn round_lot(price: Decimal) -> u32 {
    match price {
        p if p <= dec!(250) => 100,
        p if p <= dec!(1000) => 40,
        p if p <= dec!(10000) => 10,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::fixture::{Fixture, NONE};

    #[test]
    fn oms_5_below_the_round_lot() {
        assert_eq!(Fixture::new().run(check, &["BUY tax CCC 100", "BUY tax DDD 5"]), NONE);
        let f = Fixture::new().set("/securities/0/current_price", json!(250.01));
        assert_eq!(f.run(check, &["BUY tax AAA 40"]), NONE);
        assert_eq!(
            f.run(check, &["BUY tax AAA 25", "BUY tax CCC 99"]),
            ["desk.odd_lot household: below a round lot: tax/AAA 25 of 40, tax/CCC 99 of 100; \
              the quote need not hold for them"]
        );
    }

    #[test]
    fn tiers_have_inclusive_upper_ends() {
        assert_eq!(
            [dec!(250), dec!(250.01), dec!(1000), dec!(10000), dec!(10000.01)].map(round_lot),
            [100, 40, 40, 10, 1]
        );
    }
}
