//! What one cell does at given prices: the cheapest vertex of the convex hull of all it may do.
//!
//! In: the prices of selling, buying, opening an order and of gains; what the cell may do ([`Limits`]). Out:
//! a [`Vertex`]: rest, a purchase, or a sale in a lawful order of lots. Invariant: no lawful trade of the
//! cell, of whatever size its increments allow, costs less than the vertex.
//!
//! # Derivation
//!
//! A cell rests, or buys between `purchase_least` and `purchase_most`, or sells in one of its tiers: all lots
//! of the tiers before are sold out, those of the tier itself sold at will, those after kept. Within one of
//! these the cost is linear, so its least value is at a vertex: each lot at a bound, but for one where the
//! total meets its own bound. The least over all is the support function of the convex hull, which
//! is the best that a price can do for a rule that is an either/or.

use std::ops::Range;

use crate::problem::Problem;

/// What a cell pays per unit.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Price {
    pub(super) sell: f64,
    pub(super) buy: f64,
    /// Per order.
    pub(super) open: f64,
    /// Per unit of gain.
    pub(super) short: f64,
    pub(super) long: f64,
}

impl Price {
    /// The price after a step along a direction.
    pub(super) fn along(&self, by: &Price, t: f64) -> Price {
        Price {
            sell: self.sell + t * by.sell,
            buy: self.buy + t * by.buy,
            open: self.open + t * by.open,
            short: self.short + t * by.short,
            long: self.long + t * by.long,
        }
    }
}

/// The constant terms of a cell.
#[derive(Debug, Clone)]
pub(super) struct Terms {
    /// Index into the problem's cells.
    pub(super) cell: usize,
    /// Lots of the problem.
    pub(super) lots: Range<usize>,
    /// Per unit, in L.
    pub(super) sell_cost: f64,
    pub(super) buy_cost: f64,
    /// Per order, in L.
    pub(super) open_cost: f64,
    /// (row, per unit sold, per unit bought, per order).
    pub(super) entries: Vec<(usize, [f64; 3])>,
    /// The lots in the order in which they may be sold.
    lines: Vec<Line>,
    /// Number of lots of each tier, and their weight.
    tiers: [(usize, f64); TIERS],
}

/// A lot as its cell sees it.
#[derive(Debug, Clone, Copy)]
struct Line {
    weight: f64,
    gain: f64,
    short: bool,
    /// Lots wished first, all others, short-term gains where these go last.
    tier: usize,
}

/// Tiers of lots.
pub(super) const TIERS: usize = 3;
/// Most lots of a cell: a vertex is a set of bits.
pub(super) const LOTS_MAX: usize = 64;

/// What a cell may do; branching narrows it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Limits {
    pub(super) sale_least: f64,
    pub(super) sale_most: f64,
    pub(super) purchase_least: f64,
    pub(super) purchase_most: f64,
    pub(super) must_sell: bool,
    pub(super) must_buy: bool,
    /// Nothing is sold at a loss.
    pub(super) no_loss: bool,
    /// Purchases need not be a multiple of the increment: this one stands for others.
    pub(super) any_size: bool,
    /// Tiers that a sale may reach, first and last.
    pub(super) tiers: (usize, usize),
}

/// One thing that a cell may do.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Vertex {
    /// Lots sold out, as bits.
    full: u64,
    /// A lot sold in part, and how much.
    part: Option<(usize, f64)>,
    pub(super) sold: f64,
    pub(super) bought: f64,
    /// Orders.
    pub(super) orders: f64,
    /// Gains, short and long.
    pub(super) gains: [f64; 2],
}

impl Vertex {
    /// No trade.
    pub(super) const REST: Vertex =
        Vertex { full: 0, part: None, sold: 0.0, bought: 0.0, orders: 0.0, gains: [0.0; 2] };

    /// What it costs.
    pub(super) fn at(&self, p: &Price) -> f64 {
        p.sell * self.sold
            + p.buy * self.bought
            + p.open * self.orders
            + p.short * self.gains[0]
            + p.long * self.gains[1]
    }

    fn take(&mut self, line: &Line, amount: f64) {
        self.sold += amount;
        self.gains[usize::from(!line.short)] += line.gain * amount;
    }

    /// Adds `share` of what is sold of each lot, and of what is bought.
    pub(super) fn add_to(&self, terms: &Terms, share: f64, sold: &mut [f64], bought: &mut f64) {
        for (k, line) in terms.lines.iter().enumerate() {
            if self.full >> k & 1 == 1 {
                sold[terms.lots.start + k] += share * line.weight;
            }
        }
        if let Some((k, amount)) = self.part {
            sold[terms.lots.start + k] += share * amount;
        }
        *bought += share * self.bought;
    }
}

