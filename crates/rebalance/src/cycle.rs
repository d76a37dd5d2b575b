//! The flow of a rebalance.
//!
//! In: the text of a portfolio document and [`Options`]. Out: a [`Cycle`], or the reason why there
//! can be none. Each step is one line of [`cycle`]; none of them looks back, but for the loop of `asked`, which asks a model
//! again with what was wrong with its answer.

use explain::Depth;
use monitor::DriftReport;
use optimize::{Infeasible, Outcome};
use portfolio::plan::{Plan, ProposedPlan};
use portfolio::{DocumentError, Portfolio};
use propose::candidates::proposed_plan;
use propose::prompt::{self, Situation};
use propose::{Proposal, choice};
use tax::plan_tax::Rates;
use validate::{Moment, Report};

use crate::asked::{AgainstBest, Asked, Part};
use crate::attempt::{self, Ask, Attempt, Planner, Question};
use crate::household_rates::{self, RatesError};
use crate::necessity::{self, Lifted};
use crate::plan_document::{self, Facts};
use crate::stage::{Stage, Stages};
use crate::{by_choice, by_model, rationale};

/// How a cycle is run.
#[derive(Debug, Clone)]
pub struct Options<'a> {
    /// Who proposes.
    pub planner: Planner<'a>,
    /// How often a model is asked for a plan that passes.
    pub attempts_max: u32,
    /// How hard the optimiser tries.
    pub optimize: optimize::Options,
    /// How deep the explanation looks.
    pub depth: Depth,
    /// The clock, where the schedule is to be judged.
    pub moment: Option<Moment>,
    /// Who hears of the stages.
    pub stages: Option<&'a dyn Stages>,
}

impl Options<'_> {
    fn passed(&self, stage: Stage) {
        if let Some(stages) = self.stages {
            stages.passed(stage);
        }
    }
}

/// How often a model is asked where nothing else is said.
pub const ATTEMPTS_MAX: u32 = 3;

impl Default for Options<'_> {
    fn default() -> Self {
        Options {
            planner: Planner::Solver,
            attempts_max: ATTEMPTS_MAX,
            optimize: optimize::Options::default(),
            depth: Depth::default(),
            moment: None,
            stages: None,
        }
    }
}

/// One finished cycle.
#[derive(Debug)]
pub struct Cycle {
    /// What was read, with the targets that the plan was made against.
    pub portfolio: Portfolio,
    /// The tax rates that counted.
    pub rates: Rates,
    /// How far the household had drifted.
    pub drift: DriftReport,
    /// The plan document.
    pub plan: Plan,
    /// What became of it.
    pub verdict: Verdict,
    /// The wish that had to be lifted, if one had to be.
    pub lifted: Option<Lifted>,
    /// What a model was asked, where one was.
    pub asked: Option<Asked>,
}

/// What became of a cycle.
#[derive(Debug)]
pub enum Verdict {
    /// The plan broke no rule; its figures as the validator computed them.
    Valid(Box<Report>),
    /// No plan keeps every rule; why, and the figures of doing nothing.
    Infeasible(Infeasible, Box<Report>),
}

impl Verdict {
    /// The validator's figures: of the plan, or of doing nothing.
    #[must_use]
    pub fn report(&self) -> &Report {
        match self {
            Verdict::Valid(report) | Verdict::Infeasible(_, report) => report,
        }
    }
}

