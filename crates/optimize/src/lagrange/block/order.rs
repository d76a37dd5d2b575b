//! How large one order is at given prices: the merge of its lots by marginal tax, cut off where the
//! drift is no longer worth it.
//!
//! In: an [`Order`] of a unit and a quote. Out: its [`Fill`]. Invariant: the size lies in
//! [lo, hi] of the order, and no other size there has a smaller value.

use super::super::prices::Quote;
use super::screen::Gains;
use super::{Book, Unit};

/// A part of a position that may be sold, or a purchase, with its lawful sizes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Order {
    pub(super) cell: usize,
    pub(super) account: usize,
    /// The tier that a sale has begun; `None` = a purchase. Index into `Book::tiers`.
    pub(super) tier: Option<usize>,
    pub(super) lo: f64,
    pub(super) hi: f64,
    /// Whether the largest sale is of the whole position, which need not be of whole increments.
    pub(super) whole: bool,
    /// What a unit of it adds to L, at all prices zero and without tax on gains, drift and impact.
    pub(super) cost: f64,
    /// Cash paid for a unit, without commission and impact; below 0 for a sale.
    pub(super) paid: f64,
    pub(super) commission: f64,
    /// Paid per squared unit.
    pub(super) impact: f64,
    /// Its increment; 0 where that is relaxed.
    pub(super) step: f64,
}

impl Order {
    /// Marginal price of its notional without gains, drift and impact, at a price of net weight.
    pub(super) fn unit_price(&self, net: f64, quote: &Quote) -> f64 {
        let held = if self.tier.is_some() { -net } else { net };
        self.cost + self.paid * quote.cash[self.account] + quote.turnover + held
    }
}

/// Increments of less than this part of V are relaxed.
pub(super) const COARSE: f64 = 1e-6;

/// The same where several accounts may trade a security, since there whole increments take more looking.
pub(in super::super) const COARSE_SHARED: f64 = 1e-5;

/// Part of an increment by which a size may be off.
pub(in super::super) const HAIR: f64 = 1e-6;

/// Lots that are sold in one go: earlier tiers sold out, then the lots of this one by tax.
#[derive(Debug, Clone, Default)]
pub(super) struct Tier {
    /// Earlier tiers, indices into `Book::slices`.
    pub(super) before: std::ops::Range<usize>,
    pub(super) size_before: f64,
    pub(super) short_before: f64,
    pub(super) long_before: f64,
    /// This tier's short-term and long-term lots by rising gain, indices into `Book::slices`.
    pub(super) short: std::ops::Range<usize>,
    pub(super) long: std::ops::Range<usize>,
    /// Whether lots of several ranks are in it, as may be in a merged unit.
    pub(super) ranked: bool,
    /// The least and the largest gain of its short-term and long-term lots, those of earlier tiers included.
    pub(super) short_gains: Gains,
    pub(super) long_gains: Gains,
}

/// A lot as an order sees it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slice {
    pub(super) lot: usize,
    /// How many lots from that one on it stands for, which nothing tells apart.
    pub(super) lots: usize,
    pub(super) weight: f64,
    pub(super) gain: f64,
    /// Lots of a lower rank go first.
    pub(super) rank: u8,
}

/// The best size of an order.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Fill {
    /// Of the whole unit: drift, costs and prices.
    pub(super) value: f64,
    pub(super) size: f64,
    pub(super) short: f64,
    pub(super) long: f64,
    /// The lot in which a free optimum lies.
    pub(super) edge: Option<Edge>,
}

/// Where an order would give way to a change of prices.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edge {
    pub(super) gain: f64,
    pub(super) short: bool,
    /// By what its marginal cost rises from unit to unit, the drift apart: that of impact.
    pub(super) bend: f64,
}

/// The lots of a tier by rising marginal tax.
pub(super) struct Merge<'a> {
    short: &'a [Slice],
    long: &'a [Slice],
    quote: &'a Quote,
}

impl Iterator for Merge<'_> {
    /// Slice, whether short, marginal tax.
    type Item = (Slice, bool, f64);

    fn next(&mut self) -> Option<Self::Item> {
        let (short, long) = (head(self.short, self.quote.short), head(self.long, self.quote.long));
        let take_short = match (&short, &long) {
            (None, None) => return None,
            (Some((_, _, a)), Some((_, _, b))) => a <= b,
            (Some(_), None) => true,
            (None, Some(_)) => false,
        };
        let (list, taken) = if take_short { (&mut self.short, short) } else { (&mut self.long, long) };
        let (slice, rest, tax) = taken?;
        *list = rest;
        Some((slice, take_short, tax))
    }
}

/// The next slice of a list by rising a·g: from the front, or from the back where a < 0.
fn head(list: &[Slice], price: f64) -> Option<(Slice, &[Slice], f64)> {
    let (slice, rest) = if price < 0.0 { list.split_last()? } else { list.split_first()? };
    Some((*slice, rest, price * slice.gain))
}

