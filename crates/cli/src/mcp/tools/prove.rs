//! `prove`: the proof of a record of the audit log, as `audit prove` writes it.
//!
//! In: the number of a record. Out: the text of a proof, and how anybody checks it. Invariant: nothing is signed for it; what no checkpoint
//! covers yet is not proven here.

use rebalance::books::access::Right;
use rebalance::id::HouseholdId;
use serde_json::json;

use super::super::arguments::{Arguments, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};
use super::super::visit::Visit;
use crate::books::Opened;
use crate::commands::audit::prove::signed_already;

pub(super) const TOOL: Tool = Tool {
    name: "prove",
    title: "Proof of a record",
    words: "The proof of one record of the audit log, which anybody can check without the database: save `proof` to a file as it is and run the command in `check`. \
            `proposal` names the records about a proposal.",
    parameters: &[
        Parameter::new("record", Kind::Whole(0, u64::MAX >> 1), "Number of the record, from 0").required()
    ],
    place: Where::InBooks,
    run,
};

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let visit = sight.visit()?;
    let number = asked.whole("record").unwrap_or_default();
    let none = || {
        Refused::new(format!(
            "there is no record {number} that can be seen; `proposal` names those about a proposal"
        ))
    };
    if number >= visit.books.record_count()? {
        return Err(none());
    }
    let record = visit.books.record(number)?;
    if !may_see(visit, &record)? {
        return Err(none());
    }
    let proof = signed_already(&visit.books, &record)?.ok_or_else(|| {
        Refused::new(format!(
            "no signed checkpoint covers record {number} yet; the service signs one as it goes on, and `equipoise audit prove {number}` signs one now"
        ))
    })?;
    let key = visit.books.trust().log.to_text();
    written(&json!({
        "record": number,
        "kind": record.row.kind.as_str(),
        "key": key,
        "check": format!("equipoise audit check FILE --key {key}"),
        "proof": proof,
    }))
}

/// Whose record it is says who may see it; of an erased one nobody can say any more.
fn may_see(visit: &Visit, record: &Opened) -> Result<bool, Refused> {
    let allowed = visit.allowed()?;
    if allowed.may_everywhere(Right::Audit) {
        return Ok(true);
    }
    let of = record.contents.as_ref().and_then(|contents| contents.household.parse::<HouseholdId>().ok());
    let household = visit.books.households()?.into_iter().find(|household| Some(household.id) == of);
    Ok(household.is_some_and(|household| allowed.may(Right::Audit, &household)))
}
