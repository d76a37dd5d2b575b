//! The best sizes of several orders in one security, of one account each.
//!
//! In: a mode with two or more orders. Out: their sizes and lots. Invariant: as for one order, no
//! other sizes within the orders' bounds, the cap and the liquidity limit have a smaller value.
//!
//! # Derivation
//!
//! Let every purchase be as large and every sale as small as it may be; the final weight is then
//! the largest possible. Each lot still unsold and each unit of a purchase given up lowers the
//! weight by one unit at a marginal cost that is constant or, with market impact, rises with the order, so the best
//! plan takes them by rising cost until 2q(w − target) falls below it: the merge of [`super::order`], over
//! all accounts. A liquidity limit on Σ sales + Σ purchases that this exceeds gets a price η >= 0
//! found by bisection; the answers at both ends of the last interval are mixed so that the limit
//! is used up exactly.
//!
//! Most orders of most securities are not worth it, whatever their lots ([`entrance`]): the answer is made of those
//! that are worth a first unit without the others, and made again with those that are worth one at the weight that
//! comes of it, until there are none. By convexity none of the others is then worth any.
//!
//! In a merged unit an account may be in both lists, and its [`Hold`] says what of them is open. What the
//! relaxed answer does unlawfully (an order too small, both sides, a later lot before an earlier one) is
//! branched on within the unit until the best answer is lawful ([`lawful`]); mostly it is so at once. Where orders have to be of
//! whole increments the sizes are put on them first, exactly ([`grid`]).

mod entrance;
mod grid;
mod lawful;
mod walk;

use super::super::part::{Gate, Hold, Part};
use super::super::prices::Quote;
use super::order::{Fill, HAIR, Order, Slice};
use super::{Book, Mode, Unit};
pub(super) use entrance::Entrance;
use grid::{Grid, Sizes};
use walk::Head;

/// What a listed mode may do: its orders as they are.
const LISTED: Hold = Hold { sale: Gate::Open, purchase: Gate::Open, ..Hold::ANY };

/// A net weight that nothing limits.
const ANY_NET: [f64; 2] = [f64::NEG_INFINITY, f64::INFINITY];

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

impl Asked<'_> {
    /// Whether an order pays its commission: as long as it is open whether there is one, that is relaxed.
    fn pays_commission(&self, o: usize, order: &Order) -> bool {
        let hold = &self.holds[o - self.mode.orders.start];
        let gate = if order.tier.is_some() { hold.sale } else { hold.purchase };
        order.commission > 0.0 && gate == Gate::Open
    }
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
    /// Where each order of `fills` would go on.
    heads: Vec<Head>,
    /// Orders that are looked at, by rising index, and their sizes.
    fills: Vec<(usize, Fill)>,
    sales: Vec<Sale>,
    /// Holds that branching needs no more.
    spare: Vec<Vec<Hold>>,
    grid: Grid,
}

/// What is sold of a lot.
#[derive(Debug, Clone, Copy)]
struct Sale {
    order: usize,
    slice: Slice,
    sold: f64,
}

/// The value of a mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sized {
    pub(super) value: f64,
    /// The weight at which it is reached, where that is the relaxed optimum of orders none of which had to trade, and no
    /// limit of the unit holds.
    pub(super) free_at: Option<f64>,
}

impl Several {
    /// Orders and lots that were looked at for whole increments since this was last asked.
    pub(super) fn take_looked(&mut self) -> u64 {
        std::mem::take(&mut self.grid.looked)
    }

    /// Orders and their sizes.
    pub(super) fn fills(&self) -> impl Iterator<Item = (usize, &Fill)> {
        self.fills.iter().map(|(order, fill)| (*order, fill))
    }

    /// Lots and what is sold of them.
    pub(super) fn sales(&self) -> impl Iterator<Item = (Slice, f64)> {
        self.sales.iter().map(|sale| (sale.slice, sale.sold))
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
        self.sales.iter_mut().for_each(|sale| sale.sold *= 1.0 - share);
        other.sales.iter().for_each(|sale| self.sell(sale.order, sale.slice, share * sale.sold));
    }

    /// Sells of a slice. Of one that stands for several lots all that is sold is one sale, since they go one after the other.
    fn sell(&mut self, order: usize, slice: Slice, sold: f64) {
        let is_same = |sale: &&mut Sale| sale.order == order && sale.slice.lot == slice.lot;
        let known = if slice.lots > 1 { self.sales.iter_mut().rev().find(is_same) } else { None };
        match known {
            Some(sale) => sale.sold += sold,
            None => self.sales.push(Sale { order, slice, sold }),
        }
    }
}

