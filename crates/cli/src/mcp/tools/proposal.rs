//! `proposal`: one proposal with its plan as it was shown, its orders, and what is on record about it.

use jiff::Timestamp;
use rebalance::books::access::Right;
use rebalance::books::{Books, Household, Listed};
use rebalance::life::Recommendation;
use serde::Serialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use super::super::arguments::{Arguments, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};
use super::super::visit::Visit;
use crate::commands::{order_row, proposal_row};

pub(super) const TOOL: Tool = Tool {
    name: "proposal",
    title: "Proposal",
    words: "One proposal: where it stands, its plan document as a person was shown it, its orders with their fills, and, where the person may read the log, the numbers of the \
            records about it, each of which `prove` proves.",
    parameters: &[
        Parameter::new("proposal", Kind::Name, "Id of the proposal, as `proposals` gives it").required()
    ],
    place: Where::InBooks,
    run,
};

#[derive(Serialize)]
struct Shown {
    proposal: Value,
    plan: Option<Box<RawValue>>,
    orders: Vec<Value>,
    records: Option<Vec<Value>>,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let visit = sight.visit()?;
    let (household, found) = visit.proposal(asked.text("proposal").unwrap_or_default())?;
    let failed = |error| Refused::from(visit.books.failed(&error));
    let reading = visit.books.store.reading();
    let attempt = reading.attempts(found.id()).map_err(failed)?.pop();
    let trades = attempt.as_ref().map_or(0, |attempt| attempt.trades.len());
    let plan = attempt.map(|attempt| RawValue::from_string(attempt.document)).transpose();
    let plan = plan.map_err(|error| Refused::new(format!("the plan on record can't be read ({error})")))?;
    let placed = visit.books.placed(reading.orders(found.id()).map_err(failed)?, None)?;
    written(&Shown {
        proposal: proposal_row(&household.name, &Listed::from(&found), trades),
        plan,
        orders: placed.iter().map(order_row).collect(),
        records: records(visit, &household, &found)?,
    })
}

/// What is on record about it, for whoever may read the log.
fn records(
    visit: &Visit,
    household: &Household,
    found: &Recommendation,
) -> Result<Option<Vec<Value>>, Refused> {
    if !visit.allowed()?.may(Right::Audit, household) {
        return Ok(None);
    }
    let records = visit.books.records_about(found)?;
    let row = |record: &crate::books::Opened| {
        let at = Timestamp::from_microsecond(record.row.time_micros).map(|at| at.to_string()).ok();
        json!({"record": record.row.sequence, "kind": record.row.kind.as_str(), "at": at})
    };
    Ok(Some(records.iter().map(row).collect()))
}