impl Book<'_> {
    /// The lots of a tier at a quote.
    pub(super) fn merge<'a>(&'a self, tier: &Tier, quote: &'a Quote) -> Merge<'a> {
        Merge { short: &self.slices[tier.short.clone()], long: &self.slices[tier.long.clone()], quote }
    }

    /// The best size of the only order of a unit with a net weight traded in `net`; `sell` is told the lots.
    /// The value is infinite where no size is lawful.
    ///
    /// In a mode the value is convex in the size, so of whole increments the best is beside the best of all
    /// sizes; a sale may be of the whole position as well.
    #[inline]
    pub(super) fn size(
        &self,
        unit: &Unit,
        order: &Order,
        net: [f64; 2],
        quote: &Quote,
        sell: impl FnMut(usize, f64),
    ) -> Fill {
        let mut order = *order;
        let (low, high) = if order.tier.is_some() { (-net[1], -net[0]) } else { (net[0], net[1]) };
        (order.lo, order.hi) = (order.lo.max(low), order.hi.min(high));
        let step = order.step;
        if step == 0.0 {
            return self.size_any(unit, &order, quote, sell);
        }
        let free = self.size_any(unit, &order, quote, |_, _| {});
        let below = (free.size / step + HAIR).floor();
        let whole = if order.whole { self.top(&order) } else { f64::NAN };
        let mut best = Fill { value: f64::INFINITY, ..Fill::default() };
        for size in [below * step, (below + 1.0) * step, whole] {
            let room = HAIR * step;
            if size >= order.lo - room && size <= order.hi + room {
                let fill = self.size_any(unit, &Order { lo: size, hi: size, ..order }, quote, |_, _| {});
                if fill.value < best.value {
                    best = fill;
                }
            }
        }
        if best.value.is_finite() {
            self.size_any(unit, &Order { lo: best.size, hi: best.size, ..order }, quote, sell);
            // Between the increments the dual bends as if there were none.
            best.edge = free.edge;
        }
        best
    }

    /// All that a sale may be.
    pub(super) fn top(&self, order: &Order) -> f64 {
        let of = |r: &std::ops::Range<usize>| self.slices[r.clone()].iter().map(|s| s.weight).sum::<f64>();
        order.tier.map(|t| &self.tiers[t]).map_or(f64::NAN, |t| t.size_before + of(&t.short) + of(&t.long))
    }

    /// The same without increments.
    #[inline]
    fn size_any(&self, unit: &Unit, order: &Order, quote: &Quote, sell: impl FnMut(usize, f64)) -> Fill {
        if order.lo > order.hi {
            return Fill { value: f64::INFINITY, ..Fill::default() };
        }
        match order.tier {
            Some(tier) => self.size_sale(unit, order, &self.tiers[tier], quote, sell),
            None => self.size_purchase(unit, order, quote),
        }
    }

    fn size_purchase(&self, unit: &Unit, order: &Order, quote: &Quote) -> Fill {
        let price = order.unit_price(quote.net[unit.security], quote);
        let weight = self.problem.lambda.cost + quote.cash[order.account];
        let impact = weight * order.impact;
        let off = unit.held - unit.target;
        let curvature = 2.0 * (unit.drift + impact);
        let free = vertex(-2.0 * unit.drift * off - price, curvature);
        let size = free.clamp(order.lo, order.hi);
        let after = off + size;
        let value = unit.drift * after * after + weight * order.commission + (price + impact * size) * size;
        let inside = free > order.lo && free < order.hi;
        let edge = inside.then_some(Edge { gain: 0.0, short: false, bend: 2.0 * impact });
        Fill { value, size, short: 0.0, long: 0.0, edge }
    }

    #[inline]
    fn size_sale(
        &self,
        unit: &Unit,
        order: &Order,
        tier: &Tier,
        quote: &Quote,
        mut sell: impl FnMut(usize, f64),
    ) -> Fill {
        let price = order.unit_price(quote.net[unit.security], quote);
        let weight = self.problem.lambda.cost + quote.cash[order.account];
        let impact = weight * order.impact;
        let off = unit.held - unit.target;
        let curvature = 2.0 * (unit.drift + impact);
        let slope = 2.0 * unit.drift * off - price;
        for s in &self.slices[tier.before.clone()] {
            sell(s.lot, s.weight);
        }
        let (mut size, mut short, mut long) = (tier.size_before, tier.short_before, tier.long_before);
        let mut edge = None;
        for (slice, is_short, tax) in self.merge(tier, quote) {
            let free = vertex(slope - tax, curvature);
            let wanted = free.clamp(order.lo, order.hi) - size;
            if wanted <= 0.0 {
                break;
            }
            let sold = wanted.min(slice.weight);
            sell(slice.lot, sold);
            size += sold;
            if is_short {
                short += slice.gain * sold;
            } else {
                long += slice.gain * sold;
            }
            if wanted < slice.weight {
                if free > order.lo && free < order.hi {
                    edge = Some(Edge { gain: slice.gain, short: is_short, bend: 2.0 * impact });
                }
                break;
            }
        }
        let after = off - size;
        let value = unit.drift * after * after
            + weight * order.commission
            + (price + impact * size) * size
            + quote.short * short
            + quote.long * long;
        Fill { value, size, short, long, edge }
    }
}

/// Where a parabola with this slope at 0 (negated) and curvature is least; ±∞ for a line.
pub(super) fn vertex(slope: f64, curvature: f64) -> f64 {
    if curvature > 0.0 {
        slope / curvature
    } else if slope > 0.0 {
        f64::INFINITY
    } else {
        f64::NEG_INFINITY
    }
}
