//! What the plan would lose without one of its lots or purchases.
//!
//! In: the portfolio, its rates, the solution and the options it was found with. Out: per lot sold
//! and per security bought an [`Alternative`]: how much worse the best plan without it is, and what it
//! does instead. Invariant: the cost is the difference of two solves, (L without − L) · V in USD; the
//! effort is bounded in work units, so that the same document is weighed the same everywhere.

use std::collections::BTreeMap;
use std::sync::Arc;

use optimize::{Bars, Options, Outcome, Row, Solution};
use portfolio::household::DriftMetric;
use portfolio::money::float;
use portfolio::{AccountKind, Decimal, Portfolio, Side};
use tax::plan_tax::Rates;

use crate::bars::long_term;

/// Most work units for all the alternatives of a plan: they take less than half a second.
pub const UNITS_MAX: u64 = 100_000;
/// What one alternative may take at least, however many there are; more where they are few.
pub const ROW_UNITS_MIN: u64 = 2_000;
/// Lots and securities of which setting up a re-solve takes a work unit.
const PLACES_PER_UNIT: usize = 50;

/// The alternatives that were weighed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Alternatives {
    /// Whether any were to be weighed.
    pub asked: bool,
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

impl Alternatives {
    /// What was found of the alternative to a row.
    #[must_use]
    pub fn of(&self, row: &Row) -> Option<&Alternative> {
        match row.lot {
            Some(lot) => self.lots.get(&lot),
            None => self.purchases.get(&row.security),
        }
    }

    /// Of how many rows of the plan the alternative was weighed.
    #[must_use]
    pub fn weighed(&self, solution: &Solution) -> usize {
        solution.rows.iter().filter(|row| self.of(row).is_some()).count()
    }
}

/// Weighs the alternative to every lot sold and every security bought, the largest first: one re-solve each,
/// as long as the work units last. A re-solve that runs out of its own says nothing.
///
/// # Source
/// Issue "from a portfolio file to a plan", item 7: the cost of an alternative is a difference in
/// objective, never a difference of two lots' taxes.
#[must_use]
pub fn weigh(portfolio: &Portfolio, rates: &Rates, solution: &Solution, options: &Options) -> Alternatives {
    let mut found = Alternatives { asked: true, ..Alternatives::default() };
    // Where the plan itself took all the work it was allowed, few re-solves would end, and its reader has waited.
    let mut units_left = if solution.effort.stopped { UNITS_MAX / 10 } else { UNITS_MAX };
    let set_up = 1 + (portfolio.lots.len() + portfolio.securities.len()) / PLACES_PER_UNIT;
    // Prices of the plan are nearly those of a plan without one of many securities, and any prices give a proof.
    // Targets per class are solved without any, and from scratch the answer is that of whoever solves it again.
    let by_class = portfolio.drift_metric == DriftMetric::ClassSquared;
    let memory = if by_class { None } else { Some(Arc::new(solution.memory())) };
    let rows = largest_first(portfolio, solution);
    for (place, row) in rows.iter().enumerate() {
        if units_left == 0 || options.stop.is_asked() {
            break;
        }
        if found.of(row).is_some() {
            continue;
        }
        let share = units_left / (rows.len() - place).max(1) as u64;
        let units_max = share.max(ROW_UNITS_MIN).min(units_left).min(options.effort_max);
        let options = Options {
            bars: barring(portfolio, &options.bars, row),
            effort_max: units_max,
            memory: memory.clone(),
            reasons: false,
            ..options.clone()
        };
        let (alternative, units) = match optimize::optimize(portfolio, rates, &options) {
            Outcome::Planned(other) if other.effort.stopped => (None, other.effort.units),
            Outcome::Planned(other) => {
                let alternative = Alternative {
                    cost_usd: Some(worse_by(portfolio, solution, &other)),
                    instead: instead(portfolio, solution, &other, row.side),
                };
                (Some(alternative), other.effort.units)
            }
            // That there is none is told where it is proven.
            Outcome::Infeasible(why) => {
                (why.proven.then_some(Alternative { cost_usd: None, instead: None }), units_max)
            }
        };
        units_left = units_left.saturating_sub(units.saturating_add(set_up as u64));
        if let Some(alternative) = alternative {
            match row.lot {
                Some(lot) => found.lots.insert(lot, alternative),
                None => found.purchases.insert(row.security, alternative),
            };
        }
    }
    found
}

/// The rows of the plan by what they move, USD; the first one of equals first.
fn largest_first<'s>(portfolio: &Portfolio, solution: &'s Solution) -> Vec<&'s Row> {
    let usd = |row: &Row| row.quantity.saturating_mul(portfolio.securities[row.security].price);
    let mut rows: Vec<&Row> = solution.rows.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(usd(row)));
    rows
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
