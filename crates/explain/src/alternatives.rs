//! What the plan would lose without one of its lots or purchases.
//!
//! In: the portfolio, its rates, the solution and the options it was found with. Out: per lot sold
//! and per security bought an [`Alternative`]: how much worse the best plan without it is, and what it
//! does instead. Invariant: the cost is the difference of two solves, (L without − L) · V in USD; the
//! effort is bounded in work units, so that the same document is weighed the same everywhere.

use std::collections::BTreeMap;

use optimize::{Bars, Options, Outcome, Row, Solution};
use portfolio::money::float;
use portfolio::{AccountKind, Decimal, Portfolio, Side};
use tax::plan_tax::Rates;

use crate::bars::long_term;

/// Most rows of a plan whose alternatives are weighed.
pub const ROWS_MAX: usize = 60;
/// Most lots of a document whose alternatives are weighed.
pub const LOTS_MAX: usize = 120;
/// Most work units for the alternatives of a plan, reckoned as those of the plan for each row: they
/// then take a few tenths of a second together.
pub const UNITS_MAX: u64 = 10_000;

/// The alternatives that were weighed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alternatives {
    /// By index of the lot that would not be sold.
    pub lots: BTreeMap<usize, Alternative>,
    /// By index of the security that would not be bought.
    pub purchases: BTreeMap<usize, Alternative>,
}

/// The best plan without something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alternative {
    /// How much worse it is, USD of the objective; negative where it is better, which the gap that the
    /// search left allows for; `None` where no plan keeps every rule.
    pub cost_usd: Option<Decimal>,
    /// Which lot it sells more of, or which security it buys more of: the largest such change.
    pub instead: Option<Instead>,
}

/// What takes the place of something.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instead {
    /// More is sold of this lot.
    Lot(usize),
    /// More is bought of this security.
    Purchase(usize),
}

/// Whether the alternatives of a plan can be weighed in the time of a plan.
#[must_use]
pub fn small_enough(portfolio: &Portfolio, solution: &Solution) -> bool {
    let rows = solution.rows.len();
    let units = solution.effort.units.saturating_mul(rows as u64);
    rows <= ROWS_MAX && portfolio.lots.len() <= LOTS_MAX && units <= UNITS_MAX
}

/// Weighs the alternative to every lot sold and every security bought: one re-solve each. A re-solve
/// that runs out of its work units says nothing, and ends the weighing.
///
/// # Source
/// Issue "from a portfolio file to a plan", item 7: the cost of an alternative is a difference in
/// objective, never a difference of two lots' taxes.
#[must_use]
pub fn weigh(portfolio: &Portfolio, rates: &Rates, solution: &Solution, options: &Options) -> Alternatives {
    let mut found = Alternatives::default();
    // Without its best lot a plan may be harder to find than with it.
    let mut units_left = 3 * UNITS_MAX;
    for row in &solution.rows {
        let (of_side, place) = match row.lot {
            Some(lot) => (&mut found.lots, lot),
            None => (&mut found.purchases, row.security),
        };
        if of_side.contains_key(&place) {
            continue;
        }
        let options = Options {
            bars: barring(portfolio, &options.bars, row),
            effort_max: options.effort_max.min(units_left),
            ..options.clone()
        };
        let alternative = match optimize::optimize(portfolio, rates, &options) {
            Outcome::Planned(other) if other.effort.stopped => break,
            Outcome::Planned(other) => {
                units_left = units_left.saturating_sub(other.effort.units);
                Alternative {
                    cost_usd: Some(worse_by(portfolio, solution, &other)),
                    instead: instead(portfolio, solution, &other, row.side),
                }
            }
            Outcome::Infeasible(_) => Alternative { cost_usd: None, instead: None },
        };
        of_side.insert(place, alternative);
    }
    found
}

/// The bars of the options and one more: the lot of a sale, or buying the security of a purchase.
fn barring(portfolio: &Portfolio, bars: &Bars, row: &Row) -> Bars {
    let mut bars = bars.clone();
    match row.lot {
        Some(lot) => bars.lots.extend(kept_with(portfolio, lot)),
        None => bars.purchases.push(row.security),
    }
    bars
}

/// The lots that no plan may sell which keeps `lot`: itself, and those that have to wait for it. A bar
/// makes a lot unavailable, and nothing waits for one that is; but the plan has it available.
///
/// # Source
/// model.md, rows `tax.short_term_priority` and `preference.lot_order`.
#[must_use]
pub fn kept_with(portfolio: &Portfolio, lot: usize) -> Vec<usize> {
    let w = &portfolio.wishes;
    let position = &portfolio.positions[portfolio.lots[lot].position];
    let price = portfolio.securities[position.security].price;
    let taxable = portfolio.accounts[position.account].kind == AccountKind::Taxable;
    let short_gain =
        |l: usize| taxable && !long_term(portfolio, l) && price > portfolio.lots[l].basis_per_share;
    let first = |l: usize| w.first_lots.contains(&l);
    let waits = |l: usize| {
        let for_the_first = first(lot) && !first(l);
        let for_the_rest = w.short_term_last && short_gain(l) && !short_gain(lot) && !first(l);
        l == lot || for_the_first || for_the_rest
    };
    position.lots.clone().filter(|l| waits(*l)).collect()
}

/// (L of the other − L) · V, USD to the cent, of either sign. What a bar allows was allowed before, so a
/// smaller L can only come of the gap that a search leaves; it is told and not hidden.
fn worse_by(portfolio: &Portfolio, solution: &Solution, other: &Solution) -> Decimal {
    let difference = (other.objective - solution.objective) * float(portfolio.value());
    portfolio::money::cents(Decimal::from_f64_retain(difference).unwrap_or(Decimal::MAX))
}

/// The lot or the purchase that grows most, by USD; the first one of equals.
fn instead(portfolio: &Portfolio, solution: &Solution, other: &Solution, side: Side) -> Option<Instead> {
    let by_place = |plan: &Solution| {
        let mut usd: BTreeMap<usize, Decimal> = BTreeMap::new();
        for row in plan.rows.iter().filter(|row| row.side == side) {
            let of_it = usd.entry(row.lot.unwrap_or(row.security)).or_default();
            *of_it =
                of_it.saturating_add(row.quantity.saturating_mul(portfolio.securities[row.security].price));
        }
        usd
    };
    let before = by_place(solution);
    let grown = by_place(other)
        .into_iter()
        .map(|(place, usd)| (usd.saturating_sub(before.get(&place).copied().unwrap_or_default()), place));
    let most = grown.reduce(|best, one| if one.0 > best.0 { one } else { best });
    let (usd, place) = most?;
    // Less than an order's least size is no answer to "what instead".
    (usd > portfolio.wishes.order_minimum_usd).then_some(match side {
        Side::Sell => Instead::Lot(place),
        Side::Buy => Instead::Purchase(place),
    })
}