/// Why there is no cycle.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CycleError {
    /// The text is no portfolio document.
    #[error(transparent)]
    Document(#[from] DocumentError),
    /// The tax rates can't be looked up, or contradict each other.
    #[error(transparent)]
    Rates(#[from] RatesError),
    /// The validator refuses the proposal of our own optimiser.
    #[error("the plan that was found breaks a rule and is not shown: {}; this is a defect of equipoise, please report it together with the document", broken(.0))]
    Refused(Box<Report>),
}

fn broken(report: &Report) -> String {
    let told = report.verdict.violations.iter().map(|v| format!("{} ({}: {})", v.code, v.place, v.detail));
    told.collect::<Vec<_>>().join(", ")
}

/// Runs one cycle on a portfolio document.
///
/// # Errors
/// [`CycleError`]. That no plan keeps every rule is no error but a [`Verdict`], and neither is a model that fails: then the
/// optimiser's plan stands, and [`Cycle::asked`] says how the model failed.
///
/// # Source
/// Design document, sequence of a rebalance and claim 8; model.md.
pub fn cycle(text: &str, options: &Options<'_>) -> Result<Cycle, CycleError> {
    let document = portfolio::read(text)?;
    let rates = household_rates::household_rates(&document)?;
    let drift = monitor::monitor(&document);
    let aimed = monitor::aim(document, &drift);
    options.passed(Stage::Aggregation);
    let decided = necessity::propose(aimed, &rates, &drift, options);
    let (portfolio, lifted) = (decided.portfolio, decided.lifted);
    options.passed(Stage::Search);
    let best = proven(&portfolio, &rates, decided.proposal, options)?;
    options.passed(Stage::Validation);
    let moment = options.moment.as_ref();
    let situation = Situation { moment, ..Situation::new(&portfolio, &rates, &drift) };
    let (made, asked) = match options.planner {
        Planner::Model(model) => by_model(model, &situation, best, options),
        Planner::Hybrid(model) => by_choice(model, &situation, best, options),
        Planner::Solver => (best, None),
    };
    if asked.is_some() {
        options.passed(Stage::Inference);
    }
    let facts = Facts {
        text,
        portfolio: &portfolio,
        rates: &rates,
        drift: &drift,
        proposal: &made.proposal,
        report: made.verdict.report(),
        lifted: lifted.as_ref(),
        asked: asked.as_ref(),
    };
    let words = rationale::rationale(&facts, made.depth, &options.optimize);
    let plan = plan_document::plan_document(&facts, &made.trades, words);
    options.passed(Stage::Rationale);
    Ok(Cycle { portfolio, rates, drift, plan, verdict: made.verdict, lifted, asked })
}

/// A proposal that has been judged.
pub(crate) struct Made {
    pub(crate) proposal: Proposal,
    pub(crate) trades: ProposedPlan,
    pub(crate) verdict: Verdict,
    /// How deep its explanation may look.
    pub(crate) depth: Depth,
}

/// The optimiser's proposal, judged: the validator has the last word, and a plan that it refuses is our own defect.
pub(crate) fn proven(
    portfolio: &Portfolio,
    rates: &Rates,
    proposal: Proposal,
    options: &Options<'_>,
) -> Result<Made, CycleError> {
    let trades = match &proposal.outcome {
        Outcome::Planned(solution) => proposed_plan(portfolio, &solution.rows),
        Outcome::Infeasible(_) => ProposedPlan::default(),
    };
    let report = Box::new(validate::validate(portfolio, rates, &trades, options.moment.as_ref()));
    let verdict = match &proposal.outcome {
        Outcome::Infeasible(conflict) => Verdict::Infeasible(conflict.clone(), report),
        Outcome::Planned(_) if report.passed() => Verdict::Valid(report),
        Outcome::Planned(_) => return Err(CycleError::Refused(report)),
    };
    Ok(Made { proposal, trades, verdict, depth: options.depth })
}

/// A plan whose trades a model writes; the optimiser's, where none of its answers may be shown.
fn by_model(
    model: &dyn Ask,
    situation: &Situation<'_>,
    best: Made,
    options: &Options<'_>,
) -> (Made, Option<Asked>) {
    let (Outcome::Planned(solution), Verdict::Valid(report)) = (&best.proposal.outcome, &best.verdict) else {
        return (best, None); // no plan keeps every rule, whoever writes it
    };
    let moment = options.moment.as_ref();
    let question = Question {
        first: prompt::plan(situation),
        judge: &|reply| by_model::judged(reply, situation, moment),
        again: &|asked, reply, findings, earlier| prompt::again(asked, reply, findings, earlier, situation),
    };
    let (attempts, written) = asked(model, question, options.attempts_max);
    let mut asked = Asked::new(Part::Trades, model.model(prompt::JOB), attempts);
    let Some(written) = written else { return (best, Some(asked)) };
    asked.accepted(AgainstBest::of(&written.report, report));
    asked.words = written.spoken(situation);
    let made = by_model::made(situation.portfolio, solution, written, asked.signature());
    (made, Some(asked))
}

/// A plan that a model chooses among those that the optimiser computed; the best of them, where it can't be asked.
fn by_choice(
    model: &dyn Ask,
    situation: &Situation<'_>,
    best: Made,
    options: &Options<'_>,
) -> (Made, Option<Asked>) {
    let Outcome::Planned(solution) = &best.proposal.outcome else { return (best, None) };
    let Some(candidates) = by_choice::candidates(situation, solution, options) else { return (best, None) };
    let question = Question {
        first: choice::question(situation, &candidates),
        judge: &|reply| by_choice::judged(reply, situation, &candidates),
        again: &|asked, reply, findings, earlier| choice::again(asked, reply, findings, earlier),
    };
    let (attempts, chosen) = asked(model, question, options.attempts_max);
    let mut asked = Asked::new(Part::Choice, model.model(choice::JOB), attempts);
    let Some(chosen) = chosen else { return (best, Some(asked)) };
    let candidate = &candidates.list[chosen.candidate];
    asked.accepted(AgainstBest::of(&candidate.report, best.verdict.report()));
    let is_best = chosen.candidate == 0;
    let made = by_choice::made(situation, candidate, is_best, asked.signature(), options.depth);
    let trades = plan_document::trades(&made.trades, Vec::new());
    let (words, told) = by_choice::told(situation, candidates, chosen, &trades);
    asked.words = words;
    asked.chosen = Some(told);
    (made, Some(asked))
}

/// Asks a model until the judge accepts an answer, at most `attempts_max` times; each time it is shown what was wrong.
///
/// # Source
/// Claim 8; issue 4, "The loop".
fn asked<T>(model: &dyn Ask, question: Question<'_, T>, attempts_max: u32) -> (Vec<Attempt>, Option<T>) {
    let mut attempts: Vec<Attempt> = Vec::new();
    let mut request = question.first;
    for number in 1..=attempts_max {
        let answer = model.ask(&request);
        let judged = answer.as_ref().map(|reply| (question.judge)(reply));
        let earlier = attempts.last().map(|last| last.findings.clone()).unwrap_or_default();
        let (findings, accepted, next) = match judged {
            Ok(Ok(accepted)) => (Vec::new(), Some(accepted), None),
            Ok(Err(findings)) => {
                let reply = answer.as_ref().map_or("", |reply| reply.text.as_str());
                let next = (!attempt::is_final(&findings))
                    .then(|| (question.again)(&request, reply, &findings, &earlier));
                (findings, None, next)
            }
            Err(_) => (Vec::new(), None, None),
        };
        attempts.push(Attempt { number, request, answer, findings });
        match next {
            Some(next) if accepted.is_none() => request = next,
            _ => return (attempts, accepted),
        }
    }
    (attempts, None)
}
