//! What a model had to do with a plan.
//!
//! In: the attempts of a cycle and what was accepted, if anything was. Out: an [`Asked`], and its part of the plan document.
//! Invariants: the model's words are shown only as `explain::claims` lets them through; what its plan costs against the
//! proven best is the difference of two of the validator's figures.

use explain::claims::{self, Checked, Struck};
use portfolio::money::float;
use portfolio::plan::{ProposedPlan, ProposedTrade, Trade};
use portfolio::{Decimal, Portfolio};
use rust_decimal::dec;
use serde_json::{Value, json};
use tax::plan_tax::Rates;
use validate::Report;

use crate::attempt::{self, Attempt};
use crate::by_choice::Chosen;

/// Which part the model has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// It writes the trades.
    Trades,
    /// It chooses among candidates.
    Choice,
}

/// What a model was asked, and what came of it.
#[derive(Debug)]
pub struct Asked {
    /// Its part.
    pub part: Part,
    /// The model that answered last, else the one that was asked first, by its name in the configuration.
    pub model: String,
    /// Every attempt, in order.
    pub attempts: Vec<Attempt>,
    /// How the model failed; then the optimiser's plan stands.
    pub failure: Option<String>,
    /// What its plan costs against the proven best.
    pub against_best: Option<AgainstBest>,
    /// Its words, checked.
    pub words: Spoken,
    /// What it chose, where that was its part.
    pub chosen: Option<Chosen>,
}

/// What a plan costs against the proven best, in the household's own objective.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AgainstBest {
    /// USD of the objective; negative where the optimiser's search had ended early and the model found a better plan.
    pub usd: Decimal,
    /// The same in basis points of the household's value.
    pub bp: Decimal,
}

impl AgainstBest {
    /// From the validator's figures of both plans.
    pub(crate) fn of(plan: &Report, best: &Report) -> AgainstBest {
        let more = plan.terms.objective.saturating_sub(best.terms.objective);
        let usd = more.saturating_mul(plan.terms.value_usd).round_dp(2);
        AgainstBest { usd, bp: more.saturating_mul(dec!(10000)).round_dp(2) }
    }

    /// The same in words.
    pub(crate) fn sentence(&self) -> String {
        let (usd, bp) = (self.usd.abs(), self.bp.abs());
        if self.usd.is_zero() {
            "In the objective it is as good as the best plan that the optimiser found.".to_owned()
        } else if self.usd.is_sign_negative() {
            format!(
                "In the objective it is better than the plan that the optimiser found by {usd} USD ({bp} basis points)."
            )
        } else {
            format!(
                "In the objective it costs {usd} USD ({bp} basis points) against the best plan that the optimiser found."
            )
        }
    }
}

/// What a model says of a plan, as far as it may be shown.
#[derive(Debug, Clone, Default)]
pub struct Spoken {
    /// Of each trade.
    pub per_trade: Vec<String>,
    /// Of the whole.
    pub summary: String,
    /// What was struck out, with where it stood.
    pub struck: Vec<(String, Struck)>,
}

impl Spoken {
    /// Checks what is said of a plan, figure by figure.
    pub(crate) fn checked(
        portfolio: &Portfolio,
        rates: &Rates,
        report: &Report,
        trades: &[Trade],
        said: &[String],
        summary: &str,
    ) -> Spoken {
        let rows = proposed(trades);
        let facts = claims::Facts::of(portfolio, rates, report, &rows);
        let mut struck = Vec::new();
        let mut told = |place: String, checked: Checked| {
            struck.extend(checked.struck.into_iter().map(|one| (place.clone(), one)));
            checked.text
        };
        let per_trade = trades.iter().zip(said).enumerate().map(|(place, (trade, said))| {
            told(format!("trades[{place}].rationale"), claims::checked(said, &facts, Some(trade)))
        });
        let per_trade = per_trade.collect();
        let summary = told("summary_rationale".to_owned(), claims::checked(summary, &facts, None));
        Spoken { per_trade, summary, struck }
    }
}

/// Trades as somebody proposes them.
pub(crate) fn proposed(trades: &[Trade]) -> ProposedPlan {
    ProposedPlan { trades: trades.iter().map(ProposedTrade::from).collect(), ..ProposedPlan::default() }
}

impl Asked {
    /// A model that was asked and of which nothing was accepted yet.
    pub(crate) fn new(part: Part, first: String, attempts: Vec<Attempt>) -> Asked {
        let answered = attempts.iter().rev().find_map(|attempt| attempt.answer.as_ref().ok());
        let model = answered.map_or(first, |reply| reply.model.clone());
        let failure = attempt::failure(&attempts).map(|how| format!("{model} {how}"));
        let words = Spoken::default();
        Asked { part, model, attempts, failure, against_best: None, words, chosen: None }
    }

    /// Something of it was accepted.
    pub(crate) fn accepted(&mut self, against_best: AgainstBest) {
        self.failure = None;
        self.against_best = Some(against_best);
    }

    /// Whether no attempt had an answer.
    #[must_use]
    pub fn nobody_answered(&self) -> bool {
        self.attempts.iter().all(|attempt| attempt.answer.is_err())
    }

    /// How the plan is signed.
    pub(crate) fn signature(&self) -> String {
        match self.part {
            Part::Trades => format!("model:{}", self.model),
            Part::Choice => format!("hybrid:{}", self.model),
        }
    }

    /// The part of the plan document that tells of the model.
    pub(crate) fn document(&self) -> Value {
        let answers = || self.attempts.iter().filter_map(|attempt| attempt.answer.as_ref().ok());
        let usage = answers().fold(llm::usage::Usage::default(), |sum, reply| sum.and(&reply.usage()));
        let cost: Option<Decimal> =
            answers().try_fold(Decimal::ZERO, |sum, reply| Some(sum + reply.cost_usd()?));
        let last = answers().next_back();
        let findings: Vec<Value> = self
            .attempts
            .iter()
            .map(|attempt| {
                json!({"number": attempt.number, "findings": attempt.findings,
                                  "unanswered": attempt.answer.as_ref().err().map(ToString::to_string)})
            })
            .collect();
        json!({
            "name": self.model,
            "answered_model": last.map(|reply| &reply.answered_model),
            "prompt_version": self.attempts.last().map(|attempt| &attempt.request.prompt_version),
            "accepted": self.failure.is_none(),
            "failure": self.failure,
            "attempts": findings,
            "against_best": self.against_best.map(|cost| json!({"usd": float(cost.usd), "bp": float(cost.bp)})),
            "choice": self.chosen.as_ref().map(Chosen::document),
            "struck": self.words.struck.iter().map(|(place, one)| json!({"where": place, "words": one.words, "why": one.why}))
                .collect::<Vec<_>>(),
            "prompt_tokens": usage.prompt_tokens,
            "reply_tokens": usage.reply_tokens,
            "cost_usd": cost.map(|usd| usd.to_string()),
        })
    }
}
