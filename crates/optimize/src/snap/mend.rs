//! Single orders moved until the money rules that rounding broke are kept again.
//!
//! In: a candidate in whole increments. Out: one that breaks less, often nothing. Invariant: of all that a round tries, the
//! order is changed that leaves least missing; nothing is changed that leaves more.
//!
//! A move changes one cell, so what it leads to is told from a [`Tally`], in the time that securities take and not lots.

use super::{Rounding, looks, multiple, sale_size, set_sale};
use crate::problem::Problem;
use crate::trades::Trades;

/// Most orders that are moved one after the other.
const ROUNDS_MAX: usize = 40;
/// Most orders that are tried in a round.
const ORDERS_MAX: usize = 32;
/// By how many times what is missing an order is moved.
const TIMES: [f64; 3] = [1.05, 8.0, 64.0];

/// Moves orders until nothing is missing, or no move helps.
///
/// Each round tries every order a little larger and a little smaller, by about the amount that is
/// missing, and takes the move that leaves least missing, the one with the smaller L where several
/// mend it all.
pub(super) fn mend(problem: &Problem, trades: &mut Trades, slack: f64, operations: &mut u64) {
    let mut missing = problem.missing(trades);
    for _ in 0..ROUNDS_MAX {
        if missing <= slack {
            return;
        }
        let tally = Tally::new(problem, trades);
        *operations += 4 * looks(problem);
        let mut best: Option<(f64, f64, Move)> = None;
        for to in moves(problem, trades, missing) {
            *operations += 10 * problem.securities.len() as u64;
            let moved = to.make(problem, trades);
            let after = tally.after(problem, trades, to.cell, &moved);
            moved.undo(problem, trades, to.cell);
            let left = after.missing(problem).max(slack);
            let objective = after.objective(problem);
            if best.as_ref().is_none_or(|(l, o, _)| left < *l || (left <= *l && objective < *o)) {
                best = Some((left, objective, to));
            }
        }
        let Some((_, _, to)) = best else { return };
        let moved = to.make(problem, trades);
        let left = problem.missing(trades);
        if left >= missing {
            moved.undo(problem, trades, to.cell);
            return;
        }
        missing = left;
    }
}

/// Another size of an order.
#[derive(Debug, Clone, Copy)]
struct Move {
    cell: usize,
    is_sale: bool,
    size: f64,
}

/// What a cell traded before a move.
struct Moved {
    bought: f64,
    sold: Vec<f64>,
}

impl Move {
    fn make(&self, problem: &Problem, trades: &mut Trades) -> Moved {
        let sold = trades.sold[problem.cells[self.cell].lots.clone()].to_vec();
        let moved = Moved { bought: trades.bought[self.cell], sold };
        if self.is_sale {
            set_sale(problem, trades, self.cell, self.size);
        } else {
            trades.bought[self.cell] = self.size;
        }
        moved
    }
}

impl Moved {
    fn undo(&self, problem: &Problem, trades: &mut Trades, cell: usize) {
        trades.bought[cell] = self.bought;
        trades.sold[problem.cells[cell].lots.clone()].copy_from_slice(&self.sold);
    }
}

