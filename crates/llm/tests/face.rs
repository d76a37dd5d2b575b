//! The HTTP face as another program sees it: OpenAI's format by its OpenAPI document, and who may ask.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use llm::chat_completions::SchemaBy;
use llm::clock::MachineClock;
use llm::face::{FaceError, FaceSettings, serve};
use llm::fault::Fault;
use llm::ledger::MemoryLedger;
use llm::providers::openai_compatible::OpenAiCompatible;
use llm::providers::{Answer, Call, CallLimits, Listener, Provider};
use llm::transport::Address;
use llm::verdict::{VerdictKind, judge};
use llm::{Configuration, Gateway, Message, ReplySchema, Request};
use outward::Key;
use serde_json::{Value, json};

fn configuration() -> Configuration {
    let text = "[providers.a]\nkind = \"scripted\"\nscript = \"a\"\n[models.small]\nprovider = \"a\"\nmodel = \"a-1\"\n\
                [routes]\ndefault = [\"small\"]\n[limits]\nrepairs_max = 0\nattempts_max = 1";
    Configuration::read(text, &|_| None).unwrap()
}

/// A face over a scripted model, on a port of its own, until the test ends.
fn face(script: &'static str, settings: FaceSettings) -> SocketAddr {
    let (clock, ledger) = (Arc::new(MachineClock::start()), Arc::new(MemoryLedger::default()));
    let gateway = Gateway::new(configuration(), &|_| Ok(script.to_owned()), ledger, clock);
    faced(gateway.unwrap(), settings)
}

/// A face over any gateway.
fn faced(gateway: Gateway, settings: FaceSettings) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || serve(Arc::new(gateway), listener, settings));
    address
}

/// Sends bytes and gives back status and body.
fn exchange(address: SocketAddr, head: &str, body: &str) -> (u16, String) {
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    let length = body.len();
    write!(stream, "{head}content-length: {length}\r\nconnection: close\r\n\r\n{body}").unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let (head, body) = text.split_once("\r\n\r\n").unwrap();
    (head.split(' ').nth(1).unwrap().parse().unwrap(), body.to_owned())
}

const JSON: &str = "host: 127.0.0.1\r\ncontent-type: application/json\r\n";

fn post(address: SocketAddr, body: &Value) -> (u16, Value) {
    let head = format!("POST /v1/chat/completions HTTP/1.1\r\n{JSON}");
    let (status, text) = exchange(address, &head, &body.to_string());
    (status, serde_json::from_str(&text).unwrap_or_else(|_| panic!("{text}")))
}

fn question() -> Value {
    json!({"model": "default", "messages": [{"role": "user", "content": "How many?"}]})
}

fn keeps(name: &str, value: &Value) {
    let mut schema: Value = serde_json::from_str(include_str!("wire/openai.schema.json")).unwrap();
    schema["$ref"] = json!(format!("#/$defs/{name}"));
    let faults = ReplySchema::new(name, schema).unwrap().faults(value);
    assert!(faults.is_empty(), "{name}: {faults:?}\n{value:#}");
}

const GOOD: &str = r#"{"repeat": true, "replies": [{"text": "Here: {\"n\": 1.50}", "usage":
    {"prompt_tokens": 9, "cached_tokens": 1, "reply_tokens": 4, "thinking_tokens": 0}}]}"#;

fn schema() -> Value {
    json!({"type": "object", "properties": {"n": {"type": "number"}}, "required": ["n"]})
}

#[test]
fn an_answer_is_in_the_published_format_with_the_record_beside_it() {
    let address = face(GOOD, FaceSettings::default());
    let mut body = question();
    body["response_format"] =
        json!({"type": "json_schema", "json_schema": {"name": "n", "schema": schema(), "strict": true}});
    body["metadata"] = json!({"prompt_version": "count-3"});
    keeps("CreateChatCompletionRequest", &body);
    let (status, completion) = post(address, &body);
    assert_eq!(status, 200, "{completion}");
    keeps("CreateChatCompletionResponse", &completion);
    assert_eq!(
        completion["choices"][0]["message"]["content"], "{\"n\": 1.50}",
        "the JSON alone, with its digits"
    );
    assert_eq!(completion["usage"]["total_tokens"], 13);
    assert_eq!(completion["equipoise"]["prompt_version"], "count-3");
    assert_eq!(completion["equipoise"]["cost_usd"], "0");
    let (status, list) = exchange(address, &format!("GET /v1/models HTTP/1.1\r\n{JSON}"), "");
    let list: Value = serde_json::from_str(&list).unwrap();
    assert_eq!(
        (status, &list["data"][0]["id"], &list["data"][1]["id"]),
        (200, &json!("default"), &json!("small"))
    );
    keeps("ListModelsResponse", &list);
}

