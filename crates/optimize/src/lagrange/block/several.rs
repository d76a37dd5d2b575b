//! The best sizes of several orders in one security, of one account each.
//!
//! In: a mode with two or more orders. Out: their sizes and lots. Invariant: as for one order, no
//! other sizes within the orders' bounds, the cap and the liquidity limit have a smaller value.
//!
//! # Derivation
//!
//! Let every purchase be as large and every sale as small as it may be; the final weight is then
//! the largest possible. Each lot still unsold and each unit of a purchase given up lowers the
//! weight by one unit at a constant marginal cost (impact is not supported here), so the best plan takes
//! them by rising cost until 2q(w − target) falls below it: the merge of [`super::order`], over
//! all accounts. A liquidity limit on Σ sales + Σ purchases that this exceeds gets a price η >= 0
//! found by bisection; the answers at both ends of the last interval are mixed so that the limit
//! is used up exactly.
//!
//! Most orders of most securities are not worth it, whatever their lots: the answer is made of those that are
//! worth a first unit without the others, and made again with those that are worth one at the weight that comes
//! of it, until there are none. By convexity none of the others is then worth any.
//!
//! In a merged unit an account may be in both lists, and its [`Hold`] says what of them is open. What the
//! relaxed answer does unlawfully (an order too small, both sides, a later lot before an earlier one) is
//! branched on within the unit until the best answer is lawful; mostly it is so at once.

use super::super::part::{Gate, Half, Hold, Part, RANKS};
use super::super::prices::Quote;
use super::order::{Edge, Fill, Slice, Tier, vertex};
use super::{Book, Mode, Unit};

/// What a listed mode may do: its orders as they are.
const LISTED: Hold = Hold { sale: Gate::Open, purchase: Gate::Open, ..Hold::ANY };

/// The sizes of an order behind a gate.
fn within(gate: Gate, lo: f64, hi: f64) -> (f64, f64) {
    match gate {
        Gate::Shut => (0.0, 0.0),
        Gate::Free => (0.0, hi),
        Gate::Open => (lo, hi),
    }
}

/// Most relaxed answers for one answer of a merged unit; beyond them a relaxed one stands, which is a
/// bound all the same.
const ANSWERS_MAX: usize = 100;

/// A weight this near to a limit of its unit counts as held by it.
const LIMIT: f64 = 1e-12;

/// What is to be solved.
#[derive(Clone, Copy)]
struct Asked<'a> {
    unit: &'a Unit,
    mode: &'a Mode,
    quote: &'a Quote,
    /// Per order of the mode.
    holds: &'a [Hold],
}

/// Memory of the answers to one question, and the best of them.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    pub(super) work: Several,
    pub(super) best: Several,
}

/// Memory and result of one solution; reused from unit to unit.
#[derive(Debug, Default)]
pub(super) struct Several {
    holds: Vec<Hold>,
    /// The orders of the mode that are looked at; without any entries, all.
    active: Vec<bool>,
    /// Of each order by rising marginal cost, one order after the other.
    steps: Vec<Step>,
    /// The steps of each order that are still to be taken.
    left: Vec<std::ops::Range<usize>>,
    fills: Vec<(usize, Fill)>,
    sales: Vec<(usize, f64)>,
}

/// A possible lowering of the weight.
#[derive(Debug, Clone, Copy)]
struct Step {
    /// Place in `fills`.
    order: usize,
    lot: Option<usize>,
    room: f64,
    gain: f64,
    short: bool,
    marginal: f64,
}

impl Several {
    /// Orders and their sizes.
    pub(super) fn fills(&self) -> impl Iterator<Item = (usize, &Fill)> {
        self.fills.iter().map(|(order, fill)| (*order, fill))
    }

    /// Lots and what is sold of them.
    pub(super) fn sales(&self) -> impl Iterator<Item = (usize, f64)> {
        self.sales.iter().copied()
    }

    fn step(&mut self, step: Step) {
        if step.room > 0.0 {
            self.steps.push(step);
        }
    }

    /// Takes the cheapest step that is left, of the first order where several are as cheap.
    fn cheapest_step(&mut self) -> Option<Step> {
        let mut least: Option<(f64, usize)> = None;
        for (list, left) in self.left.iter().enumerate() {
            if !left.is_empty() {
                let marginal = self.steps[left.start].marginal;
                if least.is_none_or(|(m, _)| marginal < m) {
                    least = Some((marginal, list));
                }
            }
        }
        let left = &mut self.left[least?.1];
        left.start += 1;
        Some(self.steps[left.start - 1])
    }

    fn traded(&self) -> f64 {
        self.fills.iter().map(|(_, f)| f.size).sum()
    }

