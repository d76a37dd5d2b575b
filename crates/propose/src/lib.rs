//! A plan, from whoever proposes it.
//!
//! In: the portfolio to plan for and its rates. Out: a [`Proposal`]: the name of the planner and what
//! it came up with. Whoever proposed it, nothing here is checked: the way on leads through `validate`.
//!
//! Today the solver is the only planner; asking for a model says that none is configured.

pub mod candidates;
pub mod phrases;
pub mod prompt;
pub mod reply;

use std::fmt;

use optimize::Outcome;
use portfolio::Portfolio;
use tax::plan_tax::Rates;

/// Who makes the plan.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Planner {
    /// The optimiser, with its proof.
    #[default]
    Solver,
    /// A generative model.
    Model,
    /// A model's draft, mended and completed by the optimiser.
    Hybrid,
}

impl fmt::Display for Planner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Planner::Solver => "solver",
            Planner::Model => "model",
            Planner::Hybrid => "hybrid",
        })
    }
}

/// How to propose.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Who makes the plan.
    pub planner: Planner,
    /// How hard the optimiser tries.
    pub optimize: optimize::Options,
}

/// A plan that nobody has checked, and who made it.
#[derive(Debug, Clone, PartialEq)]
pub struct Proposal {
    /// `solver`, `model:NAME` or `hybrid:NAME`, as a plan document has it.
    pub planner: String,
    /// What it came up with.
    pub outcome: Outcome,
}

/// Why there is no proposal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ProposeError {
    /// A model was asked for and there is none.
    #[error(
        "no model is configured, so the planner `{planner}` can't be used; leave `--planner` out, or say `--planner solver`"
    )]
    NoModel {
        /// What was asked for.
        planner: Planner,
    },
}

/// Proposes a plan.
///
/// # Errors
/// [`ProposeError::NoModel`] where the planner needs a model.
pub fn propose(portfolio: &Portfolio, rates: &Rates, options: &Options) -> Result<Proposal, ProposeError> {
    match options.planner {
        Planner::Solver => Ok(Proposal {
            planner: Planner::Solver.to_string(),
            outcome: optimize::optimize(portfolio, rates, &options.optimize),
        }),
        planner @ (Planner::Model | Planner::Hybrid) => Err(ProposeError::NoModel { planner }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn household() -> Portfolio {
        portfolio::read(
            r#"{"as_of": "2026-11-20", "cash": 100, "target_allocation": {"Cash": 1}, "securities": []}"#,
        )
        .unwrap()
    }

    #[test]
    fn without_a_model_there_is_no_model_plan() {
        for planner in [Planner::Model, Planner::Hybrid] {
            let options = Options { planner, ..Options::default() };
            let error = propose(&household(), &Rates::default(), &options).unwrap_err();
            assert!(error.to_string().starts_with("no model is configured"), "{error}");
        }
    }

    #[test]
    fn the_solver_signs_its_plan() {
        let proposal = propose(&household(), &Rates::default(), &Options::default()).unwrap();
        assert_eq!(proposal.planner, "solver");
        assert!(matches!(proposal.outcome, Outcome::Planned(plan) if plan.rows.is_empty()));
    }
}
