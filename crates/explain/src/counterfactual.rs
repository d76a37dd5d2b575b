//! Is the reason that is named the true one: would the class come nearer to its target without it.
//!
//! In: the evidence and the options of the search. Out: per class off its target a [`Finding`]: the rule
//! or cost without which the best plan leaves it nearer by a real part of its distance, and where it then
//! is. Each is a re-solve with that rule taken away. Invariants: one re-solve per reason, whatever number
//! of classes is off; work is counted in units, so that the same document is judged the same everywhere; a
//! reason whose re-solve changes nothing is not named.

use std::collections::{BTreeMap, BTreeSet};

use optimize::{Options, Outcome, Solution};
use portfolio::money::float;
use portfolio::plan::{Number, ProposedPlan, ProposedTrade, Trade};
use portfolio::{Decimal, Portfolio};
use tax::plan_tax::Rates;

use crate::alternatives::UNITS_MAX;
use crate::evidence::Evidence;
use crate::lift::{LIFTABLE, can_lift, lifted};
use crate::limits;
use crate::off_target::{self, NOTES_MAX};
use crate::reason::Reason;
use crate::unsold::HeldLot;

/// Most work units of the re-solves of a plan.
const EFFORT_MAX: u64 = 2 * UNITS_MAX;
/// Most of one of them: without a rule a small household can be far harder than with it, and a search that does not end tells nothing, so that
/// one must not use up what the others need. About a tenth of a second.
const EACH_MAX: u64 = 8_000;
/// Most lots of a document of which plans are made again.
const LOTS_MAX: usize = 1_000;
/// Plans that took more than this part of it are not made again: too little would be found out.
const PLANS_MIN: u64 = 8;
/// The part of its distance by which a class has to come nearer for a reason to count: a tenth.
const PART_MIN: f64 = 0.1;
/// The same where what the plan itself does was named: that is true as well, so something better has to
/// explain the most of it.
const PART_MOST: f64 = 0.5;
/// Reasons that explain almost the same are named in their order.
const PART_TIE: f64 = 0.05;
/// A limit counts where the plan without it is better by more than this, USD.
const BETTER_MIN_USD: f64 = 0.01;

/// What holds a class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) reason: Reason,
    /// Its weight without the reason less its target; `None` where no single reason moves it.
    pub(crate) off_without: Option<Decimal>,
}

/// The re-solves of one plan.
pub(crate) struct Trial<'a> {
    portfolio: &'a Portfolio,
    rates: &'a Rates,
    solution: &'a Solution,
    options: &'a Options,
    units_left: u64,
    without: BTreeMap<Reason, Option<Without>>,
}

/// Whether enough re-solves of a plan are possible in the time of a plan.
pub(crate) fn small_enough(portfolio: &Portfolio, solution: &Solution) -> bool {
    portfolio.lots.len() <= LOTS_MAX && solution.effort.units <= EFFORT_MAX / PLANS_MIN
}

/// The best plan without something.
struct Without {
    weights: BTreeMap<String, Decimal>,
    objective: f64,
    /// Shares sold per lot.
    sold: BTreeMap<usize, Decimal>,
}

