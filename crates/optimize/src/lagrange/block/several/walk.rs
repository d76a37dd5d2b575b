//! The walk from the largest weight down: every order as far as the cheapest next unit is worth it.
//!
//! In: the orders that are looked at. Out: their sizes. Invariant: of each order only the next lot is looked at, so a walk
//! costs as much as it takes, however many lots there are.
//!
//! # Derivation
//!
//! Without impact an order's next unit costs the same up to the end of its lot, and the walk takes lot after lot. With
//! impact k it gets dearer by 2k a unit. Those that cost the same then go on together, each by d = 1/2k for a rise of 1 in
//! the level that all of them cost, until a lot ends, another order is as cheap, or the level has reached 2q(w − target): from w₀
//! and the level m₀ that is after a rise of (2q(w₀ − target) − m₀)/(1 + 2q Σ d).

use super::super::super::part::{Gate, Hold};
use super::super::super::prices::Quote;
use super::super::Book;
use super::super::order::{Edge, Fill, HAIR, Order, Slice, vertex};
use super::{Asked, Sale, Several};

/// Part of an order's least size that its lots may lack: rounding.
const LACKING: f64 = 1e-9;

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
    /// Marginal cost of lowering the weight by it, at its first part that is left,
    marginal: f64,
    /// and what it rises by from part to part.
    bend: f64,
    /// How far it goes: to the end of a lot, or of the order; 0 where nothing is left.
    room: f64,
    next: Next,
    is_short: bool,
    /// Whether a part of its next unit is taken, so that it gives way to any change of prices.
    is_open: bool,
    /// What may still be sold, this lot included.
    left: f64,
    /// Of a sale, without tax and impact.
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
            bend: 0.0,
            room: 0.0,
            next: Next::Unopened,
            is_short: false,
            is_open: false,
            left: 0.0,
            price,
            hold,
            short: 0..0,
            long: 0..0,
        }
    }
}

/// The sizes that an order may have.
pub(super) fn within(hold: &Hold, order: &Order) -> (f64, f64) {
    let (gate, low, high) = if order.tier.is_some() {
        (hold.sale, -hold.most, -hold.least)
    } else {
        (hold.purchase, hold.least, hold.most)
    };
    let (lo, hi) = match gate {
        Gate::Shut => (0.0, 0.0),
        Gate::Free => (0.0, order.hi),
        Gate::Open => (order.lo, order.hi),
    };
    let (lo, hi) = (lo.max(low), hi.min(high.max(0.0)));
    // The same whole position is not the same to the last digit everywhere.
    if lo > hi && lo <= hi + HAIR * order.step { (hi, hi) } else { (lo, hi) }
}

impl Several {
    /// The order with the cheapest next unit: of several as cheap one that gets no dearer, and the first.
    fn cheapest(&self) -> Option<usize> {
        let mut least: Option<(f64, bool, usize)> = None;
        for (at, head) in self.heads.iter().enumerate() {
            let bends = head.bend > 0.0;
            let is_less = |(m, bent, _)| head.marginal < m || (head.marginal <= m && bent && !bends);
            if head.room > 0.0 && least.is_none_or(is_less) {
                least = Some((head.marginal, bends, at));
            }
        }
        least.map(|(_, _, at)| at)
    }