#[test]
fn our_own_provider_can_ask_it_streamed_or_not() {
    let address = face(GOOD, FaceSettings { key: Key::new("sk-face"), ..FaceSettings::default() });
    let at = Address::read(&format!("http://{address}/v1"), true).unwrap();
    let provider = OpenAiCompatible::new(at, Key::new("sk-face"), SchemaBy::JsonSchema).unwrap();
    let schema = ReplySchema::new("n", schema()).unwrap();
    let request = Request::new("x", "1", vec![Message::system("Count."), Message::user("?")])
        .with_schema(schema.clone());
    for streamed in [false, true] {
        let call = Call {
            model: "small",
            request: &request,
            tokens_max: 10,
            without: &[],
            limits: CallLimits::default(),
            began_at: jiff::Timestamp::UNIX_EPOCH,
        };
        let mut heard = String::new();
        let mut listen = |text: &str| heard.push_str(text);
        let answer = provider.answer(&call, if streamed { Some(&mut listen) } else { None }).unwrap();
        assert_eq!(answer.text, "{\"n\": 1.50}");
        assert_eq!(judge(&answer, Some(&schema)).kind(), VerdictKind::Complete);
        assert_eq!(answer.usage.unwrap().prompt_tokens, 9);
        assert!(!streamed || heard == answer.text);
    }
}

#[test]
fn a_stream_is_in_the_published_format() {
    let address = face(GOOD, FaceSettings::default());
    let mut body = question();
    body["stream"] = json!(true);
    body["stream_options"] = json!({"include_usage": true});
    let (status, text) =
        exchange(address, &format!("POST /v1/chat/completions HTTP/1.1\r\n{JSON}"), &body.to_string());
    assert_eq!(status, 200);
    let data: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("data: ")).collect();
    assert_eq!(data.last(), Some(&"[DONE]"), "{text}");
    for chunk in &data[..data.len() - 1] {
        keeps("CreateChatCompletionStreamResponse", &serde_json::from_str(chunk).unwrap());
    }
}

#[test]
fn what_breaks_the_schema_is_not_passed_on() {
    let address = face(GOOD, FaceSettings::default());
    let mut body = question();
    let strict = json!({"type": "object", "properties": {"n": {"maximum": 1}}});
    body["response_format"] = json!({"type": "json_schema", "json_schema": {"name": "n", "schema": strict}});
    let (status, error) = post(address, &body);
    keeps("ErrorResponse", &error);
    assert_eq!((status, &error["error"]["code"]), (502, &json!("unusable_reply")), "{error}");
    assert!(
        error["error"]["message"].as_str().unwrap().contains("/n: 1.5 is greater than the maximum of 1"),
        "{error}"
    );
}

