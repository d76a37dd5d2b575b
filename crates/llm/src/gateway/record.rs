//! What is kept of a question: the answer, and every attempt.
//!
//! Invariant: what is here says which model answered which version of the prompt, what it cost as far as that is known, and holds
//! neither a key nor the prompt.

use std::fmt;
use std::time::Duration;

use jiff::Timestamp;
use rust_decimal::Decimal;
use serde::{Serialize, Serializer};

use crate::fault::Fault;
use crate::request::Sampling;
use crate::usage::Usage;
use crate::verdict::{Verdict, VerdictKind};

/// An answer, with what became of the question.
#[derive(Debug, Clone, PartialEq)]
pub struct Reply {
    /// What became of the question.
    pub verdict: Verdict,
    /// What the model wrote, all of it.
    pub text: String,
    /// What it was asked for.
    pub job: String,
    /// Version of the prompt.
    pub prompt_version: String,
    /// The model that was asked, by its name in the configuration.
    pub model: String,
    /// The same, by its name on the wire.
    pub asked_model: String,
    /// The model that answered, as the provider names it.
    pub answered_model: String,
    /// How words were chosen: what the model did not take is `None`.
    pub sampling: Sampling,
    /// The provider's number of the call.
    pub id: Option<String>,
    /// Every attempt, the last of which is this answer's.
    pub attempts: Vec<Attempt>,
}

impl Reply {
    /// Tokens of all attempts, as far as providers told.
    #[must_use]
    pub fn usage(&self) -> Usage {
        self.attempts
            .iter()
            .filter_map(|attempt| attempt.usage)
            .fold(Usage::default(), |sum, one| sum.and(&one))
    }

    /// Cost of all attempts, USD; none where any part of it is not known.
    #[must_use]
    pub fn cost_usd(&self) -> Option<Decimal> {
        let made = self.attempts.iter().filter(|attempt| attempt.outcome.was_made());
        made.map(|attempt| attempt.cost_usd).try_fold(Decimal::ZERO, |sum, cost| Some(sum + cost?))
    }

    /// Whether another model answered than the one that was asked: neither it nor a dated version of it.
    #[must_use]
    pub fn is_by_another_model(&self) -> bool {
        let version = self.answered_model.strip_prefix(self.asked_model.as_str());
        !version.is_some_and(|rest| rest.is_empty() || rest.starts_with('-') || rest.starts_with('@'))
    }
}

/// One attempt.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Attempt {
    /// The model, by its name in the configuration.
    pub model: String,
    /// When it was made.
    #[serde(serialize_with = "as_text")]
    pub began_at: Timestamp,
    /// What it took.
    pub took: Duration,
    /// How it ended.
    pub outcome: Outcome,
    /// Tokens, where the provider told.
    pub usage: Option<Usage>,
    /// Cost, USD; none where it is not known. A fault that comes before an answer costs nothing.
    #[serde(with = "crate::usd::optional")]
    pub cost_usd: Option<Decimal>,
}

/// A moment in the form of RFC 3339.
fn as_text<S: Serializer>(moment: &Timestamp, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(moment)
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// There was an answer.
    Answered(VerdictKind),
    /// There was none.
    Failed(Fault),
    /// The model is given a rest.
    Resting {
        /// For this much longer.
        left: Duration,
    },
    /// The day's money would not do.
    Spent {
        /// What would be passed.
        reason: String,
    },
}

impl Outcome {
    /// Whether a request went out.
    fn was_made(&self) -> bool {
        !matches!(self, Outcome::Resting { .. } | Outcome::Spent { .. })
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Outcome::Answered(kind) => write!(f, "answered ({kind:?})"),
            Outcome::Failed(fault) => fault.fmt(f),
            Outcome::Resting { left } => {
                write!(f, "failed too often and is given a rest for {:.0} s more", left.as_secs_f64())
            }
            Outcome::Spent { reason } => f.write_str(reason),
        }
    }
}

/// What happens while a question is asked.
#[derive(Debug, Clone, PartialEq)]
pub enum Progress<'a> {
    /// A model is asked; what was heard before is void.
    Asking {
        /// By its name in the configuration.
        model: &'a str,
        /// From 1.
        attempt: u32,
    },
    /// More text, not judged yet.
    Text(&'a str),
    /// The next attempt has to wait.
    Waiting {
        /// By its name in the configuration.
        model: &'a str,
        /// How long.
        wait: Duration,
    },
}