    /// Marks what would give way to a change of prices: the open orders whose next unit costs no more than `level`.
    fn mark_edges(&mut self, level: f64) {
        for (head, (_, fill)) in self.heads.iter().zip(&mut self.fills) {
            if head.is_open && head.room > 0.0 && head.marginal <= level {
                let gain = if let Next::Lot(slice) = head.next { slice.gain } else { 0.0 };
                fill.edge = Some(Edge { gain, short: head.is_short, bend: head.bend });
            }
        }
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
    /// `None` where the cap or always-hold cannot be met, or an order has no lots for its least size.
    pub(super) fn lower(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> Option<f64> {
        let Asked { unit, quote, .. } = *asked;
        let mut weight = self.highest(asked, eta, scratch)?;
        while let Some(at) = scratch.cheapest() {
            let Head { marginal, bend, room, next, .. } = scratch.heads[at];
            let free = vertex(2.0 * unit.drift * (weight - unit.target) - marginal, 2.0 * unit.drift);
            let wanted = free.max(weight - unit.most).min(weight - unit.least);
            if wanted <= 0.0 {
                break;
            }
            if let Next::Unopened = next {
                self.begin_sale(at, quote, scratch)?;
                continue;
            }
            if bend > 0.0 {
                if self.raise(asked, marginal, &mut weight, scratch) {
                    break;
                }
                continue;
            }
            let by = wanted.min(room);
            weight -= by;
            scratch.take(at, by);
            if by < room {
                if by >= free {
                    scratch.heads[at].is_open = true;
                    scratch.mark_edges(marginal);
                }
                break;
            }
            self.go_on(&mut scratch.heads[at], scratch.fills[at].1.size, quote);
        }
        (weight <= unit.most + 1e-12 && weight >= unit.least - 1e-12).then_some(weight)
    }

    /// Takes of all orders with impact whose next unit costs `level` until one is as cheap that doesn't, or until the best
    /// weight is reached: true then.
    fn raise(&self, asked: &Asked<'_>, level: f64, weight: &mut f64, scratch: &mut Several) -> bool {
        let Asked { unit, quote, .. } = *asked;
        let (mut softness, mut next) = (0.0, f64::INFINITY);
        for head in scratch.heads.iter().filter(|head| head.room > 0.0) {
            if head.marginal <= level {
                softness += 1.0 / head.bend;
                next = f64::min(next, level + head.bend * head.room);
            } else {
                next = next.min(head.marginal);
            }
        }
        let bend = 2.0 * unit.drift;
        let free = (bend * (*weight - unit.target) - level) / (1.0 + bend * softness);
        let rise = free.max((*weight - unit.most) / softness).min((*weight - unit.least) / softness);
        let ends = level + rise < next;
        let to = if ends { level + rise } else { next };
        for at in 0..scratch.heads.len() {
            let Head { marginal, bend, room, .. } = scratch.heads[at];
            if room <= 0.0 || marginal > level {
                continue;
            }
            let by = if level + bend * room <= to { room } else { ((to - level) / bend).clamp(0.0, room) };
            *weight -= by;
            scratch.take(at, by);
            if by < room {
                (scratch.heads[at].marginal, scratch.heads[at].is_open) = (to, true);
            } else {
                self.go_on(&mut scratch.heads[at], scratch.fills[at].1.size, quote);
            }
        }
        if ends && rise >= free {
            scratch.mark_edges(to);
        }
        ends
    }

    /// By how much the cost of an order's next unit rises from unit to unit.
    fn bend(&self, o: usize, quote: &Quote) -> f64 {
        let order = &self.orders[o];
        2.0 * (self.problem.lambda.cost + quote.cash[order.account]) * order.impact
    }

    /// Sets every order to where the weight is largest, and returns the weight; `None` where one has no lots for its least size.
    fn highest(&self, asked: &Asked<'_>, eta: f64, scratch: &mut Several) -> Option<f64> {
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
                let ranks = hold.rank_from == 0 && hold.rank_to == u8::MAX;
                let whole = hold.sale == Gate::Free && ranks && hold.most >= 0.0;
                // Where lots may be left out the first is not the cheapest.
                (head.room, head.marginal) = (f64::INFINITY, price + entrance.least_tax(quote));
                scratch.heads.push(head);
                scratch.fills.push((o, fill));
                if !whole {
                    weight -= self.begin_sale(scratch.heads.len() - 1, quote, scratch)?;
                }
            } else {
                let order = &self.orders[o];
                let (lo, hi) = within(&hold, order);
                fill.size = hi;
                weight += hi;
                head.bend = self.bend(o, quote);
                (head.room, head.marginal, head.next) = (hi - lo, -price - head.bend * hi, Next::Purchase);
                scratch.heads.push(head);
                scratch.fills.push((o, fill));
            }
        }
        Some(weight)
    }

