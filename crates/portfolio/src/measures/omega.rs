//! The Omega ratio (16): gains above a threshold against losses below it.
//!
//! In: returns per period and a threshold θ per period, both fractions. Out: the ratio, without
//! unit; 1 where the mean return is θ. Invariant: no shortfall, no ratio.

use super::sample::{at_least, finite};
use super::undefined::Undefined;

/// Omega `Ω(θ) = ∫_θ^∞ (1 − F(r)) dr / ∫_{−∞}^θ F(r) dr`.
///
/// On a sample the integrals of the distribution function are the mean gain above θ and the mean
/// loss below it, `Σ max(r − θ, 0) / Σ max(θ − r, 0)`, which is what is computed.
///
/// # Errors
/// [`Undefined`] without returns, or [`Undefined::NoShortfall`] where none lies below θ.
///
/// # Source
/// Design document (16); Keating & Shadwick (2002).
pub fn omega(returns: &[f64], threshold: f64) -> Result<f64, Undefined> {
    at_least(returns, 1)?;
    finite(threshold)?;
    let gains: f64 = returns.iter().map(|r| (r - threshold).max(0.0)).sum();
    let losses: f64 = returns.iter().map(|r| (threshold - r).max(0.0)).sum();
    if losses > 0.0 { finite(gains / losses) } else { Err(Undefined::NoShortfall) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn at_the_mean_gains_and_losses_balance() {
        assert_eq!(omega(&[0.5, -0.25, 0.125, 0.125], 0.125), Ok(1.0));
        assert_eq!(omega(&[-0.1, -0.2], 0.0), Ok(0.0));
    }

    #[test]
    fn without_a_loss_there_is_no_ratio() {
        assert_eq!(omega(&[0.01, 0.02], 0.0), Err(Undefined::NoShortfall));
        assert_eq!(omega(&[], 0.0), Err(Undefined::TooFew { needed: 1, given: 0 }));
    }
}
