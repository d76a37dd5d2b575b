//! A plan that a model chose among those that the optimiser computed.
//!
//! In: the candidates and what a model chose. Out: the candidate as a proposal, and a [`Chosen`] that tells what the model changed
//! and what it would add. Invariants: the trades are the candidate's, every figure is the validator's; a preference that the
//! model would add is shown and changes nothing.

use explain::Depth;
use llm::{Reply, Verdict as Answered};
use optimize::{Outcome, Solution};
use portfolio::money::float;
use portfolio::plan::{Finding, Trade};
use propose::Proposal;
use propose::candidates::{self, Candidate, Candidates, Figures, proposed_plan};
use propose::choice::{self, Choice, Suggested};
use propose::prompt::Situation;
use serde_json::{Value, json};

use crate::asked::Spoken;
use crate::attempt;
use crate::cycle::{Made, Options, Verdict};

/// What a model chose, and among what.
#[derive(Debug, Clone, PartialEq)]
pub struct Chosen {
    /// Id of the plan.
    pub id: String,
    /// What it is.
    pub label: String,
    /// Why, in the model's words, checked.
    pub because: String,
    /// Everything that there was to choose: id, label, figures; the proven best first.
    pub candidates: Vec<(String, String, Figures)>,
    /// Preferences that the model would add.
    pub suggested: Vec<Suggested>,
    /// What it would add and what can't count, with the reason.
    pub refused: Vec<(String, String)>,
}

/// The plans to choose among; none where there is nothing to choose.
pub(crate) fn candidates(
    situation: &Situation<'_>,
    best: &Solution,
    options: &Options<'_>,
) -> Option<Candidates> {
    let how = candidates::Options {
        optimize: options.optimize.clone(),
        moment: options.moment.clone(),
        ..candidates::Options::default()
    };
    candidates::candidates_around(situation.portfolio, situation.rates, best, &how).ok()
}

/// What an answer chooses, or everything that is wrong with it.
pub(crate) fn judged(
    reply: &Reply,
    situation: &Situation<'_>,
    candidates: &Candidates,
) -> Result<Choice, Vec<Finding>> {
    if let Some(finding) = attempt::unusable(reply) {
        return Err(vec![finding]);
    }
    let Answered::Complete { json: Some(found) } = &reply.verdict else { return Err(Vec::new()) };
    choice::read(&found.value, situation, candidates)
}

/// The chosen candidate as a proposal like any other. The best one may be explained as deep as ever; of another one it is told
/// what it does.
pub(crate) fn made(
    situation: &Situation<'_>,
    candidate: &Candidate,
    is_best: bool,
    signature: String,
    depth: Depth,
) -> Made {
    let trades = proposed_plan(situation.portfolio, &candidate.solution.rows);
    let outcome = Outcome::Planned(candidate.solution.clone());
    Made {
        trades,
        proposal: Proposal { planner: signature, outcome },
        verdict: Verdict::Valid(Box::new(candidate.report.clone())),
        depth: if is_best { depth } else { Depth::Facts },
    }
}

/// What a model said of its choice, checked, and what it chose.
pub(crate) fn told(
    situation: &Situation<'_>,
    candidates: Candidates,
    choice: Choice,
    trades: &[Trade],
) -> (Spoken, Chosen) {
    let candidate = &candidates.list[choice.candidate];
    let mut said = vec![String::new(); trades.len()];
    for (row, text) in choice.reasons {
        if let Some(place) = said.get_mut(row) {
            *place = text;
        }
    }
    let words = |said: &[String], summary: &str| {
        Spoken::checked(situation.portfolio, situation.rates, &candidate.report, trades, said, summary)
    };
    let mut spoken = words(&said, &choice.summary);
    let because = words(&[], &choice.because);
    spoken.struck.extend(because.struck.into_iter().map(|(_, one)| ("because".to_owned(), one)));
    let (id, label) = (candidate.id.clone(), candidate.label.clone());
    let chosen = Chosen {
        id,
        label,
        because: because.summary,
        candidates: candidates.list.into_iter().map(|c| (c.id, c.label, c.figures)).collect(),
        suggested: choice.suggested,
        refused: choice.refused,
    };
    (spoken, chosen)
}

impl Chosen {
    /// Whether it is the proven best plan.
    #[must_use]
    pub fn is_best(&self) -> bool {
        self.candidates.first().is_some_and(|(id, ..)| *id == self.id)
    }

    /// The figures of the best plan and of the chosen one.
    #[must_use]
    pub fn figures(&self) -> Option<(&Figures, &Figures)> {
        let (_, _, best) = self.candidates.first()?;
        let (_, _, chosen) = self.candidates.iter().find(|(id, ..)| *id == self.id)?;
        Some((best, chosen))
    }

    /// What the model did, after its name.
    pub(crate) fn sentence(&self) -> String {
        let among = self.candidates.len();
        if self.is_best() {
            return format!("had {among} plans to choose among and chose the best one");
        }
        let because = if self.because.is_empty() {
            String::new()
        } else {
            format!(", because: “{}”", self.because)
        };
        format!("chose `{}` among {among} plans instead of the best one ({}){because}", self.id, self.label)
    }

    /// The part of the plan document that tells of the choice.
    pub(crate) fn document(&self) -> Value {
        let candidates: Vec<Value> = self
            .candidates
            .iter()
            .map(|(id, label, figures)| json!({"id": id, "label": label, "figures": of_figures(figures)}))
            .collect();
        json!({
            "id": self.id,
            "label": self.label,
            "because": self.because,
            "is_best": self.is_best(),
            "candidates": candidates,
            "suggested_preferences": self.suggested.iter().map(|one| json!({"token": one.token, "words": one.words})).collect::<Vec<_>>(),
            "preferences_not_taken": self.refused.iter().map(|(token, why)| json!({"token": token, "why": why})).collect::<Vec<_>>(),
        })
    }
}

fn of_figures(f: &Figures) -> Value {
    json!({
        "loss_usd": float(f.loss_usd), "loss_bps": float(f.loss_bps), "drift": float(f.drift),
        "farthest": f.deviation_of, "farthest_by": float(f.deviation_max), "tax_usd": float(f.tax_usd),
        "short_term_gain_usd": float(f.short_term_gain_usd), "long_term_gain_usd": float(f.long_term_gain_usd),
        "losses_harvested_usd": float(f.losses_harvested_usd), "cost_usd": float(f.cost_usd), "esg": float(f.esg),
        "orders": f.orders, "turnover_usd": float(f.turnover_usd), "cash_after_usd": float(f.cash_after_usd),
    })
}