impl Book<'_> {
    /// The value of a mode of several orders that trades a net weight in `nets`; their sizes are left in `scratch`. A value of
    /// `beaten` or more need not be exact, only no larger than the true one.
    pub(super) fn size_several(
        &self,
        (unit, nets): (&Unit, [f64; 2]),
        mode: &Mode,
        quote: &Quote,
        part: &Part,
        beaten: f64,
        scratch: &mut Several,
    ) -> Sized {
        let narrowed;
        let unit = if nets == ANY_NET {
            unit
        } else {
            let (least, most) = (unit.least.max(unit.held + nets[0]), unit.most.min(unit.held + nets[1]));
            narrowed = Unit { least, most, ..unit.clone() };
            &narrowed
        };
        let mut holds = std::mem::take(&mut scratch.holds);
        holds.clear();
        let hold = |o: usize| {
            let hold = part.holds[self.orders[o].cell];
            if mode.merged { hold } else { Hold { least: hold.least, most: hold.most, ..LISTED } }
        };
        holds.extend(mode.orders.clone().map(hold));
        let asked = Asked { unit, mode, quote, holds: &holds };
        let mut sized = self.answer(&asked, beaten, scratch);
        if (mode.merged || unit.step > 0.0)
            && sized.value < beaten
            && let Some(halves) = self.unlawful(&asked, scratch)
        {
            sized = Sized { value: self.lawful(&asked, halves, beaten, scratch), free_at: None };
        }
        scratch.holds = holds;
        sized
    }

    /// The value with orders as large as wanted, of whole increments where they have to be.
    fn answer(&self, asked: &Asked<'_>, beaten: f64, scratch: &mut Several) -> Sized {
        let sized = self.relaxed(asked, scratch);
        scratch.grid.torn = None;
        if asked.unit.step == 0.0 || sized.value >= beaten {
            return sized;
        }
        let value = match self.on_grid(asked, scratch) {
            Sizes::Unknown => return Sized { free_at: None, ..sized },
            Sizes::None => f64::INFINITY,
            Sizes::Whole => self.value_of(asked, scratch),
        };
        // Rounding apart, whole increments are never better.
        let free_at = sized.free_at.filter(|_| value <= sized.value);
        Sized { value: value.max(sized.value), free_at }
    }

    /// The value with orders as large as wanted; ∞ where the unit's limits cannot be met.
    fn relaxed(&self, asked: &Asked<'_>, scratch: &mut Several) -> Sized {
        let unit = asked.unit;
        let Some(free) = self.activate(asked, scratch) else {
            scratch.fills.clear();
            scratch.sales.clear();
            return Sized { value: f64::INFINITY, free_at: None };
        };
        let met = loop {
            let weight = self.lower(asked, 0.0, scratch);
            let limited = weight.is_none_or(|w| w <= unit.least + LIMIT || w >= unit.most - LIMIT)
                || scratch.traded() > unit.traded_max * (1.0 + 1e-12);
            match weight.filter(|_| !limited) {
                // A limit has a price of its own, which the test of the others doesn't know.
                None if !scratch.active.is_empty() => scratch.active.clear(),
                None => break weight.is_some(),
                Some(weight) if self.activate_more(asked, weight, scratch) => {}
                Some(weight) => {
                    let value = self.value_of(asked, scratch);
                    return Sized { value, free_at: free.then_some(weight) };
                }
            }
        };
        let traded = scratch.traded();
        if !met || (traded > unit.traded_max * (1.0 + 1e-12) && !self.ration(asked, scratch)) {
            return Sized { value: f64::INFINITY, free_at: None };
        }
        Sized { value: self.value_of(asked, scratch), free_at: None }
    }

    /// Marks the orders that have to trade, and those that are worth a first unit by themselves; true where none has to,
    /// nothing where one can't have a size that it has to have.
    fn activate(&self, asked: &Asked<'_>, scratch: &mut Several) -> Option<bool> {
        scratch.active.clear();
        scratch.active.resize(asked.mode.orders.len(), false);
        let mut free = true;
        for (at, o) in asked.mode.orders.clone().enumerate() {
            let hold = asked.holds[at];
            let is_sale = self.entrances[o].is_sale();
            let gate = if is_sale { hold.sale } else { hold.purchase };
            let mut forced = gate == Gate::Open || (is_sale && hold.rank_from > 0);
            if hold.least > f64::NEG_INFINITY || hold.most < f64::INFINITY {
                let order = &self.orders[o];
                let (lo, hi) = walk::within(&hold, order);
                if lo > hi + HAIR * order.step {
                    return None;
                }
                forced |= lo > 0.0;
            }
            scratch.active[at] = forced;
            free &= !forced;
        }
        self.activate_more(asked, asked.unit.held, scratch);
        Some(free)
    }

    /// Marks the orders of which a first unit lowers the value at a weight; true where there are any.
    fn activate_more(&self, asked: &Asked<'_>, weight: f64, scratch: &mut Several) -> bool {
        let Asked { unit, quote, .. } = *asked;
        let drift = quote.net[unit.security] + 2.0 * unit.drift * (weight - unit.target);
        let entrances = &self.entrances[asked.mode.orders.clone()];
        let mut any = false;
        for ((active, entrance), hold) in scratch.active.iter_mut().zip(entrances).zip(asked.holds) {
            if !*active && entrance.slope(drift, quote) < 0.0 {
                let gate = if entrance.is_sale() { hold.sale } else { hold.purchase };
                *active = gate != Gate::Shut;
                any |= *active;
            }
        }
        any
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

    fn value_of(&self, asked: &Asked<'_>, scratch: &Several) -> f64 {
        let Asked { unit, quote, .. } = *asked;
        let mut weight = unit.held;
        let mut value = 0.0;
        for (o, fill) in scratch.fills() {
            let order = &self.orders[o];
            weight += if order.tier.is_some() { -fill.size } else { fill.size };
            let commission = if asked.pays_commission(o, order) { order.commission } else { 0.0 };
            let paid = commission + order.impact * fill.size * fill.size;
            value += (self.problem.lambda.cost + quote.cash[order.account]) * paid
                + order.unit_price(quote.net[unit.security], quote) * fill.size
                + quote.short * fill.short
                + quote.long * fill.long;
        }
        value + unit.drift * (weight - unit.target).powi(2)
    }
}
