//! What one more dollar sold would bring and cost, after the plan.
//!
//! In: the portfolio, its rates and the validator's figures after the plan. Out: per lot a [`Margin`]:
//! parts of a dollar of the objective, at the margin. Binary floats, as these are slopes and no money.
//!
//! Source: model.md (48), differentiated at the plan: 2·λ_D·(w' − t), or 2·λ_D·Σx under the factor
//! model, −λ_E·e, λ_T·drag; tax by its slope over the next dollar of gain.

use portfolio::household::{CASH, DriftMetric, RiskModel, esg_sixths};
use portfolio::money::float;
use portfolio::{AccountKind, Decimal, Portfolio};
use tax::plan_tax::Rates;
use validate::Report;

use crate::bars::long_term;

/// One more dollar sold of a lot, its proceeds put where they help most in the same account.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Margin {
    /// By how much drift, ESG and location improve, net of the cost of the purchase.
    pub(crate) worth: f64,
    /// Tax.
    pub(crate) tax: f64,
    /// Cost of the sale: half the spread and the impact of the next share.
    pub(crate) trading: f64,
}

/// The slopes of the objective after a plan.
#[derive(Debug, Clone, Default)]
pub(crate) struct Margins {
    /// Per security: slope of holding it, drag aside.
    holding: Vec<f64>,
    /// Per security: yearly drag in a taxable account.
    drag: Vec<f64>,
    /// Slope of holding cash.
    cash: f64,
    /// Per account: the least slope that a dollar there can be moved to.
    best: Vec<f64>,
    /// Per account: the security with that slope; `None` where it is cash.
    best_in: Vec<Option<usize>>,
    tax_weight: f64,
    cost_weight: f64,
    /// Slope of the tax for one more USD of (short, long) gain, and of loss.
    gain_rates: (f64, f64),
    loss_rates: (f64, f64),
}

impl Margins {
    /// `open`: per account and security, whether more of it can be bought there.
    pub(crate) fn of(p: &Portfolio, rates: &Rates, report: &Report, open: &[Vec<bool>]) -> Margins {
        let lambda = p.lambdas();
        let (drift, esg) = (float(lambda.drift), float(lambda.esg));
        let slopes = drift_slopes(p, report);
        let score = |s: usize| f64::from(esg_sixths(p.securities[s].esg)) / 6.0;
        let mut margins = Margins {
            holding: (0..p.securities.len()).map(|s| drift * slopes.securities[s] - esg * score(s)).collect(),
            drag: p
                .securities
                .iter()
                .map(|s| float(p.tax_drag.get(&s.asset_class).copied().unwrap_or_default()))
                .collect(),
            cash: drift * slopes.cash,
            best: Vec::new(),
            best_in: Vec::new(),
            tax_weight: float(lambda.tax),
            cost_weight: float(lambda.cost),
            gain_rates: tax_slopes(rates, report, Decimal::ONE),
            loss_rates: tax_slopes(rates, report, Decimal::NEGATIVE_ONE),
        };
        let best = |(account, open): (usize, &Vec<bool>)| {
            let taxable = p.accounts[account].kind == AccountKind::Taxable;
            let buyable = open.iter().enumerate().filter(|(_, open)| **open);
            let bought = buyable.map(|(s, _)| (margins.bought(p, s, taxable), Some(s)));
            bought.fold((margins.cash, None), |best, one| if one.0 < best.0 { one } else { best })
        };
        (margins.best, margins.best_in) = open.iter().enumerate().map(best).unzip();
        margins
    }

    /// One more dollar sold of this lot.
    pub(crate) fn sale(&self, p: &Portfolio, lot: usize) -> Margin {
        let l = &p.lots[lot];
        let position = &p.positions[l.position];
        let security = &p.securities[position.security];
        let taxable = p.accounts[position.account].kind == AccountKind::Taxable;
        let gain = 1.0 - float(l.basis_per_share) / float(security.price);
        let (short, long) = if gain >= 0.0 { self.gain_rates } else { self.loss_rates };
        let rate = if long_term(p, lot) { long } else { short };
        Margin {
            worth: self.slope(position.security, taxable) - self.best[position.account],
            tax: if taxable { self.tax_weight * rate * gain } else { 0.0 },
            trading: self.cost_weight * float(security.spread_bps) / 20_000.0,
        }
    }

    /// What the proceeds of a sale in this account would best be put into; `None` where they stay cash.
    pub(crate) fn put_into(&self, account: usize) -> Option<usize> {
        self.best_in[account]
    }

