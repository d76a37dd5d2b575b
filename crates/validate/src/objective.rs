//! The objective (48) of a booked plan, term by term.
//!
//! In: a [`Booked`] plan. Out: [`Terms`], and the weights that a person is shown. Invariant:
//! computed from the documents in decimals, independently of whoever made the plan; a quantity
//! beyond all bounds saturates.

use std::collections::BTreeMap;

use portfolio::household::{CASH, DriftMetric, esg_sixths};
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;

use crate::booked::{Booked, sum};
use crate::report::Terms;
use crate::risk::variance;

/// All terms of (48), USD where their names say so.
///
/// # Source
/// model.md, "Objective (48)".
pub(crate) fn terms(plan: &Booked<'_>) -> Terms {
    let facts = plan.facts;
    let lambda = facts.portfolio.lambdas();
    let (s0, l0) = facts.year_so_far();
    let mut terms = Terms {
        objective: Decimal::ZERO,
        drift: drift(plan),
        cost_usd: sum(plan.orders.iter().map(|order| order.cost)),
        fee_usd: sum(plan.orders.iter().map(|order| order.fee)),
        tax_usd: facts.rates.added_tax(plan.short_term_net, plan.long_term_net, s0, l0),
        location_drag_usd: location_drag(plan),
        esg: esg(plan),
        turnover_usd: plan.turnover(),
        short_term_net: plan.short_term_net,
        long_term_net: plan.long_term_net,
        cash_usd: plan.household_cash(),
        value_usd: facts.value,
    };
    let costs = facts.weight(terms.cost_usd.saturating_add(terms.fee_usd));
    let taxes = facts.weight(terms.tax_usd.saturating_add(terms.location_drag_usd));
    terms.objective = sum([
        lambda.drift.saturating_mul(terms.drift),
        lambda.cost.saturating_mul(costs),
        lambda.tax.saturating_mul(taxes),
        -lambda.esg.saturating_mul(terms.esg),
    ]
    .into_iter());
    terms
}

/// Weights as parts of V: per class, or per ticker where securities have targets. `Cash` is there
/// before costs, so that they sum to 1.
pub(crate) fn weights(plan: &Booked<'_>) -> BTreeMap<String, Decimal> {
    let p = plan.facts.portfolio;
    let mut usd: BTreeMap<&str, Decimal> = BTreeMap::from([(CASH, plan.cash_before_costs)]);
    for (security, value) in held(plan) {
        let security = &p.securities[security];
        let name = if p.security_targets.is_some() { &security.ticker } else { &security.asset_class };
        let of_name = usd.entry(name).or_default();
        *of_name = of_name.saturating_add(value);
    }
    usd.into_iter().map(|(name, usd)| (name.to_owned(), plan.facts.weight(usd))).collect()
}

/// Securities that are held or traded, with what is held of them after the plan, USD.
pub(crate) fn held<'b>(plan: &'b Booked<'_>) -> impl Iterator<Item = (usize, Decimal)> + 'b {
    plan.value_after.iter().enumerate().filter_map(|(security, usd)| Some((security, (*usd)?)))
}

/// D (49).
fn drift(plan: &Booked<'_>) -> Decimal {
    let p = plan.facts.portfolio;
    match p.drift_metric {
        DriftMetric::ClassSquared => class_drift(plan),
        DriftMetric::SecuritySquared => {
            let target = p.target_allocation.get(CASH).copied().unwrap_or_default();
            let cash = plan.facts.weight(plan.cash_before_costs).saturating_sub(target);
            let off = security_deviations(plan);
            sum(off.into_iter().chain([cash]).map(|x| x.saturating_mul(x)))
        }
        DriftMetric::TrackingVariance => {
            Decimal::from_f64_retain(variance(p, &security_deviations(plan))).unwrap_or(Decimal::MAX)
        }
    }
}

/// Every class held or targeted, a missing target being 0; cash before costs, so that paying a
/// spread is no way of reaching a cash target.
fn class_drift(plan: &Booked<'_>) -> Decimal {
    let p: &Portfolio = plan.facts.portfolio;
    let mut off: BTreeMap<&str, Decimal> =
        p.target_allocation.iter().map(|(c, t)| (c.as_str(), -*t)).collect();
    let held = held(plan).map(|(s, usd)| (p.securities[s].asset_class.as_str(), usd));
    for (class, usd) in held.chain([(CASH, plan.cash_before_costs)]) {
        let x = off.entry(class).or_default();
        *x = x.saturating_add(plan.facts.weight(usd));
    }
    sum(off.into_values().map(|x| x.saturating_mul(x)))
}

/// w' − t per security.
fn security_deviations(plan: &Booked<'_>) -> Vec<Decimal> {
    let targets = plan.facts.portfolio.security_targets.as_ref();
    let target = |s: usize| targets.and_then(|t| t.get(&s)).copied().unwrap_or_default();
    let weight = |usd: &Option<Decimal>| plan.facts.weight(usd.unwrap_or_default());
    plan.value_after.iter().enumerate().map(|(s, usd)| weight(usd).saturating_sub(target(s))).collect()
}

/// A (claim 7): a year's tax drag on what taxable accounts hold after the plan, USD.
fn location_drag(plan: &Booked<'_>) -> Decimal {
    let p = plan.facts.portfolio;
    if p.tax_drag.is_empty() {
        return Decimal::ZERO;
    }
    let drag = |s: usize| p.tax_drag.get(&p.securities[s].asset_class).copied().unwrap_or_default();
    sum(plan.taxable_after.iter().enumerate().map(|(s, usd)| usd.saturating_mul(drag(s))))
}

/// E (52).
fn esg(plan: &Booked<'_>) -> Decimal {
    let p = plan.facts.portfolio;
    let sixths = |s: usize| Decimal::from(esg_sixths(p.securities[s].esg));
    let usd_sixths = sum(held(plan).map(|(s, usd)| usd.saturating_mul(sixths(s))));
    plan.facts.weight(usd_sixths) / dec!(6)
}
