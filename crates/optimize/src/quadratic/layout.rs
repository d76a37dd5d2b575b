//! The variables of the relaxation, and the sizes that an order can have.
//!
//! In: a problem. Out: where the weight sold and bought, the opened shares of orders with a commission
//! and the tax are among the variables, and the largest value of each in any plan. Lots of a cell that no
//! rule and no cost tells apart are one variable, sold one after the other.

use std::ops::Range;

use crate::problem::{LotTerms, Problem};

/// Where the variables are.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub(crate) n: usize,
    /// Variable of each lot of the problem.
    pub(crate) sold: Vec<usize>,
    /// Variables of each cell's sales.
    pub(crate) cell_sales: Vec<Range<usize>>,
    /// The first lot of each variable that is a sale: the first variables.
    first_lots: Vec<usize>,
    /// Variable of each cell's purchase.
    pub(crate) bought: Vec<Option<usize>>,
    /// Opened share of each cell's sale, where it has a commission.
    pub(crate) sale_open: Vec<Option<usize>>,
    /// Opened share of each cell's purchase.
    pub(crate) purchase_open: Vec<Option<usize>>,
    /// The tax T, where the plan can change it.
    pub(crate) tax: Option<usize>,
}

impl Layout {
    /// The variables and the largest value that each can have in a plan.
    pub(crate) fn new(problem: &Problem) -> (Layout, Vec<f64>) {
        let mut upper: Vec<f64> = Vec::new();
        let mut first_lots = Vec::new();
        let mut sold = Vec::with_capacity(problem.lots.len());
        let mut cell_sales = Vec::with_capacity(problem.cells.len());
        for (c, cell) in problem.cells.iter().enumerate() {
            let possible = problem.least_sale(c) <= problem.sale_max(c) * (1.0 + 1e-12);
            let first = upper.len();
            for j in cell.lots.clone() {
                let lot = &problem.lots[j];
                let twin = (first..upper.len()).find(|v| is_twin(&problem.lots[first_lots[*v]], lot));
                let variable = twin.unwrap_or(upper.len());
                if twin.is_none() {
                    upper.push(0.0);
                    first_lots.push(j);
                }
                upper[variable] += if possible { lot.weight } else { 0.0 };
                sold.push(variable);
            }
            cell_sales.push(first..upper.len());
        }
        let mut add = |most: f64| {
            upper.push(most);
            upper.len() - 1
        };
        let bought: Vec<Option<usize>> = (0..problem.cells.len())
            .map(|c| {
                Some(problem.purchase_max(c)).filter(|most| *most >= problem.least_purchase(c)).map(&mut add)
            })
            .collect();
        let commission = |c: usize| problem.securities[problem.cells[c].security].commission > 0.0;
        let sale_open = (0..problem.cells.len())
            .map(|c| (commission(c) && !problem.cells[c].lots.is_empty()).then(|| add(1.0)))
            .collect();
        let purchase_open = (0..problem.cells.len())
            .map(|c| (commission(c) && bought[c].is_some()).then(|| add(1.0)))
            .collect();
        let tax = problem.lots.iter().any(|lot| lot.gain != 0.0).then(|| add(0.0));
        let n = upper.len();
        (Layout { n, sold, cell_sales, first_lots, bought, sale_open, purchase_open, tax }, upper)
    }

    /// Each variable that is a sale, with a lot that stands for all of it but its weight.
    pub(crate) fn sales<'a>(&'a self, problem: &'a Problem) -> impl Iterator<Item = (usize, &'a LotTerms)> {
        self.first_lots.iter().map(|j| &problem.lots[*j]).enumerate()
    }

    /// What is sold of each lot, from what is sold by each variable.
    pub(crate) fn by_lot(&self, problem: &Problem, at: impl Fn(usize) -> f64) -> Vec<f64> {
        let mut left: Vec<f64> = (0..self.first_lots.len()).map(at).collect();
        let lots = problem.lots.iter().zip(&self.sold);
        let sold = lots.map(|(lot, v)| {
            let sold = left[*v].min(lot.weight);
            left[*v] -= sold;
            sold
        });
        sold.collect()
    }
}

/// Whether nothing but their weights tells two lots of a cell apart.
fn is_twin(one: &LotTerms, other: &LotTerms) -> bool {
    one.gain.to_bits() == other.gain.to_bits()
        && (one.short == other.short || one.gain == 0.0)
        && one.short_gain == other.short_gain
        && one.first == other.first
}

impl Problem {
    /// The smallest purchase: the first multiple of the increment that is no smaller than the minimum.
    pub(crate) fn least_purchase(&self, c: usize) -> f64 {
        let step = self.securities[self.cells[c].security].increment;
        ((self.order_min / step - 1e-6).ceil() * step).max(step)
    }

    /// The smallest sale: as for a purchase, or the whole position.
    pub(crate) fn least_sale(&self, c: usize) -> f64 {
        let cell = &self.cells[c];
        let least = self.least_purchase(c);
        if cell.all_sellable { least.min(cell.held) } else { least }
    }

    /// The most that a cell can sell.
    pub(crate) fn sale_max(&self, c: usize) -> f64 {
        let cell = &self.cells[c];
        let all: f64 = self.lots[cell.lots.clone()].iter().map(|l| l.weight).sum();
        self.securities[cell.security].traded_max.map_or(all, |most| all.min(most))
    }

    /// The most that a cell can buy in any plan, by its account's money, liquidity, turnover and cap: a
    /// multiple of its increment.
    pub(crate) fn purchase_max(&self, c: usize) -> f64 {
        let step = self.securities[self.cells[c].security].increment;
        (self.purchase_room(c) / step + 1e-6).floor() * step
    }

    fn purchase_room(&self, c: usize) -> f64 {
        let cell = &self.cells[c];
        if !cell.buyable {
            return 0.0;
        }
        let s = &self.securities[cell.security];
        let sellable =
            |x: &crate::problem::Cell| self.lots[x.lots.clone()].iter().map(|l| l.weight).sum::<f64>();
        let account = &self.accounts[cell.account];
        let raised: f64 = self.cells.iter().filter(|x| x.account == cell.account).map(sellable).sum();
        let mut most = account.cash - account.floor + raised;
        if let Some(traded_max) = s.traded_max {
            most = most.min(traded_max);
        }
        if let Some(turnover_max) = self.turnover_max {
            most = most.min(turnover_max);
        }
        if let Some(cap) = s.cap {
            let mine = self.cells.iter().filter(|x| x.security == cell.security && x.account != cell.account);
            most = most.min(cap - s.held + mine.map(sellable).sum::<f64>());
        }
        most.max(0.0)
    }
}
