//! From weights to whole increments, with every rule kept.
//!
//! In: a candidate in weights, usually a relaxed solution. Out: a candidate near it in which the
//! total of every order is a multiple of its security's increment (or the whole position), no
//! order is too small, and money, turnover and limits are kept; or none, where rounding cannot
//! mend it. Sells go up and purchases down where cash is short; then single steps improve L.

use crate::problem::Problem;
use crate::trades::Trades;

/// Amounts below this part of V are no trade.
const TINY: f64 = 1e-9;
/// Part of a cent that money rules may be off by, in USD.
const SLACK_USD: f64 = 1e-5;

/// Snaps `wanted`; `None` where no plan near it keeps the rules.
pub(crate) fn snap(problem: &Problem, wanted: &Trades) -> Option<Trades> {
    let mut trades = merge_ties(problem, wanted);
    for c in 0..problem.cells.len() {
        settle_sides(problem, &mut trades, c);
        let sold = trades.cell_sold(problem, c);
        let size = sale_size(problem, c, sold, Rounding::Nearest);
        set_sale(problem, &mut trades, c, size);
        trades.bought[c] = purchase_size(problem, c, trades.bought[c], Rounding::Down);
    }
    let slack = SLACK_USD * problem.usd;
    if !problem.keeps_rules(&trades, slack) {
        raise_cash(problem, &mut trades, slack);
        cut_turnover(problem, &mut trades, slack);
        calm(problem, &mut trades, slack);
    }
    if !problem.keeps_rules(&trades, slack) {
        return None;
    }
    improve(problem, &mut trades, slack);
    Some(trades)
}

#[derive(Clone, Copy, PartialEq)]
enum Rounding {
    Nearest,
    Up,
    Down,
}

/// Weight of the nearest allowed order.
fn multiple(step: f64, size: f64, rounding: Rounding) -> f64 {
    let steps = size / step;
    let rounded = match rounding {
        Rounding::Nearest => steps.round(),
        Rounding::Up => (steps - 1e-6).ceil(),
        Rounding::Down => (steps + 1e-6).floor(),
    };
    rounded * step
}

/// An allowed size of a sale: 0, a multiple that is large enough, or the whole position.
fn sale_size(problem: &Problem, c: usize, size: f64, rounding: Rounding) -> f64 {
    let cell = &problem.cells[c];
    let step = problem.securities[cell.security].increment;
    let most: f64 = problem.lots[cell.lots.clone()].iter().map(|l| l.weight).sum();
    if size <= TINY.min(step / 2.0) {
        return 0.0;
    }
    if cell.all_sellable && size >= cell.held - TINY.min(step / 4.0) {
        return most;
    }
    let mut rounded = multiple(step, size, rounding);
    if rounded < problem.order_min {
        rounded = multiple(step, problem.order_min, Rounding::Up);
    }
    if rounded > most * (1.0 + 1e-12) {
        let below = multiple(step, most, Rounding::Down);
        rounded = if cell.all_sellable { most } else { below };
    }
    let small = rounded < problem.order_min * (1.0 - 1e-12) && !(cell.all_sellable && rounded >= most);
    if small { 0.0 } else { rounded }
}

fn purchase_size(problem: &Problem, c: usize, size: f64, rounding: Rounding) -> f64 {
    let step = problem.securities[problem.cells[c].security].increment;
    if size <= TINY.min(step / 2.0) {
        return 0.0;
    }
    let rounded = multiple(step, size, rounding);
    if rounded >= problem.order_min { rounded } else { multiple(step, problem.order_min, Rounding::Up) }
}

/// A relaxed solution may trade a hair on the other side: the larger side stays.
fn settle_sides(problem: &Problem, trades: &mut Trades, c: usize) {
    let sold = trades.cell_sold(problem, c);
    if sold > 0.0 && trades.bought[c] > 0.0 {
        if sold >= trades.bought[c] {
            trades.bought[c] = 0.0;
        } else {
            trades.sold[problem.cells[c].lots.clone()].fill(0.0);
        }
    }
}

/// Sells the lots of equal gain and character one after the other instead of a bit of each.
fn merge_ties(problem: &Problem, wanted: &Trades) -> Trades {
    let mut trades = wanted.clone();
    for cell in &problem.cells {
        let lots: Vec<usize> = cell.lots.clone().collect();
        let mut done = vec![false; lots.len()];
        for a in 0..lots.len() {
            if done[a] {
                continue;
            }
            let one = &problem.lots[lots[a]];
            let tied: Vec<usize> = (a..lots.len())
                .filter(|b| {
                    let other = &problem.lots[lots[*b]];
                    let untaxed = !cell.taxable;
                    one.first == other.first
                        && (untaxed || (one.short == other.short && (one.gain - other.gain).abs() < 1e-9))
                })
                .collect();
            let mut left: f64 = tied.iter().map(|b| trades.sold[lots[*b]]).sum();
            for b in tied {
                done[b] = true;
                let sold = left.min(problem.lots[lots[b]].weight);
                trades.sold[lots[b]] = if sold < TINY { 0.0 } else { sold };
                left -= sold;
            }
        }
    }
    trades
}

