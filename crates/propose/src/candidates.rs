//! Which good plans are there to choose among.
//!
//! In: a household, its rates and the plan that is proven best for it. Out: [`Candidates`]: plans on the frontier
//! of tax, drift, ESG and number of orders, the best one first, each with an id and the validator's figures, so that
//! a person or a model chooses by id and never writes a trade.
//!
//! | module | idea |
//! | --- | --- |
//! | `direction` | a way to lean the question: other λ, or a limit more |
//! | `sweep` | how far to lean each way: a grid, then bisection where plans differ most |
//! | `frontier` | what is dominated, what is nearly the same, what to keep of too many |
//! | `figures` | the figures of a plan, from the validator's report |
//! | `label` | ids and labels |
//!
//! Invariants: every candidate is found by the optimiser under the household's own rules and what was added to them,
//! and is judged by the validator under the household's document as it is; its objective and what it costs against the
//! best are the validator's, under the household's own λ. Effort is counted in work units and the same input
//! gives the same candidates.

mod direction;
mod figures;
mod frontier;
mod label;
mod sweep;

use std::collections::BTreeMap;

use optimize::{Infeasible, Outcome, Row, Solution};
use portfolio::plan::{Number, ProposedPlan, ProposedTrade};
use portfolio::{Portfolio, Trade};
use tax::plan_tax::Rates;
use validate::{Moment, Report};

pub use direction::{Defined, Limit};
pub use figures::Figures;
pub use label::Distinction;

/// How far to look.
#[derive(Debug, Clone)]
pub struct Options {
    /// How the best plan is searched for, where it is not known yet.
    pub optimize: optimize::Options,
    /// How many candidates are wanted; the search goes on until it has as many, or nothing is left to try.
    pub wanted: usize,
    /// Most candidates that come out.
    pub most: usize,
    /// Most work units for all of them, the best one not counted.
    pub effort_max: u64,
    /// Most searches.
    pub searches_max: usize,
    /// The clock, where the schedule is to be judged.
    pub moment: Option<Moment>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            optimize: optimize::Options::default(),
            wanted: 8,
            most: 12,
            effort_max: 100_000,
            searches_max: 96,
            moment: None,
        }
    }
}

/// A plan to choose.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// By what it is chosen: `best`, `do_nothing`, what distinguishes it (`least_tax`, `closest`, `greenest`,
    /// `fewest_trades`), or `C1`, `C2`, ….
    pub id: String,
    /// What it is, in words.
    pub label: String,
    /// What it is foremost in among all candidates.
    pub distinctions: Vec<Distinction>,
    /// Its rows, with L under the household's own λ, and with the proven bound of the household's own question.
    pub solution: Solution,
    /// The validator's figures of it.
    pub report: Report,
    /// The same in short, and against the best.
    pub figures: Figures,
    /// The question that it answers best.
    pub defined: Defined,
}

/// The plans to choose among, and what the search for them did.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidates {
    /// The best plan under the household's own objective first, then doing nothing where that keeps every rule,
    /// then by rising loss. None dominates another, the best one apart, which may be dominated in what its objective
    /// weighs less.
    pub list: Vec<Candidate>,
    /// Plans that the validator refused under the household's own document, by the code of the first violation. Most
    /// are worse than doing nothing (`math.not_improved`).
    pub refused: BTreeMap<String, usize>,
    /// Plans left out because another is at least as good in tax, drift, ESG and orders, and better in one.
    pub dominated: usize,
    /// Plans left out because another is nearly the same.
    pub alike: usize,
    /// Searches made, the one for the best plan not counted.
    pub searches: usize,
    /// Work units of these.
    pub units: u64,
    /// Whether every trade-off was followed until nothing new could come of it; otherwise the search ended with enough
    /// candidates or at its limits.
    pub exhausted: bool,
}

impl Candidates {
    /// The candidate with this id.
    #[must_use]
    pub fn get(&self, id: &str) -> Option<&Candidate> {
        self.list.iter().find(|candidate| candidate.id == id)
    }

    /// Why there are fewer than wanted, in a sentence; `None` where there are enough.
    #[must_use]
    pub fn shortfall(&self, wanted: usize) -> Option<String> {
        label::shortfall(self, wanted)
    }
}

/// Why there are no candidates.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CandidatesError {
    /// No plan keeps every rule.
    #[error("there is nothing to choose: {}", .0.sentence())]
    Infeasible(Infeasible),
    /// The validator refuses what the optimiser found best.
    #[error("the plan that was found breaks a rule ({}); this is a defect of equipoise, please report it", codes(.0))]
    Refused(Box<Report>),
}

fn codes(report: &Report) -> String {
    report.verdict.violations.iter().map(|v| v.code.as_str()).collect::<Vec<_>>().join(", ")
}

/// Finds the best plan of a household, and others to choose among.
///
/// # Errors
/// [`CandidatesError`] where there is no plan at all.
///
/// # Source
/// Design document, "Multi-Objective Optimization" (48)–(57) and claim 2; model.md.
pub fn candidates(
    portfolio: &Portfolio,
    rates: &Rates,
    options: &Options,
) -> Result<Candidates, CandidatesError> {
    match optimize::optimize(portfolio, rates, &options.optimize.for_lots(portfolio.lots.len())) {
        Outcome::Planned(best) => candidates_around(portfolio, rates, &best, options),
        Outcome::Infeasible(infeasible) => Err(CandidatesError::Infeasible(infeasible)),
    }
}

/// The same where the best plan is known.
///
/// # Errors
/// [`CandidatesError::Refused`] where the validator refuses `best`.
pub fn candidates_around(
    portfolio: &Portfolio,
    rates: &Rates,
    best: &Solution,
    options: &Options,
) -> Result<Candidates, CandidatesError> {
    let report = judged(portfolio, rates, &best.rows, options);
    if !report.passed() {
        return Err(CandidatesError::Refused(Box::new(report)));
    }
    let household = sweep::Household { portfolio, rates, best, report: &report, options };
    let found = sweep::sweep(&household);
    let kept = frontier::kept(found.pool, options.most);
    let mut list = kept.plans;
    label::name(&mut list);
    Ok(Candidates {
        list,
        refused: found.refused,
        dominated: kept.dominated,
        alike: kept.alike,
        searches: found.searches,
        units: found.units,
        exhausted: found.exhausted,
    })
}

/// The rows of the optimiser as a plan that somebody proposes.
#[must_use]
pub fn proposed_plan(portfolio: &Portfolio, rows: &[Row]) -> ProposedPlan {
    let named = |row: &Row| {
        let security = &portfolio.securities[row.security];
        ProposedTrade::from(&Trade {
            action: row.side,
            account_id: portfolio.accounts[row.account].account_id.clone(),
            ticker: security.ticker.clone(),
            lot_id: row.lot.map(|lot| portfolio.lots[lot].lot_id.clone()),
            quantity: Number(row.quantity),
            estimated_price: Number(security.price),
            rationale: String::new(),
        })
    };
    ProposedPlan { trades: rows.iter().map(named).collect(), ..ProposedPlan::default() }
}

/// What the validator says of rows under the household's own document.
fn judged(portfolio: &Portfolio, rates: &Rates, rows: &[Row], options: &Options) -> Report {
    validate::validate(portfolio, rates, &proposed_plan(portfolio, rows), options.moment.as_ref())
}
