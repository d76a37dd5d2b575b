//! The relaxed solution of a node: which either/or rules it breaks, and the two ways to mend each.
//!
//! In: the shares of an ascent. Out: the trades that they amount to, and a branching. Invariant: every plan of
//! the node is in one of the children.
//!
//! Branching goes in strict tiers, as in engine B: what a plan is (sides, lot order, wash sales) before how
//! large its orders are before their last share.

use super::ascent::Ascent;
use super::cell::{Limits, TIERS};
use super::dual::Choice;
use super::model::Model;
use crate::problem::Problem;
use crate::trades::Trades;

/// Narrower limits of some cells; one of the two holds in every plan, the nearer first.
pub(super) struct Branching {
    pub(super) children: [Vec<(usize, Limits)>; 2],
    score: f64,
}

/// Amounts below this count as zero.
const TINY: f64 = 1e-9;
/// An order this near to a multiple of its increment is one.
const STEP_TINY: f64 = 1e-8;

/// A relaxed solution.
pub(super) struct Relaxed {
    pub(super) trades: Trades,
    /// Of each cell: sold, bought and orders.
    totals: Vec<[f64; 3]>,
    /// Cells that are divided between vertices.
    divided: Vec<usize>,
}

/// Cells of each identical group in which both a loss and a purchase are possible.
pub(super) fn groups(problem: &Problem, model: &Model) -> Vec<Vec<usize>> {
    let mut groups: Vec<(bool, bool, Vec<usize>)> = vec![(false, false, Vec::new()); problem.groups];
    for (i, terms) in model.cells.iter().enumerate() {
        let group = &mut groups[problem.securities[problem.cells[terms.cell].security].group];
        group.0 |= problem.lots[terms.lots.clone()].iter().any(|l| l.gain < 0.0);
        group.1 |= model.limits[i].purchase_most > 0.0;
        group.2.push(i);
    }
    groups.into_iter().filter(|(loss, purchase, _)| *loss && *purchase).map(|(_, _, cells)| cells).collect()
}

impl Relaxed {
    pub(super) fn new(problem: &Problem, model: &Model, ascent: &Ascent<'_>) -> Relaxed {
        let mut trades = Trades::none(problem);
        let mut totals = vec![[0.0; 3]; model.cells.len()];
        let mut add = |block: usize, choice: &Choice, share: f64| {
            if let (Choice::Cell(vertex), Some(terms)) = (choice, model.cells.get(block)) {
                vertex.add_to(terms, share, &mut trades.sold, &mut trades.bought[terms.cell]);
                totals[block][0] += share * vertex.sold;
                totals[block][1] += share * vertex.bought;
                totals[block][2] += share * vertex.orders;
            }
        };
        let mut divided = Vec::new();
        for held in &ascent.at.held {
            let shares = held.choices.iter().zip(&held.shares);
            shares.for_each(|(choice, share)| add(held.block, choice, share.clamp(0.0, 1.0)));
            if held.block < model.cells.len() {
                divided.push(held.block);
            }
        }
        for (block, choice) in ascent.current.iter().enumerate().take(model.cells.len()) {
            if !divided.contains(&block) {
                add(block, choice, 1.0);
            }
        }
        divided.sort_unstable();
        Relaxed { trades, totals, divided }
    }

    /// The structural rule that the solution breaks most.
    pub(super) fn broken_structure(
        &self,
        problem: &Problem,
        model: &Model,
        limits: &[Limits],
        groups: &[Vec<usize>],
    ) -> Option<Branching> {
        let mut found = Vec::new();
        for &i in &self.divided {
            found.extend(self.opposing_sides(i, limits));
            found.extend(self.lot_order(problem, model, i, limits));
        }
        found.extend(groups.iter().filter_map(|group| self.wash_sale(problem, model, group, limits)));
        most(found)
            .or_else(|| most(self.divided.iter().filter_map(|i| self.order_size(*i, limits)).collect()))
    }

    fn opposing_sides(&self, i: usize, limits: &[Limits]) -> Option<Branching> {
        let [sold, bought, _] = self.totals[i];
        let score = sold.min(bought);
        (score > TINY).then(|| Branching {
            children: nearer_first(
                vec![(i, no_sale(limits[i]))],
                vec![(i, no_purchase(limits[i]))],
                sold < bought,
            ),
            score,
        })
    }

    /// Nothing of the later lots, or all of the earlier ones.
    fn lot_order(&self, problem: &Problem, model: &Model, i: usize, limits: &[Limits]) -> Option<Branching> {
        let terms = &model.cells[i];
        if !terms.is_tiered() {
            return None;
        }
        let broken = (1..TIERS).filter_map(|tier| {
            let (mut left, mut late) = (0.0, 0.0);
            for (j, before) in terms.split(tier) {
                if before {
                    left += problem.lots[j].weight - self.trades.sold[j];
                } else {
                    late += self.trades.sold[j];
                }
            }
            let score = f64::min(left, late);
            if score <= TINY {
                return None;
            }
            let mut none_late = limits[i];
            none_late.tiers.1 = none_late.tiers.1.min(tier - 1);
            let mut all_early = limits[i];
            all_early.tiers.0 = all_early.tiers.0.max(tier);
            all_early.must_sell = true;
            // A sale that ends in the tier before, with all of it, is one of this tier with none of it.
            all_early.sale_least = all_early.sale_least.max(terms.before(tier)).min(all_early.sale_most);
            let children = nearer_first(vec![(i, none_late)], vec![(i, all_early)], late < left);
            Some(Branching { children, score })
        });
        most(broken.collect())
    }

