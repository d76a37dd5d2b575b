//! Watching one household: on each tick, act or rest, and why.
//!
//! In: [`Facts`] of a household at a tick, and what became of the plans that were asked for. Out: a [`Decision`] each
//! time, with a code and words, doing nothing included. A [`Watch`] is all that is remembered between ticks; it is a value that
//! a store keeps as text, and it is changed nowhere else.
//!
//! | part | what it answers |
//! | --- | --- |
//! | [`Facts`] | what is known at a tick |
//! | [`Policy`] | when does the household want to hear of it |
//! | `streaks` | since when is something so (debounce) |
//! | `answered` | what was answered and is no news (hysteresis) |
//! | `cycle` | where is it in a cycle, and how can one end |
//! | [`Decision`] | what is to be done; `wording`: how it is told |
//!
//! # Invariants
//! - The same watch and the same facts give the same decision, also when the watch was written and read in between.
//! - It acts only in a session of the market, within the household's own hours and frequency, and never while a plan is being made
//!   or waits for an answer: one cycle per household at a time.
//! - A tick that is delivered twice or late changes nothing. An error changes nothing.

mod answered;
mod cycle;
mod facts;
pub mod policy;
mod streaks;
pub mod told;
mod wording;

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use portfolio::exchange::{self, OutOfCalendar, eastern};
use portfolio::household::Class;
use portfolio::schedule::{self, Moment, Opening, same_period};
use serde::{Deserialize, Serialize};

use self::answered::{Answered, Asked};
use self::cycle::{Phase, short_enough, still_to_come};
use self::streaks::Streaks;
use crate::harvest::Opportunity;
use crate::report::{ClassDrift, DriftReport};

pub use cycle::{Outcome, WatchError};
pub use facts::{CashFlow, Facts};
pub use policy::{Persistence, Policy, PolicyError, Schedule};
pub use told::{AccountNote, Breach, Decision, HeldBy, Rest, Trigger, Verdict};

/// The wait after a failed attempt, seconds; doubled with every further one.
const RETRY_SECS: i64 = 300;
/// The longest such wait, seconds.
const RETRY_SECS_MAX: i64 = 86_400;
/// What is remembered of a household between ticks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Watch {
    last_tick: Option<Timestamp>,
    last_codes: Vec<String>,
    phase: Phase,
    failures: u32,
    pause: Option<Pause>,
    snoozed: BTreeMap<Class, Timestamp>,
    breaches: Streaks,
    losses: Streaks,
    answered: Answered,
}

/// Nothing is to be done for a household.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Pause {
    until: Option<Timestamp>,
    why: String,
}

impl Watch {
    /// Begins to watch; money that flowed before, and dates before, are no reasons.
    #[must_use]
    pub fn new(started: Timestamp) -> Watch {
        Watch {
            last_tick: None,
            last_codes: Vec::new(),
            phase: Phase::Watching,
            failures: 0,
            pause: None,
            snoozed: BTreeMap::new(),
            breaches: Streaks::default(),
            losses: Streaks::default(),
            answered: Answered::nothing(started),
        }
    }

    /// Takes a tick and decides. Whoever gets an [`Verdict::Act`] makes a plan, and tells the watch what became of it by
    /// [`Watch::proposed`] and [`Watch::ended`].
    ///
    /// # Errors
    /// [`OutOfCalendar`] where the market's calendar does not have the day.
    ///
    /// # Source
    /// Design document (1), (2), "Portfolio Monitoring Service"; debounce and hysteresis are house decisions (2026-11-26).
    pub fn tick(&mut self, facts: &Facts<'_>) -> Result<Decision, OutOfCalendar> {
        let now = facts.now;
        if let Some(last) = self.last_tick.filter(|last| now <= *last) {
            let verdict = Verdict::Rest(Rest::NotNewer { last });
            return Ok(Decision { at: now, verdict, notes: Vec::new(), repeated: false });
        }
        let session = exchange::session_at(now)?;
        let moment = Moment { now, rebalances: facts.rebalances.to_vec() };
        let opening = schedule::opening(facts.portfolio, &moment)?;
        self.forget(facts);
        let breached: BTreeSet<&str> = self.news(facts).map(|c| c.class.as_str()).collect();
        let losses: BTreeSet<&str> = self.loss_news(facts).map(|o| o.lot_id.as_str()).collect();
        self.breaches.follow(&breached, now, self.last_tick, session.as_ref());
        self.losses.follow(&losses, now, self.last_tick, session.as_ref());
        self.last_tick = Some(now);

        let notes = facts.notes(self.answered.flows_until);
        let verdict = self.verdict(facts, opening);
        if let Verdict::Act(_) = &verdict {
            self.phase = Phase::Planning { asked: Asked::of(facts) };
        }
        let codes: Vec<String> = verdict.codes().into_iter().map(str::to_owned).collect();
        let repeated = codes == self.last_codes;
        self.last_codes = codes;
        Ok(Decision { at: now, verdict, notes, repeated })
    }