/// The moves of single orders by about `amount`.
fn moves(problem: &Problem, trades: &Trades, amount: f64) -> Vec<Move> {
    let mut traded: Vec<(usize, f64, f64)> = (0..problem.cells.len())
        .map(|c| (c, trades.cell_sold(problem, c), trades.bought[c]))
        .filter(|(_, sold, bought)| sold + bought > 0.0)
        .collect();
    if traded.len() > ORDERS_MAX {
        // Any order that is large enough will do.
        traded.sort_by(|a, b| (b.1 + b.2).total_cmp(&(a.1 + a.2)));
        traded.truncate(ORDERS_MAX);
        traded.sort_unstable_by_key(|(c, ..)| *c);
    }
    // A limit on volatility, gains or tax is moved by a part of an order's change only, and so is cash where impact takes the rest.
    let limited = problem.volatility_max.or(problem.gains_max).or(problem.tax_max).is_some()
        || problem.securities.iter().any(|s| s.impact > 0.0);
    let times = if limited { TIMES.len() } else { 1 };
    let mut found = Vec::new();
    for (cell, sold, bought) in traded {
        let step = problem.securities[problem.cells[cell].security].increment;
        let amounts =
            TIMES[..times].iter().map(|times| multiple(step, times * amount, Rounding::Up).max(step));
        for by in amounts {
            if sold > 0.0 {
                let sizes = [sold + by, sold - by].map(|s| sale_size(problem, cell, s, Rounding::Nearest));
                let sizes = sizes.into_iter().filter(|size| *size > 0.0);
                found.extend(sizes.map(|size| Move { cell, is_sale: true, size }));
            }
            if bought > 0.0 {
                for size in [bought - by, bought + by] {
                    let kept = size >= problem.order_min * (1.0 - 1e-12);
                    let size = if kept { multiple(step, size, Rounding::Nearest) } else { 0.0 };
                    found.push(Move { cell, is_sale: false, size });
                }
            }
        }
    }
    found
}

/// What the rules on money and limits, and L, see of trades.
#[derive(Clone)]
struct Tally {
    /// Per account, after costs.
    cash: Vec<f64>,
    /// Per security.
    weights: Vec<f64>,
    traded: Vec<f64>,
    before_costs: f64,
    turnover: f64,
    s: f64,
    l: f64,
    /// Cost, fees, location and ESG, with their λ.
    own: f64,
}

impl Tally {
    fn new(problem: &Problem, trades: &Trades) -> Tally {
        let lambda = problem.lambda;
        let drag = |c: &crate::problem::Cell| problem.securities[c.security].drag * c.held;
        let location: f64 = problem.cells.iter().filter(|c| c.taxable).map(drag).sum();
        let esg: f64 = problem.securities.iter().map(|s| s.esg * s.held).sum();
        let mut tally = Tally {
            cash: problem.accounts.iter().map(|a| a.cash).collect(),
            weights: problem.securities.iter().map(|s| s.held).collect(),
            traded: vec![0.0; problem.securities.len()],
            before_costs: problem.accounts.iter().map(|a| a.cash).sum(),
            turnover: 0.0,
            s: problem.tax.s0,
            l: problem.tax.l0,
            own: lambda.tax * location - lambda.esg * esg,
        };
        for (c, cell) in problem.cells.iter().enumerate() {
            tally.change(problem, c, trades.bought[c], &trades.sold[cell.lots.clone()], 1.0);
        }
        tally
    }

    /// The tally once a cell has been moved.
    fn after(&self, problem: &Problem, trades: &Trades, c: usize, moved: &Moved) -> Tally {
        let mut after = self.clone();
        after.change(problem, c, moved.bought, &moved.sold, -1.0);
        after.change(problem, c, trades.bought[c], &trades.sold[problem.cells[c].lots.clone()], 1.0);
        after
    }

    /// Adds what a cell trades, or takes it away.
    fn change(&mut self, problem: &Problem, c: usize, bought: f64, sold_of: &[f64], sign: f64) {
        let lambda = problem.lambda;
        let cell = &problem.cells[c];
        let security = &problem.securities[cell.security];
        let sold: f64 = sold_of.iter().sum();
        for (lot, sold) in problem.lots[cell.lots.clone()].iter().zip(sold_of) {
            let gain = sign * lot.gain * sold;
            if lot.short { self.s += gain } else { self.l += gain }
        }
        let net = bought - sold;
        let cost = problem.order_cost(c, sold) + problem.order_cost(c, bought);
        self.cash[cell.account] -= sign * (net + cost);
        self.before_costs -= sign * net;
        self.weights[cell.security] += sign * net;
        self.traded[cell.security] += sign * (sold + bought);
        self.turnover += sign * (sold + bought);
        let drag = if cell.taxable { lambda.tax * security.drag } else { 0.0 };
        self.own +=
            sign * (lambda.cost * (cost + security.fee * bought) + (drag - lambda.esg * security.esg) * net);
    }

