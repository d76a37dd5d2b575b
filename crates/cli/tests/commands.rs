//! The commands as a user runs them: what goes where, and the exit status.

#![allow(clippy::unwrap_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

const HOUSEHOLD: &str = r#"{"as_of": "2026-11-20", "target_allocation": {"Stocks": 0.6, "Bonds": 0.4}, "cash": 0,
 "securities": [{"ticker": "AGG", "asset_class": "Bonds", "current_price": 90, "kind": "etf"}],
 "holdings": [
  {"ticker": "SPY", "asset_class": "Stocks", "current_price": 450, "kind": "etf", "lots": [
    {"lot_id": "L1", "quantity": 100, "cost_basis_per_share": 400, "type": "long-term"},
    {"lot_id": "L2", "quantity": 44.44, "cost_basis_per_share": 460, "type": "long-term"}]},
  {"ticker": "BND", "asset_class": "Bonds", "current_price": 90, "kind": "etf", "lots": [
    {"lot_id": "L3", "quantity": 388.89, "cost_basis_per_share": 92, "type": "long-term"}]}]}"#;

fn equipoise(arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_equipoise")).args(arguments).output().unwrap()
}

fn with_stdin(arguments: &[&str], stdin: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_equipoise"))
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let _ = child.stdin.take().unwrap().write_all(stdin.as_bytes()); // a command that reads none may be gone
    child.wait_with_output().unwrap()
}

fn stdout(run: &Output) -> String {
    String::from_utf8(run.stdout.clone()).unwrap()
}

fn stderr(run: &Output) -> String {
    String::from_utf8(run.stderr.clone()).unwrap()
}

fn json(run: &Output) -> serde_json::Value {
    serde_json::from_str(&stdout(run)).unwrap()
}

fn file(folder: &Path, name: &str, text: &str) -> String {
    let path: PathBuf = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[test]
fn plan_writes_the_document_alone_and_the_same_bytes_each_time() {
    let harvest =
        HOUSEHOLD.replace("\"cash\": 0", r#""cash": 0, "preferences": ["harvest_losses_up_to_3000_usd"]"#);
    let one = with_stdin(&["plan", "-", "--format", "json"], &harvest);
    assert_eq!(one.status.code(), Some(0), "{}", stderr(&one));
    assert_eq!(stderr(&one), "");
    let two = with_stdin(&["plan", "-", "--format", "json"], &harvest);
    assert_eq!(one.stdout, two.stdout);
    let plan = json(&one);
    assert_eq!(plan["planner"], "solver");
    assert_eq!(plan["validation"]["passed"], true);
    assert_eq!(plan["plan_hash"].as_str().unwrap().len(), 64);
    assert_eq!(plan["trades"][0]["lot_id"], "L2", "the lot at a loss goes first");
}

#[test]
fn the_page_has_no_colours_in_a_pipe_and_weights_that_add_up() {
    let run = with_stdin(&["plan", "-"], HOUSEHOLD);
    let page = stdout(&run);
    assert!(!page.contains('\u{1b}'), "{page}");
    assert!(page.lines().any(|l| l.starts_with("Total") && l.matches("100.00 %").count() == 3), "{page}");
    assert!(page.contains("no plan that keeps these rules can be better by more than $"), "{page}");
    assert!(page.contains("not investment or tax advice"), "{page}");
}

#[test]
fn out_writes_the_document_beside_the_page() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan.json");
    let run = with_stdin(&["plan", "-", "--out", out.to_str().unwrap()], HOUSEHOLD);
    assert_eq!(run.status.code(), Some(0));
    let plan: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(out).unwrap()).unwrap();
    assert_eq!(plan["status"], "optimal");
    let nowhere = with_stdin(&["plan", "-", "--out", "/nowhere/plan.json"], HOUSEHOLD);
    assert_eq!(nowhere.status.code(), Some(4), "{}", stderr(&nowhere));
}

