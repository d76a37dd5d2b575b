//! The way from a command to a model.
//!
//! In: the configuration, or the model, of a command line. Out: a [`Voice`] that a cycle may ask. What happens meanwhile (which
//! model is asked, what is waited for) goes to stderr where that is a terminal. Invariant: what is printed holds no key.

use std::io::IsTerminal;
use std::sync::atomic::{AtomicU64, Ordering};

use llm::gateway::Progress;
use llm::{AskError, Configuration, Gateway, Reply, Request, Verdict};
use rebalance::Ask;
use serde_json::Value;

use crate::configured;
use crate::failure::{Failure, tell};

/// Asks the models of a configuration.
pub(crate) struct Voice {
    gateway: Gateway,
    /// What the waits of the next question are drawn from.
    dice: AtomicU64,
    /// Whether somebody is watching.
    watched: bool,
}

impl Voice {
    /// The models that `--config`, EQUIPOISE_CONFIG or `--model` name; none where nothing does.
    pub(crate) fn of(config: Option<&String>, model: Option<&String>) -> Result<Option<Voice>, Failure> {
        named(config, model)?.map(Voice::new).transpose()
    }

    /// The same for a cycle, which has its own way of asking again: every attempt of a model is one that the cycle has on record.
    pub(crate) fn for_cycles(
        config: Option<&String>,
        model: Option<&String>,
    ) -> Result<Option<Voice>, Failure> {
        named(config, model)?.map(Voice::in_cycles).transpose()
    }

    /// The same of a configuration that was read: it may come from a pipe, which can be read once.
    pub(crate) fn in_cycles(mut configuration: Configuration) -> Result<Voice, Failure> {
        configuration.limits.repairs_max = 0;
        Voice::new(configuration)
    }

    fn new(configuration: Configuration) -> Result<Voice, Failure> {
        let gateway = configured::gateway(configuration)?;
        let dice = AtomicU64::new(configured::dice());
        Ok(Voice { gateway, dice, watched: std::io::stderr().is_terminal() })
    }

    /// The models of a job, in the order in which they are asked.
    pub(crate) fn route(&self, job: &str) -> Vec<String> {
        self.gateway.configuration().route(job).unwrap_or_default()
    }

    /// An answer that keeps the schema of a question, and who gave it; or why there is none, in words.
    pub(crate) fn json(&self, question: &Request) -> Result<(Value, String), String> {
        let reply = self.ask(question).map_err(|error| error.to_string())?;
        match reply.verdict {
            Verdict::Complete { json: Some(found) } => Ok((found.value, reply.model)),
            verdict => Err(format!("the answer of {} can't be used ({:?})", reply.model, verdict.kind())),
        }
    }
}

/// The configuration that is named, with the model of the command line alone where there is one.
pub(crate) fn named(
    config: Option<&String>,
    model: Option<&String>,
) -> Result<Option<Configuration>, Failure> {
    match model {
        Some(model) => configured::with_model(config, model).map(Some),
        None => configured::configuration(config),
    }
}

impl Ask for Voice {
    fn ask(&self, request: &Request) -> Result<Reply, AskError> {
        let dice = self.dice.fetch_add(1, Ordering::Relaxed);
        self.gateway.ask(request, dice, &mut |progress| {
            if self.watched {
                told(&request.job, &progress);
            }
        })
    }

    fn model(&self, job: &str) -> String {
        self.route(job).into_iter().next().unwrap_or_default()
    }
}

/// One line for what has begun.
fn told(job: &str, progress: &Progress<'_>) {
    match progress {
        Progress::Asking { model, attempt: 1 } => tell(&[format!("asking {model} ({job})")]),
        Progress::Asking { model, attempt } => {
            tell(&[format!("asking {model} ({job}), attempt {attempt}")]);
        }
        Progress::Waiting { model, wait } => {
            tell(&[format!("waiting {:.1} s before {model} is asked again", wait.as_secs_f64())]);
        }
        Progress::Text(_) => {}
    }
}
