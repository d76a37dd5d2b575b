//! Who answers: one file per provider.
//!
//! In: a [`Call`]. Out: an [`Answer`], or the [`Fault`] that stood in its way. Invariant: a provider makes one attempt
//! and no other; retries, judgement and cost are the gateway's. Each passes `tests/conformance.rs`.

pub mod anthropic;
#[cfg(feature = "embedded")]
pub mod embedded;
pub mod openai;
pub mod openai_compatible;
pub mod scripted;

use std::time::Duration;

use jiff::Timestamp;

use crate::fault::Fault;
use crate::request::Request;
use crate::usage::Usage;

/// One attempt.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Name of the model on the wire.
    pub model: &'a str,
    /// What is asked.
    pub request: &'a Request,
    /// Tokens of an answer at most.
    pub tokens_max: u32,
    /// Settings that are left out, because this model does not take them.
    pub without: &'a [&'static str],
    /// What the attempt may take.
    pub limits: CallLimits,
    /// When it is made.
    pub began_at: Timestamp,
}

/// What one attempt may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CallLimits {
    /// From the first to the last byte.
    pub time: Duration,
    /// Until a connection is there.
    pub connecting: Duration,
    /// Between one byte and the next.
    pub silence: Duration,
    /// Bytes of a reply.
    pub bytes_max: usize,
}

impl Default for CallLimits {
    fn default() -> CallLimits {
        CallLimits {
            time: Duration::from_secs(180),
            connecting: Duration::from_secs(10),
            // Models that think first are silent for long.
            silence: Duration::from_secs(120),
            bytes_max: 1 << 20,
        }
    }
}

/// How an answer ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ending {
    /// The model said all it wanted to.
    Finished,
    /// It reached the limit of tokens, or of the model.
    TokensMax,
    /// The model refuses, or its provider withholds the answer.
    Refused {
        /// In whose words.
        reason: String,
    },
    /// In a way that is not known here.
    Other {
        /// The provider's word for it.
        reason: String,
    },
}

/// What carries the text of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Carrier {
    /// The text itself.
    Text,
    /// The arguments of a tool that the model called.
    ToolCall,
}

/// What a provider answered.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// What the model wrote.
    pub text: String,
    /// What carried it.
    pub carrier: Carrier,
    /// How it ended.
    pub ending: Ending,
    /// Tokens used, where the provider says so.
    pub usage: Option<Usage>,
    /// The model that answered, as the provider names it.
    pub model: String,
    /// The provider's number of the call, for questions to its makers.
    pub id: Option<String>,
}

impl Answer {
    /// A finished text.
    #[must_use]
    pub fn of_text(model: &str, text: &str) -> Answer {
        Answer {
            text: text.to_owned(),
            carrier: Carrier::Text,
            ending: Ending::Finished,
            usage: None,
            model: model.to_owned(),
            id: None,
        }
    }
}

/// Hears the text of an answer while it is written. What is heard was not judged.
pub type Listener<'a> = dyn FnMut(&str) + 'a;

/// Whoever answers.
pub trait Provider: Send + Sync {
    /// Makes one attempt. With a listener the answer is streamed where the provider can.
    ///
    /// # Errors
    /// [`Fault`]: why there is no answer.
    fn answer(&self, call: &Call<'_>, listener: Option<&mut Listener<'_>>) -> Result<Answer, Fault>;

    /// Whether it can be told a temperature and a seed.
    fn takes_sampling(&self) -> bool {
        true
    }
}