    /// Sells what has to be sold of an order, whose first lot is then next; returns its size, `None` where the lots that its
    /// hold leaves are fewer.
    fn begin_sale(&self, at: usize, quote: &Quote, scratch: &mut Several) -> Option<f64> {
        let (head, fill) = (&mut scratch.heads[at], &mut scratch.fills[at].1);
        let order = &self.orders[head.order];
        let (lo, hi) = within(&head.hold, order);
        (head.room, head.bend) = (0.0, self.bend(head.order, quote));
        let Some(tier) = order.tier.map(|t| &self.tiers[t]).filter(|_| hi > 0.0) else { return Some(0.0) };
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
        self.go_on(head, fill.size, quote);
        while lacking > 0.0 && scratch.heads[at].room > 0.0 {
            let by = lacking.min(scratch.heads[at].room);
            lacking -= by;
            scratch.take(at, by);
            let size = scratch.fills[at].1.size;
            let head = &mut scratch.heads[at];
            if head.room <= 0.0 {
                self.go_on(head, size, quote);
            } else {
                head.marginal += head.bend * by;
            }
        }
        (lacking <= LACKING * lo).then_some(scratch.fills[at].1.size)
    }

    /// Makes the next lot of an order of this size the one that is sold.
    fn go_on(&self, head: &mut Head, size: f64, quote: &Quote) {
        (head.room, head.is_open) = (0.0, false);
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
                head.marginal = head.price + tax + head.bend * size;
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
    use crate::lagrange::part::{Gate, Hold, Part};
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
        let sale = Hold { sale: Gate::Open, purchase: Gate::Shut, ..Hold::ANY };
        part.holds = vec![sale; problem.cells.len()];
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

    /// Lots that may be sold by themselves but make no order of the least size have no answer, and with the next ones they have.
    #[test]
    fn lots_that_make_no_order_have_no_answer() {
        let problem = problem(
            r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 1.0}, "security_targets": {"AAA": 0.9},
            "preferences": ["avoid_trades_below_100_usd", "minimize_short_term_gains"],
            "securities": [{"ticker": "AAA", "asset_class": "Stocks", "current_price": 10}],
            "accounts": [
                {"account_id": "one", "kind": "roth", "cash": 10, "holdings": []},
                {"account_id": "two", "kind": "taxable", "cash": 10, "holdings": [{"ticker": "AAA", "lots": [
                    {"lot_id": "A", "quantity": 8, "cost_basis_per_share": 7, "type": "long-term"},
                    {"lot_id": "B", "quantity": 40, "cost_basis_per_share": 2, "type": "short-term"}]}]}]}"#,
        );
        let book = Book::new(&problem).expect("a book");
        let quote = Quote { cash: vec![0.0; 2], turnover: 0.0, short: 0.4, long: 0.2, net: vec![0.9] };
        let mode = book.units[0].modes.clone().find(|m| book.modes[*m].merged).expect("a merged unit");
        let value = |rank_to: u8| {
            let mut part = Part::whole(book.modes.len(), problem.cells.len(), book.units.len());
            let sale = Hold { sale: Gate::Open, purchase: Gate::Shut, rank_to, ..Hold::ANY };
            let cells = problem.cells.iter();
            part.holds = cells.map(|c| if c.lots.is_empty() { Hold::NONE } else { sale }).collect();
            book.value(0, mode, &quote, &part, f64::INFINITY, &mut Scratch::default()).0.value
        };
        assert!(value(1).is_infinite());
        assert!(value(2).is_finite());
    }

    /// A stock in three accounts, each with an order of its own size for the same impact, and one without lots.
    fn with_impact(impact: &str) -> crate::problem::Problem {
        problem(&format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"Stocks": 1.0}}, "security_targets": {{"AAA": 0.35}},
            "weights": {{"drift": 1, "cost": 1, "tax": 1, "esg": 0}},
            "securities": [{{"ticker": "AAA", "asset_class": "Stocks", "current_price": 10, "spread_bps": 4,
                "impact_coefficient": {impact}}}],
            "accounts": [
                {{"account_id": "one", "kind": "taxable", "cash": 2000, "holdings": [{{"ticker": "AAA", "lots": [
                    {{"lot_id": "A", "quantity": 90, "cost_basis_per_share": 4, "type": "long-term"}},
                    {{"lot_id": "B", "quantity": 60, "cost_basis_per_share": 9.5, "type": "short-term"}}]}}]}},
                {{"account_id": "two", "kind": "roth", "cash": 3000, "holdings": [{{"ticker": "AAA", "lots": [
                    {{"lot_id": "C", "quantity": 120, "cost_basis_per_share": 9, "type": "long-term"}},
                    {{"lot_id": "D", "quantity": 80, "cost_basis_per_share": 12, "type": "short-term"}}]}}]}},
                {{"account_id": "three", "kind": "taxable", "cash": 4000, "holdings": [{{"ticker": "AAA", "lots": [
                    {{"lot_id": "E", "quantity": 100, "cost_basis_per_share": 2, "type": "long-term"}}]}}]}}]}}"#
        ))
    }

    /// Prices: of net weight, of the three accounts' cash, of turnover, of short-term and of long-term gains.
    fn quote(prices: [f64; 7]) -> Quote {
        let [net, one, two, three, turnover, short, long] = prices;
        Quote { net: vec![net], cash: vec![one, two, three], turnover, short, long }
    }

    /// What is priced: net weight, cash paid by each account, turnover, gains.
    fn priced(totals: &crate::lagrange::prices::Totals) -> [f64; 7] {
        let cash = &totals.cash;
        [totals.net[0], -cash[0], -cash[1], -cash[2], totals.turnover, totals.short, totals.long]
    }

    const PRICES: [[f64; 7]; 6] = [
        [0.3, 0.02, 0.05, 0.01, 0.004, 0.35, 0.2],
        [0.5, 0.3, 0.1, 0.2, 0.0, 0.35, 0.15],
        [-0.4, 0.0, 0.06, 0.03, 0.01, 0.35, 0.2],
        [-0.2, 0.1, 0.101, 0.1, 0.0, 0.0, 0.0],
        [0.1, 0.5, 0.0, 0.0, 0.002, -0.1, 0.05],
        [0.05, 0.0, 0.0, 0.0, 0.0, 0.3, 0.3],
    ];

    /// No other size of any order is better: the answer's value is the least, with impact and without.
    #[test]
    fn no_other_sizes_of_orders_with_impact_are_better() {
        for impact in ["0", "0.000001", "0.001", "0.1", "100"] {
            let problem = with_impact(impact);
            let book = Book::new(&problem).expect("a book");
            let part = Part::whole(book.modes.len(), problem.cells.len(), book.units.len());
            let mut dice = crate::lagrange::documents::Dice::new(7);
            for prices in PRICES {
                let quote = quote(prices);
                let reply = book.reply(&quote, &part);
                let value = |trades: &Trades| {
                    let mut priced = 0.0;
                    let mut net = 0.0;
                    for (c, cell) in problem.cells.iter().enumerate() {
                        let sold = trades.cell_sold(&problem, c);
                        let size = sold.max(trades.bought[c]);
                        let s = &problem.securities[0];
                        let cost = s.half_spread * size + s.impact * size * size;
                        net += trades.bought[c] - sold;
                        priced += (problem.lambda.cost + quote.cash[cell.account]) * cost
                            + quote.cash[cell.account] * (trades.bought[c] - sold)
                            + quote.turnover * size;
                        for j in cell.lots.clone() {
                            let gain = trades.sold[j] * problem.lots[j].gain;
                            priced += gain * if problem.lots[j].short { quote.short } else { quote.long };
                        }
                    }
                    let s = &problem.securities[0];
                    let drift = problem.lambda.drift * (s.held + net - s.target).powi(2);
                    priced + quote.net[0] * net + drift
                };
                let mut trades = Trades::none(&problem);
                let all = &mut Sink::Trades(&mut trades, 1.0);
                book.fill(0, reply.modes[0], &quote, &part, &mut Scratch::default(), all);
                assert!((value(&trades) - reply.value).abs() < 1e-12, "{impact} {prices:?}");
                for _ in 0..3_000 {
                    let mut other = if dice.chance(0.7) { trades.clone() } else { Trades::none(&problem) };
                    let by = 10_f64.powf(dice.between(-6.0, -0.5));
                    for (c, cell) in problem.cells.iter().enumerate() {
                        if dice.chance(0.5) {
                            continue;
                        }
                        if other.cell_sold(&problem, c) == 0.0 && dice.chance(0.5) {
                            other.bought[c] = (other.bought[c] + dice.between(-by, by)).max(0.0);
                        } else if other.bought[c] == 0.0 {
                            let j = cell.lots.start + dice.below(cell.lots.len());
                            let weight = problem.lots[j].weight;
                            other.sold[j] = (other.sold[j] + dice.between(-by, by)).clamp(0.0, weight);
                        }
                    }
                    let sells_loss =
                        (0..problem.lots.len()).any(|j| other.sold[j] > 0.0 && problem.lots[j].gain < 0.0);
                    let buys = other.bought.iter().any(|b| *b > 0.0);
                    let small = (0..problem.cells.len()).any(|c| {
                        let size = other.cell_sold(&problem, c).max(other.bought[c]);
                        size > 0.0 && size < problem.order_min && size < problem.cells[c].held
                    });
                    let dear = |c: &usize| other.bought[*c] > book.funds[problem.cells[*c].account];
                    let dear = (0..problem.cells.len()).any(|c| dear(&c));
                    let is_lawful = !small && !dear && (!sells_loss || !buys);
                    if is_lawful {
                        let better = reply.value - value(&other);
                        assert!(better <= 1e-12, "{impact} {prices:?}: {better:e} better");
                    }
                }
            }
        }
    }

    /// The margins tell how an answer gives way to a change of each price.
    #[test]
    fn margins_are_the_derivative_of_the_answer() {
        let mut seen = 0;
        for impact in ["0.0003", "0.01", "0.1"] {
            let problem = with_impact(impact);
            let book = Book::new(&problem).expect("a book");
            let part = Part::whole(book.modes.len(), problem.cells.len(), book.units.len());
            for prices in PRICES {
                let reply = book.reply(&quote(prices), &part);
                let along: Vec<([f64; 7], f64)> = reply
                    .margins
                    .iter()
                    .map(|m| {
                        let mut a = [m.net, 0.0, 0.0, 0.0, m.turnover, m.short, m.long];
                        a[1 + m.account] -= m.cash;
                        if let Some((account, cash)) = m.other {
                            a[1 + account] -= cash;
                        }
                        (a, m.curvature)
                    })
                    .collect();
                for at in 0..7 {
                    let step = 1e-7;
                    let moved = |by: f64| {
                        let mut prices = prices;
                        prices[at] += by;
                        let reply = book.reply(&quote(prices), &part);
                        (reply.modes[0], reply.margins.len(), priced(&reply.totals))
                    };
                    let (low, high) = (moved(-step), moved(step));
                    if (low.0, low.1) != (reply.modes[0], along.len()) || (high.0, high.1) != (low.0, low.1) {
                        continue;
                    }
                    for of in 0..7 {
                        let found = (high.2[of] - low.2[of]) / (2.0 * step);
                        let told: f64 = along.iter().map(|(a, curvature)| -a[of] * a[at] / curvature).sum();
                        let off = (found - told).abs();
                        assert!(
                            off <= 1e-4 * (1.0 + found.abs()),
                            "{impact} {prices:?}: {of} by {at}: {found}, told {told}"
                        );
                        seen += usize::from(along.len() > 1 && told != 0.0);
                    }
                }
            }
        }
        assert!(seen > 100, "{seen}");
    }
}
