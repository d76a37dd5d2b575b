//! Which of its answers each unit gives, where a mixture of many is to become one plan.
//!
//! In: a maximised [`Bundle`]. Out: for every unit one of the answers with a share, or their mean where that is lawful.
//! Invariant: what is chosen is lawful by itself, so what is left to mend are the coupling rules.
//!
//! # Derivation
//!
//! Accounts whose cash is worth the same leave it open which of them trades a security: the mixture then has a bit of
//! each in nearly all of them, though by Shapley and Folkman some plan near it has a bit of each in no more securities
//! than rules couple. To choose answer c_u in place of the mean moves the links by r = Σ_u g_{u,c_u} − ḡ_u. To bend them back
//! costs, to second order, ½ r'P⁻¹r with P the curvature of the dual at the centre π, and an answer that is not the best
//! there costs its regret. So the choice minimises
//!
//! Σ_u v_{u,c_u}(π) + ½ ‖L⁻¹ r‖², P = L Lᵀ,
//!
//! over the rows that have a price, and of the others what they are broken by, squared, over twice P's diagonal:
//! greedily, the units with the most different answers first, so that the smallest are left to even out the rest; then
//! unit by unit until no change helps. The units with the most different answers, as many as there are rows, may also give
//! their mean, orders that are too small rounded away or up: a stock that is a third of the household can't change accounts
//! as a whole. To round in all of them would cost more than it saves, since each loses its best size.
//!
//! Orders of one security in several accounts, each for a commission, have a mode of their own for each combination: there the mean
//! is in the mode that has all orders of the answers, where there is one.
//!
//! Where no more units are undecided than there are rows, the mixture is as good as any choice, and none is made.

use super::block::{Book, Done, Mean, take_unit};
use super::bundle::{Answer, Bundle};
use super::master::Factor;
use super::part::Part;
use super::prices::Space;
use super::restrict::Lean;

/// Most passes over the units.
const SWEEPS_MAX: usize = 6;

/// What a unit may answer.
struct Options {
    unit: usize,
    /// What each moves, one after the other.
    moves: Vec<f64>,
    /// Value at the centre, of each.
    values: Vec<f64>,
    /// The largest move of rows with a price, squared.
    spread: f64,
    /// What the mean has to be rounded by before it is lawful, if it can be,
    mean: Mean,
    /// and the mode that it is in.
    mode: usize,
}

/// What a unit is to do.
#[derive(Clone, Copy)]
pub(super) enum Choice<'b> {
    /// As in the mean of the answers in its likeliest mode.
    Free,
    /// As in this answer.
    Answer(&'b Answer),
    /// As in the mean of all answers, which is in this mode.
    Mean(usize),
}

/// What every unit is to do; nothing where the mixture needs no choice.
pub(super) fn choose<'b>(
    (space, book): (&Space<'_>, &Book<'_>),
    bundle: &'b Bundle,
    part: &Part,
    leans: &[Lean],
) -> Option<Vec<Choice<'b>>> {
    let used: Vec<_> = bundle.cuts.iter().filter(|c| c.share > 0.0).collect();
    if used.is_empty() {
        // The search was stopped before its first step.
        return None;
    }
    let total: f64 = used.iter().map(|c| c.share).sum();
    let shares: Vec<f64> = used.iter().map(|c| c.share / total).collect();
    let bends = Bends::new(space, bundle);
    let quote = bundle.quote(space);
    let mut orders: Vec<&[Done]> = used.iter().map(|c| c.answer.orders.as_slice()).collect();
    let mut mean: Vec<Done> = Vec::new();
    let mut options = Vec::new();
    let mut is_listed = false;
    for (unit, lean) in leans.iter().enumerate() {
        let mut option = Options {
            unit,
            moves: Vec::new(),
            values: Vec::new(),
            spread: 0.0,
            mean: Mean::Unlawful,
            mode: lean.mode,
        };
        let mut add = |orders: &[Done], net: f64| {
            let mut links = vec![0.0; space.dimension()];
            let price: f64 = orders.iter().map(|d| book.worth(d, &quote, space, &mut links)).sum();
            option.values.push(price + book.drift(unit, net));
            bends.scale(&mut links, &mut option.moves);
        };
        mean.clear();
        for ((left, share), cut) in orders.iter_mut().zip(&shares).zip(&used) {
            let mine = take_unit(left, unit);
            add(mine, cut.answer.totals.net[book.units[unit].security]);
            mine.iter().for_each(|done| done.add_to(&mut mean, *share, book));
        }
        if !book.is_shared(unit) {
            continue;
        }
        let is_merged = book.modes[lean.mode].merged;
        let mut rounded = match lean.is_divided() {
            false if !is_merged => Mean::Lawful,
            true if is_merged => Mean::Unlawful,
            _ => book.round_away(&mut mean),
        };
        if !is_merged && lean.is_divided() {
            // Orders of several modes together are in another, if in any.
            is_listed = true;
            match book.mode_of(unit, &mean, part).filter(|_| rounded != Mean::Unlawful) {
                Some(mode) => (option.mode, rounded) = (mode, Mean::Rounded),
                None => rounded = Mean::Unlawful,
            }
        }
        add(&mean, book.net(&mean));
        option.mean = rounded;
        option.centre(&shares);
        options.push(option);
    }
    let undecided = options.iter().filter(|option| option.mean != Mean::Lawful).count();
    if undecided <= space.dimension() && !is_listed {
        return None;
    }
    options.sort_by(|a, b| b.spread.total_cmp(&a.spread).then(a.unit.cmp(&b.unit)));
    for (place, option) in options.iter_mut().enumerate() {
        if option.mean == Mean::Unlawful || place >= space.dimension() {
            option.values.pop();
        }
    }
    let mut state = bends.state(bundle);
    let mut chosen = vec![None; book.units.len()];
    for _ in 0..SWEEPS_MAX {
        let mut changed = false;
        for option in &options {
            let now = chosen[option.unit];
            let best = option.best(&mut state, now);
            changed |= now != Some(best);
            chosen[option.unit] = Some(best);
        }
        if !changed {
            break;
        }
    }
    let mut choices = vec![Choice::Free; book.units.len()];
    for option in options {
        choices[option.unit] = match chosen[option.unit].and_then(|c: usize| used.get(c)) {
            Some(cut) => Choice::Answer(&cut.answer),
            None if option.mode != leans[option.unit].mode => Choice::Mean(option.mode),
            None => Choice::Free,
        };
    }
    Some(choices)
}

