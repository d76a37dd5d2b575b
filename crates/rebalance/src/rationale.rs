//! The words of a plan: what `explain` says of it, after why there was reason to act and before what
//! had to be given up.
//!
//! In: what a cycle found. Out: a sentence per row, a summary, and notes on what was left as it is.
//! Invariant: every figure in them is the validator's or the optimiser's, none is made up here.

use explain::{Depth, Note, explain};
use optimize::{Infeasible, Outcome};
use serde_json::{Value, json};

use crate::plan_document::Facts;

/// The words of a plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words {
    /// One per row.
    pub per_trade: Vec<String>,
    /// The plan as a whole.
    pub summary: String,
    /// Lots that are not sold, and why.
    pub not_sold: Vec<Value>,
    /// Classes, or securities, that stay off their target, and why.
    pub off_target: Vec<Value>,
}

/// Notes of one kind at most: the farthest off, and the first lots.
const NOTES_MAX: usize = 100;

/// Explains a plan, or why there is none.
#[must_use]
pub fn rationale(facts: &Facts<'_>, depth: Depth, options: &optimize::Options) -> Words {
    let mut words = match &facts.proposal.outcome {
        Outcome::Infeasible(infeasible) => Words { summary: no_plan(infeasible), ..Words::default() },
        Outcome::Planned(solution) => {
            let told = explain(facts.portfolio, facts.rates, solution, facts.report, depth, options);
            let texts = told.words();
            Words {
                per_trade: texts.per_trade,
                summary: texts.summary,
                not_sold: notes(&told.not_sold),
                off_target: notes(&told.off_target),
            }
        }
    };
    let lifted = facts.lifted.map(|l| format!("The wish {} was lifted: {}.", l.wish, l.why));
    let parts = [Some(facts.drift.why.clone()), Some(words.summary), lifted];
    words.summary = parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
    words
}

fn no_plan(infeasible: &Infeasible) -> String {
    let ways: Vec<&str> = infeasible.relaxation.iter().map(|r| r.words.as_str()).collect();
    let ways = if ways.is_empty() { String::new() } else { format!(" {}", ways.join(" ")) };
    if infeasible.conflict.is_empty() {
        return format!("No plan keeps every rule.{ways}");
    }
    format!("No plan keeps every rule: {} cannot hold together.{ways}", infeasible.conflict.join(", "))
}

fn notes(notes: &[Note]) -> Vec<Value> {
    let told = notes.iter().take(NOTES_MAX).map(|note| {
        let usd = portfolio::money::float(portfolio::money::cents(note.cost_usd));
        json!({"name": note.name, "reason": note.reason.code(), "cost_usd": usd, "text": note.text.to_string()})
    });
    told.collect()
}
