//! What a caller of the HTTP face asks for.
//!
//! In: the JSON of a `CreateChatCompletionRequest`. Out: a [`Request`]. Invariant: a field that would change the answer and is not
//! known here is refused by name, never passed over.

use serde::Deserialize;
use serde_json::Value;

use super::refusal::Refusal;
use crate::request::{Message, Request, Sampling, Speaker};
use crate::schema::ReplySchema;

/// A question, and how it is to be answered.
#[derive(Debug)]
pub(super) struct Asked {
    pub(super) request: Request,
    pub(super) streamed: bool,
    /// Whether a stream ends with the tokens used.
    pub(super) with_usage: bool,
}

/// The fields that are known.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fields {
    model: String,
    messages: Vec<Said>,
    #[serde(default)]
    response_format: Option<Format>,
    #[serde(default)]
    temperature: Option<f64>,
    #[serde(default)]
    seed: Option<i64>,
    #[serde(default)]
    max_tokens: Option<u32>,
    #[serde(default)]
    max_completion_tokens: Option<u32>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    n: Option<u32>,
    /// `prompt_version` is kept on record; the rest says nothing to the gateway.
    #[serde(default)]
    metadata: Option<serde_json::Map<String, Value>>,
    /// Says nothing to the gateway.
    #[serde(default, rename = "user")]
    _user: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Said {
    role: Role,
    content: Content,
    #[serde(default, rename = "name")]
    _name: Option<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    System,
    Developer,
    User,
    Assistant,
}

#[derive(Debug, Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Pieces(Vec<Piece>),
}

#[derive(Debug, Deserialize)]
struct Piece {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "snake_case", tag = "type")]
enum Format {
    Text,
    JsonObject,
    JsonSchema { json_schema: Named },
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Named {
    name: String,
    /// What the answer is for; providers are told it as the description of the schema.
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    schema: Option<Value>,
    /// Answers are held to the whole schema in any case.
    #[serde(default, rename = "strict")]
    _strict: Option<bool>,
}

impl Named {
    fn schema(self) -> Result<ReplySchema, Refusal> {
        let mut schema = self.schema.unwrap_or_else(|| serde_json::json!({}));
        if let (Some(description), Some(keywords)) = (self.description, schema.as_object_mut()) {
            let before = keywords.get("description").and_then(Value::as_str);
            let both =
                before.map_or_else(|| description.clone(), |before| format!("{description}\n\n{before}"));
            keywords.insert("description".to_owned(), Value::String(both));
        }
        schema_of(&self.name, schema)
    }
}

#[derive(Debug, Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

impl Asked {
    /// Reads a request.
    pub(super) fn read(body: &[u8]) -> Result<Asked, Refusal> {
        let deserializer = &mut serde_json::Deserializer::from_slice(body);
        let fields: Fields = serde_path_to_error::deserialize(deserializer).map_err(|error| {
            let path = error.path().to_string();
            Refusal::wrong(path.trim_end_matches('?'), &error.inner().to_string())
        })?;
        if fields.n.is_some_and(|n| n != 1) {
            return Err(Refusal::wrong("n", "has to be 1"));
        }
        if fields.temperature.is_some_and(|t| !(0.0..=2.0).contains(&t)) {
            return Err(Refusal::wrong("temperature", "has to be between 0 and 2"));
        }
        let messages = fields.messages.into_iter().map(Said::message).collect::<Result<Vec<_>, _>>()?;
        let version = fields.metadata.as_ref().and_then(|m| m.get("prompt_version")).and_then(Value::as_str);
        let mut request =
            Request::new(fields.model, crate::fault::words(version.unwrap_or("http")), messages);
        request.schema = match fields.response_format {
            None | Some(Format::Text) => None,
            Some(Format::JsonObject) => {
                Some(schema_of("json_object", serde_json::json!({"type": "object"}))?)
            }
            Some(Format::JsonSchema { json_schema }) => Some(json_schema.schema()?),
        };
        request.tokens_max = match (fields.max_completion_tokens, fields.max_tokens) {
            (Some(0), _) | (None, Some(0)) => {
                return Err(Refusal::wrong("max_completion_tokens", "has to be 1 or more"));
            }
            (Some(most), _) | (None, Some(most)) => Some(most),
            (None, None) => None,
        };
        let as_ever = Sampling::default();
        request.sampling = Sampling {
            temperature: fields.temperature.or(as_ever.temperature),
            seed: fields.seed.or(as_ever.seed),
        };
        let with_usage = fields.stream_options.and_then(|options| options.include_usage).unwrap_or(false);
        Ok(Asked { request, streamed: fields.stream.unwrap_or(false), with_usage })
    }
}

fn schema_of(name: &str, schema: Value) -> Result<ReplySchema, Refusal> {
    ReplySchema::new(name, schema).map_err(|error| Refusal::wrong("response_format", &error.to_string()))
}

impl Said {
    fn message(self) -> Result<Message, Refusal> {
        let speaker = match self.role {
            Role::System | Role::Developer => Speaker::System,
            Role::User => Speaker::User,
            Role::Assistant => Speaker::Assistant,
        };
        let text = match self.content {
            Content::Text(text) => text,
            Content::Pieces(pieces) => {
                if pieces.iter().any(|piece| piece.kind != "text") {
                    return Err(Refusal::wrong("messages", "only text is taken, no images, files or sound"));
                }
                pieces.into_iter().map(|piece| piece.text).collect()
            }
        };
        Ok(Message { speaker, text })
    }
}
