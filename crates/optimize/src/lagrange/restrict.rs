//! From prices to a plan: hold every security to its likeliest mode and solve what is left exactly.
//!
//! In: a maximised [`Bundle`]. Out: a candidate in weights that keeps every rule but increments.
//!
//! # Derivation
//!
//! With every unit held to one mode the problem is convex, so its dual has no gap: the mixture
//! Σ θ_c x_c of the answers, with the shares of the last master problem, keeps the coupling rules
//! and, being a convex combination inside fixed modes, all others. The rows are off by about √(2·H·promise), so
//! the promise has to fall to rounding error and not just to the wanted gap; the hard rows are
//! drawn in by [`MARGIN`] to pay for what is left of it and for increments.

use super::block::{Book, Done, take_unit};
use super::bundle::{Bundle, Until};
use super::choice::Choice;
use super::part::{Half, Hold, Part};
use super::prices::Space;
use crate::problem::Problem;
use crate::trades::Trades;

/// How much tighter the hard rows are, a part of V.
pub(super) const MARGIN: f64 = 1e-8;
/// Most answers of the book for one plan.
pub(super) const CALLS_MAX: u64 = 150;
/// Most margins that are tried for one node.
pub(super) const TRIES: usize = 4;

/// How the mixture of a bundle divides a unit among its modes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Lean {
    /// The mode with most of the mass.
    pub(super) mode: usize,
    /// What the other modes have.
    pub(super) rest: f64,
    /// Mean net weight traded.
    pub(super) mean: f64,
    /// Mean distance of the answers' trades from that.
    pub(super) spread: f64,
    /// What the answers in other modes trade on average, where a mode is one order for each account: orders of the same net weight in
    /// another account are none of the spread.
    pub(super) moved: f64,
}

/// A unit with no more of its mass in other modes than this has one.
const SETTLED: f64 = 1e-7;

impl Lean {
    /// Whether the mixture has the unit in several modes.
    pub(super) fn is_divided(&self) -> bool {
        self.rest > SETTLED
    }
}

/// The lean of every unit.
pub(super) fn leans(book: &Book<'_>, bundle: &Bundle) -> Vec<Lean> {
    let used: Vec<_> = bundle.cuts.iter().filter(|c| c.share > 0.0).collect();
    let total: f64 = used.iter().map(|c| c.share).sum();
    let mut masses: Vec<(usize, f64)> = Vec::new();
    let mut orders: Vec<&[Done]> = used.iter().map(|c| c.answer.orders.as_slice()).collect();
    book.units
        .iter()
        .enumerate()
        .map(|(u, unit)| {
            masses.clear();
            let mut mean = 0.0;
            for cut in &used {
                let share = cut.share / total;
                let mode = cut.answer.modes[u];
                mean += share * cut.answer.totals.net[unit.security];
                match masses.iter_mut().find(|(m, _)| *m == mode) {
                    Some((_, mass)) => *mass += share,
                    None => masses.push((mode, share)),
                }
            }
            let most =
                masses.iter().copied().fold((unit.modes.start, 0.0), |a, b| if b.1 > a.1 { b } else { a });
            let off = |c: &&&super::bundle::Cut| {
                c.share / total * (c.answer.totals.net[unit.security] - mean).abs()
            };
            let spread = used.iter().map(|c| off(&c)).sum();
            let mut moved = 0.0;
            for (cut, left) in used.iter().zip(&mut orders) {
                let mine = take_unit(left, u);
                if cut.answer.modes[u] != most.0 && !book.modes[most.0].merged {
                    moved += cut.share / total * mine.iter().map(|done| done.size).sum::<f64>();
                }
            }
            Lean { mode: most.0, rest: 1.0 - most.1, mean, spread, moved }
        })
        .collect()
}

/// What the answers of a bundle trade on average.
pub(super) fn mean(problem: &Problem, book: &Book<'_>, bundle: &Bundle, part: &Part) -> Trades {
    let mut trades = Trades::none(problem);
    let total: f64 = bundle.cuts.iter().map(|c| c.share).sum();
    for cut in bundle.cuts.iter().filter(|c| c.share > 0.0) {
        let share = |_, _| cut.share / total;
        book.add_trades(&cut.answer.quote, &cut.answer.modes, part, share, &mut trades);
    }
    trades
}

