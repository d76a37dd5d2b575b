//! What is asked of a model.
//!
//! In: the words of a conversation and, where a value is wanted, the schema that it has to keep. Out: one
//! [`Request`], the same for every provider. Invariant: what makes an answer repeatable (temperature,
//! seed, version of the prompt) is part of the request and so of every record of it.

use serde::{Deserialize, Serialize};

use crate::schema::ReplySchema;

/// Who says a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Speaker {
    /// Whoever runs the program: instructions that outrank the rest.
    System,
    /// Whoever asks.
    User,
    /// The model, in an earlier turn.
    Assistant,
}

/// One message of a conversation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Who says it.
    #[serde(rename = "role")]
    pub speaker: Speaker,
    /// What is said.
    #[serde(rename = "content")]
    pub text: String,
}

impl Message {
    /// Instructions.
    pub fn system(text: impl Into<String>) -> Message {
        Message { speaker: Speaker::System, text: text.into() }
    }

    /// A question.
    pub fn user(text: impl Into<String>) -> Message {
        Message { speaker: Speaker::User, text: text.into() }
    }

    /// An earlier answer.
    pub fn assistant(text: impl Into<String>) -> Message {
        Message { speaker: Speaker::Assistant, text: text.into() }
    }
}

/// How a model is to choose among likely words.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Sampling {
    /// 0 takes the likeliest word each time. `None` leaves it to the provider.
    pub temperature: Option<f64>,
    /// The same seed gives the same answer, as far as a provider keeps its word. `None` leaves it open.
    pub seed: Option<i64>,
}

impl Default for Sampling {
    /// As repeatable as can be.
    fn default() -> Sampling {
        Sampling { temperature: Some(0.0), seed: Some(0) }
    }
}

/// What is asked, whoever is to answer.
#[derive(Debug, Clone)]
pub struct Request {
    /// What the answer is for; the routes of the configuration are by job.
    pub job: String,
    /// Version of the prompt that made the messages, kept on record with the answer.
    pub prompt_version: String,
    /// The conversation, oldest first.
    pub messages: Vec<Message>,
    /// The schema that the answer has to keep; without one any text will do.
    pub schema: Option<ReplySchema>,
    /// Tokens of an answer at most; the configuration may allow fewer.
    pub tokens_max: Option<u32>,
    /// How words are chosen.
    pub sampling: Sampling,
}

impl Request {
    /// A question without schema, as repeatable as can be.
    pub fn new(job: impl Into<String>, prompt_version: impl Into<String>, messages: Vec<Message>) -> Request {
        Request {
            job: job.into(),
            prompt_version: prompt_version.into(),
            messages,
            schema: None,
            tokens_max: None,
            sampling: Sampling::default(),
        }
    }

    /// The same question with a schema for its answer.
    #[must_use]
    pub fn with_schema(mut self, schema: ReplySchema) -> Request {
        self.schema = Some(schema);
        self
    }

    /// Bytes of all that is said.
    #[must_use]
    pub fn text_bytes(&self) -> usize {
        self.messages.iter().map(|message| message.text.len()).sum()
    }
}