#[test]
fn a_plan_that_breaks_a_rule_fails_validation_with_exit_1() {
    let folder = tempfile::tempdir().unwrap();
    let portfolio = file(folder.path(), "p.json", HOUSEHOLD);
    let bad = r#"{"trades": [{"action": "SELL", "ticker": "SPY", "lot_id": "L2", "quantity": 1000}]}"#;
    let bad = file(folder.path(), "bad.json", bad);
    let run = equipoise(&["validate", &portfolio, &bad, "--format", "json"]);
    assert_eq!(run.status.code(), Some(1));
    let codes: Vec<String> = json(&run)["violations"]
        .as_array()
        .unwrap()
        .iter()
        .map(|v| v["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(codes.contains(&"position.short_sale".to_owned()), "{codes:?}");
    let good = equipoise(&["plan", &portfolio, "--format", "json"]);
    let good = file(folder.path(), "good.json", &stdout(&good));
    let run = equipoise(&["validate", &portfolio, &good]);
    assert_eq!(run.status.code(), Some(0), "{}", stdout(&run));
    assert!(stdout(&run).starts_with("Passed"));
}

#[test]
fn wrong_input_is_told_with_file_and_line_and_exit_2() {
    let folder = tempfile::tempdir().unwrap();
    let typo = file(folder.path(), "typo.json", &HOUSEHOLD.replace("\"cash\": 0", "\"csh\": 0"));
    let run = equipoise(&["plan", &typo]);
    assert_eq!(run.status.code(), Some(2));
    let told = stderr(&run);
    assert!(told.starts_with(&format!("equipoise: {typo}: line 1, column ")), "{told}");
    assert!(told.contains("unknown field `csh`; did you mean `cash`?"), "{told}");
    assert_eq!(equipoise(&["plan", "/nowhere.json"]).status.code(), Some(2));
    assert_eq!(equipoise(&["plan"]).status.code(), Some(2));
    assert_eq!(equipoise(&["frobnicate"]).status.code(), Some(2));
    assert_eq!(equipoise(&["--help"]).status.code(), Some(0));
}

#[test]
fn a_model_that_is_not_there_is_said_so() {
    for planner in ["model", "hybrid"] {
        let run = with_stdin(&["plan", "-", "--planner", planner], HOUSEHOLD);
        assert_eq!(run.status.code(), Some(2));
        assert!(stderr(&run).contains("no model is configured"), "{}", stderr(&run));
    }
}

#[test]
fn rules_that_cannot_hold_together_are_exit_3_with_the_document() {
    let broken = HOUSEHOLD.replace(
        "\"cash\": 0",
        r#""cash": 0, "preferences": ["no_sells", "maintain_cash_balance_of_5000_usd"]"#,
    );
    let run = with_stdin(&["plan", "-", "--format", "json"], &broken);
    assert_eq!(run.status.code(), Some(3), "{}", stdout(&run));
    assert_eq!(json(&run)["status"], "infeasible");
    assert!(stderr(&run).contains("no plan keeps every rule"), "{}", stderr(&run));
}

#[test]
fn drift_tells_the_parts_of_each_band() {
    let run = with_stdin(&["drift", "-", "--format", "json"], HOUSEHOLD);
    let report = json(&run);
    assert_eq!(report["act"], true);
    assert_eq!(report["breaches"], serde_json::json!(["Bonds", "Stocks"]));
    assert_eq!(report["classes"][0]["tolerance"]["parts"]["base"], 0.03);
    assert_eq!(report["metrics"].as_array().unwrap().len(), 10);
    assert!(stdout(&with_stdin(&["drift", "-"], HOUSEHOLD)).contains("Band ±"));
}

#[test]
fn preferences_show_what_was_not_understood() {
    let text = "no_sells and do_not_sell_ticker_VTJ, be nice";
    let run = equipoise(&["preferences", text, "--tickers", "VTI,BND", "--format", "json"]);
    assert_eq!(run.status.code(), Some(0));
    let meaning = json(&run);
    assert_eq!(meaning["tokens"], serde_json::json!(["no_sells"]));
    assert_eq!(meaning["understood"][0]["words"], "no_sells");
    assert_eq!(meaning["not_understood"], serde_json::json!(["do_not_sell_ticker_VTJ", "be nice"]));
    assert!(stdout(&equipoise(&["preferences"])).contains("maintain_cash_balance_of_5000_usd"));
}

#[test]
fn metrics_has_a_row_for_every_equation() {
    let run = with_stdin(&["metrics", "-", "--format", "json"], HOUSEHOLD);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let equations: Vec<u64> =
        json(&run).as_array().unwrap().iter().map(|m| m["equation"].as_u64().unwrap()).collect();
    assert!((3..=47).all(|e| equations.contains(&e)), "{equations:?}");
}

#[test]
fn gains_of_a_wash_sale() {
    let csv = "date,account_id,account_kind,owner,ticker,action,quantity,price,fees,lot_id,identical_group\n\
               2026-01-05,a,taxable,me,T,BUY,10,100,0,,\n\
               2026-03-02,a,taxable,me,T,SELL,10,90,0,,\n\
               2026-03-10,a,taxable,me,T,BUY,10,92,0,,\n";
    let run = with_stdin(&["gains", "-", "--format", "json"], csv);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    let report = json(&run);
    assert_eq!(report["disallowed_total"], 100.0);
    assert_eq!(report["open_lots"][0]["basis_per_share"], 102.0);
    assert!(stdout(&with_stdin(&["gains", "-"], csv)).contains("wash sales disallow $100.00"));
    let run = with_stdin(&["gains", "-"], &csv.replace("BUY", "BOUGHT"));
    assert_eq!(run.status.code(), Some(2));
    assert!(stderr(&run).contains("line 2"), "{}", stderr(&run));
}

#[test]
fn batch_answers_each_line_in_order_and_stops_at_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let line = HOUSEHOLD.replace('\n', " ");
    let mut bytes = format!("{line}\n\n[1]\n").into_bytes();
    bytes.extend(b"\xff\xff\n");
    bytes.extend(line.as_bytes());
    let input = folder.path().join("in.jsonl");
    std::fs::write(&input, bytes).unwrap();
    let out = folder.path().join("out.jsonl");
    let run = equipoise(&["batch", input.to_str().unwrap(), "--out", out.to_str().unwrap(), "--jobs", "2"]);
    assert_eq!(run.status.code(), Some(0), "{}", stderr(&run));
    assert!(
        stderr(&run).contains("5 documents in ") && stderr(&run).contains("3 with an error"),
        "{}",
        stderr(&run)
    );
    let written = std::fs::read_to_string(out).unwrap();
    let lines: Vec<serde_json::Value> = written.lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    assert_eq!(lines.len(), 5);
    assert_eq!(lines[0], lines[4]);
    assert!((2..=4).all(|n| lines[n - 1]["line"] == n));
    assert!(lines[1]["error"].as_str().unwrap().contains("empty"));
    assert!(lines[3]["error"].as_str().unwrap().contains("UTF-8"));
}

#[test]
fn a_reader_that_goes_away_is_nobodys_fault() {
    let command = format!("{} preferences | true", env!("CARGO_BIN_EXE_equipoise"));
    let run = Command::new("sh").args(["-c", &command]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stderr), "");
}

