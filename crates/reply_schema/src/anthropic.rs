//! A schema in the dialect of Anthropic's output format.
//!
//! In: a JSON Schema. Out: closed objects, `anyOf` for `oneOf`, the formats that are known, and every other bound
//! as words in the description, where the model may heed it. Where the schema has what the format can't say (an object of any
//! fields), it is told as it is and not strictly, for the provider to put it into words; closing such an object would ask for
//! something else. The answer is checked by the whole schema in any case.
//!
//! # Source
//! `transform_schema` in `anthropic/lib/_parse/_transform.py` of the Python package `anthropic` 2.14.0 (MIT), which the
//! API's makers publish: what it passes on is what the API takes; numeric, length and list bounds are refused with status 400.

use serde_json::{Map, Value, json};

use super::{Told, notes};

/// Formats of texts that are enforced.
const FORMATS: [&str; 10] =
    ["date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid"];
/// Keywords for tools that read schemas, not for models.
const SILENT: [&str; 5] = ["$schema", "$id", "$comment", "default", "examples"];

/// The schema as the API takes it; the schema as it is, not strict, where the API can't be told it.
pub(super) fn told(full: &Value) -> Told {
    match closed(full) {
        Some(schema) => Told { schema, strict: true },
        None => Told { schema: full.clone(), strict: false },
    }
}

fn closed(schema: &Value) -> Option<Value> {
    let Value::Object(keywords) = schema else { return Some(schema.clone()) };
    let mut told = Map::new();
    if let Some(defs) = keywords.get("$defs").and_then(Value::as_object) {
        told.insert("$defs".to_owned(), each_named(defs)?);
    }
    if let Some(reference) = keywords.get("$ref") {
        told.insert("$ref".to_owned(), reference.clone());
        return Some(Value::Object(told));
    }
    if is_open(keywords) {
        return None;
    }
    let literals = ["enum", "const"].into_iter().filter(|word| keywords.get(*word).is_some_and(is_literal));
    let literals: Vec<&str> = literals.collect();
    let kinds = if literals.is_empty() { kinds(keywords) } else { Vec::new() };
    if kinds.len() > 1 && !keywords.contains_key("anyOf") && !keywords.contains_key("oneOf") {
        return several_kinds(keywords, &kinds);
    }
    let mut left_over = Map::new();
    for (keyword, value) in keywords {
        let kept = match keyword.as_str() {
            "$defs" | "additionalProperties" => None,
            "type" if !literals.is_empty() => None,
            "type" | "description" | "title" | "required" => Some((keyword.as_str(), value.clone())),
            "enum" | "const" if literals.contains(&keyword.as_str()) => {
                Some((keyword.as_str(), value.clone()))
            }
            "anyOf" | "oneOf" => Some(("anyOf", each(value)?)),
            "allOf" => Some(("allOf", each(value)?)),
            "properties" => match value.as_object() {
                Some(named) => Some(("properties", each_named(named)?)),
                None => None,
            },
            "items" => Some(("items", closed(value)?)),
            "format" if value.as_str().is_some_and(|f| FORMATS.contains(&f)) => {
                Some(("format", value.clone()))
            }
            "minItems" if value == &json!(0) || value == &json!(1) => Some(("minItems", value.clone())),
            word if SILENT.contains(&word) => None,
            _ => {
                left_over.insert(keyword.clone(), value.clone());
                None
            }
        };
        if let Some((word, value)) = kept {
            told.insert(word.to_owned(), value);
        }
    }
    if told.get("type") == Some(&json!("object")) {
        told.entry("properties").or_insert_with(|| json!({}));
        told.insert("additionalProperties".to_owned(), Value::Bool(false));
    }
    notes::note(&mut told, &left_over);
    Some(Value::Object(told))
}

/// Whether the objects that a schema describes may have fields of any name. One that names its fields and does not say whether
/// there may be others is closed, and so a bit narrower.
fn is_open(keywords: &Map<String, Value>) -> bool {
    let has = |word: &str| keywords.contains_key(word);
    match keywords.get("additionalProperties") {
        Some(Value::Bool(false)) => has("patternProperties"),
        Some(_) => true,
        None => has("patternProperties") || describes_objects(keywords) && !has("properties"),
    }
}

fn describes_objects(keywords: &Map<String, Value>) -> bool {
    match keywords.get("type") {
        Some(Value::Array(kinds)) => kinds.contains(&json!("object")),
        Some(kind) => kind == &json!("object"),
        None => false,
    }
}