    /// One more dollar of cash put into this security: what it would bring, all costs deducted.
    pub(crate) fn purchase(&self, p: &Portfolio, account: usize, security: usize) -> f64 {
        self.cash - self.bought(p, security, p.accounts[account].kind == AccountKind::Taxable)
    }

    /// The same before its costs: by how much the security is better off than cash.
    pub(crate) fn helped(&self, p: &Portfolio, account: usize, security: usize) -> f64 {
        self.cash - self.slope(security, p.accounts[account].kind == AccountKind::Taxable)
    }

    /// Slope of a dollar bought: of holding it, and its costs.
    fn bought(&self, p: &Portfolio, security: usize, taxable: bool) -> f64 {
        let s = &p.securities[security];
        let cost = float(s.spread_bps) / 20_000.0 + float(s.expense_ratio);
        self.slope(security, taxable) + self.cost_weight * cost
    }

    fn slope(&self, security: usize, taxable: bool) -> f64 {
        let drag = if taxable { self.tax_weight * self.drag[security] } else { 0.0 };
        self.holding[security] + drag
    }
}

impl Margin {
    /// What selling one more dollar would bring, all costs deducted.
    pub(crate) fn net(&self) -> f64 {
        self.worth - self.tax - self.trading
    }
}

/// Tax of one more USD of (short-term, long-term) gain; of `step` −1, what one USD of loss saves.
fn tax_slopes(rates: &Rates, report: &Report, step: Decimal) -> (f64, f64) {
    let (s0, l0) = report.year_so_far;
    let (s, l) = (report.terms.short_term_net, report.terms.long_term_net);
    let at = |s: Decimal, l: Decimal| rates.tax(s, l, s0, l0);
    let slope = |moved: Decimal| float(moved.saturating_sub(at(s, l))) / float(step);
    (slope(at(s.saturating_add(step), l)), slope(at(s, l.saturating_add(step))))
}

/// ∂D/∂w' per security and for cash.
struct DriftSlopes {
    securities: Vec<f64>,
    cash: f64,
}

fn drift_slopes(p: &Portfolio, report: &Report) -> DriftSlopes {
    let after = |name: &str| float(report.weights_after.get(name).copied().unwrap_or_default());
    let class_off =
        |class: &str| after(class) - float(p.target_allocation.get(class).copied().unwrap_or_default());
    let security_off: Vec<f64> = (0..p.securities.len())
        .map(|s| {
            let target = p.security_targets.as_ref().and_then(|t| t.get(&s)).copied().unwrap_or_default();
            after(&p.securities[s].ticker) - float(target)
        })
        .collect();
    let cash = 2.0 * class_off(CASH);
    match (p.drift_metric, &p.risk_model) {
        (DriftMetric::ClassSquared, _) => DriftSlopes {
            securities: p.securities.iter().map(|s| 2.0 * class_off(&s.asset_class)).collect(),
            cash,
        },
        (DriftMetric::TrackingVariance, Some(risk)) => {
            DriftSlopes { securities: variance_slopes(risk, &security_off), cash: 0.0 }
        }
        _ => DriftSlopes { securities: security_off.iter().map(|x| 2.0 * x).collect(), cash },
    }
}

/// xᵀ(B F Bᵀ + diag(d))x.
pub(crate) fn variance(risk: &RiskModel, x: &[f64]) -> f64 {
    0.5 * variance_slopes(risk, x).iter().zip(x).map(|(slope, x)| slope * x).sum::<f64>()
}

/// 2·(B F Bᵀ + diag(d))·x.
pub(crate) fn variance_slopes(risk: &RiskModel, x: &[f64]) -> Vec<f64> {
    let factors = risk.factors.len();
    let exposure = |s: usize, k: usize| risk.exposures[s].as_ref().map_or(0.0, |row| row[k]);
    let loads: Vec<f64> = (0..factors).map(|k| (0..x.len()).map(|s| exposure(s, k) * x[s]).sum()).collect();
    let moved: Vec<f64> =
        risk.factor_covariance.iter().map(|row| row.iter().zip(&loads).map(|(f, y)| f * y).sum()).collect();
    let slope = |s: usize| {
        let common: f64 = (0..factors).map(|k| exposure(s, k) * moved[k]).sum();
        2.0 * (common + risk.specific_variance[s].unwrap_or(0.0) * x[s])
    };
    (0..x.len()).map(slope).collect()
}