#[test]
fn a_refusal_and_a_truncated_answer_are_passed_on_as_such() {
    let (_, refused) =
        post(face(r#"{"replies": [{"refusal": "No."}]}"#, FaceSettings::default()), &question());
    assert_eq!(refused["choices"][0]["message"]["refusal"], "No.");
    let (_, cut) =
        post(face(r#"{"replies": [{"truncated": "One, t"}]}"#, FaceSettings::default()), &question());
    assert_eq!(
        (&cut["choices"][0]["finish_reason"], &cut["choices"][0]["message"]["content"]),
        (&json!("length"), &json!("One, t"))
    );
    let (status, error) =
        post(face(r#"{"replies": [{"fault": "unreachable"}]}"#, FaceSettings::default()), &question());
    keeps("ErrorResponse", &error);
    assert_eq!((status, &error["error"]["code"]), (502, &json!("nobody_answered")));
}

#[test]
fn what_is_not_known_is_refused_by_name() {
    let address = face(GOOD, FaceSettings::default());
    for (field, value, expected) in [
        ("tools", json!([]), "tools"),
        ("n", json!(2), "n"),
        ("top_p", json!(0.5), "top_p"),
        ("temperature", json!(7), "temperature"),
        ("messages", json!([{"role": "user", "content": [{"type": "image_url"}]}]), "messages"),
        ("messages", json!([]), "has no message"),
        ("model", json!("gpt-5"), "no such route or model"),
        (
            "response_format",
            json!({"type": "json_schema", "json_schema": {"name": "n", "schema": {"type": 5}}}),
            "response_format",
        ),
    ] {
        let mut body = question();
        body[field] = value;
        let (status, error) = post(address, &body);
        keeps("ErrorResponse", &error);
        assert!(status == 400 || status == 404, "{status} {error}");
        assert!(error["error"]["message"].as_str().unwrap().contains(expected), "{error}");
    }
    let post = |head: &str, body: &str| {
        exchange(address, &format!("POST /v1/chat/completions HTTP/1.1\r\n{head}"), body).0
    };
    assert_eq!(post(JSON, "{\"model\": "), 400);
    assert_eq!(
        post("host: localhost\r\ncontent-type: text/plain\r\n", &question().to_string()),
        400,
        "a form of a page"
    );
    assert_eq!(exchange(address, &format!("GET /elsewhere HTTP/1.1\r\n{JSON}"), "").0, 404);
}

#[test]
fn only_callers_on_this_machine_or_with_the_key_are_heard() {
    let address = face(GOOD, FaceSettings::default());
    let get = |address, head: &str| exchange(address, &format!("GET /v1/models HTTP/1.1\r\n{head}"), "").0;
    assert_eq!(get(address, "host: evil.example\r\n"), 403);
    assert_eq!(get(address, "host: [::1]:8080\r\n"), 200);
    let with_key = face(GOOD, FaceSettings { key: Key::new("sk-face"), ..FaceSettings::default() });
    assert_eq!(get(with_key, "host: localhost\r\n"), 401);
    assert_eq!(get(with_key, "host: localhost\r\nauthorization: Bearer sk-fac\r\n"), 401);
    assert_eq!(get(with_key, "host: far.example\r\nauthorization: Bearer sk-face\r\n"), 200);
}

#[test]
fn nothing_is_read_of_a_caller_without_the_key() {
    let address = face(GOOD, FaceSettings { key: Key::new("sk-face"), ..FaceSettings::default() });
    let mut stream = TcpStream::connect(address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
    // Eight megabytes are announced and none is sent: who waits for them never answers.
    let head = format!("POST /v1/chat/completions HTTP/1.1\r\n{JSON}content-length: {}\r\n\r\n", 8 << 20);
    stream.write_all(head.as_bytes()).unwrap();
    let mut answer = [0; 12];
    stream.read_exact(&mut answer).unwrap();
    assert_eq!(&answer, b"HTTP/1.1 401");
}

/// A model that breaks.
struct Broken;

impl Provider for Broken {
    fn answer(&self, _: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        panic!("as the test wants it")
    }
}

#[test]
fn a_stream_whose_call_broke_ends_with_an_error() {
    let providers: BTreeMap<String, Arc<dyn Provider>> = [("a".to_owned(), Arc::new(Broken) as _)].into();
    let (clock, ledger) = (Arc::new(MachineClock::start()), Arc::new(MemoryLedger::default()));
    let gateway = Gateway::of_providers(configuration(), providers, ledger, clock);
    let address = faced(gateway, FaceSettings::default());
    let mut body = question();
    assert_eq!(post(address, &body).0, 500);
    body["stream"] = json!(true);
    let head = format!("POST /v1/chat/completions HTTP/1.1\r\n{JSON}");
    let (status, text) = exchange(address, &head, &body.to_string());
    assert!(status == 200 && text.contains("an internal check failed"), "{text}");
}

/// A model that keeps the descriptions of the schemas that it is told.
#[derive(Default)]
struct Listening(Mutex<Vec<Value>>);

impl Provider for Listening {
    fn answer(&self, call: &Call<'_>, _: Option<&mut Listener<'_>>) -> Result<Answer, Fault> {
        let told = call.request.schema.as_ref().map(|schema| schema.full()["description"].clone());
        self.0.lock().unwrap().extend(told);
        Ok(Answer::of_text(call.model, "{\"n\": 1}"))
    }
}

#[test]
fn the_description_of_a_schema_is_passed_on() {
    let model = Arc::new(Listening::default());
    let providers: BTreeMap<String, Arc<dyn Provider>> = [("a".to_owned(), model.clone() as _)].into();
    let (clock, ledger) = (Arc::new(MachineClock::start()), Arc::new(MemoryLedger::default()));
    let address =
        faced(Gateway::of_providers(configuration(), providers, ledger, clock), FaceSettings::default());
    let mut described = schema();
    described["description"] = json!("A count.");
    for (schema, expected) in [(schema(), "How many."), (described, "How many.\n\nA count.")] {
        let mut body = question();
        let format = json!({"name": "n", "description": "How many.", "schema": schema});
        body["response_format"] = json!({"type": "json_schema", "json_schema": format});
        assert_eq!(post(address, &body).0, 200);
        assert_eq!(model.0.lock().unwrap().pop(), Some(json!(expected)));
    }
}

#[test]
fn more_than_it_takes_is_refused() {
    let small = FaceSettings { bytes_max: 100, ..FaceSettings::default() };
    let mut body = question();
    body["user"] = json!("x".repeat(200));
    assert_eq!(post(face(GOOD, small), &body).0, 413);
    let none = FaceSettings { calls_max: 0, ..FaceSettings::default() };
    let (status, error) = post(face(GOOD, none), &question());
    assert_eq!((status, &error["error"]["code"]), (503, &json!("overloaded")));
}

#[test]
fn an_open_address_needs_a_key() {
    let text = "[providers.a]\nkind = \"scripted\"\nscript = \"a\"\n[models.small]\nprovider = \"a\"\nmodel = \"a-1\"";
    let configuration = Configuration::read(text, &|_| None).unwrap();
    let clock = Arc::new(MachineClock::start());
    let gateway =
        Gateway::new(configuration, &|_| Ok(GOOD.to_owned()), Arc::new(MemoryLedger::default()), clock)
            .unwrap();
    let listener = TcpListener::bind("0.0.0.0:0").unwrap();
    let refused = serve(Arc::new(gateway), listener, FaceSettings::default());
    assert!(matches!(refused, Err(FaceError::OpenToOthers { .. })));
}
