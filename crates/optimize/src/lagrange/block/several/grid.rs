//! The best sizes of several orders in whole increments.
//!
//! In: the best sizes of any kind. Out: the best in whole increments, or the whole position. Invariant: no other sizes that the
//! holds allow have a smaller value, but for the limit on what is traded, which isn't looked at here.
//!
//! # Derivation
//!
//! In steps n_o of one increment the unit costs Σ f_o(n_o) + g(Σ ± n_o), all convex: an M♮-convex function of whole numbers. Its
//! minimum is where no single step, and no step of one order in place of a step of another, leads further down
//! (Murota, Discrete Convex Analysis, 2003, theorem 6.26), and is never more than one step an order from the best sizes of any kind
//! for each order there is, so the search starts at those, rounded.
//!
//! What a position holds beyond whole increments may be sold with all the rest of it. As long as a hold leaves open whether it is,
//! it counts as a sale of any size, at its mean cost: with it g is the least of what is then left, which is convex too. Where the
//! answer sells a part of it, or all of it and not the rest, the answer is torn, and [`super::lawful`] branches.

use super::super::super::part::{Gate, Hold};
use super::super::super::prices::Quote;
use super::super::Book;
use super::super::order::{Edge, Fill, HAIR, Slice, vertex};
use super::{Asked, Sale, Several, walk};

/// What a step has to save at least, as a part of V: less is rounding.
const TIE: f64 = 1e-15;

/// What every step costs that a weight is beyond a limit of the unit: more than any can save. A hair beyond is none.
const BEYOND: f64 = 1e6;

/// Most steps of one search, which ends after a few; beyond them the sizes of any kind stand.
const STEPS_MAX: usize = 10_000;

/// Memory of a search.
#[derive(Debug, Default)]
pub(super) struct Grid {
    places: Vec<Place>,
    pieces: Vec<Piece>,
    rests: Vec<Rest>,
    edges: Vec<(usize, Edge)>,
    /// The position of which a part is sold that can't be sold by itself: its order, and that part or what of it is left, whichever
    /// is less.
    pub(super) torn: Option<(usize, f64)>,
    /// Orders and lots that were looked at.
    pub(super) looked: u64,
}

/// An order in steps.
#[derive(Debug, Clone)]
struct Place {
    order: usize,
    is_sale: bool,
    /// Size at 0 steps: 0, or that of a whole position.
    base: f64,
    least: i64,
    most: i64,
    steps: i64,
    /// What one step more, and one less, would cost.
    up: f64,
    down: f64,
    /// No part of it costs less a unit.
    cheapest: f64,
    /// The lots of a sale as they are sold, indices into `Grid::pieces`; none as long as it isn't looked at.
    pieces: Option<std::ops::Range<usize>>,
}

/// A lot, or what is sold of it.
#[derive(Debug, Clone, Copy)]
struct Piece {
    slice: Slice,
    is_short: bool,
    /// Marginal tax.
    tax: f64,
}

/// What a position holds beyond whole increments.
#[derive(Debug, Clone, Copy)]
struct Rest {
    place: usize,
    size: f64,
    /// Mean cost of a unit.
    price: f64,
    sold: f64,
}

/// Where a search stands.
struct Standing<'a> {
    asked: &'a Asked<'a>,
    /// Final weight without the sales of rests.
    weight: f64,
}

impl Standing<'_> {
    /// The drift at a weight, after the sales of rests that are worth it, and what is left of the weight.
    fn drift(&self, weight: f64, rests: &mut [Rest]) -> f64 {
        let unit = self.asked.unit;
        let (mut left, mut cost) = (weight, 0.0);
        for rest in rests {
            let free = vertex(2.0 * unit.drift * (left - unit.target) - rest.price, 2.0 * unit.drift);
            rest.sold = free.max(left - unit.most).min(left - unit.least).clamp(0.0, rest.size);
            left -= rest.sold;
            cost += rest.price * rest.sold;
        }
        let beyond = ((left - unit.most).max(unit.least - left) / unit.step - HAIR).ceil().max(0.0);
        cost + unit.drift * (left - unit.target).powi(2) + BEYOND * beyond
    }
}

