//! How a plan was made, on record, so that it can be made again.
//!
//! In: the options of a cycle. Out: a [`Recipe`], its record beside the attempt, and the options again. Whoever writes an
//! [`Attempt`] writes [`proposed`] with it; `equipoise replay` reads it. Invariant: with the same engine, the text of the attempt's
//! portfolio and the recipe give the attempt's document byte for byte, where the optimiser proposed. A model's answer is not
//! drawn again: its prompts and replies have records of their own.
//!
//! The body of the record, of the kind [`KIND`] and about the recommendation:
//!
//! ```json
//! {"recommendation": "…", "attempt": 1, "portfolio": "…", "planner": "solver", "plan_hash": "…",
//!  "recipe": {"engine": "0.1.0", "gap": 0.00001, "effort_max": 200000, "depth": "full",
//!             "moment": {"now": "2026-11-25T15:00:00Z", "rebalances": ["2026-10-01"]}}}
//! ```

use explain::Depth;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use validate::Moment;

use super::proposals::Attempt;
use super::records::Record;
use crate::cycle::Options;
use crate::id::HouseholdId;

/// The kind of the record.
pub const KIND: &str = "proposal";
/// The version of what makes plans.
pub const ENGINE: &str = env!("CARGO_PKG_VERSION");

/// What of a cycle's options a plan depends on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recipe {
    /// The version of the engine.
    pub engine: String,
    /// Relative gap at which the search stopped.
    pub gap: f64,
    /// Largest number of work units.
    pub effort_max: u64,
    /// How deep the explanation looked.
    pub depth: Deep,
    /// The clock, where the schedule was judged.
    pub moment: Option<At>,
}

/// [`Depth`] by its word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deep {
    /// See [`Depth::Facts`].
    Facts,
    /// See [`Depth::Plain`].
    Plain,
    /// See [`Depth::Full`].
    Full,
}

/// A [`Moment`].
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct At {
    /// Now, as it was then.
    pub now: Timestamp,
    /// Days on which the household was rebalanced before.
    pub rebalances: Vec<Date>,
}

impl Recipe {
    /// Of the options of a cycle.
    #[must_use]
    pub fn of(options: &Options<'_>) -> Recipe {
        let depth = match options.depth {
            Depth::Facts => Deep::Facts,
            Depth::Plain => Deep::Plain,
            Depth::Full => Deep::Full,
        };
        let moment = options.moment.as_ref();
        Recipe {
            engine: ENGINE.to_owned(),
            gap: options.optimize.gap,
            effort_max: options.optimize.effort_max,
            depth,
            moment: moment.map(|at| At { now: at.now, rebalances: at.rebalances.clone() }),
        }
    }

    /// The options again, for the optimiser alone.
    #[must_use]
    pub fn options(&self) -> Options<'static> {
        let depth = match self.depth {
            Deep::Facts => Depth::Facts,
            Deep::Plain => Depth::Plain,
            Deep::Full => Depth::Full,
        };
        let optimize =
            optimize::Options { gap: self.gap, effort_max: self.effort_max, ..optimize::Options::default() };
        let moment = self.moment.as_ref();
        let moment = moment.map(|at| Moment { now: at.now, rebalances: at.rebalances.clone() });
        Options { optimize, depth, moment, ..Options::default() }
    }

    /// The recipe in the body of a record; none where it has none that can be read.
    #[must_use]
    pub fn in_record(body: &[u8]) -> Option<(u32, Recipe)> {
        let body: serde_json::Value = serde_json::from_slice(body).ok()?;
        let attempt = u32::try_from(body.get("attempt")?.as_u64()?).ok()?;
        Some((attempt, serde_json::from_value(body.get("recipe")?.clone()).ok()?))
    }
}

/// That a plan was proposed, and how it was made: the record that belongs to an attempt.
#[must_use]
pub fn proposed(attempt: &Attempt, household: HouseholdId, recipe: &Recipe, actor: &str) -> Record {
    let body = json!({
        "recommendation": attempt.recommendation.to_string(),
        "attempt": attempt.attempt,
        "portfolio": attempt.portfolio.to_string(),
        "planner": attempt.planner,
        "plan_hash": attempt.plan_hash,
        "recipe": recipe,
    });
    Record::new(KIND, household, actor, attempt.at, body.to_string()).about(&attempt.recommendation)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_recipe_survives_its_record() {
        let moment = Moment { now: Timestamp::UNIX_EPOCH, rebalances: vec![jiff::civil::date(2026, 10, 1)] };
        let options = Options { depth: Depth::Full, moment: Some(moment), ..Options::default() };
        let recipe = Recipe::of(&options);
        let body = json!({"attempt": 2, "recipe": recipe}).to_string();
        assert_eq!(Recipe::in_record(body.as_bytes()), Some((2, recipe.clone())));
        assert_eq!(Recipe::of(&recipe.options()), recipe);
        assert_eq!(Recipe::in_record(b"{}"), None);
        assert_eq!(Recipe::in_record(body.replace("\"gap\"", "\"gep\"").as_bytes()), None);
    }
}
