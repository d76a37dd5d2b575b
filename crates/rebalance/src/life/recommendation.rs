//! One recommendation, and the one way to move it.
//!
//! In: a [`Step`]. Out: a [`Moved`], which the books write together with its record and its event, or a [`Refusal`].
//! Invariant: the version grows by one with every move, so that of two who move the same version one loses.

use jiff::Timestamp;

use super::approval::Approval;
use super::offer::Offer;
use super::refusal::{Reason, Refusal};
use super::state::State;
use super::step::Step;
use crate::id::{CycleId, HouseholdId, RecommendationId};

/// A recommendation as it is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// Its name.
    pub id: RecommendationId,
    /// Whose.
    pub household: HouseholdId,
    /// The cycle it belongs to.
    pub cycle: CycleId,
    /// Where it stands.
    pub state: State,
    /// Moves so far.
    pub version: u64,
    /// Proposals so far, from 1.
    pub attempt: u32,
    /// The plan at hand.
    pub plan_hash: Option<String>,
    /// What was shown last.
    pub offer: Option<Offer>,
    /// When it began.
    pub begun_at: Timestamp,
    /// When it moved last.
    pub moved_at: Timestamp,
}

/// A recommendation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recommendation(Kept);

/// A step that was taken, to be written once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    before: State,
    step: &'static str,
    after: Recommendation,
    approval: Option<Approval>,
}

/// A kept recommendation that can't be one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the recommendation {id} is on record as {state} without {lacks}; the record was altered")]
pub struct Inconsistent {
    /// Which.
    pub id: RecommendationId,
    /// Its state.
    pub state: State,
    /// What such a state has.
    pub lacks: &'static str,
}

impl Recommendation {
    /// A new one, in `Pending_Generation`.
    #[must_use]
    pub fn begin(
        id: RecommendationId,
        household: HouseholdId,
        cycle: CycleId,
        at: Timestamp,
    ) -> Recommendation {
        Recommendation(Kept {
            id,
            household,
            cycle,
            state: State::PendingGeneration,
            version: 0,
            attempt: 1,
            plan_hash: None,
            offer: None,
            begun_at: at,
            moved_at: at,
        })
    }

    /// One that was kept.
    ///
    /// # Errors
    /// [`Inconsistent`] where its parts don't fit its state.
    pub fn restore(kept: Kept) -> Result<Recommendation, Inconsistent> {
        use State as S;
        let lacks = |lacks| Inconsistent { id: kept.id, state: kept.state, lacks };
        let early = matches!(kept.state, S::PendingGeneration | S::PendingValidation | S::ValidationFailed);
        if kept.state != S::PendingGeneration && kept.plan_hash.is_none() {
            return Err(lacks("a plan"));
        }
        match &kept.offer {
            None if !early => Err(lacks("an offer")),
            Some(offer) if !early && Some(&offer.plan_hash) != kept.plan_hash.as_ref() => {
                Err(lacks("an offer of its plan"))
            }
            _ => Ok(Recommendation(kept)),
        }
    }

    /// What is kept of it.
    #[must_use]
    pub fn kept(&self) -> &Kept {
        &self.0
    }

    /// Its name.
    #[must_use]
    pub fn id(&self) -> RecommendationId {
        self.0.id
    }

    /// Where it stands.
    #[must_use]
    pub fn state(&self) -> State {
        self.0.state
    }

    /// What was shown last.
    #[must_use]
    pub fn offer(&self) -> Option<&Offer> {
        self.0.offer.as_ref()
    }

    /// Takes a step, or says why not.
    ///
    /// # Errors
    /// A [`Refusal`] to record; nothing has changed.
    pub fn step(&self, step: Step, at: Timestamp) -> Result<Moved, Box<Refusal>> {
        let word = step.word();
        let Some(next) = step.from(self.state()) else {
            return Err(self.refusal(word, Reason::State(self.state()), at));
        };
        let mut after = self.0.clone();
        let approval = after.take(step).map_err(|reason| self.refusal(word, reason, at))?;
        after.state = next;
        after.version += 1;
        after.moved_at = at;
        Ok(Moved { before: self.state(), step: word, after: Recommendation(after), approval })
    }

    /// A refusal of a step of this one.
    #[must_use]
    pub fn refusal(&self, step: &'static str, reason: Reason, at: Timestamp) -> Box<Refusal> {
        Box::new(Refusal { recommendation: self.id(), state: self.state(), step, at, reason })
    }
}

impl Kept {
    /// What a step brings along, taken into account; the approval that it gives.
    fn take(&mut self, step: Step) -> Result<Option<Approval>, Reason> {
        match step {
            Step::Propose(plan_hash) => self.plan_hash = Some(plan_hash),
            Step::PromptAgain => {
                self.plan_hash = None;
                self.attempt = self.attempt.saturating_add(1);
            }
            Step::Offer(offered) => {
                self.is_plan_at_hand(&offered.offer().plan_hash)?;
                self.offer = Some(offered.into_offer());
            }
            Step::Retry(offered) => {
                let offer = offered.into_offer();
                if self.plan_hash.as_ref() == Some(&offer.plan_hash) {
                    return Err(Reason::SamePlan(offer.plan_hash));
                }
                self.attempt = self.attempt.saturating_add(1);
                self.plan_hash = Some(offer.plan_hash.clone());
                self.offer = Some(offer);
            }
            Step::Endorse(endorsement) => return self.is_own(endorsement.into_approval()).map(Some),
            Step::Approve(consent) => return self.is_own(consent.into_approval()).map(Some),
            Step::Send(approved) => self.is_plan_at_hand(approved.plan_hash())?,
            Step::Invalidate | Step::Reject(_) | Step::Complete | Step::Fail => {}
        }
        Ok(None)
    }

    fn is_plan_at_hand(&self, plan_hash: &str) -> Result<(), Reason> {
        let offered = self.plan_hash.clone().unwrap_or_default();
        if offered == plan_hash {
            Ok(())
        } else {
            Err(Reason::PlanHash { offered, given: plan_hash.to_owned() })
        }
    }

    fn is_own(&self, approval: Approval) -> Result<Approval, Reason> {
        self.is_plan_at_hand(&approval.plan_hash)?;
        if approval.recommendation == self.id {
            return Ok(approval);
        }
        Err(Reason::PlanHash { offered: self.id.to_string(), given: approval.recommendation.to_string() })
    }
}

impl Moved {
    /// Where it stood.
    #[must_use]
    pub fn before(&self) -> State {
        self.before
    }

    /// The version that has to be on record still.
    #[must_use]
    pub fn version_before(&self) -> u64 {
        self.after.0.version - 1
    }

    /// The step by its word.
    #[must_use]
    pub fn step(&self) -> &'static str {
        self.step
    }

    /// The recommendation from here on, once this is written.
    #[must_use]
    pub fn after(&self) -> &Recommendation {
        &self.after
    }

    /// The approval that the step gave.
    #[must_use]
    pub fn approval(&self) -> Option<&Approval> {
        self.approval.as_ref()
    }
}
