//! What the optimiser is given, and how close two figures have to be.
//!
//! In: a portfolio document. Out: [`Task`], read as `equipoise plan` reads it. Invariant: every tolerance of
//! the soundness checks is one of the constants here.

use optimize::{Options, Outcome, Row, Solution};
use portfolio::money::float;
use portfolio::plan::{ProposedPlan, ProposedTrade};
use portfolio::{Portfolio, Side};
use serde_json::Value;
use tax::plan_tax::Rates;

/// How far a bound may lie above the L of a plan that keeps every rule exactly, as a part of the gap's scale:
/// what is lost when hundreds of products of binary floats are added up.
pub(super) const BOUND: f64 = 1e-8;

/// How far a stated figure may lie from its recomputed one, as a part of it.
pub(super) const FIGURES: f64 = 1e-9;

/// By how many USD the optimiser's own plan may break a money rule (`SLACK_USD` of `optimize`): by what that is
/// worth two plans for one household may differ in L.
const SLACK_USD: f64 = 1e-4;

/// The effort of an answer.
pub const EFFORT: u64 = 200_000;

/// The effort of an answer about a document with coarse steps: its bound counts, proven or not, and steps of a
/// tenth of V can take a search very long.
pub(super) const EFFORT_GRID: u64 = 5_000;

/// Who answers: a task and a limit on the work units.
pub type Planner<'a> = dyn Fn(&Task, u64) -> Outcome + Sync + 'a;

/// A portfolio to be planned for.
pub struct Task {
    /// The document.
    pub document: Value,
    /// Read, with the targets to aim at.
    pub portfolio: Portfolio,
    /// The rates of its tax.
    pub rates: Rates,
}

/// The optimiser's own answer.
#[must_use]
pub fn ours(task: &Task, effort_max: u64) -> Outcome {
    let options = Options { effort_max, ..Options::default() };
    optimize::optimize(&task.portfolio, &task.rates, &options)
}

impl Task {
    /// Reads a document as `equipoise plan` does.
    ///
    /// # Errors
    /// What is wrong with the document, in words.
    pub fn read(document: &Value) -> Result<Task, String> {
        let portfolio = portfolio::read(&document.to_string()).map_err(|error| error.to_string())?;
        let rates = rebalance::household_rates::household_rates(&portfolio).map_err(|e| e.to_string())?;
        let drift = monitor::monitor(&portfolio);
        Ok(Task { document: document.clone(), portfolio: monitor::aim(portfolio, &drift), rates })
    }

    /// V, USD.
    pub(super) fn value(&self) -> f64 {
        float(self.portfolio.value())
    }

    /// What the validator says of a plan.
    pub(super) fn validated(&self, plan: &ProposedPlan) -> validate::Report {
        validate::validate(&self.portfolio, &self.rates, plan, None)
    }

    /// The optimiser's rows as a plan that somebody proposes.
    pub(super) fn proposed(&self, rows: &[Row]) -> ProposedPlan {
        let trade = |row: &Row| ProposedTrade {
            action: Some(row.side),
            account_id: Some(self.portfolio.accounts[row.account].account_id.clone()),
            ticker: Some(self.portfolio.securities[row.security].ticker.clone()),
            lot_id: row.lot.map(|lot| self.portfolio.lots[lot].lot_id.clone()),
            quantity: Some(row.quantity),
            ..ProposedTrade::default()
        };
        ProposedPlan { trades: rows.iter().map(trade).collect(), ..ProposedPlan::default() }
    }

    /// A plan in a line.
    pub(super) fn told(&self, plan: &ProposedPlan) -> String {
        if plan.trades.is_empty() {
            return "the plan of doing nothing".to_owned();
        }
        let row = |t: &ProposedTrade| {
            let side = if t.action == Some(Side::Buy) { "buy" } else { "sell" };
            let text = |field: &Option<String>| field.clone().unwrap_or_default();
            let quantity = t.quantity.unwrap_or_default().normalize();
            format!("{side} {quantity} {} {} {}", text(&t.account_id), text(&t.ticker), text(&t.lot_id))
        };
        plan.trades.iter().map(row).collect::<Vec<_>>().join(", ")
    }
}

/// The denominator of the relative gap.
pub(super) fn gap_scale(solution: &Solution) -> f64 {
    optimize::outcome::gap_scale(solution.bound, solution.objective_without_trades)
}

/// How far two answers about one household may miss each other: no weight is further than 1 off its target, so
/// this much of λ is all that a part of V can be worth.
pub(super) fn leeway(task: &Task, solution: &Solution) -> f64 {
    let lambda = task.portfolio.lambdas();
    let worth = 2.0 * float(lambda.drift) + float(lambda.cost) + float(lambda.tax) + float(lambda.esg);
    BOUND * gap_scale(solution) + worth * SLACK_USD / task.value()
}
