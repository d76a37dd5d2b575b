//! A better plan, looked for without knowing how plans are found.
//!
//! In: a [`Ledger`], a plan to start from, a number of moves. Out: the best candidate that keeps every rule.
//! A move sells or buys a little more or less, shifts a sale from lot to lot, opens or closes an order,
//! trades one security for another; worse candidates are taken at times, less often as it cools down.
//! Invariant: a candidate is only ever judged by [`Ledger::score`].

use super::judge::{Candidate, Score};
use super::ledger::Ledger;
use crate::chance::Chance;

/// The best candidate found, where one keeps every rule.
pub(super) type Found = Option<(Candidate, f64)>;

/// Attacks from a plan with so many moves, cold and warm; `scale` is what a large part of the gap is.
pub(super) fn attack(
    ledger: &Ledger<'_>,
    start: &Candidate,
    moves: usize,
    scale: f64,
    chance: &mut Chance,
) -> Found {
    // Warm, to find something else, and cold from there, to improve on it.
    let mut best: Found = None;
    let mut from = start.clone();
    for warm in [0.0, 0.03, 0.0] {
        let mut climb = Climb { ledger, score: ledger.score(&from), at: from, best: best.take() };
        for n in 0..moves / 3 {
            let left = 1.0 - 3.0 * n as f64 / moves as f64;
            climb.step(chance, warm * scale * left.powi(4));
        }
        best = climb.best;
        from = best.as_ref().map_or(climb.at, |(candidate, _)| candidate.clone());
    }
    best
}

struct Climb<'a> {
    ledger: &'a Ledger<'a>,
    at: Candidate,
    score: Score,
    best: Found,
}

impl Climb<'_> {
    fn step(&mut self, chance: &mut Chance, heat: f64) {
        self.note();
        let mut next = self.at.clone();
        for _ in 0..chance.whole(1, 2) {
            moved(self.ledger, &mut next, chance);
        }
        if chance.happens(0.4) {
            mended(self.ledger, &mut next, chance);
        }
        let score = self.ledger.score(&next);
        let allowed = if heat > 0.0 { -heat * (1.0 - chance.unit()).ln() } else { 0.0 };
        let taken = if self.score.kept() {
            score.kept() && score.objective <= self.score.objective + allowed
        } else {
            score.broken <= self.score.broken
        };
        if taken && next != self.at {
            (self.at, self.score) = (next, score);
            self.note();
        }
    }

    fn note(&mut self) {
        let better = self.best.as_ref().is_none_or(|(_, least)| self.score.objective < *least);
        if self.score.kept() && better {
            self.best = Some((self.at.clone(), self.score.objective));
        }
    }
}

/// One move at a random cell.
fn moved(ledger: &Ledger<'_>, c: &mut Candidate, chance: &mut Chance) {
    if ledger.cells.is_empty() {
        return;
    }
    let n = chance.below(ledger.cells.len());
    let price = ledger.securities[ledger.cells[n].security].price;
    match chance.below(10) {
        0 => clear(ledger, c, n),
        1 => sell(ledger, c, n, f64::INFINITY, chance),
        2 => {
            let least = ledger.wishes.order_min / price;
            trade(ledger, c, n, if chance.happens(0.5) { least } else { -least }, chance);
        }
        3 => shift(ledger, c, n, chance),
        4..=6 => {
            let by = size(ledger, n, chance);
            let net = c.bought[n] - ledger.sold_in(c, n);
            trade(ledger, c, n, net + by, chance);
        }
        _ => {
            // The other side of the trade in a cell of the same account, for the same USD.
            let by = size(ledger, n, chance);
            let other = chance.below(ledger.cells.len());
            if other != n && ledger.cells[other].account == ledger.cells[n].account {
                let price_other = ledger.securities[ledger.cells[other].security].price;
                let (net, net_other) =
                    (c.bought[n] - ledger.sold_in(c, n), c.bought[other] - ledger.sold_in(c, other));
                trade(ledger, c, n, net + by, chance);
                trade(ledger, c, other, net_other - by * price / price_other, chance);
            }
        }
    }
}

/// Shares to add or take away, of any size from a step to a large part of V.
fn size(ledger: &Ledger<'_>, n: usize, chance: &mut Chance) -> f64 {
    let s = &ledger.securities[ledger.cells[n].security];
    let most = (0.3 * ledger.value / s.price).max(2.0 * s.increment);
    let shares = chance.magnitude(s.increment, most);
    if chance.happens(0.5) { shares } else { -shares }
}

