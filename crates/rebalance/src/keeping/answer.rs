//! Answers to a proposal: a person approves or rejects, time runs out, the portfolio changes, the household is paused.
//!
//! In: who answers, and which plan was looked at. Out: an [`Answer`], on record with the person either way. Invariant: an approval is
//! held against the household at the prices of now ([`decide`]); what is refused is on record with the reason.

use monitor::watch::Outcome;
use portfolio::plan::hash;
use serde_json::Value;

use super::failure::KeepingError;
use super::{Done, Keeper, Taken};
use crate::books::{Closing, Entry, Household, OpenedCycle, Person, Record, person_or_new};
use crate::id::{PersonId, RecommendationId};
use crate::life::{
    Decision, Now, Reason, Recommendation, Refusal, Rejection, Request, Shown, State, Step, decide,
};

/// Longest reason that is kept, characters.
pub const REASON_CHARS_MAX: usize = 2_000;

/// Why a plan no longer stands of which the portfolio is another.
pub(super) const CHANGED: &str = "the portfolio was changed after the plan was made";

/// What an answer came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// The plan is approved and goes to the broker.
    Approved,
    /// It counts, and a second person has to approve as well.
    OneMore,
    /// The proposal has ended.
    Rejected,
    /// It was not done, for this reason.
    Refused(Box<Refusal>),
}

