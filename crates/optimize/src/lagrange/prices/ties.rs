//! The rows of weights that couple the securities: the squares of the drift, and cuts of the volatility cap.
//!
//! In: a [`Problem`]. Out: [`Ties`], whose drift rows are all of D that is not a sum over securities, and
//! to which cuts are added while a solution is above the cap. Invariant: every plan keeps every cut.

use std::rc::Rc;

use portfolio::household::DriftMetric;

use crate::problem::Problem;

/// `row·(net weight traded) + offset`.
#[derive(Debug, Clone)]
pub(in super::super) struct Tie {
    /// Per security.
    pub(in super::super) row: Vec<f64>,
    /// Of no trades.
    pub(in super::super) offset: f64,
}

/// All of them.
#[derive(Debug, Clone)]
pub(in super::super) struct Ties {
    pub(in super::super) drift: Vec<Rc<Tie>>,
    pub(in super::super) cuts: Vec<Rc<Tie>>,
}

impl Tie {
    pub(in super::super) fn at(&self, net: &[f64]) -> f64 {
        self.offset + self.row.iter().zip(net).map(|(f, w)| f * w).sum::<f64>()
    }
}

impl Ties {
    /// Those of the drift; no cuts yet.
    pub(in super::super) fn new(problem: &Problem) -> Ties {
        let drift = match (problem.metric, &problem.risk) {
            (DriftMetric::TrackingVariance, Some(risk)) => risk
                .factors
                .iter()
                .map(|row| {
                    let off = row.iter().zip(&problem.securities).map(|(f, s)| f * (s.held - s.target));
                    Rc::new(Tie { row: row.clone(), offset: off.sum() })
                })
                .collect(),
            (DriftMetric::TrackingVariance, None) => Vec::new(),
            (DriftMetric::SecuritySquared, _) => vec![Rc::new(cash(problem))],
            (DriftMetric::ClassSquared, _) => {
                (0..problem.class_targets.len()).map(|class| Rc::new(of_class(problem, class))).collect()
            }
        };
        Ties { drift, cuts: Vec::new() }
    }

    /// By how much final weights are above the volatility cap; `None` where they are not.
    pub(in super::super) fn above_cap(problem: &Problem, weights: &[f64]) -> Option<f64> {
        let (most, risk) = (problem.volatility_max?, problem.risk.as_ref()?);
        let over = risk.variance(weights).sqrt() - most;
        (over > most * 1e-9).then_some(over)
    }

    /// The cut at some final weights, where those are above the volatility cap.
    pub(in super::super) fn cut(problem: &Problem, weights: &[f64]) -> Option<Rc<Tie>> {
        Ties::above_cap(problem, weights)?;
        let (most, risk) = (problem.volatility_max?, problem.risk.as_ref()?);
        let row = risk.volatility_gradient(weights);
        let held: f64 = row.iter().zip(&problem.securities).map(|(g, s)| g * s.held).sum();
        Some(Rc::new(Tie { row, offset: held - most }))
    }
}

/// Cash before costs, less its target.
fn cash(problem: &Problem) -> Tie {
    let cash: f64 = problem.accounts.iter().map(|a| a.cash).sum();
    Tie {
        row: vec![-1.0; problem.securities.len()],
        offset: cash - problem.class_targets[problem.cash_class],
    }
}

/// The weight of a class, less its target; of the class of cash with the cash.
fn of_class(problem: &Problem, class: usize) -> Tie {
    let is_cash = class == problem.cash_class;
    let mut tie = if is_cash {
        cash(problem)
    } else {
        Tie { row: vec![0.0; problem.securities.len()], offset: -problem.class_targets[class] }
    };
    for (x, s) in tie.row.iter_mut().zip(&problem.securities).filter(|(_, s)| s.class == class) {
        *x += 1.0;
        tie.offset += s.held;
    }
    tie
}
