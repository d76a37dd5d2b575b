//! Reward per unit of risk: (8) Sharpe, (9) Sortino, (10) Treynor, (13) information ratio.
//!
//! In: returns per period as fractions, aligned with the risk-free or benchmark returns of the
//! same periods; periods per year (252 trading days). Out: annualised ratios: means grow with time
//! and deviations with its square root. Invariant: a denominator of zero is a finding.
//!
//! With `periods_per_year` = 1 every ratio is the one per period.

use super::sample::{all_finite, at_least, count, covariance, deviation_to_divide_by, excess, finite, mean};
use super::undefined::Undefined;

/// Sharpe ratio as the design document writes it: `(E[R_p] − R_f) / σ_p`, with the deviation of
/// the portfolio's own returns and R_f the mean of the risk-free returns.
///
/// # Errors
/// [`Undefined`] with fewer than two periods, inputs not aligned, or returns that do not vary.
///
/// # Source
/// Design document (8); Sharpe (1966).
pub fn sharpe(returns: &[f64], risk_free: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    let reward = mean(&excess(returns, risk_free)?)?;
    finite(reward / deviation_to_divide_by(returns)? * periods_per_year.sqrt())
}

/// Sharpe ratio of excess returns: the mean over the deviation of `R_p − R_f`. Equal to [`sharpe`]
/// where the risk-free rate is constant, and the usual definition where it is not.
///
/// # Errors
/// As [`sharpe`].
///
/// # Source
/// Design document (8) with the denominator of Sharpe (1994).
pub fn sharpe_of_excess(returns: &[f64], risk_free: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    let excess = excess(returns, risk_free)?;
    finite(mean(&excess)? / deviation_to_divide_by(&excess)? * periods_per_year.sqrt())
}

/// Sortino ratio with the downside deviation over **all** periods: `(E[R_p] − R_f) / σ_d`,
/// `σ_d = √(Σ min(R_p − R_f, 0)² / n)`.
///
/// The design document leaves the threshold and the denominator of σ_d open. Here the threshold is
/// the risk-free return and periods without a shortfall count as zeros.
///
/// # Errors
/// [`Undefined`] without periods, inputs not aligned, or no return below the risk-free one.
///
/// # Source
/// Design document (9); Sortino & Price (1994).
pub fn sortino(returns: &[f64], risk_free: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    let excess = excess(returns, risk_free)?;
    let down = downside_deviation(&excess)?;
    if down > 0.0 {
        finite(mean(&excess)? / down * periods_per_year.sqrt())
    } else {
        Err(Undefined::NoShortfall)
    }
}

/// Sortino ratio with the downside deviation over the **losing** periods only. Smaller than
/// [`sortino`] by √(share of losing periods), so a portfolio that seldom loses is not credited for
/// it. Found in many reports; given so that they can be compared.
///
/// # Errors
/// As [`sortino`].
///
/// # Source
/// Design document (9), the other common reading of σ_d.
pub fn sortino_of_losses(
    returns: &[f64],
    risk_free: &[f64],
    periods_per_year: f64,
) -> Result<f64, Undefined> {
    let excess = excess(returns, risk_free)?;
    let losses: Vec<f64> = excess.iter().copied().filter(|x| *x < 0.0).collect();
    if losses.is_empty() {
        at_least(&excess, 1)?;
        return Err(Undefined::NoShortfall);
    }
    finite(mean(&excess)? / downside_deviation(&losses)? * periods_per_year.sqrt())
}

/// Root mean square of the shortfalls below zero, over all entries, in their unit per period.
///
/// # Errors
/// [`Undefined`] without entries or with one that is not finite.
///
/// # Source
/// Lower partial moment of order 2 (Fishburn 1977).
pub fn downside_deviation(excess: &[f64]) -> Result<f64, Undefined> {
    at_least(excess, 1)?;
    finite((excess.iter().map(|x| x.min(0.0).powi(2)).sum::<f64>() / count(excess)).sqrt())
}

/// Treynor ratio `T_p = (E[R_p] − R_f) / β_p`, a fraction per year and unit of beta.
///
/// # Errors
/// As [`beta`], and [`Undefined::NoBeta`] where beta is zero.
///
/// # Source
/// Design document (10); Treynor (1965). Means are arithmetic, as in (8).
pub fn treynor(
    returns: &[f64],
    benchmark: &[f64],
    risk_free: &[f64],
    periods_per_year: f64,
) -> Result<f64, Undefined> {
    let beta = beta(returns, benchmark, risk_free)?;
    if beta.abs() <= f64::EPSILON {
        return Err(Undefined::NoBeta);
    }
    finite(mean(&excess(returns, risk_free)?)? * periods_per_year / beta)
}