    /// The plan that was asked for became a proposal.
    ///
    /// # Errors
    /// [`WatchError`] where none was asked for.
    pub fn proposed(&mut self, id: &str) -> Result<(), WatchError> {
        short_enough(id)?;
        let Phase::Planning { asked } = &self.phase else {
            return Err(WatchError::NotPlanning { id: id.to_owned() });
        };
        self.phase = Phase::Proposed { id: id.to_owned(), asked: asked.clone() };
        self.failures = 0;
        Ok(())
    }

    /// Another proposal took the place of the one that is open: it answers what was asked. Of one that it knows nothing of, nothing changes.
    ///
    /// # Errors
    /// [`WatchError`] for a name that is too long.
    pub fn replaced(&mut self, id: &str) -> Result<(), WatchError> {
        short_enough(id)?;
        if let Phase::Proposed { asked, .. } = &self.phase {
            self.phase = Phase::Proposed { id: id.to_owned(), asked: asked.clone() };
        }
        Ok(())
    }

    /// A person asked for a plan at an instant, with this drift. Where a plan is being made or waits already, nothing changes.
    pub fn asked(&mut self, now: Timestamp, report: &DriftReport) {
        if matches!(self.phase, Phase::Watching | Phase::Retrying { .. }) {
            self.phase = Phase::Planning { asked: Asked::by_person(now, report) };
        }
    }

    /// The plan that was asked for, or the proposal, came to an end.
    ///
    /// What was refused, not answered in time, or led to no plan, is quiet until it grows by the margin of the policy or for
    /// its quiet days. What was superseded or withdrawn has not been answered.
    ///
    /// # Errors
    /// [`WatchError`] where nothing is open that could have come to this end.
    pub fn ended(&mut self, outcome: Outcome, now: Timestamp, policy: &Policy) -> Result<(), WatchError> {
        let (phase, asked) = match &self.phase {
            Phase::Watching | Phase::Retrying { .. } => ("no plan was asked for", None),
            Phase::Planning { asked } => ("a plan is being made", outcome.ends_planning().then_some(asked)),
            Phase::Proposed { asked, .. } => ("a proposal is open", outcome.ends_proposal().then_some(asked)),
        };
        let Some(asked) = asked.cloned() else { return Err(WatchError::NothingOpen { outcome, phase }) };
        self.phase = Phase::Watching;
        match outcome {
            Outcome::Failed => {
                self.failures = self.failures.saturating_add(1);
                let doubled = RETRY_SECS.saturating_mul(1 << (self.failures - 1).min(20));
                self.phase = Phase::Retrying { at: later(now, doubled.min(RETRY_SECS_MAX)) };
            }
            Outcome::Superseded | Outcome::Withdrawn => {}
            _ => {
                self.failures = 0;
                let quiet_secs = i64::from(policy.quiet_days) * 86_400;
                let until = later(now, quiet_secs);
                if outcome == Outcome::Executed {
                    self.answered.done(asked, until);
                } else {
                    self.answered.take(asked, until);
                }
                self.breaches.clear();
                self.losses.clear();
            }
        }
        Ok(())
    }

    /// Does nothing for the household until an instant, or until it is resumed.
    ///
    /// # Errors
    /// [`WatchError`] for an instant that has passed, or a text that is too long.
    pub fn pause(&mut self, now: Timestamp, until: Option<Timestamp>, why: &str) -> Result<(), WatchError> {
        short_enough(why)?;
        until.map_or(Ok(()), |until| still_to_come(until, now))?;
        self.pause = Some(Pause { until, why: why.to_owned() });
        Ok(())
    }

