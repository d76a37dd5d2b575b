//! From weights to whole increments, with every rule kept.
//!
//! In: a candidate in weights, usually a relaxed solution. Out: a candidate near it in which the
//! total of every order is a multiple of its security's increment (or the whole position), no
//! order is too small, and money, turnover and limits are kept; or none, where rounding cannot
//! mend it. Sells go up and purchases down where cash is short; then single steps improve L.

mod mend;
mod steps;
mod together;

use crate::problem::{Cell, Problem};
use crate::trades::Trades;

/// Amounts below this part of V are no trade.
const TINY: f64 = 1e-9;
/// Part of a cent that money rules may be off by, in USD.
const SLACK_USD: f64 = 1e-5;

/// Operations that looking over a candidate takes, roughly.
fn looks(problem: &Problem) -> u64 {
    25 * (problem.lots.len() + problem.cells.len()) as u64
}

/// Snaps `wanted`; `None` where no plan near it keeps the rules. What that takes is added to `operations`.
pub(crate) fn snap(problem: &Problem, wanted: &Trades, operations: &mut u64) -> Option<Trades> {
    let mut trades = rounded(problem, wanted, operations);
    let slack = SLACK_USD * problem.usd;
    mend::mend(problem, &mut trades, slack, operations);
    if !problem.keeps_rules(&trades, slack) {
        return None;
    }
    steps::improve(problem, &mut trades, slack, operations);
    Some(trades)
}

/// Rounds a plan of other prices, with purchases a little smaller where their account is short of cash; `None` where
/// that doesn't keep the rules. What that takes is added to `operations`.
pub(crate) fn snap_again(problem: &Problem, wanted: &Trades, operations: &mut u64) -> Option<Trades> {
    let mut wanted = wanted.clone();
    let mut bought = vec![0.0; problem.accounts.len()];
    let mut steps = 0.0;
    for (cell, size) in problem.cells.iter().zip(&wanted.bought) {
        bought[cell.account] += size;
        steps += problem.securities[cell.security].increment;
    }
    let cash = wanted.cash(problem);
    let short: f64 = problem.buffer.map_or(0.0, |b| b - cash.iter().sum::<f64>());
    let short = short.max(0.0) / problem.accounts.len() as f64;
    for (cell, size) in problem.cells.iter().zip(&mut wanted.bought) {
        let account = cell.account;
        let lacks = (problem.accounts[account].floor - cash[account]).max(short);
        if lacks > 0.0 {
            *size *= (1.0 - (lacks + steps) / bought[account]).max(0.0);
        }
    }
    let trades = rounded(problem, &wanted, operations);
    problem.keeps_rules(&trades, SLACK_USD * problem.usd).then_some(trades)
}

/// Orders of whole increments, each as near as may be.
fn rounded(problem: &Problem, wanted: &Trades, operations: &mut u64) -> Trades {
    *operations += 5 * looks(problem);
    let mut trades = merge_ties(problem, wanted);
    let sells: Vec<usize> = (0..problem.cells.len()).filter(|c| sells(problem, &trades, *c)).collect();
    sells.iter().for_each(|c| settle_sides(problem, &mut trades, *c));
    let together = together::sizes(problem, &trades);
    for (c, size) in together.iter().enumerate() {
        trades.bought[c] = match size {
            Some(size) => purchase_size(problem, c, *size, Rounding::Nearest),
            None => purchase_size(problem, c, trades.bought[c], Rounding::Down),
        };
    }
    for c in sells {
        let sold = together[c].map_or_else(|| trades.cell_sold(problem, c), |size| (-size).max(0.0));
        let size = sale_size(problem, c, sold, Rounding::Nearest);
        set_sale(problem, &mut trades, c, size);
    }
    trades
}

