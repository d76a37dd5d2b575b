//! The convex relaxation of a problem, without its either/or rules.
//!
//! Variables: weight sold of each lot, weight bought of each cell, an opened/not-opened share z of
//! each order with a commission, and the tax T. Objective:
//!
//! ```text
//! Σ_k q_k (r_k·x + e_k)²  +  c·x  +  constant
//! ```
//!
//! The squares are the drift (classes, securities or risk factors) and the market impact of orders.
//! Rows a·x >= b are the coupling rules. Opposing sides, wash sales, lot order, minimum size and
//! increments are left out: [`super::branch`] adds them where a solution breaks them.

use std::rc::Rc;

use portfolio::household::DriftMetric;

use super::active_set::Program;
use super::factor::dot;
use super::layout::Layout;
use super::sparse::{SparseRow, merged};
use super::state::{Constraint, Rows, State};
use crate::problem::Problem;
use crate::problem::tax_cases::{Affine, Case};
use crate::trades::Trades;

/// q (r·x + e)².
#[derive(Debug, Clone)]
pub(crate) struct Square {
    pub(crate) weight: f64,
    pub(crate) entries: Vec<(usize, f64)>,
    pub(crate) offset: f64,
}

impl Square {
    fn inside(&self, x: &[f64]) -> f64 {
        self.entries.iter().map(|(i, v)| v * x[*i]).sum::<f64>() + self.offset
    }
}

/// The relaxation.
#[derive(Debug, Clone)]
pub(crate) struct Relaxation {
    pub(crate) layout: Layout,
    pub(crate) lower: Vec<f64>,
    pub(crate) upper: Vec<f64>,
    pub(crate) linear: Vec<f64>,
    pub(crate) squares: Vec<Square>,
    pub(crate) constant: f64,
    /// Rows of every node: rules, and cuts as they are found.
    pub(crate) rows: Vec<SparseRow>,
    /// The rows that rounding orders to increments can break.
    limits: Vec<usize>,
}

/// Curvature added to make H definite: ½·RIDGE·‖x − centre‖².
const RIDGE: f64 = 1e-9;

/// The same where that has lost too many digits.
const FIRM_RIDGE: f64 = 1e-5;

impl Relaxation {
    pub(crate) fn new(problem: &Problem) -> Relaxation {
        let (layout, upper) = Layout::new(problem);
        let mut relaxation = Relaxation {
            lower: vec![0.0; layout.n],
            upper,
            linear: vec![0.0; layout.n],
            squares: Vec::new(),
            constant: 0.0,
            rows: Vec::new(),
            limits: Vec::new(),
            layout,
        };
        relaxation.bound_tax(problem);
        relaxation.add_linear_terms(problem);
        relaxation.add_drift(problem);
        relaxation.add_impact(problem);
        relaxation.add_money_rows(problem);
        relaxation.add_limit_rows(problem);
        relaxation
    }

    /// The program, with the ridge around zero.
    pub(crate) fn program(&self) -> Program {
        self.program_with(RIDGE)
    }

    /// A program that loses fewer digits, of points near `centre`: its solution is between the centre and the
    /// relaxation's, and nearer to the latter each time that it is made the centre.
    ///
    /// # Source
    /// The proximal point method: R. T. Rockafellar, "Monotone operators and the proximal point algorithm" (1976).
    pub(crate) fn firm_program(&self, centre: &[f64]) -> Program {
        let mut program = self.program_with(FIRM_RIDGE);
        program.recentre(centre);
        program
    }

    fn program_with(&self, ridge: f64) -> Program {
        let mut c = self.linear.clone();
        for square in &self.squares {
            square.entries.iter().for_each(|(i, v)| c[*i] += 2.0 * square.weight * square.offset * v);
        }
        let squares = self.squares.iter().map(|s| (s.weight, s.entries.as_slice()));
        Program::new(squares, ridge, c, self.lower.clone(), self.upper.clone())
    }