/// What the answers of a bundle trade on average in the units that several accounts may trade, each held to its likeliest mode.
pub(super) fn mixture(
    problem: &Problem,
    book: &Book<'_>,
    (bundle, part): (&Bundle, &Part),
    leans: &[Lean],
) -> Trades {
    let mut trades = Trades::none(problem);
    let shared: Vec<bool> = (0..leans.len()).map(|u| book.is_shared(u)).collect();
    if !shared.contains(&true) {
        return trades;
    }
    let used: Vec<_> = bundle.cuts.iter().filter(|c| c.share > 0.0).collect();
    let mass = |u: usize| -> f64 {
        used.iter().filter(|c| c.answer.modes[u] == leans[u].mode).map(|c| c.share).sum()
    };
    let masses: Vec<f64> = (0..leans.len()).map(mass).collect();
    for cut in &used {
        let share = |u: usize, mode: usize| {
            if shared[u] && mode == leans[u].mode { cut.share / masses[u] } else { 0.0 }
        };
        book.add_trades(&cut.answer.quote, &cut.answer.modes, part, share, &mut trades);
    }
    trades
}

/// What each unit is to do, and the trades of all that several accounts may trade.
pub(super) struct Chosen<'b> {
    choices: Vec<Choice<'b>>,
    trades: Trades,
}

impl<'b> Chosen<'b> {
    /// From a choice of each unit and the trades of the mixture, which those that are free keep.
    pub(super) fn new(
        problem: &Problem,
        book: &Book<'_>,
        (bundle, part): (&Bundle, &Part),
        choices: Vec<Choice<'b>>,
        mut trades: Trades,
    ) -> Chosen<'b> {
        let joint = choices.iter().any(|c| matches!(c, Choice::Mean(_)));
        let joint = joint.then(|| mean(problem, book, bundle, part));
        for (u, choice) in choices.iter().enumerate() {
            let cells = || book.units[u].modes.clone().flat_map(|m| book.cells(m));
            match choice {
                Choice::Free => {}
                Choice::Answer(answer) => {
                    for c in cells() {
                        trades.bought[c] = 0.0;
                        trades.sold[problem.cells[c].lots.clone()].fill(0.0);
                    }
                    book.add_unit_trades(u, answer.modes[u], &answer.quote, part, &mut trades);
                }
                Choice::Mean(_) => {
                    let Some(joint) = &joint else { continue };
                    for c in cells() {
                        trades.bought[c] = joint.bought[c];
                        let lots = problem.cells[c].lots.clone();
                        trades.sold[lots.clone()].copy_from_slice(&joint.sold[lots]);
                    }
                }
            }
        }
        Chosen { choices, trades }
    }

    /// The mode that a unit has.
    fn mode(&self, u: usize, lean: &Lean) -> usize {
        match self.choices[u] {
            Choice::Free => lean.mode,
            Choice::Answer(answer) => answer.modes[u],
            Choice::Mean(mode) => mode,
        }
    }
}

/// What sizes the likeliest orders may have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Room {
    /// The whole increments beside the chosen trades, where they have to be whole; and their sum stays as it is where it is settled.
    Beside,
    /// All that are lawful.
    Lawful,
    /// Any, however small: without small orders an account's cash need not come out.
    Any,
}