#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Rounding {
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
pub(crate) fn sale_size(problem: &Problem, c: usize, size: f64, rounding: Rounding) -> f64 {
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

pub(crate) fn purchase_size(problem: &Problem, c: usize, size: f64, rounding: Rounding) -> f64 {
    let step = problem.securities[problem.cells[c].security].increment;
    if size <= TINY.min(step / 2.0) {
        return 0.0;
    }
    let rounded = multiple(step, size, rounding);
    if rounded >= problem.order_min { rounded } else { multiple(step, problem.order_min, Rounding::Up) }
}

/// Whether anything of a cell is sold, be it a hair.
fn sells(problem: &Problem, trades: &Trades, c: usize) -> bool {
    trades.sold[problem.cells[c].lots.clone()].iter().any(|sold| *sold != 0.0)
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
    for cell in (0..problem.cells.len()).filter(|c| sells(problem, wanted, *c)).map(|c| &problem.cells[c]) {
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
                trades.sold[lots[b]] = if sold < hair(problem, cell, lots[b]) { 0.0 } else { sold };
                left -= sold;
            }
        }
    }
    trades
}

/// Makes a cell sell `size`, an allowed size, taking from and adding to its lots in a lawful order. Where that would begin
/// a lot with less than an increment, an increment less is sold: what is left stays in the lot before.
pub(crate) fn set_sale(problem: &Problem, trades: &mut Trades, c: usize, size: f64) {
    let cell = &problem.cells[c];
    let full = |j: usize| problem.lots[j].weight;
    clear_hairs(problem, trades, c, |lot| hair(problem, cell, lot));
    let order = selling_order(problem, trades, c);
    let available: f64 = order.iter().map(|j| full(*j)).sum();
    if size >= available && order.len() == cell.lots.len() {
        order.into_iter().for_each(|j| trades.sold[j] = full(j));
        return;
    }
    let size = if size > available {
        multiple(problem.securities[cell.security].increment, available, Rounding::Down)
    } else {
        size
    };
    let step = problem.securities[cell.security].increment;
    let mut change = size - trades.cell_sold(problem, c);
    for j in &order {
        let more = change.min(full(*j) - trades.sold[*j]);
        let begins = trades.sold[*j] == 0.0 && more < step && size < available;
        if begins && more > NOISE * step && size - step >= problem.order_min * (1.0 - 1e-12) {
            change -= step;
        }
        if change <= 0.0 {
            break;
        }
        trades.sold[*j] += more;
        change -= more;
    }
    for j in order.into_iter().rev() {
        if change >= 0.0 {
            break;
        }
        let less = (-change).min(trades.sold[j]);
        trades.sold[j] -= less;
        change += less;
    }
    // Anything larger is needed for whole increments.
    clear_hairs(problem, trades, c, |_| NOISE * step);
}

/// Part of an increment that is rounding.
const NOISE: f64 = 1e-6;

/// What is nothing of a lot: less than any increment, however small that is beside V.
fn hair(problem: &Problem, cell: &Cell, lot: usize) -> f64 {
    let step = problem.securities[cell.security].increment;
    TINY.min(problem.lots[lot].weight / 4.0).min(step / 4.0)
}

/// What rounding leaves of a lot, or adds to one, is nothing: the lot is kept, or sold out.
fn clear_hairs(problem: &Problem, trades: &mut Trades, c: usize, hair: impl Fn(usize) -> f64) {
    for j in problem.cells[c].lots.clone() {
        let full = problem.lots[j].weight;
        let hair = hair(j);
        let sold = &mut trades.sold[j];
        if *sold > full - hair {
            *sold = full;
        } else if *sold < hair {
            *sold = 0.0;
        }
    }
}

