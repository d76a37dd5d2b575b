//! Anthropic's Messages on the wire.
//!
//! In: a [`Call`], or bytes of a reply. Out: the body of a request, or an [`Answer`]. Invariants: fields and kinds of blocks that
//! are not known are passed over; the JSON of a tool keeps its digits; a stream counts as whole only with `message_stop`.
//!
//! # Source
//! The typed models of the Python package `anthropic` 2.14.0 (MIT): `MessageCreateParams`, `Message`, `RawMessageStreamEvent`,
//! `ErrorResponse`. Requests of that version have no temperature and no seed, so none is sent.

use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::exchange::{Step, Streamed};
use crate::providers::{Answer, Call, Carrier, Ending};
use crate::request::Speaker;
use crate::schema::{Dialect, in_words};
use crate::status::Said;
use crate::transport::Event;
use crate::usage::Usage;

/// How a model is told the schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SchemaBy {
    /// `output_config.format`: models since 4.5.
    OutputFormat,
    /// A tool that the model has to call: models before.
    Tool,
}

/// The body of a request.
#[must_use]
pub fn body(call: &Call<'_>, schema_by: SchemaBy, streamed: bool) -> Value {
    let (system, said): (Vec<_>, Vec<_>) =
        call.request.messages.iter().partition(|message| message.speaker == Speaker::System);
    let said: Vec<Value> =
        said.iter().map(|message| json!({"role": message.speaker, "content": message.text})).collect();
    let mut body = json!({"model": call.model, "max_tokens": call.tokens_max, "messages": said});
    let mut system: Vec<String> = system.iter().map(|message| message.text.clone()).collect();
    if let Some(schema) = &call.request.schema {
        let told = schema.told(Dialect::Anthropic);
        match schema_by {
            // What neither mechanism can be held to is said in words, all of it.
            _ if !told.strict => system.push(in_words(&told.schema)),
            SchemaBy::OutputFormat => {
                body["output_config"] = json!({"format": {"type": "json_schema", "schema": told.schema}});
            }
            SchemaBy::Tool => {
                let tool = json!({"name": schema.name(), "description": "Takes the answer.", "input_schema": told.schema});
                body["tools"] = json!([tool]);
                body["tool_choice"] = json!({"type": "tool", "name": schema.name()});
            }
        }
    }
    if !system.is_empty() {
        body["system"] = json!(system.join("\n\n"));
    }
    if streamed {
        body["stream"] = json!(true);
    }
    body
}

#[derive(Debug, Default, Deserialize)]
struct Message {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    content: Vec<Block>,
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    stop_details: Option<StopDetails>,
    #[serde(default)]
    usage: Option<Counts>,
}

#[derive(Debug, Deserialize)]
struct Block {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    input: Option<Box<RawValue>>,
}

#[derive(Debug, Deserialize)]
struct StopDetails {
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    explanation: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
struct Counts {
    #[serde(default)]
    input_tokens: Option<u64>,
    #[serde(default)]
    cache_creation_input_tokens: Option<u64>,
    #[serde(default)]
    cache_read_input_tokens: Option<u64>,
    #[serde(default)]
    output_tokens: Option<u64>,
    #[serde(default)]
    output_tokens_details: Option<ReplyDetails>,
}

#[derive(Debug, Deserialize)]
struct ReplyDetails {
    #[serde(default)]
    thinking_tokens: Option<u64>,
}

/// What a whole reply says.
///
/// # Errors
/// What does not fit the format.
pub fn answer(body: &[u8], asked_model: &str) -> Result<Answer, String> {
    let message: Message = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    let mut stream = Stream::default();
    stream.begin(message);
    Ok(stream.answer(asked_model))
}

/// One reply, as it comes.
#[derive(Debug, Default)]
pub struct Stream {
    id: Option<String>,
    model: Option<String>,
    text: String,
    arguments: String,
    stop_reason: Option<String>,
    stop_details: Option<StopDetails>,
    counts: Option<Counts>,
    done: bool,
}

#[derive(Debug, Deserialize)]
struct Sent {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    message: Option<Message>,
    #[serde(default)]
    content_block: Option<Block>,
    #[serde(default)]
    delta: Option<Delta>,
    #[serde(default)]
    usage: Option<Counts>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    #[serde(default)]
    text: Option<String>,
    #[serde(default)]
    partial_json: Option<String>,
    #[serde(default)]
    stop_reason: Option<String>,
    #[serde(default)]
    stop_details: Option<StopDetails>,
}

impl Stream {
    fn begin(&mut self, message: Message) {
        self.id = message.id;
        self.model = message.model;
        self.stop_reason = message.stop_reason;
        self.stop_details = message.stop_details;
        self.counts = message.usage;
        for block in message.content {
            self.block(block);
        }
    }

    /// Adds a block; its text is returned.
    fn block(&mut self, block: Block) -> String {
        let text = block.text.filter(|_| block.kind == "text").unwrap_or_default();
        self.text.push_str(&text);
        // A streamed call of a tool begins with an empty object, and its pieces follow.
        if let Some(input) = block.input.filter(|input| block.kind == "tool_use" && input.get() != "{}") {
            self.arguments.push_str(input.get());
        }
        text
    }

