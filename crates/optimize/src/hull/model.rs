//! The coupling rows of a class-mode problem, and what each cell pays at given prices.
//!
//! In: a [`Problem`] with targets per class. Out: a [`Model`]: the rows that couple the cells, each with a
//! price y, and the terms of each cell. Invariant: for any y at all, L >= constant + offset·y − Σ ¼ y²/λ_D
//! over the drift rows + Σ over blocks of the least (own cost + y·links).
//!
//! # Derivation
//!
//! | row | link | its slack |
//! | --- | --- | --- |
//! | drift of class g | Σ_{i in g} w_i − t_g, cash before costs for `Cash` | none: z_g with λ_D z_g², min_z λ_D z² − y z = −y²/(4 λ_D) |
//! | gains S, L | Σ gain·sold − ΔS, where (ΔS, ΔL) is the tax block's | none |
//! | cash of an account, buffer | floor − cash − what trades bring | 0 to its largest value |
//! | turnover | Σ traded − most | 0 to its largest value |
//! | sector; cap, liquidity and least holding of a security that several accounts trade | w − cap, … | 0 to its largest value |
//!
//! An inequality is an equation with a bounded slack, which is one more block; so every price is free, and
//! the dual has no constraints.

use crate::problem::{Problem, SecurityTerms};

use super::cell::{Limits, Price, Terms};

/// Price and links of an inequality's slack.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slack {
    pub(super) row: usize,
    pub(super) most: f64,
}

/// The coupling rows and the cells.
#[derive(Debug, Clone)]
pub(super) struct Model {
    /// Links of no trades.
    pub(super) offset: Vec<f64>,
    /// 1/(2 λ_D) of drift rows, 0 of others.
    pub(super) curvature: Vec<f64>,
    pub(super) slacks: Vec<Slack>,
    /// Cells in which something can be traded.
    pub(super) cells: Vec<Terms>,
    /// What each may do at the root.
    pub(super) limits: Vec<Limits>,
    /// Rows of the gains S and L.
    pub(super) gains: [usize; 2],
    /// Least and most of (ΔS, ΔL).
    pub(super) gains_range: [[f64; 2]; 2],
    /// L of no trades less drift and tax.
    pub(super) constant: f64,
    /// Some rule cannot be kept whatever is traded.
    pub(super) impossible: bool,
}

/// What all cells see of a vector of prices.
#[derive(Debug, Clone, Default)]
pub(super) struct Quotes(pub(super) Vec<Price>);

/// An inequality in the making: link <= 0.
struct Row {
    offset: f64,
    /// (cell, per unit sold, per unit bought, per order)
    entries: Vec<(usize, [f64; 3])>,
}

impl Model {
    pub(super) fn new(problem: &Problem) -> Model {
        let rooms = Rooms::new(problem);
        let mut cells: Vec<Terms> = Vec::new();
        let mut limits: Vec<Limits> = Vec::new();
        let mut cells_of = vec![0_usize; problem.securities.len()];
        problem.cells.iter().for_each(|c| cells_of[c.security] += 1);
        for (c, cell) in problem.cells.iter().enumerate() {
            let root = Limits::of(problem, c, rooms.accounts[cell.account], cells_of[cell.security] == 1);
            if root.sale_most > 0.0 || root.purchase_most > 0.0 || root.must_sell {
                cells.push(Terms::new(problem, c));
                limits.push(root);
            }
        }
        super::dominance::drop_dearer(problem, &cells, &mut limits, rooms.all);
        let mut model = Model {
            offset: Vec::new(),
            curvature: Vec::new(),
            slacks: Vec::new(),
            cells,
            limits,
            gains: [0; 2],
            gains_range: [[0.0; 2]; 2],
            constant: constant(problem),
            impossible: false,
        };
        model.add_drift(problem);
        model.add_gains(problem);
        model.add_money(problem);
        model.add_limits(problem);
        model
    }

    pub(super) fn dimension(&self) -> usize {
        self.offset.len()
    }

    /// What the cells see of `y`; with `own`, their own costs as well.
    pub(super) fn quotes(&self, y: &[f64], own: bool, out: &mut Quotes) {
        let by = if own { 1.0 } else { 0.0 };
        let (short, long) = (y[self.gains[0]], y[self.gains[1]]);
        out.0.clear();
        out.0.extend(self.cells.iter().map(|cell| {
            let mut p = Price {
                sell: by * cell.sell_cost,
                buy: by * cell.buy_cost,
                open: by * cell.open_cost,
                short,
                long,
            };
            for (row, [sell, buy, open]) in &cell.entries {
                p.sell += y[*row] * sell;
                p.buy += y[*row] * buy;
                p.open += y[*row] * open;
            }
            p
        }));
    }

    fn row(&mut self, offset: f64, curvature: f64) -> usize {
        self.offset.push(offset);
        self.curvature.push(curvature);
        self.offset.len() - 1
    }

    fn add_drift(&mut self, problem: &Problem) {
        let cash: f64 = problem.accounts.iter().map(|a| a.cash).sum();
        let curvature = 0.5 / problem.lambda.drift;
        for (class, target) in problem.class_targets.iter().enumerate() {
            let held = problem.securities.iter().filter(|s| s.class == class).map(|s| s.held).sum::<f64>();
            let offset = held - target + if class == problem.cash_class { cash } else { 0.0 };
            self.row(offset, curvature);
        }
        for cell in &mut self.cells {
            let class = problem.securities[problem.cells[cell.cell].security].class;
            if class != problem.cash_class {
                cell.entries.push((class, [-1.0, 1.0, 0.0]));
                cell.entries.push((problem.cash_class, [1.0, -1.0, 0.0]));
            }
        }
    }