    fn mix(&mut self, other: &Several, share: f64) {
        for ((_, mine), (_, theirs)) in self.fills.iter_mut().zip(&other.fills) {
            mine.size += share * (theirs.size - mine.size);
            mine.short += share * (theirs.short - mine.short);
            mine.long += share * (theirs.long - mine.long);
            mine.edge = None;
        }
        self.sales.iter_mut().for_each(|(_, sold)| *sold *= 1.0 - share);
        self.sales.extend(other.sales.iter().map(|(lot, sold)| (*lot, share * sold)));
    }

    /// Adds a sold amount of a lot to its order.
    fn sell(&mut self, order: usize, lot: usize, sold: f64, gain: f64, short: bool) {
        let fill = &mut self.fills[order].1;
        fill.size += sold;
        if short {
            fill.short += gain * sold;
        } else {
            fill.long += gain * sold;
        }
        self.sales.push((lot, sold));
    }
}

impl Book<'_> {
    /// The value of a mode of several orders; their sizes are left in `scratch`.
    pub(super) fn size_several(
        &self,
        unit: &Unit,
        mode: &Mode,
        quote: &Quote,
        part: &Part,
        scratch: &mut Several,
    ) -> f64 {
        let mut holds = std::mem::take(&mut scratch.holds);
        holds.clear();
        let hold = |o: usize| if mode.merged { part.holds[self.orders[o].cell] } else { LISTED };
        holds.extend(mode.orders.clone().map(hold));
        let asked = Asked { unit, mode, quote, holds: &holds };
        let mut value = self.relaxed(&asked, scratch);
        if mode.merged
            && let Some(halves) = self.unlawful(&asked, scratch)
        {
            value = self.lawful(&asked, halves, scratch);
        }
        scratch.holds = holds;
        value
    }

    /// The value with orders as large as wanted; ∞ where the unit's limits cannot be met.
    fn relaxed(&self, asked: &Asked<'_>, scratch: &mut Several) -> f64 {
        let unit = asked.unit;
        self.activate(asked, scratch);
        loop {
            let weight = self.lower(asked, 0.0, scratch);
            let limited = weight.is_none_or(|w| w <= unit.least + LIMIT || w >= unit.most - LIMIT)
                || scratch.traded() > unit.traded_max * (1.0 + 1e-12);
            match weight.filter(|_| !limited) {
                // A limit has a price of its own, which the test of the others doesn't know.
                None if !scratch.active.is_empty() => scratch.active.clear(),
                None => break,
                Some(weight) if self.activate_more(asked, weight, scratch) => {}
                Some(_) => return self.value_of(unit, asked.quote, scratch),
            }
        }
        let traded = scratch.traded();
        let met = self.lower(asked, 0.0, scratch).is_some();
        if !met || (traded > unit.traded_max * (1.0 + 1e-12) && !self.ration(asked, scratch)) {
            return f64::INFINITY;
        }
        self.value_of(unit, asked.quote, scratch)
    }

    /// Marks the orders that have to trade, and those that are worth a first unit by themselves.
    fn activate(&self, asked: &Asked<'_>, scratch: &mut Several) {
        scratch.active.clear();
        scratch.active.resize(asked.mode.orders.len(), false);
        for (at, o) in asked.mode.orders.clone().enumerate() {
            let (order, hold) = (&self.orders[o], asked.holds[at]);
            let gate = if order.tier.is_some() { hold.sale } else { hold.purchase };
            scratch.active[at] = gate == Gate::Open || (order.tier.is_some() && hold.rank_from > 0);
        }
        self.activate_more(asked, asked.unit.held, scratch);
    }

    /// Marks the orders of which a first unit lowers the value at a weight; true where there are any.
    fn activate_more(&self, asked: &Asked<'_>, weight: f64, scratch: &mut Several) -> bool {
        let Asked { unit, quote, .. } = *asked;
        let net = quote.net[unit.security];
        let drift = 2.0 * unit.drift * (weight - unit.target);
        let mut any = false;
        for (at, active) in scratch.active.iter_mut().enumerate().filter(|(_, active)| !**active) {
            let order = &self.orders[asked.mode.orders.start + at];
            let price = order.unit_price(net, quote);
            let (gate, slope) = match order.tier.map(|t| &self.tiers[t]) {
                None => (asked.holds[at].purchase, price + drift),
                Some(tier) => (asked.holds[at].sale, price - drift + tier.least_tax(quote)),
            };
            *active = gate != Gate::Shut && slope < 0.0;
            any |= *active;
        }
        any
    }

    /// The best lawful answer of a merged unit: branch and bound, depth first.
    fn lawful(&self, asked: &Asked<'_>, halves: [Vec<Hold>; 2], scratch: &mut Several) -> f64 {
        let (mut least, mut best) = (f64::INFINITY, Several::default());
        let mut open = Vec::from(halves);
        let mut answers = 0;
        while let Some(holds) = open.pop() {
            let asked = Asked { holds: &holds, ..*asked };
            let value = self.relaxed(&asked, scratch);
            if value >= least {
                continue;
            }
            answers += 1;
            match self.unlawful(&asked, scratch).filter(|_| answers <= ANSWERS_MAX) {
                Some(halves) => open.extend(halves),
                None => {
                    least = value;
                    std::mem::swap(&mut best, scratch);
                }
            }
        }
        *scratch = best;
        least
    }

    /// What an answer may do in either half of the worst breach of a rule; `None` where it keeps them.
    fn unlawful(&self, asked: &Asked<'_>, scratch: &Several) -> Option<[Vec<Hold>; 2]> {
        let orders = &self.orders[asked.mode.orders.clone()];
        let mut worst: Option<(f64, usize, [Hold; 2])> = None;
        for at in 0..orders.len() {
            if at > 0 && orders[at - 1].cell == orders[at].cell {
                continue;
            }
            let (mut sizes, mut least) = ((0.0, 0.0), (0.0, 0.0));
            let mut ranks = [(0.0, 0.0); RANKS];
            for o in at..orders.len().min(at + 2) {
                let (order, size) = (&orders[o], scratch.fills[o].1.size);
                if order.cell != orders[at].cell {
                    break;
                }
                match order.tier.map(|t| &self.tiers[t]) {
                    None => (sizes.1, least.1) = (size, order.lo),
                    Some(tier) => {
                        (sizes.0, least.0) = (size, order.lo);
                        if tier.ranked && size > 0.0 {
                            ranks = self.ranks(tier, scratch);
                        }
                    }
                }
            }
            let split = Half::of(sizes, least, ranks).split(asked.holds[at]);
            if let Some((by, holds)) = split.filter(|(by, _)| worst.is_none_or(|w| *by > w.0)) {
                worst = Some((by, at, holds));
            }
        }
        let (_, at, halves) = worst?;
        Some(halves.map(|hold| {
            let mut holds = asked.holds.to_vec();
            (at..orders.len()).filter(|o| orders[*o].cell == orders[at].cell).for_each(|o| holds[o] = hold);
            holds
        }))
    }

    /// What is sold and left of the lots of each rank.
    fn ranks(&self, tier: &Tier, scratch: &Several) -> [(f64, f64); RANKS] {
        let mut ranks = [(0.0, 0.0); RANKS];
        for slice in self.slices[tier.short.clone()].iter().chain(&self.slices[tier.long.clone()]) {
            let sold: f64 = scratch.sales.iter().filter(|(lot, _)| *lot == slice.lot).map(|(_, s)| s).sum();
            let (all_sold, left) = &mut ranks[usize::from(slice.rank)];
            *all_sold += sold;
            *left += slice.weight - sold;
        }
        ranks
    }

    /// Raises the price of trading until the liquidity limit holds.
    fn ration(&self, asked: &Asked<'_>, scratch: &mut Several) -> bool {
        let unit = asked.unit;
        let (mut low, mut high) = (0.0, 1.0);
        let mut over = std::mem::take(scratch);
        while self.lower(asked, high, scratch).is_some() && scratch.traded() > unit.traded_max {
            std::mem::swap(&mut over, scratch);
            (low, high) = (high, high * 4.0);
            if high > 1e9 {
                return false;
            }
        }
        let mut under = std::mem::take(scratch);
        for _ in 0..60 {
            let middle = 0.5 * (low + high);
            self.lower(asked, middle, scratch);
            if scratch.traded() > unit.traded_max {
                low = middle;
                std::mem::swap(&mut over, scratch);
            } else {
                high = middle;
                std::mem::swap(&mut under, scratch);
            }
        }
        let (most, least) = (over.traded(), under.traded());
        *scratch = under;
        if most > least {
            scratch.mix(&over, ((unit.traded_max - least) / (most - least)).clamp(0.0, 1.0));
        }
        true
    }

    /// Lowers the weight by the cheapest steps of the active orders, trading being `eta` dearer, and returns it;
    /// `None` where the cap or always-hold cannot be met.
    fn lower(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> Option<f64> {
        let unit = asked.unit;
        let mut weight = self.highest(asked, eta, scratch);
        while let Some(step) = scratch.cheapest_step() {
            let free = vertex(2.0 * unit.drift * (weight - unit.target) - step.marginal, 2.0 * unit.drift);
            let wanted = free.max(weight - unit.most).min(weight - unit.least);
            if wanted <= 0.0 {
                break;
            }
            let by = wanted.min(step.room);
            weight -= by;
            if let Some(lot) = step.lot {
                scratch.sell(step.order, lot, by, step.gain, step.short);
            } else {
                scratch.fills[step.order].1.size -= by;
            }
            if by < step.room {
                if by >= free {
                    let edge = Edge { gain: step.gain, short: step.short, curvature: 2.0 * unit.drift };
                    scratch.fills[step.order].1.edge = Some(edge);
                }
                break;
            }
        }
        (weight <= unit.most + 1e-12 && weight >= unit.least - 1e-12).then_some(weight)
    }

    /// Sets every order to where the weight is largest, lists the steps down, returns the weight.
    fn highest(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> f64 {
        let Asked { unit, mode, quote, holds } = *asked;
        scratch.steps.clear();
        scratch.left.clear();
        scratch.fills.clear();
        scratch.sales.clear();
        let mut weight = unit.held;
        for (at, o) in mode.orders.clone().enumerate() {
            let order = &self.orders[o];
            let hold = holds[at];
            scratch.fills.push((o, Fill::default()));
            let first = scratch.steps.len();
            if scratch.active.get(at) == Some(&false) {
                scratch.left.push(first..first);
                continue;
            }
            let price = order.unit_price(quote.net[unit.security], quote) + eta;
            match order.tier.map(|t| &self.tiers[t]) {
                None => {
                    let (lo, hi) = within(hold.purchase, order.lo, order.hi);
                    scratch.fills[at].1.size = hi;
                    weight += hi;
                    let (room, marginal) = (hi - lo, -price);
                    scratch.step(Step { order: at, lot: None, room, gain: 0.0, short: false, marginal });
                }
                Some(tier) => {
                    let sizes = within(hold.sale, order.lo, order.hi);
                    if sizes.1 > 0.0 {
                        self.list_sale(at, tier, hold, sizes, (quote, price), scratch);
                        weight -= scratch.fills[at].1.size;
                    }
                }
            }
            scratch.left.push(first..scratch.steps.len());
        }
        weight
    }

    /// Sells what has to be sold and lists the steps of the rest.
    fn list_sale(
        &self,
        at: usize,
        tier: &Tier,
        hold: Hold,
        (lo, hi): (f64, f64),
        (quote, price): (&Quote, f64),
        scratch: &mut Several,
    ) {
        let fill = &mut scratch.fills[at].1;
        (fill.size, fill.short, fill.long) = (tier.size_before, tier.short_before, tier.long_before);
        scratch.sales.extend(self.slices[tier.before.clone()].iter().map(|s| (s.lot, s.weight)));
        let is_out = |slice: &Slice| slice.rank < hold.rank_from;
        let mut lacking = lo - tier.size_before;
        if hold.rank_from > 0 {
            // What is sold out anyway counts towards the smallest order, whatever its tax.
            let slices = self.slices[tier.short.clone()].iter().chain(&self.slices[tier.long.clone()]);
            lacking -= slices.filter(|s| is_out(s)).map(|s| s.weight).sum::<f64>();
        }
        let mut room = hi - tier.size_before;
        for (slice, short, tax) in self.merge(tier, quote) {
            if slice.rank > hold.rank_to {
                continue;
            }
            let (lot, gain) = (Some(slice.lot), slice.gain);
            let forced = if is_out(&slice) {
                slice.weight
            } else {
                let forced = lacking.clamp(0.0, slice.weight);
                lacking -= forced;
                forced
            };
            if forced > 0.0 {
                scratch.sell(at, slice.lot, forced, slice.gain, short);
            }
            let rest = (slice.weight - forced).min(room - forced);
            room -= slice.weight;
            scratch.step(Step { order: at, lot, room: rest, gain, short, marginal: price + tax });
        }
    }

    fn value_of(&self, unit: &Unit, quote: &Quote, scratch: &Several) -> f64 {
        let mut weight = unit.held;
        let mut value = 0.0;
        for (o, fill) in scratch.fills() {
            let order = &self.orders[o];
            weight += if order.tier.is_some() { -fill.size } else { fill.size };
            value += (self.problem.lambda.cost + quote.cash[order.account]) * order.commission
                + order.unit_price(quote.net[unit.security], quote) * fill.size
                + quote.short * fill.short
                + quote.long * fill.long;
        }
        value + unit.drift * (weight - unit.target).powi(2)
    }
}
