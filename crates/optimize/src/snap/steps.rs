//! Single steps of orders, and pairs of them, as long as they lower L and keep the rules.
//!
//! In: a candidate that keeps every rule. Out: one that does and from which no step of one increment, and
//! no two of different cells, leads to a smaller L. Only where a step matters: for increments that move L
//! by less than 1e-9 it is idle.
//!
//! What steps change adds up, but for the drift and the tax, so that a pair is judged without being made.

use portfolio::household::DriftMetric;

use super::{Rounding, TINY, looks, multiple, sale_size, set_sale};
use crate::problem::Problem;
use crate::trades::Trades;

/// Cells of a problem whose orders are stepped.
const CELLS_MAX: usize = 200;
/// Steps taken.
const STEPS_MAX: usize = 30;

/// Operations that judging a pair of steps takes, roughly.
const PAIR: u64 = 100;

/// Steps as long as they help; what looking for them takes is added to `operations`.
pub(super) fn improve(problem: &Problem, trades: &mut Trades, slack: f64, operations: &mut u64) {
    let moves = moves(problem, trades);
    if moves.is_empty() || problem.cells.len() > CELLS_MAX {
        return;
    }
    for _ in 0..STEPS_MAX {
        let here = Here::new(problem, trades);
        let steps: Vec<Step> = moves.iter().filter_map(|m| Step::new(problem, trades, *m)).collect();
        let count = steps.len() as u64;
        *operations += count * looks(problem) + count * count * PAIR;
        let mut best: Option<(f64, Trades)> = None;
        let mut look = |one: &Step, two: Option<&Step>| {
            let change = here.change(problem, one, two);
            if change >= best.as_ref().map_or(-1e-12, |(least, _)| *least) {
                return;
            }
            let made = match two {
                None => Some(one.made.clone()),
                Some(two) => step(problem, &one.made, two.by),
            };
            if let Some(made) = made.filter(|made| problem.keeps_rules(made, slack)) {
                best = Some((change, made));
            }
        };
        for (i, one) in steps.iter().enumerate() {
            for two in steps[i + 1..].iter().filter(|two| two.by.cell != one.by.cell) {
                look(one, Some(two));
            }
            look(one, None);
        }
        let Some((_, better)) = best else { return };
        *trades = better;
    }
}

/// What the change of L by a step depends on.
struct Here {
    /// Weight above target by class.
    classes: Vec<f64>,
    weights: Vec<f64>,
    cash: f64,
    drift: f64,
    s: f64,
    l: f64,
}

impl Here {
    fn new(problem: &Problem, trades: &Trades) -> Here {
        let terms = trades.terms(problem);
        let weights = trades.weights(problem);
        let traded: f64 =
            (0..problem.cells.len()).map(|c| trades.cell_sold(problem, c) - trades.bought[c]).sum();
        let cash = problem.accounts.iter().map(|a| a.cash).sum::<f64>() + traded;
        let mut classes: Vec<f64> = problem.class_targets.iter().map(|t| -t).collect();
        for (security, w) in problem.securities.iter().zip(&weights) {
            classes[security.class] += w;
        }
        classes[problem.cash_class] += cash;
        let drift = problem.drift(&weights, cash);
        Here { classes, weights, cash, drift, s: terms.s, l: terms.l }
    }

    /// By how much L changes with a step, or with two.
    fn change(&self, problem: &Problem, one: &Step, two: Option<&Step>) -> f64 {
        let steps = || std::iter::once(one).chain(two);
        let sum = |part: fn(&Step) -> f64| steps().map(part).sum::<f64>();
        let tax = |s: f64, l: f64| problem.tax.at(s, l);
        let tax = tax(self.s + sum(|x| x.s), self.l + sum(|x| x.l)) - tax(self.s, self.l);
        let drift = match problem.metric {
            DriftMetric::ClassSquared => self.class_drift_change(problem, one, two),
            _ => {
                let mut weights = self.weights.clone();
                steps().for_each(|x| weights[problem.cells[x.by.cell].security] += x.bought);
                problem.drift(&weights, self.cash - sum(|x| x.bought)) - self.drift
            }
        };
        problem.lambda.drift * drift + problem.lambda.tax * tax + sum(|x| x.other)
    }

