//! Which limits the plan has used up.
//!
//! In: the evidence. Out: a [`Reason`] per limit that leaves less than a basis point of V: of the
//! household as a whole, or of one security. Invariant: a limit that the document does not state is never
//! named.
//!
//! Source: model.md, rows `turnover.limit`, `tax.*_budget`, `risk.volatility`, `concentration.*`,
//! `liquidity.adv`.

use std::collections::HashMap;

use portfolio::household::Action;
use portfolio::money::float;
use portfolio::{Decimal, Portfolio, SecurityKind, Side};

use validate::Report;

use crate::evidence::Evidence;
use crate::margins;
use crate::reason::Reason;

/// A limit counts as used up when less than this part of V is left of it.
const LEFT_MAX: Decimal = Decimal::from_parts(1, 0, 0, false, 4);

/// Limits of the household that the plan uses up.
pub(crate) fn household(evidence: &Evidence<'_>) -> Vec<Reason> {
    let (p, t) = (evidence.portfolio, &evidence.report.terms);
    let left = left_usd(evidence);
    let turnover =
        p.wishes.turnover_max.map(|part| part.saturating_mul(t.value_usd).saturating_sub(traded_today(p)));
    let gains = evidence.report.gains.iter().filter(|g| g.taxable);
    let realised = gains.fold(Decimal::ZERO, |sum, g| sum.saturating_add(g.gain));
    let limits = [
        (turnover, t.turnover_usd, Reason::Turnover),
        (p.wishes.gains_max_usd, realised, Reason::GainBudget),
        (p.wishes.tax_max_usd, t.tax_usd, Reason::TaxBudget),
    ];
    let full =
        |most: Option<Decimal>, used: Decimal| most.is_some_and(|most| most.saturating_sub(used) <= left);
    let used_up =
        limits.into_iter().filter(|(most, used, _)| full(*most, *used)).map(|(_, _, reason)| reason);
    used_up.chain(volatility(evidence)).filter(|reason| !evidence.slack.contains(reason)).collect()
}

/// The limit that bars buying more of a security: a cap of its own or of its sector, or its volume.
pub(crate) fn purchase(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let p = evidence.portfolio;
    let s = &p.securities[security];
    let full = |cap: Decimal, of: &dyn Fn(usize) -> bool| {
        let held: Decimal = (0..p.securities.len())
            .filter(|i| of(*i))
            .fold(Decimal::ZERO, |sum, i| sum.saturating_add(evidence.after.held[i]));
        cap.saturating_mul(evidence.report.terms.value_usd).saturating_sub(held) <= left_usd(evidence)
    };
    let of_any_stock = p.wishes.stock_cap.filter(|_| s.kind == SecurityKind::Stock);
    let own = p.wishes.security_caps.get(&security).copied().or(of_any_stock);
    if own.is_some_and(|cap| full(cap, &|i| i == security)) {
        return Some(Reason::Concentration);
    }
    let sector = s.sector.as_ref();
    let of_sector = sector.and_then(|name| p.wishes.sector_caps.get(name).copied().or(p.wishes.sector_cap));
    if of_sector.is_some_and(|cap| full(cap, &|i| p.securities[i].sector.as_ref() == sector)) {
        return Some(Reason::Sector);
    }
    volume(evidence, security)
}

/// The daily volume of a security, where the plan has used up its part of it.
pub(crate) fn volume(evidence: &Evidence<'_>, security: usize) -> Option<Reason> {
    let p = evidence.portfolio;
    let s = &p.securities[security];
    let most = s.average_daily_volume_usd?.saturating_mul(p.liquidity_fraction_of_adv);
    let left = most.saturating_sub(evidence.after.traded[security]);
    (left <= left_usd(evidence)).then_some(Reason::Liquidity)
}

fn volatility(evidence: &Evidence<'_>) -> Option<Reason> {
    let cap = evidence.portfolio.wishes.volatility_cap?;
    let risk = evidence.portfolio.risk_model.as_ref()?;
    let full = margins::variance(risk, &weights(evidence)).sqrt() >= float(cap) - float(LEFT_MAX);
    full.then_some(Reason::Volatility)
}

/// Slope of the variance after the plan per security; cash has none.
pub(crate) fn risk_slopes(evidence: &Evidence<'_>) -> Vec<f64> {
    let risk = evidence.portfolio.risk_model.as_ref();
    risk.map(|risk| margins::variance_slopes(risk, &weights(evidence))).unwrap_or_default()
}

/// Weight of each security after the plan.
fn weights(evidence: &Evidence<'_>) -> Vec<f64> {
    let value = float(evidence.report.terms.value_usd);
    evidence.after.held.iter().map(|held| float(*held) / value).collect()
}

/// What a plan makes of the securities, USD, one entry each.
#[derive(Debug, Clone, Default)]
pub(crate) struct After {
    /// Held in all accounts after the plan.
    pub(crate) held: Vec<Decimal>,
    /// Bought and sold.
    traded: Vec<Decimal>,
}

impl After {
    pub(crate) fn of(portfolio: &Portfolio, report: &Report) -> After {
        let none = vec![Decimal::ZERO; portfolio.securities.len()];
        let mut after = After { held: none.clone(), traded: none };
        for position in &portfolio.positions {
            let worth = portfolio.position_quantity(position);
            let worth = worth.saturating_mul(portfolio.securities[position.security].price);
            let held = &mut after.held[position.security];
            *held = held.saturating_add(worth);
        }
        let securities = portfolio.securities.iter().enumerate();
        let of: HashMap<&str, usize> = securities.map(|(i, s)| (s.ticker.as_str(), i)).collect();
        for order in &report.orders {
            let Some(&i) = of.get(order.ticker.as_str()) else { continue };
            after.traded[i] = after.traded[i].saturating_add(order.notional);
            after.held[i] = match order.side {
                Side::Buy => after.held[i].saturating_add(order.notional),
                Side::Sell => after.held[i].saturating_sub(order.notional),
            };
        }
        after
    }
}

fn left_usd(evidence: &Evidence<'_>) -> Decimal {
    evidence.report.terms.value_usd.saturating_mul(LEFT_MAX)
}

/// USD of what is on record for `as_of`.
fn traded_today(p: &Portfolio) -> Decimal {
    let today = p.transactions.iter().filter(|t| t.date == p.as_of && t.action != Action::Reinvest);
    today.fold(Decimal::ZERO, |sum, t| sum.saturating_add(t.quantity.saturating_mul(t.price)))
}
