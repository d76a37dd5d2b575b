//! The walk from the largest weight down: every order as far as the cheapest next unit is worth it.
//!
//! In: the orders that are looked at. Out: their sizes. Invariant: of each order only the next lot is looked at, so a walk
//! costs as much as it takes, however many lots there are.

use super::super::super::part::{Gate, Hold};
use super::super::super::prices::Quote;
use super::super::Book;
use super::super::order::{Edge, Fill, Slice, vertex};
use super::{Asked, Sale, Several};

/// What the next unit of an order is.
#[derive(Debug, Clone, Copy)]
enum Next {
    /// Less of a purchase.
    Purchase,
    /// The first lot of a sale, which has not been looked for.
    Unopened,
    /// A part of this lot.
    Lot(Slice),
}

/// The next unit of an order, and what comes after it.
#[derive(Debug, Clone)]
pub(super) struct Head {
    order: usize,
    /// Marginal cost of lowering the weight by it.
    marginal: f64,
    /// How far it goes: to the end of a lot, or of the order; 0 where nothing is left.
    room: f64,
    next: Next,
    is_short: bool,
    /// What may still be sold, this lot included.
    left: f64,
    /// Of a sale, without tax.
    price: f64,
    hold: Hold,
    /// Lots not looked at yet, indices into `Book::slices`.
    short: std::ops::Range<usize>,
    long: std::ops::Range<usize>,
}

impl Head {
    fn new(order: usize, hold: Hold, price: f64) -> Head {
        Head {
            order,
            marginal: f64::INFINITY,
            room: 0.0,
            next: Next::Unopened,
            is_short: false,
            left: 0.0,
            price,
            hold,
            short: 0..0,
            long: 0..0,
        }
    }
}

/// The sizes of an order behind a gate.
fn within(gate: Gate, lo: f64, hi: f64) -> (f64, f64) {
    match gate {
        Gate::Shut => (0.0, 0.0),
        Gate::Free => (0.0, hi),
        Gate::Open => (lo, hi),
    }
}

impl Several {
    /// The order with the cheapest next unit, the first of several as cheap.
    fn cheapest(&self) -> Option<usize> {
        let mut least: Option<(f64, usize)> = None;
        for (at, head) in self.heads.iter().enumerate() {
            if head.room > 0.0 && least.is_none_or(|(m, _)| head.marginal < m) {
                least = Some((head.marginal, at));
            }
        }
        least.map(|(_, at)| at)
    }

    /// Lowers the weight by a part of an order's next unit.
    fn take(&mut self, at: usize, by: f64) {
        let head = &mut self.heads[at];
        head.room -= by;
        let fill = &mut self.fills[at].1;
        let Next::Lot(slice) = head.next else {
            fill.size -= by;
            return;
        };
        head.left -= by;
        fill.size += by;
        let gain = slice.gain * by;
        if head.is_short {
            fill.short += gain;
        } else {
            fill.long += gain;
        }
        let order = head.order;
        self.sell(order, slice, by);
    }
}

