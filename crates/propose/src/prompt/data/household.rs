//! The household as a whole, and what plans are scored by.

use portfolio::household::DriftMetric;
use portfolio::money::float;
use rust_decimal::Decimal;

use super::Source;
use crate::prompt::row::Row;

/// Date, value and the score of doing nothing.
pub(super) fn household(source: &Source<'_>) -> String {
    let (p, drift, before) = (source.portfolio, source.situation.drift, &source.before);
    let now = source.situation.moment.map(|moment| moment.now.to_string());
    let breached: Vec<String> =
        drift.breaches.iter().take(50).map(|class| source.names.class(class)).collect();
    Row::new()
        .text("as_of", &p.as_of.to_string())
        .maybe_text("now", now.as_deref())
        .text("prices_as_of", "as_of, unless a security says otherwise")
        .text("currency", "USD")
        .usd("total_value_usd", source.value)
        .usd("cash_usd", p.accounts.iter().map(|a| a.cash + a.flow).sum())
        .number("accounts", p.accounts.len().into())
        .number("lots", p.lots.len().into())
        .texts("classes_outside_their_band", &breached)
        .number("score_of_doing_nothing", before.objective.round_dp(9))
        .done()
}

/// λ of (48), and the terms without a trade.
pub(super) fn objective(source: &Source<'_>) -> String {
    let (lambdas, before) = (source.portfolio.lambdas(), &source.before);
    Row::new()
        .number("drift", lambdas.drift)
        .number("cost", lambdas.cost)
        .number("tax", lambdas.tax)
        .number("esg", lambdas.esg)
        .text(
            "drift_metric",
            match source.portfolio.drift_metric {
                DriftMetric::ClassSquared => "sum of squared deviations of the classes, Cash among them",
                DriftMetric::SecuritySquared => "sum of squared deviations of the securities, and of cash",
                DriftMetric::TrackingVariance => "yearly variance of the difference to the target weights",
            },
        )
        .number("drift_today", before.drift.round_dp(9))
        .usd("location_drag_usd_a_year_today", before.location_drag_usd)
        .number("esg_score_today", before.esg.round_dp(6))
        .done()
}

/// A float of a pure measure with four digits that count, as a number.
pub(super) fn measure(value: f64) -> Option<Decimal> {
    let text = format!("{value:.6}");
    value.is_finite().then(|| portfolio::money::parse(&text).ok()).flatten()
}

/// The yearly volatility of the household today under its risk model.
pub(super) fn volatility(source: &Source<'_>) -> Option<Decimal> {
    let model = source.portfolio.risk_model.as_ref()?;
    let none = vec![0.0; model.factor_covariance.len()];
    let exposures: Vec<Vec<f64>> =
        model.exposures.iter().map(|row| row.clone().unwrap_or_else(|| none.clone())).collect();
    let specific: Vec<f64> = model.specific_variance.iter().map(|d| d.unwrap_or_default()).collect();
    let covariance = portfolio::measures::covariance::Covariance::of_factors(
        &exposures,
        &model.factor_covariance,
        &specific,
    )
    .ok()?;
    let weights: Vec<f64> = source.held.iter().map(|usd| float(source.weight(*usd))).collect();
    measure(covariance.quadratic(&weights).ok()?.sqrt())
}
