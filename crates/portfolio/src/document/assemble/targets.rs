//! What the household wants to hold: class and security targets, the drift metric, the risk model.

use std::collections::BTreeMap;

use rust_decimal::{Decimal, dec};

use super::super::exact::{Entries, Exact, Text};
use super::super::shape::RiskModel as WrittenRisk;
use super::{Document, Findings};
use crate::household::{CASH, DriftMetric, RiskModel, Security};
use crate::money::float;

/// The wanted weights and how distance from them is measured.
pub(super) struct Targets {
    pub(super) allocation: BTreeMap<String, Decimal>,
    pub(super) securities: Option<BTreeMap<usize, Decimal>>,
    pub(super) metric: DriftMetric,
    pub(super) risk_model: Option<RiskModel>,
}

/// Reads `target_allocation`, `security_targets`, `drift_metric` and `risk_model`.
pub(super) fn read(document: &Document<'_>, securities: &[Security], found: &mut Findings) -> Targets {
    let allocation = allocation(document, securities, found);
    let targets = document.security_targets.as_ref().map(|t| security_targets(t, securities, found));
    let squared = if targets.is_some() { DriftMetric::SecuritySquared } else { DriftMetric::ClassSquared };
    let metrics = [("squared", squared), ("tracking_variance", DriftMetric::TrackingVariance)];
    let metric = match &document.drift_metric {
        Some(name) => found.word("drift_metric", name, &metrics).unwrap_or(squared),
        None => squared,
    };
    let risk_model = document.risk_model.as_ref().and_then(|r| risk_model(r, securities, found));
    if metric == DriftMetric::TrackingVariance {
        if targets.is_none() {
            found.fault("drift_metric", "`tracking_variance` needs `security_targets`");
        }
        if document.risk_model.is_none() {
            found.fault("drift_metric", "`tracking_variance` needs a `risk_model`");
        }
    }
    Targets { allocation, securities: targets, metric, risk_model }
}

fn sum_to_one(path: &str, entries: &Entries<Exact>, found: &mut Findings) {
    let sum: Decimal = entries.0.iter().map(|(_, w)| w.0.min(dec!(1e6)).max(dec!(-1e6))).sum();
    if (sum - Decimal::ONE).abs() > dec!(0.000001) {
        let sum = sum.normalize();
        found.fault_hint(path, format!("the weights sum to {sum}"), "they have to sum to 1");
    }
}

fn allocation(
    document: &Document<'_>,
    securities: &[Security],
    found: &mut Findings,
) -> BTreeMap<String, Decimal> {
    let entries = &document.target_allocation;
    if entries.0.is_empty() {
        if document.security_targets.is_none() {
            found.fault_hint(
                "target_allocation",
                "missing",
                "give the wanted weight of each asset class; they sum to 1",
            );
        }
        return BTreeMap::new();
    }
    sum_to_one("target_allocation", entries, found);
    let mut classes: Vec<&str> = securities.iter().map(|s| s.asset_class.as_str()).chain([CASH]).collect();
    classes.sort_unstable();
    classes.dedup();
    let mut allocation = BTreeMap::new();
    for (class, weight) in &entries.0 {
        let path = format_args!("target_allocation.{class}");
        let weight = found.within(path, *weight, Decimal::ZERO, Decimal::ONE);
        let known = classes.iter().find(|c| same_but_for_underscores(c, class));
        match known {
            Some(known) => drop(allocation.insert((*known).to_owned(), weight)),
            None if weight.is_zero() => drop(allocation.insert(class.kept(), weight)),
            None => drop(found.index(path, "asset class", class, &classes)),
        }
    }
    allocation
}

/// Whether two names are one where `_` is read as a space.
fn same_but_for_underscores(a: &str, b: &str) -> bool {
    let spaced = |byte: u8| if byte == b'_' { b' ' } else { byte };
    a.len() == b.len() && a.bytes().map(spaced).eq(b.bytes().map(spaced))
}

