//! A model's answers that the validator refused: each on record as a plan that failed, before the one that stands.
//!
//! In: a cycle in which a model wrote trades. Out: for each refused answer `Pending_Validation`, `Validation_Failed` and
//! `Pending_Generation` again, with the prompt, the raw reply and the findings. Invariant: a refused answer has the hash of its own text, which is the
//! hash of no plan; after a crash in between the model is asked anew, and what it said before stays on record.

use serde_json::json;
use sha2::{Digest, Sha256};

use super::Keeper;
use super::failure::KeepingError;
use super::plan::asked_and_answered;
use crate::asked::Part;
use crate::attempt::Attempt;
use crate::books::{Entry, Household, Record};
use crate::cycle::Cycle;
use crate::life::{Recommendation, Step};

/// Whether an answer came and was refused as trades.
pub(super) fn is_refused(made: &Cycle, attempt: &Attempt) -> bool {
    let wrote_trades = made.asked.as_ref().is_some_and(|asked| asked.part == Part::Trades);
    wrote_trades && attempt.answer.is_ok() && !attempt.findings.is_empty()
}

impl Keeper<'_> {
    /// Writes down every refused answer; the recommendation as it is then, ready for the plan that stands.
    pub(super) fn reprompted(
        &self,
        household: &Household,
        found: Recommendation,
        made: &Cycle,
    ) -> Result<Recommendation, KeepingError> {
        let mut found = found;
        for attempt in made.asked.iter().flat_map(|asked| &asked.attempts) {
            let Ok(reply) = &attempt.answer else { continue };
            if !is_refused(made, attempt) {
                continue;
            }
            let now = self.world.now();
            let id = found.id();
            let record = |kind: &str, actor: &str, body: String| {
                Record::new(kind, household.id, actor, now, body).about(&id)
            };
            let hash: String =
                Sha256::digest(reply.text.as_bytes()).iter().map(|b| format!("{b:02x}")).collect();
            let proposed = Entry::moved(found.step(Step::Propose(hash), now)?, &reply.model, self.event());
            found = self.moved(id, asked_and_answered(proposed, attempt, &record))?;
            let verdict = json!({"passed": false, "violations": attempt.findings}).to_string();
            let invalid = Entry::moved(found.step(Step::Invalidate, now)?, "cycle", self.event());
            found = self.moved(id, invalid.recording(record("validation", "cycle", verdict)))?;
            let again = Entry::moved(found.step(Step::PromptAgain, now)?, "cycle", self.event());
            found = self.moved(id, again)?;
        }
        Ok(found)
    }

    /// Writes a move, and reads what it moved.
    fn moved(&self, id: crate::id::RecommendationId, entry: Entry) -> Result<Recommendation, KeepingError> {
        self.write(entry)?;
        let found = self.books.reading().recommendation(id)?;
        found.ok_or_else(|| KeepingError::Unknown { what: format!("proposal `{id}`") })
    }
}