    /// Watches on.
    pub fn resume(&mut self) {
        self.pause = None;
    }

    /// That nothing is to be done for the household: until when, where that was said, and why.
    #[must_use]
    pub fn paused(&self, now: Timestamp) -> Option<(Option<Timestamp>, &str)> {
        let pause = self.pause.as_ref().filter(|pause| pause.until.is_none_or(|until| now < until))?;
        Some((pause.until, &pause.why))
    }

    /// Classes that it is quiet about, each until when.
    pub fn snoozed(&self, now: Timestamp) -> impl Iterator<Item = (&str, Timestamp)> {
        let open = self.snoozed.iter().filter(move |(_, until)| now < **until);
        open.map(|(class, until)| (class.as_str(), *until))
    }

    /// Is quiet about a class until an instant; of two calls the later counts.
    ///
    /// # Errors
    /// [`WatchError`] for an instant that has passed, or a name that is too long.
    pub fn snooze(&mut self, class: &str, now: Timestamp, until: Timestamp) -> Result<(), WatchError> {
        short_enough(class)?;
        still_to_come(until, now)?;
        self.snoozed.insert(class.to_owned(), until);
        Ok(())
    }

    /// Listens to a class again.
    pub fn wake(&mut self, class: &str) {
        self.snoozed.remove(class);
    }

    /// The proposal that is open.
    #[must_use]
    pub fn open_proposal(&self) -> Option<&str> {
        if let Phase::Proposed { id, .. } = &self.phase { Some(id) } else { None }
    }

    /// Whether a plan was asked for of which nothing has been heard: after a crash, the cycle to take up again.
    #[must_use]
    pub fn is_planning(&self) -> bool {
        matches!(self.phase, Phase::Planning { .. })
    }

    /// When it was told of a tick last.
    #[must_use]
    pub fn last_look(&self) -> Option<Timestamp> {
        self.last_tick
    }

    /// Until when no plan is made, since the last could not be.
    #[must_use]
    pub fn retrying(&self) -> Option<Timestamp> {
        if let Phase::Retrying { at } = self.phase { Some(at) } else { None }
    }

    /// Classes whose drift somebody has answered, each until when nothing is said of it unless it grows.
    pub fn quiet(&self) -> impl Iterator<Item = (&str, Timestamp)> {
        self.answered.quiet()
    }

    /// What has passed by now.
    fn forget(&mut self, facts: &Facts<'_>) {
        let now = facts.now;
        self.pause.take_if(|pause| pause.until.is_some_and(|until| until <= now));
        self.snoozed.retain(|_, until| now < *until);
        self.answered.forget(facts);
        if let Phase::Retrying { at } = self.phase
            && at <= now
        {
            self.phase = Phase::Watching;
        }
    }

