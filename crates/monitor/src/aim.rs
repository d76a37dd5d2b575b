//! How far should a plan go: to the target, to the edge of the band, or half way.
//!
//! In: a portfolio and its drift report. Out: the same portfolio with `targets_used`, the targets
//! that its plan is made against and judged by, in place of its targets. Invariant: the targets used
//! sum to what the targets summed to.

use std::collections::BTreeMap;

use portfolio::household::{Class, TradeTo};
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;

use crate::ClassDrift;
use crate::report::DriftReport;

/// Targets are stated with this many decimals, so that a reader of the plan can use the same ones.
const DECIMALS: u32 = 12;

/// The portfolio with the targets that its plan is to be made against.
///
/// Where securities have targets, these move by the same θ, since they are what drift is then
/// measured by (house decision, 2026-11-23).
///
/// # Source
/// model.md, "Drift trigger", `trade_to`.
#[must_use]
pub fn aim(mut portfolio: Portfolio, report: &DriftReport) -> Portfolio {
    let theta = report.theta.0;
    if theta.is_zero() {
        return portfolio;
    }
    if !portfolio.target_allocation.is_empty() {
        portfolio.target_allocation = report.targets_used.iter().map(|(c, t)| (c.clone(), t.0)).collect();
    }
    let value = portfolio.value();
    if let Some(targets) = portfolio.security_targets.take() {
        let mut weights: BTreeMap<usize, Decimal> = targets.keys().map(|i| (*i, Decimal::ZERO)).collect();
        for position in &portfolio.positions {
            *weights.entry(position.security).or_default() += portfolio.position_value(position) / value;
        }
        let moved = weights.into_iter().map(|(i, weight)| {
            let target = targets.get(&i).copied().unwrap_or_default();
            (i, moved(target, weight, theta))
        });
        portfolio.security_targets = Some(moved.collect());
    }
    portfolio
}

/// θ: which part of the way from the target back to the weight a plan may leave.
///
/// Over the breaching classes the least τ/|w − t| for the edge and half of it for midway. The same
/// formula over *all* classes, held at 1, gives the same number whenever a band is breached, and 1
/// where every class already is where a plan may leave it: then nothing is moved for drift's sake.
pub(crate) fn theta(trade_to: TradeTo, classes: &[ClassDrift]) -> Decimal {
    let part = match trade_to {
        TradeTo::Target => return Decimal::ZERO,
        TradeTo::Edge => Decimal::ONE,
        TradeTo::Midway => dec!(0.5),
    };
    let ratios = classes.iter().filter(|c| !c.drift.0.is_zero()).map(|c| {
        let width = c.tolerance.tau.0 * part;
        if width >= c.drift.0.abs() { Decimal::ONE } else { width / c.drift.0.abs() }
    });
    ratios.min().unwrap_or(Decimal::ONE)
}

/// t + θ(w − t) of every class.
pub(crate) fn targets_used(classes: &[ClassDrift], theta: Decimal) -> BTreeMap<Class, Number> {
    let all = classes.iter().map(|c| (c.class.clone(), c.target.0, moved(c.target.0, c.weight.0, theta)));
    let mut all: Vec<(Class, Decimal, Decimal)> = all.collect();
    let off: Decimal = all.iter().map(|(_, target, used)| target - used).sum();
    if let Some(largest) = all.iter_mut().max_by_key(|(_, _, used)| *used) {
        largest.2 += off; // what rounding lost, so that the sum stays
    }
    let kept = all.into_iter().filter(|(_, target, used)| !target.is_zero() || !used.is_zero());
    kept.map(|(class, _, used)| (class, Number(used))).collect()
}

fn moved(target: Decimal, weight: Decimal, theta: Decimal) -> Decimal {
    if theta.is_zero() {
        return target;
    }
    (target + theta * (weight - target)).round_dp(DECIMALS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::monitor;

    fn household(stocks: &str, trade_to: &str) -> Portfolio {
        let text = format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"S": 0.6, "B": 0.4}}, "cash": 0,
                "monitoring": {{"trade_to": "{trade_to}", "bands": {{"S": {{"absolute": 0.04}}, "B": {{"absolute": 0.05}}}}}},
                "holdings": [
                 {{"ticker": "A", "asset_class": "S", "kind": "etf", "current_price": 1,
                   "lots": [{{"lot_id": "1", "quantity": {stocks}, "cost_basis_per_share": 1}}]}},
                 {{"ticker": "C", "asset_class": "B", "kind": "etf", "current_price": 1,
                   "lots": [{{"lot_id": "2", "quantity": 30, "cost_basis_per_share": 1}}]}}]}}"#
        );
        portfolio::read(&text).unwrap()
    }

    fn used(stocks: &str, trade_to: &str) -> (Decimal, Decimal) {
        let before = household(stocks, trade_to);
        let report = monitor(&before);
        let after = aim(before, &report);
        assert_eq!(after.target_allocation.values().sum::<Decimal>(), Decimal::ONE);
        (report.theta.0, after.target_allocation["S"])
    }

    #[test]
    fn the_edge_and_half_of_it() {
        // Stocks 0.70 with a band of 0.04: θ = 0.4.
        assert_eq!(used("70", "target"), (dec!(0), dec!(0.6)));
        assert_eq!(used("70", "edge"), (dec!(0.4), dec!(0.64)));
        assert_eq!(used("70", "midway"), (dec!(0.2), dec!(0.62)));
    }

    #[test]
    fn inside_every_band_the_edge_asks_for_nothing() {
        // 50 of 80: 0.625, a drift of 0.025.
        let (theta, stocks) = used("50", "edge");
        assert_eq!((theta, stocks), (dec!(1), dec!(0.625)));
    }

    #[test]
    fn rounding_keeps_the_sum() {
        let (_, stocks) = used("77", "edge");
        assert!(stocks > dec!(0.63) && stocks < dec!(0.64001), "{stocks}");
    }
}