    /// Value of the objective at x (without the ridge).
    pub(crate) fn value(&self, x: &[f64]) -> f64 {
        let squares: f64 = self.squares.iter().map(|s| s.weight * s.inside(x).powi(2)).sum();
        squares + dot(&self.linear, x) + self.constant
    }

    /// A lower bound on the objective over all x of the box that keep the rows, from the
    /// multipliers of an (approximate) solution. For any y and any u >= 0, with q s² >= y s − y²/4q,
    ///
    /// ```text
    /// min over the box of (c + Σ y_k r_k − Σ u_i a_i)·x  +  Σ (y_k e_k − y_k²/4q_k)  +  Σ u_i b_i
    /// ```
    ///
    /// is a valid bound, whatever state the solver was in; at the optimum it is tight.
    pub(crate) fn safe_bound(&self, state: &State, rows: Rows<'_>) -> f64 {
        self.priced(state, rows).1
    }

    /// The reduced costs c + Σ y_k r_k − Σ u_i a_i that [`Self::safe_bound`] rests on, and the bound.
    pub(super) fn priced(&self, state: &State, rows: Rows<'_>) -> (Vec<f64>, f64) {
        let mut reduced = self.linear.clone();
        let mut bound = self.constant;
        for square in &self.squares {
            let y = 2.0 * square.weight * square.inside(&state.x);
            square.entries.iter().for_each(|(i, v)| reduced[*i] += y * v);
            bound += y * square.offset - y * y / (4.0 * square.weight);
        }
        for (constraint, u) in state.active.iter().zip(&state.u) {
            let Some(row) = rows.get(*constraint) else { continue };
            row.entries.iter().for_each(|(i, v)| reduced[*i] -= u * v);
            bound += u * row.rhs;
        }
        let over_box = reduced.iter().zip(state.lower.iter().zip(&state.upper));
        bound += over_box.map(|(r, (lo, up))| (r * lo).min(r * up)).sum::<f64>();
        (reduced, bound)
    }

    /// Whether a ray really proves that rows and box cannot hold together: Σ u a·x < Σ u b on all
    /// of the box.
    pub(crate) fn proves_infeasible(&self, ray: &[(Constraint, f64)], state: &State, rows: Rows<'_>) -> bool {
        let mut normal = vec![0.0; self.layout.n];
        let mut rhs = 0.0;
        for (constraint, u) in ray {
            let Some(row) = rows.get(*constraint) else { continue };
            row.entries.iter().for_each(|(i, v)| normal[*i] += u * v);
            rhs += u * row.rhs;
        }
        let most: f64 = normal
            .iter()
            .zip(state.lower.iter().zip(&state.upper))
            .map(|(a, (lo, up))| (a * lo).max(a * up))
            .sum();
        most < rhs - 1e-12
    }

    /// Rows of one tax case: its region, and T above each piece.
    pub(crate) fn case_rows(&self, problem: &Problem, case: &Case) -> Vec<SparseRow> {
        let Some(t) = self.layout.tax else { return Vec::new() };
        let affine = |a: &Affine, sign: f64| -> (Vec<(usize, f64)>, f64) {
            let slope = |short: bool| if short { a.s } else { a.l };
            let entries = self.layout.sales(problem);
            let entries = entries.map(|(v, lot)| (v, sign * lot.gain * slope(lot.short))).collect();
            (entries, a.at(problem.tax.s0, problem.tax.l0))
        };
        let region = case.region.iter().filter_map(|a| {
            let (entries, at_start) = affine(a, 1.0);
            SparseRow::new(entries, -at_start)
        });
        let pieces = case.pieces.iter().filter_map(|a| {
            let (mut entries, at_start) = affine(a, -1.0);
            entries.push((t, 1.0));
            SparseRow::new(entries, at_start)
        });
        region.chain(pieces).collect()
    }

