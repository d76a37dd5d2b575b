//! Two or three series, day by day: which observations belong together.
//!
//! In: a portfolio's returns, each with the days it spans, a benchmark and a risk-free rate. Out:
//! slices of one length. Invariant: a period is in all of them or in none, and its returns are
//! over the same days.

use jiff::civil::Date;

use super::{Benchmark, RiskFree};

/// A return and the days it spans.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct SpanReturn {
    /// Close that it starts from.
    pub from: Date,
    /// Close that it ends at.
    pub to: Date,
    /// Fraction.
    pub value: f64,
}

/// Returns of the same periods.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Paired {
    /// The portfolio's, fractions.
    pub returns: Vec<f64>,
    /// The benchmark's; empty without one.
    pub benchmark: Vec<f64>,
    /// The risk-free ones; zeros without a rate.
    pub risk_free: Vec<f64>,
    /// Periods of the portfolio that were dropped because another series misses them.
    pub dropped: usize,
}

/// Keeps the periods that the benchmark and the rate, where given, know too. A benchmark that
/// misses a day loses the two periods that touch it.
#[must_use]
pub fn pair(
    returns: &[SpanReturn],
    benchmark: Option<&Benchmark>,
    risk_free: Option<&RiskFree>,
    periods_per_year: f64,
) -> Paired {
    let mut paired = Paired::default();
    for span in returns {
        let rate = risk_free.map_or(Some(0.0), |rates| rates.at(span.to, periods_per_year));
        let growth = benchmark.map_or(Some(0.0), |levels| levels.return_over(span.from, span.to));
        let (Some(rate), Some(growth)) = (rate, growth) else {
            paired.dropped += 1;
            continue;
        };
        paired.returns.push(span.value);
        paired.risk_free.push(rate);
        if benchmark.is_some() {
            paired.benchmark.push(growth);
        }
    }
    paired
}
