//! How good a model's plans are: valid at the first and at the last attempt, what was wrong, what they cost, what they took.

use std::collections::BTreeMap;
use std::time::Duration;

use explain::Depth;
use portfolio::Decimal;
use portfolio::money::float;
use rebalance::{Asked, Attempt, Options, Part, Planner};
use serde::Serialize;

use super::Share;
use crate::asking::Voice;
use crate::commands::plan::planned;
use crate::failure::Failure;

/// What came of all documents.
#[derive(Debug, Serialize)]
pub(crate) struct PlanScore {
    /// Plans that passed at the first attempt.
    pub(crate) valid_first: Share,
    /// Plans that passed at last.
    pub(crate) valid_last: Share,
    /// Documents for which nobody answered.
    pub(crate) unanswered: usize,
    /// Documents without a plan, for which no model is asked.
    pub(crate) infeasible: usize,
    /// What was wrong with answers, by code, over all attempts.
    pub(crate) findings: BTreeMap<String, usize>,
    /// What plans that passed cost against the proven best, basis points of the household's value.
    pub(crate) cost_bp: Spread,
    /// The same in USD.
    pub(crate) cost_usd: Spread,
    /// Of doing nothing, basis points: what a plan is worth at most.
    pub(crate) nothing_bp: Spread,
    /// Seconds per document, all attempts together.
    pub(crate) seconds: Spread,
    /// Tokens of all prompts.
    pub(crate) prompt_tokens: u64,
    /// Tokens of all answers.
    pub(crate) reply_tokens: u64,
    /// USD of all answers; none where a price is not known.
    pub(crate) usd: Option<String>,
}

/// The middle and the largest of some figures.
#[derive(Debug, Serialize)]
pub(crate) struct Spread {
    /// Half are not larger.
    pub(crate) median: Option<f64>,
    /// None is larger.
    pub(crate) worst: Option<f64>,
}

impl Spread {
    fn of(mut figures: Vec<f64>) -> Spread {
        figures.sort_by(f64::total_cmp);
        let middle = figures.len() / 2;
        let median = match figures.len() {
            0 => None,
            n if n % 2 == 1 => figures.get(middle).copied(),
            _ => Some((figures[middle - 1] + figures[middle]) / 2.0),
        };
        Spread { median, worst: figures.last().copied() }
    }
}

/// Plans for each document with a model in its part.
pub(super) fn score(
    documents: &[(String, String)],
    voice: &Voice,
    part: Part,
    attempts_max: u32,
) -> Result<PlanScore, Failure> {
    let mut asked: Vec<Asked> = Vec::new();
    let (mut infeasible, mut nothing) = (0, Vec::new());
    for (name, text) in documents {
        let planner = match part {
            Part::Trades => Planner::Model(voice),
            Part::Choice => Planner::Hybrid(voice),
        };
        let options = Options { planner, attempts_max, depth: Depth::Facts, ..Options::default() };
        let cycle = planned(name, text, &options)?;
        match cycle.asked {
            Some(one) => {
                nothing.push((cycle.plan.objective_without_trades - cycle.plan.bound).max(0.0) * 1e4);
                asked.push(one);
            }
            None => infeasible += 1,
        }
    }
    let mut score = of(&asked);
    (score.infeasible, score.nothing_bp) = (infeasible, Spread::of(nothing));
    Ok(score)
}

fn of(asked: &[Asked]) -> PlanScore {
    let attempts = || asked.iter().flat_map(|one| &one.attempts);
    let passed = |one: &Asked| one.failure.is_none();
    let mut findings: BTreeMap<String, usize> = BTreeMap::new();
    for finding in attempts().flat_map(|attempt| &attempt.findings) {
        *findings.entry(finding.code.clone()).or_default() += 1;
    }
    let costs = || asked.iter().filter_map(|one| one.against_best);
    let replies = || attempts().filter_map(|attempt| attempt.answer.as_ref().ok());
    let usage = replies().fold(llm::usage::Usage::default(), |sum, reply| sum.and(&reply.usage()));
    let usd = replies().try_fold(Decimal::ZERO, |sum, reply| Some(sum + reply.cost_usd()?));
    let first = asked.iter().filter(|one| passed(one) && one.attempts.len() == 1).count();
    PlanScore {
        valid_first: Share::new(first, asked.len()),
        valid_last: Share::new(asked.iter().filter(|one| passed(one)).count(), asked.len()),
        unanswered: asked.iter().filter(|one| one.nobody_answered()).count(),
        infeasible: 0,
        findings,
        cost_bp: Spread::of(costs().map(|cost| float(cost.bp)).collect()),
        cost_usd: Spread::of(costs().map(|cost| float(cost.usd)).collect()),
        nothing_bp: Spread::of(Vec::new()),
        seconds: Spread::of(
            asked.iter().map(|one| one.attempts.iter().map(took).sum::<Duration>().as_secs_f64()).collect(),
        ),
        prompt_tokens: usage.prompt_tokens,
        reply_tokens: usage.reply_tokens,
        usd: usd.map(|usd| usd.to_string()),
    }
}

/// How long an attempt took, all calls together.
fn took(attempt: &Attempt) -> Duration {
    let calls = match &attempt.answer {
        Ok(reply) => &reply.attempts[..],
        Err(error) => error.attempts(),
    };
    calls.iter().map(|call| call.took).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_middle_of_an_even_count_lies_between_two() {
        let spread = Spread::of(vec![4.0, 1.0, 3.0, 2.0]);
        assert_eq!((spread.median, spread.worst), (Some(2.5), Some(4.0)));
        assert_eq!(Spread::of(Vec::new()).median, None);
    }
}
