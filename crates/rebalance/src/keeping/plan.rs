//! A cycle is run: what was asked, what came back and what is proposed goes on record, before anybody judges it there.
//!
//! In: a cycle that has begun. Out: the plan as an attempt with its trades, or the end of the cycle where there is nothing to do, no
//! plan keeps every rule, or the cycle can't be run. Invariant: the exact prompts and raw replies are in the record as they were.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use monitor::watch::Outcome;
use serde_json::json;
use validate::Moment;

use super::failure::KeepingError;
use super::reprompt::is_refused;
use super::{Done, Keeper, Made, PLANS_MAX, Taken, World};
use crate::attempt;
use crate::books::recipe::{Recipe, proposed};
use crate::books::{Attempt, Change, Closing, Entry, Household, KeptPortfolio, OpenedCycle, Record};
use crate::cycle::{Cycle, CycleError, Options, Verdict, cycle};
use crate::id::PortfolioId;
use crate::life::{Recommendation, Step};
use crate::stage::{Stage, Stages};

/// Times the stages of a cycle by the world's clock.
struct Timing<'a> {
    world: &'a dyn World,
    took: Mutex<(Duration, Vec<(Stage, Duration)>)>,
}

impl fmt::Debug for Timing<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Timing")
    }
}

impl Stages for Timing<'_> {
    fn passed(&self, stage: Stage) {
        let now = self.world.stopwatch();
        if let Ok(mut took) = self.took.lock() {
            let since = std::mem::replace(&mut took.0, now);
            took.1.push((stage, now.saturating_sub(since)));
        }
    }
}

/// A cycle that was run: what it made, how long its stages took, how it can be run again.
pub(super) struct Run {
    pub(super) made: Cycle,
    pub(super) took: Vec<(Stage, Duration)>,
    pub(super) recipe: Recipe,
}

