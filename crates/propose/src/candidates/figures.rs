//! The figures by which a candidate is chosen.
//!
//! In: the validator's report of a plan and that of the best plan. Out: [`Figures`]. Invariant: every one is the
//! validator's, or a sum or difference of such.

use portfolio::household::CASH;
use portfolio::money::cents;
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use validate::{LotGain, Report};

/// What a plan does, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Figures {
    /// D (49).
    pub drift: Decimal,
    /// Largest distance of a class (of a security, where those have targets) from its target, as a part of V.
    pub deviation_max: Decimal,
    /// Of which class or ticker that is.
    pub deviation_of: String,
    /// T (51), USD: what the plan adds to the year's tax.
    pub tax_usd: Decimal,
    /// Net short-term gain that the plan realises in taxable accounts, USD.
    pub short_term_gain_usd: Decimal,
    /// Net long-term gain that the plan realises in taxable accounts, USD.
    pub long_term_gain_usd: Decimal,
    /// Losses among these, positive USD.
    pub losses_harvested_usd: Decimal,
    /// What trading costs, USD.
    pub cost_usd: Decimal,
    /// E (52), in [0, 1].
    pub esg: Decimal,
    /// Orders (account, ticker, side).
    pub orders: usize,
    /// What is sold and bought, USD.
    pub turnover_usd: Decimal,
    /// The household's cash after the plan, USD.
    pub cash_after_usd: Decimal,
    /// L under the household's own λ.
    pub objective: Decimal,
    /// What L is worse than that of the best plan, in USD of V; below 0 only within what the search left unproven.
    pub loss_usd: Decimal,
    /// The same in basis points of V.
    pub loss_bps: Decimal,
}

impl Figures {
    /// Of a report, against the report of the best plan.
    pub(crate) fn of(portfolio: &Portfolio, report: &Report, best: &Report) -> Figures {
        let gain = |long: bool| sum(report, |g| if g.long == long { cents(g.gain) } else { Decimal::ZERO });
        let (deviation_of, deviation_max) = farthest(portfolio, report);
        let (terms, shown) = (&report.terms, report.shown());
        let loss = terms.objective.saturating_sub(best.terms.objective);
        Figures {
            drift: terms.drift,
            deviation_max,
            deviation_of,
            tax_usd: cents(terms.tax_usd) + Decimal::ZERO,
            short_term_gain_usd: gain(false),
            long_term_gain_usd: gain(true),
            losses_harvested_usd: sum(report, |g| cents(-g.gain).max(Decimal::ZERO)),
            cost_usd: shown.costs,
            esg: terms.esg,
            orders: report.orders.len(),
            turnover_usd: shown.sold.saturating_add(shown.bought),
            cash_after_usd: shown.cash,
            objective: terms.objective,
            loss_usd: cents(loss.saturating_mul(terms.value_usd)),
            loss_bps: loss.saturating_mul(dec!(10000)).round_dp(4),
        }
    }
}

/// A sum over the lots sold in taxable accounts.
fn sum(report: &Report, of: impl Fn(&LotGain) -> Decimal) -> Decimal {
    let taxable = report.gains.iter().filter(|gain| gain.taxable);
    taxable.fold(Decimal::ZERO, |sum, gain| sum.saturating_add(of(gain)))
}

/// What is farthest from its target after the plan, and by how much.
fn farthest(portfolio: &Portfolio, report: &Report) -> (String, Decimal) {
    let target = |name: &str| match &portfolio.security_targets {
        Some(targets) if name != CASH => {
            portfolio.security(name).and_then(|s| targets.get(&s).copied()).unwrap_or_default()
        }
        _ => portfolio.target_allocation.get(name).copied().unwrap_or_default(),
    };
    let mut names: Vec<String> = report.weights_after.keys().cloned().collect();
    match &portfolio.security_targets {
        Some(targets) => names.extend(targets.keys().map(|s| portfolio.securities[*s].ticker.clone())),
        None => names.extend(portfolio.target_allocation.keys().cloned()),
    }
    let off = |name: &str| {
        let weight = report.weights_after.get(name).copied().unwrap_or_default();
        weight.saturating_sub(target(name)).abs()
    };
    let farthest =
        names.into_iter().map(|name| (off(&name), name)).max_by(|a, b| a.0.cmp(&b.0).then(b.1.cmp(&a.1)));
    farthest.map_or((CASH.to_owned(), Decimal::ZERO), |(off, name)| (name, off))
}
