//! `preferences`: the tokens that an investor's own words mean, or every token there is.

use portfolio::preference::explained::{EXPLAINED, Explained};
use propose::phrases::Known;
use propose::phrases::meaning::{Meaning, meaning};
use serde::Serialize;
use serde_json::{Value, json};

use super::super::arguments::{Arguments, HOUSEHOLD, Kind, Parameter};
use super::super::sight::{Refused, Sight};
use super::super::tool::{Tool, Where, written};

pub(super) const TOOL: Tool = Tool {
    name: "preferences",
    title: "Preferences",
    words: "What an investor's own words mean as preference tokens, and what of them is not understood; without words every token there is, explained. \
            Names are those of the household. Nothing is applied: a person puts tokens into the document.",
    parameters: &[
        Parameter::new("words", Kind::Words, "What the investor wishes, in their own words"),
        HOUSEHOLD,
    ],
    place: Where::Everywhere,
    run,
};

#[derive(Serialize)]
struct Meant {
    household: String,
    applied: bool,
    meaning: Meaning,
}

fn run(sight: &Sight, asked: &Arguments) -> Result<String, Refused> {
    let Some(words) = asked.text("words") else {
        return written(&json!({"tokens": EXPLAINED.iter().map(token).collect::<Vec<Value>>()}));
    };
    let seen = sight.seen(asked)?;
    let meaning = meaning(words, &Known::of(&seen.read)).map_err(|error| Refused::of(&error))?;
    written(&Meant { household: seen.household, applied: false, meaning })
}

fn token(one: &Explained) -> Value {
    let parameters = one.parameters.iter().map(
        |parameter| json!({"name": parameter.name, "unit": parameter.unit, "example": parameter.example}),
    );
    json!({"pattern": one.pattern, "kind": one.kind.word(), "words": one.words, "example": one.example(),
           "parameters": parameters.collect::<Vec<Value>>()})
}