/// How the rows are measured: those with a price first, bent back together; then the others, each with its weight.
struct Bends {
    priced: Vec<usize>,
    factor: Factor,
    /// The others, and the root of the weight of each.
    idle: Vec<(usize, f64)>,
}

impl Bends {
    fn new(space: &Space<'_>, bundle: &Bundle) -> Bends {
        // Cuts of the volatility cap that are younger than the centre are left out.
        let n = bundle.centre.len();
        let curvature = bundle.curvature(space);
        let entry = |i: usize, j: usize| curvature[i.max(j) * n + i.min(j)];
        let has_price = |k: &usize| *k < space.free || bundle.centre[*k] > 0.0;
        let priced: Vec<usize> = (0..n).filter(has_price).collect();
        let matrix = priced.iter().flat_map(|i| priced.iter().map(|j| entry(*i, *j)));
        let factor = Factor::new(matrix.collect(), priced.len());
        let idle = (0..n).filter(|k| !has_price(k)).map(|k| (k, entry(k, k).max(1e-300).sqrt().recip()));
        let idle = idle.collect();
        Bends { priced, factor, idle }
    }

    /// Appends links so measured.
    fn scale(&self, links: &mut [f64], to: &mut Vec<f64>) {
        let from = to.len();
        to.extend(self.priced.iter().map(|k| links[*k]));
        self.factor.forward(&mut to[from..]);
        to.extend(self.idle.iter().map(|(k, root)| root * links[*k]));
    }

    /// No moves: the rows without a price as the mixture leaves them.
    fn state(&self, bundle: &Bundle) -> State {
        let links = bundle.links();
        let idle = self.idle.iter().map(|(k, root)| root * links[*k].min(0.0));
        let at = self.priced.iter().map(|_| 0.0).chain(idle).collect();
        State { priced: self.priced.len(), at }
    }
}

/// What all moves together amount to.
struct State {
    /// Rows with a price; they come first.
    priced: usize,
    at: Vec<f64>,
}

impl State {
    /// What a move adds to the cost.
    fn cost(&self, by: &[f64]) -> f64 {
        let (priced, idle) = by.split_at(self.priced);
        let (at_priced, at_idle) = self.at.split_at(self.priced);
        let bent: f64 = priced.iter().zip(at_priced).map(|(x, r)| x * (r + 0.5 * x)).sum();
        let square = |r: f64| 0.5 * r.max(0.0) * r.max(0.0);
        bent + idle.iter().zip(at_idle).map(|(x, r)| square(r + x) - square(*r)).sum::<f64>()
    }

    fn go(&mut self, by: &[f64], sign: f64) {
        self.at.iter_mut().zip(by).for_each(|(r, x)| *r += sign * x);
    }
}

impl Options {
    /// Takes the mean of the answers from the moves.
    fn centre(&mut self, shares: &[f64]) {
        let n = self.moves.len() / self.values.len();
        let mut mean = vec![0.0; n];
        for (row, share) in self.moves.chunks_exact(n).zip(shares) {
            mean.iter_mut().zip(row).for_each(|(m, x)| *m += share * x);
        }
        for row in self.moves.chunks_exact_mut(n) {
            row.iter_mut().zip(&mean).for_each(|(x, m)| *x -= m);
            self.spread = self.spread.max(row.iter().map(|x| x * x).sum());
        }
    }

    fn row(&self, answer: usize, n: usize) -> &[f64] {
        &self.moves[answer * n..(answer + 1) * n]
    }

    /// The best answer beside those of the others; `now` is the present one, which `state` counts.
    fn best(&self, state: &mut State, now: Option<usize>) -> usize {
        let n = state.at.len();
        if let Some(now) = now {
            state.go(self.row(now, n), -1.0);
        }
        let cost = |answer: usize| self.values[answer] + state.cost(self.row(answer, n));
        let first = now.unwrap_or(self.values.len() - 1);
        let less = |a: (usize, f64), b: (usize, f64)| if b.1 < a.1 { b } else { a };
        let best = (0..self.values.len()).map(|c| (c, cost(c))).fold((first, cost(first)), less).0;
        state.go(self.row(best, n), 1.0);
        best
    }
}