fn security_targets(
    entries: &Entries<Exact>,
    securities: &[Security],
    found: &mut Findings,
) -> BTreeMap<usize, Decimal> {
    let tickers: Vec<&str> = securities.iter().map(|s| s.ticker.as_str()).collect();
    let by_ticker: BTreeMap<&str, usize> = tickers.iter().enumerate().map(|(i, t)| (*t, i)).collect();
    let mut targets = BTreeMap::new();
    for (ticker, weight) in &entries.0 {
        let path = format_args!("security_targets.{ticker}");
        let weight = found.within(path, *weight, Decimal::ZERO, Decimal::ONE);
        match by_ticker.get(&**ticker) {
            Some(i) => drop(targets.insert(*i, weight)),
            None => drop(found.index(path, "ticker", ticker, &tickers)),
        }
    }
    let sum: Decimal = targets.values().sum();
    if sum > dec!(1.000001) {
        found.fault_hint(
            "security_targets",
            format!("the weights sum to {}", sum.normalize()),
            "they have to sum to 1 at most",
        );
    }
    targets
}

fn risk_model(written: &WrittenRisk, securities: &[Security], found: &mut Findings) -> Option<RiskModel> {
    let k = written.factors.len();
    let before = found.faults.len();
    let covariance: Vec<Vec<f64>> =
        written.factor_covariance.iter().map(|row| row.iter().map(|x| float(x.0)).collect()).collect();
    check_covariance(&covariance, k, found);
    let mut exposures = vec![None; securities.len()];
    let mut specific_variance = vec![None; securities.len()];
    let by_ticker: BTreeMap<&str, usize> =
        securities.iter().enumerate().map(|(i, s)| (s.ticker.as_str(), i)).collect();
    for (ticker, row) in &written.exposures.0 {
        if row.len() != k {
            found.fault(
                format_args!("risk_model.exposures.{ticker}"),
                format!("{} exposures for {k} factors", row.len()),
            );
        }
        if let Some(i) = by_ticker.get(&**ticker) {
            exposures[*i] = Some(row.iter().map(|x| float(x.0)).collect());
        }
    }
    for (ticker, variance) in &written.specific_variance.0 {
        let variance = found.within(
            format_args!("risk_model.specific_variance.{ticker}"),
            *variance,
            Decimal::ZERO,
            dec!(1000),
        );
        if let Some(i) = by_ticker.get(&**ticker) {
            specific_variance[*i] = Some(float(variance));
        }
    }
    for (i, security) in securities.iter().enumerate() {
        if exposures[i].is_none() {
            found.fault("risk_model.exposures", format!("`{}` is missing", security.ticker));
        }
        if specific_variance[i].is_none() {
            found.fault("risk_model.specific_variance", format!("`{}` is missing", security.ticker));
        }
    }
    (found.faults.len() == before).then(|| RiskModel {
        factors: written.factors.iter().map(Text::kept).collect(),
        factor_covariance: covariance,
        exposures,
        specific_variance,
    })
}

/// A covariance is square, symmetric and has no direction of negative variance.
fn check_covariance(f: &[Vec<f64>], k: usize, found: &mut Findings) {
    let path = "risk_model.factor_covariance";
    if f.len() != k || f.iter().any(|row| row.len() != k) {
        found.fault(path, format!("has to be {k} by {k}, one row and column per factor"));
        return;
    }
    for (i, row) in f.iter().enumerate() {
        for (j, value) in row[..i].iter().enumerate() {
            let mirrored = f[j][i];
            if (value - mirrored).abs() > 1e-9 * (1.0 + value.abs()) {
                let what = format!("row {i}, column {j} is {value} and row {j}, column {i} is {mirrored}");
                found.fault(path, format!("not symmetric: {what}"));
                return;
            }
        }
    }
    if !positive_semidefinite(f) {
        found.fault(path, "not a covariance: some mix of factors would have a negative variance");
    }
}

/// Cholesky with a small ridge: fails exactly on a clearly negative direction.
fn positive_semidefinite(f: &[Vec<f64>]) -> bool {
    let k = f.len();
    let scale = (0..k).map(|i| f[i][i].abs()).fold(0.0, f64::max);
    let mut l = vec![vec![0.0; k]; k];
    for i in 0..k {
        for j in 0..=i {
            let dot: f64 = (0..j).map(|c| l[i][c] * l[j][c]).sum();
            if i == j {
                let pivot = f[i][i] + 1e-10 * scale - dot;
                if pivot < 0.0 {
                    return false;
                }
                l[i][i] = pivot.sqrt();
            } else if l[j][j] > 0.0 {
                l[i][j] = (f[i][j] - dot) / l[j][j];
            } else if (f[i][j] - dot).abs() > 1e-9 * scale {
                return false;
            }
        }
    }
    true
}