impl Keeper<'_> {
    /// Runs the cycle on its document.
    pub(super) fn plan(
        &self,
        household: &Household,
        open: &OpenedCycle,
        found: &Recommendation,
    ) -> Result<Done, KeepingError> {
        let kept = self.version(open.portfolio)?;
        let Run { made, took, recipe } = match self.run(household, &kept) {
            Ok(run) => run,
            Err(KeepingError::Cycle(error)) => {
                let why = error.to_string();
                let entry = self.closing(household, open, Closing::GivenUp, Outcome::Failed, &why)?;
                self.write(entry)?;
                return Ok(Done::of(household, Some(found.id()), Taken::Closed(Closing::GivenUp), why));
            }
            Err(error) => return Err(error),
        };
        let summary = made.plan.summary_rationale.clone();
        let told = self.told(household, found, &made, &took)?;
        let end = match &made.verdict {
            Verdict::Infeasible(..) => Some((Closing::NoFeasiblePlan, Outcome::Infeasible)),
            Verdict::Valid(_) if made.plan.trades.is_empty() => {
                Some((Closing::NothingToDo, Outcome::NothingToDo))
            }
            Verdict::Valid(_) => None,
        };
        if let Some((closing, outcome)) = end {
            self.write(self.closing(household, open, closing, outcome, &summary)?.and(told))?;
            let done = Done::of(household, Some(found.id()), Taken::Closed(closing), summary);
            return Ok(Done { took, ..done });
        }
        let found = &self.reprompted(household, found.clone(), &made)?;
        let (plan_hash, trades) = (made.plan.plan_hash.clone(), made.plan.trades.len());
        let attempt = self.attempt(found, found.kept().attempt, &kept, &made)?;
        let moved = found.step(Step::Propose(plan_hash), self.world.now())?;
        let entry = Entry::moved(moved, "cycle", self.event())
            .recording(proposed(&attempt, household.id, &recipe, "cycle"))
            .with(Change::Attempt(attempt))
            .and(told);
        self.write(entry)?;
        let noun = if trades == 1 { "trade" } else { "trades" };
        let words = format!("{trades} {noun} proposed by {}", made.plan.planner);
        self.keep_made(found, made);
        Ok(Done { took, ..Done::of(household, Some(found.id()), Taken::Planned, words) })
    }

    /// Who proposed is asked again, or the cycle is given up.
    pub(super) fn ask_again(
        &self,
        household: &Household,
        open: &OpenedCycle,
        found: &Recommendation,
    ) -> Result<Done, KeepingError> {
        // A model's own attempts are counted where it is asked.
        let most = PLANS_MAX + self.options.attempts_max;
        if found.kept().attempt >= most {
            let why = format!("none of {most} plans passed the validator");
            self.write(self.closing(household, open, Closing::GivenUp, Outcome::Failed, &why)?)?;
            return Ok(Done::of(household, Some(found.id()), Taken::Closed(Closing::GivenUp), why));
        }
        let moved = found.step(Step::PromptAgain, self.world.now())?;
        self.write(Entry::moved(moved, "cycle", self.event()))?;
        Ok(Done::of(household, Some(found.id()), Taken::AskedAgain, "a new plan is made"))
    }

    /// Runs a cycle on a version of a portfolio, at the time of that version.
    pub(super) fn run(&self, household: &Household, kept: &KeptPortfolio) -> Result<Run, KeepingError> {
        let timing = Timing { world: self.world, took: Mutex::new((self.world.stopwatch(), Vec::new())) };
        let moment = Some(self.moment(household, kept)?);
        let options = Options { moment, stages: Some(&timing), ..self.options.clone() };
        let made = cycle(&kept.text, &options).map_err(|error: CycleError| KeepingError::Cycle(error))?;
        let recipe = Recipe::of(&options);
        let took = timing.took.into_inner().map(|took| took.1).unwrap_or_default();
        Ok(Run { made, took, recipe })
    }

    /// The clock of a cycle: that of the prices it was begun with, the same however late it is run again.
    ///
    /// # Errors
    /// [`KeepingError`].
    pub fn moment(&self, household: &Household, kept: &KeptPortfolio) -> Result<Moment, KeepingError> {
        Ok(Moment { now: kept.at, rebalances: self.rebalances(household)? })
    }

    /// The records of what was asked, answered and found.
    pub(super) fn told(
        &self,
        household: &Household,
        found: &Recommendation,
        made: &Cycle,
        took: &[(Stage, Duration)],
    ) -> Result<Entry, KeepingError> {
        let now = self.world.now();
        let record = |kind: &str, actor: &str, body: String| {
            Record::new(kind, household.id, actor, now, body).about(&found.id())
        };
        let plan = serde_json::to_string(&made.plan)?;
        let mut entry = Entry::new(record("plan", &made.plan.planner, plan));
        let stages = took.iter().map(|(stage, took)| {
            json!({"stage": stage.name(), "took_ms": u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
                   "budget_ms": u64::try_from(stage.budget().as_millis()).unwrap_or(u64::MAX)})
        });
        let timeline = json!({"stages": stages.collect::<Vec<_>>()}).to_string();
        entry = entry.recording(record("timeline", "cycle", timeline));
        let attempts = made.asked.iter().flat_map(|asked| &asked.attempts);
        for attempt in attempts.filter(|attempt| !is_refused(made, attempt)) {
            entry = asked_and_answered(entry, attempt, &record);
        }
        Ok(entry)
    }

    /// A plan as it is kept.
    pub(super) fn attempt(
        &self,
        found: &Recommendation,
        number: u32,
        kept: &KeptPortfolio,
        made: &Cycle,
    ) -> Result<Attempt, KeepingError> {
        Ok(Attempt {
            recommendation: found.id(),
            attempt: number,
            portfolio: kept.id,
            planner: made.plan.planner.clone(),
            plan_hash: made.plan.plan_hash.clone(),
            document: serde_json::to_string(&made.plan)?,
            trades: made.plan.trades.clone(),
            at: self.world.now(),
        })
    }

    pub(super) fn version(&self, id: PortfolioId) -> Result<KeptPortfolio, KeepingError> {
        let kept = self.books.reading().portfolio_version(id)?;
        kept.ok_or_else(|| KeepingError::Unknown { what: format!("portfolio `{id}`") })
    }

    fn keep_made(&self, found: &Recommendation, cycle: Cycle) {
        let (recommendation, attempt) = (found.id(), found.kept().attempt);
        if let Ok(mut made) = self.made.lock() {
            *made = Some(Made { recommendation, attempt, cycle });
        }
    }

    /// The cycle that was run for this attempt, if it was in this process.
    pub(super) fn take_made(&self, found: &Recommendation) -> Option<Cycle> {
        let made = self.made.lock().ok()?.take()?;
        let same = made.recommendation == found.id() && made.attempt == found.kept().attempt;
        same.then_some(made.cycle)
    }
}

/// The prompt as it was sent and the reply as it came, each in a record of its own.
pub(super) fn asked_and_answered(
    entry: Entry,
    attempt: &attempt::Attempt,
    record: &dyn Fn(&str, &str, String) -> Record,
) -> Entry {
    let request = &attempt.request;
    let sent = json!({"number": attempt.number, "job": request.job, "prompt_version": request.prompt_version,
                      "messages": request.messages, "schema": request.schema.as_ref().map(llm::ReplySchema::full)});
    let entry = entry.recording(record("prompt", "cycle", sent.to_string()));
    let (actor, body) = match &attempt.answer {
        Ok(reply) => (reply.model.as_str(), reply.text.clone()),
        Err(error) => ("cycle", json!({"unanswered": error.to_string()}).to_string()),
    };
    let judged = json!({"number": attempt.number, "findings": attempt.findings}).to_string();
    entry.recording(record("reply", actor, body)).recording(record("reply_findings", "cycle", judged))
}