/// A step that is open: what it costs, and of which place.
type Move = (f64, usize);

/// The two cheapest of some moves.
#[derive(Clone, Copy)]
struct Cheapest([Move; 2]);

impl Cheapest {
    const NONE: Cheapest = Cheapest([(f64::INFINITY, usize::MAX); 2]);

    fn add(&mut self, cost: f64, place: usize) {
        if cost < self.0[0].0 {
            self.0 = [(cost, place), self.0[0]];
        } else if cost < self.0[1].0 {
            self.0[1] = (cost, place);
        }
    }
}

/// The cheapest pair of moves of two places.
fn pair(a: Cheapest, b: Cheapest) -> (f64, [usize; 2]) {
    let sum = |a: Move, b: Move| (a.0 + b.0, [a.1, b.1]);
    let (first, second) = (a.0[0], b.0[0]);
    if first.1 != second.1 {
        return sum(first, second);
    }
    let (one, other) = (sum(first, b.0[1]), sum(a.0[1], second));
    if other.0 < one.0 { other } else { one }
}

impl Book<'_> {
    /// Puts the sizes of an answer on whole increments.
    pub(super) fn on_grid(&self, asked: &Asked<'_>, scratch: &mut Several) -> Sizes {
        let mut grid = std::mem::take(&mut scratch.grid);
        let sizes = self.step_down(asked, scratch, &mut grid);
        scratch.grid = grid;
        sizes
    }

    fn step_down(&self, asked: &Asked<'_>, scratch: &mut Several, grid: &mut Grid) -> Sizes {
        let unit = asked.unit;
        grid.torn = None;
        if !self.place(asked, scratch, grid) {
            return Sizes::None;
        }
        let sign = |place: &Place| if place.is_sale { -1.0 } else { 1.0 };
        let size = |place: &Place| place.base + place.steps as f64 * unit.step;
        let weight = unit.held + grid.places.iter().map(|p| sign(p) * size(p)).sum::<f64>();
        let mut standing = Standing { asked, weight };
        for _ in 0..STEPS_MAX {
            grid.looked += grid.places.len() as u64;
            let (mut lower, mut raise) = (Cheapest::NONE, Cheapest::NONE);
            for (at, place) in grid.places.iter().enumerate() {
                let (down, up) = if place.is_sale { (place.up, place.down) } else { (place.down, place.up) };
                lower.add(down, at);
                raise.add(up, at);
            }
            let now = standing.drift(standing.weight, &mut grid.rests);
            let below = standing.drift(standing.weight - unit.step, &mut grid.rests);
            let above = standing.drift(standing.weight + unit.step, &mut grid.rests);
            let none = usize::MAX;
            let (exchange, both) = pair(lower, raise);
            let moves = [
                (lower.0[0].0 + below - now, [lower.0[0].1, none]),
                (raise.0[0].0 + above - now, [none, raise.0[0].1]),
                (exchange, both),
            ];
            let best =
                moves.into_iter().fold((f64::INFINITY, [none; 2]), |a, b| if b.0 < a.0 { b } else { a });
            if best.0 < -TIE {
                let fresh = best.1.into_iter().filter(|at| *at != none && grid.places[*at].pieces.is_none());
                if fresh.clone().count() > 0 {
                    let fresh: Vec<usize> = fresh.collect();
                    fresh.into_iter().for_each(|at| self.look_at(at, asked, grid));
                    continue;
                }
                for (at, up) in best.1.into_iter().zip([-1.0, 1.0]).filter(|(at, _)| *at != none) {
                    let place = &mut grid.places[at];
                    place.steps += if place.is_sale == (up < 0.0) { 1 } else { -1 };
                    standing.weight += up * unit.step;
                    self.weigh(at, asked, grid);
                }
                continue;
            }
            // A rest that nobody has looked at, and that could be worth it beside this weight.
            let above = standing.weight + unit.step;
            let slope =
                if above > unit.most { f64::INFINITY } else { 2.0 * unit.drift * (above - unit.target) };
            let is_worth = |p: &Place| p.pieces.is_none() && p.is_sale && p.cheapest < slope;
            match grid.places.iter().position(is_worth) {
                Some(at) => self.look_at(at, asked, grid),
                None => return self.write(&standing, scratch, grid),
            }
        }
        Sizes::Unknown
    }

    /// The orders of a mode in steps, near their sizes of any kind; false where one can have no size.
    fn place(&self, asked: &Asked<'_>, scratch: &Several, grid: &mut Grid) -> bool {
        let Asked { unit, mode, quote, .. } = *asked;
        grid.places.clear();
        grid.pieces.clear();
        grid.rests.clear();
        let mut fills = scratch.fills().peekable();
        for (at, o) in mode.orders.clone().enumerate() {
            let (order, entrance, hold) = (&self.orders[o], &self.entrances[o], &asked.holds[at]);
            let fill = fills.next_if(|(order, _)| *order == o).map(|(_, fill)| fill);
            let size = fill.map_or(0.0, |fill| fill.size);
            let (lo, hi) = walk::within(hold, order);
            let is_sale = entrance.is_sale();
            let tax = if is_sale { entrance.least_tax(quote) } else { 0.0 };
            let cheapest = entrance.price(quote.net[unit.security], quote) + tax;
            let most = (hi / unit.step + HAIR).floor() as i64;
            let least = (lo / unit.step - HAIR).ceil() as i64;
            let steps = (size / unit.step).round() as i64;
            let place = Place {
                order: o,
                is_sale,
                base: 0.0,
                least,
                most,
                steps,
                up: cheapest * unit.step,
                down: f64::INFINITY,
                cheapest,
                pieces: None,
            };
            grid.places.push(place);
            let forced =
                lo > 0.0 || size > 0.0 || (is_sale && (hold.rank_from > 0 || hold.rest == Gate::Open));
            let shut = hi <= 0.0;
            if shut && !forced {
                let place = &mut grid.places[at];
                (place.up, place.cheapest) = (f64::INFINITY, f64::INFINITY);
            } else if forced {
                self.look_at(at, asked, grid);
                if grid.places[at].least > grid.places[at].most {
                    return false;
                }
            }
        }
        true
    }

    /// Looks at the lots of an order, and where it may go.
    fn look_at(&self, at: usize, asked: &Asked<'_>, grid: &mut Grid) {
        let unit = asked.unit;
        let Place { order: o, .. } = grid.places[at];
        let (order, hold) = (&self.orders[o], &asked.holds[o - asked.mode.orders.start]);
        let first = grid.pieces.len();
        if order.tier.is_some() {
            let (lo, hi) = walk::within(hold, order);
            let (forced, all) = self.line_up(o, hold, asked.quote, &mut grid.pieces);
            let sold: f64 = grid.pieces[first..].iter().map(|p| p.slice.weight).sum();
            let (lo, room) = (lo.max(forced), hi.min(sold));
            let place = &mut grid.places[at];
            place.pieces = Some(first..grid.pieces.len());
            place.least = (lo / unit.step - HAIR).ceil() as i64;
            place.most = (room / unit.step + HAIR).floor() as i64;
            let rest = sold - place.most as f64 * unit.step;
            let whole = order.whole && all && sold <= hi + HAIR * unit.step && hold.rest != Gate::Shut;
            let is_odd = rest > HAIR * unit.step;
            if whole && is_odd && (hold.rest == Gate::Open || place.least > place.most) {
                (place.base, place.least, place.most) = (sold, 0, 0);
            } else if hold.rest == Gate::Open {
                place.least = if whole { place.most } else { place.most + 1 };
            } else if whole && is_odd {
                let cost = self.cost(o, sold, asked.quote, &grid.pieces[first..])
                    - self.cost(o, sold - rest, asked.quote, &grid.pieces[first..]);
                let rest = Rest { place: at, size: rest, price: cost / rest, sold: 0.0 };
                let before = grid.rests.partition_point(|r| r.price <= rest.price);
                grid.rests.insert(before, rest);
            }
        } else {
            grid.places[at].pieces = Some(first..first);
        }
        grid.looked += 4 * (grid.pieces.len() - first) as u64;
        let place = &mut grid.places[at];
        place.steps = place.steps.min(place.most).max(place.least);
        self.weigh(at, asked, grid);
    }

    /// What one step more and one less of an order costs.
    fn weigh(&self, at: usize, asked: &Asked<'_>, grid: &mut Grid) {
        let step = asked.unit.step;
        let place = &grid.places[at];
        let pieces = place.pieces.clone().unwrap_or_default();
        let cost = |steps: i64| {
            let is_open = steps >= place.least && steps <= place.most;
            let size = place.base + steps as f64 * step;
            if is_open {
                self.cost(place.order, size, asked.quote, &grid.pieces[pieces.clone()])
            } else {
                f64::INFINITY
            }
        };
        let now = cost(place.steps);
        let (up, down) = (cost(place.steps + 1) - now, cost(place.steps - 1) - now);
        grid.looked += 2 * pieces.len() as u64;
        let place = &mut grid.places[at];
        (place.up, place.down) = (up, down);
    }

    /// Lists the lots of a sale as they are sold; returns what is sold in any case, and whether that is all that the order could.
    fn line_up(&self, o: usize, hold: &Hold, quote: &Quote, pieces: &mut Vec<Piece>) -> (f64, bool) {
        let Some(tier) = self.orders[o].tier.map(|t| &self.tiers[t]) else { return (0.0, true) };
        let piece = |slice: Slice, is_short| {
            let price = if is_short { quote.short } else { quote.long };
            Piece { slice, is_short, tax: price * slice.gain }
        };
        let first = pieces.len();
        // Those of earlier tiers are not told apart by their term.
        let before = self.slices[tier.before.clone()].iter();
        pieces.extend(before.map(|s| piece(*s, self.problem.lots[s.lot].short)));
        if hold.rank_from > 0 {
            for (list, is_short) in [(&tier.short, true), (&tier.long, false)] {
                let slices = self.slices[list.clone()].iter().filter(|s| s.rank < hold.rank_from);
                pieces.extend(slices.map(|s| piece(*s, is_short)));
            }
        }
        let forced = pieces[first..].iter().map(|p| p.slice.weight).sum();
        let mut all = true;
        for (slice, is_short, _) in self.merge(tier, quote) {
            if slice.rank > hold.rank_to {
                all = false;
            } else if slice.rank >= hold.rank_from {
                pieces.push(piece(slice, is_short));
            }
        }
        (forced, all)
    }

    /// What an order of this size costs without the drift and its commission.
    fn cost(&self, o: usize, size: f64, quote: &Quote, pieces: &[Piece]) -> f64 {
        let order = &self.orders[o];
        let weight = self.problem.lambda.cost + quote.cash[order.account];
        let (mut left, mut tax) = (size, 0.0);
        for piece in pieces {
            let sold = left.min(piece.slice.weight);
            tax += sold * piece.tax;
            left -= sold;
            if left <= 0.0 {
                break;
            }
        }
        let security = self.problem.cells[order.cell].security;
        (order.unit_price(quote.net[security], quote) + weight * order.impact * size) * size + tax
    }

    /// Makes the sizes of a search the answer.
    fn write(&self, standing: &Standing<'_>, scratch: &mut Several, grid: &mut Grid) -> Sizes {
        let unit = standing.asked.unit;
        standing.drift(standing.weight, &mut grid.rests);
        let rests: f64 = grid.rests.iter().map(|r| r.sold).sum();
        let left = standing.weight - rests;
        let hair = HAIR * unit.step;
        if left > unit.most + hair || left < unit.least - hair {
            return Sizes::None;
        }
        let traded: f64 = grid.places.iter().map(|p| p.base + p.steps as f64 * unit.step).sum();
        if traded + rests > unit.traded_max * (1.0 + 1e-12) {
            return Sizes::Unknown;
        }
        // Between the increments the dual bends as if there were none.
        grid.edges.clear();
        grid.edges.extend(scratch.fills().filter_map(|(order, fill)| Some((order, fill.edge?))));
        scratch.fills.clear();
        scratch.sales.clear();
        for (at, place) in grid.places.iter().enumerate() {
            let size = place.base + place.steps as f64 * unit.step;
            let edge = grid.edges.iter().find(|(o, _)| *o == place.order).map(|(_, edge)| *edge);
            let rest = grid.rests.iter().find(|r| r.place == at && r.sold > 0.0);
            if size <= 0.0 && edge.is_none() && rest.is_none() {
                continue;
            }
            let mut fill = Fill { size, edge, ..Fill::default() };
            let pieces = &grid.pieces[place.pieces.clone().unwrap_or_default()];
            let top = rest.map_or(size, |r| place.most as f64 * unit.step + r.size);
            let share = rest.map_or(0.0, |r| r.sold / r.size);
            let mut begun = 0.0;
            for (n, Piece { slice, is_short, .. }) in pieces.iter().enumerate() {
                let ends = if n + 1 == pieces.len() { f64::INFINITY } else { begun + slice.weight };
                // What lies below the whole steps, and what of the rest.
                let whole = ends.min(size) - begun;
                let odd = rest.map_or(0.0, |r| ends.min(top) - begun.max(top - r.size));
                let sold = (whole.max(0.0) + share * odd.max(0.0)).min(slice.weight);
                begun = ends;
                if sold > 0.0 {
                    let gain = slice.gain * sold;
                    if *is_short {
                        fill.short += gain;
                    } else {
                        fill.long += gain;
                    }
                    scratch.sales.push(Sale { order: place.order, slice: *slice, sold });
                }
            }
            if let Some(rest) = rest {
                fill.size += rest.sold;
                let less = rest.sold.min(top - fill.size);
                if less > hair {
                    grid.torn = grid.torn.filter(|(_, by)| *by >= less).or(Some((place.order, less)));
                }
            }
            scratch.fills.push((place.order, fill));
        }
        Sizes::Whole
    }
}