    /// Adds counts that replace those given before.
    fn count(&mut self, later: Counts) {
        let counts = self.counts.get_or_insert_default();
        counts.input_tokens = later.input_tokens.or(counts.input_tokens);
        counts.cache_creation_input_tokens =
            later.cache_creation_input_tokens.or(counts.cache_creation_input_tokens);
        counts.cache_read_input_tokens = later.cache_read_input_tokens.or(counts.cache_read_input_tokens);
        counts.output_tokens = later.output_tokens.or(counts.output_tokens);
        counts.output_tokens_details = later.output_tokens_details.or(counts.output_tokens_details.take());
    }

    fn ending(&self) -> Ending {
        let details = self.stop_details.as_ref();
        match self.stop_reason.as_deref() {
            Some("end_turn" | "stop_sequence" | "tool_use") | None => Ending::Finished,
            Some("max_tokens" | "model_context_window_exceeded") => Ending::TokensMax,
            Some("refusal") => {
                let said = details.and_then(|d| d.explanation.as_deref().or(d.category.as_deref()));
                Ending::Refused {
                    reason: crate::fault::words(said.unwrap_or("the model refuses, without a reason")),
                }
            }
            Some(other) => Ending::Other { reason: crate::fault::words(other) },
        }
    }
}

impl Counts {
    fn usage(&self) -> Usage {
        let cached_tokens = self.cache_read_input_tokens.unwrap_or(0);
        Usage {
            prompt_tokens: self
                .input_tokens
                .unwrap_or(0)
                .saturating_add(cached_tokens)
                .saturating_add(self.cache_creation_input_tokens.unwrap_or(0)),
            cached_tokens,
            reply_tokens: self.output_tokens.unwrap_or(0),
            thinking_tokens: self.output_tokens_details.as_ref().and_then(|d| d.thinking_tokens).unwrap_or(0),
        }
    }
}

impl Streamed for Stream {
    fn take(&mut self, event: &Event) -> Step {
        let sent: Sent = match serde_json::from_str(&event.data) {
            Ok(sent) => sent,
            Err(error) => return Step::Unreadable(error.to_string()),
        };
        let mut text = String::new();
        match sent.kind.as_str() {
            "message_start" => self.begin(sent.message.unwrap_or_default()),
            "content_block_start" => {
                text = sent.content_block.map(|block| self.block(block)).unwrap_or_default();
            }
            "content_block_delta" | "message_delta" => {
                if let Some(delta) = sent.delta {
                    text = delta.text.unwrap_or_default();
                    self.text.push_str(&text);
                    self.arguments.push_str(&delta.partial_json.unwrap_or_default());
                    self.stop_reason = delta.stop_reason.or(self.stop_reason.take());
                    self.stop_details = delta.stop_details.or(self.stop_details.take());
                }
                if let Some(counts) = sent.usage {
                    self.count(counts);
                }
            }
            "message_stop" => self.done = true,
            "error" => return Step::Error(Said::read(event.data.as_bytes())),
            _ => {} // pings, ends of blocks, and what is still to come
        }
        Step::Text(text)
    }

    fn is_whole(&self) -> bool {
        self.done
    }

    fn has_ended(&self) -> bool {
        self.done
    }

    fn answer(self, asked_model: &str) -> Answer {
        let by_tool = !self.arguments.is_empty();
        Answer {
            ending: self.ending(),
            text: if by_tool { self.arguments } else { self.text },
            carrier: if by_tool { Carrier::ToolCall } else { Carrier::Text },
            usage: self.counts.map(|counts| counts.usage()),
            model: self.model.map_or_else(|| asked_model.to_owned(), |name| crate::fault::words(&name)),
            id: self.id.map(|id| crate::fault::words(&id)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::providers::CallLimits;
    use crate::request::{Message, Request};
    use crate::schema::ReplySchema;

    fn sent(schema: &Value, schema_by: SchemaBy) -> Value {
        let schema = ReplySchema::new("answer", schema.clone()).unwrap();
        let messages = vec![Message::system("Be brief."), Message::user("Well?")];
        let request = Request::new("job", "v1", messages).with_schema(schema);
        let limits = CallLimits::default();
        let began_at = jiff::Timestamp::UNIX_EPOCH;
        let call = Call { model: "m", request: &request, tokens_max: 9, without: &[], limits, began_at };
        body(&call, schema_by, false)
    }

    #[test]
    fn a_schema_that_the_api_can_not_be_held_to_is_told_in_words() {
        let open = json!({"type": "object", "additionalProperties": {"type": "number"}});
        for schema_by in [SchemaBy::OutputFormat, SchemaBy::Tool] {
            let body = sent(&open, schema_by);
            let system = body["system"].as_str().unwrap();
            assert!(system.starts_with("Be brief.\n\nAnswer with JSON"), "{system}");
            assert!(system.ends_with(&open.to_string()), "{system}");
            assert!(body.get("output_config").is_none() && body.get("tools").is_none(), "{body}");
        }
    }

    #[test]
    fn any_other_schema_goes_by_its_own_way() {
        let closed = json!({"type": "object", "properties": {"a": {"type": "null"}}, "required": ["a"]});
        assert_eq!(sent(&closed, SchemaBy::OutputFormat)["output_config"]["format"]["type"], "json_schema");
        assert_eq!(sent(&closed, SchemaBy::Tool)["tool_choice"]["name"], "answer");
        assert_eq!(sent(&closed, SchemaBy::Tool)["system"], "Be brief.");
    }
}
