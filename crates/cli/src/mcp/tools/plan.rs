//! `plan`: a validated plan with its proven bound; nothing of it is kept.

use portfolio::Plan;
use rebalance::{Cycle, CycleError, Depth, Options, cycle};
use serde::Serialize;

use super::super::arguments::{Arguments, HOUSEHOLD};
use super::super::sight::{Refused, Seen, Sight};
use super::super::tool::{Tool, Where, written};
use crate::failure::Failure;

pub(super) const TOOL: Tool = Tool {
    name: "plan",
    title: "Plan",
    words: "The best plan that the optimiser finds for a household now: trades exact to the tax lot with a reason each, cost, tax and drift before and after, a proven \
            bound that no plan can pass, and the verdict of the validator. It is computed for you and not kept: it is no proposal, and nothing comes of it. \
            Where no plan keeps every rule, `status` is `infeasible` and it says which wishes can't hold together.",
    parameters: &[HOUSEHOLD],
    place: Where::Everywhere,
    run,
};

/// Work units of a search: some seconds, since whoever asks waits for the answer. What is left open is told by the gap.
const EFFORT_MAX: u64 = 50_000;

#[derive(Serialize)]
struct Planned {
    household: String,
    kept: bool,
    plan: Plan,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let seen = sight.seen(asked)?;
    let made = made(&seen, Depth::Plain)?;
    written(&Planned { household: seen.household, kept: false, plan: made.plan })
}

/// A plan by the optimiser. The hours of the schedule are not judged: it is not to be sent.
pub(super) fn made(seen: &Seen, depth: Depth) -> Result<Cycle, Refused> {
    let optimize = optimize::Options { effort_max: EFFORT_MAX, ..optimize::Options::default() };
    cycle(&seen.text, &Options { optimize, depth, ..Options::default() }).map_err(|error| match error {
        CycleError::Document(error) => Failure::document(&seen.household, &error).into(),
        error => Refused::of(&error),
    })
}
