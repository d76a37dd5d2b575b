//! Has it drifted, and does it matter.
//!
//! In: a checked [`Portfolio`]. Out: a [`DriftReport`]: what each class weighs, how far that is from
//! its target, how far it may be and why ([`tolerance`]), which bands are breached, whether that is
//! a reason to act, in words, and every drift metric (18)–(27) ([`metrics`]). [`aim`](mod@aim) then says what
//! a plan should go for. [`book`] asks the same of very many households on every tick, in floats.
//!
//! Over time: [`live`](mod@live) puts the market of now into a portfolio, with its [`volatility`]; [`history`] keeps how drift went;
//! [`harvest`] finds losses that could be taken; and [`watch`] remembers what it takes to decide on each tick whether to
//! act or to rest, and why.
//!
//! Invariants: weights and bands are decimals, and "more than the band" is decided on amounts of
//! money without division, so that a class exactly on the edge of its band never rings the alarm.

pub mod aim;
pub mod book;
pub mod harvest;
pub mod history;
pub mod live;
pub mod metrics;
pub mod report;
pub mod tolerance;
pub mod volatility;
pub mod watch;

use std::collections::BTreeMap;

use portfolio::household::CASH;
use portfolio::plan::Number;
use portfolio::{Decimal, Portfolio};

pub use aim::aim;
pub use book::Book;
pub use history::History;
pub use live::{Live, live};
pub use report::{ClassDrift, DriftReport};
pub use watch::Watch;

/// Measures the drift of every class that is held, wanted or listed.
///
/// Weights are parts of V (3), which contains money flowing in or out, as the optimiser's do.
///
/// # Source
/// Design document (1), (2), (4); model.md, "Drift trigger".
#[must_use]
pub fn monitor(portfolio: &Portfolio) -> DriftReport {
    let value = portfolio.value();
    let held = class_values(portfolio);
    let wanted = class_targets(portfolio);
    let classes: Vec<ClassDrift> = portfolio
        .classes()
        .into_iter()
        .map(|class| {
            let amount = held.get(class).copied().unwrap_or_default();
            let target = wanted.get(class).copied().unwrap_or_default();
            measure(portfolio, class, amount, target, value)
        })
        .collect();
    let metrics = metrics::metrics(portfolio, &classes);
    report::report(portfolio, value, classes, metrics)
}

/// One class: its weight, drift and band.
fn measure(
    portfolio: &Portfolio,
    class: &str,
    amount: Decimal,
    target: Decimal,
    value: Decimal,
) -> ClassDrift {
    let tolerance = tolerance::tolerance(portfolio, class, target);
    let off_usd = amount - target * value;
    let weight = amount / value;
    ClassDrift {
        class: class.to_owned(),
        value_usd: Number(portfolio::money::cents(amount)),
        weight: Number(weight),
        target: Number(target),
        drift: Number(off_usd / value),
        breached: off_usd.abs() > tolerance.tau.0 * value,
        tolerance,
    }
}

/// Market value per class, USD; `Cash` includes what flows in or out.
fn class_values(portfolio: &Portfolio) -> BTreeMap<&str, Decimal> {
    let mut values: BTreeMap<&str, Decimal> = BTreeMap::new();
    for position in &portfolio.positions {
        let class = portfolio.securities[position.security].asset_class.as_str();
        *values.entry(class).or_default() += portfolio.position_value(position);
    }
    *values.entry(CASH).or_default() += portfolio.accounts.iter().map(|a| a.cash + a.flow).sum::<Decimal>();
    values
}

/// Target weight per class. Where only securities have targets, a class wants the sum of theirs and
/// `Cash` the rest.
pub(crate) fn class_targets(portfolio: &Portfolio) -> BTreeMap<String, Decimal> {
    if !portfolio.target_allocation.is_empty() {
        return portfolio.target_allocation.clone();
    }
    let mut targets: BTreeMap<String, Decimal> = BTreeMap::new();
    for (security, weight) in portfolio.security_targets.iter().flatten() {
        *targets.entry(portfolio.securities[*security].asset_class.clone()).or_default() += *weight;
    }
    let rest = Decimal::ONE - targets.values().sum::<Decimal>();
    *targets.entry(CASH.to_owned()).or_default() += rest;
    targets
}
