//! What the JSON reader says, in words for the person who wrote the document.
//!
//! In: an error of the reader and the path where it arose. Out: a [`DocumentError`] with the line, the
//! path, what is wrong and what to do. Invariant: no word of the program's insides is in it.

use super::DocumentError;
use crate::nearest::nearest;

/// A text with nothing in it, or with something that is no object.
pub(super) fn no_object(text: &str) -> DocumentError {
    let before = &text[..text.len() - text.trim_start().len()];
    let message =
        if text.trim().is_empty() { "the document is empty" } else { "the document is no JSON object" };
    DocumentError::Shape {
        line: if text.trim().is_empty() { 1 } else { before.matches('\n').count() + 1 },
        column: 1,
        path: String::new(),
        message: message.to_owned(),
        hint: Some(
            "it has to be `{...}` with at least `as_of`, what is held and `target_allocation`".to_owned(),
        ),
    }
}

/// An error of the JSON reader in our words.
pub(super) fn shape_error(error: &serde_json::Error, path: &str) -> DocumentError {
    let full = error.to_string();
    let message = full.rsplit_once(" at line ").map_or(full.as_str(), |(m, _)| m);
    let (message, hint) = in_our_words(message);
    let path = path.trim_end_matches('?').trim_matches('.').replace(".[", "[");
    DocumentError::Shape { line: error.line(), column: error.column(), path, message, hint }
}

/// What the reader says of the JSON itself: its words, ours, and what to do.
const SYNTAX: [(&str, &str, &str); 10] = [
    ("EOF", "the text ends in the middle", "the document is cut off; check that the whole file is there"),
    (
        "expected value",
        "no value stands here",
        "write a number, a text in double quotes, true, false, a list or an object",
    ),
    ("trailing comma", "a comma with nothing after it", "remove it"),
    (
        "trailing characters",
        "more text follows the document",
        "one JSON object is one document; `equipoise batch` reads one per line",
    ),
    (
        "control character",
        "a line break or another control character stands inside a text",
        "a closing quote may be missing",
    ),
    ("key must be a string", "a field without its name", "write the name in double quotes"),
    ("expected `,` or", "something stands between two values", "put a comma between them, or remove it"),
    ("expected `:`", "a name without a value", "write a colon and the value after it"),
    ("recursion limit", "lists or objects are nested too deeply", "a document needs eight levels at most"),
    ("number out of range", "a number that is too large", "check its digits"),
];

/// What the reader says, in our words, and what to do.
pub(crate) fn in_our_words(message: &str) -> (String, Option<String>) {
    let quoted: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    if let Some((_, ours, hint)) = SYNTAX.iter().find(|(theirs, ..)| message.starts_with(theirs)) {
        return ((*ours).to_owned(), Some((*hint).to_owned()));
    }
    match (message.split_once(' '), quoted.first()) {
        (Some(("unknown", rest)), Some(name)) if rest.starts_with("field") => {
            let known = &quoted[1..];
            let hint = match nearest(name, known.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => format!("known fields here: {}", known.join(", ")),
            };
            (format!("unknown field `{name}`"), Some(hint))
        }
        (Some(("unknown", rest)), Some(name)) if rest.starts_with("variant") => {
            (format!("`{name}` is not known here"), Some(format!("one of {}", quoted[1..].join(", "))))
        }
        (Some(("duplicate", _)), Some(name)) => {
            (format!("duplicate field `{name}`"), Some("keep one of them".to_owned()))
        }
        (Some(("missing", _)), Some(name)) => {
            (format!("missing field `{name}`"), Some(format!("add `{name}`")))
        }
        (Some(("invalid", rest)), _) if rest.starts_with("type: ") => (kinds(&rest["type: ".len()..]), None),
        _ => (message.to_owned(), None),
    }
}

/// `FOUND, expected WANTED` as `expected WANTED, found FOUND`, both in everyday words.
fn kinds(text: &str) -> String {
    let Some((found, wanted)) = text.rsplit_once(", expected ") else { return text.to_owned() };
    let found = match found.split_once(' ') {
        _ if found == "sequence" => "a list".to_owned(),
        _ if found == "map" => "an object".to_owned(),
        Some(("string", rest)) => format!("the text {rest}"),
        Some(("integer", rest)) => format!("the number {rest}"),
        Some(("floating", rest)) => format!("the number {}", rest.trim_start_matches("point ")),
        Some(("boolean", rest)) => rest.to_owned(),
        _ => found.to_owned(),
    };
    let wanted = match wanted {
        "a string" => "a text in double quotes",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "i16" | "u32" => "a whole number",
        w if w.starts_with("struct ") => "an object of named fields",
        w => w,
    };
    format!("expected {wanted}, found {found}")
}

#[cfg(test)]
mod tests {
    fn message(text: &str) -> String {
        crate::read(text).unwrap_err().to_string()
    }

    #[test]
    fn nothing_of_the_programs_insides_is_told() {
        for (text, expected) in [
            ("", "line 1, column 1: the document is empty; "),
            ("\n null", "line 2, column 1: the document is no JSON object; it has to be `{...}`"),
            ("[[[", "line 1, column 1: the document is no JSON object; "),
            ("{\"tax\": 5}", "tax: expected an object of named fields, found the number `5`"),
            ("{\"tax\": []}", "tax: expected an object of named fields, found a list"),
            (
                "{\"as_of\": 5}",
                "line 1, column 11: as_of: expected a text in double quotes, found the number `5`",
            ),
            ("{\"cash\": NaN}", "cash: no value stands here; "),
            ("{\"cash\": 1,}", "line 1, column 12: a comma with nothing after it; remove it"),
            (
                "{\"as_of\": \"a\nb\"}",
                "as_of: a line break or another control character stands inside a text",
            ),
            ("{\"as_of\": \"2026-11-20\"} x", "more text follows the document; "),
            ("{\"cash\": 1}", "missing field `as_of`; add `as_of`"),
            ("{\"cash\": 1, \"cash\": 2}", "column 18: duplicate field `cash`; keep one of them"),
            ("{\"tax\": {\"year\": \"x\"}}", "tax.year: expected a whole number, found the text \"x\""),
        ] {
            let told = message(text);
            assert!(told.contains(expected), "{text}: {told}");
            assert!(!told.contains("struct") && !told.contains('?'), "{told}");
        }
    }
}
