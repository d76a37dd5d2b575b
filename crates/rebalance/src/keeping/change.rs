//! A person changes the plan that waits: another one of the computed plans, or rows changed by hand.
//!
//! In: the proposal, who changes it, the hash of the plan that was looked at, the rows that are wanted. Out: the proposal that waited has ended
//! (superseded), and another one waits in its place, made for the same portfolio at the same prices; or what is wrong with the rows, or why
//! it can't be done. Invariants: the validator judges the rows like anybody's, before anything is written; both happen in one entry, so that
//! nobody approves the one while the other begins; a change makes nothing stand longer.

use jiff::Timestamp;
use monitor::watch::Outcome;
use portfolio::plan::{Finding, ProposedPlan};
use serde_json::json;

use super::Keeper;
use super::failure::KeepingError;
use crate::Planner;
use crate::books::recipe::{Recipe, proposed};
use crate::books::{Change, Closing, Entry, OpenedCycle, Record};
use crate::by_person::{Chosen, by_person};
use crate::cycle::Options;
use crate::id::{CycleId, RecommendationId};
use crate::life::offer::NoOffer;
use crate::life::refusal::Reason;
use crate::life::{Offered, Policy, Recommendation, Refusal, Rejection, State, Step};

/// Why the new cycle began.
const TRIGGER: &str = "changed_by_person";
/// Why the old proposal ended.
const TAKEN_OVER: &str = "a person changed the plan; the changed one waits in its place";

/// What a change came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// The changed plan waits for approval, as this proposal.
    Offered(RecommendationId),
    /// It breaks rules, and nothing was changed.
    Invalid(Vec<Finding>),
    /// It trades nothing, and nothing was changed.
    Nothing,
    /// It was not done, for this reason.
    Refused(Box<Refusal>),
}

impl Keeper<'_> {
    /// Puts a person's plan in the place of the one that waits, whose hash the person looked at.
    ///
    /// # Errors
    /// [`KeepingError`]. That it can't be done is no error but a [`Changed`], on record where the proposal is why.
    pub fn change_plan(
        &self,
        id: RecommendationId,
        name: &str,
        looked_at: &str,
        plan: &ProposedPlan,
    ) -> Result<Changed, KeepingError> {
        let (household, found) = self.found(id)?;
        let now = self.world.now();
        let person = self.person(name)?;
        let refused = |reason| {
            let refusal = found.refusal("change", reason, now);
            let record = Record::of_refusal(&refusal, household.id, &person.to_string(), None);
            self.write(Entry::new(record)).map(|_| Changed::Refused(refusal))
        };
        let (State::PendingApproval, Some(offer)) = (found.state(), found.offer()) else {
            return refused(Reason::State(found.state()));
        };
        if offer.plan_hash != looked_at {
            return refused(Reason::PlanHash {
                offered: offer.plan_hash.clone(),
                given: looked_at.to_owned(),
            });
        }
        let Some(minutes) = minutes_left(offer.expires_at, now) else {
            return refused(Reason::Expired(offer.expires_at));
        };
        if self.no_longer_stands(&household, &found)?.is_some() {
            return refused(Reason::PortfolioChanged);
        }
        let before = self.last_attempt(&found)?;
        let kept = self.version(before.portfolio)?;
        let moment = self.moment(&household, &kept)?;
        let options = Options {
            planner: Planner::Solver,
            moment: Some(moment.clone()),
            stages: None,
            ..self.options.clone()
        };
        let made = match by_person(&kept.text, plan, &before.trades, &options)? {
            Chosen::Valid(made) => made,
            Chosen::Invalid(report) => return Ok(Changed::Invalid(report.verdict.violations)),
        };
        if made.plan.plan_hash == offer.plan_hash {
            return refused(Reason::SamePlan(offer.plan_hash.clone()));
        }
        if let Some(why) = self.unsendable(&kept.text, &made)? {
            return refused(Reason::NeverSent(why));
        }
        let policy = Policy { valid_minutes: minutes, ..household.policy.clone() };
        let offered = match Offered::of(&kept.text, &made, &policy, Some(person), now, Some(&moment)) {
            Ok(offered) => offered,
            Err(NoOffer::NothingToDo) => return Ok(Changed::Nothing),
            Err(NoOffer::Refused(report)) => return Ok(Changed::Invalid(report.verdict.violations)),
            Err(NoOffer::Infeasible | NoOffer::Hash { .. }) => {
                return Err(KeepingError::Unknown { what: "plan with these rows".to_owned() });
            }
        };
        let actor = person.to_string();
        let old = self.taken_over(&found, &actor)?;
        let opened = OpenedCycle {
            id: CycleId::new(now, self.world.draw()),
            household: household.id,
            portfolio: kept.id,
            trigger: TRIGGER.to_owned(),
            at: now,
        };
        let id = RecommendationId::new(now, self.world.draw());
        let begun = Recommendation::begin(id, household.id, opened.id, now);
        let proposal = begun.step(Step::Propose(made.plan.plan_hash.clone()), now)?;
        let waiting = proposal.after().clone();
        let attempt = self.attempt(&waiting, 1, &kept, &made)?;
        let told = self.told(&household, &waiting, &made, &[])?;
        let judged = self.judged(&household, &waiting, &made)?;
        let shown = waiting.step(Step::Offer(offered), now)?;
        let mut watching = self.watching(&household)?;
        watching.watch.replaced(&id.to_string())?;
        let edit =
            self.signed(json!({"instead_of": found.id().to_string(), "plan_hash": looked_at}), &actor)?;
        let edit = Record::new("edit", household.id, &actor, now, edit.to_string()).about(&id);
        let entry = old
            .and(Entry::started(opened, begun, &actor))
            .recording(edit)
            .and(Entry::moved(proposal, &actor, self.event()))
            .recording(proposed(&attempt, household.id, &Recipe::of(&options), &actor))
            .with(Change::Attempt(attempt))
            .and(told)
            .and(judged)
            .and(Entry::moved(shown, "cycle", self.event()))
            .with(watching.kept(now)?);
        self.write(entry)?;
        Ok(Changed::Offered(id))
    }

    /// The end of the proposal whose plan is changed, and of its cycle; its watch goes on with what takes its place.
    fn taken_over(&self, found: &Recommendation, actor: &str) -> Result<Entry, KeepingError> {
        let (now, household) = (self.world.now(), found.kept().household);
        let (rejection, closing) = (Rejection::Superseded, Closing::Finished);
        let cycle = self.open(found)?.id;
        let why = self.signed(json!({"reason": rejection.word(), "words": TAKEN_OVER}), actor)?.to_string();
        let end = json!({"cycle": cycle.to_string(), "how": closing.word(), "why": TAKEN_OVER,
                         "outcome": format!("{:?}", Outcome::Superseded)});
        let moved = found.step(Step::Reject(rejection), now)?;
        Ok(Entry::moved(moved, actor, self.event())
            .recording(Record::new("rejection", household, actor, now, why).about(&found.id()))
            .recording(Record::new("cycle_closed", household, "cycle", now, end.to_string()).about(&cycle))
            .with(Change::CycleClosed(cycle, closing)))
    }
}

/// Whole minutes that an offer still stands; none where that is less than one.
fn minutes_left(until: Timestamp, now: Timestamp) -> Option<u32> {
    let minutes = until.duration_since(now).as_mins();
    u32::try_from(minutes).ok().filter(|minutes| *minutes > 0)
}