/// Makes a cell sell exactly `size`, taking from and adding to its lots in a lawful order.
fn set_sale(problem: &Problem, trades: &mut Trades, c: usize, size: f64) {
    let cell = &problem.cells[c];
    let full = |j: usize| problem.lots[j].weight;
    for j in cell.lots.clone() {
        let sold = &mut trades.sold[j];
        if *sold > full(j) - TINY {
            *sold = full(j);
        } else if *sold < TINY {
            *sold = 0.0;
        }
    }
    let all: f64 = cell.lots.clone().map(full).sum();
    if size >= all {
        cell.lots.clone().for_each(|j| trades.sold[j] = full(j));
        return;
    }
    let order = selling_order(problem, trades, c);
    let mut change = size - trades.cell_sold(problem, c);
    if change > 0.0 {
        for j in order {
            let more = change.min(full(j) - trades.sold[j]);
            trades.sold[j] += more;
            change -= more;
        }
    } else {
        for j in order.into_iter().rev() {
            let less = (-change).min(trades.sold[j]);
            trades.sold[j] -= less;
            change += less;
        }
    }
}

/// Lots of a cell in the order in which more is sold of them: lots begun, lots wished first, then
/// by tax, short-term gains last.
fn selling_order(problem: &Problem, trades: &Trades, c: usize) -> Vec<usize> {
    let rank = |j: &usize| {
        let lot = &problem.lots[*j];
        let sold = trades.sold[*j];
        let begun = if sold >= lot.weight {
            0
        } else if sold > 0.0 {
            1
        } else {
            2
        };
        let priority = if lot.first { 0 } else { 1 + usize::from(problem.short_term_last && lot.short_gain) };
        let rate = if lot.short { problem.tax.rates().0 } else { problem.tax.rates().1 };
        (begun, priority, rate * lot.gain)
    };
    let mut order: Vec<usize> = problem.cells[c].lots.clone().collect();
    order.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2))
    });
    order
}

/// Purchases down, then sells up, until no account is short.
fn raise_cash(problem: &Problem, trades: &mut Trades, slack: f64) {
    for account in 0..problem.accounts.len() {
        for _ in 0..200 {
            let cash = trades.cash(problem);
            let short = (problem.accounts[account].floor - cash[account]).max(if account_matters(problem) {
                problem.buffer.map_or(0.0, |b| b - cash.iter().sum::<f64>())
            } else {
                0.0
            });
            if short <= slack || !raise_once(problem, trades, account, short) {
                break;
            }
        }
    }
}

fn account_matters(problem: &Problem) -> bool {
    problem.buffer.is_some()
}

/// One step that raises the cash of an account by about `short`.
fn raise_once(problem: &Problem, trades: &mut Trades, account: usize, short: f64) -> bool {
    let mine = |c: &usize| problem.cells[*c].account == account;
    let largest = (0..problem.cells.len())
        .filter(|c| mine(c) && trades.bought[*c] > 0.0)
        .max_by(|a, b| trades.bought[*a].total_cmp(&trades.bought[*b]));
    if let Some(c) = largest {
        let step = problem.securities[problem.cells[c].security].increment;
        let less = trades.bought[c] - multiple(step, short, Rounding::Up).max(step);
        trades.bought[c] =
            if less >= problem.order_min { multiple(step, less, Rounding::Nearest) } else { 0.0 };
        return true;
    }
    let partial = (0..problem.cells.len()).find(|c| {
        let sold = trades.cell_sold(problem, *c);
        let most: f64 = problem.lots[problem.cells[*c].lots.clone()].iter().map(|l| l.weight).sum();
        mine(c) && sold > 0.0 && sold < most
    });
    let Some(c) = partial else { return false };
    let sold = trades.cell_sold(problem, c);
    let size = sale_size(problem, c, sold + short * 1.001, Rounding::Up);
    if size <= sold {
        return false;
    }
    set_sale(problem, trades, c, size);
    true
}

/// Takes steps off the largest purchase until the turnover fits.
fn cut_turnover(problem: &Problem, trades: &mut Trades, slack: f64) {
    let Some(most) = problem.turnover_max else { return };
    for _ in 0..50 {
        let over = trades.terms(problem).turnover - most;
        if over <= slack {
            return;
        }
        let largest = (0..problem.cells.len()).max_by(|a, b| trades.bought[*a].total_cmp(&trades.bought[*b]));
        match largest {
            Some(c) if trades.bought[c] > 0.0 => {
                let step = problem.securities[problem.cells[c].security].increment;
                let less = trades.bought[c] - multiple(step, over, Rounding::Up).max(step);
                trades.bought[c] =
                    if less >= problem.order_min { multiple(step, less, Rounding::Nearest) } else { 0.0 };
            }
            _ => return,
        }
    }
}