/// Makes the net trade of a cell so many shares: bought where above 0, sold where below.
fn trade(ledger: &Ledger<'_>, c: &mut Candidate, n: usize, net: f64, chance: &mut Chance) {
    clear(ledger, c, n);
    let cell = &ledger.cells[n];
    let increment = ledger.securities[cell.security].increment;
    if net > 0.0 && cell.buyable {
        c.bought[n] = whole_steps(net, increment, chance);
    } else if net < 0.0 {
        sell(ledger, c, n, -net, chance);
    }
}

fn whole_steps(shares: f64, increment: f64, chance: &mut Chance) -> f64 {
    let steps = shares / increment;
    let steps = if chance.happens(0.5) { (steps + 1e-9).floor() } else { (steps - 1e-9).ceil() };
    steps.max(0.0) * increment
}

fn clear(ledger: &Ledger<'_>, c: &mut Candidate, n: usize) {
    c.bought[n] = 0.0;
    c.sold[ledger.cells[n].lots.clone()].fill(0.0);
}

/// Sells about so many shares of a cell, lot after lot, those first that have to go first.
fn sell(ledger: &Ledger<'_>, c: &mut Candidate, n: usize, shares: f64, chance: &mut Chance) {
    let cell = &ledger.cells[n];
    clear(ledger, c, n);
    let mut lots: Vec<usize> = cell.lots.clone().filter(|j| !ledger.lots[*j].barred).collect();
    let all: f64 = lots.iter().map(|j| ledger.lots[*j].quantity).sum();
    let whole = lots.len() == cell.lots.len() && shares >= all;
    let increment = ledger.securities[cell.security].increment;
    let mut left = if whole { all } else { whole_steps(shares.min(all), increment, chance) };
    if left > all {
        left = ((all + 1e-9) / increment).floor() * increment;
    }
    let keys: Vec<f64> = lots.iter().map(|_| chance.unit()).collect();
    let by_gain = chance.happens(0.6);
    let long_worth = chance.unit();
    let order = |j: usize, key: f64| {
        let lot = &ledger.lots[j];
        let tier = match (lot.first, ledger.wishes.short_term_last && lot.short_gain()) {
            (true, _) => 0,
            (false, false) => 1,
            (false, true) => 2,
        };
        let worth = lot.gain * if lot.long { long_worth } else { 1.0 };
        (tier, if by_gain { worth } else { key })
    };
    let mut keyed: Vec<(u8, f64, usize)> = lots
        .iter()
        .zip(&keys)
        .map(|(j, key)| {
            let (tier, worth) = order(*j, *key);
            (tier, worth, *j)
        })
        .collect();
    keyed.sort_by(|a, b| a.0.cmp(&b.0).then(a.1.total_cmp(&b.1)));
    lots = keyed.into_iter().map(|(_, _, j)| j).collect();
    for j in lots {
        let quantity = ledger.lots[j].quantity;
        c.sold[j] = if whole { quantity } else { left.min(quantity) };
        left -= c.sold[j];
        if left <= 0.0 {
            break;
        }
    }
}

/// Shifts a part of a sale from one lot of a cell to another, or all of it.
fn shift(ledger: &Ledger<'_>, c: &mut Candidate, n: usize, chance: &mut Chance) {
    let lots = ledger.cells[n].lots.clone();
    let (from, to) = (lots.start + chance.below(lots.len()), lots.start + chance.below(lots.len()));
    if lots.is_empty() || from == to || ledger.lots[to].barred {
        return;
    }
    let most = c.sold[from].min(ledger.lots[to].quantity - c.sold[to]);
    let part = if chance.happens(0.5) { most } else { most * chance.unit() };
    // What is left of `from` is computed first, so that the two still add up to what they were.
    let both = c.sold[from] + c.sold[to];
    c.sold[to] += part;
    c.sold[from] = both - c.sold[to];
    if c.sold[from] < 1e-12 * both {
        c.sold[from] = 0.0;
    }
}

/// Uses up the cash of an account, or raises what it lacks, with one of its orders.
fn mended(ledger: &Ledger<'_>, c: &mut Candidate, chance: &mut Chance) {
    if ledger.cells.is_empty() {
        return;
    }
    let n = chance.below(ledger.cells.len());
    let (account, s) = (ledger.cells[n].account, &ledger.securities[ledger.cells[n].security]);
    let spare = ledger.spare_cash(c, account);
    let net = c.bought[n] - ledger.sold_in(c, n);
    let per_share = s.price * (1.0 + s.half_spread);
    let steps = ((spare - s.commission) / per_share / s.increment).floor();
    if steps.abs() < 1e12 {
        trade(ledger, c, n, net + steps * s.increment, chance);
    }
}
