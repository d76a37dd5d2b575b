//! `propose`: a plan that is kept and waits for a person.
//!
//! In: a household in which the person may ask for plans. Out: the proposal that is open then, or why there is none. Invariant: it is recorded as
//! asked for by the person through an assistant, and comes to nothing before a person approves it.

use rebalance::books::access::Right;
use rebalance::books::{Books, Listed};
use rebalance::keeping::wanted::Wanted;
use serde_json::json;

use super::super::arguments::{Arguments, HOUSEHOLD};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};
use crate::commands::proposal_row;

pub(super) const TOOL: Tool = Tool {
    name: "propose",
    title: "Ask for a proposal",
    words: "Asks for a plan that is kept and then waits for a person's approval, recorded as asked for by the person through an assistant. Call it only when the person wants it. \
            Where a proposal is open already, that one is the answer. Nothing is traded before a person approves it in Equipoise itself.",
    parameters: &[HOUSEHOLD],
    place: Where::IfAllowed,
    run,
};

/// Who asks in a person's name, in the record.
const THROUGH: &str = "assistant";

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let visit = sight.visit()?;
    let household = visit.household(&sight.named(asked)?, Right::Write)?;
    let before = visit.books.record_count()?;
    let wanted = visit.kept(|keeper| keeper.propose_now(&household, &visit.person.name, Some(THROUGH)))?;
    if visit.books.record_count()? != before {
        visit.books.checkpoint()?;
    }
    let (id, outcome, why) = match wanted {
        Wanted::Nothing { code, why } => {
            return written(
                &json!({"household": household.name, "outcome": code, "why": why, "proposal": null}),
            );
        }
        Wanted::Open { id, is_new: true } => (id, "new", "a plan was made and waits for a person"),
        Wanted::Open { id, is_new: false } => {
            (id, "open", "a proposal is open already; a person answers it, or it ends first")
        }
    };
    let failed = |error| Refused::from(visit.books.failed(&error));
    let reading = visit.books.store.reading();
    let found = reading.recommendation(id).map_err(failed)?;
    let trades = reading.attempts(id).map_err(failed)?.pop().map_or(0, |attempt| attempt.trades.len());
    let proposal = found.map(|found| proposal_row(&household.name, &Listed::from(&found), trades));
    written(&json!({"household": household.name, "outcome": outcome, "why": why, "proposal": proposal,
                    "next": "a person looks at it and answers, on the page or with `equipoise show` and `equipoise approve`"}))
}