impl Book<'_> {
    /// Lowers the weight by the cheapest steps of the active orders, trading being `eta` dearer, and returns it;
    /// `None` where the cap or always-hold cannot be met.
    pub(super) fn lower(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> Option<f64> {
        let Asked { unit, quote, .. } = *asked;
        let mut weight = self.highest(asked, eta, scratch);
        while let Some(at) = scratch.cheapest() {
            let Head { marginal, room, next, is_short, .. } = scratch.heads[at];
            let free = vertex(2.0 * unit.drift * (weight - unit.target) - marginal, 2.0 * unit.drift);
            let wanted = free.max(weight - unit.most).min(weight - unit.least);
            if wanted <= 0.0 {
                break;
            }
            if let Next::Unopened = next {
                self.begin_sale(at, quote, scratch);
                continue;
            }
            let by = wanted.min(room);
            weight -= by;
            scratch.take(at, by);
            if by < room {
                if by >= free {
                    let gain = if let Next::Lot(slice) = next { slice.gain } else { 0.0 };
                    let edge = Edge { gain, short: is_short, curvature: 2.0 * unit.drift };
                    scratch.fills[at].1.edge = Some(edge);
                }
                break;
            }
            self.go_on(&mut scratch.heads[at], quote);
        }
        (weight <= unit.most + 1e-12 && weight >= unit.least - 1e-12).then_some(weight)
    }

    /// Sets every order to where the weight is largest, and returns the weight.
    fn highest(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> f64 {
        let Asked { unit, mode, quote, holds } = *asked;
        scratch.heads.clear();
        scratch.fills.clear();
        scratch.sales.clear();
        let mut weight = unit.held;
        for (at, o) in mode.orders.clone().enumerate() {
            if scratch.active.get(at) == Some(&false) {
                continue;
            }
            let (entrance, hold) = (&self.entrances[o], holds[at]);
            let price = entrance.price(quote.net[unit.security], quote) + eta;
            let mut head = Head::new(o, hold, price);
            let mut fill = Fill::default();
            if entrance.is_sale() {
                let whole = hold.sale == Gate::Free && hold.rank_from == 0 && hold.rank_to == u8::MAX;
                // Where lots may be left out the first is not the cheapest.
                (head.room, head.marginal) = (f64::INFINITY, price + entrance.least_tax(quote));
                scratch.heads.push(head);
                scratch.fills.push((o, fill));
                if !whole {
                    weight -= self.begin_sale(scratch.heads.len() - 1, quote, scratch);
                }
            } else {
                let order = &self.orders[o];
                let (lo, hi) = within(hold.purchase, order.lo, order.hi);
                fill.size = hi;
                weight += hi;
                (head.room, head.marginal, head.next) = (hi - lo, -price, Next::Purchase);
                scratch.heads.push(head);
                scratch.fills.push((o, fill));
            }
        }
        weight
    }

    /// Sells what has to be sold of an order, whose first lot is then next; returns its size.
    fn begin_sale(&self, at: usize, quote: &Quote, scratch: &mut Several) -> f64 {
        let (head, fill) = (&mut scratch.heads[at], &mut scratch.fills[at].1);
        let order = &self.orders[head.order];
        let (lo, hi) = within(head.hold.sale, order.lo, order.hi);
        head.room = 0.0;
        let Some(tier) = order.tier.map(|t| &self.tiers[t]).filter(|_| hi > 0.0) else { return 0.0 };
        (fill.size, fill.short, fill.long) = (tier.size_before, tier.short_before, tier.long_before);
        let before = self.slices[tier.before.clone()].iter();
        let order = head.order;
        scratch.sales.extend(before.map(|s| Sale { order, slice: *s, sold: s.weight }));
        (head.short, head.long) = (tier.short.clone(), tier.long.clone());
        head.left = hi - tier.size_before;
        let mut lacking = lo - tier.size_before;
        if head.hold.rank_from > 0 {
            // What is sold out anyway counts towards the smallest order, whatever its tax.
            for (list, is_short) in [(&tier.short, true), (&tier.long, false)] {
                for slice in self.slices[list.clone()].iter().filter(|s| s.rank < head.hold.rank_from) {
                    lacking -= slice.weight;
                    fill.size += slice.weight;
                    let gain = slice.gain * slice.weight;
                    if is_short {
                        fill.short += gain;
                    } else {
                        fill.long += gain;
                    }
                    head.left -= slice.weight;
                    scratch.sales.push(Sale { order, slice: *slice, sold: slice.weight });
                }
            }
        }
        self.go_on(&mut scratch.heads[at], quote);
        while lacking > 0.0 && scratch.heads[at].room > 0.0 {
            let by = lacking.min(scratch.heads[at].room);
            lacking -= by;
            scratch.take(at, by);
            if scratch.heads[at].room <= 0.0 {
                self.go_on(&mut scratch.heads[at], quote);
            }
        }
        scratch.fills[at].1.size
    }

    /// Makes the next lot of an order the one that is sold.
    fn go_on(&self, head: &mut Head, quote: &Quote) {
        head.room = 0.0;
        while head.left > 0.0 {
            let short = self.next_of(&head.short, quote.short);
            let long = self.next_of(&head.long, quote.long);
            let (at, tax, is_short) = match (short, long) {
                (Some((at, a)), Some((_, b))) if a <= b => (at, a, true),
                (_, Some((at, b))) => (at, b, false),
                (Some((at, a)), None) => (at, a, true),
                (None, None) => return,
            };
            let (list, price) =
                if is_short { (&mut head.short, quote.short) } else { (&mut head.long, quote.long) };
            if price < 0.0 {
                list.end -= 1;
            } else {
                list.start += 1;
            }
            let slice = self.slices[at];
            if slice.rank >= head.hold.rank_from && slice.rank <= head.hold.rank_to {
                head.room = slice.weight.min(head.left);
                head.marginal = head.price + tax;
                (head.next, head.is_short) = (Next::Lot(slice), is_short);
                return;
            }
        }
    }

    /// The next slice of a list by rising tax, and the tax of a unit of it.
    fn next_of(&self, list: &std::ops::Range<usize>, price: f64) -> Option<(usize, f64)> {
        let at = if price < 0.0 { list.end.checked_sub(1)? } else { list.start };
        (list.start < list.end).then(|| (at, price * self.slices[at].gain))
    }
}

#[cfg(test)]
mod tests {
    use super::super::super::super::documents::problem;
    use super::super::super::{Book, Scratch, Sink};
    use crate::lagrange::part::Part;
    use crate::lagrange::prices::Quote;
    use crate::trades::Trades;

    /// Lots of an account without taxes stand for each other, but none is sold beyond what it is, also where a part of the
    /// sale has to be.
    #[test]
    fn no_lot_is_sold_beyond_what_it_is() {
        let problem = problem(
            r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1.0}, "security_targets": {"AAA": 0.2},
            "preferences": ["avoid_trades_below_100_usd"],
            "securities": [{"ticker": "AAA", "asset_class": "Stocks", "current_price": 10}],
            "accounts": [
                {"account_id": "one", "kind": "taxable", "cash": 5000, "holdings": []},
                {"account_id": "two", "kind": "roth", "cash": 10, "holdings": [{"ticker": "AAA", "lots": [
                    {"lot_id": "A", "quantity": 3, "cost_basis_per_share": 7, "type": "long-term"},
                    {"lot_id": "B", "quantity": 4, "cost_basis_per_share": 9, "type": "short-term"},
                    {"lot_id": "C", "quantity": 40, "cost_basis_per_share": 12, "type": "long-term"}]}]}]}"#,
        );
        let book = Book::new(&problem).expect("a book");
        let mut part = Part::whole(book.modes.len(), problem.cells.len(), book.units.len());
        part.holds = vec![crate::lagrange::part::Hold::SALE; problem.cells.len()];
        let mode = book.units[0].modes.clone().find(|m| book.modes[*m].merged).expect("a merged unit");
        for net in [10.0, 0.3, 0.05, 0.0, -0.3] {
            let quote = Quote { cash: vec![0.0; 2], turnover: 0.0, short: 0.0, long: 0.0, net: vec![net] };
            let mut trades = Trades::none(&problem);
            book.fill(0, mode, &quote, &part, &mut Scratch::default(), &mut Sink::Trades(&mut trades, 1.0));
            for (sold, lot) in trades.sold.iter().zip(&problem.lots) {
                assert!(
                    *sold >= 0.0 && *sold <= lot.weight * (1.0 + 1e-12),
                    "{net}: {sold} of {}",
                    lot.weight
                );
            }
            let sold: f64 = trades.sold.iter().sum();
            assert!(sold >= problem.order_min * (1.0 - 1e-12), "{net}: {sold}");
        }
    }
}
