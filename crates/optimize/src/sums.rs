//! L of trades with class targets, kept up to date while single cells change.
//!
//! In: a [`Problem`] with targets per class, trades, and which cells change. Out: the same L as
//! [`Trades::terms`], up to rounding, in the time that one cell takes. Invariant: after
//! [`Sums::take_out`] and [`Sums::put_in`] of the cells that changed, the sums are those of the trades.

use crate::problem::Problem;
use crate::trades::Trades;

/// What L depends on; parts of V.
#[derive(Debug, Clone)]
pub(crate) struct Sums {
    /// Weight of each class less its target, `Cash` with the cash before costs.
    classes: Vec<f64>,
    /// Net gains.
    s: f64,
    l: f64,
    /// Cost, fees, location and ESG, with their λ.
    own: f64,
}

impl Sums {
    /// The sums of some trades.
    pub(crate) fn of(problem: &Problem, trades: &Trades) -> Sums {
        let lambda = problem.lambda;
        let mut classes: Vec<f64> = problem.class_targets.iter().map(|t| -t).collect();
        let mut own = 0.0;
        for s in &problem.securities {
            classes[s.class] += s.held;
            own -= lambda.esg * s.esg * s.held;
        }
        classes[problem.cash_class] += problem.accounts.iter().map(|a| a.cash).sum::<f64>();
        for cell in problem.cells.iter().filter(|c| c.taxable) {
            own += lambda.tax * problem.securities[cell.security].drag * cell.held;
        }
        let mut sums = Sums { classes, s: problem.tax.s0, l: problem.tax.l0, own };
        (0..problem.cells.len()).for_each(|c| sums.put_in(problem, trades, c));
        sums
    }

    /// Adds what a cell trades.
    pub(crate) fn put_in(&mut self, problem: &Problem, trades: &Trades, c: usize) {
        self.change(problem, trades, c, 1.0);
    }

    /// Takes away what a cell trades.
    pub(crate) fn take_out(&mut self, problem: &Problem, trades: &Trades, c: usize) {
        self.change(problem, trades, c, -1.0);
    }

    fn change(&mut self, problem: &Problem, trades: &Trades, c: usize, sign: f64) {
        let lambda = problem.lambda;
        let cell = &problem.cells[c];
        let security = &problem.securities[cell.security];
        let (mut sold, bought) = (0.0, trades.bought[c]);
        for j in cell.lots.clone() {
            let lot = &problem.lots[j];
            sold += trades.sold[j];
            let gain = sign * lot.gain * trades.sold[j];
            if lot.short { self.s += gain } else { self.l += gain }
        }
        let net = bought - sold;
        self.classes[security.class] += sign * net;
        self.classes[problem.cash_class] -= sign * net;
        let cost = problem.order_cost(c, sold) + problem.order_cost(c, bought) + security.fee * bought;
        let drag = if cell.taxable { lambda.tax * security.drag } else { 0.0 };
        self.own += sign * (lambda.cost * cost + (drag - lambda.esg * security.esg) * net);
    }

    /// L.
    pub(crate) fn objective(&self, problem: &Problem) -> f64 {
        let drift: f64 = self.classes.iter().map(|x| x * x).sum();
        let tax = problem.tax.at(self.s, self.l) - problem.tax.before;
        problem.lambda.drift * drift + problem.lambda.tax * tax + self.own
    }
}