/// Moves one order by as much as brings the volatility under its cap: rounding may have lifted it
/// by a hair.
fn calm(problem: &Problem, trades: &mut Trades, slack: f64) {
    let (Some(most), Some(risk)) = (problem.volatility_max, problem.risk.as_ref()) else { return };
    for _ in 0..4 {
        let weights = trades.weights(problem);
        let over = risk.variance(&weights).sqrt() - most;
        if over <= 0.0 {
            return;
        }
        let gradient = risk.volatility_gradient(&weights);
        let mut candidates = Vec::new();
        for (c, cell) in problem.cells.iter().enumerate() {
            let g = gradient[cell.security];
            let step = problem.securities[cell.security].increment;
            let by = multiple(step, (over * 1.001 + 1e-12) / g.abs().max(1e-9), Rounding::Up).max(step);
            let sold = trades.cell_sold(problem, c);
            let mut next = trades.clone();
            if trades.bought[c] > 0.0 {
                next.bought[c] =
                    multiple(step, trades.bought[c] - g.signum() * by, Rounding::Nearest).max(0.0);
            } else if sold > 0.0 {
                let size = sale_size(problem, c, sold + g.signum() * by, Rounding::Nearest);
                set_sale(problem, &mut next, c, size);
            } else {
                continue;
            }
            candidates.push((next.terms(problem).objective, next));
        }
        candidates.sort_by(|a, b| a.0.total_cmp(&b.0));
        if let Some((_, calmer)) = candidates.iter().find(|(_, t)| problem.keeps_rules(t, slack)) {
            *trades = calmer.clone();
            return;
        }
        let calmest = candidates.into_iter().min_by(|a, b| {
            let variance = |t: &Trades| risk.variance(&t.weights(problem));
            variance(&a.1).total_cmp(&variance(&b.1))
        });
        match calmest {
            Some((_, next)) => *trades = next,
            None => return,
        }
    }
}

/// Single steps, and pairs of a sale and a purchase, as long as they lower L and keep the rules.
///
/// Only where a step matters: for increments that move L by less than 1e-9 it is idle.
fn improve(problem: &Problem, trades: &mut Trades, slack: f64) {
    let moves = moves(problem, trades);
    if moves.is_empty() || problem.cells.len() > 200 {
        return;
    }
    let mut objective = trades.terms(problem).objective;
    for _ in 0..30 {
        let mut best: Option<(f64, Trades)> = None;
        let mut consider = |candidate: Trades| {
            let l = candidate.terms(problem).objective;
            let better = best.as_ref().is_none_or(|(b, _)| l < *b) && l < objective - 1e-12;
            if better && problem.keeps_rules(&candidate, slack) {
                best = Some((l, candidate));
            }
        };
        for (i, a) in moves.iter().enumerate() {
            let Some(one) = step(problem, trades, *a) else { continue };
            for b in &moves[i + 1..] {
                if b.cell != a.cell
                    && let Some(two) = step(problem, &one, *b)
                {
                    consider(two);
                }
            }
            consider(one);
        }
        let Some((l, better)) = best else { return };
        objective = l;
        *trades = better;
    }
}

#[derive(Clone, Copy)]
struct Move {
    cell: usize,
    sale: bool,
    up: bool,
}

/// The steps of orders whose increment is coarse.
fn moves(problem: &Problem, trades: &Trades) -> Vec<Move> {
    const COARSE: f64 = 1e-5;
    let mut moves = Vec::new();
    for (c, cell) in problem.cells.iter().enumerate() {
        if problem.securities[cell.security].increment < COARSE {
            continue;
        }
        let sold = trades.cell_sold(problem, c);
        for up in [false, true] {
            if sold > 0.0 {
                moves.push(Move { cell: c, sale: true, up });
            }
            if trades.bought[c] > 0.0 {
                moves.push(Move { cell: c, sale: false, up });
            }
        }
    }
    const MOVES_MAX: usize = 24;
    if moves.len() > MOVES_MAX { Vec::new() } else { moves }
}

fn step(problem: &Problem, trades: &Trades, m: Move) -> Option<Trades> {
    let by = problem.securities[problem.cells[m.cell].security].increment;
    let by = if m.up { by } else { -by };
    let mut next = trades.clone();
    if m.sale {
        let sold = trades.cell_sold(problem, m.cell);
        let size = sale_size(problem, m.cell, sold + by, Rounding::Nearest);
        if size == 0.0 || (size - sold).abs() < TINY.min(by.abs() / 2.0) {
            return None;
        }
        set_sale(problem, &mut next, m.cell, size);
    } else {
        let size = trades.bought[m.cell] + by;
        if size < problem.order_min {
            return None;
        }
        next.bought[m.cell] = multiple(by.abs(), size, Rounding::Nearest);
    }
    Some(next)
}
