//! The words of a plan document.
//!
//! In: what a cycle found. Out: the texts of `explain` where there is a plan, between why the alarm
//! rang which wish was lifted and what a model had to do with it; where no plan keeps every rule, the conflict and the way out.
//! Invariant: what is told of a plan is told by `explain`.

use std::collections::BTreeMap;

use explain::{Depth, Note};
use optimize::{Infeasible, Outcome, Solution};
use portfolio::plan::Number;
use serde_json::{Value, json};

use crate::asked::{Asked, Part};
use crate::plan_document::Facts;

/// The words of a plan.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Words {
    /// One per row.
    pub per_trade: Vec<String>,
    /// The plan as a whole.
    pub summary: String,
    /// `not_sold` and `off_target`, where the explanation goes deep.
    pub notes: BTreeMap<String, Value>,
}

const UNPROVEN: &str = "The search ended before anything was proven: \
                        the plan keeps every rule, and a much better one may exist.";

/// Explains a plan.
///
/// # Source
/// Design document, TRRS; model.md, "Qualitative preferences are ordered, not weighted".
#[must_use]
pub fn rationale(facts: &Facts<'_>, depth: Depth, options: &optimize::Options) -> Words {
    let mut words = match &facts.proposal.outcome {
        Outcome::Infeasible(conflict) => Words { summary: conflicting(conflict), ..Words::default() },
        // What stops before its first bound has no "at most" to tell.
        Outcome::Planned(solution) if !solution.bound.is_finite() => {
            Words { summary: UNPROVEN.to_owned(), ..Words::default() }
        }
        Outcome::Planned(solution) => explained(facts, solution, depth, options),
    };
    let lifted = facts.lifted.map(|lifted| format!("The wish {} was lifted: {}.", lifted.wish, lifted.why));
    let model = facts.asked.map(by_whom);
    let sentences = [Some(why(facts)), Some(words.summary), lifted, model];
    let told: Vec<String> = sentences.into_iter().flatten().filter(|sentence| !sentence.is_empty()).collect();
    words.summary = told.join(" ");
    if let Some(asked) = facts.asked {
        quoted(&mut words.per_trade, &asked.words.per_trade);
    }
    words
}

/// What a model had to do with the plan.
fn by_whom(asked: &Asked) -> String {
    if let Some(failure) = &asked.failure {
        return format!("{failure}; so this is the optimiser's plan.");
    }
    let model = &asked.model;
    let cost = asked.against_best.map_or_else(String::new, |cost| cost.sentence());
    let part = match (&asked.part, &asked.chosen) {
        (Part::Trades, _) | (Part::Choice, None) => {
            format!("{model} wrote these trades; every figure was recomputed. {cost}")
        }
        (Part::Choice, Some(chosen)) => format!("{model} {}. {cost}", chosen.sentence()),
    };
    match asked.words.summary.as_str() {
        "" => part,
        said => format!("{part} In the words of {model}, checked: “{said}”"),
    }
}

/// Sets a model's words behind those of the engine.
fn quoted(per_trade: &mut [String], said: &[String]) {
    for (ours, theirs) in per_trade.iter_mut().zip(said).filter(|(_, theirs)| !theirs.is_empty()) {
        ours.push_str(&format!(" The model, checked: “{theirs}”"));
    }
}

/// Why the alarm rang, or did not. What it advises is left out where the plan does otherwise: nothing can be done,
/// or trading pays though no class is outside its band.
fn why(facts: &Facts<'_>) -> String {
    let why = &facts.drift.why;
    let Outcome::Planned(solution) = &facts.proposal.outcome else { return why.clone() };
    if solution.rows.is_empty() {
        return why.replacen("Act: ", "", 1);
    }
    match why.strip_prefix("No need to act: every class is ") {
        Some(rest) if rest.starts_with("inside its band") => {
            format!("No class is outside its band{} The plan trades within the bands.", &rest[INSIDE..])
        }
        Some(rest) => format!("Every class is {rest} The plan trades all the same."),
        None => why.clone(),
    }
}

/// Length of what a class that is not outside its band is said to be.
const INSIDE: usize = "inside its band".len();

fn explained(facts: &Facts<'_>, solution: &Solution, depth: Depth, options: &optimize::Options) -> Words {
    let found = explain::explain(facts.portfolio, facts.rates, solution, facts.report, depth, options);
    let told = found.words();
    let mut notes = BTreeMap::new();
    if depth == Depth::Full {
        notes.insert("not_sold".to_owned(), found.not_sold().iter().map(|n| note("lot_id", n)).collect());
        notes.insert("off_target".to_owned(), found.off_target().iter().map(|n| note("class", n)).collect());
    }
    if let Some(weighed) = found.weighed_in_part() {
        notes.insert("alternatives".to_owned(), json!({"weighed": weighed, "of": solution.rows.len()}));
    }
    Words { per_trade: told.per_trade, summary: told.summary, notes }
}

fn note(named: &str, note: &Note) -> Value {
    json!({named: note.name, "reason": note.reason.code(), "why": note.reason.words(), "cost_usd": Number(note.cost_usd),
           "text": note.text.to_string()})
}

fn conflicting(conflict: &Infeasible) -> String {
    let sentence = conflict.sentence().replacen("no plan", "No plan", 1);
    let ways: Vec<&str> = conflict.relaxation.iter().map(|way| way.words.as_str()).collect();
    format!("{sentence}. {}", ways.join("; ")).trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Options, cycle};

    const CASE: &str = include_str!("../../../cases/etf-p1/portfolio.json");

    fn planned(depth: Depth) -> portfolio::Plan {
        cycle(CASE, &Options { depth, ..Options::default() }).unwrap().plan
    }

    #[test]
    fn only_a_deep_explanation_weighs_the_alternatives() {
        let (plain, full) = (planned(Depth::Plain), planned(Depth::Full));
        assert_eq!(plain.plan_hash, full.plan_hash);
        for (plain, full) in plain.trades.iter().zip(&full.trades) {
            assert!(full.rationale.starts_with(&plain.rationale), "{}", full.rationale);
            assert!(full.rationale.contains(" the best plan would be worse by "), "{}", full.rationale);
            assert!(!plain.rationale.contains("Without"), "{}", plain.rationale);
        }
        assert!(full.more.contains_key("not_sold") && full.more.contains_key("off_target"));
        assert!(!plain.more.contains_key("not_sold"));
    }
}