    /// Σ (r + δ)² − r² over the classes that change, cash among them.
    fn class_drift_change(&self, problem: &Problem, one: &Step, two: Option<&Step>) -> f64 {
        let class = |x: &Step| problem.securities[problem.cells[x.by.cell].security].class;
        let mut changes = [(class(one), one.bought), (problem.cash_class, -one.bought), (usize::MAX, 0.0)];
        if let Some(two) = two {
            changes[1].1 -= two.bought;
            changes[2] = (class(two), two.bought);
        }
        for (a, b) in [(0, 1), (0, 2), (1, 2)] {
            if changes[a].0 == changes[b].0 {
                changes[a].1 += changes[b].1;
                changes[b].1 = 0.0;
            }
        }
        let square =
            |(class, by): &(usize, f64)| self.classes.get(*class).map_or(0.0, |r| by * (by + 2.0 * r));
        changes.iter().map(square).sum()
    }
}

/// A step, made, and what it changes.
struct Step {
    by: Move,
    made: Trades,
    /// Weight bought, net of what is sold.
    bought: f64,
    s: f64,
    l: f64,
    /// Terms of L beside drift and tax on gains.
    other: f64,
}

impl Step {
    fn new(problem: &Problem, trades: &Trades, by: Move) -> Option<Step> {
        let made = step(problem, trades, by)?;
        let c = by.cell;
        let (mut s, mut l) = (0.0, 0.0);
        for j in problem.cells[c].lots.clone() {
            let gain = problem.lots[j].gain * (made.sold[j] - trades.sold[j]);
            if problem.lots[j].short { s += gain } else { l += gain }
        }
        let (cell, lambda) = (&problem.cells[c], problem.lambda);
        let security = &problem.securities[cell.security];
        let sizes = |x: &Trades| (x.cell_sold(problem, c), x.bought[c]);
        let ((sold, bought), (sold_now, bought_now)) = (sizes(&made), sizes(trades));
        let cost = |sold: f64, bought: f64| {
            problem.order_cost(c, sold) + problem.order_cost(c, bought) + security.fee * bought
        };
        let net = (bought - sold) - (bought_now - sold_now);
        let drag = if cell.taxable { security.drag } else { 0.0 };
        let other = lambda.cost * (cost(sold, bought) - cost(sold_now, bought_now))
            + (lambda.tax * drag - lambda.esg * security.esg) * net;
        Some(Step { by, made, bought: net, s, l, other })
    }
}

#[derive(Clone, Copy)]
struct Move {
    cell: usize,
    sale: bool,
    up: bool,
}

/// The steps of orders whose increment is coarse.
fn moves(problem: &Problem, trades: &Trades) -> Vec<Move> {
    const COARSE: f64 = 1e-5;
    let mut moves = Vec::new();
    for (c, cell) in problem.cells.iter().enumerate() {
        if problem.securities[cell.security].increment < COARSE {
            continue;
        }
        let sold = trades.cell_sold(problem, c);
        for up in [false, true] {
            if sold > 0.0 {
                moves.push(Move { cell: c, sale: true, up });
            }
            if trades.bought[c] > 0.0 {
                moves.push(Move { cell: c, sale: false, up });
            }
        }
    }
    const MOVES_MAX: usize = 24;
    if moves.len() > MOVES_MAX { Vec::new() } else { moves }
}

fn step(problem: &Problem, trades: &Trades, m: Move) -> Option<Trades> {
    let by = problem.securities[problem.cells[m.cell].security].increment;
    let by = if m.up { by } else { -by };
    let mut next = trades.clone();
    if m.sale {
        let sold = trades.cell_sold(problem, m.cell);
        let size = sale_size(problem, m.cell, sold + by, Rounding::Nearest);
        if size == 0.0 || (size - sold).abs() < TINY.min(by.abs() / 2.0) {
            return None;
        }
        set_sale(problem, &mut next, m.cell, size);
    } else {
        let size = trades.bought[m.cell] + by;
        if size < problem.order_min {
            return None;
        }
        next.bought[m.cell] = multiple(by.abs(), size, Rounding::Nearest);
    }
    Some(next)
}
