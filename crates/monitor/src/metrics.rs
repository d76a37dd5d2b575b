//! Every drift metric of the design document, (18)–(27), of a household as it stands.
//!
//! In: the measured classes, and the risk model where the document has one. Out: ten [`Metric`]s in
//! the order of the equations, each with a value or the reason why there is none. The arithmetic is
//! `portfolio::measures`'; here is only what it is applied to: classes, or single securities where
//! the equation needs a covariance.

use portfolio::household::RiskModel;
use portfolio::measures::{Covariance, Undefined, concentration, drift};
use portfolio::money::float;
use portfolio::{Decimal, Portfolio};
use serde::Serialize;

use crate::ClassDrift;

/// One figure of the drift report.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Metric {
    /// Stable name.
    pub key: &'static str,
    /// Number in the design document.
    pub equation: u8,
    /// Name for people.
    pub name: &'static str,
    /// The figure; drifts and weights are parts of V.
    pub value: Option<f64>,
    /// Why there is none, or what it is measured on.
    pub note: Option<String>,
}

/// The ten metrics.
///
/// # Source
/// Design document (18)–(27).
#[must_use]
pub fn metrics(portfolio: &Portfolio, classes: &[ClassDrift]) -> Vec<Metric> {
    let floats = |of: fn(&ClassDrift) -> Decimal| classes.iter().map(|c| float(of(c))).collect::<Vec<f64>>();
    let (current, target) = (floats(|c| c.weight.0), floats(|c| c.target.0));
    let misfit = misfit(portfolio);
    let tracking = misfit.clone().map(f64::sqrt);
    vec![
        metric(18, "absolute_drift", "Absolute drift", drift::absolute(&current, &target)),
        noted(
            metric(19, "relative_drift", "Relative drift", drift::relative_of_targeted(&current, &target)),
            "over classes with a target; against a target of 0 none exists",
        ),
        noted(
            metric(20, "tracking_error", "Tracking error, annualised", tracking),
            "expected by the risk model, of security weights against security targets",
        ),
        metric(21, "squared_drift", "Sum of squared drifts", drift::squared(&current, &target)),
        metric(22, "maximum_drift", "Largest drift", drift::maximum(&current, &target)),
        metric(23, "herfindahl", "Concentration (Herfindahl)", concentration::herfindahl(&current)),
        metric(
            24,
            "herfindahl_drift",
            "Concentration less that of the target",
            concentration::drift(&current, &target),
        ),
        noted(
            metric(25, "misfit", "Misfit, annualised variance", misfit),
            "of security weights against security targets, under the risk model",
        ),
        metric(26, "breaches", "Classes outside their band", breaches(classes)),
        time_weighted(Err(Undefined::NotGiven { what: "a history of drifts; one document is one moment" })),
    ]
}

/// (27), which needs a history.
pub(crate) fn time_weighted(value: Result<f64, Undefined>) -> Metric {
    metric(27, "time_weighted_drift", "Time-weighted drift", value)
}

fn metric(equation: u8, key: &'static str, name: &'static str, value: Result<f64, Undefined>) -> Metric {
    match value {
        Ok(value) => Metric { key, equation, name, value: Some(value), note: None },
        Err(reason) => Metric { key, equation, name, value: None, note: Some(reason.to_string()) },
    }
}

/// Says what a figure was measured on, where there is one.
fn noted(metric: Metric, note: &str) -> Metric {
    if metric.value.is_some() { Metric { note: Some(note.to_owned()), ..metric } } else { metric }
}

/// (26), on the decimals that the alarm compared.
fn breaches(classes: &[ClassDrift]) -> Result<f64, Undefined> {
    let count = classes.iter().filter(|c| c.breached).count();
    u32::try_from(count).map(f64::from).map_err(|_| Undefined::TooLarge)
}

/// (25): needs a covariance, and targets for what it is a covariance of.
fn misfit(portfolio: &Portfolio) -> Result<f64, Undefined> {
    let risk = portfolio.risk_model.as_ref().ok_or(Undefined::NotGiven { what: "a `risk_model`" })?;
    let targets =
        portfolio.security_targets.as_ref().ok_or(Undefined::NotGiven { what: "`security_targets`" })?;
    let value = portfolio.value();
    let mut weights = vec![Decimal::ZERO; portfolio.securities.len()];
    for position in &portfolio.positions {
        weights[position.security] += portfolio.position_value(position) / value;
    }
    let wanted = (0..weights.len()).map(|i| float(targets.get(&i).copied().unwrap_or_default()));
    let wanted: Vec<f64> = wanted.collect();
    let current: Vec<f64> = weights.into_iter().map(float).collect();
    drift::misfit(&current, &wanted, &covariance(risk)?)
}

fn covariance(risk: &RiskModel) -> Result<Covariance, Undefined> {
    let missing = Undefined::NotGiven { what: "a risk model of every security" };
    let exposures: Option<Vec<Vec<f64>>> = risk.exposures.iter().cloned().collect();
    let specific: Option<Vec<f64>> = risk.specific_variance.iter().copied().collect();
    let (Some(exposures), Some(specific)) = (exposures, specific) else { return Err(missing) };
    Covariance::of_factors(&exposures, &risk.factor_covariance, &specific)
}

#[cfg(test)]
mod tests {
    use crate::monitor;

    #[test]
    fn the_ten_metrics_in_order_each_with_a_value_or_a_reason() {
        let text = r#"{"as_of": "2026-11-20", "cash": 25, "target_allocation": {"S": 0.5, "Cash": 0.5},
          "security_targets": {"A": 0.5}, "drift_metric": "tracking_variance",
          "risk_model": {"factors": ["m"], "exposures": {"A": [1]}, "factor_covariance": [[0.04]],
                         "specific_variance": {"A": 0.01}},
          "holdings": [{"ticker": "A", "asset_class": "S", "current_price": 1, "kind": "stock",
                        "lots": [{"lot_id": "1", "quantity": 75, "cost_basis_per_share": 1}]}]}"#;
        let report = monitor(&portfolio::read(text).unwrap());
        let equations: Vec<u8> = report.metrics.iter().map(|m| m.equation).collect();
        assert_eq!(equations, [18, 19, 20, 21, 22, 23, 24, 25, 26, 27]);
        let value = |equation: u8| report.metrics[usize::from(equation) - 18].value.unwrap();
        let near = |equation, expected: f64| {
            assert!((value(equation) - expected).abs() < 1e-12, "({equation}) is {}", value(equation));
        };
        // Drifts of +0.25 and −0.25 on targets of 0.5; x = 0.25 in A alone, whose variance is 0.05.
        near(18, 0.5);
        near(19, 1.0);
        near(21, 0.125);
        near(22, 0.25);
        near(23, 0.625);
        near(24, 0.125);
        near(25, 0.0625 * 0.05);
        near(20, 0.25 * 0.05_f64.sqrt());
        near(26, 2.0);
        assert_eq!(report.metrics[9].value, None);
        assert!(report.metrics[9].note.as_ref().is_some_and(|n| n.contains("history")));
    }
}
