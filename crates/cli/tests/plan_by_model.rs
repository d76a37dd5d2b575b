//! `plan` and `preferences` with a model, as a user runs them. The model is a script.

#![allow(clippy::unwrap_used)]

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

const HOUSEHOLD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/design-holdings.json");
const CHOOSE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/choose.json");

struct Run {
    code: i32,
    out: String,
    err: String,
}

fn run(arguments: &[&str]) -> Run {
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(arguments).env("COLUMNS", "140").env_remove("EQUIPOISE_CONFIG");
    let output = command.output().unwrap();
    Run {
        code: output.status.code().unwrap(),
        out: String::from_utf8(output.stdout).unwrap(),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

fn script(folder: &Path, replies: &Value) -> String {
    let path: PathBuf = folder.join("script.json");
    std::fs::write(&path, json!({"repeat": true, "replies": replies}).to_string()).unwrap();
    format!("scripted:{}", path.display())
}

#[test]
fn a_model_that_is_named_chooses_by_default() {
    let told = run(&["plan", HOUSEHOLD, "--model", &format!("scripted:{CHOOSE}")]);
    assert_eq!(told.code, 0, "{}", told.err);
    for expected in
        ["The model's part", "→ least_tax", "What the choice changes: tax $0.00 instead of", "basis points"]
    {
        assert!(told.out.contains(expected), "{expected} in {}", told.out);
    }
    let told = run(&["plan", HOUSEHOLD, "--model", &format!("scripted:{CHOOSE}"), "--format", "json"]);
    let plan: Value = serde_json::from_str(&told.out).unwrap();
    assert!(plan["planner"].as_str().unwrap().starts_with("hybrid:scripted:"));
    assert_eq!(plan["validation"]["passed"], json!(true));
    assert!(plan["model"]["choice"]["candidates"].as_array().unwrap().len() >= 8);
    assert!(plan.get("attempts").is_none());
    let solver = run(&["plan", HOUSEHOLD, "--format", "json"]);
    assert_eq!(serde_json::from_str::<Value>(&solver.out).unwrap()["planner"], json!("solver"));
}

#[test]
fn every_attempt_is_shown_where_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let model = script(folder.path(), &json!([{"text": "I'd rather not write JSON"}]));
    let told = run(&[
        "plan",
        HOUSEHOLD,
        "--planner",
        "model",
        "--model",
        &model,
        "--attempts",
        "2",
        "--show-attempts",
    ]);
    assert_eq!(told.code, 0);
    for expected in [
        "Attempt 1 of 2 (plan-",
        "Prompt, system",
        "I'd rather not write JSON",
        "reply.not_json",
        "Attempt 2 of 2",
    ] {
        assert!(told.out.contains(expected), "{expected} in {}", told.out);
    }
    assert!(
        told.err.contains("was asked twice") && told.err.contains("the optimiser's plan"),
        "{}",
        told.err
    );
    let arguments = [
        "plan",
        HOUSEHOLD,
        "--planner",
        "model",
        "--model",
        &model,
        "--attempts",
        "2",
        "--show-attempts",
        "--format",
        "json",
    ];
    let plan: Value = serde_json::from_str(&run(&arguments).out).unwrap();
    assert_eq!(plan["attempts"].as_array().unwrap().len(), 2);
    assert_eq!(plan["attempts"][0]["reply"], json!("I'd rather not write JSON"));
    assert_eq!(plan["planner"], json!("solver"));
}

#[test]
fn trades_of_a_model_that_is_not_there_are_exit_4_with_the_optimisers_plan() {
    let nowhere = "openai-compatible:none@http://127.0.0.1:9/v1";
    let trades = run(&["plan", HOUSEHOLD, "--planner", "model", "--model", nowhere, "--format", "json"]);
    assert_eq!(trades.code, 4);
    assert_eq!(serde_json::from_str::<Value>(&trades.out).unwrap()["planner"], json!("solver"));
    assert!(trades.err.contains("can't be reached"), "{}", trades.err);
    let choice = run(&["plan", HOUSEHOLD, "--model", nowhere, "--format", "json"]);
    assert_eq!(choice.code, 0, "{}", choice.err);
    assert_eq!(serde_json::from_str::<Value>(&choice.out).unwrap()["planner"], json!("solver"));
}

#[test]
#[cfg(feature = "embedded")]
fn a_weak_model_is_refused_for_trades_before_anything_is_fetched() {
    let folder = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_equipoise"));
    command.args(["plan", HOUSEHOLD, "--planner", "model", "--model", "embedded"]);
    command.env("XDG_CACHE_HOME", folder.path()).env("PIP_INDEX_URL", "http://127.0.0.1:1/simple");
    let output = command.env_remove("EQUIPOISE_WEIGHTS").env_remove("EQUIPOISE_CONFIG").output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(told.contains("--allow-weak-model") && !told.contains("fetching"), "{told}");
}

#[test]
fn names_of_a_document_do_not_drive_the_terminal() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(HOUSEHOLD).unwrap();
    let mut document: Value = serde_json::from_str(&text).unwrap();
    document["household_id"] = json!("ours\u{1b}[2J\u{202e}");
    let path = folder.path().join("household.json");
    std::fs::write(&path, document.to_string()).unwrap();
    let told = run(&["plan", path.to_str().unwrap()]);
    assert_eq!(told.code, 0, "{}", told.err);
    assert!(told.out.contains("ours\u{fffd}"), "{}", told.out);
    assert!(!told.out.contains('\u{1b}') && !told.out.contains('\u{202e}'));
}

