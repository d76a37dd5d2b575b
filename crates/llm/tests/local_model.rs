//! The gateway against a real model on this machine: a grammar made of our schema, a stream, tokens that were really counted.
//!
//! `scripts/set_up test` installs the model and the program that runs it. What the model says is not judged, it is far too small.

#![allow(clippy::unwrap_used, clippy::panic)]

use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use llm::clock::MachineClock;
use llm::gateway::Progress;
use llm::ledger::MemoryLedger;
use llm::{Configuration, Gateway, Message, ReplySchema, Request, Verdict};
use rust_decimal::Decimal;
use serde_json::json;

/// The server; it ends when its standard input does, and at the latest with this.
struct LocalServer {
    child: Child,
    url: String,
}

impl LocalServer {
    fn start() -> LocalServer {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
        let tools = root.join(".tools/local-model");
        assert!(tools.join("ready").exists(), "the model is not installed; run `scripts/set_up test`");
        // Modules are looked for beside the script that asks for them.
        let script = tools.join("server.mjs");
        std::fs::copy(root.join("crates/llm/tests/local_server/server.mjs"), &script).unwrap();
        let mut child = Command::new("node")
            .arg(&script)
            .arg(tools.join("SmolLM2-135M-Instruct.Q4_1.gguf"))
            .current_dir(&tools)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let port =
            line.trim().strip_prefix("listening ").unwrap_or_else(|| panic!("the server says `{line}`"));
        LocalServer { url: format!("http://127.0.0.1:{port}/v1"), child }
    }
}

impl Drop for LocalServer {
    fn drop(&mut self) {
        let _ = self.child.kill(); // it may have ended already
        let _ = self.child.wait();
    }
}

#[test]
fn a_real_model_answers_in_the_schema_and_its_tokens_are_counted() {
    let server = LocalServer::start();
    let name = format!("openai-compatible:smollm2@{}", server.url);
    let configuration = Configuration::without_file().with_model(&name.parse().unwrap(), &|_| None).unwrap();
    let clock = Arc::new(MachineClock::start());
    let read_file = |_: &str| Err(std::io::ErrorKind::NotFound.into());
    let gateway = Gateway::new(configuration, &read_file, Arc::new(MemoryLedger::default()), clock).unwrap();
    let schema = json!({"type": "object", "additionalProperties": false, "required": ["city"],
        "properties": {"city": {"type": "string", "enum": ["Paris", "Lyon", "Marseille"]}}});
    let mut request = Request::new(
        "cities",
        "1",
        vec![Message::system("You answer with JSON."), Message::user("Which is the largest city of France?")],
    )
    .with_schema(ReplySchema::new("city", schema).unwrap());
    request.tokens_max = Some(40);
    let mut heard = String::new();
    let reply = gateway
        .ask(&request, 1, &mut |progress| {
            if let Progress::Text(text) = progress {
                heard.push_str(text);
            }
        })
        .unwrap();
    let Verdict::Complete { json: Some(found) } = &reply.verdict else { panic!("{reply:?}") };
    assert!(found.value["city"].is_string(), "{reply:?}");
    assert_eq!(heard, reply.text, "it was streamed");
    assert_eq!(reply.answered_model, "smollm2");
    let usage = reply.usage();
    assert!(usage.prompt_tokens > 5 && usage.reply_tokens > 2, "{usage:?}");
    assert_eq!(reply.cost_usd(), Some(Decimal::ZERO), "it runs on this machine");
}
