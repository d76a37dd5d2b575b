//! Why a provider gave no answer.
//!
//! In: what happened on the wire. Out: one [`Fault`] with what is needed to decide what to do next.
//! Invariant: texts of a provider are cut to a length, free of control characters and of keys.

use std::time::Duration;

use serde::Serialize;

/// Where time ran out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// No connection came about.
    #[error("connecting")]
    Connecting,
    /// The request was sent and nothing came back.
    #[error("waiting for the first byte")]
    Waiting,
    /// Bytes came, and then none for too long.
    #[error("waiting for the next byte")]
    Silence,
    /// Bytes kept coming and were not done in time.
    #[error("reading the reply")]
    Reading,
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, thiserror::Error)]
#[serde(rename_all = "snake_case", tag = "fault")]
pub enum Fault {
    /// Too many requests.
    #[error("too many requests{}: {message}", after(*.retry_after))]
    RateLimited {
        /// When to come back, as the provider says.
        retry_after: Option<Duration>,
        /// The provider's words.
        message: String,
    },
    /// The account's money or quota is used up; waiting does not help.
    #[error("the quota of the account is used up: {message}")]
    QuotaSpent {
        /// The provider's words.
        message: String,
    },
    /// The provider has too much to do, or is down for a moment.
    #[error("the provider is overloaded (status {status}{}): {message}", after(*.retry_after))]
    Overloaded {
        /// HTTP status.
        status: u16,
        /// When to come back, as the provider says.
        retry_after: Option<Duration>,
        /// The provider's words.
        message: String,
    },
    /// The provider failed.
    #[error("the provider failed (status {status}{}): {message}", after(*.retry_after))]
    Failed {
        /// HTTP status.
        status: u16,
        /// When to come back, as the provider says.
        retry_after: Option<Duration>,
        /// The provider's words.
        message: String,
    },
    /// No key for the provider.
    #[error("no key: set the environment variable `{variable}`")]
    KeyMissing {
        /// The variable that should hold it.
        variable: String,
    },
    /// The key is wrong or may not do this.
    #[error("the key is refused (status {status}): {message}")]
    KeyRefused {
        /// HTTP status.
        status: u16,
        /// The provider's words.
        message: String,
    },
    /// No such model, or no such address.
    #[error("the model is not known there: {message}")]
    ModelUnknown {
        /// The provider's words.
        message: String,
    },
    /// The prompt is larger than the provider takes.
    #[error("the prompt is too long for the model: {message}")]
    PromptTooLong {
        /// The provider's words.
        message: String,
    },
    /// A setting that this model does not take; the request can be made without it.
    #[error("the model takes no `{parameter}`: {message}")]
    ParameterRefused {
        /// Name of the setting on the wire.
        parameter: &'static str,
        /// The provider's words.
        message: String,
    },
    /// The request is wrong in another way.
    #[error("the request is refused (status {status}): {message}")]
    RequestRefused {
        /// HTTP status.
        status: u16,
        /// The provider's words.
        message: String,
    },
    /// The address leads elsewhere; a key is not sent after it.
    #[error("the address redirects (status {status}); write the address that it leads to")]
    Redirected {
        /// HTTP status.
        status: u16,
    },
    /// Time ran out.
    #[error("no reply in time: {phase} took longer than {} s", .limit.as_secs_f64())]
    TimedOut {
        /// What took too long.
        phase: Phase,
        /// The limit that was passed.
        limit: Duration,
    },
    /// Nobody answers there.
    #[error("can't be reached: {reason}")]
    Unreachable {
        /// What the network says.
        reason: String,
    },
    /// The reply ended in the middle.
    #[error("the reply was cut off after {received_bytes} bytes")]
    Cut {
        /// What had come by then.
        received_bytes: usize,
    },
    /// The reply is larger than the limit; what came was thrown away.
    #[error("the reply is larger than {bytes_max} bytes")]
    TooLarge {
        /// The limit.
        bytes_max: usize,
    },
    /// The reply is not in the provider's format.
    #[error("the reply can't be read as the provider's format: {reason}")]
    Unreadable {
        /// What does not fit.
        reason: String,
    },
    /// The model inside the program has no weights, or the wrong ones.
    #[error("{reason}")]
    NoWeights {
        /// What is missing and what to do.
        reason: String,
    },
    /// The script of a scripted provider has no more replies, or can't be read.
    #[error("the script: {reason}")]
    Script {
        /// What is wrong with it.
        reason: String,
    },
}

/// What a fault asks of whoever wants an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Advice {
    /// Ask again after a while; after at least this long where the provider says so.
    Again(Option<Duration>),
    /// Ask again at once, without the setting.
    Without(&'static str),
    /// Asking again changes nothing.
    Never,
}

impl Fault {
    /// Whether asking again can help, and when.
    #[must_use]
    pub fn advice(&self) -> Advice {
        match self {
            Fault::RateLimited { retry_after, .. }
            | Fault::Overloaded { retry_after, .. }
            | Fault::Failed { retry_after, .. } => Advice::Again(*retry_after),
            Fault::TimedOut { .. }
            | Fault::Unreachable { .. }
            | Fault::Cut { .. }
            | Fault::Unreadable { .. } => Advice::Again(None),
            Fault::ParameterRefused { parameter, .. } => Advice::Without(parameter),
            _ => Advice::Never,
        }
    }

    /// Whether it says that the provider is unwell, so that others should not be sent there either.
    #[must_use]
    pub fn is_of_the_provider(&self) -> bool {
        matches!(
            self,
            Fault::Overloaded { .. }
                | Fault::Failed { .. }
                | Fault::RateLimited { .. }
                | Fault::TimedOut { .. }
                | Fault::Unreachable { .. }
                | Fault::Cut { .. }
                | Fault::Unreadable { .. }
        )
    }
}

fn after(retry_after: Option<Duration>) -> String {
    retry_after.map(|wait| format!(", come back in {} s", wait.as_secs_f64())).unwrap_or_default()
}

pub(crate) use reply_schema::words;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_not_waited_for_and_a_rate_is() {
        let wait = Some(Duration::from_secs(7));
        let limited = Fault::RateLimited { retry_after: wait, message: "slow down".to_owned() };
        assert_eq!(limited.advice(), Advice::Again(wait));
        assert_eq!(limited.to_string(), "too many requests, come back in 7 s: slow down");
        assert_eq!(Fault::QuotaSpent { message: String::new() }.advice(), Advice::Never);
    }
}
