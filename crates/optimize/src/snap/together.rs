//! Rounds the orders of one security in several accounts together.
//!
//! In: orders of any size. Out: sizes in whole increments whose sum is the nearest to what was wanted, so that the security's weight
//! is off by no more than half an increment however many accounts trade it. Invariant: no order is off by an increment or more.
//!
//! Which orders go up is for the accounts' cash to say: what rounding has cost an account so far is carried from security to
//! security, the dearest increments first, and an account that has spent too much rounds down. In the end an account is off by about
//! an increment of the cheapest, not by the sum of all.

use super::{Rounding, TINY, purchase_size, sale_size};
use crate::problem::Problem;
use crate::trades::Trades;

/// Increments of less than this part of V matter to nobody.
const COARSE: f64 = 1e-6;

/// Part of an increment by which an order may be off.
const HAIR: f64 = 1e-6;

/// The sizes, below 0 for a sale, of those orders that are rounded together: by cell.
pub(super) fn sizes(problem: &Problem, wanted: &Trades) -> Vec<Option<f64>> {
    let mut sizes = vec![None; problem.cells.len()];
    let mut open: Vec<Vec<usize>> = vec![Vec::new(); problem.securities.len()];
    let mut fractions = vec![0.0; problem.cells.len()];
    for (c, cell) in problem.cells.iter().enumerate() {
        let step = problem.securities[cell.security].increment;
        let sold = wanted.cell_sold(problem, c);
        let steps = (wanted.bought[c] - sold) / step;
        let is_whole = sold > 0.0 && cell.all_sellable && sold >= cell.held - TINY.min(step / 4.0);
        let off = (steps - steps.round()).abs();
        if step >= COARSE && off > HAIR && !is_whole {
            open[cell.security].push(c);
            fractions[c] = steps - steps.floor();
        }
    }
    open.iter_mut().filter(|cells| cells.len() < 2).for_each(Vec::clear);
    // What the other orders will cost their accounts beyond what was wanted.
    let mut spent = vec![0.0; problem.accounts.len()];
    for (c, cell) in problem.cells.iter().enumerate() {
        if !open[cell.security].contains(&c) {
            let (bought, sold) = (wanted.bought[c], wanted.cell_sold(problem, c));
            spent[cell.account] += purchase_size(problem, c, bought, Rounding::Down) - bought;
            spent[cell.account] -= sale_size(problem, c, sold, Rounding::Nearest) - sold;
        }
    }
    let step = |i: &usize| problem.securities[*i].increment;
    let mut securities: Vec<usize> = (0..open.len()).filter(|i| !open[*i].is_empty()).collect();
    securities.sort_by(|a, b| step(b).total_cmp(&step(a)).then(a.cmp(b)));
    for i in securities {
        let (step, cells) = (step(&i), &mut open[i]);
        let up = cells.iter().map(|c| fractions[*c]).sum::<f64>().round() as usize;
        let urge = |c: &usize| spent[problem.cells[*c].account] / step - fractions[*c];
        cells.sort_by(|a, b| urge(a).total_cmp(&urge(b)).then(a.cmp(b)));
        for (place, c) in cells.iter().enumerate() {
            let by = if place < up { 1.0 - fractions[*c] } else { -fractions[*c] };
            spent[problem.cells[*c].account] += by * step;
            sizes[*c] = Some(wanted.bought[*c] - wanted.cell_sold(problem, *c) + by * step);
        }
    }
    sizes
}

#[cfg(test)]
mod tests {
    use super::*;
    use tax::plan_tax::Rates;

    /// Two stocks in three accounts that buy parts of a share: the sums are whole and the nearest, no order is off by a share, and
    /// no account has spent more than the dearer share beyond what it was to.
    #[test]
    fn orders_of_one_stock_are_rounded_to_the_nearest_sum() {
        let account =
            |n: usize| format!(r#"{{"account_id": "{n}", "kind": "taxable", "cash": 5000, "holdings": []}}"#);
        let text = format!(
            r#"{{"as_of": "2026-11-20", "target_allocation": {{"Stocks": 1.0}}, "security_targets": {{"AAA": 0.5, "BBB": 0.5}},
            "securities": [
                {{"ticker": "AAA", "asset_class": "Stocks", "current_price": 200, "quantity_increment": 1}},
                {{"ticker": "BBB", "asset_class": "Stocks", "current_price": 70, "quantity_increment": 1}}],
            "accounts": [{}]}}"#,
            (0..3).map(account).collect::<Vec<_>>().join(", ")
        );
        let portfolio = portfolio::read(&text).expect("a document");
        let problem = Problem::new(&portfolio, &Rates::default(), &crate::Bars::default());
        for wanted in
            [[4.4, 3.3, 6.3, 9.4, 8.3, 7.3], [4.9, 3.9, 6.9, 9.1, 8.1, 7.1], [0.2, 0.4, 0.4, 5.0, 6.5, 7.5]]
        {
            let mut trades = Trades::none(&problem);
            let step = |c: usize| problem.securities[problem.cells[c].security].increment;
            let mut shares = wanted.into_iter();
            let mut left: Vec<usize> = (0..problem.cells.len()).collect();
            left.sort_by_key(|c| problem.cells[*c].security);
            left.iter().for_each(|c| trades.bought[*c] = shares.next().expect("six") * step(*c));
            let sizes = sizes(&problem, &trades);
            let mut spent = [0.0; 3];
            for i in 0..2 {
                let cells: Vec<usize> =
                    left.iter().copied().filter(|c| problem.cells[*c].security == i).collect();
                let rounded = |c: usize| sizes[c].unwrap_or(trades.bought[c]);
                let sum: f64 = cells.iter().map(|c| rounded(*c) / step(*c)).sum();
                let was: f64 = cells.iter().map(|c| trades.bought[*c] / step(*c)).sum();
                assert!((sum - sum.round()).abs() < 1e-9 && (sum - was).abs() < 0.5 + 1e-9, "{was}: {sum}");
                for c in cells {
                    let by = rounded(c) - trades.bought[c];
                    assert!(by.abs() < step(c), "{}: {}", trades.bought[c] / step(c), rounded(c) / step(c));
                    spent[problem.cells[c].account] += by;
                }
            }
            let dearest = 200.0 * problem.usd;
            assert!(spent.iter().all(|by| *by <= dearest), "{spent:?} of {dearest}");
        }
    }
}
