//! Factor models of risk, and what a portfolio's volatility is under one.
//!
//! In: the securities of a draft. Out: exposures, a factor covariance and specific variances for each.
//! Invariant: the covariance is positive definite, so that a variance is never negative.

use serde_json::{Map, Value, json};

use crate::chance::{Chance, rounded};
use crate::draft::{Draft, Security};

/// A risk model; rows in the order of the draft's securities.
pub(crate) struct Risk {
    factors: Vec<String>,
    exposures: Vec<Vec<f64>>,
    covariance: Vec<Vec<f64>>,
    specific: Vec<f64>,
}

impl Risk {
    /// Two factors, `market` and `rates`, by asset class, as the `rules` cases have them.
    pub(crate) fn of_classes(securities: &[Security]) -> Risk {
        let row =
            |s: &Security| if matches!(s.class.as_str(), "Bonds" | "TIPS") { [0.1, 1.0] } else { [1.0, 0.1] };
        Risk {
            factors: vec!["market".into(), "rates".into()],
            exposures: securities.iter().map(|s| row(s).to_vec()).collect(),
            covariance: vec![vec![0.03, 0.001], vec![0.001, 0.004]],
            specific: vec![0.002; securities.len()],
        }
    }

    /// A market factor and `k - 1` styles without correlation, as the `tracking` cases have them.
    pub(crate) fn of_stocks(chance: &mut Chance, securities: usize, k: usize) -> Risk {
        let row = |chance: &mut Chance| -> Vec<f64> {
            let market = chance.between(0.55, 1.35);
            (0..k).map(|f| rounded(if f == 0 { market } else { chance.normal() }, 4)).collect()
        };
        let variances: Vec<f64> =
            (0..k).map(|f| if f == 0 { 0.03 } else { rounded(chance.between(0.001, 0.0055), 9) }).collect();
        Risk {
            factors: (0..k).map(|f| format!("f{f}")).collect(),
            exposures: (0..securities).map(|_| row(chance)).collect(),
            covariance: (0..k)
                .map(|r| (0..k).map(|c| if r == c { variances[r] } else { 0.0 }).collect())
                .collect(),
            specific: (0..securities).map(|_| rounded(chance.between(0.03, 0.12), 5)).collect(),
        }
    }

    /// The volatility of these weights.
    pub(crate) fn volatility(&self, weights: &[f64]) -> f64 {
        let exposed: Vec<f64> = (0..self.factors.len())
            .map(|f| weights.iter().zip(&self.exposures).map(|(w, row)| w * row[f]).sum())
            .collect();
        let of_factors: f64 = self
            .covariance
            .iter()
            .zip(&exposed)
            .map(|(row, x)| x * row.iter().zip(&exposed).map(|(c, y)| c * y).sum::<f64>())
            .sum();
        let own: f64 = weights.iter().zip(&self.specific).map(|(w, v)| w * w * v).sum();
        (of_factors + own).sqrt()
    }

    /// The field `risk_model` of a document.
    pub(crate) fn json(&self, tickers: &[String]) -> Value {
        let exposures: Map<String, Value> =
            tickers.iter().cloned().zip(self.exposures.iter().map(|row| json!(row))).collect();
        let specific: Map<String, Value> =
            tickers.iter().cloned().zip(self.specific.iter().map(|v| json!(v))).collect();
        json!({"factors": self.factors, "exposures": exposures, "factor_covariance": self.covariance,
            "specific_variance": specific})
    }
}

/// A cap of the volatility that presses: near what is held now, in steps of a tenth of a per cent.
pub(crate) fn cap(chance: &mut Chance, draft: &Draft) -> Option<String> {
    let now = draft.risk.as_ref()?.volatility(&draft.weights());
    Some(format!("volatility_cap_pct_{}", rounded(now * chance.between(0.9, 1.08) * 100.0, 1).max(0.1)))
}
