//! May this plan be shown to a person (TVAS).
//!
//! In: a portfolio, the rates of its tax, a proposed plan from whoever made it and, where the plan
//! is about to be proposed, approved or sent, the moment. Out: a [`Report`] with every violation of
//! the rules of model.md, every warning, and every figure recomputed from the documents alone.
//!
//! | module | what it answers |
//! | --- | --- |
//! | `facts` | what holds before any trade: names, terms of lots, groups barred by the last 30 days |
//! | `booked` | what the plan would do: orders, lot sales, cash and holdings after it |
//! | `objective` | the terms of (48) |
//! | `rules` | the hard rules: one file per rule, one table |
//! | `warnings` | what a person should know that breaks no rule |
//! | [`desk`] | what an order desk would hold back: warnings, some of which refuse to be sent |
//! | [`report`], [`stamp`](mod@stamp) | what comes out |
//!
//! Invariants: findings are data, all of them collected; no input makes it panic; money is decimal;
//! nothing is shared with the optimiser; only [`stamp()`] makes a [`Validated`].

mod booked;
pub mod desk;
mod facts;
mod objective;
pub mod report;
mod risk;
mod rules;
pub mod stamp;
mod warnings;
mod wording;

#[cfg(test)]
mod fixture;

use std::collections::BTreeMap;

use portfolio::Portfolio;
use portfolio::plan::{ProposedPlan, Verdict};
use tax::plan_tax::Rates;

pub use portfolio::schedule::Moment;
pub use report::{LotGain, OrderFigures, Report, Terms};
pub use stamp::{Validated, stamp};

use crate::booked::Booked;
use crate::facts::Facts;
use crate::rules::Case;

/// Checks a plan against every rule and recomputes its figures.
///
/// The rules of the schedule, and the age of prices to the minute, are judged only where a `moment`
/// is given.
///
/// # Source
/// model.md, "Hard rules and the codes that name their violation"; design document, TVAS and claim
/// 1(e).
#[must_use]
pub fn validate(
    portfolio: &Portfolio,
    rates: &Rates,
    plan: &ProposedPlan,
    moment: Option<&Moment>,
) -> Report {
    let facts = Facts::of(portfolio, rates);
    let nothing = Booked::nothing(&facts);
    let before = objective::terms(&nothing);
    let booked = Booked::of(&facts, plan);
    let terms = objective::terms(&booked);
    let case = Case { plan: &booked, terms: &terms, nothing: Some((&nothing, &before)), moment };
    let violations = rules::violations(&case);
    let mut warned = warnings::warnings(&case);
    warned.extend(desk::warnings(&case));
    Report {
        verdict: Verdict {
            passed: violations.is_empty(),
            violations,
            warnings: warned,
            rules_version: portfolio.policy.house.version,
        },
        terms,
        before,
        weights_before: objective::weights(&nothing),
        weights_after: objective::weights(&booked),
        gains: gains(&booked),
        orders: orders(&booked),
        cash_after: cash_after(&booked),
        year_so_far: facts.year_so_far(),
    }
}

/// The codes of all hard rules, in the order of model.md.
pub fn codes() -> impl Iterator<Item = &'static str> {
    rules::RULES.iter().map(|(code, _)| *code)
}

fn gains(plan: &Booked<'_>) -> Vec<LotGain> {
    let facts = plan.facts;
    let p = facts.portfolio;
    let gain = |sale: &booked::LotSale| {
        let position = facts.position_of(sale.lot);
        LotGain {
            account_id: p.accounts[position.account].account_id.clone(),
            ticker: p.securities[position.security].ticker.clone(),
            lot_id: p.lots[sale.lot].lot_id.clone(),
            quantity: sale.quantity,
            gain: sale.gain,
            long: facts.long_term[sale.lot],
            taxable: facts.lot_taxable(sale.lot),
        }
    };
    plan.sales.iter().map(gain).collect()
}

fn orders(plan: &Booked<'_>) -> Vec<OrderFigures> {
    let p = plan.facts.portfolio;
    let mut orders: Vec<OrderFigures> = plan
        .orders
        .iter()
        .map(|order| OrderFigures {
            account_id: p.accounts[order.account].account_id.clone(),
            ticker: p.securities[order.security].ticker.clone(),
            side: order.side,
            quantity: order.quantity,
            notional: order.notional,
            shown_usd: match order.side {
                portfolio::Side::Sell => portfolio::Decimal::ZERO,
                portfolio::Side::Buy => portfolio::money::cents(order.notional),
            },
            cost: order.cost,
            fee: order.fee,
            gain_short: portfolio::Decimal::ZERO,
            gain_long: portfolio::Decimal::ZERO,
        })
        .collect();
    let places: BTreeMap<(usize, usize), usize> =
        plan.sell_orders().enumerate().map(|(n, o)| ((o.account, o.security), n)).collect();
    for sale in &plan.sales {
        let position = plan.facts.position_of(sale.lot);
        let order = &mut orders[places[&(position.account, position.security)]];
        let proceeds = sale.quantity.saturating_mul(p.securities[position.security].price);
        order.shown_usd = order.shown_usd.saturating_add(portfolio::money::cents(proceeds));
        if !plan.facts.lot_taxable(sale.lot) {
            continue;
        }
        let gain = if plan.facts.long_term[sale.lot] { &mut order.gain_long } else { &mut order.gain_short };
        *gain = gain.saturating_add(sale.gain);
    }
    orders
}

fn cash_after(plan: &Booked<'_>) -> BTreeMap<String, portfolio::Decimal> {
    let accounts = &plan.facts.portfolio.accounts;
    accounts.iter().zip(&plan.cash_after).map(|(a, usd)| (a.account_id.clone(), *usd)).collect()
}
