//! The one way to a model.
//!
//! In: a [`Request`], a seed for the waits, and somebody who watches. Out: a [`Reply`] with what became of the question, which
//! model answered, what it cost and every attempt; or an [`AskError`] where nobody answered. Invariants: the limits of time,
//! attempts, tokens, bytes and USD hold whatever providers do; an answer that breaks the schema is never called complete; a
//! refusal is an answer, and nobody else is asked for a better one.

mod attempts;
mod connect;
mod record;

pub use connect::{ConnectError, ReadFile};
pub use record::{Attempt, Outcome, Progress, Reply};

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::breaker::Breaker;
use crate::clock::Clock;
use crate::configuration::Configuration;
use crate::ledger::{Ledger, SpendError};
use crate::providers::Provider;
use crate::request::Request;

/// The gateway.
pub struct Gateway {
    configuration: Configuration,
    providers: BTreeMap<String, Connected>,
    breakers: Mutex<BTreeMap<String, Breaker>>,
    /// Settings that a model refused once; it is not asked with them again.
    refused_settings: Mutex<BTreeSet<(String, &'static str)>>,
    ledger: Arc<dyn Ledger>,
    clock: Arc<dyn Clock>,
}

/// A provider, or what it lacks.
enum Connected {
    Ready(Arc<dyn Provider>),
    NoKey { variable: String },
}

/// Why nobody answered.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AskError {
    /// The configuration has no model for the job.
    #[error("no model is configured for `{job}`; add a route for it, or one called `default`")]
    NoRoute {
        /// The job of the request.
        job: String,
    },
    /// There is nothing to ask.
    #[error("the request has no message")]
    NoMessage,
    /// The prompt is longer than the configuration allows.
    #[error(
        "the prompt has {bytes} bytes, at most {bytes_max} are sent; shorten it or raise `limits.prompt_bytes_max`"
    )]
    PromptTooLong {
        /// Of all messages.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// The day's money is spent.
    #[error("{why}")]
    Spent {
        /// What would be passed.
        #[source]
        why: SpendError,
        /// What was tried before.
        attempts: Vec<Attempt>,
    },
    /// Time ran out before anybody answered.
    #[error("nobody answered `{job}` in {} s{}", .limit.as_secs_f64(), last(.attempts))]
    OutOfTime {
        /// The job of the request.
        job: String,
        /// The limit of the configuration.
        limit: Duration,
        /// What was tried.
        attempts: Vec<Attempt>,
    },
    /// Every model of the route failed.
    #[error("no model answered `{job}`{}", last(.attempts))]
    NobodyAnswered {
        /// The job of the request.
        job: String,
        /// What was tried.
        attempts: Vec<Attempt>,
    },
}

impl AskError {
    /// What was tried.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        match self {
            AskError::Spent { attempts, .. }
            | AskError::OutOfTime { attempts, .. }
            | AskError::NobodyAnswered { attempts, .. } => attempts,
            AskError::NoRoute { .. } | AskError::NoMessage | AskError::PromptTooLong { .. } => &[],
        }
    }
}

/// The last fault of each model, for a person.
fn last(attempts: &[Attempt]) -> String {
    let mut by_model: Vec<(&str, String)> = Vec::new();
    for attempt in attempts {
        by_model.retain(|(model, _)| *model != attempt.model);
        by_model.push((&attempt.model, attempt.outcome.to_string()));
    }
    let told: Vec<String> = by_model.into_iter().map(|(model, what)| format!("{model}: {what}")).collect();
    if told.is_empty() { String::new() } else { format!(": {}", told.join("; ")) }
}

impl Gateway {
    /// Asks the models of the job's route, one after the other, until one answers. `dice` seeds the waits between attempts.
    ///
    /// # Errors
    /// [`AskError`] where nobody answered, with what was tried.
    pub fn ask(
        &self,
        request: &Request,
        dice: u64,
        watch: &mut dyn FnMut(Progress<'_>),
    ) -> Result<Reply, AskError> {
        let limits = &self.configuration.limits;
        if request.messages.is_empty() {
            return Err(AskError::NoMessage);
        }
        let (bytes, bytes_max) = (request.text_bytes(), limits.prompt_bytes_max);
        if bytes > bytes_max {
            return Err(AskError::PromptTooLong { bytes, bytes_max });
        }
        let route = self.configuration.route(&request.job).filter(|models| !models.is_empty());
        let route = route.ok_or_else(|| AskError::NoRoute { job: request.job.clone() })?;
        attempts::Asking::new(self, request, dice, watch).along(&route)
    }

    /// What it was made from.
    #[must_use]
    pub fn configuration(&self) -> &Configuration {
        &self.configuration
    }

    fn today(&self) -> jiff::civil::Date {
        jiff::tz::Offset::UTC.to_datetime(self.clock.now()).date()
    }

    /// The breakers; what a thread left that panicked is as good as any other state of theirs.
    fn breakers(&self) -> MutexGuard<'_, BTreeMap<String, Breaker>> {
        self.breakers.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn with_breaker<T>(&self, model: &str, act: impl FnOnce(&mut Breaker) -> T) -> T {
        let mut breakers = self.breakers();
        act(breakers.entry(model.to_owned()).or_insert_with(|| Breaker::new(self.configuration.breaker)))
    }

    fn refused_settings(&self, model: &str) -> Vec<&'static str> {
        let refused = self.refused_settings.lock().unwrap_or_else(PoisonError::into_inner);
        refused.iter().filter(|(of, _)| of == model).map(|(_, setting)| *setting).collect()
    }

    fn remember_refused(&self, model: &str, setting: &'static str) {
        let mut refused = self.refused_settings.lock().unwrap_or_else(PoisonError::into_inner);
        refused.insert((model.to_owned(), setting));
    }
}