    fn add_gains(&mut self, problem: &Problem) {
        self.gains = [self.row(0.0, 0.0), self.row(0.0, 0.0)];
        for cell in &self.cells {
            for lot in &problem.lots[cell.lots.clone()] {
                let range = &mut self.gains_range[usize::from(!lot.short)];
                let gain = lot.gain * lot.weight;
                range[0] += gain.min(0.0);
                range[1] += gain.max(0.0);
            }
        }
    }

    fn add_money(&mut self, problem: &Problem) {
        let single = problem.accounts.len() == 1;
        let mut buffer = Row { offset: 0.0, entries: Vec::new() };
        for (a, account) in problem.accounts.iter().enumerate() {
            let least = if single { problem.buffer.unwrap_or(account.floor) } else { account.floor };
            let mut row = Row { offset: account.floor.max(least) - account.cash, entries: Vec::new() };
            for (i, cell) in self.cells.iter().enumerate() {
                let c = &problem.cells[cell.cell];
                if c.account == a {
                    let s = &problem.securities[c.security];
                    row.entries.push((i, [-(1.0 - s.half_spread), 1.0 + s.half_spread, s.commission]));
                }
            }
            buffer.offset -= account.cash;
            buffer.entries.extend(&row.entries);
            self.require(row);
        }
        if let Some(least) = problem.buffer.filter(|_| !single) {
            buffer.offset += least;
            self.require(buffer);
        }
        if let Some(most) = problem.turnover_max {
            let entries = (0..self.cells.len()).map(|i| (i, [1.0, 1.0, 0.0])).collect();
            self.require(Row { offset: -most.max(0.0), entries });
        }
    }

    /// Rows of sectors, and of securities that several cells trade.
    fn add_limits(&mut self, problem: &Problem) {
        let mut cells_of: Vec<Vec<usize>> = vec![Vec::new(); problem.securities.len()];
        for (i, cell) in self.cells.iter().enumerate() {
            cells_of[problem.cells[cell.cell].security].push(i);
        }
        for (sector, cap) in problem.sector_caps.iter().enumerate() {
            let mine = |s: &SecurityTerms| s.sector == Some(sector);
            let held: f64 = problem.securities.iter().filter(|s| mine(s)).map(|s| s.held).sum();
            let cells = (0..cells_of.len()).filter(|i| mine(&problem.securities[*i]));
            let entries = cells.flat_map(|i| cells_of[i].iter().map(|c| (*c, [-1.0, 1.0, 0.0]))).collect();
            self.require(Row { offset: held - cap, entries });
        }
        for (s, cells) in problem.securities.iter().zip(&cells_of) {
            if cells.len() == 1 {
                // Its own limits are those of its only cell.
                continue;
            }
            let row = |offset: f64, signs: [f64; 3]| Row {
                offset,
                entries: cells.iter().map(|c| (*c, signs)).collect(),
            };
            if let Some(cap) = s.cap {
                self.require(row(s.held - cap, [-1.0, 1.0, 0.0]));
            }
            if let Some(most) = s.traded_max {
                self.require(row(-most, [1.0, 1.0, 0.0]));
            }
            if s.keep_some {
                self.require(row(problem.usd - s.held, [1.0, -1.0, 0.0]));
            }
        }
    }

    /// Adds a row that some trades can break; one that all break makes the problem impossible.
    fn require(&mut self, row: Row) {
        let (mut least, mut most) = (row.offset, row.offset);
        for (i, [sell, buy, open]) in &row.entries {
            let limits = &self.limits[*i];
            let ends = [sell * limits.sale_most + open, buy * limits.purchase_most + open];
            least += ends.into_iter().fold(0.0, f64::min);
            most += ends.into_iter().fold(0.0, f64::max);
        }
        self.impossible |= least > 1e-12;
        if most <= 0.0 {
            return;
        }
        let index = self.row(row.offset, 0.0);
        for (i, signs) in row.entries {
            self.cells[i].entries.push((index, signs));
        }
        self.slacks.push(Slack { row: index, most: (-least).max(0.0) });
    }
}

/// What purchases there can be money for.
struct Rooms {
    accounts: Vec<f64>,
    all: f64,
}

impl Rooms {
    fn new(problem: &Problem) -> Rooms {
        let mut accounts: Vec<f64> = problem.accounts.iter().map(|a| a.cash - a.floor).collect();
        for cell in &problem.cells {
            accounts[cell.account] += problem.lots[cell.lots.clone()].iter().map(|l| l.weight).sum::<f64>();
        }
        let most = problem.turnover_max.unwrap_or(f64::INFINITY).max(0.0);
        accounts.iter_mut().for_each(|a| *a = a.clamp(0.0, most));
        let all = accounts.iter().sum::<f64>().min(most);
        Rooms { accounts, all }
    }
}

/// L of no trades without drift and without T.
fn constant(problem: &Problem) -> f64 {
    let lambda = problem.lambda;
    let drag = |c: &crate::problem::Cell| problem.securities[c.security].drag * c.held;
    let drags: f64 = problem.cells.iter().filter(|c| c.taxable).map(drag).sum();
    let esg: f64 = problem.securities.iter().map(|s| s.esg * s.held).sum();
    lambda.tax * drags - lambda.esg * esg
}