#[test]
fn stories_are_told_to_any_model_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let best = json!({"choice": "best", "because": "", "summary": "", "reasons": [], "preferences": []});
    let model = script(folder.path(), &json!([{"json": best}]));
    let stories = concat!(env!("CARGO_MANIFEST_DIR"), "/../../bench/stories.py");
    let output = Command::new("python3")
        .args([stories, env!("CARGO_BIN_EXE_equipoise"), "--model", &model])
        .args(["--only", "nothing_in_the_words", "not_a_cent_of_tax"])
        .env_remove("EQUIPOISE_CONFIG")
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let served = |story: &str| {
        let one = told.as_array().unwrap().iter().find(|one| one["story"] == story).unwrap();
        one["models"][&model]["served"].clone()
    };
    assert_eq!(served("nothing_in_the_words"), json!(true), "the best plan is what these words want");
    assert_eq!(served("not_a_cent_of_tax"), json!(false), "the best plan costs tax");
}

#[test]
fn a_model_reads_what_the_grammar_did_not() {
    let folder = tempfile::tempdir().unwrap();
    let text = "Keep $5k in cash. I would sleep better were no more than 7% of it in any one company.";
    let wish =
        json!({"token": "max_concentration_pct_7", "words": "no more than 7% of it in any one company"});
    let made_up = json!({"token": "no_sells", "words": "sell nothing"});
    let model = script(folder.path(), &json!([{"json": {"wishes": [wish, made_up]}}]));
    let offline: Value = serde_json::from_str(&run(&["preferences", text, "--format", "json"]).out).unwrap();
    assert_eq!(offline["tokens"], json!(["maintain_cash_balance_of_5000_usd"]));
    let told = run(&["preferences", text, "--model", &model, "--format", "json"]);
    let read: Value = serde_json::from_str(&told.out).unwrap();
    assert_eq!(read["tokens"], json!(["maintain_cash_balance_of_5000_usd", "max_concentration_pct_7"]));
    assert!(read["understood"][0].get("by_model").is_none());
    assert!(read["understood"][1]["by_model"].as_str().unwrap().starts_with("scripted:"));
    let notes = read["notes"].to_string();
    assert!(notes.contains("check that you mean it") && notes.contains("no_sells"), "{notes}");
}

#[test]
fn an_evaluation_counts_what_passed() {
    let folder = tempfile::tempdir().unwrap();
    let model = script(folder.path(), &json!([{"json": {"trades": [], "summary_rationale": "nothing"}}]));
    let phrases = folder.path().join("phrases.jsonl");
    std::fs::write(&phrases, "{\"text\": \"no_sells\", \"expect\": [\"no_sells\"]}\n").unwrap();
    let arguments = [
        "eval",
        HOUSEHOLD,
        "--model",
        &model,
        "--phrases",
        phrases.to_str().unwrap(),
        "--format",
        "json",
        "--attempts",
        "1",
    ];
    let told: Value = serde_json::from_str(&run(&arguments).out).unwrap();
    let scores = &told["models"][0];
    assert_eq!(scores["trades"]["valid_first"]["count"], json!(1), "doing nothing keeps every rule");
    assert!(scores["trades"]["cost_usd"]["worst"].as_f64().unwrap() > 0.0);
    assert_eq!(scores["choice"]["valid_last"]["count"], json!(0));
    assert_eq!(scores["choice"]["findings"]["reply.schema"], json!(1));
    assert_eq!(told["offline"]["exact"]["count"], json!(1));
}
