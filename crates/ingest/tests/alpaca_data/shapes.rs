//! Whether a question or an answer keeps the shapes of the API: those of `shapes.json`, or of the specification in `EQUIPOISE_TEST_ALPACA_OPENAPI`.

use std::sync::OnceLock;

use serde_json::{Value, json};
use shape::{Formats, Shape};

fn specification() -> &'static Value {
    static ONE: OnceLock<Value> = OnceLock::new();
    ONE.get_or_init(|| {
        let own = include_str!("shapes.json").to_owned();
        let given = std::env::var("EQUIPOISE_TEST_ALPACA_OPENAPI");
        let text = given.map_or(own, |path| std::fs::read_to_string(path).unwrap());
        let mut read: Value = serde_json::from_str(&text).unwrap();
        read_nullable(&mut read);
        read
    })
}

/// `nullable`, which JSON Schema does not know.
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

fn faults(what: &str, schema: &Value, value: &Value) -> Vec<String> {
    let whole = json!({"$schema": "https://json-schema.org/draft/2020-12/schema",
        "allOf": [schema], "components": specification()["components"]});
    let breaches = Shape::of(&whole, Formats::Checked).unwrap().breaches(value, usize::MAX).into_iter();
    breaches.map(|breach| format!("{what}: {}: {}", breach.path, breach.what)).collect()
}

fn resolved(value: &'static Value) -> &'static Value {
    match value.get("$ref").and_then(Value::as_str) {
        Some(place) => specification().pointer(&place[1..]).unwrap(),
        None => value,
    }
}

/// What is wrong with a question.
pub(crate) fn of_question(path: &str, query: &[(String, String)]) -> Vec<String> {
    let operation = &specification()["paths"][path]["get"];
    if operation.is_null() {
        return vec![format!("{path} is not in the API")];
    }
    let parameters: Vec<&Value> = operation["parameters"].as_array().unwrap().iter().map(resolved).collect();
    let mut found = Vec::new();
    for (name, text) in query {
        let Some(parameter) = parameters.iter().find(|it| it["name"] == **name) else {
            found.push(format!("{path}: no parameter `{name}`"));
            continue;
        };
        let mut schema = resolved(&parameter["schema"]).clone();
        // Days are as good as times.
        if schema["format"] == "date-time" {
            schema["format"] = json!("date");
        }
        let value = match schema["type"].as_str() {
            Some("integer") => text.parse::<i64>().map_or(json!(text), |number| json!(number)),
            _ => json!(text),
        };
        found.extend(faults(&format!("{path} {name}"), &schema, &value));
    }
    let required = parameters.iter().filter(|it| it["required"] == true);
    let missing = required.filter(|it| !query.iter().any(|(name, _)| it["name"] == **name));
    found.extend(missing.map(|it| format!("{path}: without `{}`", it["name"])));
    found
}

/// What is wrong with an answer 200.
pub(crate) fn of_answer(path: &str, body: &str) -> Vec<String> {
    let schema =
        &specification()["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]["schema"];
    match serde_json::from_str(body) {
        Ok(body) => faults(&format!("200 of {path}"), schema, &body),
        Err(error) => vec![format!("200 of {path}: {error}")],
    }
}
