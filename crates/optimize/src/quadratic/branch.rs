//! The either/or rules: which of them a relaxed solution breaks, and the two ways to mend it.
//!
//! Branching goes in strict tiers, the most violated rule of the first tier first: what a plan *is*
//! (sides, wash sales, lot order) before how large its orders are (minimum, commission) before
//! their last share, and of that what the accounts trade of a security together before each by itself. That
//! order is worth more than any score that mixes them. What the solver hardly tells apart comes last.

use super::relaxation::Relaxation;
use super::sparse::{SparseRow, merged};
use crate::problem::Problem;
use crate::trades::Trades;

/// What one side of a branching adds to the relaxation.
#[derive(Debug, Clone, Default)]
pub(crate) struct Side {
    /// (variable, least, most).
    pub(crate) bounds: Vec<(usize, f64, f64)>,
    pub(crate) rows: Vec<SparseRow>,
    /// A cell of which not all is sold here.
    pub(crate) kept: Option<usize>,
    /// No plan is on this side.
    pub(crate) empty: bool,
}

/// An either/or rule.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Rule {
    /// No sale, or no purchase, of one security in one account.
    OpposingSides { cell: usize },
    /// No loss sale, or no purchase, in one identical group.
    WashSale { group: usize },
    /// Nothing of the lots that do not go first, or all of those that do.
    FirstLots { cell: usize },
    /// No short-term gain, or all of the other lots.
    ShortTermLast { cell: usize },
    /// No order, or one that is large enough and pays its commission.
    OrderSize { cell: usize, sale: bool },
    /// The multiple below, or the multiple above (past the last one: the whole position).
    Increment { cell: usize, sale: bool },
    /// The same of what all accounts together trade of a security: purchases less sales.
    Net { security: usize },
    /// Not the whole position, or all of it.
    Whole { cell: usize },
}

/// A rule that a solution breaks.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Broken {
    rule: Rule,
    score: f64,
    /// Whether the solution is nearer to the first of the two sides.
    first: bool,
}

impl Broken {
    /// Whether it is no more than an increment too small to matter by itself.
    pub(crate) fn is_fine(&self, problem: &Problem) -> bool {
        const FINE: f64 = 1e-5;
        matches!(self.rule, Rule::Increment { cell, .. }
            if problem.securities[problem.cells[cell].security].increment < FINE)
    }
}

/// Amounts below this count as zero.
const TINY: f64 = 1e-9;

/// An order this near to a multiple of its increment is one: what the solver cannot tell apart. In increments, and in
/// weight; the larger counts.
pub(super) const STEP_TINY: (f64, f64) = (1e-6, 1e-8);

/// The same at a leaf that leaves a gap otherwise.
pub(super) const STEP_HAIR: (f64, f64) = (1e-8, 1e-9);

/// What is no order even there.
const HAIR: f64 = 1e-14;

/// Keeps the worst of what has been found.
#[derive(Default)]
struct Worst(Option<Broken>);

impl Worst {
    fn look(&mut self, rule: Rule, score: f64, first: bool) {
        if self.0.is_none_or(|worst| score > worst.score) {
            self.0 = Some(Broken { rule, score, first });
        }
    }
}

impl Relaxation {
    /// The structural rule (tier 1, then tier 2) that a solution breaks most.
    pub(crate) fn broken_structure(&self, problem: &Problem, x: &[f64], trades: &Trades) -> Option<Broken> {
        let mut worst = Worst::default();
        for cell in 0..problem.cells.len() {
            let (sold, bought) = (trades.cell_sold(problem, cell), trades.bought[cell]);
            if sold.min(bought) > TINY {
                worst.look(Rule::OpposingSides { cell }, sold.min(bought), sold < bought);
            }
            self.look_at_lot_order(problem, trades, cell, &mut worst);
        }
        self.look_at_wash_sales(problem, trades, &mut worst);
        if worst.0.is_none() {
            for cell in 0..problem.cells.len() {
                self.look_at_size(problem, x, trades, cell, &mut worst);
            }
        }
        worst.0
    }

    /// The largest order that is a hair: too small to be seen by the tiers, and for a slope steep enough still a gap.
    pub(crate) fn broken_hair(&self, problem: &Problem, trades: &Trades) -> Option<Broken> {
        let mut worst = Worst::default();
        for cell in 0..problem.cells.len() {
            for (size, sale) in [(trades.cell_sold(problem, cell), true), (trades.bought[cell], false)] {
                if size > HAIR && size < least_order(problem, cell, sale) * (1.0 - 1e-6) {
                    worst.look(Rule::OrderSize { cell, sale }, size, true);
                }
            }
        }
        worst.0
    }

