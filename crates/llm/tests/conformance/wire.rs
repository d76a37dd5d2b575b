//! What goes over the wire is what the providers publish: requests, and the fixtures that stand for their replies.
//!
//! `tests/wire/` has the schemas with their sources, and the scripts that make them.

use llm::ReplySchema;
use llm::chat_completions::SchemaBy;
use llm::providers::Provider;
use llm::providers::anthropic::Anthropic;
use llm::providers::openai_compatible::OpenAiCompatible;
use llm::transport::Address;
use serde_json::{Value, json};

use crate::server::{Received, Served, Server};
use crate::subjects::{InPlace, Situation, Subject, all, fixture, key};
use crate::{WAYS, asked_with, limits};

fn openai(name: &str) -> ReplySchema {
    let mut schema: Value = serde_json::from_str(include_str!("../wire/openai.schema.json")).unwrap();
    schema["$ref"] = json!(format!("#/$defs/{name}"));
    ReplySchema::new(name, schema).unwrap()
}

fn anthropic(name: &str) -> ReplySchema {
    let mut all: Value = serde_json::from_str(include_str!("../wire/anthropic.schema.json")).unwrap();
    let mut schema = all[name].take();
    schema["$defs"] = all["$defs"].take();
    ReplySchema::new(name, schema).unwrap()
}

fn assert_keeps(schema: &ReplySchema, value: &Value, what: &str) {
    let faults = schema.faults(value);
    assert!(faults.is_empty(), "{what}: {faults:?}\n{value:#}");
}

