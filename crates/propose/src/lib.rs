//! A plan, from whoever proposes it.
//!
//! In: the portfolio to plan for and its rates. Out: a [`Proposal`]: the name of the planner and what
//! it came up with. Whoever proposed it, nothing here is checked: the way on leads through `validate`.

pub mod candidates;
pub mod choice;
pub mod phrases;
pub mod prompt;
pub mod reply;

use optimize::Outcome;
use portfolio::Portfolio;
use tax::plan_tax::Rates;

/// How the optimiser's plans are signed.
pub const SOLVER: &str = "solver";

/// A plan that nobody has checked, and who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// `solver`, `model:NAME` or `hybrid:NAME`, as a plan document has it.
    pub planner: String,
    /// What it came up with.
    pub outcome: Outcome,
}

/// The optimiser's plan, with its proof.
#[must_use]
pub fn solve(portfolio: &Portfolio, rates: &Rates, options: &optimize::Options) -> Proposal {
    Proposal {
        planner: SOLVER.to_owned(),
        outcome: optimize::optimize(portfolio, rates, &options.for_lots(portfolio.lots.len())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_solver_signs_its_plan() {
        let household = portfolio::read(
            r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": []}"#,
        )
        .unwrap();
        let proposal = solve(&household, &Rates::default(), &optimize::Options::default());
        assert_eq!(proposal.planner, "solver");
        assert!(matches!(proposal.outcome, Outcome::Planned(plan) if plan.rows.is_empty()));
    }
}
