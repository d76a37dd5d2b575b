//! A person asks for a plan now, whether or not the watch would ask for one; or for a new plan over what a broker left undone.
//!
//! In: a household or a proposal, and who asks. Out: a plan that waits for approval, or why there is none. Invariants: a household has one open
//! cycle, whoever began it; a plan is made in hours in which the household may trade, on prices that can be traded on, and by the same
//! steps as any other; that somebody asked is on record.

use portfolio::schedule::{self, Moment, Opening};
use serde_json::json;

use super::failure::KeepingError;
use super::{Done, Keeper, Taken};
use crate::books::{BooksError, Household, Record};
use crate::id::RecommendationId;
use crate::life::State;
use crate::life::refusal::Reason;

/// Why a cycle began that a person asked for.
const TRIGGER: &str = "asked_by_person";
/// Steps from the start of a cycle to its proposal at most: a plan, its verdict, and again.
const STEPS_MAX: usize = 16;

/// What came of asking for a plan.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wanted {
    /// A plan waits for approval, or is being made or executed: this one, which was open or is new now.
    Open {
        /// The proposal.
        id: RecommendationId,
        /// It was made for this.
        is_new: bool,
    },
    /// There is none.
    Nothing {
        /// `nothing_to_do`, `no_feasible_plan`, `given_up`, `no_portfolio`, `paused`, `closed`, `prices`.
        code: &'static str,
        /// Why, in words.
        why: String,
    },
}

impl Keeper<'_> {
    /// Makes a plan for a household now. `through` is who asked in the person's name, where it was not the person: a word for the record.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn propose_now(
        &self,
        household: &Household,
        name: &str,
        through: Option<&str>,
    ) -> Result<Wanted, KeepingError> {
        let nothing = |code, why: String| Ok(Wanted::Nothing { code, why });
        let reading = self.books.reading();
        if let Some(open) = reading.open_cycle(household.id)?
            && let Some(found) = reading.recommendation_of(open.id)?
        {
            return Ok(Wanted::Open { id: found.id(), is_new: false });
        }
        if let Some((_, why)) = self.stands(household)?.paused {
            return nothing("paused", format!("the household is paused: {why}; resume it first"));
        }
        let Some(kept) = reading.portfolio(household.id)? else {
            return nothing("no_portfolio", "there is no portfolio document yet".to_owned());
        };
        let now = self.world.now();
        let live = self.live(&kept, now)?;
        let unusable = self.unusable_of(&live.read, &live.prices, now)?;
        if let Some(first) = unusable.first() {
            return nothing("prices", format!("nothing is traded on these prices: {first}"));
        }
        let moment = Moment { now, rebalances: self.rebalances(household)? };
        match schedule::opening(&live.read, &moment)? {
            Opening::Now => {}
            Opening::From { at, held } => {
                return nothing("closed", format!("{held}; ask again from {at} on"));
            }
            Opening::Never { held } => {
                return nothing("closed", format!("{held}, and there is no such time"));
            }
        }
        let report = monitor::monitor(&live.read);
        let mut watching = self.watching(household)?;
        watching.watch.asked(now, &report);
        let (id, begun) = self.beginning(household, &kept, &live, TRIGGER)?;
        let person = self.person(name)?.to_string();
        let mut facts = json!({"trigger": TRIGGER, "drift": report});
        if let Some(through) = through {
            facts["through"] = json!(through);
        }
        let asked = Record::new("plan_asked_for", household.id, &person, now, facts.to_string()).about(&id);
        self.write(begun.recording(asked).with(watching.kept(now)?))?;
        self.made_now(household, id)
    }

    /// Takes the steps of a cycle that has just begun, until a person is asked or it has ended. Where a service takes one of them first, what it came
    /// to counts.
    fn made_now(&self, household: &Household, id: RecommendationId) -> Result<Wanted, KeepingError> {
        let reading = self.books.reading();
        let mut words = String::new();
        for _ in 0..STEPS_MAX {
            let Some(found) = reading.recommendation(id)? else { break };
            if let Some(closing) = reading.closing(found.kept().cycle)? {
                return Ok(Wanted::Nothing { code: closing.word(), why: words });
            }
            let is_made = matches!(
                found.state(),
                State::PendingGeneration | State::PendingValidation | State::ValidationFailed
            );
            if !is_made {
                break;
            }
            match self.advance(household.id) {
                Ok(Some(done)) => words = done.words,
                Ok(None)
                | Err(KeepingError::Books(
                    BooksError::Conflict { .. } | BooksError::Exists { .. } | BooksError::CycleOpen { .. },
                )) => {}
                Err(error) => return Err(error),
            }
        }
        Ok(Wanted::Open { id, is_new: true })
    }

    /// Plans anew over what a broker left undone; `None` where the household may not trade at this hour.
    ///
    /// # Errors
    /// [`KeepingError`]; a refusal where the proposal is not one whose execution has failed.
    pub fn plan_again(&self, id: RecommendationId) -> Result<Option<Done>, KeepingError> {
        let (household, found) = self.found(id)?;
        let open = self.books.reading().open_cycle(household.id)?;
        let open = open.filter(|open| open.id == found.kept().cycle);
        let (State::ExecutionFailed, Some(open)) = (found.state(), open) else {
            return Err(found.refusal("retry", Reason::State(found.state()), self.world.now()).into());
        };
        let done = self.retry(&household, &open, &found)?;
        Ok(done.filter(|done| done.step != Taken::Rested))
    }
}
