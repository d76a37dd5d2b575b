//! Tracking error (20): how far returns stray from a benchmark's.
//!
//! In: aligned returns per period; periods per year. Out: a fraction per year (square-root
//! annualised).
//!
//! **The design document** writes `TE = σ(R_p − R_b) = √E[(R_p − R_b)²]`. The two sides differ by
//! the mean difference: the left is centred on it, the right is not. Both are given.

use super::sample::{at_least, count, deviation, excess, finite};
use super::undefined::Undefined;

/// Tracking error `σ(R_p − R_b)`: the sample deviation (n − 1) of the differences.
///
/// # Errors
/// [`Undefined`] with fewer than two periods or inputs not aligned.
///
/// # Source
/// Design document (20), its left side; the usual definition.
pub fn tracking_error(returns: &[f64], benchmark: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    finite(deviation(&excess(returns, benchmark)?)? * periods_per_year.sqrt())
}

/// Tracking error about zero, `√E[(R_p − R_b)²]` (denominator n): a steady lag counts too.
///
/// # Errors
/// [`Undefined`] without periods or with inputs not aligned.
///
/// # Source
/// Design document (20), its right side.
pub fn tracking_error_about_zero(
    returns: &[f64],
    benchmark: &[f64],
    periods_per_year: f64,
) -> Result<f64, Undefined> {
    let differences = excess(returns, benchmark)?;
    at_least(&differences, 1)?;
    let mean_square = differences.iter().map(|d| d * d).sum::<f64>() / count(&differences);
    finite((mean_square * periods_per_year).sqrt())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_lag_shows_only_about_zero() {
        let (ours, theirs) = ([0.25, -0.5, 0.0], [0.5, -0.25, 0.25]);
        assert_eq!(tracking_error(&ours, &theirs, 1.0), Ok(0.0));
        assert_eq!(tracking_error_about_zero(&ours, &theirs, 1.0), Ok(0.25));
    }

    #[test]
    fn one_period_has_only_the_uncentred_one() {
        let one = tracking_error(&[0.5], &[0.25], 1.0);
        assert_eq!(one, Err(Undefined::TooFew { needed: 2, given: 1 }));
        assert_eq!(tracking_error_about_zero(&[0.5], &[0.25], 1.0), Ok(0.25));
    }
}
