//! The model inside the program, with its real weights, through the gateway.
//!
//! `scripts/set_up test` puts the weights where they are looked for. What the model says is not judged, it is far too small: the form
//! of its answers, their counts, their limits, and that they do not change.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stderr)]

use std::path::PathBuf;
use std::sync::Arc;

use llm::clock::MachineClock;
use llm::fault::Fault;
use llm::gateway::{Outcome, Progress};
use llm::ledger::MemoryLedger;
use llm::verdict::VerdictKind;
use llm::{AskError, Configuration, Gateway, Message, Reply, ReplySchema, Request, Verdict};
use rust_decimal::Decimal;
use serde_json::json;

fn weights() -> PathBuf {
    let tools = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.tools/local-model");
    tools.join("SmolLM2-135M-Instruct.Q4_1.gguf")
}

/// A gateway to the model; none, and said so, where its weights are not installed.
fn gateway() -> Option<Gateway> {
    let file = weights();
    if !file.exists() {
        eprintln!("SKIPPED: the weights are not installed; run `scripts/set_up test`");
        return None;
    }
    let environment = |name: &str| (name == "EQUIPOISE_WEIGHTS").then(|| file.to_str().unwrap().to_owned());
    let configuration =
        Configuration::without_file().with_model(&"embedded".parse().unwrap(), &environment).unwrap();
    assert!(configuration.is_weak("embedded"));
    Some(of(configuration))
}

fn of(configuration: Configuration) -> Gateway {
    let read_file = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let clock = Arc::new(MachineClock::start());
    Gateway::new(configuration, &read_file, Arc::new(MemoryLedger::default()), clock).unwrap()
}

fn cities(system: &str, question: &str) -> Request {
    Request::new("cities", "1", vec![Message::system(system), Message::user(question)])
}

fn ask(gateway: &Gateway, request: &Request) -> (Reply, String) {
    let mut heard = String::new();
    let mut listen = |progress: Progress<'_>| {
        if let Progress::Text(text) = progress {
            heard.push_str(text);
        }
    };
    let reply = gateway.ask(request, 1, &mut listen).unwrap();
    (reply, heard)
}

#[test]
fn it_answers_in_words_and_the_same_words_every_time() {
    let Some(gateway) = gateway() else { return };
    let mut request = cities("You answer in one short sentence.", "What is the capital of France?");
    request.tokens_max = Some(24);
    let (first, heard) = ask(&gateway, &request);
    assert!(
        matches!(first.verdict, Verdict::Complete { json: None }) && first.text.contains("Paris"),
        "{first:?}"
    );
    assert_eq!(heard, first.text, "it is streamed");
    assert_eq!(first.answered_model, "smollm2-135m-instruct@b179c9523d0e");
    assert!(!first.is_by_another_model());
    assert_eq!(first.cost_usd(), Some(Decimal::ZERO));
    let usage = first.usage();
    // As llama.cpp counts the same conversation.
    assert_eq!((usage.prompt_tokens, usage.cached_tokens), (28, 0));
    assert!(usage.reply_tokens > 3 && usage.reply_tokens <= 24, "{usage:?}");
    // What is kept of the first answer makes the second faster and not different; another system turn is another beginning.
    let (again, _) = ask(&gateway, &request);
    assert_eq!((again.text.as_str(), again.usage().cached_tokens), (first.text.as_str(), 27));
    let other = cities("You answer in one word.", "What is the capital of France?");
    assert_eq!(ask(&gateway, &Request { tokens_max: Some(8), ..other }).0.usage().cached_tokens, 0);
    assert_eq!(ask(&gateway, &request).0.text, first.text);
}

/// What llama.cpp (node-llama-cpp 3.22.1) writes too, token by token, asked the same of the same weights.
const HARVESTING: &str = "Tax-loss harvesting is a financial strategy where a business can take a loss and recover the capital \
    lost by selling a product or service, thereby generating additional revenue. This concept is often used in finance to manage \
    risk and optimize business operations. By taking a loss, a business can recover the capital lost by";

#[test]
fn it_writes_what_another_program_writes_with_these_weights() {
    let Some(gateway) = gateway() else { return };
    let mut request = cities("You are careful with money.", "Explain tax-loss harvesting in two sentences.");
    request.tokens_max = Some(60);
    assert_eq!(ask(&gateway, &request).0.text, HARVESTING);
}

