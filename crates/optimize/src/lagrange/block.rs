//! What one security does at given prices: the exact minimum over its either/or choices.
//!
//! In: a [`Problem`] once, then a [`Quote`]. Out: the cheapest [`Mode`] of every [`Unit`] (one
//! security over all accounts), its trades and their totals.
//!
//! # Derivation
//!
//! Given the prices, L falls apart into the identical groups. Within a group a plan either may sell
//! at a loss and buys nothing, or may buy and sells nothing at a loss ([`LOSSES`], [`PURCHASES`]); once that is chosen the
//! securities are independent. A security's mode fixes for each account: no order, a purchase, or a
//! sale that has begun a certain *tier* of its lots, all earlier tiers being sold out (lots wished
//! first; then the others; then short-term gains where those go last). Opposing sides, order of
//! lots, smallest order, commission and wash sales therefore hold by construction, and what is
//! left in a mode is convex: for a sale of σ, with e = held − target and Q = q + k(λ_C + π_cash),
//!
//! q(e − σ)² + (λ_C + π_cash)(commission + kσ²) + pσ + Σ_lots a g_j s_j,
//! p = (λ_C + π_cash)·spread/2 − π_cash + π_turnover − π_net − λ_T·drag + λ_E·e_i,
//!
//! and lots are taken by rising a·g until (2qe − p − a g_j)/2Q falls within a lot. A purchase is a
//! clamped parabola. `q` is λ_D, or λ_D·(specific variance) when tracking.
//!
//! Invariant: every trade that keeps the rules of one group by themselves is in some mode, increments of less than
//! [`COARSE`] or [`COARSE_SHARED`] apart.

mod build;
mod done;
mod margins;
mod order;
mod screen;
mod several;

use crate::problem::Problem;
use crate::trades::Trades;

use super::part::Part;
use super::prices::{Margin, Quote, Totals};
use super::restrict::Lean;

pub(super) use build::rank;
pub(super) use done::{Done, Mean, take_unit};
use order::{COARSE, Fill, Order, Slice, Tier};
pub(super) use order::{COARSE_SHARED, HAIR};
use screen::Screen;
use several::{Entrance, Scratch, Several, Sized};

/// The side of the wash-sale rule on which a group may sell at a loss and buys nothing.
const LOSSES: u8 = 1;
/// The side on which it may buy and sells nothing at a loss.
const PURCHASES: u8 = 2;

/// One choice of a unit: at most one order per account.
#[derive(Debug, Clone)]
pub(super) struct Mode {
    /// Indices into `Book::orders`.
    orders: std::ops::Range<usize>,
    /// Whether it stands for all combinations of the accounts' orders.
    pub(super) merged: bool,
}

/// One security over all accounts.
#[derive(Debug, Clone)]
pub(super) struct Unit {
    pub(super) security: usize,
    /// Indices into `Book::modes`.
    pub(super) modes: std::ops::Range<usize>,
    /// q: curvature of the drift.
    drift: f64,
    held: f64,
    target: f64,
    /// Lawful final weights.
    least: f64,
    most: f64,
    traded_max: f64,
    /// Whether several accounts may trade it.
    shared: bool,
    /// The increment of orders in several accounts; 0 where there is one account, or where it is relaxed.
    step: f64,
}

/// Every unit of a problem with its modes.
#[derive(Debug)]
pub(crate) struct Book<'a> {
    problem: &'a Problem,
    /// All that an account could spend.
    funds: Vec<f64>,
    /// Units of one group are neighbours.
    pub(super) units: Vec<Unit>,
    /// Indices of the units of each group.
    pub(super) groups: Vec<std::ops::Range<usize>>,
    pub(super) modes: Vec<Mode>,
    /// One for each mode.
    screens: Vec<Screen>,
    orders: Vec<Order>,
    /// Whether some unit is merged.
    pub(super) merges: bool,
    /// Whether several accounts may trade some unit.
    pub(super) shares: bool,
    /// Whether orders of several accounts in some unit have to be of whole increments.
    pub(super) steps: bool,
    /// One for each order, where a mode has several.
    entrances: Vec<Entrance>,
    tiers: Vec<Tier>,
    slices: Vec<Slice>,
}

/// The best that one unit can do.
struct Cheapest {
    value: f64,
    mode: usize,
    /// The only order of the mode, if there is but one.
    fill: Option<Fill>,
}

/// The answer of all units to a quote.
#[derive(Debug, Clone)]
pub(super) struct Reply {
    /// Σ of the minima; infinite where a unit has no lawful mode left.
    pub(super) value: f64,
    /// The chosen mode, per unit.
    pub(super) modes: Vec<usize>,
    pub(super) totals: Totals,
    pub(super) margins: Vec<Margin>,
    /// The orders by unit, in a book with units that several accounts may trade.
    pub(super) orders: Vec<Done>,
    /// Orders and lots that were looked at for whole increments.
    pub(super) looked: u64,
}

