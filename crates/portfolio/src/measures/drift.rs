//! How far the weights are from their targets: (18), (19), (21), (22), (25), (26).
//!
//! In: current and target weights, aligned, as fractions of V. Out: one figure each, without unit.
//! Floats, except the breach count: whether 0.06 exceeds a band of 0.06 must not depend on binary
//! rounding, so that one compares decimals.

use rust_decimal::Decimal;

use super::covariance::Covariance;
use super::sample::{excess, finite, same_length};
use super::undefined::Undefined;

/// Absolute drift `D_A = Σ |w_c − w_t|`; twice the part of V that would have to move.
///
/// # Errors
/// [`Undefined`] where the inputs differ in length or are not finite; likewise below.
///
/// # Source
/// Design document (18).
pub fn absolute(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    finite(excess(current, target)?.iter().map(|d| d.abs()).sum())
}

/// Relative drift `D_R = Σ |(w_c − w_t) / w_t|`, to the letter: it does not exist where a target is
/// zero, which is the case of everything held and not wanted.
///
/// # Errors
/// As [`absolute`], and [`Undefined::ZeroTarget`].
///
/// # Source
/// Design document (19), to the letter.
pub fn relative(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    let moved = excess(current, target)?;
    if let Some(at) = target.iter().position(|t| *t == 0.0) {
        return Err(Undefined::ZeroTarget { at });
    }
    finite(moved.iter().zip(target).map(|(d, t)| (d / t).abs()).sum())
}

/// Relative drift over the assets that have a target; what is held without one is left out here
/// and shows in [`absolute`].
///
/// # Errors
/// As [`absolute`].
///
/// # Source
/// Design document (19), restricted to w_t ≠ 0 (house decision).
pub fn relative_of_targeted(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    let moved = excess(current, target)?;
    let targeted = moved.iter().zip(target).filter(|(_, t)| **t != 0.0);
    finite(targeted.map(|(d, t)| (d / t).abs()).sum())
}

/// Sum of squared errors `SSE = Σ (w_c − w_t)²`, the drift term of the objective (49).
///
/// # Errors
/// As [`absolute`].
///
/// # Source
/// Design document (21).
pub fn squared(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    finite(excess(current, target)?.iter().map(|d| d * d).sum())
}

/// Maximum deviation `D_max = max |w_c − w_t|`; 0 of no asset.
///
/// # Errors
/// As [`absolute`].
///
/// # Source
/// Design document (22).
pub fn maximum(current: &[f64], target: &[f64]) -> Result<f64, Undefined> {
    Ok(excess(current, target)?.iter().fold(0.0, |most, d| d.abs().max(most)))
}

/// Misfit `M = (w_c − w_t)ᵀ Σ (w_c − w_t)`: the variance that drift adds against the target, return
/// squared per period of Σ.
///
/// # Errors
/// As [`absolute`], and [`Undefined::NegativeVariance`].
///
/// # Source
/// Design document (25).
pub fn misfit(current: &[f64], target: &[f64], covariance: &Covariance) -> Result<f64, Undefined> {
    covariance.quadratic(&excess(current, target)?)
}

/// Corridor breach count: how many assets have `|w_c − w_t| > τ`, strictly, compared exactly.
///
/// # Errors
/// [`Undefined`] where the inputs differ in length or can't be subtracted.
///
/// # Source
/// Design document (26), with τ of (2) per asset.
pub fn corridor_breaches(
    current: &[Decimal],
    target: &[Decimal],
    tolerance: &[Decimal],
) -> Result<usize, Undefined> {
    same_length(current, target)?;
    same_length(current, tolerance)?;
    let mut breaches = 0;
    for ((current, target), tolerance) in current.iter().zip(target).zip(tolerance) {
        let moved = current.checked_sub(*target).ok_or(Undefined::TooLarge)?;
        breaches += usize::from(moved.abs() > *tolerance);
    }
    Ok(breaches)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rust_decimal::dec;

    #[test]
    fn a_target_of_zero_has_no_relative_drift() {
        let (current, target) = ([0.5, 0.25, 0.25], [0.25, 0.75, 0.0]);
        assert_eq!(relative(&current, &target), Err(Undefined::ZeroTarget { at: 2 }));
        assert_eq!(relative_of_targeted(&current, &target), Ok(1.0 + 2.0 / 3.0));
        assert_eq!(absolute(&current, &target), Ok(1.0));
    }

    #[test]
    fn a_weight_on_the_edge_of_its_corridor_is_inside() {
        let (current, target) = ([dec!(0.46), dec!(0.54)], [dec!(0.40), dec!(0.60)]);
        assert_eq!(corridor_breaches(&current, &target, &[dec!(0.06), dec!(0.06)]), Ok(0));
        assert_eq!(corridor_breaches(&current, &target, &[dec!(0.0599), dec!(0.06)]), Ok(1));
    }

    #[test]
    fn nothing_has_no_drift() {
        assert_eq!(absolute(&[], &[]), Ok(0.0));
        assert_eq!(maximum(&[], &[]), Ok(0.0));
        assert_eq!(squared(&[1.0], &[]), Err(Undefined::LengthsDiffer { left: 1, right: 0 }));
    }
}
