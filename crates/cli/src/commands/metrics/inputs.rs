//! What a portfolio document itself says for the measures.
//!
//! In: a [`Portfolio`]. Out: [`Inputs`] without series, fills and rates. Invariant: one position per
//! ticker over all accounts, and only lots of taxable accounts have a gain.

use std::collections::BTreeMap;

use portfolio::measures::Covariance;
use portfolio::measures::gain::{Sale, Term};
use portfolio::measures::holding::Holding;
use portfolio::measures::report::{ClassWeight, Inputs, Misfit, Position};
use portfolio::money::float;
use portfolio::{AccountKind, Decimal, Lot, Portfolio};
use tax::holding::is_long_term;

/// Positions, cash, classes with their bands, open lots and the misfit's risk model.
pub(super) fn held(portfolio: &Portfolio) -> Inputs<'static> {
    let classes = monitor::monitor(portfolio).classes.into_iter().map(|c| ClassWeight {
        class: c.class,
        current: c.weight.0,
        target: c.target.0,
        tolerance: Some(c.tolerance.tau.0),
    });
    Inputs {
        positions: positions(portfolio),
        cash: portfolio.accounts.iter().map(|a| a.cash + a.flow).sum(),
        classes: classes.collect(),
        misfit: misfit(portfolio),
        lots: portfolio.lots.iter().filter_map(|lot| sold_today(portfolio, lot)).collect(),
        ..Inputs::default()
    }
}

/// What is held of each security, in the order of the securities.
fn positions(portfolio: &Portfolio) -> Vec<Position> {
    let mut quantities = vec![Decimal::ZERO; portfolio.securities.len()];
    for position in &portfolio.positions {
        quantities[position.security] += portfolio.position_quantity(position);
    }
    let held = portfolio.securities.iter().zip(quantities).filter(|(_, quantity)| !quantity.is_zero());
    held.map(|(security, quantity)| Position {
        ticker: security.ticker.clone(),
        class: security.asset_class.clone(),
        holding: Holding { quantity, price: security.price },
    })
    .collect()
}

/// A lot as if sold today; none in a retirement account, where a sale has no gain.
fn sold_today(portfolio: &Portfolio, lot: &Lot) -> Option<Sale> {
    let position = &portfolio.positions[lot.position];
    if portfolio.accounts[position.account].kind != AccountKind::Taxable {
        return None;
    }
    let long = match lot.acquired {
        Some(acquired) => is_long_term(acquired, portfolio.as_of),
        None => lot.stated_long_term.unwrap_or(false),
    };
    Some(Sale {
        quantity: lot.quantity,
        price: portfolio.securities[position.security].price,
        basis: lot.basis_per_share,
        term: if long { Term::Long } else { Term::Short },
    })
}

/// Weights, targets and covariance of every security that is held or wanted; none where the risk
/// model lacks one of them.
fn misfit(portfolio: &Portfolio) -> Option<Misfit> {
    let (risk, targets) = (portfolio.risk_model.as_ref()?, portfolio.security_targets.as_ref()?);
    let value = portfolio.value();
    let mut current: BTreeMap<usize, f64> = targets.keys().map(|security| (*security, 0.0)).collect();
    for position in &portfolio.positions {
        let weight = portfolio.position_value(position).checked_div(value)?;
        *current.entry(position.security).or_default() += float(weight);
    }
    let exposures: Option<Vec<Vec<f64>>> = current.keys().map(|i| risk.exposures[*i].clone()).collect();
    let specific: Option<Vec<f64>> = current.keys().map(|i| risk.specific_variance[*i]).collect();
    let covariance = Covariance::of_factors(&exposures?, &risk.factor_covariance, &specific?).ok()?;
    let target = current.keys().map(|i| float(targets.get(i).copied().unwrap_or_default())).collect();
    Some(Misfit { current: current.into_values().collect(), target, covariance })
}
