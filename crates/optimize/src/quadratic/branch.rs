//! The either/or rules: which of them a relaxed solution breaks, and the two ways to mend it.
//!
//! Branching goes in strict tiers, the most violated rule of the first tier first: what a plan *is*
//! (sides, wash sales, lot order) before how large its orders are (minimum, commission) before
//! their last share. That order is worth more than any score that mixes them.

use super::active_set::SparseRow;
use super::relaxation::{Relaxation, merged};
use crate::problem::Problem;
use crate::trades::Trades;

/// Two sets of rows, one of which holds in every plan; the nearer to the solution first.
#[derive(Debug, Clone)]
pub(crate) struct Branching {
    pub(crate) children: [Vec<SparseRow>; 2],
    score: f64,
}

/// Amounts below this count as zero.
const TINY: f64 = 1e-9;

/// An order this near to a multiple of its increment is one: what the solver cannot tell apart.
const STEP_TINY: f64 = 1e-8;

impl Relaxation {
    /// The structural rule (tier 1, then tier 2) that a solution breaks most.
    pub(crate) fn broken_structure(
        &self,
        problem: &Problem,
        x: &[f64],
        trades: &Trades,
    ) -> Option<Branching> {
        let mut found = Vec::new();
        for c in 0..problem.cells.len() {
            found.extend(self.opposing_sides(problem, trades, c));
            found.extend(self.lot_order(problem, trades, c));
        }
        found.extend(self.wash_sales(problem, trades));
        if let Some(worst) = most(found) {
            return Some(worst);
        }
        most((0..problem.cells.len()).flat_map(|c| self.order_size(problem, x, trades, c)).collect())
    }

    /// The order whose size is furthest from a multiple of its increment, in weight.
    pub(crate) fn broken_increment(&self, problem: &Problem, trades: &Trades) -> Option<Branching> {
        most((0..problem.cells.len()).flat_map(|c| self.increments(problem, trades, c)).collect())
    }

    /// No sale, or no purchase, of one security in one account.
    fn opposing_sides(&self, problem: &Problem, trades: &Trades, c: usize) -> Option<Branching> {
        let (sold, bought) = (trades.cell_sold(problem, c), trades.bought[c]);
        let score = sold.min(bought);
        if score <= TINY {
            return None;
        }
        let no_sale = self.none(self.cell_entries(problem, c, 1.0, 0.0), self.layout.sale_open[c]);
        let no_purchase = self.none(self.cell_entries(problem, c, 0.0, 1.0), self.layout.purchase_open[c]);
        Some(Branching { children: nearer_first(no_sale, no_purchase, sold < bought), score })
    }

    /// No loss sale, or no purchase, in one identical group.
    fn wash_sales(&self, problem: &Problem, trades: &Trades) -> Vec<Branching> {
        let mut losses: Vec<Vec<(usize, f64)>> = vec![Vec::new(); problem.groups];
        let mut purchases = losses.clone();
        let (mut lost, mut bought) = (vec![0.0; problem.groups], vec![0.0; problem.groups]);
        for (c, cell) in problem.cells.iter().enumerate() {
            let group = problem.securities[cell.security].group;
            for j in cell.lots.clone().filter(|j| problem.lots[*j].gain < 0.0) {
                losses[group].push((self.layout.sold[j], 1.0));
                lost[group] += trades.sold[j];
            }
            purchases[group].extend(self.layout.bought[c].map(|v| (v, 1.0)));
            bought[group] += trades.bought[c];
        }
        let broken = (0..problem.groups).filter(|g| lost[*g].min(bought[*g]) > TINY);
        broken
            .map(|g| {
                let (no_loss, no_purchase) =
                    (self.none(losses[g].clone(), None), self.none(purchases[g].clone(), None));
                let score = lost[g].min(bought[g]);
                Branching { children: nearer_first(no_loss, no_purchase, lost[g] < bought[g]), score }
            })
            .collect()
    }

    /// Nothing of the later lots, or all of the earlier ones.
    fn lot_order(&self, problem: &Problem, trades: &Trades, c: usize) -> Vec<Branching> {
        let lots = || problem.cells[c].lots.clone();
        let any_first = lots().any(|j| problem.lots[j].first);
        let mut found = Vec::new();
        if any_first {
            found.extend(self.one_order(problem, trades, lots(), |j| problem.lots[j].first));
        }
        if problem.short_term_last {
            let late = |j: usize| problem.lots[j].short_gain && !problem.lots[j].first;
            // A lot that goes first and is a short-term gain itself is neither early nor late here.
            let neither = |j: usize| problem.lots[j].short_gain && problem.lots[j].first;
            let considered: Vec<usize> = lots().filter(|j| !neither(*j)).collect();
            found.extend(self.one_order(problem, trades, considered.into_iter(), |j| !late(j)));
        }
        found
    }

