//! `proposals`: what was proposed to the households that can be seen, and what waits.

use std::collections::BTreeMap;

use rebalance::books::access::Right;
use rebalance::books::{Books, Listing};
use rebalance::life::State;
use serde_json::{Value, json};

use super::super::arguments::{Arguments, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};
use crate::commands::proposal_row;

/// Entries where nobody says.
const LIMIT: usize = 50;

pub(super) const TOOL: Tool = Tool {
    name: "proposals",
    title: "Proposals",
    words: "Proposals, newest first: whose, where each stands, what it trades in USD, until when it can be approved. A proposal in `Pending_Approval` waits for a person.",
    parameters: &[
        Parameter::new(
            "household",
            Kind::Name,
            "Only those of this household, as `list_households` names it",
        ),
        Parameter::new("state", Kind::Word(states), "Only those in this state"),
        Parameter::new("limit", Kind::Whole(1, 1000), "How many at most; 50 where nothing is said"),
    ],
    place: Where::InBooks,
    run,
};

fn states() -> Vec<&'static str> {
    State::ALL
        .iter()
        .map(|state| state.name())
        .collect::<std::collections::BTreeSet<_>>()
        .into_iter()
        .collect()
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let visit = sight.visit()?;
    let failed = |error| Refused::from(visit.books.failed(&error));
    let only = asked.text("household").map(|name| visit.household(name, Right::Read)).transpose()?;
    let mut names: BTreeMap<_, String> =
        visit.households()?.into_iter().map(|household| (household.id, household.name)).collect();
    names.retain(|id, _| only.as_ref().is_none_or(|only| only.id == *id));
    let reading = visit.books.store.reading();
    let is_wanted = |state: &State| asked.text("state").is_none_or(|name| name == state.name());
    let wanted = Listing {
        states: State::ALL.into_iter().filter(is_wanted).collect(),
        households: Some(names.keys().copied().collect()),
        newest_first: true,
        ..Listing::all()
    };
    let mut all = reading.listed(&wanted).map_err(failed)?;
    let more = all.len().saturating_sub(asked.limit(LIMIT));
    all.truncate(asked.limit(LIMIT));
    let mut rows: Vec<Value> = Vec::with_capacity(all.len());
    for found in &all {
        let trades =
            reading.attempts(found.id).map_err(failed)?.pop().map_or(0, |attempt| attempt.trades.len());
        let name = names.get(&found.household).map_or("", String::as_str);
        rows.push(proposal_row(name, found, trades));
    }
    written(&json!({"proposals": rows, "more": more}))
}
