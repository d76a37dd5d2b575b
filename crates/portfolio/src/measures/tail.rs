//! Losses in the tail: (11) value at risk and (12) conditional value at risk.
//!
//! In: returns per period as fractions and a tail probability α (0.05 = the worst 5 %). Out: losses
//! as positive fractions of value per period (negative = even the tail gains). Historical
//! simulation: the distribution is the sample's own.
//!
//! **The design document's signs.** It writes `VaR_α = −inf{x | F_L(x) > α}` and
//! `CVaR_α = E[−L | −L > VaR_α]`. Both yield positive losses only where L is the *return* (profit
//! and loss) and α the *tail* probability; with L a loss, as its letter says, the minus would be
//! wrong. It is read that way here. [`value_at_risk`] and [`conditional_value_at_risk`] are the
//! formulas to the letter; [`value_at_risk_interpolated`] and [`expected_shortfall`] are what most
//! software prints.

use super::sample::{at_least, count, finite, mean};
use super::undefined::Undefined;

/// Value at risk `−inf{x | F(x) > α}`: with n returns sorted upwards, minus the (⌊αn⌋ + 1)-th.
///
/// # Errors
/// [`Undefined`] without returns or where α is no probability.
///
/// # Source
/// Design document (11), read as above.
pub fn value_at_risk(returns: &[f64], tail: f64) -> Result<f64, Undefined> {
    let sorted = ascending(returns, tail)?;
    // From 0, so that nothing lost is 0 and not -0.
    Ok(0.0 - sorted[whole_part(tail * count(&sorted)).min(sorted.len() - 1)])
}

/// Value at risk by linear interpolation between order statistics at α(n − 1), numpy's default
/// percentile with the sign turned.
///
/// # Errors
/// As [`value_at_risk`].
///
/// # Source
/// Design document (11) with quantile type 7 of Hyndman & Fan (1996).
pub fn value_at_risk_interpolated(returns: &[f64], tail: f64) -> Result<f64, Undefined> {
    let sorted = ascending(returns, tail)?;
    let place = tail * (count(&sorted) - 1.0);
    let below = whole_part(place).min(sorted.len() - 1);
    let above = (below + 1).min(sorted.len() - 1);
    Ok(0.0 - (sorted[below] + (place - place.floor()) * (sorted[above] - sorted[below])))
}

/// Conditional value at risk to the letter: the mean loss of the returns **strictly** worse than
/// the [`value_at_risk`].
///
/// On a sample this is not defined where nothing is strictly worse (one return, a constant
/// series, ties at the quantile, α < 1/n); [`expected_shortfall`] is.
///
/// # Errors
/// As [`value_at_risk`], and [`Undefined::NoTail`].
///
/// # Source
/// Design document (12), read as above.
pub fn conditional_value_at_risk(returns: &[f64], tail: f64) -> Result<f64, Undefined> {
    let threshold = value_at_risk(returns, tail)?;
    let beyond: Vec<f64> = returns.iter().map(|r| -r).filter(|loss| *loss > threshold).collect();
    if beyond.is_empty() { Err(Undefined::NoTail) } else { mean(&beyond) }
}

/// Expected shortfall: the mean of the worst α of the distribution, the return at its edge
/// counting in part, so that it is defined for every sample and coherent.
///
/// # Errors
/// As [`value_at_risk`].
///
/// # Source
/// Design document (12) as Rockafellar & Uryasev (2002) define it.
pub fn expected_shortfall(returns: &[f64], tail: f64) -> Result<f64, Undefined> {
    let sorted = ascending(returns, tail)?;
    let mass = tail * count(&sorted);
    let whole = whole_part(mass).min(sorted.len() - 1);
    let in_full: f64 = sorted[..whole].iter().sum();
    let in_part = (mass - count(&sorted[..whole])).max(0.0) * sorted[whole];
    finite((0.0 - (in_full + in_part)) / mass)
}

/// The returns sorted upwards, checked.
fn ascending(returns: &[f64], tail: f64) -> Result<Vec<f64>, Undefined> {
    if !(tail > 0.0 && tail < 1.0) {
        return Err(Undefined::NotAProbability { given: tail });
    }
    at_least(returns, 1)?;
    let mut sorted = returns.to_vec();
    sorted.sort_by(f64::total_cmp);
    Ok(sorted)
}

/// ⌊x⌋ as an index; a value within 1e-9 below a whole number is that number, since 0.29 · 100 is
/// 28.999999999999996.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 ≤ x ≤ length")]
fn whole_part(x: f64) -> usize {
    (x + 1e-9).floor() as usize
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 1 %, 2 %, … 100 % lost.
    fn losses() -> Vec<f64> {
        (1..=100).map(|k| -f64::from(k) / 100.0).collect()
    }

    #[test]
    fn of_a_hundred_losses_the_sixth_is_at_risk() {
        assert_eq!(value_at_risk(&losses(), 0.05), Ok(0.95));
        assert_eq!(value_at_risk(&losses(), 0.29), Ok(0.71));
        assert!((conditional_value_at_risk(&losses(), 0.05).unwrap() - 0.98).abs() < 1e-12);
        assert!((expected_shortfall(&losses(), 0.05).unwrap() - 0.98).abs() < 1e-12);
    }

    #[test]
    fn one_return_is_its_own_tail_and_has_nothing_beyond() {
        assert_eq!(value_at_risk(&[-0.02], 0.05), Ok(0.02));
        assert_eq!(value_at_risk_interpolated(&[-0.02], 0.05), Ok(0.02));
        for of in [value_at_risk, value_at_risk_interpolated, expected_shortfall] {
            assert!(of(&[0.0; 4], 0.05).unwrap().is_sign_positive(), "no loss is 0, not -0");
        }
        assert!((expected_shortfall(&[-0.02], 0.05).unwrap() - 0.02).abs() < 1e-15);
        assert_eq!(conditional_value_at_risk(&[-0.02], 0.05), Err(Undefined::NoTail));
    }

    #[test]
    fn a_tail_is_a_probability() {
        for tail in [0.0, 1.0, -0.1, f64::NAN] {
            assert!(matches!(value_at_risk(&[0.1], tail), Err(Undefined::NotAProbability { .. })));
        }
        assert_eq!(expected_shortfall(&[], 0.05), Err(Undefined::TooFew { needed: 1, given: 0 }));
    }
}
