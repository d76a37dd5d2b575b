//! What a model is asked in a cycle, and what became of each attempt.
//!
//! In: a question (`Question`) and somebody who can [`Ask`] it. Out: every [`Attempt`] with the exact prompt, the raw reply and what was
//! wrong with it. Invariants: a reply counts for nothing until the stages after it have judged it; nothing here
//! looks at what a reply means.

use std::fmt;

use llm::{AskError, Reply, Request, Verdict};
use portfolio::plan::Finding;
use serde_json::{Value, json};

/// Asks a model, wherever it is.
pub trait Ask: Sync {
    /// Asks.
    ///
    /// # Errors
    /// [`AskError`] where nobody answered.
    fn ask(&self, request: &Request) -> Result<Reply, AskError>;

    /// The model that is asked first for a job, by its name in the configuration.
    fn model(&self, job: &str) -> String;
}

/// Who proposes a plan.
#[derive(Clone, Copy, Default)]
pub enum Planner<'a> {
    /// The optimiser, with its proof.
    #[default]
    Solver,
    /// A model writes the trades; the optimiser's plan stands by.
    Model(&'a dyn Ask),
    /// The optimiser computes candidates, and a model chooses among them.
    Hybrid(&'a dyn Ask),
}

impl fmt::Debug for Planner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Planner::Solver => "Solver",
            Planner::Model(_) => "Model",
            Planner::Hybrid(_) => "Hybrid",
        })
    }
}

/// One attempt: what was asked, what came back, and what was wrong with it.
#[derive(Debug, Clone)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// Exactly what was sent.
    pub request: Request,
    /// What came back, or why nobody answered.
    pub answer: Result<Reply, AskError>,
    /// Why the answer can't be used; empty where it is.
    pub findings: Vec<Finding>,
}

impl Attempt {
    /// All of it as JSON: messages, schema, reply, findings.
    #[must_use]
    pub fn document(&self) -> Value {
        let reply = self.answer.as_ref().ok();
        json!({
            "number": self.number,
            "job": self.request.job,
            "prompt_version": self.request.prompt_version,
            "messages": self.request.messages,
            "schema": self.request.schema.as_ref().map(llm::ReplySchema::full),
            "reply": reply.map(|reply| &reply.text),
            "answered_model": reply.map(|reply| &reply.answered_model),
            "unanswered": self.answer.as_ref().err().map(ToString::to_string),
            "findings": self.findings,
        })
    }
}

/// What is asked, how an answer is judged, and how it is asked again.
pub(crate) struct Question<'a, T> {
    /// The first request.
    pub(crate) first: Request,
    /// What an answer means, or everything that is wrong with it.
    pub(crate) judge: &'a dyn Fn(&Reply) -> Result<T, Vec<Finding>>,
    /// The next request, from the first, the reply, its findings and those of the attempt before.
    pub(crate) again: Again<'a>,
}

type Again<'a> = &'a dyn Fn(&Request, &str, &[Finding], &[Finding]) -> Request;

/// Why an answer is none, where its form already says so; an answer in full says nothing.
pub(crate) fn unusable(reply: &Reply) -> Option<Finding> {
    let (code, detail) = match &reply.verdict {
        Verdict::Complete { .. } => return None,
        Verdict::Refused { reason } => ("reply.refused", format!("the model refuses: {reason}")),
        Verdict::Truncated => {
            ("reply.truncated", "the answer stops in the middle, at the limit of its length".to_owned())
        }
        Verdict::Empty => ("reply.empty", "the answer is empty".to_owned()),
        Verdict::NotJson { why } => ("reply.not_json", why.to_string()),
        Verdict::SchemaBroken { faults, .. } => {
            let told: Vec<String> = faults.iter().map(ToString::to_string).collect();
            ("reply.schema", told.join("; "))
        }
        Verdict::Stopped { reason } => ("reply.stopped", format!("the model stopped: {reason}")),
    };
    Some(Finding { code: code.to_owned(), place: "reply".to_owned(), detail })
}

/// Whether asking again is of no use: a refusal stands.
pub(crate) fn is_final(findings: &[Finding]) -> bool {
    findings.iter().any(|finding| finding.code == "reply.refused")
}

/// Why the last of `attempts` led to nothing, in words; none where nothing was asked.
pub(crate) fn failure(attempts: &[Attempt]) -> Option<String> {
    let last = attempts.last()?;
    let count = match attempts.len() {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        n => format!("{n} times"),
    };
    Some(match &last.answer {
        Err(error) => format!("was asked {count}: {error}"),
        Ok(_) => {
            let told: Vec<String> =
                last.findings.iter().map(|f| format!("{} ({})", f.code, f.place)).collect();
            format!("was asked {count}, and its last answer can't be used: {}", listed(&told))
        }
    })
}

/// The first few of a list.
fn listed(all: &[String]) -> String {
    const SHOWN: usize = 3;
    match all.len().checked_sub(SHOWN) {
        None | Some(0) => all.join(", "),
        Some(more) => format!("{}, and {more} more", all[..SHOWN].join(", ")),
    }
}
