//! (5)–(17) and (20): what today's mixture would have returned, and at what risk.
//!
//! In: weights and price history. Out: rows. The portfolio's past is that of **today's weights**,
//! kept by rebalancing every day: the same reading as (5)–(7), so that the variance of the series
//! is `wᵀΣw`. Cash returns nothing.

use super::{Inputs, Measure};
use crate::measures::covariance::Covariance;
use crate::measures::series::{Paired, SpanReturn, pair};
use crate::measures::undefined::Undefined;
use crate::measures::{drawdown, holding, mixture, omega, reward, sample, tail, tracking};
use crate::money::float;

const NO_PRICES: &str = "the prices file (`--prices`)";
const NO_BENCHMARK: &str = "the benchmark file (`--benchmark`)";

/// The past of the mixture.
struct History {
    weights: Vec<f64>,
    assets: Vec<Vec<f64>>,
    spans: Vec<SpanReturn>,
    returns: Vec<f64>,
    with_rate: Paired,
    days_dropped: usize,
}

pub(super) fn rows(inputs: &Inputs<'_>) -> Vec<Measure> {
    let history = history(inputs);
    let paired = history.as_ref().map_err(Clone::clone).and_then(|h| against_benchmark(inputs, h));
    let mut rows = mixed(inputs, history.as_ref());
    rows.extend(rewards(inputs, history.as_ref()));
    rows.extend(compared(inputs, paired.as_ref()));
    rows.extend(tails(inputs, history.as_ref()));
    rows.extend(falls(inputs, history.as_ref()));
    rows
}

type Known<'a, T> = Result<&'a T, &'a Undefined>;

/// A measure of two series, annualised.
type OfTwo = fn(&[f64], &[f64], f64) -> Result<f64, Undefined>;

/// Evaluates a measure on a history that may itself be undefined.
fn on<T>(known: Known<'_, T>, measure: impl Fn(&T) -> Result<f64, Undefined>) -> Result<f64, Undefined> {
    known.map_err(Clone::clone).and_then(measure)
}

fn history(inputs: &Inputs<'_>) -> Result<History, Undefined> {
    let prices = inputs.prices.ok_or(Undefined::NotGiven { what: NO_PRICES })?;
    let holdings: Vec<_> = inputs.positions.iter().map(|p| p.holding).collect();
    let weights: Vec<f64> = holding::weights(&holdings, inputs.cash)?.into_iter().map(float).collect();
    let tickers: Vec<&str> = inputs.positions.iter().map(|p| p.ticker.as_str()).collect();
    let days = prices.complete_days(&tickers)?;
    let spans = days.mixture(&weights);
    Ok(History {
        returns: spans.iter().map(|s| s.value).collect(),
        with_rate: pair(&spans, None, inputs.risk_free, inputs.settings.periods_per_year),
        assets: days.returns(),
        days_dropped: days.dropped,
        weights,
        spans,
    })
}

fn against_benchmark(inputs: &Inputs<'_>, history: &History) -> Result<Paired, Undefined> {
    let benchmark = inputs.benchmark.ok_or(Undefined::NotGiven { what: NO_BENCHMARK })?;
    Ok(pair(&history.spans, Some(benchmark), inputs.risk_free, inputs.settings.periods_per_year))
}

/// (5)–(7).
fn mixed(inputs: &Inputs<'_>, history: Known<'_, History>) -> Vec<Measure> {
    let periods = inputs.settings.periods_per_year;
    let expected = on(history, |h| {
        let annual = |asset: &Vec<f64>| reward::annual_mean(asset, periods);
        mixture::expected_return(&h.weights, &h.assets.iter().map(annual).collect::<Result<Vec<_>, _>>()?)
    });
    let variance = on(history, |h| {
        let assets: Vec<&[f64]> = h.assets.iter().map(Vec::as_slice).collect();
        mixture::variance(&h.weights, &Covariance::of_returns(&assets)?.over(periods))
    });
    let seen = history.map_or(String::new(), |h| {
        format!("over {} periods; {} days without every price were left out", h.returns.len(), h.days_dropped)
    });
    vec![
        Measure::of("expected_return", 5, "expected return", "per year", expected).noting(seen),
        Measure::of("variance", 6, "variance", "per year", variance.clone()),
        Measure::of("volatility", 7, "volatility", "per √year", variance.map(f64::sqrt)),
    ]
}

/// (8), (9).
fn rewards(inputs: &Inputs<'_>, history: Known<'_, History>) -> Vec<Measure> {
    let periods = inputs.settings.periods_per_year;
    let ratio = |of: OfTwo| on(history, |h| of(&h.with_rate.returns, &h.with_rate.risk_free, periods));
    let rate = match (inputs.risk_free, history) {
        (Some(_), Ok(h)) => format!("{} periods without a risk-free rate were left out", h.with_rate.dropped),
        _ => "no risk-free rate given; taken as 0".to_owned(),
    };
    vec![
        Measure::of("sharpe", 8, "Sharpe ratio", "annualised", ratio(reward::sharpe)).noting(rate),
        Measure::of("sharpe_of_excess", 8, "Sharpe ratio", "annualised", ratio(reward::sharpe_of_excess))
            .noting("with the deviation of excess returns"),
        Measure::of("sortino", 9, "Sortino ratio", "annualised", ratio(reward::sortino))
            .noting("downside deviation over all periods"),
        Measure::of("sortino_of_losses", 9, "Sortino ratio", "annualised", ratio(reward::sortino_of_losses))
            .noting("downside deviation over losing periods only"),
    ]
}

