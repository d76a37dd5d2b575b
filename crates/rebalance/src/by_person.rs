//! A plan whose trades a person chose: one of the computed ones, or the proposed one changed by hand.
//!
//! In: a portfolio document, the rows that the person wants, those that were proposed. Out: a [`Cycle`] like any other, or what the validator finds
//! wrong. Invariants: prices and every figure are ours, the validator judges it like anybody's plan; the bound is that of the best plan of the
//! same document, so that the gap says what the change costs; each row says whether a person brought it in.

use explain::Depth;
use optimize::Outcome;
use portfolio::plan::{ProposedPlan, Trade};
use portfolio::{Portfolio, Side};
use validate::Report;

use crate::asked::AgainstBest;
use crate::by_model::{self, Written};
use crate::cycle::{Cycle, CycleError, Options, Verdict, proven};
use crate::household_rates;
use crate::plan_document::{self, Facts};
use crate::rationale;

/// Who proposed such a plan.
pub const PLANNER: &str = "person";

/// What became of a plan that a person chose.
#[derive(Debug)]
pub enum Chosen {
    /// It keeps every rule.
    Valid(Box<Cycle>),
    /// It breaks one.
    Invalid(Box<Report>),
}

/// Makes a cycle of a person's plan, in place of the plan with the rows `before`.
///
/// A wish "unless necessary" binds no person: who proposes keeps it, and who chooses may do without.
///
/// # Errors
/// [`CycleError`].
pub fn by_person(
    text: &str,
    plan: &ProposedPlan,
    before: &[Trade],
    options: &Options<'_>,
) -> Result<Chosen, CycleError> {
    let document = portfolio::read(text)?;
    let rates = household_rates::household_rates(&document)?;
    let drift = monitor::monitor(&document);
    let portfolio = monitor::aim(document, &drift);
    let mut plan = plan.clone();
    for row in &mut plan.trades {
        row.estimated_price = None; // a person's prices are not looked at
    }
    let stamped = validate::stamp(&portfolio, &rates, &plan, options.moment.as_ref());
    let (mut trades, report) = match stamped {
        Ok(validated) => validated.into_parts(),
        Err(report) => return Ok(Chosen::Invalid(report)),
    };
    trades.sort_by_key(|trade| trade.action == Side::Buy);
    let best = proven(&portfolio, &rates, propose::solve(&portfolio, &rates, &options.optimize), options)?;
    let (Outcome::Planned(solution), Verdict::Valid(of_best)) = (&best.proposal.outcome, &best.verdict)
    else {
        // The optimiser proves that no plan keeps every rule, and the validator passes this one.
        return Err(CycleError::Refused(Box::new(report)));
    };
    let cost = AgainstBest::of(&report, of_best).sentence();
    let written = Written { trades, report, summary: String::new() };
    let rows = written.trades.clone();
    let made = by_model::made(&portfolio, solution, written, PLANNER.to_owned());
    let facts = Facts {
        text,
        portfolio: &portfolio,
        rates: &rates,
        drift: &drift,
        proposal: &made.proposal,
        report: made.verdict.report(),
        lifted: None,
        asked: None,
    };
    let mut words = rationale::rationale(&facts, Depth::Facts, &options.optimize);
    let new: Vec<bool> = rows.iter().map(|row| !before.iter().any(|known| is_same(row, known))).collect();
    for (told, _) in words.per_trade.iter_mut().zip(&new).filter(|(_, new)| **new) {
        told.push_str(" A person chose this; it was not proposed so.");
    }
    words.summary = format!("{} {}. {cost}", words.summary, changed(&rows, before, &new)).trim().to_owned();
    let plan = plan_document::plan_document(&facts, &made.trades, words);
    Ok(Chosen::Valid(Box::new(Cycle {
        portfolio,
        rates,
        drift,
        plan,
        verdict: made.verdict,
        lifted: None,
        asked: None,
    })))
}

/// Whether two rows trade the same.
fn is_same(one: &Trade, other: &Trade) -> bool {
    one.action == other.action
        && one.account_id == other.account_id
        && one.ticker == other.ticker
        && one.lot_id == other.lot_id
        && one.quantity == other.quantity
}

/// What the person changed, in words.
fn changed(rows: &[Trade], before: &[Trade], new: &[bool]) -> String {
    let brought = new.iter().filter(|new| **new).count();
    let left_out = before.iter().filter(|known| !rows.iter().any(|row| is_same(row, known))).count();
    let count = |n: usize| if n == 1 { "1 row".to_owned() } else { format!("{n} rows") };
    format!(
        "A person changed this plan: {} of it came from that person, and {} of the proposed plan went",
        count(brought),
        count(left_out)
    )
}

/// The rows of a plan by the names of the portfolio, as a person would send them.
#[must_use]
pub fn rows(portfolio: &Portfolio, rows: &[optimize::Row]) -> ProposedPlan {
    let mut plan = propose::candidates::proposed_plan(portfolio, rows);
    plan.trades.sort_by_key(|trade| trade.action == Some(Side::Buy));
    plan
}
