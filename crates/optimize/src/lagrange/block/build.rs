//! Builds the book: the tiers of every cell, the orders that are lawful by themselves, and the modes.

use portfolio::household::DriftMetric;

use super::screen::Gains;
use super::{Book, COARSE, COARSE_SHARED, LOSSES, Mode, Order, PURCHASES, Slice, Tier, Unit};
use crate::problem::Problem;

/// Most combinations of several accounts' orders that are listed, each a mode; beyond them they are merged.
pub(in super::super) const MODES_MAX: usize = 128;

/// What a cell may do on one side of its group.
#[derive(Clone)]
struct Options {
    sales: Vec<Order>,
    purchase: Option<Order>,
}

impl<'a> Book<'a> {
    /// Builds the book of a problem; `None` where one account alone had more than [`MODES_MAX`] choices in a security, which has five.
    pub(in super::super) fn new(problem: &'a Problem) -> Option<Book<'a>> {
        let mut cells: Vec<Vec<usize>> = vec![Vec::new(); problem.securities.len()];
        for (c, cell) in problem.cells.iter().enumerate() {
            cells[cell.security].push(c);
        }
        let mut members: Vec<Vec<usize>> = vec![Vec::new(); problem.groups];
        for (i, s) in problem.securities.iter().enumerate() {
            members[s.group].push(i);
        }
        let funds: Vec<f64> = (0..problem.accounts.len()).map(|a| funds(problem, a)).collect();
        let mut book = Book {
            problem,
            funds,
            units: Vec::new(),
            groups: Vec::new(),
            modes: Vec::new(),
            screens: Vec::new(),
            orders: Vec::new(),
            merges: false,
            shares: false,
            steps: false,
            entrances: Vec::new(),
            tiers: Vec::new(),
            slices: Vec::with_capacity(problem.lots.len()),
        };
        for group in members.iter().filter(|m| !m.is_empty()) {
            let first = book.units.len();
            for security in group {
                book.add_unit(*security, &cells[*security], group.len() == 1)?;
            }
            book.groups.push(first..book.units.len());
        }
        book.merges = book.modes.iter().any(|m| m.merged);
        book.shares = book.units.iter().any(|u| u.shared);
        book.steps = book.units.iter().any(|u| u.step > 0.0);
        if book.modes.iter().any(|m| m.merged || m.orders.len() > 1) {
            book.add_entrances();
        }
        Some(book)
    }

    fn add_unit(&mut self, security: usize, cells: &[usize], alone: bool) -> Option<()> {
        let p = self.problem;
        let s = &p.securities[security];
        let drift = match p.metric {
            DriftMetric::TrackingVariance => p.risk.as_ref().map_or(0.0, |r| r.specific[security]),
            DriftMetric::SecuritySquared => 1.0,
            DriftMetric::ClassSquared => 0.0,
        };
        let mut unit = Unit {
            security,
            modes: self.modes.len()..self.modes.len(),
            drift: p.lambda.drift * drift,
            held: s.held,
            target: s.target,
            least: if s.keep_some { p.usd.min(s.held) } else { f64::NEG_INFINITY },
            most: s.cap.unwrap_or(f64::INFINITY),
            traded_max: s.traded_max.unwrap_or(f64::INFINITY).max(0.0),
            shared: cells.len() > 1,
            step: if cells.len() > 1 && s.increment >= COARSE_SHARED { s.increment } else { 0.0 },
        };
        if unit.step > 0.0 {
            // What is netted is no more than what is traded, and sums in whole increments keep it by themselves.
            unit.least = unit.least.max(unit.held - unit.traded_max);
            unit.most = unit.most.min(unit.held + unit.traded_max);
        }
        let losses = cells.iter().any(|c| p.lots[p.cells[*c].lots.clone()].iter().any(|l| l.gain < 0.0));
        let (orders, modes) = (self.orders.len(), self.modes.len());
        let merges = cells.len() > 1 && s.commission == 0.0;
        if merges || self.add_listed(&unit, cells, losses, alone).is_none() {
            if cells.len() == 1 {
                return None;
            }
            // What was listed before there were too many.
            self.orders.truncate(orders);
            self.modes.truncate(modes);
            self.screens.truncate(modes);
            self.add_merged(&unit, cells, losses, alone);
        }
        unit.modes.end = self.modes.len();
        self.units.push(unit);
        Some(())
    }

    /// A mode for every combination of the accounts' orders.
    fn add_listed(&mut self, unit: &Unit, cells: &[usize], losses: bool, alone: bool) -> Option<()> {
        // Where nothing is bought, or nothing can be lost, one side says it all.
        let idle = if losses { LOSSES } else { LOSSES | PURCHASES };
        let lots: Vec<Vec<Slice>> = cells.iter().map(|c| sorted(self.problem, *c)).collect();
        let all = || cells.iter().zip(&lots);
        let full: Vec<Options> = all().map(|cell| self.options(cell, true, !losses)).collect();
        self.add_modes(unit, &full, |buys| if buys { PURCHASES } else { idle })?;
        if losses {
            // A sale without its losses is never better than one with them, but where a purchase goes with it.
            let careful: Vec<Options> = match cells {
                [only] if alone => vec![Options { sales: Vec::new(), purchase: self.purchase(*only) }],
                _ => all().map(|cell| self.options(cell, false, true)).collect(),
            };
            let idle_twice = |buys: bool| if buys || !alone { PURCHASES } else { 0 };
            self.add_modes(unit, &careful, idle_twice)?;
        }
        Some(())
    }

    /// One mode for each side of the group.
    fn add_merged(&mut self, unit: &Unit, cells: &[usize], losses: bool, alone: bool) {
        let sides: &[(u8, bool, bool)] = if losses || !alone {
            &[(LOSSES, true, false), (PURCHASES, false, true)]
        } else {
            &[(LOSSES | PURCHASES, true, true)]
        };
        for (sides, lossy, buys) in sides {
            let first = self.orders.len();
            for c in cells {
                let sale = self.all_of(*c, *lossy);
                let purchase = if *buys { self.purchase(*c) } else { None };
                self.orders.extend(sale.into_iter().chain(purchase));
            }
            self.add_mode(unit, Mode { orders: first..self.orders.len(), merged: true }, *sides);
        }
    }

    /// The sale of a cell with all its lots in one tier, those at a loss included or not.
    fn all_of(&mut self, c: usize, losses: bool) -> Option<Order> {
        let p = self.problem;
        let cell = &p.cells[c];
        let lots = cell.lots.clone();
        let total: f64 = p.lots[lots.clone()].iter().map(|l| l.weight).sum();
        let is_left_out = |j: &usize| !losses && p.lots[*j].gain < 0.0;
        let left_out = lots.clone().any(|j| is_left_out(&j));
        // What goes after a lot that can't be sold can't be sold either.
        let rank_max = lots.clone().filter(is_left_out).map(|j| rank(p, j)).min().unwrap_or(u8::MAX);
        let kept = |j: &usize| !is_left_out(j) && rank(p, *j) <= rank_max;
        let whole_only = total < p.order_min;
        if whole_only && (left_out || !cell.all_sellable) {
            return None;
        }
        let mut tier = Tier::default();
        let mut hi = 0.0;
        for short in [true, false] {
            let first = self.slices.len();
            match one_slice(p, c) {
                Some(all) => self.slices.extend((!short).then_some(all)),
                None => {
                    let mine = lots.clone().filter(|j| p.lots[*j].short == short && kept(j));
                    self.slices.extend(mine.map(|j| slice(p, j)));
                    self.slices[first..].sort_by(|a, b| a.gain.total_cmp(&b.gain));
                }
            }
            hi += self.slices[first..].iter().map(|s| s.weight).sum::<f64>();
            let gains = Gains::default().with(&self.slices[first..]);
            if short {
                (tier.short, tier.short_gains) = (first..self.slices.len(), gains);
            } else {
                (tier.long, tier.long_gains) = (first..self.slices.len(), gains);
            }
        }
        // Added up in another order, the whole is not the same to the last digit.
        let hi = if whole_only { total } else { hi };
        let hi = hi.min(p.securities[cell.security].traded_max.unwrap_or(f64::INFINITY));
        let lo = if whole_only { total } else { p.order_min };
        if hi <= 0.0 || lo > hi {
            return None;
        }
        tier.ranked = lots.clone().filter(kept).any(|j| rank(p, j) != rank(p, lots.start));
        self.tiers.push(tier);
        let whole = !left_out && cell.all_sellable && hi >= total * (1.0 - 1e-12);
        Some(Order { whole, ..self.order(c, Some(self.tiers.len() - 1), lo, hi) })
    }

    /// The purchase of a cell, where one is possible.
    fn purchase(&self, c: usize) -> Option<Order> {
        let p = self.problem;
        let cell = &p.cells[c];
        let traded_max = p.securities[cell.security].traded_max.unwrap_or(f64::INFINITY);
        let hi = self.funds[cell.account].min(traded_max).min(p.turnover_max.unwrap_or(f64::INFINITY));
        (cell.buyable && p.order_min <= hi).then(|| self.order(c, None, p.order_min, hi))
    }

    /// An order of a cell with these sizes; `tier` as for [`Order::tier`].
    fn order(&self, c: usize, tier: Option<usize>, lo: f64, hi: f64) -> Order {
        let cell = &self.problem.cells[c];
        let (s, lambda) = (&self.problem.securities[cell.security], self.problem.lambda);
        let (sign, fee) = if tier.is_some() { (-1.0, 0.0) } else { (1.0, s.fee) };
        let drag = if cell.taxable { lambda.tax * s.drag } else { 0.0 };
        Order {
            cell: c,
            account: cell.account,
            tier,
            lo,
            hi,
            whole: false,
            cost: sign * (drag - lambda.esg * s.esg) + lambda.cost * (s.half_spread + fee),
            paid: sign + s.half_spread,
            commission: s.commission,
            impact: s.impact,
            step: if s.increment < COARSE { 0.0 } else { s.increment },
        }
    }

    /// Adds a mode that is lawful on these sides of its group.
    fn add_mode(&mut self, unit: &Unit, mode: Mode, sides: u8) {
        self.screens.push(self.screen(unit, &mode, sides));
        self.modes.push(mode);
    }

    /// Every combination of the cells' options, with the sides that `sides` gives for one with or
    /// without purchases (0 = leave it out).
    fn add_modes(&mut self, unit: &Unit, options: &[Options], sides: impl Fn(bool) -> u8) -> Option<()> {
        let choices = |o: &Options| 1 + o.sales.len() + usize::from(o.purchase.is_some());
        let count = options.iter().try_fold(1_usize, |n, o| n.checked_mul(choices(o)))?;
        if count > MODES_MAX {
            return None;
        }
        for mut code in 0..count {
            let first = self.orders.len();
            let mut buys = false;
            for o in options {
                let choice = code % choices(o);
                code /= choices(o);
                let order = if choice == 0 { None } else { o.sales.get(choice - 1).or(o.purchase.as_ref()) };
                buys |= order.is_some_and(|o| o.tier.is_none());
                self.orders.extend(order.copied());
            }
            let sides = sides(buys);
            if sides == 0 || !self.fits(unit, first) {
                self.orders.truncate(first);
                continue;
            }
            self.add_mode(unit, Mode { orders: first..self.orders.len(), merged: false }, sides);
        }
        Some(())
    }

    /// Whether the orders from `first` on can meet the unit's limits; narrows a single one to them.
    fn fits(&mut self, unit: &Unit, first: usize) -> bool {
        const HAIR: f64 = 1e-12;
        let room = (unit.least - unit.held, unit.most - unit.held);
        let orders = &mut self.orders[first..];
        let mut reach = (0.0, 0.0);
        let mut least_traded = 0.0;
        for o in orders.iter_mut() {
            let (low, high) = if o.tier.is_some() { (-o.hi, -o.lo) } else { (o.lo, o.hi) };
            reach = (reach.0 + low, reach.1 + high);
            least_traded += o.lo;
        }
        if let [only] = orders {
            let (low, high) = if only.tier.is_some() { (-room.1, -room.0) } else { room };
            only.lo = only.lo.max(low);
            only.hi = only.hi.min(high).min(unit.traded_max);
            if only.lo > only.hi + HAIR {
                return false;
            }
            only.hi = only.hi.max(only.lo);
            return true;
        }
        reach.0 <= room.1 + HAIR && reach.1 >= room.0 - HAIR && least_traded <= unit.traded_max + HAIR
    }

    /// What a cell with these lots may do, those at a loss included or not.
    fn options(&mut self, (c, lots): (&usize, &Vec<Slice>), losses: bool, purchases: bool) -> Options {
        let p = self.problem;
        let (c, cell) = (*c, &p.cells[*c]);
        let traded_max = p.securities[cell.security].traded_max.unwrap_or(f64::INFINITY);
        let purchase = if purchases { self.purchase(c) } else { None };
        let mut options = Options { sales: Vec::new(), purchase };
        let total: f64 = p.lots[cell.lots.clone()].iter().map(|l| l.weight).sum();
        let whole_only = total < p.order_min;
        let begun = self.tiers.len();
        let open = self.add_tiers(lots, losses);
        for t in begun..self.tiers.len() {
            let tier = &self.tiers[t];
            let in_tier = |r: std::ops::Range<usize>| self.slices[r].iter().map(|s| s.weight).sum::<f64>();
            let top = tier.size_before + in_tier(tier.short.clone()) + in_tier(tier.long.clone());
            let last = open && t + 1 == self.tiers.len();
            let (lo, hi) = if whole_only { (top, top) } else { (tier.size_before.max(p.order_min), top) };
            let possible = !whole_only || (last && cell.all_sellable);
            if possible && lo <= hi.min(traded_max) {
                let sale = self.order(c, Some(t), lo, hi.min(traded_max));
                options.sales.push(Order { whole: last && cell.all_sellable, ..sale });
            }
        }
        options
    }

    /// The tiers of a cell's lots; false where lots are left out, so that the last is not the whole.
    fn add_tiers(&mut self, lots: &[Slice], losses: bool) -> bool {
        let is_short = |s: &Slice| self.problem.lots[s.lot].short;
        let is_free = |s: &&Slice| losses || s.gain >= 0.0;
        let start = self.slices.len();
        let mut before = Tier::default();
        for ranked in lots.chunk_by(|a, b| a.rank == b.rank) {
            if ranked.iter().any(|s| is_free(&s)) {
                let mut tier = before.clone();
                tier.before = start..self.slices.len();
                let (short, long) = ranked.split_at(ranked.partition_point(is_short));
                for (is_short, mine) in [(true, short), (false, long)] {
                    let first = self.slices.len();
                    self.slices.extend(mine.iter().filter(is_free));
                    let range = first..self.slices.len();
                    let gain: f64 = self.slices[range.clone()].iter().map(|s| s.weight * s.gain).sum();
                    before.size_before += self.slices[range.clone()].iter().map(|s| s.weight).sum::<f64>();
                    if is_short {
                        before.short_gains = before.short_gains.with(&self.slices[range.clone()]);
                        (tier.short, before.short_before) = (range, before.short_before + gain);
                    } else {
                        before.long_gains = before.long_gains.with(&self.slices[range.clone()]);
                        (tier.long, before.long_before) = (range, before.long_before + gain);
                    }
                }
                (tier.short_gains, tier.long_gains) = (before.short_gains, before.long_gains);
                self.tiers.push(tier);
            }
            if ranked.iter().any(|s| !is_free(&s)) {
                return false;
            }
        }
        true
    }
}

/// The lots of a cell by rank, the short-term ones of each first, by rising gain.
fn sorted(problem: &Problem, c: usize) -> Vec<Slice> {
    let mut slices: Vec<Slice> = problem.cells[c].lots.clone().map(|j| slice(problem, j)).collect();
    let is_long = |s: &Slice| !problem.lots[s.lot].short;
    slices.sort_by(|a, b| {
        a.rank.cmp(&b.rank).then(is_long(a).cmp(&is_long(b))).then(a.gain.total_cmp(&b.gain))
    });
    slices
}

/// Which lots of a position go first: those wished first; then the others; then short-term gains where those go
/// last.
pub(in super::super) fn rank(problem: &Problem, lot: usize) -> u8 {
    match &problem.lots[lot] {
        l if l.first => 0,
        l if problem.short_term_last && l.short_gain => 2,
        _ => 1,
    }
}

fn slice(problem: &Problem, lot: usize) -> Slice {
    let terms = &problem.lots[lot];
    Slice { lot, lots: 1, weight: terms.weight, gain: terms.gain, rank: rank(problem, lot) }
}

/// All lots of a cell as one, where nothing tells them apart.
fn one_slice(problem: &Problem, c: usize) -> Option<Slice> {
    let cell = &problem.cells[c];
    let (first, lots) = (cell.lots.start, cell.lots.clone());
    let alike = |j: usize| problem.lots[j].gain == 0.0 && rank(problem, j) == rank(problem, first);
    (!cell.taxable && lots.len() > 1 && lots.clone().all(alike)).then(|| Slice {
        lots: lots.len(),
        weight: problem.lots[lots].iter().map(|l| l.weight).sum(),
        ..slice(problem, first)
    })
}

/// The most that an account could spend: all that it has.
fn funds(problem: &Problem, account: usize) -> f64 {
    let cash = problem.accounts[account].cash - problem.accounts[account].floor;
    let cells = problem.cells.iter().filter(|c| c.account == account);
    let lots: f64 = cells.flat_map(|c| &problem.lots[c.lots.clone()]).map(|l| l.weight).sum();
    cash + lots
}
