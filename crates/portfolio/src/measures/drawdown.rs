//! Falls from a peak: (14) maximum drawdown, (15) Calmar ratio, (17) Ulcer index.
//!
//! In: a path of values, first value included, or the returns that make one. Out: drawdowns as
//! positive amounts or positive fractions of the peak. Invariant: a fraction exists only of a
//! positive peak.
//!
//! **The design document's units.** (14) is a difference of values: an amount in USD, which grows
//! with the size of the account; (15) then divides a fraction by USD. Both are given to the letter
//! ([`maximum_drawdown_amount`], [`calmar_of_amount`]) and in the usual form as fractions of the
//! peak ([`maximum_drawdown`], [`calmar`]). (17) is a fraction already.

use super::reward::{annual_growth, annual_mean};
use super::sample::{at_least, count, finite};
use super::undefined::Undefined;

/// Maximum drawdown as an amount, in the unit of the values (USD): the most by which a value lies
/// below an earlier one. Zero on a path that only rises.
///
/// # Errors
/// [`Undefined`] without values or with one that is not finite.
///
/// # Source
/// Design document (14), to the letter.
pub fn maximum_drawdown_amount(values: &[f64]) -> Result<f64, Undefined> {
    at_least(values, 1)?;
    let fall = below_peak(values).map(|(peak, value)| peak - value).fold(0.0, f64::max);
    finite(fall)
}

/// Maximum drawdown as a positive fraction of the peak.
///
/// # Errors
/// As [`maximum_drawdown_amount`], and [`Undefined::ValueNotPositive`].
///
/// # Source
/// Design document (14), relative to the peak.
pub fn maximum_drawdown(values: &[f64]) -> Result<f64, Undefined> {
    Ok(drawdowns(values)?.into_iter().fold(0.0, f64::max))
}

/// Calmar ratio: compound return per year over the maximum drawdown as a fraction.
///
/// # Errors
/// As [`maximum_drawdown`] and [`annual_growth`], and [`Undefined::NoDrawdown`].
///
/// # Source
/// Design document (15) as Young (1991) defines it.
pub fn calmar(returns: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    let growth = annual_growth(returns, periods_per_year)?;
    divided_by_fall(growth, maximum_drawdown(&path(returns, 1.0)?)?)
}

/// Calmar ratio to the letter: arithmetic mean return per year over the maximum drawdown as an
/// amount, per USD, for a path that starts at `start` USD.
///
/// # Errors
/// As [`calmar`].
///
/// # Source
/// Design document (15), to the letter.
pub fn calmar_of_amount(returns: &[f64], periods_per_year: f64, start: f64) -> Result<f64, Undefined> {
    let mean = annual_mean(returns, periods_per_year)?;
    divided_by_fall(mean, maximum_drawdown_amount(&path(returns, start)?)?)
}

/// Ulcer index: the root mean square of the drawdowns as fractions, over all values given. (Martin
/// & McCann print it in percent.)
///
/// # Errors
/// As [`maximum_drawdown`].
///
/// # Source
/// Design document (17).
pub fn ulcer_index(values: &[f64]) -> Result<f64, Undefined> {
    let falls = drawdowns(values)?;
    finite((falls.iter().map(|d| d * d).sum::<f64>() / count(&falls)).sqrt())
}

/// The path of values that starts at `start` and grows by the returns; one value longer than them.
///
/// # Errors
/// [`Undefined`] where a value can't be held or an input is not finite.
pub fn path(returns: &[f64], start: f64) -> Result<Vec<f64>, Undefined> {
    at_least(returns, 0)?;
    let mut values = Vec::with_capacity(returns.len() + 1);
    values.push(finite(start)?);
    let mut value = start;
    for growth in returns {
        value = finite(value * (1.0 + growth))?;
        values.push(value);
    }
    Ok(values)
}

/// Fractions below the running peak, one per value, all in [0, …).
fn drawdowns(values: &[f64]) -> Result<Vec<f64>, Undefined> {
    at_least(values, 1)?;
    if values[0] <= 0.0 {
        return Err(Undefined::ValueNotPositive);
    }
    Ok(below_peak(values).map(|(peak, value)| 1.0 - value / peak).collect())
}

/// The running peak beside each value.
fn below_peak(values: &[f64]) -> impl Iterator<Item = (f64, f64)> {
    values.iter().scan(f64::NEG_INFINITY, |peak, value| {
        *peak = peak.max(*value);
        Some((*peak, *value))
    })
}

fn divided_by_fall(reward: f64, fall: f64) -> Result<f64, Undefined> {
    if fall > 0.0 { finite(reward / fall) } else { Err(Undefined::NoDrawdown) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_amount_and_the_fraction_may_be_of_different_falls() {
        let values = [100.0, 50.0, 400.0, 300.0];
        assert_eq!(maximum_drawdown_amount(&values), Ok(100.0));
        assert_eq!(maximum_drawdown(&values), Ok(0.5));
    }

    #[test]
    fn a_path_that_only_rises_has_no_calmar() {
        assert_eq!(maximum_drawdown(&[1.0, 2.0, 3.0]), Ok(0.0));
        assert_eq!(calmar(&[0.1, 0.2], 252.0), Err(Undefined::NoDrawdown));
        assert_eq!(calmar_of_amount(&[0.1, 0.2], 252.0, 1000.0), Err(Undefined::NoDrawdown));
    }

    #[test]
    fn a_fall_on_the_first_day_counts() {
        let values = path(&[-0.25, 0.1], 200.0).unwrap();
        assert_eq!(maximum_drawdown_amount(&values), Ok(50.0));
        assert_eq!(ulcer_index(&values[..2]), Ok((0.0625_f64 / 2.0).sqrt()));
    }

    #[test]
    fn a_worthless_start_has_no_fraction() {
        assert_eq!(maximum_drawdown(&[0.0, 1.0]), Err(Undefined::ValueNotPositive));
        assert_eq!(ulcer_index(&[]), Err(Undefined::TooFew { needed: 1, given: 0 }));
    }
}