impl<'a> Trial<'a> {
    pub(crate) fn new(
        portfolio: &'a Portfolio,
        rates: &'a Rates,
        solution: &'a Solution,
        options: &'a Options,
    ) -> Trial<'a> {
        Trial { portfolio, rates, solution, options, units_left: EFFORT_MAX, without: BTreeMap::new() }
    }

    /// Whether there is work left to do; without it nothing more is known.
    fn can_go_on(&self) -> bool {
        self.units_left > 0 && !self.options.stop.is_asked()
    }

    /// Limits that the plan uses up and that cost it nothing: it would be the same without them.
    pub(crate) fn slack(&mut self, evidence: &Evidence<'_>) -> BTreeSet<Reason> {
        let least = BETTER_MIN_USD / float(evidence.report.terms.value_usd);
        let mut slack = BTreeSet::new();
        for reason in limits::household(evidence) {
            let objective = self.solution.objective;
            if self.solve(reason).is_some_and(|without| objective - without.objective <= least) {
                slack.insert(reason);
            }
        }
        slack
    }

    /// Per limit that the plan uses up: the lots of which more is sold without it.
    pub(crate) fn freed(&mut self, evidence: &Evidence<'_>) -> BTreeMap<Reason, BTreeSet<usize>> {
        let mut freed = BTreeMap::new();
        for reason in limits::household(evidence) {
            let Some(without) = self.solve(reason) else { continue };
            let now = |lot: &usize| evidence.sold.get(lot).copied().unwrap_or_default();
            let more = without.sold.iter().filter(|(lot, shares)| **shares > now(lot));
            freed.insert(reason, more.map(|(lot, _)| *lot).collect());
        }
        freed
    }

    /// What holds each class; those of which nothing was found out are left out.
    pub(crate) fn findings(&mut self, evidence: &Evidence<'_>, held: &[HeldLot]) -> BTreeMap<usize, Finding> {
        let off = off_target::farthest(evidence, NOTES_MAX);
        off.into_iter()
            .filter_map(|(off, unit)| {
                let told = off_target::told(evidence, held, unit, off).0;
                Some((unit, self.finding(evidence, unit, off, told)?))
            })
            .collect()
    }

    fn finding(
        &mut self,
        evidence: &Evidence<'_>,
        unit: usize,
        off: Decimal,
        told: Reason,
    ) -> Option<Finding> {
        let keep = told == Reason::NothingListed
            || (told == Reason::Balanced && evidence.buys_of(unit))
            || (told == Reason::WithinGap && evidence.within_gap(unit));
        if keep {
            return None;
        }
        let mut part = |reason: Reason| {
            let without = self.off_without(evidence, unit, reason)?;
            let (now, then) = (float(off.abs()), float(without.abs()));
            Some((1.0 - then / now, without))
        };
        let of_told = can_lift(told).then(|| part(told)).flatten();
        if let Some((_, off)) = of_told.filter(|x| x.0 >= PART_MIN) {
            return Some(Finding { reason: told, off_without: Some(off) });
        }
        let mut best: Option<(f64, Finding)> = None;
        for reason in LIFTABLE.into_iter().chain([Reason::Increment]) {
            let Some((part, off)) = part(reason) else { continue };
            if best.is_none_or(|(most, _)| part > most + PART_TIE) {
                best = Some((part, Finding { reason, off_without: Some(off) }));
            }
        }
        let of_the_plan = matches!(
            told,
            Reason::LossAndPurchase | Reason::LossTaken | Reason::OpposingSides | Reason::SoldByPlan
        );
        let least = if of_the_plan { PART_MOST } else { PART_MIN };
        match best.filter(|(part, _)| *part >= least) {
            Some((_, finding)) => Some(finding),
            // What was named moves nothing; or all that there is was tried.
            None if of_told.is_some()
                || (self.can_go_on() && (can_lift(told) || told == Reason::WithinGap)) =>
            {
                Some(Finding { reason: Reason::Remainder, off_without: None })
            }
            None => None,
        }
    }

    fn off_without(&mut self, evidence: &Evidence<'_>, unit: usize, reason: Reason) -> Option<Decimal> {
        let without = self.solve(reason)?;
        evidence.off(unit, &without.weights)
    }

    fn solve(&mut self, reason: Reason) -> Option<&Without> {
        if !self.without.contains_key(&reason) {
            let found = self.solved(reason);
            self.without.insert(reason, found);
        }
        self.without.get(&reason)?.as_ref()
    }

    fn solved(&mut self, reason: Reason) -> Option<Without> {
        if !self.can_go_on() {
            return None;
        }
        let portfolio = lifted(self.portfolio, reason)?;
        let options = Options {
            effort_max: self.options.effort_max.min(self.units_left).min(EACH_MAX),
            memory: None,
            reasons: false,
            ..self.options.clone()
        };
        let Outcome::Planned(plan) = optimize::optimize(&portfolio, self.rates, &options) else {
            return None;
        };
        // A re-solve without a unit of work would have no end.
        self.units_left = self.units_left.saturating_sub(plan.effort.units.max(1));
        // A search that was ended has not found what the best plan would be.
        if plan.effort.stopped {
            return None;
        }
        let report = validate::validate(&portfolio, self.rates, &proposed(&portfolio, &plan), None);
        let mut sold: BTreeMap<usize, Decimal> = BTreeMap::new();
        for row in &plan.rows {
            if let Some(lot) = row.lot {
                let shares = sold.entry(lot).or_default();
                *shares = shares.saturating_add(row.quantity);
            }
        }
        Some(Without { weights: report.weights_after, objective: plan.objective, sold })
    }
}

fn proposed(p: &Portfolio, solution: &Solution) -> ProposedPlan {
    let row = |row: &optimize::Row| {
        ProposedTrade::from(&Trade {
            action: row.side,
            account_id: p.accounts[row.account].account_id.clone(),
            ticker: p.securities[row.security].ticker.clone(),
            lot_id: row.lot.map(|lot| p.lots[lot].lot_id.clone()),
            quantity: Number(row.quantity),
            estimated_price: Number(p.securities[row.security].price),
            rationale: String::new(),
        })
    };
    ProposedPlan { trades: solution.rows.iter().map(row).collect(), ..ProposedPlan::default() }
}