impl Book<'_> {
    /// The cheapest answer with the modes that `allowed` leaves.
    pub(super) fn reply(&self, quote: &Quote, part: &Part) -> Reply {
        let mut reply = Reply {
            value: 0.0,
            modes: vec![0; self.units.len()],
            totals: Totals::none(self.problem),
            margins: Vec::with_capacity(self.units.len()),
            orders: Vec::new(),
            looked: 0,
        };
        let mut scratch = Scratch::default();
        for group in &self.groups {
            let side = self.side(group, quote, part, &mut scratch);
            for u in group.clone() {
                let best = self.cheapest(u, side, quote, part, &mut scratch);
                reply.value += best.value;
                if best.value == f64::INFINITY {
                    // There may be no mode at all.
                    continue;
                }
                reply.modes[u] = best.mode;
                let orders = self.modes[best.mode].orders.clone();
                match best.fill {
                    Some(fill) => {
                        let sink = &mut Sink::Totals(&mut reply);
                        self.settle(u, orders.start, &fill, sink);
                    }
                    None if orders.is_empty() => {}
                    None => self.settle_several(u, &scratch.best, &mut Sink::Totals(&mut reply)),
                }
            }
        }
        reply.looked = scratch.work.take_looked() + scratch.best.take_looked();
        reply
    }

    /// The trades of given modes at a quote, added to `trades` as often as `share` says for a unit and mode.
    pub(super) fn add_trades(
        &self,
        quote: &Quote,
        modes: &[usize],
        part: &Part,
        share: impl Fn(usize, usize) -> f64,
        trades: &mut Trades,
    ) {
        let mut scratch = Scratch::default();
        for (u, mode) in modes.iter().enumerate() {
            if !self.modes[*mode].orders.is_empty() {
                let share = share(u, *mode);
                if share > 0.0 {
                    self.fill(u, *mode, quote, part, &mut scratch, &mut Sink::Trades(trades, share));
                }
            }
        }
    }

    /// The trades of one unit in a mode at a quote, added to `trades`.
    pub(super) fn add_unit_trades(
        &self,
        u: usize,
        mode: usize,
        quote: &Quote,
        part: &Part,
        trades: &mut Trades,
    ) {
        if !self.modes[mode].orders.is_empty() {
            self.fill(u, mode, quote, part, &mut Scratch::default(), &mut Sink::Trades(trades, 1.0));
        }
    }

    /// For every mode, by how much the dual rises when its unit is held to it.
    ///
    /// # Source
    /// Lagrangian (reduced-cost) fixing: d(π) plus this is a bound for all plans with that mode.
    pub(super) fn regrets(&self, quote: &Quote, part: &Part) -> Vec<f64> {
        let mut regrets = vec![f64::INFINITY; self.modes.len()];
        let mut scratch = Scratch::default();
        for group in &self.groups {
            let sides: &[u8] = if group.len() == 1 { &[LOSSES | PURCHASES] } else { &[LOSSES, PURCHASES] };
            let mut least = f64::INFINITY;
            for side in sides {
                let minima: Vec<f64> =
                    group.clone().map(|u| self.cheapest(u, *side, quote, part, &mut scratch).value).collect();
                let sum: f64 = minima.iter().sum();
                least = least.min(sum);
                for (u, minimum) in group.clone().zip(&minima) {
                    for m in self.units[u].modes.clone().filter(|m| part.allowed[*m]) {
                        if self.screens[m].sides & side != 0 && sum.is_finite() {
                            let value = self.value(u, m, quote, part, f64::INFINITY, &mut scratch).0.value;
                            regrets[m] = regrets[m].min(sum - minimum + value);
                        }
                    }
                }
            }
            for u in group.clone() {
                regrets[self.units[u].modes.clone()].iter_mut().for_each(|r| *r -= least);
            }
        }
        regrets
    }

    /// The side of a group that is cheaper; both at once where the group has one unit, whose modes
    /// keep the rule by themselves.
    fn side(&self, group: &std::ops::Range<usize>, quote: &Quote, part: &Part, scratch: &mut Scratch) -> u8 {
        if group.len() == 1 {
            return LOSSES | PURCHASES;
        }
        let mut sum =
            |side| -> f64 { group.clone().map(|u| self.cheapest(u, side, quote, part, scratch).value).sum() };
        if sum(LOSSES) < sum(PURCHASES) { LOSSES } else { PURCHASES }
    }

    fn cheapest(&self, u: usize, side: u8, quote: &Quote, part: &Part, scratch: &mut Scratch) -> Cheapest {
        let unit = &self.units[u];
        let modes = unit.modes.clone();
        let net = quote.net[unit.security];
        let mut best = Cheapest { value: f64::INFINITY, mode: modes.start, fill: None };
        // Whether no order at all is a lawful answer, which is the one to beat.
        let mut idle = false;
        let mut free_at = None;
        // Of a merged unit the side that suits its weight is first: the other then mostly needs no answer.
        let backwards = unit.held < unit.target && self.modes[modes.clone()].iter().all(|m| m.merged);
        for n in 0..modes.len() {
            let mode = if backwards { modes.end - 1 - n } else { modes.start + n };
            let screen = &self.screens[mode];
            if part.allowed[mode] && screen.sides & side != 0 {
                if idle && screen.costs_more(self.problem.lambda.cost, net, quote) {
                    continue;
                }
                if free_at.is_some_and(|at| self.is_no_better(unit, &self.modes[mode], at, quote)) {
                    continue;
                }
                let (sized, fill) = self.value(u, mode, quote, part, best.value, scratch);
                free_at = sized.free_at;
                if sized.value < best.value {
                    if fill.is_none() && !self.modes[mode].orders.is_empty() {
                        std::mem::swap(&mut scratch.work, &mut scratch.best);
                    }
                    idle |= self.modes[mode].orders.is_empty();
                    best = Cheapest { value: sized.value, mode, fill };
                }
            }
        }
        best
    }

    /// The value of a mode, and the fill of its order where that is the only one. A value of `beaten` or more need not be
    /// exact, only no larger than the true one.
    fn value(
        &self,
        u: usize,
        mode: usize,
        quote: &Quote,
        part: &Part,
        beaten: f64,
        scratch: &mut Scratch,
    ) -> (Sized, Option<Fill>) {
        let unit = &self.units[u];
        let orders = self.modes[mode].orders.clone();
        let of = |value| Sized { value, free_at: None };
        match orders.len() {
            0 if part.nets[u][0] > 0.0 || part.nets[u][1] < 0.0 => (of(f64::INFINITY), None),
            0 => (of(unit.drift * (unit.held - unit.target).powi(2)), None),
            1 if !self.modes[mode].merged => {
                let order = &self.orders[orders.start];
                let fill = self.size(unit, order, nets(u, order, part), quote, |_, _| {});
                (of(fill.value), Some(fill))
            }
            _ => {
                let unit = (unit, part.nets[u]);
                (self.size_several(unit, &self.modes[mode], quote, part, beaten, &mut scratch.work), None)
            }
        }
    }

    /// Solves a mode again and hands its orders on.
    fn fill(
        &self,
        u: usize,
        mode: usize,
        quote: &Quote,
        part: &Part,
        scratch: &mut Scratch,
        sink: &mut Sink<'_>,
    ) {
        let unit = &self.units[u];
        let mode = &self.modes[mode];
        if mode.orders.len() == 1 && !mode.merged {
            let o = mode.orders.start;
            let order = &self.orders[o];
            let lots = |lot, sold| sink.sell(lot, sold);
            let fill = self.size(unit, order, nets(u, order, part), quote, lots);
            self.settle(u, o, &fill, sink);
        } else {
            let unit = (unit, part.nets[u]);
            self.size_several(unit, mode, quote, part, f64::INFINITY, &mut scratch.work);
            self.settle_several(u, &scratch.work, sink);
        }
    }

    /// Hands the orders of a solution on.
    fn settle_several(&self, u: usize, solved: &Several, sink: &mut Sink<'_>) {
        for (order, fill) in solved.fills().filter(|(_, fill)| fill.size > 0.0) {
            self.settle(u, order, &Fill { edge: None, ..*fill }, sink);
        }
        match sink {
            Sink::Trades(..) => solved.sales().for_each(|(slice, sold)| self.sell(slice, sold, sink)),
            Sink::Totals(reply) => self.add_margins(&self.units[u], solved, &mut reply.margins),
        }
    }

    /// Sells of the lots that a slice stands for, one after the other.
    fn sell(&self, slice: Slice, sold: f64, sink: &mut Sink<'_>) {
        let mut left = sold;
        for lot in slice.lot..slice.lot + slice.lots {
            let last = lot + 1 == slice.lot + slice.lots;
            let by = if last { left } else { left.min(self.problem.lots[lot].weight) };
            sink.sell(lot, by);
            left -= by;
        }
    }

    fn settle(&self, u: usize, o: usize, fill: &Fill, sink: &mut Sink<'_>) {
        let (unit, order) = (&self.units[u], &self.orders[o]);
        match sink {
            Sink::Trades(trades, share) => {
                if order.tier.is_none() {
                    trades.bought[order.cell] += *share * fill.size;
                }
            }
            Sink::Totals(reply) => {
                let sign = if order.tier.is_some() { -1.0 } else { 1.0 };
                let paid = order.commission + (order.paid + order.impact * fill.size) * fill.size;
                reply.totals.net[unit.security] += sign * fill.size;
                reply.totals.cash[order.account] -= paid;
                reply.totals.turnover += fill.size;
                reply.totals.short += fill.short;
                reply.totals.long += fill.long;
                if self.shares {
                    let Fill { size, short, long, .. } = *fill;
                    reply.orders.push(Done { unit: u, order: o, size, short, long });
                }
                if let Some(edge) = fill.edge {
                    reply.margins.push(self.margin(unit, o, fill, edge));
                }
            }
        }
    }

    /// The increment of a unit that is held to whole ones.
    pub(super) fn step(&self, u: usize) -> Option<f64> {
        let unit = &self.units[u];
        let step = self.problem.securities[unit.security].increment;
        let alone = self.modes[unit.modes.clone()].iter().all(|m| !m.merged && m.orders.len() <= 1);
        (step >= COARSE && alone).then_some(step)
    }

    /// The increment of a unit that several accounts may trade in whole ones.
    pub(super) fn shared_step(&self, u: usize) -> Option<f64> {
        Some(self.units[u].step).filter(|step| *step > 0.0)
    }

    /// How far the mean of a unit's answers is from the nearest lawful size, where it has to be of whole increments.
    pub(super) fn off_increment(&self, u: usize, lean: &Lean) -> f64 {
        let shared = self.units[u].step;
        if shared > 0.0 {
            // What is sold of whole positions is not of whole increments, so only whether the answers differ tells.
            return if lean.spread > HAIR * shared { lean.spread.min(0.5 * shared) } else { 0.0 };
        }
        let orders = &self.orders[self.modes[lean.mode].orders.clone()];
        let ([order], Some(step)) = (orders, self.step(u)) else { return 0.0 };
        if lean.spread < HAIR * step {
            return 0.0;
        }
        let size = lean.mean.abs();
        let off = (size - (size / step).round() * step).abs();
        let off = if order.whole { off.min((size - self.top(order)).abs()) } else { off };
        if off > HAIR * step { off } else { 0.0 }
    }

    /// Work units of one answer, which looks at every order and lot; as in the dense engine a unit is about 10⁴
    /// operations.
    pub(super) fn units_per_answer(&self) -> u64 {
        1 + (self.problem.lots.len() / 100 + self.orders.len() / 50) as u64
    }

    /// Whether several accounts may trade a unit.
    pub(super) fn is_shared(&self, u: usize) -> bool {
        self.units[u].shared
    }

    /// Leaves the modes of a cell's unit that have the order which the cell has to have in a part.
    pub(super) fn keep_orders(&self, cell: usize, part: &mut Part) {
        let (hold, security) = (part.holds[cell], self.problem.cells[cell].security);
        let Some(unit) = self.units.iter().find(|unit| unit.security == security) else { return };
        for m in unit.modes.clone() {
            let orders = &self.orders[self.modes[m].orders.clone()];
            let has = |is_sale| orders.iter().any(|o| o.cell == cell && o.tier.is_some() == is_sale);
            let lacks = (hold.least > 0.0 && !has(false)) || (hold.most < 0.0 && !has(true));
            part.allowed[m] &= !lacks;
        }
    }

    /// Mean of 1/(2q), the size of a unit's share in the curvature of the dual.
    pub(super) fn softness(&self) -> f64 {
        let soft: Vec<f64> = self.units.iter().filter(|u| u.drift > 0.0).map(|u| 0.5 / u.drift).collect();
        if soft.is_empty() { 1.0 } else { soft.iter().sum::<f64>() / soft.len() as f64 }
    }
}

/// What a unit may trade by the only order of a mode.
fn nets(u: usize, order: &Order, part: &Part) -> [f64; 2] {
    let (hold, [least, most]) = (part.holds[order.cell], part.nets[u]);
    [least.max(hold.least), most.min(hold.most)]
}

/// Where the orders of a mode go.
enum Sink<'s> {
    Totals(&'s mut Reply),
    Trades(&'s mut Trades, f64),
}

impl Sink<'_> {
    fn sell(&mut self, lot: usize, sold: f64) {
        if let Sink::Trades(trades, share) = self {
            trades.sold[lot] += *share * sold;
        }
    }
}
