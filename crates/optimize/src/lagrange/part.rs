//! A part of all plans: what a node of the tree still leaves open.
//!
//! In: a [`Book`](super::block::Book). Out: which modes a unit may take and, in the securities that several accounts may trade,
//! what each account may still do. Invariant: the part of a child is contained in that of its parent.

use super::block::{COARSE_SHARED, HAIR, rank};
use crate::problem::Problem;
use crate::trades::Trades;

/// Number of ranks that the lots of a position may have.
pub(super) const RANKS: usize = 3;

/// Whether one side of a cell may trade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gate {
    /// Not at all.
    Shut,
    /// By any amount, however small: the smallest order is relaxed.
    Free,
    /// By a lawful order.
    Open,
}

/// What one account may still do in one security.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Hold {
    pub(super) sale: Gate,
    pub(super) purchase: Gate,
    /// Lots of a lower rank are sold out.
    pub(super) rank_from: u8,
    /// Lots of a higher rank are kept.
    pub(super) rank_to: u8,
    /// Whether what the position holds beyond whole increments is sold, with all the rest of it.
    pub(super) rest: Gate,
    /// Least and most that is bought, less what is sold.
    pub(super) least: f64,
    pub(super) most: f64,
}

impl Hold {
    /// All is open.
    pub(super) const ANY: Hold = Hold {
        sale: Gate::Free,
        purchase: Gate::Free,
        rank_from: 0,
        rank_to: u8::MAX,
        rest: Gate::Free,
        least: f64::NEG_INFINITY,
        most: f64::INFINITY,
    };
    /// No order.
    pub(super) const NONE: Hold = Hold { sale: Gate::Shut, purchase: Gate::Shut, ..Hold::ANY };

    /// The parts without an order on one side, and with one.
    pub(super) fn with_order(self, is_sale: bool) -> [Hold; 2] {
        if is_sale {
            let with = Hold { sale: Gate::Open, purchase: Gate::Shut, ..self };
            [Hold { sale: Gate::Shut, ..self }, with]
        } else {
            [Hold { purchase: Gate::Shut, ..self }, self.to_purchase(Gate::Open)]
        }
    }

    /// Only a purchase behind this gate.
    fn to_purchase(self, purchase: Gate) -> Hold {
        Hold { sale: Gate::Shut, purchase, least: self.least, most: self.most, ..Hold::ANY }
    }
}

/// A part of all plans.
#[derive(Debug, Clone)]
pub(super) struct Part {
    /// Per mode of the book.
    pub(super) allowed: Vec<bool>,
    /// Per cell of the problem: only of units that several accounts may trade; where they aren't merged only the least and most.
    pub(super) holds: Vec<Hold>,
    /// Least and most net weight traded, per unit.
    pub(super) nets: Vec<[f64; 2]>,
}

impl Part {
    /// All plans.
    pub(super) fn whole(modes: usize, cells: usize, units: usize) -> Part {
        Part {
            allowed: vec![true; modes],
            holds: vec![Hold::ANY; cells],
            nets: vec![[f64::NEG_INFINITY, f64::INFINITY]; units],
        }
    }
}

/// The lawful sizes of an order in whole increments.
#[derive(Debug, Clone, Copy)]
pub(super) struct Grid {
    pub(super) step: f64,
    /// A sale of the whole position, which need not be of whole increments; NaN where there is none.
    pub(super) top: f64,
}

impl Grid {
    /// The lawful sizes beside one; `None` where it is lawful itself.
    fn beside(self, size: f64, is_sale: bool) -> Option<(f64, f64)> {
        let hair = (HAIR * self.step).max(SETTLED);
        let below = ((size + hair) / self.step).floor();
        let (below, mut above) = (below * self.step, (below + 1.0) * self.step);
        let lawful = size - below <= hair || (is_sale && (size - self.top).abs() <= hair);
        if is_sale && self.top > size && self.top < above {
            above = self.top;
        }
        (!lawful).then_some((below, above))
    }
}

/// What the mixture of answers does in one cell, which may be half of a lawful order.
#[derive(Debug, Clone, Copy)]
pub(super) struct Half {
    sold: f64,
    bought: f64,
    /// Least size of a lawful sale and purchase.
    sale_min: f64,
    purchase_min: f64,
    /// The first rank that is not sold out, what is left of it, and what is sold of later ones.
    rank: u8,
    left: f64,
    later: f64,
    /// Where sizes have to be of whole increments.
    grid: Option<Grid>,
}

impl Half {
    /// Of the mixture in cell `c`.
    pub(super) fn new(problem: &Problem, mixture: &Trades, c: usize) -> Half {
        let lots = problem.cells[c].lots.clone();
        let total: f64 = problem.lots[lots.clone()].iter().map(|l| l.weight).sum();
        let mut ranks = [(0.0, 0.0); RANKS];
        for j in lots {
            let (sold, left) = &mut ranks[usize::from(rank(problem, j))];
            *sold += mixture.sold[j];
            *left += problem.lots[j].weight - mixture.sold[j];
        }
        let sizes = (mixture.cell_sold(problem, c), mixture.bought[c]);
        let cell = &problem.cells[c];
        let step = problem.securities[cell.security].increment;
        let grid = Grid { step, top: if cell.all_sellable { total } else { f64::NAN } };
        let grid = (step >= COARSE_SHARED).then_some(grid);
        Half::of(sizes, (problem.order_min.min(total), problem.order_min), ranks, grid)
    }

