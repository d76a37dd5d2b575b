//! What a tool is.
//!
//! In: what can be seen, and arguments. Out: JSON, an object. Invariant: only a tool that says so changes anything.

use serde::Serialize;
use serde_json::{Value, json};

use super::arguments::{self, Arguments, Parameter};
use super::session::Version;
use super::sight::{Refused, Sight};

/// Something that an assistant may ask.
pub(super) struct Tool {
    /// Its name.
    pub(super) name: &'static str,
    /// The same for people.
    pub(super) title: &'static str,
    /// What it does, for who chooses among them.
    pub(super) words: &'static str,
    /// What it takes.
    pub(super) parameters: &'static [Parameter],
    /// Where it is there.
    pub(super) place: Where,
    /// Answers.
    pub(super) run: fn(&Sight, &Arguments) -> Result<String, Refused>,
}

/// Where a tool is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Where {
    /// Wherever somebody looks.
    Everywhere,
    /// In the books of an installation.
    InBooks,
    /// In the books, where a proposal may be made: the one that writes.
    IfAllowed,
}

impl Tool {
    /// Whether it is there.
    pub(super) fn is_in(&self, sight: &Sight) -> bool {
        match (self.place, sight) {
            (Where::Everywhere, _) | (Where::InBooks, Sight::Books(_)) => true,
            (Where::IfAllowed, Sight::Books(visit)) => visit.may_propose,
            (Where::InBooks | Where::IfAllowed, Sight::Files(_)) => false,
        }
    }

    /// What it takes here.
    fn taken(&self, sight: &Sight) -> impl Iterator<Item = &'static Parameter> + Clone {
        let in_books = matches!(sight, Sight::Books(_));
        self.parameters.iter().filter(move |one| in_books || !one.in_books)
    }

    /// How it is told to an assistant.
    pub(super) fn told(&self, sight: &Sight, version: Version) -> Value {
        let mut told = json!({"name": self.name, "description": self.words,
                              "inputSchema": arguments::schema(self.taken(sight))});
        if version >= Version::Structured {
            told["title"] = self.title.into();
        }
        if version >= Version::Annotated {
            told["annotations"] = json!({
                "title": self.title,
                "readOnlyHint": self.place != Where::IfAllowed,
                "destructiveHint": false,
                "idempotentHint": true,
                "openWorldHint": false,
            });
        }
        told
    }

    /// Answers what is asked.
    pub(super) fn answer(
        &self,
        sight: &Sight,
        asked: Option<&serde_json::value::RawValue>,
    ) -> Result<String, Refused> {
        (self.run)(sight, &Arguments::read(self.taken(sight), asked)?)
    }
}

/// An answer as JSON; numbers of plans keep their digits.
pub(super) fn written<T: Serialize>(answer: &T) -> Result<String, Refused> {
    serde_json::to_string(answer)
        .map_err(|error| Refused::new(format!("the answer can't be written as JSON ({error})")))
}