    /// No loss sale, or no purchase, in one identical group.
    fn wash_sale(
        &self,
        problem: &Problem,
        model: &Model,
        group: &[usize],
        limits: &[Limits],
    ) -> Option<Branching> {
        let (mut lost, mut bought) = (0.0, 0.0);
        for &i in group {
            bought += self.totals[i][1];
            let losses = model.cells[i].lots.clone().filter(|j| problem.lots[*j].gain < 0.0);
            lost += losses.map(|j| self.trades.sold[j]).sum::<f64>();
        }
        let score = f64::min(lost, bought);
        if score <= TINY {
            return None;
        }
        let no_loss = group.iter().map(|i| (*i, Limits { no_loss: true, ..limits[*i] })).collect();
        let buys = group.iter().filter(|i| limits[**i].purchase_most > 0.0);
        let none = buys.map(|i| (*i, no_purchase(limits[*i]))).collect();
        Some(Branching { children: nearer_first(no_loss, none, lost < bought), score })
    }

    /// No order, or one that is large enough and pays its commission.
    fn order_size(&self, i: usize, limits: &[Limits]) -> Option<Branching> {
        let [sold, bought, orders] = self.totals[i];
        let sale = sold > bought;
        let (size, least) =
            if sale { (sold, limits[i].sale_least) } else { (bought, limits[i].purchase_least) };
        let too_small = size < least - TINY;
        let unopened = 1.0 - orders;
        if size <= TINY || !(too_small || unopened > 1e-6) {
            return None;
        }
        let none = if sale { no_sale(limits[i]) } else { no_purchase(limits[i]) };
        let some = Limits { must_sell: sale, must_buy: !sale, ..limits[i] };
        let score = if too_small { 1.0 + size.min(least - size) / least } else { unopened };
        let near = too_small && size < least / 2.0;
        Some(Branching { children: nearer_first(vec![(i, none)], vec![(i, some)], near), score })
    }

    /// The order whose size is furthest from a multiple of its increment, in weight.
    pub(super) fn broken_increment(
        &self,
        problem: &Problem,
        model: &Model,
        limits: &[Limits],
    ) -> Option<Branching> {
        most((0..model.cells.len()).filter_map(|i| self.increment(problem, model, i, limits)).collect())
    }

    /// The multiple below, or the multiple above (past the last one: the whole position).
    fn increment(&self, problem: &Problem, model: &Model, i: usize, limits: &[Limits]) -> Option<Branching> {
        let cell = &problem.cells[model.cells[i].cell];
        let step = problem.securities[cell.security].increment;
        let [sold, bought, _] = self.totals[i];
        let sale = sold > bought;
        let size = if sale { sold } else { bought };
        let whole = sale && cell.all_sellable && size >= cell.held - TINY * step;
        let below = (size / step).floor() * step;
        let score = (size - below).min(below + step - size);
        if size <= TINY || whole || (!sale && limits[i].any_size) || score <= (1e-6 * step).max(STEP_TINY) {
            return None;
        }
        let (mut less, mut more) = (limits[i], limits[i]);
        let mut above = below + step;
        if sale {
            if above > more.sale_most * (1.0 + 1e-9) {
                above = if cell.all_sellable { cell.held } else { f64::INFINITY };
            }
            less.sale_most = at_most(below, less.sale_least);
            more.must_sell = true;
            more.sale_least = above.min(more.sale_most);
            if above > more.sale_most * (1.0 + 1e-9) {
                more.sale_most = 0.0;
            }
        } else {
            less.purchase_most = at_most(below, less.purchase_least);
            more.must_buy = true;
            if above > more.purchase_most * (1.0 + 1e-9) {
                more.purchase_most = 0.0;
            } else {
                more.purchase_least = above.min(more.purchase_most);
            }
        }
        Some(Branching {
            children: nearer_first(vec![(i, less)], vec![(i, more)], size - below < above - size),
            score,
        })
    }
}

/// The largest size of an order that is at most `most`; 0 where none is large enough.
fn at_most(most: f64, least: f64) -> f64 {
    // Multiples of the increment are off by rounding.
    if most < least * (1.0 - 1e-9) { 0.0 } else { most.max(least) }
}

fn no_sale(limits: Limits) -> Limits {
    Limits { sale_most: 0.0, ..limits }
}

fn no_purchase(limits: Limits) -> Limits {
    Limits { purchase_most: 0.0, ..limits }
}

type Narrow = Vec<(usize, Limits)>;

fn nearer_first(first: Narrow, second: Narrow, first_is_nearer: bool) -> [Narrow; 2] {
    if first_is_nearer { [first, second] } else { [second, first] }
}

fn most(found: Vec<Branching>) -> Option<Branching> {
    found.into_iter().reduce(|best, next| if next.score > best.score { next } else { best })
}