/// Beta: the slope of the portfolio's excess return on the benchmark's, without unit.
///
/// # Errors
/// [`Undefined`] with fewer than two periods, inputs not aligned, or a benchmark that does not
/// vary.
///
/// # Source
/// β_p of design document (10); CAPM.
pub fn beta(returns: &[f64], benchmark: &[f64], risk_free: &[f64]) -> Result<f64, Undefined> {
    let (ours, theirs) = (excess(returns, risk_free)?, excess(benchmark, risk_free)?);
    let spread = deviation_to_divide_by(&theirs).map_err(|why| match why {
        Undefined::NoVolatility => Undefined::NoBenchmarkVariance,
        other => other,
    })?;
    finite(covariance(&ours, &theirs)? / spread.powi(2))
}

/// Information ratio `IR = (E[R_p] − E[R_b]) / σ(R_p − R_b)`.
///
/// # Errors
/// [`Undefined`] with fewer than two periods, inputs not aligned, or a constant difference.
///
/// # Source
/// Design document (13); Grinold & Kahn.
pub fn information_ratio(
    returns: &[f64],
    benchmark: &[f64],
    periods_per_year: f64,
) -> Result<f64, Undefined> {
    sharpe_of_excess(returns, benchmark, periods_per_year)
}

/// Arithmetic mean return per year, a fraction: the mean per period times the periods.
///
/// # Errors
/// [`Undefined`] without periods.
pub fn annual_mean(returns: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    finite(mean(returns)? * periods_per_year)
}

/// Compound return per year, a fraction: `(Π (1 + r_t))^(periods_per_year / n) − 1`.
///
/// # Errors
/// [`Undefined`] without periods, or where the whole value was lost and nothing is left to grow.
pub fn annual_growth(returns: &[f64], periods_per_year: f64) -> Result<f64, Undefined> {
    at_least(returns, 1)?;
    all_finite(returns)?;
    let grown: f64 = returns.iter().map(|r| 1.0 + r).product();
    if grown <= 0.0 || returns.iter().any(|r| *r <= -1.0) {
        return Err(Undefined::ValueNotPositive);
    }
    finite(grown.powf(periods_per_year / count(returns)) - 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NONE: [f64; 4] = [0.0; 4];

    #[test]
    fn one_period_has_no_ratio() {
        assert_eq!(sharpe(&[0.1], &[0.0], 252.0), Err(Undefined::TooFew { needed: 2, given: 1 }));
        assert_eq!(information_ratio(&[], &[], 252.0), Err(Undefined::TooFew { needed: 1, given: 0 }));
        assert_eq!(sortino_of_losses(&[], &[], 1.0), Err(Undefined::TooFew { needed: 1, given: 0 }));
    }

    #[test]
    fn returns_that_do_not_vary_have_no_ratio() {
        let constant = [0.001; 4];
        assert_eq!(sharpe(&constant, &NONE, 252.0), Err(Undefined::NoVolatility));
        assert_eq!(sortino(&constant, &NONE, 252.0), Err(Undefined::NoShortfall));
        assert_eq!(sortino_of_losses(&constant, &NONE, 252.0), Err(Undefined::NoShortfall));
        let ours = [0.01, -0.01, 0.02, 0.0];
        assert_eq!(beta(&ours, &constant, &NONE), Err(Undefined::NoBenchmarkVariance));
        assert_eq!(information_ratio(&ours, &ours, 252.0), Err(Undefined::NoVolatility));
    }

    #[test]
    fn a_portfolio_that_ignores_the_benchmark_has_no_treynor() {
        let (ours, theirs) = ([0.01, -0.01, -0.01, 0.01], [0.01, -0.01, 0.01, -0.01]);
        assert_eq!(treynor(&ours, &theirs, &NONE, 252.0), Err(Undefined::NoBeta));
    }

    #[test]
    fn the_two_sortinos_differ_by_the_share_of_losses() {
        let returns = [0.02, -0.01, 0.03, 0.01];
        let (all, losses) = (sortino(&returns, &NONE, 1.0), sortino_of_losses(&returns, &NONE, 1.0));
        assert!((losses.unwrap() - all.unwrap() * 0.25_f64.sqrt()).abs() < 1e-12);
    }

    #[test]
    fn a_total_loss_has_no_growth_rate() {
        assert_eq!(annual_growth(&[0.1, -1.0, 0.5], 252.0), Err(Undefined::ValueNotPositive));
    }
}
