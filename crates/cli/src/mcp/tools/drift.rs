//! `drift`: how far a household is from its targets, and whether that is a reason to act.

use monitor::DriftReport;
use serde::Serialize;

use super::super::arguments::{Arguments, HOUSEHOLD};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};

pub(super) const TOOL: Tool = Tool {
    name: "drift",
    title: "Drift",
    words: "How far a household has drifted: weight and target of each asset class, its band with the parts that it is made of, which classes are outside, \
            whether to act and why, and every drift metric.",
    parameters: &[HOUSEHOLD],
    place: Where::Everywhere,
    run,
};

#[derive(Serialize)]
struct Drift {
    household: String,
    drift: DriftReport,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let seen = sight.seen(asked)?;
    written(&Drift { household: seen.household, drift: monitor::monitor(&seen.read) })
}
