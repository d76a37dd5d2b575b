//! OpenAI's Chat Completions on the wire, as OpenAI and the servers that follow it speak it.
//!
//! In: a [`Call`], or bytes of a reply. Out: the body of a request, or an [`Answer`]. Invariants: fields that are not known
//! are passed over, since every server adds its own; a stream counts as whole only with its end.
//!
//! # Source
//! OpenAPI document of OpenAI, version 2.3.0: `CreateChatCompletionRequest`, `CreateChatCompletionResponse`,
//! `CreateChatCompletionStreamResponse`, `ErrorResponse`. `tests/openai_wire.rs` holds requests and fixtures to it.

mod stream;

pub use stream::Stream;

use serde::Deserialize;
use serde_json::{Value, json};

use crate::providers::{Answer, Call, Carrier, Ending};
use crate::schema::{Dialect, in_words};
use crate::usage::Usage;

/// How a server is told the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaBy {
    /// `response_format` with the schema.
    JsonSchema,
    /// `response_format` asks for JSON, the system message has the schema.
    JsonObject,
    /// The system message alone.
    Prompt,
}

/// In what servers differ.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Flavour {
    /// What it understands of schemas.
    pub dialect: Dialect,
    /// How it is told.
    pub schema_by: SchemaBy,
    /// Name of the field for the limit of tokens.
    pub tokens_field: &'static str,
}

/// The body of a request.
#[must_use]
pub fn body(call: &Call<'_>, flavour: Flavour, streamed: bool) -> Value {
    let request = call.request;
    let mut body = json!({"model": call.model, flavour.tokens_field: call.tokens_max});
    let mut messages: Vec<Value> = request
        .messages
        .iter()
        .map(|message| json!({"role": message.speaker, "content": message.text}))
        .collect();
    if let Some(schema) = &request.schema {
        let told = schema.told(flavour.dialect);
        if flavour.schema_by != SchemaBy::JsonSchema {
            messages.insert(0, json!({"role": "system", "content": in_words(&told.schema)}));
        }
        match flavour.schema_by {
            SchemaBy::JsonSchema => {
                body["response_format"] = json!({"type": "json_schema", "json_schema": {
                    "name": schema.name(), "schema": told.schema, "strict": told.strict}});
            }
            SchemaBy::JsonObject => body["response_format"] = json!({"type": "json_object"}),
            SchemaBy::Prompt => {}
        }
    }
    body["messages"] = Value::Array(messages);
    let takes = |name: &str| !call.without.contains(&name);
    if let Some(temperature) = request.sampling.temperature.filter(|_| takes("temperature")) {
        body["temperature"] = json!(temperature);
    }
    if let Some(seed) = request.sampling.seed.filter(|_| takes("seed")) {
        body["seed"] = json!(seed);
    }
    if streamed {
        body["stream"] = json!(true);
        if takes("stream_options") {
            body["stream_options"] = json!({"include_usage": true});
        }
    }
    body
}

/// A reply that is not streamed.
#[derive(Debug, Deserialize)]
struct Completion {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    choices: Vec<Choice>,
    #[serde(default)]
    usage: Option<Counts>,
}

#[derive(Debug, Deserialize)]
struct Choice {
    message: Words,
    #[serde(default)]
    finish_reason: Option<String>,
}

/// A message, or a piece of one.
#[derive(Debug, Default, Deserialize)]
struct Words {
    #[serde(default)]
    content: Option<Content>,
    #[serde(default)]
    refusal: Option<String>,
    #[serde(default)]
    tool_calls: Option<Vec<ToolCall>>,
}

/// Text, or pieces of text as some servers write it.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Pieces(Vec<Piece>),
}

#[derive(Debug, Deserialize)]
struct Piece {
    #[serde(default)]
    text: Option<String>,
}

#[derive(Debug, Deserialize)]
struct ToolCall {
    #[serde(default)]
    function: Option<Function>,
}

#[derive(Debug, Deserialize)]
struct Function {
    #[serde(default)]
    arguments: Option<String>,
}

#[derive(Debug, Deserialize)]
struct Counts {
    #[serde(default)]
    prompt_tokens: u64,
    #[serde(default)]
    completion_tokens: u64,
    #[serde(default)]
    prompt_tokens_details: Option<PromptDetails>,
    #[serde(default)]
    completion_tokens_details: Option<ReplyDetails>,
}

#[derive(Debug, Deserialize)]
struct PromptDetails {
    #[serde(default)]
    cached_tokens: Option<u64>,
}

#[derive(Debug, Deserialize)]
struct ReplyDetails {
    #[serde(default)]
    reasoning_tokens: Option<u64>,
}

impl Content {
    fn text(self) -> String {
        match self {
            Content::Text(text) => text,
            Content::Pieces(pieces) => pieces.into_iter().filter_map(|piece| piece.text).collect(),
        }
    }
}

impl Counts {
    fn usage(&self) -> Usage {
        Usage {
            prompt_tokens: self.prompt_tokens,
            cached_tokens: self.prompt_tokens_details.as_ref().and_then(|d| d.cached_tokens).unwrap_or(0),
            reply_tokens: self.completion_tokens,
            thinking_tokens: self
                .completion_tokens_details
                .as_ref()
                .and_then(|d| d.reasoning_tokens)
                .unwrap_or(0),
        }
    }
}

/// What a whole reply says.
///
/// # Errors
/// What does not fit the format.
pub fn answer(body: &[u8], asked_model: &str) -> Result<Answer, String> {
    let reply: Completion = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let choice = reply.choices.into_iter().next().ok_or("it has no choice")?;
    let mut gathered = Gathered {
        id: reply.id,
        model: reply.model,
        finish_reason: choice.finish_reason,
        usage: reply.usage.map(|counts| counts.usage()),
        ..Gathered::default()
    };
    gathered.add(choice.message);
    Ok(gathered.answer(asked_model))
}

/// What has been said so far.
#[derive(Debug, Default)]
struct Gathered {
    id: Option<String>,
    model: Option<String>,
    text: String,
    refusal: String,
    arguments: String,
    finish_reason: Option<String>,
    usage: Option<Usage>,
}

impl Gathered {
    /// Adds words; the text among them is returned.
    fn add(&mut self, words: Words) -> String {
        let text = words.content.map(Content::text).unwrap_or_default();
        self.text.push_str(&text);
        self.refusal.push_str(&words.refusal.unwrap_or_default());
        for call in words.tool_calls.unwrap_or_default() {
            self.arguments.push_str(&call.function.and_then(|f| f.arguments).unwrap_or_default());
        }
        text
    }

    fn answer(self, asked_model: &str) -> Answer {
        let by_tool = self.text.trim().is_empty() && !self.arguments.is_empty();
        let ending = match self.finish_reason.as_deref() {
            _ if !self.refusal.is_empty() => Ending::Refused { reason: crate::fault::words(&self.refusal) },
            Some("stop" | "tool_calls" | "function_call") | None => Ending::Finished,
            Some("length") => Ending::TokensMax,
            Some("content_filter") => {
                Ending::Refused { reason: "the provider's filter withheld it".to_owned() }
            }
            Some(other) => Ending::Other { reason: crate::fault::words(other) },
        };
        Answer {
            text: if by_tool { self.arguments } else { self.text },
            carrier: if by_tool { Carrier::ToolCall } else { Carrier::Text },
            ending,
            usage: self.usage,
            model: self.model.map_or_else(|| asked_model.to_owned(), |name| crate::fault::words(&name)),
            id: self.id.map(|id| crate::fault::words(&id)),
        }
    }
}