impl Limits {
    /// What the rules of the document allow; `room` is what there can be money for, and `alone` says that no
    /// other cell has the security.
    pub(super) fn of(problem: &Problem, c: usize, room: f64, alone: bool) -> Limits {
        let cell = &problem.cells[c];
        let s = &problem.securities[cell.security];
        let only = |most: f64| if alone { most } else { f64::INFINITY };
        let all: f64 = problem.lots[cell.lots.clone()].iter().map(|l| l.weight).sum();
        let traded = s.traded_max.unwrap_or(f64::INFINITY);
        let kept = if s.keep_some { only(s.held - problem.usd) } else { f64::INFINITY };
        let cap = s.cap.map_or(f64::INFINITY, |cap| only(cap - s.held));
        let sale_least = problem.least_sale(c);
        let sale_most = all.min(traded).min(kept);
        let purchase_least = problem.order_min.max(s.increment);
        let purchase_most = if cell.buyable { room.min(traded).min(cap) } else { 0.0 };
        let may_sell = sale_least <= sale_most * (1.0 + 1e-12);
        let may_buy = purchase_least <= purchase_most;
        let must_sell = cap < 0.0;
        Limits {
            sale_least: if must_sell { sale_least.max(-cap) } else { sale_least }.min(sale_most.max(0.0)),
            sale_most: if may_sell { sale_most } else { 0.0 },
            purchase_least,
            purchase_most: if may_buy { purchase_most } else { 0.0 },
            must_sell,
            must_buy: false,
            no_loss: false,
            any_size: false,
            tiers: (0, TIERS - 1),
        }
    }
}

impl Terms {
    pub(super) fn new(problem: &Problem, c: usize) -> Terms {
        let cell = &problem.cells[c];
        let s = &problem.securities[cell.security];
        let lambda = problem.lambda;
        let drag = if cell.taxable { lambda.tax * s.drag } else { 0.0 };
        let mut tiers = [(0, 0.0); TIERS];
        let lines = problem.lots[cell.lots.clone()].iter().map(|lot| {
            let late = problem.short_term_last && lot.short_gain;
            let tier = if lot.first { 0 } else { 1 + usize::from(late) };
            tiers[tier].0 += 1;
            tiers[tier].1 += lot.weight;
            Line { weight: lot.weight, gain: lot.gain, short: lot.short, tier }
        });
        Terms {
            cell: c,
            lots: cell.lots.clone(),
            sell_cost: lambda.cost * s.half_spread + lambda.esg * s.esg - drag,
            buy_cost: lambda.cost * (s.half_spread + s.fee) - lambda.esg * s.esg + drag,
            open_cost: lambda.cost * s.commission,
            entries: Vec::new(),
            lines: lines.collect(),
            tiers,
        }
    }

    /// Weight of the lots before a tier.
    pub(super) fn before(&self, tier: usize) -> f64 {
        self.tiers[..tier].iter().map(|(_, w)| w).sum()
    }

    /// Lots before, and of or after, a tier.
    pub(super) fn split(&self, tier: usize) -> impl Iterator<Item = (usize, bool)> {
        self.lines.iter().enumerate().map(move |(k, l)| (self.lots.start + k, l.tier < tier))
    }

    /// Whether two tiers have lots, so that their order matters.
    pub(super) fn is_tiered(&self) -> bool {
        self.tiers.iter().filter(|(n, _)| *n > 0).count() > 1
    }

    /// The cheapest vertex with its cost; `None` where the limits leave none.
    pub(super) fn cheapest(&self, price: &Price, limits: &Limits) -> Option<(Vertex, f64)> {
        let must = limits.must_sell || limits.must_buy;
        let mut best = (!must).then_some((Vertex::REST, 0.0));
        let mut consider = |vertex: Vertex| {
            let cost = vertex.at(price);
            if best.is_none_or(|(_, least)| cost < least) {
                best = Some((vertex, cost));
            }
        };
        if limits.purchase_most > 0.0 && !limits.must_sell && (price.buy < 0.0 || limits.must_buy) {
            let bought = if price.buy < 0.0 { limits.purchase_most } else { limits.purchase_least };
            consider(Vertex { bought, orders: 1.0, ..Vertex::REST });
        }
        if limits.sale_most <= 0.0 || limits.must_buy {
            return best;
        }
        let mut tiers = limits.tiers;
        if !limits.no_loss && !limits.must_sell {
            let (tier, cost) = self.cheapest_tier(price, tiers);
            if cost >= 0.0 {
                return best;
            }
            // Sizes only make sales dearer: where the cheapest tier keeps them, it is the answer.
            const ROUNDING: f64 = 1e-15;
            let sale = self.sale(price, limits, tier);
            if let Some(sale) = sale.filter(|sale| sale.at(price) <= cost + ROUNDING) {
                consider(sale);
                tiers = (1, 0);
            }
        }
        for tier in tiers.0..=tiers.1 {
            if self.tiers[tier].0 > 0
                && let Some(sale) = self.sale(price, limits, tier)
            {
                consider(sale);
            }
        }
        best
    }

