//! Tiny documents in which every plan can be tried.
//!
//! In: a document with few lots. Out: it with steps so coarse that a household's whole value is a few of
//! them, and the best of all plans on that grid. Invariant: where each position is one lot, the grid is all
//! there is, and its best plan is the best plan.

use serde_json::{Value, json};

use super::changed::list;
use super::judge::Candidate;
use super::ledger::Ledger;

/// Most plans that are tried.
const PLANS_MAX: f64 = 60_000.0;

/// The document with every security traded in steps of about a `steps`th of V.
pub(super) fn coarse(document: &Value, value: f64, steps: f64) -> Value {
    let mut d = document.clone();
    for security in list(&mut d, "securities") {
        let price = security["current_price"].as_f64().unwrap_or(1.0);
        let increment = (value / steps / price).max(0.01);
        security["quantity_increment"] = json!(format!("{increment:.2}"));
    }
    d
}

/// In how many steps V can be divided so that the plans over so many cells can all be tried.
pub(super) fn steps(cells: usize) -> f64 {
    // A cell has about 1.4 options a step, and two more.
    let options = PLANS_MAX.powf(1.0 / cells.max(1) as f64);
    ((options - 2.0) / 1.4).clamp(0.0, 40.0)
}

/// Whether the grid has every plan: one lot a position.
pub(super) fn is_complete(ledger: &Ledger<'_>) -> bool {
    ledger.cells.iter().all(|cell| cell.lots.len() <= 1)
}

/// The best plan on the grid that keeps every rule, with its L.
pub(super) fn best(ledger: &Ledger<'_>) -> Option<(Candidate, f64)> {
    let options: Vec<Vec<Choice>> = (0..ledger.cells.len()).map(|n| cell_options(ledger, n)).collect();
    let plans: f64 = options.iter().map(|o| o.len() as f64).product();
    if plans > 10.0 * PLANS_MAX {
        return None;
    }
    let mut best: Option<(Candidate, f64)> = None;
    let mut at = vec![0; options.len()];
    let mut c = ledger.nothing();
    loop {
        let score = ledger.score(&c);
        if score.kept() && best.as_ref().is_none_or(|(_, least)| score.objective < *least) {
            best = Some((c.clone(), score.objective));
        }
        // The next plan, as an odometer turns.
        let mut n = 0;
        loop {
            if n == options.len() {
                return best;
            }
            at[n] = (at[n] + 1) % options[n].len();
            options[n][at[n]].put(ledger, &mut c, n);
            if at[n] != 0 {
                break;
            }
            n += 1;
        }
    }
}

/// What may be done in one cell.
enum Choice {
    Nothing,
    /// Steps bought.
    Buy(f64),
    /// Shares of each lot sold.
    Sell(Vec<f64>),
}

impl Choice {
    fn put(&self, ledger: &Ledger<'_>, c: &mut Candidate, n: usize) {
        let cell = &ledger.cells[n];
        c.bought[n] = 0.0;
        c.sold[cell.lots.clone()].fill(0.0);
        match self {
            Choice::Nothing => {}
            Choice::Buy(steps) => c.bought[n] = steps * ledger.securities[cell.security].increment,
            Choice::Sell(shares) => c.sold[cell.lots.clone()].copy_from_slice(shares),
        }
    }
}

fn cell_options(ledger: &Ledger<'_>, n: usize) -> Vec<Choice> {
    let cell = &ledger.cells[n];
    let s = &ledger.securities[cell.security];
    let mut options = vec![Choice::Nothing];
    if cell.buyable {
        let most = (ledger.value / s.price / s.increment).floor() as usize;
        options.extend((1..=most).map(|steps| Choice::Buy(steps as f64)));
    }
    let lots = &ledger.lots[cell.lots.clone()];
    let sellable: f64 = lots.iter().filter(|lot| !lot.barred).map(|lot| lot.quantity).sum();
    let mut totals: Vec<f64> = Vec::new();
    let mut steps = 1.0;
    while steps * s.increment < sellable {
        totals.push(steps * s.increment);
        steps += 1.0;
    }
    // From the first lot on, and from the last.
    for reversed in [false, true] {
        for total in &totals {
            let mut shares = vec![0.0; lots.len()];
            let mut left = *total;
            let order: Vec<usize> =
                if reversed { (0..lots.len()).rev().collect() } else { (0..lots.len()).collect() };
            for j in order.into_iter().filter(|j| !lots[*j].barred) {
                shares[j] = left.min(lots[j].quantity);
                left -= shares[j];
            }
            options.push(Choice::Sell(shares));
        }
        if lots.len() < 2 {
            break;
        }
    }
    if !lots.is_empty() && lots.iter().all(|lot| !lot.barred) {
        options.push(Choice::Sell(lots.iter().map(|lot| lot.quantity).collect()));
    }
    options
}
