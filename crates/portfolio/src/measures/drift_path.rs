//! Drift over time: (27), the discounted area under the path of absolute drift.
//!
//! In: times in years from now, increasing, with the absolute drift (18) at each, and a continuous
//! discount rate per year. Out: drift · years. Invariant: times increase strictly.

use super::sample::{at_least, finite, same_length};
use super::undefined::Undefined;

/// Time-weighted drift `D_TW = ∫ D_A(t) e^(−rt) dt`, by the trapezoidal rule on the discounted path.
///
/// A positive r gives **later** drift less weight, as the document has it; a negative one, with t
/// counted from the start, gives past drift less weight than today's.
///
/// # Errors
/// [`Undefined`] with fewer than two times, times that do not increase, or inputs not aligned.
///
/// # Source
/// Design document (27); the integration rule is a house decision.
pub fn time_weighted(years: &[f64], drift: &[f64], discount_rate: f64) -> Result<f64, Undefined> {
    same_length(years, drift)?;
    at_least(years, 2)?;
    at_least(drift, 2)?;
    finite(discount_rate)?;
    if let Some(at) = (1..years.len()).find(|&at| years[at] <= years[at - 1]) {
        return Err(Undefined::TimesNotIncreasing { at });
    }
    let discounted: Vec<f64> = years.iter().zip(drift).map(|(t, d)| d * (-discount_rate * t).exp()).collect();
    let area = |at: usize| (years[at] - years[at - 1]) * f64::midpoint(discounted[at], discounted[at - 1]);
    finite((1..years.len()).map(area).sum())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_discount_a_constant_drift_is_a_rectangle() {
        assert_eq!(time_weighted(&[0.0, 0.5, 2.0], &[0.25; 3], 0.0), Ok(0.5));
    }

    #[test]
    fn time_runs_forward() {
        let twice = time_weighted(&[0.0, 1.0, 1.0], &[0.1; 3], 0.0);
        assert_eq!(twice, Err(Undefined::TimesNotIncreasing { at: 2 }));
        assert_eq!(time_weighted(&[0.0], &[0.1], 0.0), Err(Undefined::TooFew { needed: 2, given: 1 }));
    }
}
