//! Records: what goes into the audit log.
//!
//! In: what happened. Out: a [`Record`], its body a JSON text with the same bytes for the same facts. Invariant: no secret is
//! in a record; what identifies a household is in its body, which the log keeps encrypted under the household's own key.

use jiff::Timestamp;
use portfolio::plan::Number;
use serde_json::{Value, json};

use super::people::Person;
use crate::id::HouseholdId;
use crate::life::{Moved, Refusal, Rejection, State};

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Record {
    /// What, as a stable word such as `approval`: up to 32 of `a-z`, `0-9` and `_`, beginning with a letter.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// Whose, unless it concerns nobody or everybody.
    pub household: Option<HouseholdId>,
    /// What it belongs to: the id of a recommendation or a cycle; empty where there is none.
    pub subject: String,
    /// Who did it: a person's id, or a part of the program such as `monitor`.
    pub actor: String,
    /// The facts: JSON, or a text as it was sent or received (a prompt, a reply).
    pub body: String,
}

impl Record {
    /// A record of a household; it belongs to nothing else until [`Record::about`] says so.
    #[must_use]
    pub fn new(kind: &str, household: HouseholdId, actor: &str, at: Timestamp, body: String) -> Record {
        let (kind, actor) = (kind.to_owned(), actor.to_owned());
        Record { kind, at, household: Some(household), subject: String::new(), actor, body }
    }

    /// What it belongs to.
    #[must_use]
    pub fn about(mut self, subject: &impl ToString) -> Record {
        self.subject = subject.to_string();
        self
    }

    /// That there is a new person, with the name: who approved what is told by the log and not by a table that can be edited.
    #[must_use]
    pub fn of_person(person: &Person) -> Record {
        let body = json!({"person": person.id.to_string(), "name": person.name}).to_string();
        let actor = person.id.to_string();
        let kind = "person_made".to_owned();
        Record { kind, at: person.made_at, household: None, subject: String::new(), actor, body }
    }

    /// That a recommendation has moved.
    #[must_use]
    pub fn of_move(moved: &Moved, actor: &str) -> Record {
        let kept = moved.after().kept();
        let by_person = matches!(moved.step(), "approve" | "endorse" | "reject");
        let kind = if by_person { "approval" } else { "move" };
        Record::new(kind, kept.household, actor, kept.moved_at, move_facts(moved).to_string()).about(&kept.id)
    }

    /// That a person has moved a recommendation, with the name of that moment, and through what where it was not the person.
    #[must_use]
    pub fn of_move_by(moved: &Moved, person: &Person, through: Option<&str>) -> Record {
        let actor = person.id.to_string();
        let mut facts = move_facts(moved);
        facts["by"] = json!({"person": actor, "name": person.name});
        if let Some(through) = through {
            facts["through"] = json!(through);
        }
        Record { body: facts.to_string(), ..Record::of_move(moved, &actor) }
    }

    /// That a step was refused, and through what it was asked for where that was not the person.
    #[must_use]
    pub fn of_refusal(
        refusal: &Refusal,
        household: HouseholdId,
        actor: &str,
        through: Option<&str>,
    ) -> Record {
        let mut body = json!({
            "recommendation": refusal.recommendation.to_string(),
            "state": refusal.state.name(),
            "step": refusal.step,
            "code": refusal.reason.code(),
            "why": refusal.reason.to_string(),
        });
        if let Some(through) = through {
            body["through"] = json!(through);
        }
        Record::new("refusal", household, actor, refusal.at, body.to_string()).about(&refusal.recommendation)
    }
}

/// The facts of a move, for the record and for the event.
#[must_use]
pub fn move_facts(moved: &Moved) -> Value {
    let kept = moved.after().kept();
    let mut facts = json!({
        "recommendation": kept.id.to_string(),
        "cycle": kept.cycle.to_string(),
        "step": moved.step(),
        "from": moved.before().name(),
        "to": kept.state.name(),
        "version": kept.version,
        "attempt": kept.attempt,
        "plan_hash": kept.plan_hash,
    });
    if let Some(why) = kept.state.rejection().map(Rejection::word) {
        facts["reason"] = json!(why);
    }
    // What an approval depends on beside the plan: how many have to approve, and until when.
    if let (State::PendingApproval, Some(offer)) = (kept.state, &kept.offer) {
        facts["offer"] = json!({
            "plan_hash": offer.plan_hash,
            "traded_usd": offer.traded_usd.to_string(),
            "edited_by": offer.edited_by.map(|person| person.to_string()),
            "expires_at": offer.expires_at.to_string(),
        });
    }
    if let Some(approval) = moved.approval() {
        let prices = approval.prices.iter().map(|(ticker, price)| (ticker.clone(), json!(Number(*price))));
        facts["approval"] = json!({
            "person": approval.person.to_string(),
            "plan_hash": approval.plan_hash,
            "prices": prices.collect::<serde_json::Map<String, Value>>(),
        });
    }
    facts
}
