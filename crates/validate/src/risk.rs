//! Variance under the document's risk model, a pure measure.
//!
//! In: a weight (or a difference of weights) per security. Out: `xᵀ(B F Bᵀ + diag(d))x`, annualised.
//! Invariant: the one place of this crate that computes with binary floats; nothing here is money.

use portfolio::money::float;
use portfolio::{Decimal, Portfolio};

/// `xᵀ(B F Bᵀ + diag(d))x`; 0 without a risk model.
///
/// # Source
/// model.md, `drift_metric: "tracking_variance"` and `risk.volatility`.
pub(crate) fn variance(portfolio: &Portfolio, x: &[Decimal]) -> f64 {
    let Some(model) = &portfolio.risk_model else { return 0.0 };
    let mut factors = vec![0.0; model.factor_covariance.len()];
    let mut specific = 0.0;
    for (security, weight) in x.iter().enumerate().filter(|(_, weight)| !weight.is_zero()) {
        let weight = float(*weight);
        for (k, exposure) in model.exposures[security].iter().flatten().enumerate() {
            factors[k] += weight * exposure;
        }
        specific += weight * weight * model.specific_variance[security].unwrap_or_default();
    }
    let systematic: f64 = factors
        .iter()
        .zip(&model.factor_covariance)
        .map(|(f, row)| f * row.iter().zip(&factors).map(|(c, g)| c * g).sum::<f64>())
        .sum();
    systematic + specific
}
