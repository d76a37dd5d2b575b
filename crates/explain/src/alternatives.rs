//! What the plan would lose without one of its lots or purchases.
//!
//! In: the portfolio, its rates, the solution and the options it was found with. Out: per lot sold
//! and per security bought an [`Alternative`]: how much worse the best plan without it is, and what it
//! does instead. Invariant: the cost is the difference of two solves, (L without − L) · V in USD; the
//! effort is bounded in work units, so that the same document is weighed the same everywhere.

use std::collections::BTreeMap;

use optimize::{Bars, Options, Outcome, Solution};
use portfolio::money::float;
use portfolio::{Decimal, Portfolio, Side};
use tax::plan_tax::Rates;

/// Most rows of a plan whose alternatives are weighed.
pub const ROWS_MAX: usize = 60;
/// Most lots of a document whose alternatives are weighed.
pub const LOTS_MAX: usize = 120;
/// Most work units that the plan itself may have taken, on average over its rows, for each of them to
/// be solved again: together they then stay well under a second.
pub const UNITS_MAX: u64 = 20_000;

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
    /// How much worse it is, USD of the objective; `None` where no plan keeps every rule.
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

/// Weighs the alternative to every lot sold and every security bought: one re-solve each.
///
/// # Source
/// Issue "from a portfolio file to a plan", item 7: the cost of an alternative is a difference in
/// objective, never a difference of two lots' taxes.
#[must_use]
pub fn weigh(portfolio: &Portfolio, rates: &Rates, solution: &Solution, options: &Options) -> Alternatives {
    let mut found = Alternatives::default();
    for row in &solution.rows {
        if let Some(lot) = row.lot {
            found.lots.entry(lot).or_insert_with(|| without_lot(portfolio, rates, solution, options, lot));
        } else {
            let weighed = || without_purchase(portfolio, rates, solution, options, row.security);
            found.purchases.entry(row.security).or_insert_with(weighed);
        }
    }
    found
}

/// The best plan that sells nothing of this lot.
#[must_use]
pub fn without_lot(
    portfolio: &Portfolio,
    rates: &Rates,
    solution: &Solution,
    options: &Options,
    lot: usize,
) -> Alternative {
    let mut bars = options.bars.clone();
    bars.lots.push(lot);
    solve_again(portfolio, rates, solution, options, bars, Side::Sell)
}

/// The best plan that buys nothing of this security.
#[must_use]
pub fn without_purchase(
    portfolio: &Portfolio,
    rates: &Rates,
    solution: &Solution,
    options: &Options,
    security: usize,
) -> Alternative {
    let mut bars = options.bars.clone();
    bars.purchases.push(security);
    solve_again(portfolio, rates, solution, options, bars, Side::Buy)
}

fn solve_again(
    portfolio: &Portfolio,
    rates: &Rates,
    solution: &Solution,
    options: &Options,
    bars: Bars,
    side: Side,
) -> Alternative {
    let options = Options { bars, ..options.clone() };
    let Outcome::Planned(other) = optimize::optimize(portfolio, rates, &options) else {
        return Alternative { cost_usd: None, instead: None };
    };
    Alternative {
        cost_usd: Some(worse_by(portfolio, solution, &other)),
        instead: instead(portfolio, solution, &other, side),
    }
}

/// (L of the other − L) · V, USD to the cent. What a bar allows was allowed before, so a smaller L can
/// only come of the gap that a search leaves, and counts as no difference.
fn worse_by(portfolio: &Portfolio, solution: &Solution, other: &Solution) -> Decimal {
    let difference = (other.objective - solution.objective).max(0.0) * float(portfolio.value());
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