/// What became of the sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sizes {
    /// They are of whole increments, but for what is torn.
    Whole,
    /// There are none.
    None,
    /// They are of any kind still.
    Unknown,
}

#[cfg(test)]
mod tests {
    use super::super::super::super::documents::{Dice, problem};
    use super::super::super::Book;
    use crate::lagrange::part::Part;
    use crate::lagrange::prices::Quote;
    use crate::problem::Problem;
    use crate::trades::Trades;

    /// A stock in two or three accounts, its lots of whole shares or not.
    fn document(dice: &mut Dice) -> String {
        let mut accounts = Vec::new();
        let whole = dice.chance(0.3);
        for (n, kind) in ["taxable", "roth", "taxable"].into_iter().take(2 + dice.below(2)).enumerate() {
            let lots: Vec<String> = (0..dice.below(4))
                .map(|l| {
                    let shares = dice.between(0.2, 5.0);
                    let shares = if whole { shares.ceil() } else { (shares * 100.0).round() / 100.0 };
                    let basis = dice.between(40.0, 140.0).round();
                    let term = if dice.chance(0.5) { "long-term" } else { "short-term" };
                    format!(
                        r#"{{"lot_id": "L{n}{l}", "quantity": {shares}, "cost_basis_per_share": {basis}, "type": "{term}"}}"#
                    )
                })
                .collect();
            let holdings = match lots.is_empty() {
                true => String::new(),
                false => format!(r#"{{"ticker": "AAA", "lots": [{}]}}"#, lots.join(", ")),
            };
            let cash = dice.between(50.0, 1500.0).round();
            accounts.push(format!(
                r#"{{"account_id": "{n}", "kind": "{kind}", "cash": {cash}, "holdings": [{holdings}]}}"#
            ));
        }
        let mut wishes = Vec::new();
        if dice.chance(0.5) {
            wishes.push(format!(r#""avoid_trades_below_{}_usd""#, 120 + dice.below(300)));
        }
        if dice.chance(0.4) {
            wishes.push(r#""minimize_short_term_gains""#.to_owned());
        }
        if dice.chance(0.3) {
            wishes.push(format!(r#""max_concentration_pct_{}""#, 5 + dice.below(60)));
        }
        if dice.chance(0.3) {
            wishes.push(r#""always_hold_ticker_AAA""#.to_owned());
        }
        let commission = if dice.chance(0.3) { 2 } else { 0 };
        let impact = if dice.chance(0.3) { 0.01 } else { 0.0 };
        format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"Stocks": 1.0}}, "security_targets": {{"AAA": {}}},
            "preferences": [{}], "weights": {{"drift": 1, "cost": 1, "tax": 1, "esg": 0}},
            "securities": [{{"ticker": "AAA", "asset_class": "Stocks", "current_price": 100, "spread_bps": 4,
                "commission": {commission}, "impact_coefficient": {impact}, "quantity_increment": 1}}],
            "accounts": [{}]}}"#,
            (dice.between(0.0, 0.9) * 100.0).round() / 100.0,
            wishes.join(", "),
            accounts.join(", ")
        )
    }

    /// What a cell can do: net weight, and its cost without the drift.
    fn options(problem: &Problem, book: &Book<'_>, quote: &Quote, c: usize, lossy: bool) -> Vec<(f64, f64)> {
        let (cell, s) = (&problem.cells[c], &problem.securities[0]);
        let cost = |size: f64, sign: f64, tax: f64| {
            let cash = quote.cash[cell.account];
            let paid = s.commission + s.half_spread * size + s.impact * size * size;
            let priced = (problem.lambda.cost + cash) * paid + cash * sign * size + quote.turnover * size;
            (sign * size, priced + quote.net[0] * sign * size + tax)
        };
        let mut all = vec![(0.0, 0.0)];
        let tax_of = |j: usize| {
            let lot = &problem.lots[j];
            lot.gain * if lot.short { quote.short } else { quote.long }
        };
        let rank = |j: usize| crate::lagrange::block::rank(problem, j);
        let shut = |j: &usize| !lossy && problem.lots[*j].gain < 0.0;
        let last = cell.lots.clone().filter(shut).map(rank).min().unwrap_or(u8::MAX);
        let mut lots: Vec<usize> = cell.lots.clone().filter(|j| !shut(j) && rank(*j) <= last).collect();
        lots.sort_by(|a, b| rank(*a).cmp(&rank(*b)).then(tax_of(*a).total_cmp(&tax_of(*b))));
        let total: f64 = cell.lots.clone().map(|j| problem.lots[j].weight).sum();
        let most: f64 = lots.iter().map(|j| problem.lots[*j].weight).sum();
        let whole = lots.len() == cell.lots.len();
        let mut sizes: Vec<f64> = (1..1_000)
            .map(|n| f64::from(n) * s.increment)
            .take_while(|size| *size <= most * (1.0 + 1e-9))
            .filter(|size| *size >= problem.order_min * (1.0 - 1e-12))
            .collect();
        if whole && total > 0.0 {
            sizes.push(total);
        }
        for size in sizes {
            let (mut left, mut tax) = (size, 0.0);
            for j in &lots {
                let sold = left.min(problem.lots[*j].weight);
                tax += sold * tax_of(*j);
                left -= sold;
            }
            all.push(cost(size, -1.0, tax));
        }
        if !lossy || !(0..problem.lots.len()).any(|j| problem.lots[j].gain < 0.0) {
            let sizes = (1..1_000).map(|n| f64::from(n) * s.increment);
            let sizes = sizes.take_while(|size| *size <= book.funds[cell.account] * (1.0 + 1e-9));
            all.extend(
                sizes.filter(|s| *s >= problem.order_min * (1.0 - 1e-12)).map(|size| cost(size, 1.0, 0.0)),
            );
        }
        all
    }

    /// The least value of all sizes in whole shares, one after the other.
    fn least(problem: &Problem, book: &Book<'_>, quote: &Quote, part: &Part) -> f64 {
        let s = &problem.securities[0];
        let mut least = f64::INFINITY;
        for lossy in [true, false] {
            let mut sums = vec![(0.0, 0.0)];
            for c in 0..problem.cells.len() {
                let hold = &part.holds[c];
                let mut options = options(problem, book, quote, c, lossy);
                options.retain(|(n, _)| *n >= hold.least - 1e-9 && *n <= hold.most + 1e-9);
                let add = |(net, cost): &(f64, f64)| {
                    options.iter().map(move |(n, k)| (net + n, cost + k)).collect()
                };
                sums = sums.iter().flat_map(|sum| -> Vec<(f64, f64)> { add(sum) }).collect();
            }
            let lowest = if s.keep_some { problem.usd.min(s.held) } else { f64::NEG_INFINITY };
            let [low, high] = part.nets[0];
            let is_lawful = |net: f64| {
                let weight = s.held + net;
                let most = s.cap.unwrap_or(f64::INFINITY);
                weight >= lowest - 1e-6 * s.increment
                    && weight <= most + 1e-6 * s.increment
                    && net >= low - 1e-6 * s.increment
                    && net <= high + 1e-6 * s.increment
            };
            let value =
                |(net, cost): &(f64, f64)| cost + problem.lambda.drift * (s.held + net - s.target).powi(2);
            least = sums.iter().filter(|sum| is_lawful(sum.0)).map(value).fold(least, f64::min);
        }
        least
    }

    /// Among all sizes in whole shares, whole positions and what goes with the rules, none is better; and the answer is one of them.
    #[test]
    fn no_other_whole_shares_are_better() {
        let mut dice = Dice::new(13);
        let mut whole_positions = 0;
        for document_number in 0..2_000 {
            let text = document(&mut dice);
            let problem = problem(&text);
            let Some(book) = Book::new(&problem) else { continue };
            for round in 0..6 {
                let mut part = Part::whole(book.modes.len(), problem.cells.len(), book.units.len());
                if round >= 3 {
                    // As branching leaves it.
                    let net = dice.between(-0.4, 0.4);
                    part.nets[0] =
                        if dice.chance(0.5) { [net, f64::INFINITY] } else { [f64::NEG_INFINITY, net] };
                }
                if round == 5 {
                    let c = dice.below(problem.cells.len());
                    let shares = dice.between(-3.0, 3.0).round() * problem.securities[0].increment;
                    let [low, high] =
                        if dice.chance(0.5) { [shares, f64::INFINITY] } else { [f64::NEG_INFINITY, shares] };
                    (part.holds[c].least, part.holds[c].most) = (low, high);
                    book.keep_orders(c, &mut part);
                }
                let cash = (0..problem.accounts.len()).map(|_| dice.between(0.0, 0.2)).collect();
                let equal = dice.chance(0.3);
                let quote = Quote {
                    cash: if equal { vec![0.05; problem.accounts.len()] } else { cash },
                    turnover: dice.between(0.0, 0.01),
                    short: dice.between(-0.1, 0.4),
                    long: dice.between(-0.1, 0.3),
                    net: vec![dice.between(-0.3, 0.3)],
                };
                let reply = book.reply(&quote, &part);
                let least = least(&problem, &book, &quote, &part);
                if least == f64::INFINITY && reply.value == f64::INFINITY {
                    continue;
                }
                let off = reply.value - least;
                assert!(
                    off.abs() < 1e-11,
                    "{document_number}: off by {off:e} of {least}, {quote:?}, {part:?}\n{text}"
                );
                let mut trades = Trades::none(&problem);
                book.add_trades(&quote, &reply.modes, &part, |_, _| 1.0, &mut trades);
                for (c, cell) in problem.cells.iter().enumerate() {
                    let sold = trades.cell_sold(&problem, c);
                    let step = problem.securities[0].increment;
                    let steps = sold.max(trades.bought[c]) / step;
                    let is_whole = sold > 0.0 && (sold - cell.held).abs() < 1e-9;
                    whole_positions += usize::from(is_whole && (steps - steps.round()).abs() > 1e-3);
                    assert!(
                        is_whole || (steps - steps.round()).abs() < 1e-5,
                        "{document_number}: {steps} shares"
                    );
                }
            }
        }
        assert!(whole_positions > 50, "{whole_positions} sales of whole positions with a rest");
    }
}
