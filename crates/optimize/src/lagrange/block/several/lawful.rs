//! The best lawful answer of a merged unit: branch and bound over what a relaxed answer does unlawfully.
//!
//! In: a relaxed answer. Out: the best that keeps the rules of every account's orders. Invariant: of all answers that
//! a breach rules out none is lawful, so the value is that of the best lawful one, or below it where the search ends early.

use super::super::super::part::{Gate, Half, Hold, RANKS, SETTLED};
use super::super::Book;
use super::super::order::Tier;
use super::{Asked, Several};

/// Most relaxed answers for one answer of a merged unit; beyond them a relaxed one stands, which is a
/// bound all the same.
const ANSWERS_MAX: usize = 100;

/// Answers whose values differ by less than this part of V are as good as each other.
const TIE: f64 = 1e-13;

impl Book<'_> {
    /// The value of the best lawful answer, depth first; no more than the true one where that is `beaten` or more.
    pub(super) fn lawful(
        &self,
        asked: &Asked<'_>,
        halves: [Vec<Hold>; 2],
        beaten: f64,
        scratch: &mut Several,
    ) -> f64 {
        let (mut least, mut passed) = (f64::INFINITY, f64::INFINITY);
        let mut best = (Vec::new(), Vec::new());
        let mut open = Vec::from(halves);
        let mut answers = 0;
        // Without increments and commissions the first answer is mostly lawful.
        let first = &self.orders[asked.mode.orders.start];
        let counts = asked.unit.step > 0.0 || first.commission > 0.0;
        let tie = if asked.unit.step > 0.0 { TIE } else { 0.0 };
        while let Some(holds) = open.pop() {
            let asked = Asked { holds: &holds, ..*asked };
            let value = self.answer(&asked, beaten.min(least), scratch).value;
            if counts {
                let orders = asked.mode.orders.len() + scratch.fills.len() + scratch.sales.len();
                scratch.grid.looked += orders as u64;
            }
            if value >= least - tie {
                passed = passed.min(value);
            } else {
                answers += 1;
                let goes_on = value < beaten && answers <= ANSWERS_MAX;
                match if goes_on { self.unlawful(&asked, scratch) } else { None } {
                    Some(halves) => open.extend(halves),
                    None => {
                        least = value;
                        std::mem::swap(&mut best.0, &mut scratch.fills);
                        std::mem::swap(&mut best.1, &mut scratch.sales);
                    }
                }
            }
            scratch.spare.push(holds);
        }
        (scratch.fills, scratch.sales) = best;
        least.min(passed)
    }

    /// What an answer may do in either half of the worst breach of a rule; `None` where it keeps them.
    pub(super) fn unlawful(&self, asked: &Asked<'_>, scratch: &mut Several) -> Option<[Vec<Hold>; 2]> {
        let first = asked.mode.orders.start;
        let mut worst: Option<(f64, usize, [Hold; 2])> = None;
        let mut at = 0;
        while let Some((o, fill)) = scratch.fills.get(at).copied() {
            let order = &self.orders[o];
            let (mut sizes, mut least) = ((0.0, 0.0), (0.0, 0.0));
            let mut ranks = [(0.0, 0.0); RANKS];
            at += 1;
            match order.tier.map(|t| &self.tiers[t]) {
                None => (sizes.1, least.1) = (fill.size, order.lo),
                Some(tier) => {
                    (sizes.0, least.0) = (fill.size, order.lo);
                    if tier.ranked && fill.size > 0.0 {
                        ranks = self.ranks(o, tier, scratch);
                    }
                    // The purchase of a cell is next to its sale.
                    if let Some((next, bought)) = scratch.fills.get(at)
                        && self.orders[*next].cell == order.cell
                    {
                        (sizes.1, least.1) = (bought.size, self.orders[*next].lo);
                        at += 1;
                    }
                }
            }
            let split = Half::of(sizes, least, ranks, None).split(asked.holds[o - first]);
            let (hold, is_sale, size) = (asked.holds[o - first], sizes.0 > sizes.1, sizes.0.max(sizes.1));
            let gate = if is_sale { hold.sale } else { hold.purchase };
            let is_free = order.commission > 0.0 && size > SETTLED && gate == Gate::Free;
            let split = split.or_else(|| is_free.then(|| (size, hold.with_order(is_sale))));
            if let Some((by, holds)) = split.filter(|(by, _)| worst.is_none_or(|w| *by > w.0)) {
                worst = Some((by, order.cell, holds));
            }
        }
        if let Some((o, by)) = scratch.grid.torn.filter(|(_, by)| worst.is_none_or(|w| *by > w.0)) {
            let hold = asked.holds[o - first];
            let kept = Hold { rest: Gate::Shut, ..hold };
            let sold = Hold { rest: Gate::Open, sale: Gate::Open, purchase: Gate::Shut, ..hold };
            worst = Some((by, self.orders[o].cell, [sold, kept]));
        }
        let (_, cell, halves) = worst?;
        Some(halves.map(|hold| {
            let mut holds = scratch.spare.pop().unwrap_or_default();
            holds.clear();
            holds.extend_from_slice(asked.holds);
            for (held, order) in holds.iter_mut().zip(&self.orders[asked.mode.orders.clone()]) {
                if order.cell == cell {
                    *held = hold;
                }
            }
            holds
        }))
    }

    /// What is sold and left of the lots of each rank.
    fn ranks(&self, order: usize, tier: &Tier, scratch: &Several) -> [(f64, f64); RANKS] {
        let mut ranks = [(0.0, 0.0); RANKS];
        for slice in self.slices[tier.short.clone()].iter().chain(&self.slices[tier.long.clone()]) {
            ranks[usize::from(slice.rank)].1 += slice.weight;
        }
        for sale in scratch.sales.iter().filter(|sale| sale.order == order) {
            let (sold, left) = &mut ranks[usize::from(sale.slice.rank)];
            *sold += sale.sold;
            *left -= sale.sold;
        }
        ranks
    }
}
