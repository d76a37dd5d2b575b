//! The flow of a rebalance.
//!
//! In: the text of a portfolio document and [`Options`]. Out: a [`Cycle`], or the reason why there
//! can be none. Each step is one line of [`cycle`]; none of them looks back.

use explain::Depth;
use monitor::DriftReport;
use optimize::{Infeasible, Outcome, Row, Solution};
use portfolio::plan::{Number, Plan, ProposedPlan, ProposedTrade, Trade};
use portfolio::{DocumentError, Portfolio};
use propose::{Planner, ProposeError};
use tax::plan_tax::Rates;
use validate::{Moment, Report};

use crate::household_rates::{self, RatesError};
use crate::necessity::{self, Lifted};
use crate::plan_document::{self, Facts};
use crate::rationale;

/// How a cycle is run.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Who proposes.
    pub planner: Planner,
    /// How hard the optimiser tries.
    pub optimize: optimize::Options,
    /// How deep the explanation looks.
    pub depth: Depth,
    /// The clock, where the schedule is to be judged.
    pub moment: Option<Moment>,
}

/// One finished cycle.
#[derive(Debug)]
pub struct Cycle {
    /// What was read, with the targets that the plan was made against.
    pub portfolio: Portfolio,
    /// The tax rates that counted.
    pub rates: Rates,
    /// How far the household had drifted.
    pub drift: DriftReport,
    /// The plan document.
    pub plan: Plan,
    /// What became of it.
    pub verdict: Verdict,
    /// The wish that had to be lifted, if one had to be.
    pub lifted: Option<Lifted>,
}

/// What became of a cycle.
#[derive(Debug)]
pub enum Verdict {
    /// The plan broke no rule; its figures as the validator computed them.
    Valid(Box<Report>),
    /// No plan keeps every rule; why, and the figures of doing nothing.
    Infeasible(Infeasible, Box<Report>),
}

impl Verdict {
    /// The validator's figures: of the plan, or of doing nothing.
    #[must_use]
    pub fn report(&self) -> &Report {
        match self {
            Verdict::Valid(report) | Verdict::Infeasible(_, report) => report,
        }
    }
}

/// Why there is no cycle.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CycleError {
    /// The text is no portfolio document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The tax rates can't be looked up, or contradict each other.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// Nobody can propose.
    #[error(transparent)]
    Propose(#[from] ProposeError),
    /// The validator refuses the proposal of our own optimiser.
    #[error("the plan that was found breaks a rule and is not shown: {}; this is a defect of equipoise, please report it together with the document", broken(.0))]
    Refused(Box<Report>),
}

fn broken(report: &Report) -> String {
    let told = report.verdict.violations.iter().map(|v| format!("{} ({}: {})", v.code, v.place, v.detail));
    told.collect::<Vec<_>>().join(", ")
}

/// Runs one cycle on a portfolio document.
///
/// # Errors
/// [`CycleError`]. That no plan keeps every rule is no error but a [`Verdict`].
///
/// # Source
/// Design document, sequence of a rebalance; model.md.
pub fn cycle(text: &str, options: &Options) -> Result<Cycle, CycleError> {
    let document = portfolio::read(text)?;
    let rates = household_rates::household_rates(&document)?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    let decided = necessity::propose(aimed, &rates, &drift, options)?;
    let (portfolio, lifted) = (decided.portfolio, decided.lifted);
    let proposed = match &decided.proposal.outcome {
        Outcome::Planned(solution) => trades(&portfolio, solution),
        Outcome::Infeasible(_) => ProposedPlan::default(),
    };
    let report = validate::validate(&portfolio, &rates, &proposed, options.moment.as_ref());
    let verdict = judged(&decided.proposal.outcome, report)?;
    let facts = Facts {
        text,
        portfolio: &portfolio,
        rates: &rates,
        drift: &drift,
        proposal: &decided.proposal,
        report: verdict.report(),
        lifted: lifted.as_ref(),
    };
    let words = rationale::rationale(&facts, options);
    let plan = plan_document::plan_document(&facts, &proposed, words);
    Ok(Cycle { portfolio, rates, drift, plan, verdict, lifted })
}

/// The validator has the last word: a plan that it refuses is our own defect.
fn judged(outcome: &Outcome, report: Report) -> Result<Verdict, CycleError> {
    let report = Box::new(report);
    match outcome {
        Outcome::Infeasible(conflict) => Ok(Verdict::Infeasible(conflict.clone(), report)),
        Outcome::Planned(_) if report.passed() => Ok(Verdict::Valid(report)),
        Outcome::Planned(_) => Err(CycleError::Refused(report)),
    }
}

/// The optimiser's rows as a plan that somebody proposes: no stage sees more than this.
pub(crate) fn trades(portfolio: &Portfolio, solution: &Solution) -> ProposedPlan {
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
    ProposedPlan { trades: solution.rows.iter().map(named).collect(), ..ProposedPlan::default() }
}
