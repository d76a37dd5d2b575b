//! Whether JSON has a shape: a JSON Schema, ready to check values.
//!
//! In: a schema, and values. Out: where each value breaks it. Invariant: patterns run in linear time, since a schema may come
//! from outside, and so does every value.
//!
//! A crate of its own, and nothing in it is generic: the validator is, and whoever names it compiles it again, which takes most of
//! a minute. Here it is compiled once, for the program and for the tests of wire formats.

use jsonschema::{PatternOptions, Validator};
use serde_json::Value;

/// A schema that is ready to check values.
pub struct Shape(Validator);

/// Whether `format` of a text is checked; a schema may also mean it as a hint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Formats {
    /// Checked, where it is one that is known.
    Checked,
    /// A hint.
    Hints,
}

/// Why something is no schema: in the words of the validator.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct NoSchema(pub String);

/// A place where a value breaks its shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Where in the value, as a JSON pointer; empty for the whole of it.
    pub path: String,
    /// What does not fit, in the words of the validator; it quotes what stands there.
    pub what: String,
}

impl Shape {
    /// The shape that a schema describes.
    ///
    /// # Errors
    /// [`NoSchema`] for what is no JSON Schema or refers to something that is not in it.
    pub fn of(schema: &Value, formats: Formats) -> Result<Shape, NoSchema> {
        let options = jsonschema::options()
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(formats == Formats::Checked);
        options.build(schema).map(Shape).map_err(|error| NoSchema(error.to_string()))
    }

    /// Where a value breaks it, at most `most` places; none where it does not.
    #[must_use]
    pub fn breaches(&self, value: &Value, most: usize) -> Vec<Breach> {
        let errors = self.0.iter_errors(value).take(most);
        errors
            .map(|error| Breach { path: error.instance_path().to_string(), what: error.to_string() })
            .collect()
    }
}

/// Whether a value is itself a JSON Schema, of the draft that it names.
#[must_use]
pub fn is_schema(value: &Value) -> bool {
    jsonschema::meta::is_valid(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_breach_has_its_place_and_formats_count_where_they_are_to() {
        let schema = json!({"type": "object", "properties": {"day": {"type": "string", "format": "date"}}, "required": ["day"]});
        assert!(is_schema(&schema) && !is_schema(&json!({"type": "thing"})));
        let (checked, hints) =
            (Shape::of(&schema, Formats::Checked).unwrap(), Shape::of(&schema, Formats::Hints).unwrap());
        let odd = json!({"day": "some day"});
        assert_eq!(checked.breaches(&odd, 5)[0].path, "/day");
        assert_eq!(hints.breaches(&odd, 5), []);
        assert_eq!(hints.breaches(&json!({}), 5)[0].path, "");
        assert!(checked.breaches(&odd, 0).is_empty());
    }

    #[test]
    fn what_is_no_schema_is_told() {
        assert!(Shape::of(&json!({"type": "thing"}), Formats::Hints).is_err());
    }
}
