//! What became of a question.
//!
//! In: what a provider answered and the schema it had to keep. Out: a [`Verdict`]: data for whoever asked, not
//! an error. Invariant: `Complete` is said of nothing else than a whole answer that keeps the whole schema.

use serde::Serialize;

use crate::json_text::{self, Found, NoJson, Place};
use crate::providers::{Answer, Carrier, Ending};
use crate::schema::{ReplySchema, SchemaFault};

/// What became of a question.
#[derive(Debug, Clone, PartialEq)]
pub enum Verdict {
    /// A whole answer; with a schema, the JSON that keeps it.
    Complete {
        /// The JSON, where a schema asked for it.
        json: Option<Found>,
    },
    /// The model will not answer, or its provider will not pass the answer on.
    Refused {
        /// The model's or the provider's words.
        reason: String,
    },
    /// The answer reached the limit of tokens and stops in the middle.
    Truncated,
    /// There is no text.
    Empty,
    /// A schema was given, and there is no JSON, or several.
    NotJson {
        /// Which of the two.
        why: NoJson,
    },
    /// There is JSON, and it breaks the schema.
    SchemaBroken {
        /// Where and how.
        faults: Vec<SchemaFault>,
        /// Where it stood.
        place: Place,
    },
    /// The provider stopped for a reason that is not known here.
    Stopped {
        /// The provider's word for it.
        reason: String,
    },
}

/// The verdict in a word, for records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum VerdictKind {
    /// See [`Verdict::Complete`].
    Complete,
    /// See [`Verdict::Refused`].
    Refused,
    /// See [`Verdict::Truncated`].
    Truncated,
    /// See [`Verdict::Empty`].
    Empty,
    /// See [`Verdict::NotJson`].
    NotJson,
    /// See [`Verdict::SchemaBroken`].
    SchemaBroken,
    /// See [`Verdict::Stopped`].
    Stopped,
}

impl Verdict {
    /// The verdict in a word.
    #[must_use]
    pub fn kind(&self) -> VerdictKind {
        match self {
            Verdict::Complete { .. } => VerdictKind::Complete,
            Verdict::Refused { .. } => VerdictKind::Refused,
            Verdict::Truncated => VerdictKind::Truncated,
            Verdict::Empty => VerdictKind::Empty,
            Verdict::NotJson { .. } => VerdictKind::NotJson,
            Verdict::SchemaBroken { .. } => VerdictKind::SchemaBroken,
            Verdict::Stopped { .. } => VerdictKind::Stopped,
        }
    }

    /// What to tell the model so that it mends its answer; none where telling it is of no use.
    #[must_use]
    pub fn complaint(&self) -> Option<String> {
        match self {
            Verdict::NotJson { why } => Some(why.to_string()),
            Verdict::SchemaBroken { faults, .. } => {
                Some(faults.iter().map(|fault| format!("- {fault}")).collect::<Vec<_>>().join("\n"))
            }
            _ => None,
        }
    }
}

/// Judges an answer by how it ended and, where there is one, by the schema.
#[must_use]
pub fn judge(answer: &Answer, schema: Option<&ReplySchema>) -> Verdict {
    match &answer.ending {
        Ending::Refused { reason } => return Verdict::Refused { reason: reason.clone() },
        Ending::TokensMax => return Verdict::Truncated,
        Ending::Other { reason } => return Verdict::Stopped { reason: reason.clone() },
        Ending::Finished => {}
    }
    if answer.text.trim().is_empty() {
        return Verdict::Empty;
    }
    let Some(schema) = schema else { return Verdict::Complete { json: None } };
    match json_text::find(&answer.text, |value| schema.faults(value).is_empty()) {
        Err(why) => Verdict::NotJson { why },
        Ok(mut found) => {
            if answer.carrier == Carrier::ToolCall {
                found.place = Place::ToolCall;
            }
            let faults = schema.faults(&found.value);
            if faults.is_empty() {
                Verdict::Complete { json: Some(found) }
            } else {
                Verdict::SchemaBroken { faults, place: found.place }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn verdict(text: &str, ending: Ending) -> Verdict {
        let schema = ReplySchema::new("s", json!({"type": "object", "required": ["a"]})).unwrap();
        judge(&Answer { ending, ..Answer::of_text("m", text) }, Some(&schema))
    }

    #[test]
    fn only_a_whole_answer_that_keeps_the_schema_is_complete() {
        assert_eq!(verdict("{\"a\": 1}", Ending::Finished).kind(), VerdictKind::Complete);
        assert_eq!(verdict("{\"a\": 1}", Ending::TokensMax).kind(), VerdictKind::Truncated);
        assert_eq!(verdict("{\"b\": 1}", Ending::Finished).kind(), VerdictKind::SchemaBroken);
        assert_eq!(verdict("no", Ending::Finished).kind(), VerdictKind::NotJson);
        assert_eq!(verdict(" \n", Ending::Finished).kind(), VerdictKind::Empty);
    }

    #[test]
    fn a_complaint_names_the_place() {
        let complaint = verdict("{\"b\": 1}", Ending::Finished).complaint().unwrap();
        assert_eq!(complaint, "- the whole: \"a\" is a required property");
        assert_eq!(verdict("", Ending::Finished).complaint(), None);
    }
}