#[test]
fn with_a_schema_its_answer_keeps_it() {
    let Some(gateway) = gateway() else { return };
    let schema = json!({"$defs": {"city": {"enum": ["Paris", "Lyon", "Marseille"]}},
        "type": "object", "additionalProperties": false, "required": ["city", "inhabitants", "rivers"], "properties": {
        "inhabitants": {"type": "integer", "minimum": 1000, "maximum": 9_000_000},
        "city": {"$ref": "#/$defs/city"},
        "rivers": {"type": "array", "minItems": 1, "maxItems": 2, "uniqueItems": true, "items": {"type": "string", "minLength": 1, "maxLength": 12}}}});
    let request = cities("You know cities.", "Which is the largest city of France?")
        .with_schema(ReplySchema::new("city", schema).unwrap());
    let (reply, heard) = ask(&gateway, &Request { tokens_max: Some(60), ..request.clone() });
    let Verdict::Complete { json: Some(found) } = &reply.verdict else { panic!("{reply:?}") };
    assert!(found.value["inhabitants"].as_u64().unwrap() >= 1000, "{reply:?}");
    assert_eq!(heard, reply.text);
    assert!(
        reply.text.starts_with("{\"inhabitants\":"),
        "in the order of the schema, without blanks: {}",
        reply.text
    );
    // Too few tokens are a truncated answer.
    let (cut, _) = ask(&gateway, &Request { tokens_max: Some(4), ..request });
    assert_eq!((cut.verdict.kind(), cut.usage().reply_tokens), (VerdictKind::Truncated, 4));
}

#[test]
fn a_text_that_looks_like_the_end_of_a_turn_is_only_text() {
    let Some(gateway) = gateway() else { return };
    let tokens = |text: &str| {
        let mut request = cities("x", text);
        request.tokens_max = Some(1);
        ask(&gateway, &request).0.usage().prompt_tokens
    };
    // As one control token it would be one more than none; as text it is many.
    assert!(tokens("a<|im_end|>a") > tokens("aa") + 4);
}

#[test]
fn what_is_too_long_is_told_and_draws_depend_on_the_seed() {
    let Some(gateway) = gateway() else { return };
    let long = cities("x", &"word ".repeat(9000));
    let AskError::NobodyAnswered { attempts, .. } = gateway.ask(&long, 1, &mut |_| {}).unwrap_err() else {
        panic!("it has room")
    };
    let Outcome::Failed(Fault::PromptTooLong { message }) = &attempts[0].outcome else {
        panic!("{attempts:?}")
    };
    assert!(attempts.len() == 1 && message.contains("8192 is the most"), "{message}");
    let drawn = |seed| {
        let mut request = cities("You are a poet.", "Write a line about rain.");
        (request.tokens_max, request.sampling.temperature, request.sampling.seed) =
            (Some(16), Some(1.0), Some(seed));
        ask(&gateway, &request).0.text
    };
    assert_eq!(drawn(1), drawn(1));
    assert_ne!(drawn(1), drawn(2));
}

#[test]
fn without_weights_it_is_said_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().to_str().unwrap().to_owned();
    let environment = |name: &str| (name == "XDG_CACHE_HOME").then(|| cache.clone());
    let of_name = |name: &str| {
        let configuration = Configuration::without_file().with_model(&name.parse().unwrap(), &environment);
        of(configuration.unwrap()).ask(&cities("x", "y"), 1, &mut |_| {}).unwrap_err().to_string()
    };
    let told = of_name("embedded:smollm2-135m-instruct");
    assert!(told.contains("`equipoise models fetch embedded`"), "{told}");
    let file = folder.path().join("no.gguf");
    std::fs::write(&file, "PK, and no weights").unwrap();
    let (file, hash) = (file.display(), "5f6a1c1e0d6c3b0ff6d8a0d3c0fb1f9c42c9b5e1e8a40f84d41f6d6b3b3f2a10");
    let text = format!(
        "[providers.p]\nkind = \"embedded\"\nweights = \"{file}\"\nweights_sha256 = \"{hash}\"\n[models.m]\nprovider = \"p\"\nmodel = \"ours\"\n"
    );
    let ask = |text: &str| {
        let configuration = Configuration::read(text, &environment).unwrap();
        let mut request = cities("x", "y");
        request.job = "m".to_owned();
        of(configuration).ask(&request, 1, &mut |_| {}).unwrap_err().to_string()
    };
    let told = ask(&text);
    let found = told.split("SHA-256 is ").nth(1).unwrap().split(',').next().unwrap().to_owned();
    assert!(told.contains("is not what it should be") && told.contains("expected is 5f6a1c1e"), "{told}");
    let told = ask(&text.replace(hash, &found));
    assert!(told.contains("this is no GGUF file"), "{told}");
}
