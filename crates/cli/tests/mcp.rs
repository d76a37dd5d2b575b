//! `equipoise mcp` as an assistant speaks with it: the handshake, every tool, what is refused, what is left as it was.

#![allow(clippy::unwrap_used, reason = "a test that can't go on has failed")]

#[path = "program/run.rs"]
mod program;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use program::run;
use serde_json::{Value, json};
use tempfile::TempDir;

const READING: [&str; 10] = [
    "list_households",
    "holdings",
    "drift",
    "plan",
    "explain",
    "validate",
    "preferences",
    "proposals",
    "proposal",
    "prove",
];

fn example(name: &str) -> String {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples").join(name).to_str().unwrap().to_owned()
}

fn request(id: usize, method: &str, params: impl Into<Value>) -> String {
    let params: Value = params.into();
    json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params}).to_string()
}

fn begin(version: &str) -> Vec<String> {
    let client = json!({"name": "test", "version": "1"});
    vec![
        request(
            0,
            "initialize",
            json!({"protocolVersion": version, "capabilities": {}, "clientInfo": client}),
        ),
        json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string(),
    ]
}

/// What is answered to these lines; every line of stdout is a message of the protocol.
fn spoken(arguments: &[&str], lines: &[String]) -> Vec<Value> {
    let ran = run(&[&["mcp"], arguments].concat(), &(lines.join("\n") + "\n"));
    assert_eq!(ran.code, 0, "{}", ran.err);
    let answers: Vec<Value> = ran.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    for answer in answers.iter().flat_map(|one| one.as_array().cloned().unwrap_or_else(|| vec![one.clone()]))
    {
        assert_eq!(answer["jsonrpc"], "2.0", "{answer}");
        assert!(answer.get("result").is_some() != answer.get("error").is_some(), "{answer}");
    }
    answers
}

/// The results of these calls of tools, in order, after a handshake.
fn called(arguments: &[&str], calls: &[(&str, Value)]) -> Vec<Value> {
    let mut lines = begin("2025-06-18");
    for (id, (tool, asked)) in calls.iter().enumerate() {
        lines.push(request(id + 1, "tools/call", json!({"name": tool, "arguments": asked})));
    }
    let answers = spoken(arguments, &lines);
    assert_eq!(answers.len(), calls.len() + 1, "an answer for each request");
    answers
        .into_iter()
        .skip(1)
        .enumerate()
        .inspect(|(id, answer)| assert_eq!(answer["id"], id + 1))
        .map(|(_, answer)| answer)
        .collect()
}

/// What a tool answers, whose text is the same as its structure.
fn told(answer: &Value) -> &Value {
    let result = &answer["result"];
    assert_eq!(result["isError"], false, "{answer}");
    let text: Value = serde_json::from_str(result["content"][0]["text"].as_str().unwrap()).unwrap();
    assert_eq!(text, result["structuredContent"]);
    &result["structuredContent"]
}

fn refused(answer: &Value) -> &str {
    assert_eq!(answer["result"]["isError"], true, "{answer}");
    assert!(answer["result"].get("structuredContent").is_none(), "{answer}");
    answer["result"]["content"][0]["text"].as_str().unwrap()
}

fn one(arguments: &[&str], tool: &str, asked: Value) -> Value {
    called(arguments, &[(tool, asked)]).remove(0)
}