    fn one_order(
        &self,
        problem: &Problem,
        trades: &Trades,
        lots: impl Iterator<Item = usize>,
        early: impl Fn(usize) -> bool,
    ) -> Option<Branching> {
        let (before, after): (Vec<usize>, Vec<usize>) = lots.partition(|j| early(*j));
        let late: f64 = after.iter().map(|j| trades.sold[*j]).sum();
        let left: f64 = before.iter().map(|j| problem.lots[*j].weight - trades.sold[*j]).sum();
        let score = late.min(left);
        if score <= TINY {
            return None;
        }
        let entries = |lots: &[usize]| lots.iter().map(|j| (self.layout.sold[*j], 1.0)).collect::<Vec<_>>();
        let all: f64 = before.iter().map(|j| problem.lots[*j].weight).sum();
        let none_late = self.none(entries(&after), None);
        let all_early = SparseRow::new(entries(&before), all).into_iter().collect();
        Some(Branching { children: nearer_first(none_late, all_early, late < left), score })
    }

    /// No order, or one that is large enough and pays its commission.
    fn order_size(&self, problem: &Problem, x: &[f64], trades: &Trades, c: usize) -> Vec<Branching> {
        let sides = [
            (
                trades.cell_sold(problem, c),
                self.cell_entries(problem, c, 1.0, 0.0),
                self.layout.sale_open[c],
                true,
            ),
            (trades.bought[c], self.cell_entries(problem, c, 0.0, 1.0), self.layout.purchase_open[c], false),
        ];
        let mut found = Vec::new();
        for (size, entries, open, sale) in sides {
            if size <= TINY {
                continue;
            }
            let most: f64 = entries.iter().map(|(i, _)| self.upper[*i]).sum();
            let least = if sale { problem.least_sale(c) } else { problem.least_purchase(c) };
            let too_small = size < least - TINY;
            let unopened = open.map_or(0.0, |z| 1.0 - x[z]);
            if !too_small && unopened < 1e-6 {
                continue;
            }
            let mut order = Vec::new();
            if least > most * (1.0 + 1e-12) {
                order.push(impossible());
            } else {
                order.extend(SparseRow::new(entries.clone(), least));
                order.extend(open.and_then(|z| SparseRow::new(vec![(z, 1.0)], 1.0)));
            }
            let none = self.none(entries, open);
            let score = if too_small { 1.0 + size.min(least - size) / least } else { unopened };
            found.push(Branching {
                children: nearer_first(none, order, too_small && size < least / 2.0),
                score,
            });
        }
        found
    }

    /// The multiple below, or the multiple above (past the last one: the whole position).
    fn increments(&self, problem: &Problem, trades: &Trades, c: usize) -> Vec<Branching> {
        let cell = &problem.cells[c];
        let step = problem.securities[cell.security].increment;
        let sides = [(trades.cell_sold(problem, c), 1.0, 0.0, true), (trades.bought[c], 0.0, 1.0, false)];
        let mut found = Vec::new();
        for (size, sell, buy, sale) in sides {
            let whole = sale && cell.all_sellable && size >= cell.held - TINY * step;
            let below = (size / step).floor() * step;
            let score = (size - below).min(below + step - size);
            if size <= TINY || whole || score <= (1e-6 * step).max(STEP_TINY) {
                continue;
            }
            let entries = merged(self.cell_entries(problem, c, sell, buy));
            let most: f64 = entries.iter().map(|(i, _)| self.upper[*i]).sum();
            let mut above = below + step;
            let negated = entries.iter().map(|(i, v)| (*i, -v)).collect();
            if above > most * (1.0 + 1e-9) {
                above = if sale && cell.all_sellable { cell.held } else { f64::INFINITY };
            }
            let at_most = SparseRow::new(negated, -below).into_iter().collect();
            let at_least = if above.is_finite() {
                SparseRow::new(entries, above.min(most)).into_iter().collect()
            } else {
                vec![impossible()]
            };
            let down = size - below < above - size;
            found.push(Branching { children: nearer_first(at_most, at_least, down), score });
        }
        found
    }

    /// Rows that keep all of these variables at zero.
    fn none(&self, entries: Vec<(usize, f64)>, open: Option<usize>) -> Vec<SparseRow> {
        let negated = entries.into_iter().map(|(i, _)| (i, -1.0)).chain(open.map(|z| (z, -1.0)));
        SparseRow::new(negated.collect(), 0.0).into_iter().collect()
    }
}

/// A row that no point of the box keeps.
fn impossible() -> SparseRow {
    SparseRow { entries: Vec::new(), rhs: 1.0 }
}

fn nearer_first(first: Vec<SparseRow>, second: Vec<SparseRow>, first_is_nearer: bool) -> [Vec<SparseRow>; 2] {
    if first_is_nearer { [first, second] } else { [second, first] }
}

fn most(found: Vec<Branching>) -> Option<Branching> {
    found.into_iter().reduce(|best, next| if next.score > best.score { next } else { best })
}
