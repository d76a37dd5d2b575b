//! Is this text a portfolio document (interface.md), and if not, where is it wrong.
//!
//! In: JSON text, in the full form (`accounts`, `securities`) or the short form of the design
//! document (`holdings`, `cash`). Out: a checked [`Portfolio`]; or the syntax error with its line;
//! or every fault of the content, each with the path of the field and what to do.
//!
//! The steps: [`shape`] (fields and their kinds, unknown ones refused) → [`short_form`] (one
//! account made of `holdings`) → [`assemble`] (names resolved, figures checked, indices made).

pub mod assemble;
pub mod exact;
pub mod shape;
pub mod short_form;

use std::fmt;

use crate::household::Portfolio;
use crate::nearest::nearest;

/// Why a text is no portfolio document.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DocumentError {
    /// Not JSON, or a field that is unknown, missing or of the wrong kind.
    #[error("line {line}, column {column}: {}{message}{}", at(.path), hinted(.hint.as_deref()))]
    Shape {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
        /// Path of the field, such as `accounts[0].cash`; empty at the top.
        path: String,
        /// What is wrong.
        message: String,
        /// What to do, where that is clear.
        hint: Option<String>,
    },
    /// The fields are right and what they say is not.
    #[error("{}", list(.0))]
    Content(Vec<Fault>),
}

/// One fault of a document's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Path of the field, such as `securities[3].current_price`.
    pub path: String,
    /// What is wrong, with the figures.
    pub message: String,
    /// What to do, where that is clear.
    pub hint: Option<String>,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}{}", self.path, self.message, hinted(self.hint.as_deref()))
    }
}

fn at(path: &str) -> String {
    if path.is_empty() || path == "." { String::new() } else { format!("{path}: ") }
}

fn hinted(hint: Option<&str>) -> String {
    hint.map(|h| format!("; {h}")).unwrap_or_default()
}

fn list(faults: &[Fault]) -> String {
    faults.iter().map(Fault::to_string).collect::<Vec<_>>().join("\n")
}

/// Reads a portfolio document.
///
/// # Errors
/// [`DocumentError`] with the place of every fault.
///
/// # Source
/// interface.md, "Portfolio document"; model.md, the defaults and "input error"s.
pub fn read(text: &str) -> Result<Portfolio, DocumentError> {
    let document = parse(text)?;
    let document = short_form::expand(document).map_err(DocumentError::Content)?;
    assemble::assemble(&document).map_err(DocumentError::Content)
}

/// Reads the fields, refusing unknown ones by path.
fn parse(text: &str) -> Result<shape::Document, DocumentError> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let mut json = serde_json::Deserializer::from_str(text);
    let document = serde_path_to_error::deserialize(&mut json)
        .map_err(|error| shape_error(error.inner(), &error.path().to_string()))?;
    json.end().map_err(|error| shape_error(&error, ""))?;
    Ok(document)
}

/// An error of the JSON reader in our words.
fn shape_error(error: &serde_json::Error, path: &str) -> DocumentError {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(m, _)| m);
    let (message, hint) = in_our_words(message);
    DocumentError::Shape {
        line: error.line(),
        column: error.column(),
        path: path.trim_matches('.').replace(".[", "["),
        message,
        hint,
    }
}

/// Rewrites the reader's message; an unknown field gets the nearest known one.
fn in_our_words(message: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if message.starts_with("unknown field") && !quoted.is_empty() {
        let known = &quoted[1..];
        let hint = match nearest(quoted[0], known.iter().copied()) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("known fields here: {}", known.join(", ")),
        };
        return (format!("unknown field `{}`", quoted[0]), Some(hint));
    }
    if message.starts_with("unknown variant") && !quoted.is_empty() {
        return (
            format!("`{}` is not known here", quoted[0]),
            Some(format!("one of {}", quoted[1..].join(", "))),
        );
    }
    if message.starts_with("EOF") {
        let hint = "the document is cut off; check that the whole file is there".to_owned();
        return ("the text ends in the middle".to_owned(), Some(hint));
    }
    (message.to_owned(), None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(text: &str) -> String {
        read(text).unwrap_err().to_string()
    }

    #[test]
    fn an_unknown_field_is_named_with_its_path_line_and_the_nearest() {
        let text = "{\"as_of\": \"2026-11-20\",\n \"accounts\": [{\"account_id\": \"a\", \"csh\": 5}]}";
        let message = message(text);
        assert!(message.starts_with("line 2, column"), "{message}");
        assert!(message.contains("accounts[0]"), "{message}");
        assert!(message.contains("unknown field `csh`; did you mean `cash`?"), "{message}");
    }

    #[test]
    fn cut_off_text_and_wrong_kinds() {
        assert!(message("{\"as_of\": \"2026-11-20\", ").contains("ends in the middle"));
        let m = message("{\"as_of\": 5}");
        assert!(m.contains("as_of"), "{m}");
        assert!(message("[]").contains("line 1"));
        assert!(message("").contains("line 1"));
    }

    #[test]
    fn a_key_twice_is_an_error() {
        let m = message(r#"{"as_of": "2026-11-20", "as_of": "2026-11-21"}"#);
        assert!(m.contains("duplicate field `as_of`"), "{m}");
        let m = message(r#"{"as_of": "2026-11-20", "target_allocation": {"A": 0.5, "A": 0.5}}"#);
        assert!(m.contains("`A` stands twice"), "{m}");
    }
}