    /// The order whose size is furthest from a multiple of its increment, in weight; `tiny` is what is no distance.
    pub(crate) fn broken_increment(
        &self,
        problem: &Problem,
        trades: &Trades,
        tiny: (f64, f64),
    ) -> Option<Broken> {
        let mut worst = Worst::default();
        for (c, cell) in problem.cells.iter().enumerate() {
            let step = problem.securities[cell.security].increment;
            for (size, sale) in [(trades.cell_sold(problem, c), true), (trades.bought[c], false)] {
                let whole = sale && cell.all_sellable && size >= cell.held - TINY.min(step / 4.0);
                if size <= TINY.min(step / 4.0) || whole {
                    continue;
                }
                let below = (size / step).floor() * step;
                let score = (size - below).min(below + step - size);
                if score > (tiny.0 * step).max(tiny.1) {
                    let down = size - below < below + step - size;
                    worst.look(Rule::Increment { cell: c, sale }, score, down);
                }
            }
        }
        worst.0
    }

    /// The security of which several accounts together trade what is furthest from a multiple of its increment, in weight.
    /// Where it is all the same which of them trades, their orders could change places for ever.
    ///
    /// A sale of a whole position need not be a multiple: those of `kept` cells are none.
    pub(crate) fn broken_net(&self, problem: &Problem, trades: &Trades, kept: &[usize]) -> Option<Broken> {
        let shared = shared(problem, trades)?;
        let mut net = vec![0.0; problem.securities.len()];
        for (c, cell) in problem.cells.iter().enumerate().filter(|(_, cell)| shared[cell.security]) {
            let sold = if is_multiple(problem, c, kept) { trades.cell_sold(problem, c) } else { 0.0 };
            net[cell.security] += trades.bought[c] - sold;
        }
        let mut worst = Worst::default();
        for (security, net) in net.iter().enumerate().filter(|(i, _)| shared[*i]) {
            let step = problem.securities[security].increment;
            let below = (net / step).floor() * step;
            let score = (net - below).min(below + step - net);
            if score > (STEP_TINY.0 * step).max(STEP_TINY.1) {
                worst.look(Rule::Net { security }, score, net - below < below + step - net);
            }
        }
        worst.0
    }

    /// The largest sale, beside another order of its security, that may still be of the whole position.
    pub(crate) fn undecided_whole(
        &self,
        problem: &Problem,
        trades: &Trades,
        kept: &[usize],
    ) -> Option<Broken> {
        let shared = shared(problem, trades)?;
        let mut worst = Worst::default();
        for (c, cell) in problem.cells.iter().enumerate().filter(|(_, cell)| shared[cell.security]) {
            let sold = trades.cell_sold(problem, c);
            if sold > TINY && sold < cell.held - TINY && !is_multiple(problem, c, kept) {
                worst.look(Rule::Whole { cell: c }, sold, true);
            }
        }
        worst.0
    }

    fn look_at_wash_sales(&self, problem: &Problem, trades: &Trades, worst: &mut Worst) {
        let (mut lost, mut bought) = (vec![0.0; problem.groups], vec![0.0; problem.groups]);
        for (c, cell) in problem.cells.iter().enumerate() {
            let group = problem.securities[cell.security].group;
            for j in cell.lots.clone().filter(|j| problem.lots[*j].gain < 0.0) {
                lost[group] += trades.sold[j];
            }
            bought[group] += trades.bought[c];
        }
        for (group, (lost, bought)) in lost.iter().zip(&bought).enumerate() {
            if lost.min(*bought) > TINY {
                worst.look(Rule::WashSale { group }, lost.min(*bought), lost < bought);
            }
        }
    }

    fn look_at_lot_order(&self, problem: &Problem, trades: &Trades, cell: usize, worst: &mut Worst) {
        let lots = problem.cells[cell].lots.clone();
        let mut rules = [None, None];
        if problem.lots[lots.clone()].iter().any(|lot| lot.first) {
            rules[0] = Some(Rule::FirstLots { cell });
        }
        if problem.short_term_last {
            rules[1] = Some(Rule::ShortTermLast { cell });
        }
        for rule in rules.into_iter().flatten() {
            let (mut late, mut left) = (0.0, 0.0);
            for j in lots.clone() {
                match early(problem, rule, j) {
                    Some(true) => left += problem.lots[j].weight - trades.sold[j],
                    Some(false) => late += trades.sold[j],
                    None => {}
                }
            }
            if late.min(left) > TINY {
                worst.look(rule, late.min(left), late < left);
            }
        }
    }

