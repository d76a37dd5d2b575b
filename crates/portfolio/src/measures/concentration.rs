//! Concentration: (23) the Herfindahl index and (24) its drift.
//!
//! In: weights as fractions. Out: the index, without unit: 1 with all in one asset, 1/n when spread
//! evenly over n.

use super::sample::{all_finite, finite};
use super::undefined::Undefined;

/// Herfindahl index `H = Σ w_i²`. 1/H is the effective number of assets.
///
/// # Errors
/// [`Undefined::NotFinite`] for a weight that is not finite.
///
/// # Source
/// Design document (23).
pub fn herfindahl(weights: &[f64]) -> Result<f64, Undefined> {
    all_finite(weights)?;
    finite(weights.iter().map(|w| w * w).sum())
}

/// Drift in concentration `ΔH = H_c − H_t`; positive = more concentrated than wanted.
///
/// # Errors
/// As [`herfindahl`].
///
/// # Source
/// Design document (24).
pub fn drift(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    finite(herfindahl(current)? - herfindahl(target)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn even_weights_are_the_least_concentrated() {
        assert_eq!(herfindahl(&[0.25; 4]), Ok(0.25));
        assert_eq!(drift(&[1.0, 0.0], &[0.5, 0.5]), Ok(0.5));
        assert_eq!(herfindahl(&[f64::INFINITY]), Err(Undefined::NotFinite { at: 0 }));
    }
}