#[test]
fn narrow_and_wide_screens_are_fine() {
    for columns in ["1", "40", "60", "100", "400", "x"] {
        for command in ["plan", "drift", "metrics"] {
            let mut child = Command::new(env!("CARGO_BIN_EXE_equipoise"))
                .args([command, "-"])
                .env("COLUMNS", columns)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::piped())
                .spawn()
                .unwrap();
            child.stdin.take().unwrap().write_all(HOUSEHOLD.as_bytes()).unwrap();
            let run = child.wait_with_output().unwrap();
            assert_eq!((run.status.code(), stderr(&run).as_str()), (Some(0), ""), "{command} at {columns}");
            let page = stdout(&run);
            assert!(command != "plan" || page.contains("$64,998.00") || page.contains("100.00 %"), "{page}");
        }
    }
}

#[test]
fn a_result_never_replaces_its_input() {
    let folder = tempfile::tempdir().unwrap();
    let input = file(folder.path(), "in.jsonl", &HOUSEHOLD.replace('\n', " "));
    let same = folder.path().join(".").join("in.jsonl");
    for command in ["plan", "batch"] {
        let run = equipoise(&[command, &input, "--out", same.to_str().unwrap()]);
        assert_eq!(run.status.code(), Some(2), "{command}");
        assert!(stderr(&run).contains("is the input itself"), "{}", stderr(&run));
        assert_eq!(std::fs::read_to_string(&input).unwrap(), HOUSEHOLD.replace('\n', " "));
    }
}

#[test]
fn json_goes_to_stdout_whether_or_not_it_goes_to_a_file() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("plan.json");
    let run = with_stdin(&["plan", "-", "--format", "json", "--out", out.to_str().unwrap()], HOUSEHOLD);
    assert_eq!(stdout(&run), std::fs::read_to_string(out).unwrap());
}

#[test]
fn a_narrow_screen_breaks_no_figure() {
    for columns in ["40", "60"] {
        let run = Command::new(env!("CARGO_BIN_EXE_equipoise"))
            .args(["demo", "household"])
            .env("COLUMNS", columns)
            .output()
            .unwrap();
        let page = stdout(&run);
        let widest = page.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= columns.parse().unwrap(), "{widest} at {columns}:\n{page}");
        assert!(
            page.contains("SELL BND · joint-brokerage\n") && page.contains("Amount $65,160.00"),
            "{page}"
        );
    }
}
