//! Which orders are worth a first unit, seen without looking at their lots; and which side of a group needs no answer.
//!
//! In: the orders of the book, once; then prices and a weight of the security. Out: the slope of the value at an order's
//! first unit. Invariant: no unit of the order has a smaller one at that weight or a less favourable one. Kept apart from
//! the orders because most answers need no more than this.

use super::super::order::{Order, Tier};
use super::super::screen::Gains;
use super::super::{Book, Mode, Unit};
use crate::lagrange::prices::Quote;

/// What an answer looks at first of an order.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Entrance {
    account: u32,
    /// 1 for a purchase, −1 for a sale.
    sign: f64,
    /// Slope of the value at a size of 0 without prices, drift and tax.
    cost: f64,
    /// Cash paid for a unit.
    paid: f64,
    /// Gains of the lots of a sale.
    short: Gains,
    long: Gains,
}

impl Entrance {
    fn new(order: &Order, tiers: &[Tier]) -> Entrance {
        let (short, long) = match order.tier.map(|t| &tiers[t]) {
            None => (Gains::NONE, Gains::NONE),
            Some(Tier { short_gains, long_gains, .. }) => (*short_gains, *long_gains),
        };
        let sign = if order.tier.is_some() { -1.0 } else { 1.0 };
        Entrance { account: order.account as u32, sign, cost: order.cost, paid: order.paid, short, long }
    }

    pub(super) fn is_sale(&self) -> bool {
        self.sign < 0.0
    }

    /// The least marginal tax of a lot.
    pub(super) fn least_tax(&self, quote: &Quote) -> f64 {
        self.short.least_tax(quote.short).min(self.long.least_tax(quote.long))
    }

    /// Marginal price of the order's notional without gains and drift, at a price of net weight.
    pub(super) fn price(&self, net: f64, quote: &Quote) -> f64 {
        self.cost + self.paid * quote.cash[self.account as usize] + quote.turnover + self.sign * net
    }

    /// Slope of the value at the first unit; `drift` is that of a unit of weight, with its price.
    pub(super) fn slope(&self, drift: f64, quote: &Quote) -> f64 {
        self.price(drift, quote) + self.least_tax(quote)
    }

    fn has_losses(&self) -> bool {
        self.short.has_losses() || self.long.has_losses()
    }
}

impl Book<'_> {
    /// Adds the entrances of orders that have none yet.
    pub(in super::super) fn add_entrances(&mut self) {
        let known = self.entrances.len();
        self.entrances.extend(self.orders[known..].iter().map(|o| Entrance::new(o, &self.tiers)));
    }

    /// Whether the other side of a merged unit's group is no better than `mode`, whose relaxed optimum, with no order that
    /// has to trade and no limit that holds, is at `weight`.
    ///
    /// # Derivation
    ///
    /// The sides differ by the purchases and by the lots at a loss with what goes after those. Give `mode` the orders
    /// of `other` that it does not have: where none of them is worth a first unit at its optimum, that stays the optimum, by
    /// convexity. And `other` has no order beside these and those of `mode`.
    pub(in super::super) fn is_no_better(
        &self,
        unit: &Unit,
        other: &Mode,
        weight: f64,
        quote: &Quote,
    ) -> bool {
        let drift = quote.net[unit.security] + 2.0 * unit.drift * (weight - unit.target);
        let mut added =
            self.entrances[other.orders.clone()].iter().filter(|e| !e.is_sale() || e.has_losses());
        added.all(|entrance| entrance.slope(drift, quote) >= 0.0)
    }
}