/// The part in which every unit has its likeliest mode, or the one `chosen` for it, and every account of one that several may
/// trade the likeliest order beside the chosen trades.
pub(super) fn likeliest(
    problem: &Problem,
    book: &Book<'_>,
    part: &Part,
    (leans, chosen): (&[Lean], &Chosen<'_>),
    room: Room,
) -> Part {
    let mut only = Part { allowed: vec![false; book.modes.len()], ..part.clone() };
    for (u, lean) in leans.iter().enumerate() {
        let mode = chosen.mode(u, lean);
        only.allowed[mode] = true;
        let is_mean = !matches!(chosen.choices[u], Choice::Answer(_));
        let shared_step = if room == Room::Beside && is_mean { book.shared_step(u) } else { None };
        if let Some(step) = book.step(u).or(shared_step) {
            // The increments on both sides of the mean, one where it is of whole increments.
            let reach = if book.off_increment(u, lean) > 0.0 { 1.0 } else { 0.1 };
            let [low, high] = &mut only.nets[u];
            *low = low.max(lean.mean - reach * step);
            *high = high.min(lean.mean + reach * step);
        }
        if book.is_shared(u) {
            for c in book.cells(mode) {
                let half = Half::new(problem, &chosen.trades, c);
                let hold = &mut only.holds[c];
                if book.modes[mode].merged {
                    *hold = half.likeliest(*hold, room == Room::Any);
                }
                if room == Room::Beside && *hold != Hold::NONE {
                    *hold = half.beside(*hold);
                }
            }
        }
    }
    only
}

/// The best plan with every unit in its likeliest mode, its orders on the grid of their increments
/// where limits of the security allow; also the work units that it took.
pub(super) fn plan(
    problem: &Problem,
    tight: &Space<'_>,
    book: &Book<'_>,
    bundle: &Bundle,
    only: &Part,
    until: Until,
) -> (Option<Trades>, u64) {
    let mut restricted = Bundle::new(tight, book, only, std::slice::from_ref(&bundle.centre));
    restricted.maximise(tight, book, only, until);
    if restricted.value >= until.above {
        return (None, restricted.units);
    }
    let mut trades = mean(problem, book, &restricted, only);
    let near = near_limits(problem, &trades);
    (0..problem.cells.len())
        .filter(|c| near[problem.cells[*c].security])
        .for_each(|c| keep_limits(problem, &mut trades, c));
    (Some(trades), restricted.units)
}

/// Part of all steps by which the hard rows are tighter at the second try: what rounding does to single orders mostly cancels, and where
/// a row is dear half of them costs more than the plan is worth.
const MARGIN_STEPS: f64 = 0.02;

/// The margin of the next try: a part of what rounding every order by a step can move, and then ten times as much.
pub(super) fn wider(problem: &Problem, trades: &Trades, margin: f64) -> f64 {
    let traded = |c: &usize| trades.bought[*c] > 0.0 || trades.cell_sold(problem, *c) > 0.0;
    let steps = (0..problem.cells.len())
        .filter(traded)
        .map(|c| problem.securities[problem.cells[c].security].increment);
    (10.0 * margin).max(MARGIN_STEPS * steps.sum::<f64>()).min(0.1)
}

/// Whether rounding the orders of a security, each by an increment, can break a limit of its own.
fn near_limits(problem: &Problem, trades: &Trades) -> Vec<bool> {
    let mut traded = vec![0.0; problem.securities.len()];
    let mut rounding = vec![0.0; problem.securities.len()];
    for (c, cell) in problem.cells.iter().enumerate() {
        let size = trades.bought[c] + trades.cell_sold(problem, c);
        traded[cell.security] += size;
        if size > 0.0 {
            rounding[cell.security] += problem.securities[cell.security].increment;
        }
    }
    let weights = trades.weights(problem);
    let is_near = |i: usize| {
        let (s, by) = (&problem.securities[i], rounding[i]);
        s.cap.is_some_and(|cap| weights[i] + by > cap)
            || s.traded_max.is_some_and(|most| traded[i] + by > most)
            || (s.keep_some && weights[i] - by < problem.usd)
    };
    (0..problem.securities.len()).map(is_near).collect()
}

/// Rounds the order of a cell whose security has a limit of its own to the lawful side: down, or a
/// sale up where less of it would leave the security above its cap.
fn keep_limits(problem: &Problem, trades: &mut Trades, c: usize) {
    let cell = &problem.cells[c];
    let s = &problem.securities[cell.security];
    let down = |x: f64| (x / s.increment + 1e-7).floor() * s.increment;
    trades.bought[c] = down(trades.bought[c]);
    let sold = trades.cell_sold(problem, c);
    if sold <= 0.0 || (cell.all_sellable && sold >= cell.held * (1.0 - 1e-9)) {
        return;
    }
    let above = s.cap.is_some_and(|cap| s.held - down(sold) > cap);
    let mut by = down(sold) - sold + if above { s.increment } else { 0.0 };
    // The lot that is sold in part gives way first; sold-out lots are reopened from the dearest.
    let mut lots: Vec<usize> = cell.lots.clone().collect();
    let part = |j: &usize| trades.sold[*j] > 0.0 && trades.sold[*j] < problem.lots[*j].weight;
    let last = |j: &usize| problem.lots[*j].short_gain && problem.short_term_last;
    let rank = |j: &usize| (!part(j), problem.lots[*j].first == (by < 0.0), last(j) != (by < 0.0));
    lots.sort_by_key(rank);
    for j in lots {
        let next = (trades.sold[j] + by).clamp(0.0, problem.lots[j].weight);
        if by > 0.0 || trades.sold[j] > 0.0 {
            by -= next - trades.sold[j];
            trades.sold[j] = next;
        }
    }
}
