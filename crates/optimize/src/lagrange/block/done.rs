//! The orders of an answer: what they cost at other prices, and what their mean over several answers amounts to.
//!
//! In: the orders that a unit has answered with. Out: their worth, their links, their mean made lawful. Invariant: sizes
//! are parts of V, and gains go in proportion to them.

use super::super::part::Part;
use super::super::prices::{Quote, Space};
use super::{Book, Order};

/// An order of an answer.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Done {
    pub(in super::super) unit: usize,
    pub(super) order: usize,
    pub(in super::super) size: f64,
    pub(super) short: f64,
    pub(super) long: f64,
}

/// Whether the mean of its answers, the last of the options, is open to a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in super::super) enum Mean {
    Lawful,
    Rounded,
    Unlawful,
}

/// Takes the orders of a unit, which come by unit, from the front of a list.
pub(in super::super) fn take_unit<'d>(list: &mut &'d [Done], unit: usize) -> &'d [Done] {
    let own = list.iter().take_while(|done| done.unit == unit).count();
    let (mine, others) = list.split_at(own);
    *list = others;
    mine
}

impl Done {
    /// Adds a part of it to the same order of a list, be it one of another mode.
    pub(in super::super) fn add_to(&self, orders: &mut Vec<Done>, share: f64, book: &Book<'_>) {
        let (size, short, long) = (share * self.size, share * self.short, share * self.long);
        let same = |o: usize| {
            let (a, b) = (&book.orders[o], &book.orders[self.order]);
            o == self.order || (a.cell == b.cell && a.tier == b.tier)
        };
        match orders.iter_mut().find(|d| same(d.order)) {
            Some(done) => {
                done.size += size;
                done.short += short;
                done.long += long;
            }
            None => orders.push(Done { size, short, long, ..*self }),
        }
    }

    /// Makes it another size, with gains in proportion.
    fn resize(&mut self, size: f64) {
        let ratio = size / self.size;
        (self.size, self.short, self.long) = (size, ratio * self.short, ratio * self.long);
    }
}

impl Book<'_> {
    /// What an order of an answer costs at a quote, without the drift, and what it adds to the links.
    pub(in super::super) fn worth(
        &self,
        done: &Done,
        quote: &Quote,
        space: &Space<'_>,
        links: &mut [f64],
    ) -> f64 {
        let (unit, order) = (&self.units[done.unit], &self.orders[done.order]);
        let sign = if order.tier.is_some() { -1.0 } else { 1.0 };
        let paid = order.commission + (order.paid + order.impact * done.size) * done.size;
        space.link_of(
            (unit.security, sign * done.size),
            (order.account, -paid),
            done.size,
            (done.short, done.long),
            links,
        );
        let weight = self.problem.lambda.cost + quote.cash[order.account];
        weight * (order.commission + order.impact * done.size * done.size)
            + order.unit_price(quote.net[unit.security], quote) * done.size
            + quote.short * done.short
            + quote.long * done.long
    }

    /// Rounds orders of one unit that are too small away or up, at the cost of the largest on their side.
    pub(in super::super) fn round_away(&self, orders: &mut [Done]) -> Mean {
        let mut mean = Mean::Lawful;
        let cell = |d: &Done| self.orders[d.order].cell;
        for is_sale in [true, false] {
            let side = |d: &Done| self.orders[d.order].tier.is_some() == is_sale && d.size > 0.0;
            let least = |d: &Done| self.orders[d.order].lo;
            let largest = orders.iter().filter(|d| side(d)).map(|d| d.size).fold(0.0, f64::max);
            let mut moved = 0.0;
            for done in orders.iter_mut().filter(|d| side(d) && d.size < least(d)) {
                let size = if done.size < 0.5 * least(done) { 0.0 } else { least(done) };
                moved += done.size - size;
                done.resize(size);
                mean = Mean::Rounded;
            }
            if let Some(done) = orders.iter_mut().find(|d| side(d) && d.size >= largest) {
                done.resize((done.size + moved).max(least(done)));
            }
        }
        let both = |d: &Done| orders.iter().any(|e| e.order != d.order && e.size > 0.0 && cell(e) == cell(d));
        if orders.iter().any(|d| d.size > 0.0 && both(d)) { Mean::Unlawful } else { mean }
    }

    /// The mode of a unit that has just these orders, of those that a part leaves.
    pub(in super::super) fn mode_of(&self, u: usize, orders: &[Done], part: &Part) -> Option<usize> {
        let key = |o: &Order| (o.cell, o.tier);
        let wanted = || orders.iter().filter(|d| d.size > 0.0).map(|d| key(&self.orders[d.order]));
        let has_just = |m: &usize| {
            let own = &self.orders[self.modes[*m].orders.clone()];
            own.len() == wanted().count() && wanted().all(|w| own.iter().any(|o| key(o) == w))
        };
        self.units[u].modes.clone().filter(|m| part.allowed[*m] && !self.modes[*m].merged).find(has_just)
    }

    /// The net weight that orders trade.
    pub(in super::super) fn net(&self, orders: &[Done]) -> f64 {
        orders.iter().map(|d| if self.orders[d.order].tier.is_some() { -d.size } else { d.size }).sum()
    }

    /// What the drift of a unit costs that trades this net weight.
    pub(in super::super) fn drift(&self, u: usize, net: f64) -> f64 {
        let unit = &self.units[u];
        unit.drift * (unit.held + net - unit.target).powi(2)
    }

    /// The cells of a mode's orders, a cell that may both buy and sell twice.
    pub(in super::super) fn cells(&self, mode: usize) -> impl Iterator<Item = usize> {
        self.orders[self.modes[mode].orders.clone()].iter().map(|o| o.cell)
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::documents::problem;
    use super::*;

    fn two_accounts() -> crate::problem::Problem {
        problem(
            r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1.0}, "security_targets": {"AAA": 1.0},
            "preferences": ["avoid_trades_below_100_usd"],
            "securities": [{"ticker": "AAA", "asset_class": "Stocks", "current_price": 10}],
            "accounts": [
                {"account_id": "one", "kind": "taxable", "cash": 5000, "holdings": []},
                {"account_id": "two", "kind": "roth", "cash": 5000, "holdings": []}]}"#,
        )
    }

    /// An order of less than half the least goes, a larger one grows to it; what is bought together stays the same.
    #[test]
    fn a_mean_is_rounded_on_its_largest_order() {
        let problem = two_accounts();
        let book = Book::new(&problem).expect("a book");
        let purchases: Vec<usize> =
            (0..book.orders.len()).filter(|o| book.orders[*o].tier.is_none()).collect();
        let least = book.orders[purchases[0]].lo;
        let mean = |sizes: [f64; 2]| -> Vec<Done> {
            let done =
                |(order, size): (&usize, f64)| Done { unit: 0, order: *order, size, short: 0.0, long: 0.0 };
            purchases.iter().zip(sizes).map(done).collect()
        };
        for (sizes, wanted, lawful) in [
            ([0.4, 0.4 * least], [0.4 + 0.4 * least, 0.0], Mean::Rounded),
            ([0.4, 0.6 * least], [0.4 - 0.4 * least, least], Mean::Rounded),
            ([0.4, 0.1], [0.4, 0.1], Mean::Lawful),
        ] {
            let mut orders = mean(sizes);
            assert_eq!(book.round_away(&mut orders), lawful);
            for (done, size) in orders.iter().zip(wanted) {
                assert!((done.size - size).abs() < 1e-12, "{sizes:?}: {}", done.size);
            }
            assert!((book.net(&orders) - sizes.iter().sum::<f64>()).abs() < 1e-12);
        }
    }
}
