//! Mean, deviation and covariance of a sample, on which the measures of return series rest.
//!
//! In: slices of finite floats, one entry per period. Out: the sample statistic with the
//! denominator n − 1 (Bessel), as in numpy's `ddof=1`. Invariant: a result is finite, or there is
//! a reason why there is none.

use super::undefined::Undefined;

/// Deviations at or below this, for returns of ordinary size, are rounding and count as zero: a
/// return is one price over another minus one, which carries an error of about 2e-16.
const DEVIATION_MIN: f64 = 1e-14;

/// Arithmetic mean, in the unit of the entries.
///
/// # Errors
/// [`Undefined`] without entries, or with one that is not finite.
pub fn mean(sample: &[f64]) -> Result<f64, Undefined> {
    at_least(sample, 1)?;
    finite(sample.iter().sum::<f64>() / count(sample))
}

/// Sample variance (n − 1), in squared units of the entries.
///
/// # Errors
/// [`Undefined`] with fewer than two entries, or with one that is not finite.
pub fn variance(sample: &[f64]) -> Result<f64, Undefined> {
    covariance(sample, sample)
}

/// Sample standard deviation (n − 1), in the unit of the entries. Zero is a valid answer.
///
/// # Errors
/// As [`variance`].
pub fn deviation(sample: &[f64]) -> Result<f64, Undefined> {
    Ok(variance(sample)?.sqrt())
}

/// Sample covariance (n − 1) of two aligned samples.
///
/// # Errors
/// [`Undefined`] with fewer than two pairs, different lengths, or an entry that is not finite.
pub fn covariance(left: &[f64], right: &[f64]) -> Result<f64, Undefined> {
    same_length(left, right)?;
    at_least(left, 2)?;
    let (of_left, of_right) = (mean(left)?, mean(right)?);
    let sum: f64 = left.iter().zip(right).map(|(l, r)| (l - of_left) * (r - of_right)).sum();
    finite(sum / (count(left) - 1.0))
}

/// Entry by entry, `left − right`: returns in excess of another series.
///
/// # Errors
/// [`Undefined`] for different lengths or entries that are not finite.
pub fn excess(left: &[f64], right: &[f64]) -> Result<Vec<f64>, Undefined> {
    same_length(left, right)?;
    all_finite(left)?;
    all_finite(right)?;
    Ok(left.iter().zip(right).map(|(l, r)| l - r).collect())
}

/// A deviation fit to divide by: [`Undefined::NoVolatility`] where the sample does not vary by
/// more than rounding.
pub(super) fn deviation_to_divide_by(sample: &[f64]) -> Result<f64, Undefined> {
    let scale = sample.iter().fold(1.0_f64, |most, x| most.max(x.abs()));
    let deviation = deviation(sample)?;
    if deviation <= DEVIATION_MIN * scale { Err(Undefined::NoVolatility) } else { Ok(deviation) }
}

/// The number of entries as a float.
#[allow(clippy::cast_precision_loss, reason = "no series has 2^53 entries")]
pub(super) fn count<T>(sample: &[T]) -> f64 {
    sample.len() as f64
}

/// Passes a finite result on.
pub(super) fn finite(result: f64) -> Result<f64, Undefined> {
    if result.is_finite() { Ok(result) } else { Err(Undefined::TooLarge) }
}

/// Checks that every entry is finite.
pub(super) fn all_finite(sample: &[f64]) -> Result<(), Undefined> {
    match sample.iter().position(|x| !x.is_finite()) {
        Some(at) => Err(Undefined::NotFinite { at }),
        None => Ok(()),
    }
}

/// Checks that there are enough entries and that all are finite.
pub(super) fn at_least(sample: &[f64], needed: usize) -> Result<(), Undefined> {
    if sample.len() < needed {
        return Err(Undefined::TooFew { needed, given: sample.len() });
    }
    all_finite(sample)
}

/// Checks that two inputs are aligned.
pub(super) fn same_length<A, B>(left: &[A], right: &[B]) -> Result<(), Undefined> {
    if left.len() == right.len() {
        Ok(())
    } else {
        Err(Undefined::LengthsDiffer { left: left.len(), right: right.len() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sample_of_one_has_a_mean_and_no_variance() {
        assert_eq!(mean(&[0.25]), Ok(0.25));
        assert_eq!(variance(&[0.25]), Err(Undefined::TooFew { needed: 2, given: 1 }));
        assert_eq!(mean(&[]), Err(Undefined::TooFew { needed: 1, given: 0 }));
    }

    #[test]
    fn the_denominator_is_one_less_than_the_count() {
        assert_eq!(variance(&[1.0, 2.0, 3.0]), Ok(1.0));
        assert_eq!(covariance(&[1.0, 2.0, 3.0], &[6.0, 4.0, 2.0]), Ok(-2.0));
    }

    #[test]
    fn rounding_is_not_volatility() {
        let grown: Vec<f64> = (0..50).map(|t| 100.0 * 1.001_f64.powi(t)).collect();
        let returns: Vec<f64> = grown.windows(2).map(|p| p[1] / p[0] - 1.0).collect();
        assert_eq!(deviation_to_divide_by(&returns), Err(Undefined::NoVolatility));
    }

    #[test]
    fn what_is_not_finite_is_named_by_its_place() {
        assert_eq!(mean(&[1.0, f64::NAN]), Err(Undefined::NotFinite { at: 1 }));
        assert_eq!(mean(&[f64::MAX, f64::MAX]), Err(Undefined::TooLarge));
        assert_eq!(excess(&[1.0], &[]), Err(Undefined::LengthsDiffer { left: 1, right: 0 }));
    }
}