/// What a provider sends in each way, and once without a setting.
fn sent(subject: &dyn Subject, streamed: bool, without: &[&'static str]) -> Received {
    let place = subject.facing(Situation::Reply("success"), streamed);
    asked_with(&place, subject.model(), streamed, limits(), without).0.unwrap();
    place.server.unwrap().received().remove(0)
}

#[test]
fn the_schemas_refuse_what_is_not_published() {
    let mut reply: Value = serde_json::from_str(&fixture("openai", "success.json")).unwrap();
    reply["choices"][0]["finish_reason"] = json!("done");
    assert_eq!(openai("CreateChatCompletionResponse").faults(&reply).len(), 1);
    let request = json!({"model": "m", "messages": [{"role": "user", "content": "?"}], "temperature": 9});
    assert!(!openai("CreateChatCompletionRequest").faults(&request).is_empty());
    let request = json!({"model": "m", "max_tokens": 5, "messages": [{"role": "user", "content": "?"}], "temperature": 0});
    let faults = anthropic("whole").faults(&request);
    assert!(faults.len() == 1 && faults[0].what.contains("temperature"), "{faults:?}");
}

#[test]
fn requests_to_openai_and_its_followers_are_as_published() {
    let schema = openai("CreateChatCompletionRequest");
    for subject in all().iter().filter(|subject| subject.name().starts_with("openai")) {
        for streamed in WAYS {
            let request = sent(&**subject, streamed, &[]);
            assert_eq!(request.path, "/v1/chat/completions");
            assert_eq!(request.header("authorization"), Some("Bearer sk-fixture-key"));
            assert_eq!(request.header("content-type"), Some("application/json"));
            let body = request.json();
            assert_keeps(&schema, &body, subject.name());
            assert_eq!((&body["temperature"], &body["seed"]), (&json!(0.0), &json!(0)));
            assert_eq!(body["response_format"]["json_schema"]["name"], "city");
            let format = &body["response_format"]["json_schema"]["schema"]["properties"]["city"];
            if subject.name() == "openai" {
                assert_eq!(body["max_completion_tokens"], 200);
                assert_eq!(format["maxLength"], Value::Null, "strict mode takes no lengths");
                assert_eq!(format["description"], "{minLength: 1, maxLength: 80}");
            } else {
                assert_eq!(body["max_tokens"], 200);
                assert_eq!(format["maxLength"], 80, "a grammar is made of all of it");
            }
        }
        let body = sent(&**subject, false, &["temperature", "seed"]).json();
        assert!(body.get("temperature").is_none() && body.get("seed").is_none(), "{body}");
    }
}

#[test]
fn requests_to_anthropic_are_as_its_package_makes_them() {
    let subjects = all();
    let subject = subjects.iter().find(|subject| subject.name() == "anthropic").unwrap();
    for (streamed, name) in [(false, "whole"), (true, "streamed")] {
        let request = sent(&**subject, streamed, &[]);
        assert_eq!(request.path, "/v1/messages");
        assert_eq!(request.header("x-api-key"), Some("sk-fixture-key"));
        assert_eq!(request.header("anthropic-version"), Some("2023-06-01"));
        assert_eq!(request.header("authorization"), None);
        let body = request.json();
        assert_keeps(&anthropic(name), &body, name);
        let number = &body["output_config"]["format"]["schema"]["properties"]["inhabitants"];
        assert_eq!(number, &json!({"type": "number", "description": "{minimum: 0, maximum: 100000000}"}));
        assert_eq!(body["system"], "You know cities.");
    }
}

#[test]
fn what_is_said_of_temperature_and_seed_is_what_is_sent() {
    let goes_over_a_wire = |name: &str| !["scripted", "embedded"].contains(&name);
    for subject in all().iter().filter(|subject| goes_over_a_wire(subject.name())) {
        let place = subject.facing(Situation::Reply("success"), false);
        let takes = place.provider.takes_sampling();
        let body = sent(&**subject, false, &[]).json();
        let are_sent = body.get("temperature").is_some() && body.get("seed").is_some();
        assert_eq!(takes, are_sent, "{}: {body}", subject.name());
    }
}

#[test]
fn a_model_without_output_format_is_made_to_call_a_tool() {
    let server = Server::serving(vec![Served::json(200, fixture("anthropic", "tool.json"))]);
    let provider: Box<dyn Provider> =
        Box::new(Anthropic::new(Address::read(&server.url, true).unwrap(), key(), None).unwrap());
    let place = InPlace { provider, server: None };
    asked_with(&place, "claude-3-5-haiku-20241022", false, limits(), &[]).0.unwrap();
    let body = server.received().remove(0).json();
    assert_keeps(&anthropic("whole"), &body, "with a tool");
    assert_eq!(body["tool_choice"], json!({"type": "tool", "name": "city"}));
    assert_eq!(body["output_config"], Value::Null);
}

#[test]
fn a_server_without_schemas_is_told_in_words() {
    let schema = openai("CreateChatCompletionRequest");
    for (schema_by, format) in
        [(SchemaBy::JsonObject, json!({"type": "json_object"})), (SchemaBy::Prompt, Value::Null)]
    {
        let server = Server::serving(vec![Served::json(200, fixture("openai_compatible", "fenced.json"))]);
        let address = Address::read(&server.url, false).unwrap();
        let provider = Box::new(OpenAiCompatible::new(address, None, schema_by).unwrap());
        asked_with(&InPlace { provider, server: None }, "m", false, limits(), &[]).0.unwrap();
        let request = server.received().remove(0);
        assert_eq!(request.header("authorization"), None, "no key, no header");
        let body = request.json();
        assert_keeps(&schema, &body, "in words");
        assert_eq!(body["response_format"], format);
        assert!(body["messages"][0]["content"].as_str().unwrap().contains("\"maximum\":100000000"), "{body}");
    }
}

#[test]
fn fixtures_of_openai_are_as_published() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/openai");
    let (whole, chunk, error) = (
        openai("CreateChatCompletionResponse"),
        openai("CreateChatCompletionStreamResponse"),
        openai("ErrorResponse"),
    );
    let mut count = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let (name, text) = (path.display().to_string(), std::fs::read_to_string(&path).unwrap());
        let values: Vec<Value> = if name.ends_with(".sse") {
            let data =
                text.lines().filter_map(|line| line.strip_prefix("data: ")).filter(|data| *data != "[DONE]");
            data.map(|data| serde_json::from_str(data).unwrap()).collect()
        } else {
            vec![serde_json::from_str(&text).unwrap()]
        };
        for value in values {
            let schema = match (value.get("error"), value["object"].as_str()) {
                (Some(_), _) => &error,
                (None, Some("chat.completion.chunk")) => &chunk,
                _ => &whole,
            };
            assert_keeps(schema, &value, &name);
            count += 1;
        }
    }
    assert!(count > 40, "{count} values were checked");
}
