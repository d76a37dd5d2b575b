//! The dual function of one node: its blocks, their vertices, and its value at any prices.
//!
//! In: a [`Model`], the corners of T and what each cell may do. Out: for prices y, the cheapest vertex of each
//! block and d(y). Invariant: d(y) is a lower bound on L over the node's plans whatever y is.

use super::cell::{Limits, Price, Vertex};
use super::model::{Model, Quotes};
use super::tax::Corner;

/// One thing that a block may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Choice {
    Cell(Vertex),
    /// How much of a row's slack is used.
    Slack(f64),
    /// A corner of T.
    Tax(usize),
}

/// The dual of one node. Blocks: the cells, the slacks, the tax.
#[derive(Clone, Copy)]
pub(super) struct Dual<'a> {
    pub(super) model: &'a Model,
    pub(super) corners: &'a [Corner],
    pub(super) limits: &'a [Limits],
}

impl Dual<'_> {
    pub(super) fn blocks(&self) -> usize {
        self.model.cells.len() + self.model.slacks.len() + 1
    }

    /// The cheapest choice of a block at prices y, of which the cells see `price`, with its cost; infinite
    /// where there is none.
    pub(super) fn cheapest(&self, block: usize, price: &Price, y: impl Fn(usize) -> f64) -> (Choice, f64) {
        let model = self.model;
        if let Some(cell) = model.cells.get(block) {
            let none = (Vertex::REST, f64::INFINITY);
            let (vertex, cost) = cell.cheapest(price, &self.limits[block]).unwrap_or(none);
            return (Choice::Cell(vertex), cost);
        }
        if let Some(slack) = model.slacks.get(block - model.cells.len()) {
            let price = y(slack.row);
            let used = if price < 0.0 { slack.most } else { 0.0 };
            return (Choice::Slack(used), price * used);
        }
        let (s, l) = (y(model.gains[0]), y(model.gains[1]));
        let costs = self.corners.iter().map(|c| c.cost - s * c.gains[0] - l * c.gains[1]);
        let least = costs.enumerate().fold((0, f64::INFINITY), |a, b| if b.1 < a.1 { b } else { a });
        (Choice::Tax(least.0), least.1)
    }

    /// What a choice costs at prices y; without `own`, how its cost changes along y.
    pub(super) fn cost(
        &self,
        block: usize,
        choice: &Choice,
        price: &Price,
        y: impl Fn(usize) -> f64,
        own: bool,
    ) -> f64 {
        let model = self.model;
        match choice {
            Choice::Cell(vertex) => vertex.at(price),
            Choice::Slack(used) => y(model.slacks[block - model.cells.len()].row) * used,
            Choice::Tax(k) => {
                let corner = &self.corners[*k];
                let links = y(model.gains[0]) * corner.gains[0] + y(model.gains[1]) * corner.gains[1];
                if own { corner.cost - links } else { -links }
            }
        }
    }

    /// Adds `by` times the links of a choice.
    pub(super) fn add_links(&self, block: usize, choice: &Choice, by: f64, links: &mut [f64]) {
        let model = self.model;
        match choice {
            Choice::Cell(v) => {
                if *v == Vertex::REST {
                    return;
                }
                for (row, [sell, buy, open]) in &model.cells[block].entries {
                    links[*row] += by * (sell * v.sold + buy * v.bought + open * v.orders);
                }
                links[model.gains[0]] += by * v.gains[0];
                links[model.gains[1]] += by * v.gains[1];
            }
            Choice::Slack(used) => links[model.slacks[block - model.cells.len()].row] += by * used,
            Choice::Tax(k) => {
                let corner = &self.corners[*k];
                links[model.gains[0]] -= by * corner.gains[0];
                links[model.gains[1]] -= by * corner.gains[1];
            }
        }
    }

    /// The part of d that no block has.
    pub(super) fn own_value(&self, y: &[f64]) -> f64 {
        let model = self.model;
        let rows = y.iter().zip(model.offset.iter().zip(&model.curvature));
        model.constant + rows.map(|(y, (offset, h))| y * offset - 0.5 * h * y * y).sum::<f64>()
    }

    /// d(y), afresh: a lower bound on L. `quotes` is scratch.
    pub(super) fn value(&self, y: &[f64], quotes: &mut Quotes) -> f64 {
        self.model.quotes(y, true, quotes);
        let blocks = (0..self.blocks()).map(|b| {
            let price = quotes.0.get(b).copied().unwrap_or_default();
            self.cheapest(b, &price, |row| y[row]).1
        });
        self.own_value(y) + blocks.sum::<f64>()
    }
}