    fn look_at_size(&self, problem: &Problem, x: &[f64], trades: &Trades, cell: usize, worst: &mut Worst) {
        for sale in [true, false] {
            let size = if sale { trades.cell_sold(problem, cell) } else { trades.bought[cell] };
            if size <= TINY {
                continue;
            }
            let least = least_order(problem, cell, sale);
            let too_small = size < least - TINY;
            let unopened = self.open(cell, sale).map_or(0.0, |z| 1.0 - x[z]);
            if !too_small && unopened < 1e-6 {
                continue;
            }
            let score = if too_small { 1.0 + size.min(least - size) / least } else { unopened };
            worst.look(Rule::OrderSize { cell, sale }, score, too_small && size < least / 2.0);
        }
    }

    /// The opened share of an order, where it has a commission.
    fn open(&self, cell: usize, sale: bool) -> Option<usize> {
        if sale { self.layout.sale_open[cell] } else { self.layout.purchase_open[cell] }
    }

    /// The two sides of a broken rule, one of which every plan is on; the nearer to the solution first.
    pub(crate) fn sides(
        &self,
        problem: &Problem,
        trades: &Trades,
        broken: Broken,
        kept: &[usize],
    ) -> [Side; 2] {
        let [first, second] = match broken.rule {
            Rule::OpposingSides { cell } => [self.no_order(cell, true), self.no_order(cell, false)],
            Rule::WashSale { group } => self.wash_sale_sides(problem, group),
            rule @ (Rule::FirstLots { cell } | Rule::ShortTermLast { cell }) => {
                let mut sides = [Side::default(), Side::default()];
                for j in problem.cells[cell].lots.clone() {
                    let variable = self.layout.sold[j];
                    let weight = self.upper[variable];
                    match early(problem, rule, j) {
                        Some(true) => sides[1].bounds.push((variable, weight, weight)),
                        Some(false) => sides[0].bounds.push((variable, 0.0, 0.0)),
                        None => {}
                    }
                }
                sides
            }
            Rule::OrderSize { cell, sale } => {
                let mut order = self.at_least(cell, sale, least_order(problem, cell, sale));
                order.bounds.extend(self.open(cell, sale).map(|z| (z, 1.0, 1.0)));
                [self.no_order(cell, sale), order]
            }
            Rule::Increment { cell, sale } => self.increment_sides(problem, trades, cell, sale),
            Rule::Net { security } => self.net_sides(problem, trades, security, kept),
            Rule::Whole { cell } => self.whole_sides(problem, cell),
        };
        if broken.first { [first, second] } else { [second, first] }
    }

    fn wash_sale_sides(&self, problem: &Problem, group: usize) -> [Side; 2] {
        let mut sides = [Side::default(), Side::default()];
        let cells = problem.cells.iter().enumerate();
        for (c, cell) in cells.filter(|(_, cell)| problem.securities[cell.security].group == group) {
            let losses = cell.lots.clone().filter(|j| problem.lots[*j].gain < 0.0);
            sides[0].bounds.extend(losses.map(|j| (self.layout.sold[j], 0.0, 0.0)));
            sides[1].bounds.extend(self.layout.bought[c].map(|v| (v, 0.0, 0.0)));
        }
        sides
    }

    fn increment_sides(&self, problem: &Problem, trades: &Trades, c: usize, sale: bool) -> [Side; 2] {
        let cell = &problem.cells[c];
        let step = problem.securities[cell.security].increment;
        let size = if sale { trades.cell_sold(problem, c) } else { trades.bought[c] };
        let below = (size / step).floor() * step;
        let most = self.order_max(c, sale);
        let mut above = below + step;
        if above > most * (1.0 + 1e-9) {
            above = if sale && cell.all_sellable { cell.held.min(most) } else { f64::INFINITY };
        }
        [self.at_most(c, sale, below), self.at_least(c, sale, above)]
    }

    /// At most, and at least, so many increments of a security in all accounts.
    fn net_sides(&self, problem: &Problem, trades: &Trades, security: usize, kept: &[usize]) -> [Side; 2] {
        let step = problem.securities[security].increment;
        let (mut entries, mut net) = (Vec::new(), 0.0);
        for c in (0..problem.cells.len()).filter(|c| problem.cells[*c].security == security) {
            let sells = if is_multiple(problem, c, kept) { 1.0 } else { 0.0 };
            net += trades.bought[c] - sells * trades.cell_sold(problem, c);
            entries.extend(self.cell_entries(c, -sells, 1.0));
        }
        let below = (net / step).floor() * step;
        let side = |factor: f64, rhs: f64| {
            let entries = entries.iter().map(|(v, x)| (*v, factor * x)).collect();
            Side { rows: SparseRow::new(entries, rhs).into_iter().collect(), ..Side::default() }
        };
        [side(-1.0, -below), side(1.0, below + step)]
    }