fn names(answer: &Value) -> BTreeSet<String> {
    let tools = answer["result"]["tools"].as_array().unwrap();
    tools.iter().map(|tool| tool["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_handshake_agrees_on_a_version_and_tells_the_tools_that_read() {
    let file = example("household.json");
    let mut lines = begin("2025-06-18");
    lines.push(request(1, "ping", json!({})));
    lines.push(request(2, "tools/list", json!({})));
    lines.push(request(3, "resources/list", json!({})));
    lines.push(request(4, "initialize", json!({"protocolVersion": "2025-06-18"})));
    let answers = spoken(&[&file], &lines);
    assert_eq!(answers.len(), 5, "a notice has no answer");
    assert_eq!(answers[0]["result"]["protocolVersion"], "2025-06-18");
    assert!(answers[0]["result"]["instructions"].as_str().unwrap().contains("a person does that"));
    assert_eq!(answers[1]["result"], json!({}));
    assert_eq!(answers[3]["result"], json!({"resources": []}));
    assert_eq!(answers[4]["error"]["code"], -32600);
    let listed: BTreeSet<String> = READING[..7].iter().map(ToString::to_string).collect();
    assert_eq!(names(&answers[2]), listed, "what needs books is not there");
    for tool in answers[2]["result"]["tools"].as_array().unwrap() {
        assert_eq!(tool["annotations"]["readOnlyHint"], true, "{tool}");
        assert_eq!(tool["annotations"]["destructiveHint"], false, "{tool}");
        assert_eq!(tool["inputSchema"]["additionalProperties"], false, "{tool}");
        assert!(shape::is_schema(&tool["inputSchema"]), "{tool}");
        assert!(tool["inputSchema"]["properties"].get("proposal").is_none(), "{tool}");
    }
    for (asked, agreed) in
        [("2024-11-05", "2024-11-05"), ("2025-03-26", "2025-03-26"), ("2099-01-01", "2025-06-18")]
    {
        let mut lines = begin(asked);
        lines.push(request(1, "tools/call", json!({"name": "list_households"})));
        let answers = spoken(&[&file], &lines);
        assert_eq!(answers[0]["result"]["protocolVersion"], agreed);
        let structured = answers[1]["result"].get("structuredContent").is_some();
        assert_eq!(structured, agreed == "2025-06-18", "{}", answers[1]);
    }
}

#[test]
fn every_tool_answers_about_a_document() {
    let (file, other) = (example("household.json"), example("design-prompt.json"));
    let files = [file.as_str(), other.as_str()];
    let listed = one(&files, "list_households", json!({}));
    let households = told(&listed)["households"].as_array().unwrap();
    assert_eq!(households.len(), 2);
    assert_eq!(households[0]["file"], "household.json");
    let of = |index: usize| json!(households[index]["household"]);
    let expected = run(&["plan", &file, "--format", "json"], "").json();

    let answers = called(
        &files,
        &[
            ("holdings", json!({"household": of(0), "limit": 1})),
            ("drift", json!({"household": of(0)})),
            ("plan", json!({"household": of(0)})),
            ("explain", json!({"household": of(0)})),
            ("validate", json!({"household": of(0), "trades": expected["trades"]})),
            ("preferences", json!({"household": of(0), "words": "no tobacco"})),
            ("preferences", json!({})),
            ("drift", json!({})),
        ],
    );
    let holdings = told(&answers[0]);
    assert_eq!(holdings["lots"].as_array().unwrap().len(), 1);
    assert!(holdings["more_lots"].as_u64().unwrap() > 0);
    assert_eq!(told(&answers[1])["drift"], run(&["drift", &file, "--format", "json"], "").json());
    let plan = &told(&answers[2])["plan"];
    assert_eq!(told(&answers[2])["kept"], false);
    for field in ["plan_hash", "bound", "objective", "relative_gap", "validation"] {
        assert_eq!(plan[field], expected[field], "{field}");
    }
    let why = told(&answers[3]);
    assert_eq!(why["plan_hash"], expected["plan_hash"]);
    assert_eq!(why["not_sold"], expected["not_sold"]);
    let lot = why["not_sold"][0]["lot_id"].clone();
    let sold = expected["trades"][0]["lot_id"].clone();
    assert_eq!(told(&answers[4])["passed"], true);
    assert!(told(&answers[4])["objective"].as_f64() < told(&answers[4])["objective_without_trades"].as_f64());
    assert_eq!(told(&answers[5])["meaning"]["tokens"], json!(["exclude_tobacco"]));
    assert!(told(&answers[6])["tokens"].as_array().unwrap().len() > 20);
    assert!(refused(&answers[7]).contains("say which household"));

    let kept = one(&files, "explain", json!({"household": of(0), "lot": lot}));
    assert_eq!(
        (told(&kept)["trades"].as_array().unwrap().len(), &told(&kept)["not_sold"][0]["lot_id"]),
        (0, &lot)
    );
    let gone = one(&files, "explain", json!({"household": of(0), "lot": sold}));
    assert_eq!(told(&gone)["trades"][0]["lot_id"], sold);
    let mut trades = expected["trades"].clone();
    trades[0]["quantity"] = json!(1_000_000);
    let judged = one(&files, "validate", json!({"household": of(0), "trades": trades}));
    assert!(told(&judged)["passed"] == false && !told(&judged)["violations"].as_array().unwrap().is_empty());
}

#[test]
fn digits_stay_as_they_were_written() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"{"as_of": "2026-11-25", "household_id": "fine", "cash": 0.30000000000000000001,
        "target_allocation": {"Cash": 1}}"#;
    let path = folder.path().join("fine.json");
    fs::write(&path, text).unwrap();
    let mut lines = begin("2025-06-18");
    lines.push(request(1, "tools/call", json!({"name": "holdings", "arguments": {}})));
    let ran = run(&["mcp", path.to_str().unwrap()], &(lines.join("\n") + "\n"));
    let line = ran.out.lines().nth(1).unwrap();
    assert!(line.contains(r#""cash_usd":0.30000000000000000001"#), "{line}");
}

#[test]
fn nothing_is_read_that_was_not_named() {
    let folder = tempfile::tempdir().unwrap();
    let secret = folder.path().join("secret.json");
    fs::copy(example("household.json"), &secret).unwrap();
    let file = example("design-prompt.json");
    for name in [secret.to_str().unwrap(), "../household.json", "household.json", "household"] {
        let answer = one(&[&file], "holdings", json!({"household": name}));
        assert!(refused(&answer).contains("there is no household"), "{answer}");
    }
    // A folder is read as it is, one file deep; what is no portfolio document is told.
    fs::write(folder.path().join("note.json"), "{}").unwrap();
    fs::write(folder.path().join("note.txt"), "x").unwrap();
    let answer = one(&["--folder", folder.path().to_str().unwrap()], "list_households", json!({}));
    assert_eq!(told(&answer)["households"].as_array().unwrap().len(), 1);
    assert_eq!(told(&answer)["left_out"][0]["file"], "note.json");
    // Where nothing is left to read it does not begin.
    fs::remove_file(&secret).unwrap();
    let ran = run(&["mcp", "--folder", folder.path().to_str().unwrap()], "");
    assert!(ran.code == 2 && ran.err.contains("there is no portfolio document"), "{}", ran.err);
    for wrong in [
        vec!["mcp"],
        vec!["mcp", "-"],
        vec!["mcp", &file, "--allow-propose"],
        vec!["mcp", "--config", "x.toml"],
    ] {
        let ran = run(&wrong, "");
        assert!(ran.code == 2 && ran.out.is_empty(), "{wrong:?}: {}", ran.err);
    }
}

#[test]
fn what_cannot_be_understood_is_answered_with_its_code_and_ends_nothing() {
    let file = example("design-prompt.json");
    let mut lines = vec![request(7, "tools/list", json!({})), "{".to_owned()];
    lines.extend(begin("2025-06-18"));
    lines.push("x".repeat((4 << 20) + 1));
    lines.push(format!(
        r#"{{"jsonrpc": "2.0", "id": 1, "method": "ping", "params": {{"x": {}{}}}}}"#,
        "[".repeat(100),
        "]".repeat(100)
    ));
    lines.push(request(2, "tools/unknown", json!({})));
    lines.push(request(3, "tools/call", json!({"name": "holding"})));
    lines.push(request(4, "tools/call", json!({"arguments": {}})));
    lines.push(r#"{"jsonrpc": "2.0", "id": 5, "method": "ping", "params": []}"#.to_owned());
    lines.push(format!("[{}]", request(6, "ping", json!({}))));
    lines.push(String::new());
    lines.push(request(8, "tools/call", json!({"name": "drift", "arguments": {"houshold": "x"}})));
    lines.push(request(9, "ping", json!({})));
    let answers = spoken(&[&file], &lines);
    let codes: Vec<(Value, Value)> =
        answers.iter().map(|answer| (answer["id"].clone(), answer["error"]["code"].clone())).collect();
    assert_eq!(
        codes,
        [
            (json!(7), json!(-32600)),
            (json!(null), json!(-32700)),
            (json!(0), json!(null)),
            (json!(null), json!(-32600)),
            (json!(null), json!(-32600)),
            (json!(2), json!(-32601)),
            (json!(3), json!(-32602)),
            (json!(4), json!(-32602)),
            (json!(5), json!(-32602)),
            (json!(null), json!(-32600)),
            (json!(8), json!(null)),
            (json!(9), json!(null)),
        ]
    );
    assert!(answers[3]["error"]["message"].as_str().unwrap().contains("4 MiB"));
    assert!(answers[6]["error"]["message"].as_str().unwrap().contains("did you mean `holdings`?"));
    assert!(refused(&answers[10]).contains("did you mean `household`?"));

    // Older versions have lists of messages.
    let mut lines = begin("2025-03-26");
    lines.push(format!("[{},{}]", request(1, "ping", json!({})), request(2, "nothing", json!({}))));
    let answers = spoken(&[&file], &lines);
    assert_eq!(answers[1][0]["result"], json!({}));
    assert_eq!(answers[1][1]["error"]["code"], -32601);
}

/// The books of a demonstration, in which proposals wait, and somebody who advises one of its households.
struct Installation {
    folder: TempDir,
}

impl Installation {
    fn new() -> Installation {
        let folder = tempfile::tempdir().unwrap();
        let books = folder.path().join("books");
        assert_eq!(run(&["demo", "--folder", books.to_str().unwrap()], "").code, 0);
        let text = format!(
            "database = \"sqlite:{0}/equipoise.db\"\ncheckpoints = \"{0}/checkpoints\"\n[keys]\nfolder = \"{0}/keys\"\n",
            books.display()
        );
        fs::write(folder.path().join("books.toml"), text).unwrap();
        let here = Installation { folder };
        assert_eq!(here.run(&["people", "add", "eve"], "correct horse battery\n").code, 0);
        let grant = ["people", "grant", "eve", "adviser", "--household", "design-prompt", "--as", "demo"];
        assert_eq!(here.run(&grant, "").code, 0);
        here
    }

    fn config(&self) -> String {
        self.folder.path().join("books.toml").to_str().unwrap().to_owned()
    }

    fn run(&self, arguments: &[&str], stdin: &str) -> program::Ran {
        run(&[arguments, &["--config", &self.config()]].concat(), stdin)
    }

    /// Everything that is on record: records and their root, the signed checkpoints, the database itself.
    fn state(&self) -> (String, Vec<u8>, Vec<u8>) {
        let found = self.run(&["audit", "verify", "--format", "json"], "").json();
        let file = |name: &str| fs::read(self.folder.path().join("books").join(name)).unwrap();
        (format!("{} {}", found["records"], found["root"]), file("checkpoints"), file("equipoise.db"))
    }

    /// Whether nothing was written since.
    fn is_as(&self, before: &(String, Vec<u8>, Vec<u8>)) -> bool {
        self.state() == *before
    }

    fn one(&self, name: &str, more: &[&str], tool: &str, asked: Value) -> Value {
        one(&[&["--config", &self.config(), "--as", name], more].concat(), tool, asked)
    }
}

#[test]
fn books_are_read_as_a_person_may_and_left_as_they_were() {
    let here = Installation::new();
    let config = here.config();
    let demo = ["--config", config.as_str(), "--as", "demo"];
    let before = here.state();
    let mut lines = begin("2025-06-18");
    lines.push(request(1, "tools/list", json!({})));
    let tools = names(&spoken(&demo, &lines)[1]);
    assert_eq!(tools, READING.iter().map(ToString::to_string).collect());

    let listed = one(&demo, "proposals", json!({"state": "Pending_Approval"}));
    let proposals = told(&listed)["proposals"].as_array().unwrap();
    let found = proposals.iter().find(|one| one["household"] == "household").unwrap();
    let (id, hash) = (found["id"].clone(), found["plan_hash"].clone());
    let shown = one(&demo, "proposal", json!({"proposal": id}));
    assert_eq!(told(&shown)["plan"]["plan_hash"], hash);
    let records = told(&shown)["records"].as_array().unwrap();
    let plan = records.iter().find(|record| record["kind"] == "plan").unwrap()["record"].clone();
    let trades = told(&shown)["plan"]["trades"].clone();
    let asked = [
        ("list_households", json!({})),
        ("holdings", json!({"household": "household"})),
        ("drift", json!({"household": "household"})),
        ("plan", json!({"household": "household"})),
        ("explain", json!({"proposal": id})),
        ("explain", json!({"household": "household", "class": "Bonds"})),
        ("validate", json!({"household": "household", "trades": trades})),
        ("preferences", json!({"household": "household", "words": "no tobacco"})),
        ("proposals", json!({"household": "household"})),
        ("prove", json!({"record": plan})),
    ];
    let answers = called(&demo, &asked);
    let seen: BTreeSet<&str> = asked.iter().map(|(tool, _)| *tool).chain(["proposal"]).collect();
    assert_eq!(seen.len(), READING.len(), "every tool is asked");
    for answer in &answers {
        told(answer);
    }
    assert_eq!(told(&answers[4])["plan_hash"], hash);
    assert!(here.is_as(&before), "reading leaves no trace");

    // The proof is the one that anybody checks, without books.
    let proof = here.folder.path().join("proof.json");
    fs::write(&proof, told(&answers[9])["proof"].as_str().unwrap()).unwrap();
    let key = told(&answers[9])["key"].as_str().unwrap();
    let checked =
        run(&["audit", "check", proof.to_str().unwrap(), "--key", key, "--format", "json"], "").json();
    assert_eq!((&checked["record"], &checked["proven"]), (&plan, &json!(true)));

    // Whoever advises one household sees that one; of the others not even that they are there.
    let listed = here.one("eve", &[], "list_households", json!({}));
    let households = told(&listed)["households"].as_array().unwrap();
    assert_eq!((households.len(), &households[0]["may"]), (1, &json!(["read", "write"])));
    let barred = here.one("eve", &[], "holdings", json!({"household": "household"}));
    let none = here.one("eve", &[], "holdings", json!({"household": "householt"}));
    assert_eq!(refused(&barred).replace("`household`", ""), refused(&none).replace("`householt`", ""));
    let barred = here.one("eve", &[], "proposal", json!({"proposal": id}));
    let other = "0190b2f0-5c1e-7d3a-9b1f-3f6f5a0c2e11";
    let none = here.one("eve", &[], "proposal", json!({"proposal": other}));
    assert_eq!(refused(&barred).replace(id.as_str().unwrap(), ""), refused(&none).replace(other, ""));
    assert!(refused(&here.one("eve", &[], "prove", json!({"record": plan}))).contains("there is no record"));
    let own = told(&here.one("eve", &[], "proposals", json!({})))["proposals"].clone();
    assert!(own.as_array().unwrap().iter().all(|one| one["household"] == "design-prompt"), "{own}");
    let own = here.one("eve", &[], "proposal", json!({"proposal": own[0]["id"]}));
    assert_eq!(told(&own)["records"], json!(null), "an adviser does not read the log");

    // Nobody is made who is not there.
    let ran = here.run(&["mcp", "--as", "mallory"], "");
    assert!(ran.code == 2 && ran.err.contains("nobody here is called `mallory`"), "{}", ran.err);
    assert!(here.is_as(&before));
}

#[test]
fn a_proposal_is_made_where_that_is_allowed_and_waits_for_a_person() {
    let here = Installation::new();
    let asked = json!({"household": "design-prompt"});
    let mut lines = begin("2025-06-18");
    lines.push(request(1, "tools/call", json!({"name": "propose", "arguments": asked})));
    let answer = spoken(&["--config", &here.config(), "--as", "demo"], &lines).remove(1);
    assert_eq!(answer["error"]["code"], -32602, "it is not there unless it is allowed: {answer}");

    let allowed = ["--allow-propose"];
    let before = here.state();
    let open = here.one("demo", &allowed, "propose", asked.clone());
    assert_eq!(told(&open)["outcome"], "open");
    assert!(here.is_as(&before), "a proposal that waits is the answer");
    let id = told(&open)["proposal"]["id"].as_str().unwrap().to_owned();
    assert_eq!(here.run(&["reject", &id, "--as", "demo", "--reason", "another"], "").code, 0);

    // An adviser may ask for one; where the person may not write, neither may the assistant.
    let made = here.one("eve", &allowed, "propose", asked.clone());
    assert_eq!(told(&made)["outcome"], "new", "{made}");
    assert_eq!(told(&made)["proposal"]["state"], "Pending_Approval");
    let log = here.run(&["audit", "log", "--format", "json"], "").json();
    let asked_for: Vec<&Value> =
        log.as_array().unwrap().iter().filter(|record| record["kind"] == "plan_asked_for").collect();
    assert!(asked_for.len() == 1 && asked_for[0]["facts"]["through"] == "assistant", "{asked_for:?}");
    let verified = here.run(&["audit", "verify", "--format", "json"], "").json();
    assert_eq!(verified["covered_by_no_checkpoint"], json!(0), "what was written is signed");
    let grant = ["people", "grant", "eve", "auditor", "--household", "household", "--as", "demo"];
    assert_eq!(here.run(&grant, "").code, 0);
    let barred = here.one("eve", &allowed, "propose", json!({"household": "household"}));
    assert!(refused(&barred).contains("may not `write`"), "{barred}");

    let mut lines = begin("2025-06-18");
    lines.push(request(1, "tools/list", json!({})));
    let listed =
        spoken(&[&["--config", &here.config(), "--as", "demo"], &allowed[..]].concat(), &lines).remove(1);
    let mut all: BTreeSet<String> = READING.iter().map(ToString::to_string).collect();
    all.insert("propose".to_owned());
    assert_eq!(names(&listed), all, "nothing approves, rejects, sends or changes a document");
    let writes = listed["result"]["tools"].as_array().unwrap().iter();
    let writes: Vec<&Value> = writes.filter(|tool| tool["annotations"]["readOnlyHint"] == false).collect();
    assert!(writes.len() == 1 && writes[0]["name"] == "propose", "{writes:?}");
}