    /// The limits, tighter by `times` what rounding each order of a solution by an increment can move; none where that
    /// is a real amount, as of whole shares, and nothing can be moved. Where the tax is limited it is the tax of the
    /// gains that is drawn in (in the node's `own` rows), since the limit may be the least that a tax can be. The cap of the
    /// volatility is drawn in at the solution.
    pub(crate) fn drawn_in(
        &self,
        problem: &Problem,
        state: &State,
        own: &[Rc<SparseRow>],
        times: f64,
    ) -> Vec<SparseRow> {
        const MOST: f64 = 1e-5;
        // What is left of a cone by its planes, however fine the increments are.
        const CONE: f64 = 1e-10;
        let trades = self.trades(problem, state);
        let mut steps = vec![0.0; self.layout.n];
        for (c, cell) in problem.cells.iter().enumerate() {
            let step = problem.securities[cell.security].increment;
            // What is a multiple already is not moved.
            let moves = |size: f64| size > 0.0 && (size / step - (size / step).round()).abs() > 1e-6;
            let sales = self.layout.cell_sales[c].clone().filter(|_| moves(trades.cell_sold(problem, c)));
            let bought = self.layout.bought[c].filter(|_| moves(trades.bought[c]));
            sales.chain(bought).filter(|v| state.x[*v] > 0.0).for_each(|v| steps[v] = step);
        }
        let tighter = |(row, margin): (&SparseRow, f64)| {
            let moved: f64 = row.entries.iter().map(|(i, v)| v.abs() * steps[*i]).sum();
            let by = times * (moved + margin);
            (by > 0.0 && by < MOST).then(|| SparseRow { entries: row.entries.clone(), rhs: row.rhs + by })
        };
        let taxes = own.iter().map(AsRef::as_ref).filter(|row| {
            problem.tax_max.is_some() && self.layout.tax.is_some_and(|t| row.coefficient(t) > 0.0)
        });
        let plane = self.volatility_plane(problem, &trades);
        let rows = self.limits.iter().map(|k| &self.rows[*k]).chain(taxes).map(|row| (row, 0.0));
        rows.chain(plane.as_ref().map(|row| (row, CONE))).filter_map(tighter).collect()
    }

    /// Whether what no sale can change keeps the region: the rows that [`Self::case_rows`] leaves out, since nothing that
    /// may be sold moves them.
    pub(crate) fn case_is_possible(&self, problem: &Problem, case: &Case) -> bool {
        let moves = |a: &Affine| {
            let slope = |short: bool| if short { a.s } else { a.l };
            self.layout.tax.is_some()
                && self.layout.sales(problem).any(|(_, lot)| lot.gain * slope(lot.short) != 0.0)
        };
        case.region.iter().all(|a| a.at(problem.tax.s0, problem.tax.l0) >= -1e-15 || moves(a))
    }

    /// The trades of a solution.
    pub(crate) fn trades(&self, problem: &Problem, state: &State) -> Trades {
        let at = |i: usize| state.x[i].clamp(state.lower[i], state.upper[i]);
        Trades {
            sold: self.layout.by_lot(problem, at),
            bought: self.layout.bought.iter().map(|i| i.map_or(0.0, at)).collect(),
        }
    }

    /// (variable, factor) of what a cell sells and buys; a side with factor 0 is left out.
    pub(crate) fn cell_entries(&self, cell: usize, sell: f64, buy: f64) -> Vec<(usize, f64)> {
        let sold = self.layout.cell_sales[cell].clone().map(|v| (v, sell));
        sold.chain(self.layout.bought[cell].map(|v| (v, buy))).filter(|(_, v)| *v != 0.0).collect()
    }

    fn bound_tax(&mut self, problem: &Problem) {
        let Some(t) = self.layout.tax else { return };
        let (mut most, mut least) = (problem.tax.s0.abs() + problem.tax.l0.abs(), 0.0);
        for (v, lot) in self.layout.sales(problem) {
            most += (lot.gain * self.upper[v]).abs();
        }
        least -= most + 1e-9;
        self.lower[t] = least;
        self.upper[t] = most + 1e-9;
        self.linear[t] = problem.lambda.tax;
        self.constant -= problem.lambda.tax * problem.tax.before;
    }