    /// Of what is sold and bought, the least lawful sizes of both, and what is sold and left of each rank.
    pub(super) fn of(
        (sold, bought): (f64, f64),
        (sale_min, purchase_min): (f64, f64),
        ranks: [(f64, f64); RANKS],
        grid: Option<Grid>,
    ) -> Half {
        let mut half = Half { sold, bought, sale_min, purchase_min, rank: 0, left: 0.0, later: 0.0, grid };
        for (rank, (sold, left)) in (0_u8..).zip(ranks) {
            if half.left > SETTLED {
                half.later += sold;
            } else {
                (half.rank, half.left) = (rank, left);
            }
        }
        half
    }

    /// The lawful order that it is nearest to; with `loosely`, an order on the same side of any size, since
    /// without small orders an account's cash need not come out.
    pub(super) fn likeliest(&self, hold: Hold, loosely: bool) -> Hold {
        let order = if loosely { Gate::Free } else { Gate::Open };
        let part = if loosely { 0.0 } else { 0.5 };
        let is_one = |size: f64, least: f64| size > SETTLED && size >= part * least;
        let sells = self.sold > self.bought && is_one(self.sold, self.sale_min);
        if hold.sale == Gate::Open || (sells && hold.sale == Gate::Free) {
            let early = self.later <= self.left;
            let rank_to = if early { self.rank.min(hold.rank_to) } else { hold.rank_to };
            let rank_from = hold.rank_from.max(if early { self.rank } else { self.rank + 1 });
            let sale = if hold.sale == Gate::Open { Gate::Open } else { order };
            return Hold { sale, rank_from, rank_to, purchase: Gate::Shut, ..hold };
        }
        let buys = is_one(self.bought, self.purchase_min);
        if hold.purchase == Gate::Open || (buys && hold.purchase == Gate::Free) {
            let purchase = if hold.purchase == Gate::Open { Gate::Open } else { order };
            return hold.to_purchase(purchase);
        }
        Hold::NONE
    }

    /// By how much it is unlawful, and the two parts in which it is less so; `None` where it is lawful.
    pub(super) fn split(&self, hold: Hold) -> Option<(f64, [Hold; 2])> {
        let (shut_sale, shut_purchase) =
            (Hold { sale: Gate::Shut, ..hold }, Hold { purchase: Gate::Shut, ..hold });
        let both = self.sold.min(self.bought);
        let small = |size: f64, least: f64| size.min(least - size);
        let small_sale = if hold.sale == Gate::Free { small(self.sold, self.sale_min) } else { 0.0 };
        let small_purchase =
            if hold.purchase == Gate::Free { small(self.bought, self.purchase_min) } else { 0.0 };
        let early = self.later.min(self.left);
        let selling = Hold { sale: Gate::Open, ..shut_purchase };
        if both > SETTLED {
            Some((both, [shut_purchase, shut_sale]))
        } else if early > SETTLED {
            let out = Hold { rank_from: self.rank + 1, ..selling };
            Some((early, [Hold { rank_to: self.rank, ..hold }, out]))
        } else if small_sale > SETTLED {
            Some((small_sale, [selling, shut_sale]))
        } else if small_purchase > SETTLED {
            Some((small_purchase, [hold.to_purchase(Gate::Open), shut_purchase]))
        } else {
            None
        }
    }

    /// By how much its size is off the lawful ones, and the parts with at most the size below, and at least the one above.
    pub(super) fn split_size(&self, hold: Hold) -> Option<(f64, [Hold; 2])> {
        let is_sale = self.sold > self.bought;
        let size = self.sold.max(self.bought);
        let (below, above) = self.grid?.beside(size, is_sale)?;
        let halves = if is_sale {
            let less = Hold { least: hold.least.max(-below), ..hold };
            let less = if below > 0.0 { less } else { Hold { sale: Gate::Shut, ..less } };
            [less, Hold { sale: Gate::Open, purchase: Gate::Shut, most: hold.most.min(-above), ..hold }]
        } else {
            let less = Hold { most: hold.most.min(below), ..hold };
            let less = if below > 0.0 { less } else { Hold { purchase: Gate::Shut, ..less } };
            [less, Hold { least: hold.least.max(above), ..hold.to_purchase(Gate::Open) }]
        };
        Some(((size - below).min(above - size), halves))
    }

    /// The part of a hold with the lawful sizes beside this one.
    pub(super) fn beside(&self, hold: Hold) -> Hold {
        let Some(grid) = self.grid else { return hold };
        let is_sale = self.sold > self.bought;
        let (size, least) =
            if is_sale { (self.sold, self.sale_min) } else { (self.bought, self.purchase_min) };
        let nearest = || {
            let whole = (size / grid.step).round() * grid.step;
            if is_sale && (size - grid.top).abs() < (size - whole).abs() { grid.top } else { whole }
        };
        let (below, above) = grid.beside(size, is_sale).unwrap_or_else(|| (nearest(), nearest()));
        // An order that is opened has to have room for the least.
        let above = above.max((least / grid.step - HAIR).ceil() * grid.step);
        if is_sale {
            Hold { least: hold.least.max(-above), most: hold.most.min(-below), ..hold }
        } else {
            Hold { least: hold.least.max(below), most: hold.most.min(above), ..hold }
        }
    }
}

/// Weights below this are nothing.
pub(super) const SETTLED: f64 = 1e-10;