/// Lots of a cell in the order in which more is sold of them: lots begun, lots wished first, then
/// by tax, short-term gains last. Where the plan buys the group, rounding begins no lot at a loss.
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
    let untouched_loss = |j: &usize| problem.lots[*j].gain < 0.0 && trades.sold[*j] <= 0.0;
    let mut order: Vec<usize> = problem.cells[c].lots.clone().collect();
    if order.iter().any(untouched_loss) && buys_the_group(problem, trades, c) {
        order.retain(|j| !untouched_loss(j));
    }
    order.sort_by(|a, b| {
        let (a, b) = (rank(a), rank(b));
        a.0.cmp(&b.0).then(a.1.cmp(&b.1)).then(a.2.total_cmp(&b.2))
    });
    order
}

/// Whether something of a cell's identical group is bought, in whatever account.
fn buys_the_group(problem: &Problem, trades: &Trades, c: usize) -> bool {
    let group = problem.securities[problem.cells[c].security].group;
    problem.group_cells.of(group).iter().any(|other| trades.bought[*other] > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use tax::plan_tax::Rates;

    /// Two lots of more digits than the increment has: whichever is sold out, the order is of whole increments.
    #[test]
    fn an_order_is_of_whole_increments_whatever_digits_its_lots_have() {
        let text = r#"{"as_of": "2026-11-20", "cash": 43054.03, "target_allocation": {"Stocks": 1.0}, "holdings": [
            {"ticker": "BRK.B", "asset_class": "Stocks", "current_price": 498.37, "quantity_increment": 0.0001, "lots": [
                {"lot_id": "A", "quantity": 284.380342, "cost_basis_per_share": 468, "type": "long-term"},
                {"lot_id": "B", "quantity": 1055.681898, "cost_basis_per_share": 533.34, "type": "long-term"}]}]}"#;
        let portfolio = portfolio::read(text).expect("a document");
        let problem = Problem::new(&portfolio, &Rates::default(), &crate::Bars::default());
        let step = problem.securities[problem.cells[0].security].increment;
        for shares in [1055.681898, 1055.6819, 1055.6818, 284.380342, 1055.68195, 1340.0622, 0.3] {
            let mut trades = Trades::none(&problem);
            let wanted = shares / 0.0001 * step;
            set_sale(&problem, &mut trades, 0, sale_size(&problem, 0, wanted, Rounding::Nearest));
            let steps = trades.cell_sold(&problem, 0) / step;
            assert!((steps - steps.round()).abs() < 1e-5, "{shares}: {steps}");
            assert!((steps - shares / 0.0001).abs() < 2.0, "{shares}: {steps}");
        }
    }

    /// Two increments of a lot, 2 cents, are an order like any other beside 30 million USD.
    #[test]
    fn an_increment_is_never_a_hair() {
        let text = r#"{"as_of": "2026-11-20", "cash": 0, "target_allocation": {"Stocks": 1.0}, "holdings": [
            {"ticker": "SMALL", "asset_class": "Stocks", "current_price": 100, "quantity_increment": 0.0001, "lots": [
                {"lot_id": "A", "quantity": 1, "cost_basis_per_share": 90, "type": "long-term"},
                {"lot_id": "B", "quantity": 1, "cost_basis_per_share": 95, "type": "long-term"}]},
            {"ticker": "LARGE", "asset_class": "Stocks", "current_price": 300, "lots": [
                {"lot_id": "C", "quantity": 100000, "cost_basis_per_share": 290, "type": "long-term"}]}]}"#;
        let portfolio = portfolio::read(text).expect("a document");
        let problem = Problem::new(&portfolio, &Rates::default(), &crate::Bars::default());
        let cell = problem.cells.iter().position(|c| c.lots.len() == 2).expect("two lots");
        let mut trades = Trades::none(&problem);
        let share = problem.lots[problem.cells[cell].lots.start].weight;
        set_sale(&problem, &mut trades, cell, share);
        assert_eq!(trades.cell_sold(&problem, cell).to_bits(), share.to_bits());
        set_sale(&problem, &mut trades, cell, 1.0002 * share);
        assert!((trades.cell_sold(&problem, cell) / share - 1.0002).abs() < 1e-9);
    }
}
