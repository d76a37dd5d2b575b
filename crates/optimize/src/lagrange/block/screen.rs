//! Which orders can be no better for their unit than none, seen without looking at their lots.
//!
//! In: a mode of one order, once; then prices. Out: whether its value is at least that of no order. Invariant: never
//! said of an order that could be cheaper. Kept apart from the modes because most answers need no more than this.

use super::order::{Slice, Tier};
use super::{Book, Mode, Unit};
use crate::lagrange::prices::Quote;

/// What an answer looks at first of a mode.
#[derive(Debug, Clone, Copy)]
pub(super) struct Screen {
    /// On which sides of its group the mode is lawful.
    pub(super) sides: u8,
    /// Whether it has but one order.
    single: bool,
    account: u32,
    /// 1 for a purchase, −1 for a sale.
    sign: f64,
    /// Slope of the value at a size of 0 without prices and tax.
    slope: f64,
    /// Cash paid for a unit.
    paid: f64,
    /// Gains of the lots of a sale.
    short: Gains,
    long: Gains,
}

impl Screen {
    /// The value of an order is that of none, plus its commission, plus its size times a slope that is never below
    /// the one at a size of 0 and the least tax: where that is not negative, the order costs more than none.
    ///
    /// `cost` is λ_C, `net` the price of the security's net weight.
    pub(super) fn costs_more(&self, cost: f64, net: f64, quote: &Quote) -> bool {
        let cash = quote.cash[self.account as usize];
        let tax = self.short.least_tax(quote.short).min(self.long.least_tax(quote.long));
        let slope = self.slope + self.paid * cash + quote.turnover + self.sign * net + tax;
        // Commission and impact are paid at λ_C plus the price of cash.
        self.single && slope >= 0.0 && cost + cash >= 0.0
    }
}

/// The least and the largest of some gains; without any, an empty range.
#[derive(Debug, Clone, Copy)]
pub(super) struct Gains {
    least: f64,
    most: f64,
}

impl Default for Gains {
    fn default() -> Self {
        Gains { least: f64::INFINITY, most: f64::NEG_INFINITY }
    }
}

impl Gains {
    /// No gain and no loss, as of a purchase.
    pub(super) const NONE: Gains = Gains { least: 0.0, most: 0.0 };

    /// Whether one of them is a loss.
    pub(super) fn has_losses(self) -> bool {
        self.least < 0.0
    }

    pub(super) fn with(self, slices: &[Slice]) -> Gains {
        slices.iter().fold(self, |g, s| Gains { least: g.least.min(s.gain), most: g.most.max(s.gain) })
    }

    /// The least marginal tax at a price of gains; infinite where there are none.
    pub(super) fn least_tax(self, price: f64) -> f64 {
        if self.least > self.most {
            f64::INFINITY
        } else if price >= 0.0 {
            price * self.least
        } else {
            price * self.most
        }
    }
}

impl Book<'_> {
    /// What an answer looks at first of a mode that is lawful on these sides of its group.
    pub(super) fn screen(&self, unit: &Unit, mode: &Mode, sides: u8) -> Screen {
        let mut screen = Screen {
            sides,
            single: false,
            account: 0,
            sign: 0.0,
            slope: 0.0,
            paid: 0.0,
            short: Gains::default(),
            long: Gains::default(),
        };
        let [order] = &self.orders[mode.orders.clone()] else { return screen };
        if mode.merged {
            return screen;
        }
        debug_assert!(order.commission >= 0.0 && order.impact >= 0.0 && unit.drift >= 0.0);
        let sign = if order.tier.is_some() { -1.0 } else { 1.0 };
        screen.single = true;
        screen.account = order.account as u32;
        screen.sign = sign;
        screen.slope = sign * 2.0 * unit.drift * (unit.held - unit.target) + order.cost;
        screen.paid = order.paid;
        (screen.short, screen.long) = match order.tier.map(|t| &self.tiers[t]) {
            None => (Gains::NONE, Gains::NONE),
            Some(Tier { short_gains, long_gains, .. }) => (*short_gains, *long_gains),
        };
        screen
    }
}