    fn missing(&self, problem: &Problem) -> f64 {
        problem.missing_of(&self.cash, self.turnover, (self.s, self.l), (&self.weights, &self.traded))
    }

    /// L.
    fn objective(&self, problem: &Problem) -> f64 {
        let tax = problem.tax.at(self.s, self.l) - problem.tax.before;
        let drift = problem.drift(&self.weights, self.before_costs);
        problem.lambda.drift * drift + problem.lambda.tax * tax + self.own
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::Bars;
    use tax::plan_tax::Rates;

    /// After a move the tally is that of the moved trades: L and what is missing are as the trades themselves say.
    #[test]
    fn a_tally_follows_a_move() {
        let text = r#"{"as_of": "2026-11-20", "cash": 2000, "target_allocation": {"Stocks": 0.6, "Bonds": 0.3, "Cash": 0.1},
            "preferences": ["maintain_cash_balance_of_1500_usd"], "holdings": [
            {"ticker": "AAA", "asset_class": "Stocks", "current_price": 100, "spread_bps": 10, "commission": 1, "lots": [
                {"lot_id": "A", "quantity": 40, "cost_basis_per_share": 70, "type": "long-term"},
                {"lot_id": "B", "quantity": 30, "cost_basis_per_share": 130, "type": "short-term"}]},
            {"ticker": "BBB", "asset_class": "Bonds", "current_price": 50, "spread_bps": 4, "lots": [
                {"lot_id": "C", "quantity": 20, "cost_basis_per_share": 51, "type": "long-term"}]}]}"#;
        let portfolio = portfolio::read(text).expect("a document");
        let problem = Problem::new(&portfolio, &Rates::default(), &Bars::default());
        let mut trades = Trades::none(&problem);
        trades.sold[0] = 0.5 * problem.lots[0].weight;
        trades.bought[1] = 0.2;
        let tally = Tally::new(&problem, &trades);
        let moves = moves(&problem, &trades, 0.03);
        assert!(moves.iter().any(|m| m.is_sale) && moves.iter().any(|m| !m.is_sale));
        for to in moves {
            let before = trades.clone();
            let moved = to.make(&problem, &mut trades);
            assert_ne!(trades, before);
            let after = tally.after(&problem, &trades, to.cell, &moved);
            assert!((after.objective(&problem) - trades.terms(&problem).objective).abs() < 1e-12);
            assert!((after.missing(&problem) - problem.missing(&trades)).abs() < 1e-12);
            moved.undo(&problem, &mut trades, to.cell);
            assert_eq!(trades, before);
        }
    }

    /// Purchases that are a little more than there is cash for are made smaller until the account is whole.
    #[test]
    fn what_is_missing_is_mended() {
        let text = r#"{"as_of": "2026-11-20", "cash": 1000, "target_allocation": {"Stocks": 1.0}, "holdings": [
            {"ticker": "AAA", "asset_class": "Stocks", "current_price": 10, "lots": [
                {"lot_id": "A", "quantity": 50, "cost_basis_per_share": 9, "type": "long-term"}]}]}"#;
        let portfolio = portfolio::read(text).expect("a document");
        let problem = Problem::new(&portfolio, &Rates::default(), &Bars::default());
        let mut trades = Trades::none(&problem);
        trades.bought[0] = 0.7;
        assert!(problem.missing(&trades) > 0.03);
        mend(&problem, &mut trades, 1e-9, &mut 0);
        assert!(problem.missing(&trades) <= 1e-9, "{}", problem.missing(&trades));
        assert!(trades.bought[0] > 0.6, "{}", trades.bought[0]);
    }
}
