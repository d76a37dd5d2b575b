//! Alpaca's OpenAPI, asked whether a request or an answer keeps it.
//!
//! In: what went over the line. Out: every fault, in words. `openapi.json` is the part of the specification that is used (see
//! `README.md`); `nullable`, which JSON Schema does not know, is read as OpenAPI 3.0 meant it.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};

use serde_json::{Value, json};
use shape::{Formats, Shape};

/// The specification, and the validators that were made of it.
struct Specification {
    openapi: Value,
    made: Mutex<BTreeMap<String, Arc<Shape>>>,
}

fn specification() -> &'static Specification {
    static ONE: OnceLock<Specification> = OnceLock::new();
    ONE.get_or_init(|| {
        let mut openapi: Value = serde_json::from_str(include_str!("openapi.json")).unwrap();
        read_nullable(&mut openapi);
        Specification { openapi, made: Mutex::default() }
    })
}

fn read_nullable(value: &mut Value) {
    match value {
        Value::Object(map) => {
            if map.get("nullable") == Some(&Value::Bool(true))
                && let Some(kind) = map.get("type").cloned().filter(Value::is_string)
            {
                map.insert("type".to_owned(), json!([kind, "null"]));
            }
            map.values_mut().for_each(read_nullable);
        }
        Value::Array(list) => list.iter_mut().for_each(read_nullable),
        _ => {}
    }
}

impl Specification {
    /// The template of a path and its operation.
    fn operation(&self, method: &str, path: &str) -> Option<(&str, &Value)> {
        let paths = self.openapi["paths"].as_object().unwrap();
        let fits = |template: &str| {
            template == path
                || template.strip_suffix("{order_id}").is_some_and(|head| {
                    path.strip_prefix(head).is_some_and(|rest| !rest.is_empty() && !rest.contains('/'))
                })
        };
        let (template, item) = paths.iter().find(|(template, _)| fits(template))?;
        Some((template, item.get(method.to_lowercase())?))
    }

    fn faults(&self, name: &str, schema: &Value, value: &Value) -> Vec<String> {
        let validator = self.made.lock().unwrap().get(name).cloned();
        let validator = validator.unwrap_or_else(|| {
            let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema",
                "allOf": [schema], "components": self.openapi["components"]});
            let made = Arc::new(Shape::of(&whole, Formats::Checked).unwrap());
            self.made.lock().unwrap().insert(name.to_owned(), Arc::clone(&made));
            made
        });
        let breaches = validator.breaches(value, usize::MAX).into_iter();
        breaches.map(|breach| format!("{name}: {}: {}", breach.path, breach.what)).collect()
    }

    fn resolved<'a>(&'a self, value: &'a Value) -> &'a Value {
        match value.get("$ref").and_then(Value::as_str) {
            Some(place) => self.openapi.pointer(&place[1..]).unwrap(),
            None => value,
        }
    }
}

/// What is wrong with a request.
pub(crate) fn faults_of_request(
    method: &str,
    path: &str,
    query: &[(String, String)],
    body: Option<&Value>,
) -> Vec<String> {
    let all = specification();
    let Some((template, operation)) = all.operation(method, path) else {
        return vec![format!("{method} {path} is not in the part of the OpenAPI that is used")];
    };
    let mut found = Vec::new();
    let parameters: Vec<&Value> = operation["parameters"].as_array().into_iter().flatten().collect();
    let parameters: Vec<&Value> = parameters.into_iter().map(|it| all.resolved(it)).collect();
    for (name, text) in query {
        let Some(parameter) = parameters.iter().find(|it| it["name"] == **name && it["in"] == "query") else {
            found.push(format!("{method} {path}: no parameter `{name}`"));
            continue;
        };
        let value = match parameter["schema"]["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or(json!(text), |number| json!(number)),
            Some("array") => text.split(',').collect(),
            _ => json!(text),
        };
        found.extend(all.faults(&format!("{method} {template} {name}"), &parameter["schema"], &value));
    }
    for parameter in parameters.iter().filter(|it| it["required"] == true) {
        if !query.iter().any(|(name, _)| parameter["name"] == **name) {
            found.push(format!("{method} {path}: without `{}`", parameter["name"]));
        }
    }
    let schema = &operation["requestBody"]["content"]["application/json"]["schema"];
    match (body, schema) {
        (None, Value::Null) => {}
        (Some(body), schema @ Value::Object(_)) => {
            found.extend(all.faults(&format!("{method} {template}"), schema, body));
            let known = schema["properties"].as_object().unwrap();
            let unknown = body.as_object().unwrap().keys().filter(|name| !known.contains_key(*name));
            found.extend(unknown.map(|name| format!("{method} {path}: no field `{name}`")));
        }
        _ => found.push(format!("{method} {path}: a body where there is none, or none where there is one")),
    }
    found
}

/// What is wrong with the answer to a request that went well.
pub(crate) fn faults_of_answer(method: &str, path: &str, status: u16, body: Option<&Value>) -> Vec<String> {
    let all = specification();
    let Some((template, operation)) = all.operation(method, path) else { return Vec::new() };
    let Some(response) = operation["responses"].get(status.to_string()) else {
        return vec![format!("{method} {path}: an answer {status} is not in the OpenAPI")];
    };
    let schema = &response["content"]["application/json"]["schema"];
    match (body, schema) {
        (None, Value::Null) => Vec::new(),
        (Some(body), schema @ Value::Object(_)) => {
            all.faults(&format!("{status} of {method} {template}"), schema, body)
        }
        _ => vec![format!("{method} {path}: an answer {status} with a body, or without")],
    }
}
