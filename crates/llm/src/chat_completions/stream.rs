//! A streamed reply of Chat Completions.
//!
//! In: events. Out: the text as it grows, and an [`Answer`] at the end. Invariant: without `[DONE]` or a reason to stop
//! there is no answer, however much text has come.

use serde::Deserialize;

use super::{Counts, Gathered, Words};
use crate::exchange::{Step, Streamed};
use crate::providers::Answer;
use crate::status::Said;
use crate::transport::Event;

/// One streamed reply.
#[derive(Debug, Default)]
pub struct Stream {
    gathered: Gathered,
    done: bool,
}

#[derive(Debug, Deserialize)]
struct Chunk {
    #[serde(default)]
    id: Option<String>,
    #[serde(default)]
    model: Option<String>,
    #[serde(default)]
    choices: Vec<Delta>,
    #[serde(default)]
    usage: Option<Counts>,
    #[serde(default)]
    error: Option<serde::de::IgnoredAny>,
}

#[derive(Debug, Deserialize)]
struct Delta {
    #[serde(default)]
    index: u64,
    #[serde(default)]
    delta: Words,
    #[serde(default)]
    finish_reason: Option<String>,
}

impl Streamed for Stream {
    fn take(&mut self, event: &Event) -> Step {
        if event.data.trim() == "[DONE]" {
            self.done = true;
            return Step::Text(String::new());
        }
        let chunk: Chunk = match serde_json::from_str(&event.data) {
            Ok(chunk) => chunk,
            Err(error) => return Step::Unreadable(error.to_string()),
        };
        if chunk.error.is_some() {
            return Step::Error(Said::read(event.data.as_bytes()));
        }
        let gathered = &mut self.gathered;
        gathered.id = gathered.id.take().or(chunk.id);
        gathered.model = gathered.model.take().or(chunk.model);
        gathered.usage = chunk.usage.map(|counts| counts.usage()).or(gathered.usage);
        let mut text = String::new();
        for delta in chunk.choices.into_iter().filter(|delta| delta.index == 0) {
            text.push_str(&gathered.add(delta.delta));
            gathered.finish_reason = delta.finish_reason.or(gathered.finish_reason.take());
        }
        Step::Text(text)
    }

    /// Some servers leave `[DONE]` out; none leaves the reason out.
    fn is_whole(&self) -> bool {
        self.done || self.gathered.finish_reason.is_some()
    }

    /// The tokens used come after the reason, so that only `[DONE]` is the end.
    fn has_ended(&self) -> bool {
        self.done
    }

    fn answer(self, asked_model: &str) -> Answer {
        self.gathered.answer(asked_model)
    }
}