/// `type: [a, b]` as one alternative per kind, each with the keywords that are about it.
fn several_kinds(keywords: &Map<String, Value>, kinds: &[Value]) -> Option<Value> {
    let one = |kind: &Value| {
        let mut alternative = keywords.clone();
        for word in ["$defs", "description", "title"] {
            alternative.remove(word);
        }
        alternative.retain(|word, _| word == "type" || is_about(word, kind));
        alternative.insert("type".to_owned(), kind.clone());
        closed(&Value::Object(alternative))
    };
    let mut all = Map::new();
    for word in ["description", "title"] {
        if let Some(text) = keywords.get(word) {
            all.insert(word.to_owned(), text.clone());
        }
    }
    if let Some(defs) = keywords.get("$defs").and_then(Value::as_object) {
        all.insert("$defs".to_owned(), each_named(defs)?);
    }
    all.insert("anyOf".to_owned(), Value::Array(kinds.iter().map(one).collect::<Option<_>>()?));
    Some(Value::Object(all))
}

/// Whether a keyword says something about values of this kind.
fn is_about(keyword: &str, kind: &Value) -> bool {
    let kinds: &[&str] = match keyword {
        "properties" | "required" | "additionalProperties" | "minProperties" | "maxProperties" => &["object"],
        "items" | "minItems" | "maxItems" | "uniqueItems" => &["array"],
        "format" | "pattern" | "minLength" | "maxLength" => &["string"],
        "minimum" | "maximum" | "exclusiveMinimum" | "exclusiveMaximum" | "multipleOf" => {
            &["number", "integer"]
        }
        _ => return true,
    };
    kind.as_str().is_some_and(|kind| kinds.contains(&kind))
}

fn kinds(keywords: &Map<String, Value>) -> Vec<Value> {
    keywords.get("type").and_then(Value::as_array).cloned().unwrap_or_default()
}

fn is_literal(value: &Value) -> bool {
    match value {
        Value::Array(all) => !all.is_empty() && all.iter().all(|v| !v.is_array() && !v.is_object()),
        Value::Object(_) => false,
        _ => true,
    }
}

fn each(value: &Value) -> Option<Value> {
    let Some(all) = value.as_array() else { return Some(value.clone()) };
    Some(Value::Array(all.iter().map(closed).collect::<Option<_>>()?))
}

fn each_named(named: &Map<String, Value>) -> Option<Value> {
    let each = named.iter().map(|(name, schema)| Some((name.clone(), closed(schema)?)));
    Some(Value::Object(each.collect::<Option<_>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn strictly(full: &Value) -> Value {
        let told = told(full);
        assert!(told.strict, "{full}");
        told.schema
    }

    #[test]
    fn bounds_become_words_and_objects_are_closed() {
        let full = json!({"type": "object", "required": ["n"], "properties": {
            "n": {"type": "integer", "minimum": 1, "maximum": 10, "description": "A number"},
            "day": {"type": "string", "format": "date", "maxLength": 10},
            "list": {"type": "array", "items": {"type": "string", "format": "odd"}, "minItems": 2}}});
        assert_eq!(
            strictly(&full),
            json!({"type": "object", "required": ["n"], "additionalProperties": false, "properties": {
                "n": {"type": "integer", "description": "A number\n\n{minimum: 1, maximum: 10}"},
                "day": {"type": "string", "format": "date", "description": "{maxLength: 10}"},
                "list": {"type": "array", "items": {"type": "string", "description": "{format: \"odd\"}"},
                         "description": "{minItems: 2}"}}})
        );
    }

    #[test]
    fn alternatives_and_literals_are_said_in_its_words() {
        assert_eq!(
            strictly(&json!({"type": ["string", "null"], "maxLength": 3, "title": "T"})),
            json!({"title": "T", "anyOf": [{"type": "string", "description": "{maxLength: 3}"}, {"type": "null"}]})
        );
        assert_eq!(strictly(&json!({"type": "string", "enum": ["a", "b"]})), json!({"enum": ["a", "b"]}));
        assert_eq!(strictly(&json!({"oneOf": [{"type": "null"}]})), json!({"anyOf": [{"type": "null"}]}));
        assert_eq!(
            strictly(&json!({"$ref": "#/$defs/x", "$defs": {"x": {"type": "number", "minimum": 0}}})),
            json!({"$ref": "#/$defs/x", "$defs": {"x": {"type": "number", "description": "{minimum: 0}"}}})
        );
    }

    #[test]
    fn an_object_of_any_fields_is_told_as_it_is() {
        for full in [
            json!({"type": "object"}),
            json!({"type": "object", "additionalProperties": {"type": "number"}}),
            json!({"type": "object", "properties": {"a": {"type": "string"}}, "additionalProperties": true}),
            json!({"type": "object", "properties": {}, "patternProperties": {"^x": {"type": "number"}}}),
            json!({"type": "object", "properties": {"map": {"type": ["object", "null"]}}}),
            json!({"type": "array", "items": {"anyOf": [{"type": "null"}, {"type": "object"}]}}),
            json!({"$ref": "#/$defs/map", "$defs": {"map": {"type": "object"}}}),
        ] {
            assert_eq!(told(&full), Told { schema: full.clone(), strict: false });
        }
        let empty = json!({"type": "object", "additionalProperties": false});
        assert_eq!(
            strictly(&empty),
            json!({"type": "object", "properties": {}, "additionalProperties": false})
        );
    }
}