    /// The tier in which a sale of any size is cheapest, with its cost.
    fn cheapest_tier(&self, price: &Price, tiers: (usize, usize)) -> (usize, f64) {
        let (mut all, mut gainful) = ([0.0; TIERS], [0.0; TIERS]);
        for line in &self.lines {
            let cost = line.weight * self.price_of(line, price);
            all[line.tier] += cost;
            gainful[line.tier] += cost.min(0.0);
        }
        let mut least = (tiers.0, f64::INFINITY);
        let mut before = price.open;
        for tier in 0..=tiers.1 {
            if tier >= tiers.0 && self.tiers[tier].0 > 0 && before + gainful[tier] < least.1 {
                least = (tier, before + gainful[tier]);
            }
            before += all[tier];
        }
        least
    }

    /// The cheapest sale that ends in a tier; `None` where there is none, or where resting is as cheap.
    fn sale(&self, price: &Price, limits: &Limits, tier: usize) -> Option<Vertex> {
        let mut vertex = Vertex { orders: 1.0, ..Vertex::REST };
        for (k, line) in self.lines.iter().enumerate() {
            let barred = limits.no_loss && line.gain < 0.0;
            if line.tier > tier || (barred && line.tier == tier) {
                continue;
            }
            if barred {
                return None;
            }
            if line.tier < tier || self.price_of(line, price) < 0.0 {
                vertex.full |= 1 << k;
                vertex.take(line, line.weight);
            }
        }
        if vertex.full == 0 && !limits.must_sell {
            return None;
        }
        if vertex.sold < limits.sale_least * (1.0 - 1e-14) {
            return self.extended(vertex, price, limits, tier);
        }
        if vertex.sold > limits.sale_most * (1.0 + 1e-14) {
            return self.reduced(vertex, price, limits, tier);
        }
        Some(vertex)
    }

    fn price_of(&self, line: &Line, price: &Price) -> f64 {
        price.sell + line.gain * if line.short { price.short } else { price.long }
    }

    /// Lots of a tier, the cheapest first.
    fn by_price(&self, price: &Price, tier: usize) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.lines.len()).filter(|k| self.lines[*k].tier == tier).collect();
        let of = |k: &usize| self.price_of(&self.lines[*k], price);
        order.sort_by(|a, b| of(a).total_cmp(&of(b)));
        order
    }

    /// The same with more of the tier, up to the least sale.
    fn extended(&self, mut vertex: Vertex, price: &Price, limits: &Limits, tier: usize) -> Option<Vertex> {
        for k in self.by_price(price, tier) {
            let line = &self.lines[k];
            if vertex.full >> k & 1 == 1 || (limits.no_loss && line.gain < 0.0) {
                continue;
            }
            let missing = limits.sale_least - vertex.sold;
            if line.weight >= missing {
                vertex.part = Some((k, missing));
                vertex.take(line, missing);
                return Some(vertex);
            }
            vertex.full |= 1 << k;
            vertex.take(line, line.weight);
        }
        (vertex.sold >= limits.sale_least * (1.0 - 1e-12)).then_some(vertex)
    }

    /// The same with less of the tier, down to the largest sale.
    fn reduced(&self, mut vertex: Vertex, price: &Price, limits: &Limits, tier: usize) -> Option<Vertex> {
        for k in self.by_price(price, tier).into_iter().rev() {
            if vertex.full >> k & 1 == 0 {
                continue;
            }
            let line = &self.lines[k];
            let over = vertex.sold - limits.sale_most;
            vertex.full &= !(1 << k);
            if line.weight >= over {
                vertex.part = Some((k, line.weight - over));
                vertex.take(line, -over);
                return Some(vertex);
            }
            vertex.take(line, -line.weight);
        }
        (vertex.sold <= limits.sale_most * (1.0 + 1e-12)).then_some(vertex)
    }
}
