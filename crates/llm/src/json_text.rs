//! The JSON in what a model wrote.
//!
//! In: a text, and a judge of values. Out: the one JSON value that is meant, as it was written, with where it stood.
//! Invariants: the text is never mended; of several values that would do none is chosen; the work grows with
//! the length of the text and not with its square.

use serde::Serialize;
use serde_json::Value;

/// Where JSON stood in a reply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The text is JSON and nothing else.
    Alone,
    /// Between fences, with or without text around them.
    Fenced,
    /// In the middle of other text.
    Amid,
    /// In a call of a tool that the model made instead of writing.
    ToolCall,
}

/// JSON as it was found.
#[derive(Debug, Clone, PartialEq)]
pub struct Found {
    /// As the model wrote it: decimals keep their digits.
    pub text: String,
    /// The same, read.
    pub value: Value,
    /// Where it stood.
    pub place: Place,
}

/// Why no JSON was found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NoJson {
    /// There is none.
    #[error("there is no JSON in it")]
    None,
    /// There are several that differ, and nothing says which is meant.
    #[error("there are several JSON values in it, and nothing says which is meant")]
    Several,
}

/// Places in other text at which JSON is looked for.
const STARTS_MAX: usize = 64;

/// The JSON of `text`. Where several objects or lists are in it, the one that `fits` is meant.
///
/// # Errors
/// [`NoJson`] where there is none, or several that would do or none that would.
pub fn find(text: &str, fits: impl Fn(&Value) -> bool) -> Result<Found, NoJson> {
    let text = text.trim().trim_start_matches('\u{feff}').trim();
    if let Ok(value) = serde_json::from_str::<Value>(text) {
        return Ok(Found { text: text.to_owned(), value, place: Place::Alone });
    }
    chosen(fenced(text), &fits, Place::Fenced).or_else(|_| chosen(amid(text), &fits, Place::Amid))
}

/// The one candidate, or the only one that fits.
fn chosen(candidates: Vec<&str>, fits: &impl Fn(&Value) -> bool, place: Place) -> Result<Found, NoJson> {
    let mut read: Vec<Found> = Vec::new();
    for text in candidates {
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        // A model that repeats itself has said one thing.
        if !read.iter().any(|other| other.value == value) {
            read.push(Found { text: text.to_owned(), value, place });
        }
    }
    if read.len() > 1 {
        read.retain(|found| fits(&found.value));
        if read.len() != 1 {
            return Err(NoJson::Several);
        }
    }
    read.pop().ok_or(NoJson::None)
}

/// What stands between fences.
fn fenced(text: &str) -> Vec<&str> {
    let mut blocks = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find("```") {
        let inner = &rest[start + 3..];
        let Some(line_end) = inner.find('\n') else { break };
        let Some(end) = inner[line_end..].find("```") else { break };
        blocks.push(inner[line_end..line_end + end].trim());
        rest = &inner[line_end + end + 3..];
        if blocks.len() == STARTS_MAX {
            break;
        }
    }
    blocks
}

/// Objects and lists in the middle of text, outermost ones only.
fn amid(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut at = 0;
    for _ in 0..STARTS_MAX {
        let Some(offset) = text[at..].find(['{', '[']) else { break };
        let start = at + offset;
        let mut values =
            serde_json::Deserializer::from_str(&text[start..]).into_iter::<serde::de::IgnoredAny>();
        match values.next() {
            Some(Ok(_)) => {
                at = start + values.byte_offset();
                found.push(&text[start..at]);
            }
            _ => at = start + 1,
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn any(_: &Value) -> bool {
        true
    }

    #[test]
    fn json_is_found_wherever_it_stands_and_keeps_its_digits() {
        let found = find(" {\"a\": 1.10000000000000000001}\n", any).unwrap();
        assert_eq!((found.text.as_str(), found.place), ("{\"a\": 1.10000000000000000001}", Place::Alone));
        let found = find("Here you are:\n```json\n{\"a\": 1}\n```\nBye {x}", any).unwrap();
        assert_eq!((found.value, found.place), (json!({"a": 1}), Place::Fenced));
        let found = find("I think {this} is it: {\"a\": {\"b\": [1]}}. [Done", any).unwrap();
        assert_eq!((found.value, found.place), (json!({"a": {"b": [1]}}), Place::Amid));
    }

    #[test]
    fn of_several_the_one_that_fits_is_meant() {
        let text = "Example: {\"a\": 1}. Answer: {\"b\": 2}";
        assert_eq!(find(text, |v| v.get("b").is_some()).unwrap().value, json!({"b": 2}));
        assert_eq!(find(text, any), Err(NoJson::Several));
        assert_eq!(find("{\"a\": 1} and again {\"a\": 1}", any).unwrap().value, json!({"a": 1}));
    }

    #[test]
    fn text_without_json_has_none() {
        for text in ["", "I can't do that.", "{\"a\": ", "```json\n{\"a\":\n```", "```"] {
            assert_eq!(find(text, any), Err(NoJson::None), "{text}");
        }
    }

    #[test]
    fn hostile_texts_take_no_time() {
        for text in ["[".repeat(1 << 20), "{\"a\":".repeat(1 << 18), "```\n".repeat(1 << 18)] {
            let _ = find(&text, any);
        }
    }
}