    /// A sale of whole increments, and one of the whole position.
    fn whole_sides(&self, problem: &Problem, cell: usize) -> [Side; 2] {
        let (step, held) =
            (problem.securities[problem.cells[cell].security].increment, problem.cells[cell].held);
        let part = self.at_most(cell, true, (held / step).floor() * step);
        [Side { kept: Some(cell), ..part }, self.at_least(cell, true, held)]
    }

    fn order_entries(&self, cell: usize, sale: bool, factor: f64) -> Vec<(usize, f64)> {
        let (sell, buy) = if sale { (factor, 0.0) } else { (0.0, factor) };
        merged(self.cell_entries(cell, sell, buy))
    }

    fn order_max(&self, cell: usize, sale: bool) -> f64 {
        self.order_entries(cell, sale, 1.0).iter().map(|(i, _)| self.upper[*i]).sum()
    }

    /// An order of at most this size.
    fn at_most(&self, cell: usize, sale: bool, most: f64) -> Side {
        if most == 0.0 {
            return self.no_order(cell, sale);
        }
        let entries = self.order_entries(cell, sale, -1.0);
        match entries.as_slice() {
            [(i, _)] => Side { bounds: vec![(*i, 0.0, most)], ..Side::default() },
            _ => Side { rows: SparseRow::new(entries, -most).into_iter().collect(), ..Side::default() },
        }
    }

    /// An order of at least this size.
    fn at_least(&self, cell: usize, sale: bool, least: f64) -> Side {
        let entries = self.order_entries(cell, sale, 1.0);
        let most: f64 = entries.iter().map(|(i, _)| self.upper[*i]).sum();
        if least > most * (1.0 + 1e-9) {
            return Side { empty: true, ..Side::default() };
        }
        if least >= most {
            let bounds = entries.iter().map(|(i, _)| (*i, self.upper[*i], f64::INFINITY)).collect();
            return Side { bounds, ..Side::default() };
        }
        match entries.as_slice() {
            [(i, _)] => Side { bounds: vec![(*i, least, f64::INFINITY)], ..Side::default() },
            _ => Side { rows: SparseRow::new(entries, least).into_iter().collect(), ..Side::default() },
        }
    }

    /// No order on one side of a cell.
    fn no_order(&self, cell: usize, sale: bool) -> Side {
        let entries = self.order_entries(cell, sale, 1.0);
        let variables = entries.into_iter().map(|(i, _)| i).chain(self.open(cell, sale));
        Side { bounds: variables.map(|i| (i, 0.0, 0.0)).collect(), ..Side::default() }
    }
}

/// Whether a lot goes before others of its cell (`true`), after them (`false`), or neither.
fn early(problem: &Problem, rule: Rule, j: usize) -> Option<bool> {
    let lot = &problem.lots[j];
    match rule {
        Rule::FirstLots { .. } => Some(lot.first),
        // A lot that goes first and is a short-term gain itself is neither early nor late here.
        _ => (!(lot.short_gain && lot.first)).then_some(!lot.short_gain),
    }
}

/// Which securities several accounts trade; none where there are no two accounts.
fn shared(problem: &Problem, trades: &Trades) -> Option<Vec<bool>> {
    if problem.accounts.len() < 2 {
        return None;
    }
    let mut traders = vec![0; problem.securities.len()];
    for (c, cell) in problem.cells.iter().enumerate() {
        traders[cell.security] += usize::from(trades.cell_sold(problem, c).max(trades.bought[c]) > TINY);
    }
    Some(traders.iter().map(|n| *n > 1).collect())
}

/// Whether a sale in a cell can only be a multiple of the increment: it may not be of all, or all is one, or `kept` says so.
fn is_multiple(problem: &Problem, c: usize, kept: &[usize]) -> bool {
    let cell = &problem.cells[c];
    let steps = cell.held / problem.securities[cell.security].increment;
    // Beyond so many the last digits of a float are no longer those of a step.
    let whole_steps = steps < 1e9 && (steps - steps.round()).abs() < 1e-6;
    !cell.all_sellable || whole_steps || kept.contains(&c)
}

fn least_order(problem: &Problem, cell: usize, sale: bool) -> f64 {
    if sale { problem.least_sale(cell) } else { problem.least_purchase(cell) }
}