    /// Classes outside their bands by more than was answered.
    fn news<'a>(&self, facts: &Facts<'a>) -> impl Iterator<Item = &'a ClassDrift> {
        let breached = facts.report.classes.iter().filter(|c| c.breached);
        breached.filter(|c| self.answered.drift(&c.class, c.drift.0, facts.policy).is_none())
    }

    /// Losses that nobody has answered.
    fn loss_news<'a>(&self, facts: &Facts<'a>) -> impl Iterator<Item = &'a Opportunity> {
        facts.opportunities.iter().filter(|o| self.answered.loss_is_news(&o.lot_id, o.loss_usd, facts.policy))
    }

    fn verdict(&self, facts: &Facts<'_>, opening: Opening) -> Verdict {
        if let Some(Pause { until, why }) = &self.pause {
            return Verdict::Rest(Rest::Paused { until: *until, why: why.clone() });
        }
        match &self.phase {
            Phase::Watching => {}
            Phase::Retrying { at } => {
                return Verdict::Rest(Rest::Retrying { at: *at, failures: self.failures });
            }
            Phase::Planning { asked } => return Verdict::Rest(Rest::Planning { since: asked.at }),
            Phase::Proposed { id, .. } => return Verdict::Rest(Rest::Proposed { id: id.clone() }),
        }
        let triggers = self.triggers(facts);
        if triggers.is_empty() {
            return Verdict::Rest(self.nothing(facts));
        }
        match opening {
            Opening::Now => Verdict::Act(triggers),
            Opening::From { at, held } => Verdict::Rest(Rest::Wait { triggers, until: at, held }),
            Opening::Never { held } => Verdict::Rest(Rest::Never { triggers, held }),
        }
    }

    /// Every reason to make a plan: what is urgent first.
    fn triggers(&self, facts: &Facts<'_>) -> Vec<Trigger> {
        let policy = facts.policy;
        let value_usd = facts.report.value_usd.0;
        let mut triggers = Vec::new();
        let needed = facts.cash_needed_usd();
        if self.answered.cash_is_news(needed, value_usd, policy) {
            triggers.push(Trigger::CashNeeded { usd: needed });
        }
        let breaches: Vec<Breach> = self.breaches(facts);
        if policy.schedule.hears_drift() && !breaches.is_empty() {
            triggers.push(Trigger::Drift(breaches));
        }
        let today = eastern(facts.now).date();
        let last = self.answered.day;
        if let Some(every) =
            policy.schedule.period().filter(|p| last < today && !same_period(*p, last, today))
        {
            triggers.push(Trigger::Date { every, last });
        }
        let net = facts.flowed_usd(self.answered.flows_until, None);
        if net.abs() >= policy.flow_part_min * value_usd && !net.is_zero() {
            let usd = net.abs();
            triggers.push(if net.is_sign_negative() {
                Trigger::Withdrawal { usd }
            } else {
                Trigger::Deposit { usd }
            });
        }
        let lasting =
            |o: &&Opportunity| self.losses.of(&o.lot_id).is_some_and(|s| policy.persistence.is_met(s));
        let losses: Vec<&Opportunity> = self.loss_news(facts).filter(lasting).collect();
        if !losses.is_empty() {
            let loss_usd = losses.iter().map(|o| o.loss_usd).sum();
            triggers.push(Trigger::Harvest { lots: losses.len(), loss_usd });
        }
        triggers
    }

    /// Classes whose alarm nothing holds.
    fn breaches(&self, facts: &Facts<'_>) -> Vec<Breach> {
        let lasting = |c: &ClassDrift| {
            let streak = self.breaches.of(&c.class).filter(|s| facts.policy.persistence.is_met(s))?;
            Some(Breach {
                class: c.class.clone(),
                drift: c.drift.0,
                tau: c.tolerance.tau.0,
                since: streak.since,
            })
        };
        self.news(facts).filter(|c| !self.snoozed.contains_key(&c.class)).filter_map(lasting).collect()
    }

    /// Why there is no reason to act.
    fn nothing(&self, facts: &Facts<'_>) -> Rest {
        let breached = facts.report.classes.iter().filter(|c| c.breached);
        let classes: Vec<(Class, HeldBy)> =
            breached.map(|c| (c.class.clone(), self.held_by(c, facts))).collect();
        let lots = self.loss_news(facts).count();
        if classes.is_empty() && lots == 0 {
            return Rest::Inside { why: facts.report.why.clone() };
        }
        Rest::Held { classes, lots }
    }

    /// What holds the alarm of a class that is outside its band.
    fn held_by(&self, c: &ClassDrift, facts: &Facts<'_>) -> HeldBy {
        let policy = facts.policy;
        if let Some(until) = self.snoozed.get(&c.class) {
            return HeldBy::Snoozed { until: *until };
        }
        if let Some(quiet) = self.answered.drift(&c.class, c.drift.0, policy) {
            return HeldBy::Answered { drift: quiet.amount, margin: policy.margin, until: quiet.until };
        }
        match policy.schedule {
            Schedule::Dates(period) => {
                HeldBy::NotDue { from: schedule::next_period(period, eastern(facts.now).date()) }
            }
            _ => HeldBy::NotYet { progress: policy.persistence.told(self.breaches.of(&c.class)) },
        }
    }
}

fn later(now: Timestamp, secs: i64) -> Timestamp {
    now.saturating_add(SignedDuration::from_secs(secs)).unwrap_or(Timestamp::MAX)
}
