//! What an answer has to look like.
//!
//! In: a JSON Schema and a name for it. Out: what each provider can be told of it ([`Dialect`]), and the faults
//! of an answer by the whole of it. Invariant: a provider may be told less than the schema says, never
//! something else; the whole schema is always checked here, whatever a provider promises.

mod anthropic;
mod notes;
mod openai_strict;
mod words;

pub use words::words;

use std::fmt;
use std::sync::Arc;

use serde::Serialize;
use serde_json::Value;
use shape::{Formats, Shape};

/// A schema for answers, ready to check them.
#[derive(Clone)]
pub struct ReplySchema {
    name: String,
    full: Arc<Value>,
    shape: Arc<Shape>,
}

/// What a provider understands of JSON Schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// All of it, or so it says: local servers that make a grammar of it.
    Whole,
    /// OpenAI's strict mode: closed objects, every property required, no lengths of texts.
    OpenaiStrict,
    /// Anthropic's output format: closed objects, no bounds of numbers, lengths or lists.
    Anthropic,
}

/// A schema as a provider is told it.
#[derive(Debug, Clone, PartialEq)]
pub struct Told {
    /// The schema in the provider's dialect.
    pub schema: Value,
    /// Whether the provider can be held to it by its own mechanism (`strict` of OpenAI); where not, the schema is the whole one.
    pub strict: bool,
}

/// Why a schema is no schema for answers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum SchemaError {
    /// The name can't be sent.
    #[error("`{name}` is no name for a schema; use up to 64 letters, digits, `_` and `-`")]
    Name {
        /// As given.
        name: String,
    },
    /// It is too large to be sent with every request.
    #[error("the schema has {bytes} bytes, at most {bytes_max} are taken; shorten it")]
    Size {
        /// Of the schema as text.
        bytes: usize,
        /// The limit.
        bytes_max: usize,
    },
    /// It is no JSON Schema, or refers to something that is not in it.
    #[error("the schema can't be used: {reason}")]
    Meaning {
        /// What does not fit.
        reason: String,
    },
}

/// One place where an answer breaks the schema.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SchemaFault {
    /// Where in the answer, as a JSON pointer; empty for the whole of it.
    pub path: String,
    /// What is wrong.
    pub what: String,
}

impl fmt::Display for SchemaFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = if self.path.is_empty() { "the whole" } else { &self.path };
        write!(f, "{place}: {}", self.what)
    }
}

/// Largest schema, bytes.
const BYTES_MAX: usize = 256 * 1024;
/// Faults of one answer that are told.
const FAULTS_MAX: usize = 20;
/// Longest name, characters.
/// # Source
/// `ResponseFormatJsonSchema.name` of the OpenAPI document of OpenAI.
const NAME_LENGTH_MAX: usize = 64;

impl ReplySchema {
    /// A schema with a name that says what it describes.
    ///
    /// # Errors
    /// [`SchemaError`] for a name that can't be sent, for a schema that is too large, and for one that is none
    /// or refers to something outside.
    pub fn new(name: &str, schema: Value) -> Result<ReplySchema, SchemaError> {
        let sendable = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        if name.is_empty() || name.len() > NAME_LENGTH_MAX || !name.chars().all(sendable) {
            return Err(SchemaError::Name { name: words(name) });
        }
        let bytes = schema.to_string().len();
        if bytes > BYTES_MAX {
            return Err(SchemaError::Size { bytes, bytes_max: BYTES_MAX });
        }
        let shape = Shape::of(&schema, Formats::Hints)
            .map_err(|error| SchemaError::Meaning { reason: words(&error.to_string()) })?;
        Ok(ReplySchema { name: name.to_owned(), full: Arc::new(schema), shape: Arc::new(shape) })
    }

    /// The name that it is sent under.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// All of it.
    #[must_use]
    pub fn full(&self) -> &Value {
        &self.full
    }

    /// What a provider of this dialect is told.
    #[must_use]
    pub fn told(&self, dialect: Dialect) -> Told {
        match dialect {
            Dialect::Whole => Told { schema: (*self.full).clone(), strict: true },
            Dialect::OpenaiStrict => openai_strict::told(&self.full),
            Dialect::Anthropic => anthropic::told(&self.full),
        }
    }

    /// Bytes of what a provider is told at most, whichever it is and by whatever mechanism.
    #[must_use]
    pub fn told_bytes_max(&self) -> usize {
        let dialects = [Dialect::Whole, Dialect::OpenaiStrict, Dialect::Anthropic];
        let told = dialects.into_iter().map(|dialect| in_words(&self.told(dialect).schema).len());
        self.name.len() + told.max().unwrap_or(0)
    }

    /// Where `value` breaks the schema; empty when it does not.
    #[must_use]
    pub fn faults(&self, value: &Value) -> Vec<SchemaFault> {
        let breaches = self.shape.breaches(value, FAULTS_MAX).into_iter();
        breaches.map(|breach| SchemaFault { path: breach.path, what: words(&breach.what) }).collect()
    }
}

/// What a model is told of a schema that its provider has no mechanism for.
#[must_use]
pub fn in_words(schema: &Value) -> String {
    format!("Answer with JSON and nothing else. It has to keep this JSON Schema:\n{schema}")
}

impl fmt::Debug for ReplySchema {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplySchema")
            .field("name", &self.name)
            .field("full", &self.full)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_answer_is_checked_by_the_whole_schema() {
        let schema = ReplySchema::new(
            "cash",
            json!({"type": "object", "properties": {"min_cash": {"type": "number", "maximum": 1000000}},
                   "required": ["min_cash"], "additionalProperties": false}),
        )
        .unwrap();
        assert_eq!(schema.faults(&json!({"min_cash": 5})), []);
        let faults = schema.faults(&json!({"min_cash": 5e15, "more": 1}));
        assert_eq!(faults.len(), 2, "{faults:?}");
        assert!(faults.iter().any(|fault| fault.path == "/min_cash"));
    }

    #[test]
    fn what_is_no_schema_is_refused() {
        assert!(matches!(ReplySchema::new("a b", json!({})), Err(SchemaError::Name { .. })));
        assert!(matches!(ReplySchema::new("a", json!({"type": 5})), Err(SchemaError::Meaning { .. })));
        let outside = json!({"$ref": "https://example.org/schema.json"});
        assert!(matches!(ReplySchema::new("a", outside), Err(SchemaError::Meaning { .. })));
        let large = json!({"description": "x".repeat(BYTES_MAX)});
        assert!(matches!(ReplySchema::new("a", large), Err(SchemaError::Size { .. })));
    }

    #[test]
    fn a_pattern_can_not_take_for_ever() {
        let schema = ReplySchema::new("a", json!({"type": "string", "pattern": "^(a+)+$"})).unwrap();
        assert_eq!(schema.faults(&json!(format!("{}!", "a".repeat(50_000)))).len(), 1);
    }
}