    /// Spread, fees, commissions, location and ESG.
    fn add_linear_terms(&mut self, problem: &Problem) {
        let lambda = problem.lambda;
        for s in &problem.securities {
            self.constant -= lambda.esg * s.esg * s.held;
        }
        for (c, cell) in problem.cells.iter().enumerate() {
            let s = &problem.securities[cell.security];
            let drag = if cell.taxable { lambda.tax * s.drag } else { 0.0 };
            self.constant += drag * cell.held;
            let sell = lambda.cost * s.half_spread + lambda.esg * s.esg - drag;
            let buy = lambda.cost * (s.half_spread + s.fee) - lambda.esg * s.esg + drag;
            for (i, v) in self.cell_entries(c, sell, buy) {
                self.linear[i] += v;
            }
            for open in [self.layout.sale_open[c], self.layout.purchase_open[c]].into_iter().flatten() {
                self.linear[open] += lambda.cost * s.commission;
            }
        }
    }

    fn add_drift(&mut self, problem: &Problem) {
        if problem.lambda.drift == 0.0 {
            return;
        }
        let mut by_security: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.securities.len()];
        let mut cash = Vec::new();
        for (c, cell) in problem.cells.iter().enumerate() {
            by_security[cell.security].extend(self.cell_entries(c, -1.0, 1.0));
            cash.extend(self.cell_entries(c, 1.0, -1.0));
        }
        let cash_held: f64 = problem.accounts.iter().map(|a| a.cash).sum();
        let lambda = problem.lambda.drift;
        let mut add = |weight: f64, entries: Vec<(usize, f64)>, offset: f64| {
            let entries = merged(entries);
            if entries.is_empty() {
                self.constant += weight * offset * offset;
            } else {
                self.squares.push(Square { weight, entries, offset });
            }
        };
        match problem.metric {
            DriftMetric::ClassSquared => {
                for (class, target) in problem.class_targets.iter().enumerate() {
                    let is_cash = class == problem.cash_class;
                    let mut offset = -target + if is_cash { cash_held } else { 0.0 };
                    let mut entries = if is_cash { cash.clone() } else { Vec::new() };
                    for (i, s) in problem.securities.iter().enumerate().filter(|(_, s)| s.class == class) {
                        offset += s.held;
                        entries.extend(&by_security[i]);
                    }
                    add(lambda, entries, offset);
                }
            }
            DriftMetric::SecuritySquared => {
                for (i, s) in problem.securities.iter().enumerate() {
                    add(lambda, by_security[i].clone(), s.held - s.target);
                }
                add(lambda, cash, cash_held - problem.class_targets[problem.cash_class]);
            }
            DriftMetric::TrackingVariance => {
                let Some(risk) = &problem.risk else { return };
                for row in &risk.factors {
                    let scaled = |i: usize| by_security[i].iter().map(move |(v, sign)| (*v, sign * row[i]));
                    let entries = (0..row.len()).flat_map(scaled).collect();
                    let offset =
                        row.iter().zip(&problem.securities).map(|(b, s)| b * (s.held - s.target)).sum();
                    add(lambda, entries, offset);
                }
                for (i, s) in problem.securities.iter().enumerate() {
                    if risk.specific[i] > 0.0 {
                        add(lambda * risk.specific[i], by_security[i].clone(), s.held - s.target);
                    }
                }
            }
        }
    }

    /// λ_C·impact·w² of each order.
    fn add_impact(&mut self, problem: &Problem) {
        for c in 0..problem.cells.len() {
            let weight = problem.lambda.cost * problem.securities[problem.cells[c].security].impact;
            if weight == 0.0 {
                continue;
            }
            for (sell, buy) in [(1.0, 0.0), (0.0, 1.0)] {
                let entries = merged(self.cell_entries(c, sell, buy));
                if !entries.is_empty() {
                    self.squares.push(Square { weight, entries, offset: 0.0 });
                }
            }
        }
    }

    /// What a cell adds to cash, without impact.
    pub(crate) fn cash_entries(&self, problem: &Problem, cell: usize) -> Vec<(usize, f64)> {
        let s = &problem.securities[problem.cells[cell].security];
        let mut entries = self.cell_entries(cell, 1.0 - s.half_spread, -1.0 - s.half_spread);
        let open = [self.layout.sale_open[cell], self.layout.purchase_open[cell]];
        entries.extend(open.into_iter().flatten().map(|z| (z, -s.commission)));
        entries
    }

    /// Cash of each account, the household's buffer, and z >= σ/σ_max.
    fn add_money_rows(&mut self, problem: &Problem) {
        let mut all = Vec::new();
        let mut by_account: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.accounts.len()];
        for (c, cell) in problem.cells.iter().enumerate() {
            let entries = self.cash_entries(problem, c);
            by_account[cell.account].extend(&entries);
            all.extend(entries);
            for (open, sell, buy) in
                [(self.layout.sale_open[c], 1.0, 0.0), (self.layout.purchase_open[c], 0.0, 1.0)]
            {
                if let Some(z) = open {
                    let order = merged(self.cell_entries(c, -sell, -buy));
                    let most: f64 = order.iter().map(|(i, _)| self.upper[*i]).sum();
                    let mut entries = order;
                    entries.push((z, most));
                    self.rows.extend(SparseRow::new(entries, 0.0));
                }
            }
        }
        for (account, entries) in problem.accounts.iter().zip(by_account) {
            self.require(entries, account.floor - account.cash);
        }
        if let Some(buffer) = problem.buffer {
            let cash: f64 = problem.accounts.iter().map(|a| a.cash).sum();
            self.require(all, buffer - cash);
        }
    }

    /// Turnover, liquidity, caps, gains and tax limits.
    fn add_limit_rows(&mut self, problem: &Problem) {
        let cells = 0..problem.cells.len();
        if let Some(most) = problem.turnover_max {
            let entries = cells.clone().flat_map(|c| self.cell_entries(c, -1.0, -1.0)).collect();
            self.require(entries, -most.max(0.0));
        }
        if let Some(most) = problem.gains_max {
            let entries = self.layout.sales(problem).map(|(v, lot)| (v, -lot.gain)).collect();
            self.require(entries, -most);
        }
        if let (Some(most), Some(t)) = (problem.tax_max, self.layout.tax) {
            self.require(vec![(t, -1.0)], -(most + problem.tax.before));
        }
        let of = |this: &Self, i: usize, sell: f64, buy: f64| -> Vec<(usize, f64)> {
            let mine = cells.clone().filter(|c| problem.cells[*c].security == i);
            mine.flat_map(|c| this.cell_entries(c, sell, buy)).collect()
        };
        let mut sectors: Vec<(Vec<(usize, f64)>, f64)> = vec![(Vec::new(), 0.0); problem.sector_caps.len()];
        for (i, s) in problem.securities.iter().enumerate() {
            if let Some(cap) = s.cap {
                let entries = of(self, i, 1.0, -1.0);
                self.require(entries, s.held - cap);
            }
            if let Some(most) = s.traded_max {
                let entries = of(self, i, -1.0, -1.0);
                self.require(entries, -most);
            }
            if s.keep_some {
                let entries = of(self, i, -1.0, 1.0);
                self.require(entries, problem.usd - s.held);
            }
            if let Some(sector) = s.sector {
                sectors[sector].0.extend(of(self, i, 1.0, -1.0));
                sectors[sector].1 += s.held;
            }
        }
        for ((entries, held), cap) in sectors.into_iter().zip(&problem.sector_caps) {
            self.require(entries, held - cap);
        }
    }

    /// Adds a·x >= b. A row without variables that does not hold makes the box empty.
    pub(crate) fn require(&mut self, entries: Vec<(usize, f64)>, rhs: f64) {
        match SparseRow::new(entries, rhs) {
            Some(row) => {
                self.limits.push(self.rows.len());
                self.rows.push(row);
            }
            None if rhs > 1e-12 => self.constant = f64::INFINITY,
            None => {}
        }
    }
}
