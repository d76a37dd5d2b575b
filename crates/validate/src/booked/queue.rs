//! Whose turn was it: the order in which the lots of one position are sold.
//!
//! In: a booked plan. Out: each sale that jumped the queue, with the lot whose turn it was.
//! Invariant: each position is looked through once, however many of its lots are sold.
//!
//! Source: model.md, rows `tax.short_term_priority` and `preference.lot_order`. The first lot of the
//! position (in the order of the document) that had to go before decides which of the two it is.

use std::collections::HashMap;

use crate::booked::{Booked, LotSale};
use crate::facts::Facts;
use crate::facts::wishes::lot_available;
use crate::rules::CENT;

/// Which lot had to be sold out before, and why.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Turn {
    /// `sell_lot_first_X` names it.
    First(usize),
    /// It has no short-term gain.
    NoShortGain(usize),
}

/// The lots that have to go before, per position.
#[derive(Debug, Clone, Copy, Default)]
struct Queue {
    /// Before a sale that has no short-term gain.
    before_any: Option<Turn>,
    /// Before a sale that has one.
    before_short_gain: Option<Turn>,
}

/// The sales that jumped the queue.
pub(crate) fn jumped<'b>(plan: &'b Booked<'_>) -> Vec<(&'b LotSale, Turn)> {
    let facts = plan.facts;
    let wishes = &facts.portfolio.wishes;
    if wishes.first_lots.is_empty() && !wishes.short_term_last {
        return Vec::new();
    }
    let mut queues: HashMap<usize, Queue> = HashMap::new();
    let mut found = Vec::new();
    for sale in &plan.sales {
        let notional = sale.quantity.saturating_mul(facts.security_of(sale.lot).price);
        if wishes.first_lots.contains(&sale.lot) || notional < CENT {
            continue;
        }
        let position = facts.portfolio.lots[sale.lot].position;
        let queue = queues.entry(position).or_insert_with(|| queue(plan, position));
        let turn = if facts.short_gain(sale.lot) { queue.before_short_gain } else { queue.before_any };
        found.extend(turn.map(|turn| (sale, turn)));
    }
    found
}

fn queue(plan: &Booked<'_>, position: usize) -> Queue {
    let facts: &Facts<'_> = plan.facts;
    let wishes = &facts.portfolio.wishes;
    let mut queue = Queue::default();
    for lot in facts.portfolio.positions[position].lots.clone() {
        let named = wishes.first_lots.contains(&lot);
        let no_short_gain = wishes.short_term_last && !facts.short_gain(lot);
        if !(named || no_short_gain) || sold_out(plan, lot) || !lot_available(facts, lot) {
            continue;
        }
        if named {
            queue.before_any.get_or_insert(Turn::First(lot));
        }
        let turn = if named { Turn::First(lot) } else { Turn::NoShortGain(lot) };
        queue.before_short_gain.get_or_insert(turn);
    }
    queue
}

/// To the cent.
fn sold_out(plan: &Booked<'_>, lot: usize) -> bool {
    let price = plan.facts.security_of(lot).price;
    let left = plan.facts.portfolio.lots[lot].quantity.saturating_sub(plan.sold[lot]);
    left.saturating_mul(price) <= CENT
}