/// (10), (13), (20).
fn compared(inputs: &Inputs<'_>, paired: Known<'_, Paired>) -> Vec<Measure> {
    let periods = inputs.settings.periods_per_year;
    let seen = paired.map_or(String::new(), |p| {
        format!("over {} periods that both have; {} were left out", p.returns.len(), p.dropped)
    });
    let of = |measure: OfTwo| on(paired, |p| measure(&p.returns, &p.benchmark, periods));
    let treynor = on(paired, |p| reward::treynor(&p.returns, &p.benchmark, &p.risk_free, periods));
    let beta = on(paired, |p| reward::beta(&p.returns, &p.benchmark, &p.risk_free));
    vec![
        Measure::of("treynor", 10, "Treynor ratio", "per year and beta", treynor).noting(seen),
        Measure::of("beta", 10, "beta", "–", beta),
        Measure::of(
            "information_ratio",
            13,
            "information ratio",
            "annualised",
            of(reward::information_ratio),
        ),
        Measure::of(
            "tracking_error_about_zero",
            20,
            "tracking error",
            "per √year",
            of(tracking::tracking_error_about_zero),
        )
        .noting("about zero: a steady lag counts"),
        Measure::of("tracking_error", 20, "tracking error", "per √year", of(tracking::tracking_error))
            .noting("about its mean"),
    ]
}

/// (11), (12), (16).
fn tails(inputs: &Inputs<'_>, history: Known<'_, History>) -> Vec<Measure> {
    let settings = inputs.settings;
    let loss = |of: fn(&[f64], f64) -> Result<f64, Undefined>| on(history, |h| of(&h.returns, settings.tail));
    let (var, cvar) = ("value at risk", "conditional value at risk");
    let (tail, unit) =
        (format!("the worst {} of periods; positive = loss", settings.tail), "of value, per period");
    vec![
        Measure::of("value_at_risk", 11, var, unit, loss(tail::value_at_risk)).noting(tail),
        Measure::of("value_at_risk_interpolated", 11, var, unit, loss(tail::value_at_risk_interpolated))
            .noting("interpolated between observations"),
        Measure::of("conditional_value_at_risk", 12, cvar, unit, loss(tail::conditional_value_at_risk))
            .noting("mean of the losses beyond the value at risk"),
        Measure::of("expected_shortfall", 12, cvar, unit, loss(tail::expected_shortfall))
            .noting("mean of the worst part (Rockafellar & Uryasev)"),
        Measure::of(
            "omega",
            16,
            "Omega ratio",
            "–",
            on(history, |h| omega::omega(&h.returns, settings.omega_threshold)),
        )
        .noting(format!("above and below {} per period", settings.omega_threshold)),
    ]
}

/// (14), (15), (17).
fn falls(inputs: &Inputs<'_>, history: Known<'_, History>) -> Vec<Measure> {
    let periods = inputs.settings.periods_per_year;
    let start = inputs.value().map(float);
    let amount =
        on(history, |h| drawdown::maximum_drawdown_amount(&drawdown::path(observed(h)?, start.clone()?)?));
    let of_amount = on(history, |h| drawdown::calmar_of_amount(observed(h)?, periods, start.clone()?));
    let fraction = on(history, |h| drawdown::maximum_drawdown(&drawdown::path(observed(h)?, 1.0)?));
    let ulcer = on(history, |h| drawdown::ulcer_index(&drawdown::path(observed(h)?, 1.0)?));
    vec![
        Measure::of("maximum_drawdown_amount", 14, "maximum drawdown", "USD", amount)
            .noting("had today's value been invested at the start"),
        Measure::of("maximum_drawdown", 14, "maximum drawdown", "of the peak", fraction),
        Measure::of("calmar_of_amount", 15, "Calmar ratio", "per year and USD", of_amount)
            .noting("arithmetic mean over the drawdown in USD"),
        Measure::of(
            "calmar",
            15,
            "Calmar ratio",
            "per year",
            on(history, |h| drawdown::calmar(observed(h)?, periods)),
        )
        .noting("compound return over the drawdown as a fraction"),
        Measure::of("ulcer_index", 17, "Ulcer index", "of the peak", ulcer),
    ]
}

/// The returns, of which a path needs at least one: a path of its start alone says nothing.
fn observed(history: &History) -> Result<&[f64], Undefined> {
    sample::at_least(&history.returns, 1)?;
    Ok(&history.returns)
}
