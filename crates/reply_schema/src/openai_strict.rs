//! A schema in the dialect of OpenAI's strict mode.
//!
//! In: a JSON Schema. Out: closed objects, `anyOf` for `oneOf`, and no keyword that strict mode refuses. Where
//! the schema has what strict mode can't say (a property that may be missing, an open object, a root that is no object),
//! it is told as it is and not strictly; the answer is checked by the whole schema in any case.
//!
//! # Source
//! `ResponseFormatJsonSchema` of the OpenAPI document of OpenAI, and the list of supported keywords in the guide to
//! structured outputs that it links.

use serde_json::{Map, Value, json};

use super::{Told, notes};

/// Keywords with sub-schemas by name.
const NAMED: [&str; 3] = ["properties", "$defs", "definitions"];
/// Keywords that are passed on as they are.
const KEPT: [&str; 16] = [
    "$ref",
    "type",
    "enum",
    "const",
    "description",
    "title",
    "required",
    "pattern",
    "format",
    "multipleOf",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "minItems",
    "maxItems",
];
/// Keywords that change what a schema means and that strict mode has no words for.
const NOT_STRICT: [&str; 11] = [
    "allOf",
    "not",
    "if",
    "then",
    "else",
    "dependentRequired",
    "dependentSchemas",
    "patternProperties",
    "propertyNames",
    "prefixItems",
    "contains",
];
/// Keywords for tools that read schemas, not for models.
const SILENT: [&str; 5] = ["$schema", "$id", "$comment", "default", "examples"];

/// The schema as strict mode takes it; the schema as it is, not strict, where strict mode can't say it.
pub(super) fn told(full: &Value) -> Told {
    let is_object = full.get("type") == Some(&json!("object"));
    match (is_object, strict(full)) {
        (true, Some(schema)) => Told { schema, strict: true },
        _ => Told { schema: full.clone(), strict: false },
    }
}

fn strict(schema: &Value) -> Option<Value> {
    let Value::Object(keywords) = schema else { return None }; // `true` and `false` are schemas too
    let (mut told, mut left_over) = (Map::new(), Map::new());
    for (keyword, value) in keywords {
        match keyword.as_str() {
            word if NAMED.contains(&word) => {
                let named = value.as_object()?.iter().map(|(name, s)| Some((name.clone(), strict(s)?)));
                told.insert(keyword.clone(), Value::Object(named.collect::<Option<_>>()?));
            }
            "anyOf" | "oneOf" => {
                let each: Option<Vec<Value>> = value.as_array()?.iter().map(strict).collect();
                told.insert("anyOf".to_owned(), Value::Array(each?));
            }
            "items" => drop(told.insert(keyword.clone(), strict(value)?)),
            // An open object can't be said; one that does not say it is closed, and a bit narrower.
            "additionalProperties" if value != &Value::Bool(false) => return None,
            "additionalProperties" => {}
            word if KEPT.contains(&word) => drop(told.insert(keyword.clone(), value.clone())),
            word if NOT_STRICT.contains(&word) => return None,
            word if SILENT.contains(&word) => {}
            _ => drop(left_over.insert(keyword.clone(), value.clone())),
        }
    }
    if let Some(properties) = told.get("properties").and_then(Value::as_object) {
        let required = told.get("required").and_then(Value::as_array);
        let is_required =
            |name: &String| required.is_some_and(|r| r.iter().any(|n| n.as_str() == Some(name)));
        if !properties.keys().all(is_required) {
            return None;
        }
    }
    if told.get("type") == Some(&json!("object")) {
        // An object without properties would be an open one.
        told.get("properties")?;
        told.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    notes::note(&mut told, &left_over);
    Some(Value::Object(told))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_closed_and_lengths_become_words() {
        let full = json!({"type": "object", "required": ["name", "lot"], "properties": {
            "name": {"type": "string", "maxLength": 5, "description": "a name"},
            "lot": {"oneOf": [{"type": "null"}, {"$ref": "#/$defs/lot"}]}},
            "$defs": {"lot": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}},
                              "required": ["n"]}}});
        let told = told(&full);
        assert!(told.strict);
        assert_eq!(
            told.schema,
            json!({"type": "object", "required": ["name", "lot"], "additionalProperties": false, "properties": {
                "name": {"type": "string", "description": "a name\n\n{maxLength: 5}"},
                "lot": {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/lot"}]}},
                "$defs": {"lot": {"type": "object", "properties": {"n": {"type": "integer", "minimum": 1}},
                                  "required": ["n"], "additionalProperties": false}}})
        );
    }

    #[test]
    fn what_strict_mode_can_not_say_is_told_as_it_is() {
        for full in [
            json!({"type": "object", "properties": {"may_be_missing": {"type": "string"}}}),
            json!({"type": "object", "additionalProperties": {"type": "number"}}),
            json!({"type": "array", "items": {"type": "string"}}),
            json!({"type": "object", "properties": {"a": {"not": {"type": "null"}}}, "required": ["a"]}),
            json!(true),
        ] {
            assert_eq!(told(&full), Told { schema: full.clone(), strict: false });
        }
    }
}