impl Keeper<'_> {
    /// Approves a proposal for a person, who looked at the plan with this hash; without one, at the plan that waits.
    ///
    /// # Errors
    /// [`KeepingError`]. That the approval is refused is no error but an [`Answer`].
    pub fn approve(
        &self,
        id: RecommendationId,
        name: &str,
        plan_hash: Option<&str>,
    ) -> Result<Answer, KeepingError> {
        self.approve_through(id, name, plan_hash, None)
    }

    /// The same by a program in the person's name: `through` is a word for the record.
    ///
    /// # Errors
    /// As [`Keeper::approve`].
    pub fn approve_through(
        &self,
        id: RecommendationId,
        name: &str,
        plan_hash: Option<&str>,
        through: Option<&str>,
    ) -> Result<Answer, KeepingError> {
        let (household, mut found) = self.found(id)?;
        let person = self.somebody(name)?;
        let now = self.world.now();
        // The next look would end it; whoever approves before that look finds it ended as well.
        if let Some((why, words)) = self.no_longer_stands(&household, &found)? {
            self.ending(&household, &found, why, "cycle", &words)?;
            found = self.found(id)?.1;
        }
        let waiting = found.kept().plan_hash.clone().unwrap_or_default();
        let request = Request { person: person.id, plan_hash: plan_hash.map_or(waiting, str::to_owned) };
        let earlier = self.books.reading().approvals(id)?;
        let facts = self.facts(&household)?;
        let decided = decide(&found, &earlier, &request, &Now { at: now, facts }, &household.policy);
        let decided = match self.altered(&found)? {
            Some(reason) if decided.is_ok() => Err(found.refusal("approve", reason, now)),
            _ => decided,
        };
        match decided {
            Ok(decision) => {
                let enough = matches!(decision, Decision::Enough(_));
                let moved = found.step(decision.into_step(), now)?;
                self.write(Entry::moved_by(moved, &person, through, self.event()))?;
                Ok(if enough { Answer::Approved } else { Answer::OneMore })
            }
            Err(refusal) => {
                let record = Record::of_refusal(&refusal, household.id, &person.id.to_string(), through);
                self.write(Entry::new(record))?;
                Ok(Answer::Refused(refusal))
            }
        }
    }

    /// Why an approval of the plan that waits would be refused now, if this person gave it; `None` where it would count, or no plan waits. Nothing
    /// is written.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn against_approval(
        &self,
        found: &Recommendation,
        household: &Household,
        person: PersonId,
    ) -> Result<Option<Reason>, KeepingError> {
        let (State::PendingApproval, Some(plan_hash)) = (found.state(), found.kept().plan_hash.clone())
        else {
            return Ok(None);
        };
        let earlier = self.books.reading().approvals(found.id())?;
        let now = Now { at: self.world.now(), facts: self.facts(household)? };
        let request = Request { person, plan_hash };
        match decide(found, &earlier, &request, &now, &household.policy) {
            Ok(_) => self.altered(found),
            Err(refusal) => Ok(Some(refusal.reason)),
        }
    }

    /// Why the plan on record is not the one that was shown: computed anew from its rows and its document, as before orders are sent.
    fn altered(&self, found: &Recommendation) -> Result<Option<Reason>, KeepingError> {
        let Some(offer) = found.offer() else { return Ok(None) };
        let attempt = self.last_attempt(found)?;
        let on_record = hash::plan_hash(&self.version(attempt.portfolio)?.text, &attempt.trades);
        let shown = offer.plan_hash.clone();
        Ok((on_record != shown).then_some(Reason::NotAsShown { shown, found: on_record }))
    }

    /// Rejects a proposal for a person, with the reason in that person's words.
    ///
    /// # Errors
    /// [`KeepingError`]. That there is nothing to reject is no error but an [`Answer`].
    pub fn reject(&self, id: RecommendationId, name: &str, reason: &str) -> Result<Answer, KeepingError> {
        self.reject_through(id, name, reason, None)
    }

    /// The same by a program in the person's name: `through` is a word for the record.
    ///
    /// # Errors
    /// As [`Keeper::reject`].
    pub fn reject_through(
        &self,
        id: RecommendationId,
        name: &str,
        reason: &str,
        through: Option<&str>,
    ) -> Result<Answer, KeepingError> {
        let (household, found) = self.found(id)?;
        let person = self.person(name)?.to_string();
        let reason: String = reason.chars().take(REASON_CHARS_MAX).collect();
        match self.ended_through(&household, &found, Rejection::ByPerson, (&person, through), &reason) {
            Ok(entry) => self.write(entry).map(|_| Answer::Rejected),
            Err(KeepingError::Refused(refusal)) => {
                self.write(Entry::new(Record::of_refusal(&refusal, household.id, &person, through)))?;
                Ok(Answer::Refused(refusal))
            }
            Err(error) => Err(error),
        }
    }

    /// Ends a proposal that nobody has answered and that can't stand: `None` where it can.
    pub(super) fn overtaken(
        &self,
        household: &Household,
        found: &Recommendation,
    ) -> Result<Option<Done>, KeepingError> {
        let Some(offer) = found.offer() else { return Ok(None) };
        let ended = if self.world.now() >= offer.expires_at {
            Some((Rejection::Expired, format!("nobody answered until {}", offer.expires_at)))
        } else {
            self.no_longer_stands(household, found)?
        };
        ended.map(|(why, words)| self.ending(household, found, why, "cycle", &words)).transpose()
    }

    /// Why a proposal that waits can't stand whatever the time; `None` where it can, or does not wait.
    pub(super) fn no_longer_stands(
        &self,
        household: &Household,
        found: &Recommendation,
    ) -> Result<Option<(Rejection, String)>, KeepingError> {
        if found.state() != State::PendingApproval {
            return Ok(None);
        }
        if household.paused {
            return Ok(Some((Rejection::Withdrawn, "the household was paused".to_owned())));
        }
        let made_for = self.books.reading().attempts(found.id())?.pop().map(|attempt| attempt.portfolio);
        let present = self.books.reading().portfolio(household.id)?;
        let Some(present) = present.filter(|kept| made_for == Some(kept.id)) else {
            return Ok(Some((Rejection::Superseded, CHANGED.to_owned())));
        };
        Ok(self.ruled_out(household.id, &present.text)?.map(|why| (Rejection::Superseded, why)))
    }

    /// Ends a proposal without a trade.
    fn ending(
        &self,
        household: &Household,
        found: &Recommendation,
        rejection: Rejection,
        actor: &str,
        words: &str,
    ) -> Result<Done, KeepingError> {
        self.write(self.ended(household, found, rejection, actor, words)?)?;
        Ok(Done::of(household, Some(found.id()), Taken::Rejected(rejection), words))
    }

    /// The entry of that.
    pub(super) fn ended(
        &self,
        household: &Household,
        found: &Recommendation,
        rejection: Rejection,
        actor: &str,
        words: &str,
    ) -> Result<Entry, KeepingError> {
        self.ended_through(household, found, rejection, (actor, None), words)
    }

    /// The same, with that through which the actor acted.
    fn ended_through(
        &self,
        household: &Household,
        found: &Recommendation,
        rejection: Rejection,
        (actor, through): (&str, Option<&str>),
        words: &str,
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let moved = found.step(Step::Reject(rejection), now)?;
        let outcome = match rejection {
            Rejection::ByPerson => Outcome::Rejected,
            Rejection::Expired => Outcome::Expired,
            Rejection::Superseded => Outcome::Superseded,
            Rejection::Withdrawn => Outcome::Withdrawn,
        };
        let open = self.open(found)?;
        let closing = self.closing(household, &open, Closing::Finished, outcome, words)?;
        let mut body = self.signed(serde_json::json!({"reason": rejection.word(), "words": words}), actor)?;
        if let Some(through) = through {
            body["through"] = serde_json::json!(through);
        }
        let record = Record::new("rejection", household.id, actor, now, body.to_string()).about(&found.id());
        Ok(Entry::moved(moved, actor, self.event()).recording(record).and(closing))
    }

    /// A recommendation with its household.
    pub(super) fn found(&self, id: RecommendationId) -> Result<(Household, Recommendation), KeepingError> {
        let found = self.books.reading().recommendation(id)?;
        let found = found.ok_or_else(|| KeepingError::Unknown { what: format!("proposal `{id}`") })?;
        let household = self.books.reading().household(found.kept().household)?;
        let household =
            household.ok_or_else(|| KeepingError::Unknown { what: format!("household of `{id}`") })?;
        Ok((household, found))
    }

    /// The household as it is now.
    fn facts(&self, household: &Household) -> Result<Shown, KeepingError> {
        let kept = self.books.reading().portfolio(household.id)?;
        let kept =
            kept.ok_or_else(|| KeepingError::Unknown { what: format!("portfolio of `{}`", household.name) })?;
        let live = self.live(&kept, self.world.now())?;
        self.priced(Shown::of(&live.text, &live.read), &live.read)
    }

    pub(super) fn person(&self, name: &str) -> Result<PersonId, KeepingError> {
        Ok(self.somebody(name)?.id)
    }

    fn somebody(&self, name: &str) -> Result<Person, KeepingError> {
        let now = self.world.now();
        Ok(person_or_new(self.books, name, PersonId::new(now, self.world.draw()), now)?)
    }

    /// The body of a record with the name of whoever acted beside the id, where that was a person.
    pub(super) fn signed(&self, mut body: Value, actor: &str) -> Result<Value, KeepingError> {
        if let Ok(id) = actor.parse::<PersonId>() {
            let people = self.books.reading().people()?;
            let name = people.into_iter().find(|person| person.id == id).map(|person| person.name);
            body["by"] = serde_json::json!({"person": actor, "name": name});
        }
        Ok(body)
    }

    /// The cycle that a recommendation belongs to.
    pub(super) fn open(&self, found: &Recommendation) -> Result<OpenedCycle, KeepingError> {
        let cycle = found.kept().cycle;
        let open = self.books.reading().open_cycle(found.kept().household)?;
        open.filter(|open| open.id == cycle)
            .ok_or_else(|| KeepingError::Unknown { what: format!("open cycle `{cycle}`") })
    }
}
