//! Return and risk of a mixture of assets: (5), (6) and (7).
//!
//! In: weights and the assets' expected returns or covariance, aligned. Out: expected return,
//! variance and volatility of the portfolio, in the period of the inputs (annual in, annual out).
//! Weights need not sum to 1: what is missing is cash, which has neither return nor risk here.

use super::covariance::Covariance;
use super::sample::{all_finite, finite, same_length};
use super::undefined::Undefined;

/// Expected return `E[R_p] = Σ w_i E[R_i]`, a fraction per period of `expected`.
///
/// # Errors
/// [`Undefined`] where the inputs differ in length or are not finite.
///
/// # Source
/// Design document (5).
pub fn expected_return(weights: &[f64], expected: &[f64]) -> Result<f64, Undefined> {
    same_length(weights, expected)?;
    all_finite(weights)?;
    all_finite(expected)?;
    finite(weights.iter().zip(expected).map(|(w, r)| w * r).sum())
}

/// Variance `σ_p² = wᵀ Σ w`, return squared per period of Σ.
///
/// # Errors
/// [`Undefined`] where the shapes differ or Σ gives a negative variance.
///
/// # Source
/// Design document (6).
pub fn variance(weights: &[f64], covariance: &Covariance) -> Result<f64, Undefined> {
    covariance.quadratic(weights)
}

/// Volatility `σ_p = √(wᵀ Σ w)`, a fraction per square root of the period of Σ.
///
/// # Errors
/// As [`variance`].
///
/// # Source
/// Design document (7).
pub fn volatility(weights: &[f64], covariance: &Covariance) -> Result<f64, Undefined> {
    Ok(variance(weights, covariance)?.sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mean_of_the_mixture_is_the_mixture_of_the_means() {
        assert_eq!(expected_return(&[0.5, 0.25], &[0.08, 0.04]), Ok(0.05));
        assert_eq!(expected_return(&[], &[]), Ok(0.0));
        assert_eq!(expected_return(&[1.0], &[0.1, 0.2]), Err(Undefined::LengthsDiffer { left: 1, right: 2 }));
    }

    #[test]
    fn opposite_assets_cancel() {
        let hedge = Covariance::of_rows(&[vec![0.04, -0.04], vec![-0.04, 0.04]]).unwrap();
        assert_eq!(volatility(&[0.5, 0.5], &hedge), Ok(0.0));
        assert_eq!(volatility(&[1.0, 0.0], &hedge), Ok(0.2));
    }
}
